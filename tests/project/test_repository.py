"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helm_aeterna.catalogue.load import load_catalogue
from helm_aeterna.formats import load_yaml
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


OURS = sources("helm_aeterna", "bin", "ci", "benchmarks", "tests")


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
    assert not [name(path) for path in OURS if len(path.read_text(encoding="utf-8").splitlines()) > 250]


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
    docstrings = {name(path): ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) for path in OURS}
    assert not [path for path, text in docstrings.items() if not text and not path.endswith("__init__.py")]


@pytest.mark.parametrize(
    ("module", "home"),
    [
        ("prompt_toolkit", "adapters/terminal"),
        ("jsonschema", "checks/schema"),
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


def option_names() -> set[str]:
    catalogue = load_catalogue(load_yaml(CATALOGUE.read_text(encoding="utf-8"), "catalogue.yaml"), "catalogue.yaml")
    return {choice for axis in catalogue for choice in axis.choices} - STRUCTURAL


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module, without its docstrings: they may name an example."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    with_docstring = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, with_docstring) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def test_no_option_of_the_catalogue_is_known_to_the_program() -> None:
    options = option_names()
    assert {"qdrant", "cloudnative-pg", "ollama"} <= options
    assert not [
        f"{name(path)}:{line} {text!r}"
        for path in sources("helm_aeterna")
        if "/checks/probes" not in f"/{name(path)}"  # protocols have names of their own
        for line, text in literals(path)
        if options & set(re.split(r"[.\s,/:]", text))
    ]
