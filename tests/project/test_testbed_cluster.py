"""The cluster's commands decide well: when to try again, which process to end, what to say."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ci.testbed import cluster, cluster_command, watcher
from ci.testbed.cache import Cache
from ci.testbed.cluster import Component, Report
from ci.testbed.errors import ClusterError, PrerequisiteError
from ci.testbed.folder import Folder
from ci.testbed.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(root=tmp_path / "cluster")
    made.root.mkdir()
    return made


def sleeper(*arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", *map(str, arguments)])


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    with sleeper() as process:
        yield process
        process.kill()


def report(folder: Folder, phase: str, failure: str = "") -> Report:
    part = Component(name="etcd", pid=1, alive=phase == "ready", log=folder.log("etcd"))
    return Report(phase=phase, failure=failure, kubeconfig=folder.kubeconfig, components=(part,))


def attempts(monkeypatch: pytest.MonkeyPatch, *outcomes: Report) -> list[Report]:
    """Let attempts to start end as given; return those that are left."""
    left = list(outcomes)

    def attempt(folder: Folder, programs: Mapping[str, Path], *, owned: bool) -> Report:
        assert (programs, owned) == ({}, True)
        assert not folder.home.exists()
        folder.home.mkdir(parents=True)
        folder.note(left[0].phase)
        return left.pop(0)

    monkeypatch.setattr(cluster, "_attempt", attempt)
    return left


def test_a_start_that_fails_is_tried_again_from_nothing(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    failed, ready = report(folder, "failed", "address already in use"), report(folder, "ready")
    left = attempts(monkeypatch, failed, failed, ready)
    monkeypatch.setattr(cluster, "_clear", lambda place: place.home.rmdir())
    assert cluster._start(folder, {}, owned=True) == ready
    assert left == []


def test_a_start_is_tried_three_times_only(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = report(folder, "failed", "address already in use")
    left = attempts(monkeypatch, failed, failed, failed, report(folder, "ready"))
    with pytest.raises(ClusterError, match="address already in use") as caught:
        cluster._start(folder, {}, owned=True)
    assert len(left) == 1
    assert str(folder.root) in caught.value.fix
    assert folder.home.exists()


def test_programs_that_are_not_ready_are_named_with_the_fix(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    empty = Cache(root=tmp_path / "empty", platform="linux/amd64")
    with pytest.raises(PrerequisiteError, match=r"not ready: etcd, kube-apiserver.* kwokctl") as caught:
        cluster.up(folder, Progress(stream=io.StringIO()), where=empty)
    assert caught.value.fix == "ci/setup cluster"


def test_a_cluster_whose_watcher_is_gone_is_not_healthy(
    folder: Folder, stranger: subprocess.Popen[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    folder.note("ready")
    (folder.root / "watcher.pid").write_text(str(stranger.pid), encoding="utf-8")
    found = cluster.status(folder)
    assert found is not None
    assert (found.phase, found.healthy, found.components[0].alive) == ("without its watcher", False, False)
    assert cluster_command.main(["status", "--dir", str(folder.root)]) == 4
    assert "gone" in capsys.readouterr().out


def test_status_says_what_failed(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.note("failed", "etcd ended by itself:\nno space")
    assert cluster_command.main(["status", "--dir", str(folder.root)]) == 4
    assert "cluster: failed\netcd ended by itself:\nno space\n" in capsys.readouterr().out
    assert cluster_command.main(["status", "--dir", str(folder.root), "--json"]) == 4
    told = json.loads(capsys.readouterr().out)
    assert (told["healthy"], told["failure"]) == (False, "etcd ended by itself:\nno space")


@pytest.mark.parametrize("action", ["up", "down", "status"])
def test_a_folder_of_another_program_is_refused(
    folder: Folder, action: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.phase_file.write_text("full moon\n", encoding="utf-8")
    assert cluster_command.main([action, "--dir", str(folder.root)]) == 4
    assert "is not a file of ci/cluster" in capsys.readouterr().err
    assert [path.name for path in folder.root.iterdir()] == ["phase"]


def test_down_without_a_cluster_removes_nothing(folder: Folder) -> None:
    folder.kubeconfig.write_text("mine", encoding="utf-8")
    assert not cluster.down(folder)
    assert folder.kubeconfig.read_text(encoding="utf-8") == "mine"


def test_a_number_that_belongs_to_another_program_now_is_left_alone(
    folder: Folder, stranger: subprocess.Popen[bytes]
) -> None:
    folder.kill([stranger.pid])
    assert stranger.poll() is None


def test_a_process_whose_command_line_names_the_folder_is_killed(folder: Folder) -> None:
    with sleeper(f"--data-dir={folder.home}") as process:
        assert folder.runs(process.pid)
        # The folder of another cluster, whose name begins alike, is not this one.
        assert not replace(folder, root=folder.root.with_name("clus")).runs(process.pid)
        folder.kill([process.pid])
        # It waits to be reaped now, which counts as gone.
        assert not folder.runs(process.pid)


def test_ports_are_given_once() -> None:
    ports = watcher.free_ports()
    assert len(set(ports.values())) == len(ports) == 5
