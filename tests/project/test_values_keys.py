"""Keys of values.yaml are known to outputs/values.py and checks/ alone; other outputs start from the deployment."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from helm_aeterna.formats import flatten

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "helm_aeterna"
MAY = ("outputs/values.py", "checks/")
VALUES = yaml.safe_load((ROOT / "charts/aeterna/values.yaml").read_text(encoding="utf-8"))
LEAVES = flatten(VALUES)
# A dotted key, whole or from its top: `cache.type`, `aeterna.knowledgeRepo`.
KEYS = {".".join(steps[:count]) for leaf in LEAVES for steps in [leaf.split(".")] for count in range(2, len(steps) + 1)}
ATTRIBUTES = {"block", "chosen", "switch"}


def knowing(path: Path) -> Iterator[str]:
    """Where a module names a key of the values, or reads where a part stands in them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in KEYS:
            yield f"{node.lineno} {node.value}"
        if isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES and ast.unparse(node.value).endswith(".values"):
            yield f"{node.lineno} {ast.unparse(node)}"


def modules() -> dict[str, Path]:
    return {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}


def test_no_other_module_knows_a_key_of_the_values() -> None:
    assert [
        f"{name}:{found}" for name, path in modules().items() if not name.startswith(MAY) for found in knowing(path)
    ] == []


@pytest.mark.parametrize("text", ['A = "cache.type"', "def f(p):\n    return p.values.block"])
def test_one_that_does_is_seen(text: str, tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(text)
    assert list(knowing(tmp_path / "module.py"))
    assert list(knowing(modules()["outputs/values.py"]))
