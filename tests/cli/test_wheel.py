"""The same program without Helm: a wheel that holds the chart, run from a fresh environment without network."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from helm_aeterna import __version__
from tests.support.plugin_home import ROOT, Home, copy_plugin, wheels
from tests.support.require import missing


def pip(python: Path, command: str, *arguments: str | Path) -> None:
    words: list[str | Path] = [python, "-m", "pip", command, "--quiet", "--no-index", *arguments]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("hatchling") is None:
        missing("hatchling is not installed", fix="make dev")
    folder = tmp_path_factory.mktemp("wheel")
    source = copy_plugin(folder / "source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    # Without isolation: hatchling is the pinned one of the development environment, and nothing is downloaded.
    pip(Path(sys.executable), "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source)
    return next(folder.glob("helm_aeterna-*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip(folder / "bin" / "python", "install", "--find-links", wheels(), wheel)
    return folder


def test_the_wheel_holds_the_program_and_the_chart_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.name == f"helm_aeterna-{__version__}-py3-none-any.whl"
    assert {name.split("/")[0] for name in names} == {"helm_aeterna", f"helm_aeterna-{__version__}.dist-info"}
    assert {"helm_aeterna/answers/questions.json", "helm_aeterna/catalogue/schema.json"} <= set(names)
    shipped = {str(path.relative_to(ROOT / "charts/aeterna")) for path in (ROOT / "charts/aeterna").rglob("*")}
    chart = {name.removeprefix("helm_aeterna/chart/") for name in names if name.startswith("helm_aeterna/chart/")}
    assert {"Chart.yaml", "Chart.lock", "values.schema.json", "files/catalogue.yaml"} <= chart <= shipped


def test_the_program_runs_without_helm(environment: Path, tmp_path: Path) -> None:
    home = Home(folder=tmp_path, data=tmp_path / "data")
    program = environment / "bin" / "helm-aeterna"
    facts = json.loads(home.run(program, "-n", "team", "version", "--json").stdout)
    assert (facts["version"], facts["namespace"]) == (__version__, "team"), (
        "Helm's own flags, without Helm to take them"
    )
    assert facts["helm"] == "none: there is no Helm: helm was not found"
    assert Path(facts["chartFolder"]).is_relative_to(environment)
    done = home.run(program, "init", "--non-interactive", "--defaults", "--output", "out")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "values.yaml").is_file()
    assert "usage: helm-aeterna" in home.run(program, "--help").stdout
