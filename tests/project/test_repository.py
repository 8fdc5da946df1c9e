"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from helm_aeterna.catalogue.entry import Catalogue, read
from tests.support.require import require

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "charts/aeterna/files/catalogue.yaml"
# Put together here, for this file is searched too.
HOSTS = [
    ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs"), ("proxy", "golang"))
]
MACHINE_PATHS = [
    "/".join(("", *parts)) for parts in (("root", ""), ("work", "main"), ("work", "shared"), ("work", "."))
]
# Words that say how something is deployed rather than what it is.
STRUCTURAL = {"external", "none", "bundled", "managed", "server"}
# Where protocols are spoken, and a protocol may be named like a product.
SPEAKERS = ("helm_aeterna/checks/probes", "helm_aeterna/catalogue/check.py")


@cache
def tracked() -> tuple[Path, ...]:
    """Return what is committed or about to be."""
    listing = subprocess.run(
        [require("git"), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return tuple(path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file())


def sources(*folders: str) -> list[Path]:
    wanted = [ROOT / folder for folder in folders]
    return [path for path in tracked() if path.suffix == ".py" and any(path.is_relative_to(home) for home in wanted)]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


PROGRAMS = ("helm_aeterna", "bin", "ci", "benchmarks")
OURS = sources(*PROGRAMS, "tests")


def findings(pattern: str) -> list[str]:
    expression = re.compile(pattern)
    return [
        f"{name(path)}:{number}: {line.strip()[:120]}"
        for path in tracked()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if expression.search(line)
    ]


def test_no_file_names_a_package_index() -> None:
    assert not findings("|".join(re.escape(host) for host in HOSTS))


def test_no_file_names_a_place_on_some_machine() -> None:
    assert not findings("|".join(rf"(?<![\w.]){re.escape(path)}" for path in MACHINE_PATHS))


def test_no_file_name_needs_quotes() -> None:
    assert not [name(path) for path in tracked() if not re.fullmatch(r"[\w./+-]+", name(path), re.ASCII)]


def test_no_module_is_named_after_nothing() -> None:
    assert not [name(path) for path in OURS if path.stem.strip("_") in {"utils", "helpers", "common", "manager"}]
    assert not [name(path) for path in OURS if path.stem.startswith("_") and not path.stem.startswith("__")]


def test_modules_are_short() -> None:
    assert not [name(path) for path in OURS if len(path.read_text(encoding="utf-8").splitlines()) > 400]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_functions_are_short() -> None:
    assert not [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in OURS
        for node in functions(path)
        if (node.end_lineno or node.lineno) - node.lineno >= 40
    ]


def test_modules_say_their_job_first() -> None:
    parsed = {name(path): ast.parse(path.read_text(encoding="utf-8")) for path in sources(*PROGRAMS)}
    assert not [path for path, tree in parsed.items() if tree.body and not ast.get_docstring(tree)]


@pytest.mark.parametrize(
    ("module", "home"),
    [
        ("prompt_toolkit", "adapters/terminal"),
        ("jsonschema", "checks/"),
        ("requests", "adapters/network"),
        ("yaml", "formats"),
        ("tomllib", "formats"),
        ("subprocess", "adapters/process"),
        ("socket", "adapters/"),
    ],
)
def test_each_heavy_module_has_one_home(module: str, home: str) -> None:
    importing = re.compile(rf"^\s*(?:import|from) {module}\b", re.MULTILINE)
    users = {name(path) for path in sources("helm_aeterna") if importing.search(path.read_text(encoding="utf-8"))}
    assert not {path for path in users if not path.startswith(f"helm_aeterna/{home}")}


@cache
def catalogue() -> Catalogue:
    found: Catalogue = read(Catalogue, yaml.safe_load(CATALOGUE.read_text(encoding="utf-8")))
    return found


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module, without docstrings and `_EXAMPLES`: both are for people."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_people = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_EXAMPLES"):
            for_people.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in for_people:
            yield node.lineno, node.value


def test_no_option_of_the_catalogue_is_known_to_the_program() -> None:
    options = {choice for axis in catalogue() for choice in axis.choices} - STRUCTURAL
    assert {"qdrant", "cloudnative-pg", "ollama"} <= options
    assert not [
        f"{name(path)}:{line} {text!r}"
        for path in sources("helm_aeterna")
        if not name(path).startswith(SPEAKERS)
        for line, text in texts(path)
        if options & set(re.split(r"[.\s,/:]", text))
    ]


def test_examples_name_options_that_exist() -> None:
    named = [
        (flag, value)
        for path in [*sources("helm_aeterna"), ROOT / "README.md"]
        for flag, value in re.findall(r"--([a-z-]+) ([a-z-]+)", path.read_text(encoding="utf-8"))
    ]
    choices = {axis.flag: axis.choices for axis in catalogue() if axis.flag}
    assert {flag for flag, _ in named} >= set(choices)
    assert not [(flag, value) for flag, value in named if flag in choices and value not in choices[flag]]
