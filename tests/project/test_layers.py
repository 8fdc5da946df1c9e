"""The layers of the package hold, and a breach of them is seen."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.require import require

ROOT = Path(__file__).resolve().parents[2]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [require("lint-imports"), "--no-logo", "--no-cache"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_layers_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        pytest.param("formats.py", "import helm_aeterna.model.question", id="upwards"),
        pytest.param("checks/__init__.py", "import helm_aeterna.outputs", id="sideways"),
        pytest.param("stray.py", "", id="a module without a layer"),
    ],
)
def test_a_breach_is_seen(module: str, line: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "helm_aeterna", tmp_path / "helm_aeterna", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "helm_aeterna" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout
    assert Path(module).stem in done.stdout or "outputs" in done.stdout
