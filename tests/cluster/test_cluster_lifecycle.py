"""The test cluster comes up once, and leaves nothing when it goes."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ci.testbed import cluster as testbed
from ci.testbed import components, state
from ci.testbed.progress import Progress
from ci.testbed.state import Folder
from tests.support.live_cluster import LiveCluster, eventually
from tests.support.require import require

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ci.testbed.processes import Identity

pytestmark = pytest.mark.cluster


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    place = Folder(root=tmp_path / "cluster")
    yield place
    testbed.down(place)


def up(folder: Folder, owner: int | None = None) -> LiveCluster:
    for program in components.TOOLS:
        require(program)
    report = testbed.up(folder, Progress(stream=io.StringIO()), owner=owner or os.getpid())
    return LiveCluster(kubeconfig=report.kubeconfig)


def processes(folder: Folder) -> list[Identity]:
    known = state.load(folder)
    assert known is not None
    return [known.supervisor, *(part.process for part in known.parts)]


def none_alive(found: list[Identity]) -> bool:
    return not any(identity.alive() for identity in found)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, components.PROJECT / "ci" / "cluster", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_second_up_leaves_a_healthy_cluster_alone(folder: Folder) -> None:
    up(folder)
    before = processes(folder)
    done = command("up", "--dir", str(folder.root))
    assert (done.returncode, processes(folder)) == (0, before)
    assert "already up" in done.stderr
    assert done.stdout == f"export KUBECONFIG={folder.kubeconfig}\n"
    assert command("status", "--dir", str(folder.root)).returncode == 0

    assert command("down", "--dir", str(folder.root)).returncode == 0
    assert none_alive(before)
    assert not folder.root.exists()
    done = command("status", "--dir", str(folder.root), "--json")
    assert (done.returncode, json.loads(done.stdout)["phase"]) == (4, "down")


def test_nothing_outlives_a_killed_supervisor(folder: Folder) -> None:
    up(folder)
    before = processes(folder)
    os.kill(before[0].pid, signal.SIGKILL)
    eventually(lambda: not before[0].alive())
    report = testbed.status(folder)
    assert report is not None
    assert not report.healthy
    testbed.down(folder)
    assert none_alive(before)
    assert not folder.root.exists()


def test_a_dead_part_takes_the_rest_along_and_up_starts_anew(folder: Folder) -> None:
    up(folder)
    before = processes(folder)
    known = state.load(folder)
    assert known is not None
    victim = next(part for part in known.parts if part.name == "kwok")
    os.kill(victim.process.pid, signal.SIGKILL)
    eventually(lambda: none_alive(before))
    report = testbed.status(folder)
    assert report is not None
    assert report.phase == "failed"
    up(folder)
    assert none_alive(before)
    report = testbed.status(folder)
    assert report is not None
    assert report.healthy


def test_the_cluster_goes_with_its_owner(folder: Folder) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as owner:
        up(folder, owner=owner.pid)
        before = processes(folder)
        owner.kill()
    eventually(lambda: none_alive(before))


def test_the_cluster_goes_with_its_folder(folder: Folder) -> None:
    up(folder)
    before = processes(folder)
    folder.state.rename(folder.root.parent / "taken")
    eventually(lambda: none_alive(before))


def test_down_keeps_what_is_not_the_clusters(folder: Folder) -> None:
    folder.root.mkdir()
    mine = folder.root / "notes.txt"
    mine.write_text("keep", encoding="utf-8")
    testbed.down(folder)
    assert mine.read_text(encoding="utf-8") == "keep"
