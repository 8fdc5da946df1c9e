"""The cluster's commands decide well: when to try again, when to stop, what to say."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from ci.testbed import cluster, cluster_command, state
from ci.testbed.cache import Cache
from ci.testbed.errors import ClusterError, PrerequisiteError
from ci.testbed.processes import Identity
from ci.testbed.progress import Progress
from ci.testbed.state import Folder, Part, State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NOBODY = Identity(pid=1, started="never")
TAKEN = State(phase="failed", supervisor=NOBODY, failure="address already in use", port_taken=True)
BROKEN = State(phase="failed", supervisor=NOBODY, failure="etcd ended by itself with 1")
READY = State(phase="ready", supervisor=NOBODY, server="https://127.0.0.1:1")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(root=tmp_path / "cluster")


def attempts(monkeypatch: pytest.MonkeyPatch, *outcomes: State) -> list[State]:
    """Let attempts to start end as given; return those that are left."""
    left = list(outcomes)

    def attempt(folder: Folder, programs: Mapping[str, Path], owner: int | None) -> State:
        assert (programs, owner) == ({}, None)
        folder.root.mkdir(exist_ok=True)
        state.save(folder, left[0])
        return left.pop(0)

    monkeypatch.setattr(cluster, "_attempt", attempt)
    return left


def test_a_port_that_was_taken_meanwhile_is_tried_again(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    left = attempts(monkeypatch, TAKEN, TAKEN, READY)
    assert cluster._start(folder, {}, None).server == READY.server
    assert left == []


def test_ports_are_tried_three_times_only(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    left = attempts(monkeypatch, TAKEN, TAKEN, TAKEN, READY)
    with pytest.raises(ClusterError, match="address already in use"):
        cluster._start(folder, {}, None)
    assert left == [READY]


def test_any_other_failure_is_told_at_once(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    left = attempts(monkeypatch, BROKEN, READY)
    with pytest.raises(ClusterError, match="etcd ended by itself") as caught:
        cluster._start(folder, {}, None)
    assert left == [READY]
    assert str(folder.logs) in caught.value.fix


def test_programs_that_are_not_ready_are_named_with_the_fix(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    empty = Cache(root=tmp_path / "empty", platform="linux/amd64")
    with pytest.raises(PrerequisiteError, match="not ready: etcd, kube-apiserver") as caught:
        cluster.up(folder, Progress(stream=io.StringIO()), where=empty)
    assert caught.value.fix == "ci/setup cluster"


def test_a_cluster_whose_supervisor_is_gone_is_not_healthy(folder: Folder) -> None:
    folder.root.mkdir()
    state.save(folder, READY.with_part(Part(name="etcd", port=1, process=NOBODY)))
    report = cluster.status(folder)
    assert report is not None
    assert (report.phase, report.healthy) == ("without its supervisor", False)
    assert (report.parts[0].alive, report.parts[0].healthy) == (False, False)


def test_status_says_what_is_wrong(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.root.mkdir()
    state.save(folder, READY.with_part(Part(name="etcd", port=1, process=NOBODY)))
    assert cluster_command.main(["status", "--dir", str(folder.root)]) == 4
    assert "etcd" in (text := capsys.readouterr().out)
    assert "gone" in text
    assert cluster_command.main(["status", "--dir", str(folder.root), "--json"]) == 4
    assert json.loads(capsys.readouterr().out)["healthy"] is False


def test_a_state_of_somebody_else_is_refused_not_removed(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.root.mkdir()
    folder.state.write_text('{"version": 99}', encoding="utf-8")
    assert cluster_command.main(["down", "--dir", str(folder.root)]) == 4
    assert "another version" in capsys.readouterr().err
    assert folder.state.exists()
