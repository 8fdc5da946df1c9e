"""The workflows are valid, pinned to commits, and allowed to read only."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.archives import pins
from tests.support.require import require

PROJECT = Path(__file__).parents[2]
WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yaml"))
ACTION = re.compile(r"uses: +[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def read(path: Path) -> dict[Any, Any]:
    tree: dict[Any, Any] = yaml.safe_load(path.read_text())
    return tree


def test_actionlint_finds_nothing() -> None:
    # No -shellcheck or -pyflakes: what is on PATH differs from machine to machine; ci/lint runs shellcheck itself.
    command = [str(require("actionlint")), "-no-color", "-shellcheck=", "-pyflakes=", *map(str, WORKFLOWS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_actionlint_would_find_something(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${{ matrix.none }}\n")
    done = subprocess.run([str(require("actionlint")), str(wrong)], capture_output=True, text=True, check=False)
    assert done.returncode == 1


@each_workflow
def test_every_action_is_pinned_to_a_commit_and_says_its_version(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if "uses:" in line]
    assert lines
    assert [line for line in lines if not ACTION.search(line)] == []


@each_workflow
def test_a_workflow_may_only_read_and_ends(path: Path) -> None:
    tree = read(path)
    assert tree["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in tree["jobs"].values())


def test_ci_runs_what_a_contributor_runs() -> None:
    (job,) = read(PROJECT / ".github" / "workflows" / "ci.yaml")["jobs"].values()
    assert job["steps"][-1]["run"] == ".ci/run"


def test_ct_knows_the_repository_of_every_dependency_that_is_not_oci() -> None:
    """Helm builds a locked chart only from repositories it has a definition for."""
    known = {entry.partition("=")[2] for entry in read(PROJECT / "ci" / "ct.yaml")["chart-repos"]}
    assert known == {pin.repository for pin in pins() if not pin.repository.startswith("oci://")}


def test_the_values_file_that_kind_installs_is_there() -> None:
    text = (PROJECT / ".github" / "workflows" / "chart.yaml").read_text()
    (name,) = set(re.findall(r"[\w-]+-values\.yaml", text)) - {"-values.yaml"}
    assert (PROJECT / "charts" / "aeterna" / "ci" / name).is_file()
