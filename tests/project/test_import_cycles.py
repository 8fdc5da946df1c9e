"""No module needs itself, however far around: imports for types are counted, too."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def modules(root: Path, package: str) -> dict[str, Path]:
    """Every module of a package by its dotted name."""
    found: dict[str, Path] = {}
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """The modules that a file imports anywhere: at its top, inside functions, below TYPE_CHECKING."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & known.keys() or {node.module}
    return found & known.keys()


def cycle(root: Path, package: str) -> list[str]:
    """One circle of imports; empty when there is none."""
    known = modules(root, package)
    graph = {name: imports(path, known) - {name} for name, path in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_imports_itself_around_a_corner() -> None:
    assert not cycle(ROOT, "helm_aeterna")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("from made.one import name", id="a plain import"),
        pytest.param("from made import one", id="an import of the module"),
        pytest.param("if TYPE_CHECKING:\n    import made.one", id="for types alone"),
        pytest.param("def late():\n    from made.one import name", id="inside a function"),
    ],
)
def test_a_cycle_is_seen(line: str, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "one.py").write_text("from made.two import name\n")
    (folder / "two.py").write_text(f"{line}\n")
    assert {"made.one", "made.two"} <= set(cycle(tmp_path, "made"))
