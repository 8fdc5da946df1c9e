"""Make docs/requirements.md: every requirement with the tests that show it, the open ones as open."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LIST = Path(__file__).with_suffix(".yaml")

_HEADER = """\
# Requirements

Written by `make generate` from ci/generators/requirements.yaml and the marks of the tests
(`@pytest.mark.requirement`). A requirement is met when a test shows it; where the real components do not allow the
wish, the second column says what is met instead, and docs/deviations.md why.

"""


def requirements_text(tests: Path) -> str:
    """Return the page.

    Args:
        tests: The folder with the tests.

    Raises:
        ValueError: A test cites a requirement that there is not.
    """
    wanted = yaml.safe_load(LIST.read_text())
    shown = shown_by(tests)
    unknown = sorted(set(shown) - set(wanted))
    if unknown:
        raise ValueError(f"tests cite requirements that there are not: {', '.join(unknown)}")
    rows = [
        f"| {identifier} | {_words(entry)} | {_tests(shown.get(identifier, ()))} |"
        for identifier, entry in wanted.items()
    ]
    met = sum(identifier in shown for identifier in wanted)
    counted = f"{met} of {len(wanted)} are shown by a test, {len(wanted) - met} are open.\n\n"
    return _HEADER + counted + "| id | what | shown by |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def shown_by(tests: Path) -> dict[str, list[str]]:
    """Return the tests of each requirement, as file and function, in the order of their files."""
    shown: dict[str, list[str]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        for identifier, name in _marks(tree):
            shown.setdefault(identifier, []).append(f"{path.relative_to(tests.parent).as_posix()}::{name}")
    for path in sorted(tests.rglob("*-cases.yaml")):
        for case in yaml.safe_load(path.read_text()):
            if isinstance(case, dict) and "requirement" in case:
                place = f"{path.relative_to(tests.parent).as_posix()}: {case['name']}"
                shown.setdefault(case["requirement"], []).append(place)
    return shown


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            # Marks stand on the function, or on single cases inside its parametrize.
            for part in (inner for decorator in node.decorator_list for inner in ast.walk(decorator)):
                for identifier in _cited(part):
                    yield identifier, node.name


def _cited(part: ast.AST) -> Iterable[str]:
    """The ids in `pytest.mark.requirement("...", ...)`; nothing in anything else."""
    if not isinstance(part, ast.Call) or not isinstance(part.func, ast.Attribute) or part.func.attr != "requirement":
        return ()
    return [str(word.value) for word in part.args if isinstance(word, ast.Constant)]


def _words(entry: dict[str, object]) -> str:
    instead = entry.get("instead")
    return f"{entry['about']}{f' (instead: {instead})' if instead else ''}"


def _tests(names: Iterable[str]) -> str:
    found = [f"`{name}`" for name in names]
    return "<br>".join(found) if found else "**open**"
