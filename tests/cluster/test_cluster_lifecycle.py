"""The test cluster comes up once, listens on loopback only, and leaves nothing when it goes."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ci.testbed import cluster as testbed
from ci.testbed.folder import Folder
from ci.testbed.progress import Progress
from tests.support.live_cluster import eventually
from tests.support.require import require

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.cluster

# A test run in small: it starts a cluster of its own, then waits until it is killed.
OWNER = """
import io, sys
from pathlib import Path
from ci.testbed import cluster
from ci.testbed.folder import Folder
from ci.testbed.progress import Progress
cluster.up(Folder(root=Path(sys.argv[1])), Progress(stream=io.StringIO()), owned=True)
print("up", flush=True)
input()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    for program in testbed.TOOLS:
        require(program)
    place = Folder(root=tmp_path / "cluster")
    yield place
    testbed.down(place)


def up(folder: Folder) -> dict[str, int]:
    testbed.up(folder, Progress(stream=io.StringIO()), owned=True)
    return processes(folder)


def processes(folder: Folder) -> dict[str, int]:
    found = {**folder.own_processes(), **folder.components()}
    del found["kwokctl"]  # it has done its work
    assert len(found) == 6
    return found


def none_runs(folder: Folder, found: dict[str, int]) -> bool:
    return not any(folder.runs(number) for number in found.values())


def healthy(folder: Folder) -> bool:
    report = testbed.status(folder)
    return report is not None and report.healthy


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, testbed.PROJECT / "ci" / "cluster", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_second_up_leaves_a_healthy_cluster_alone(folder: Folder) -> None:
    before = up(folder)
    done = command("up", "--dir", str(folder.root))
    assert (done.returncode, processes(folder)) == (0, before)
    assert "already up" in done.stderr
    assert done.stdout == f"export KUBECONFIG={folder.kubeconfig}\n"
    assert command("status", "--dir", str(folder.root)).returncode == 0

    assert command("down", "--dir", str(folder.root)).returncode == 0
    assert none_runs(folder, before)
    assert not folder.root.exists()
    done = command("status", "--dir", str(folder.root), "--json")
    assert (done.returncode, json.loads(done.stdout)["phase"]) == (4, "down")


def listening(number: int) -> set[str]:
    """Return the addresses, as the system writes them in hexadecimal, on which a process listens."""
    sockets = set()
    for descriptor in Path(f"/proc/{number}/fd").iterdir():
        try:
            sockets.add(os.readlink(descriptor))  # noqa: PTH115 - not a path: socket:[12345]
        except FileNotFoundError:
            continue
    rows = [row.split() for family in ("tcp", "tcp6") for row in Path(f"/proc/net/{family}").read_text().splitlines()]
    return {row[1].partition(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets}


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads the sockets from Linux's /proc")
def test_every_component_listens_on_loopback_only(folder: Folder) -> None:
    found = {name: listening(number) for name, number in up(folder).items()}
    assert found == {name: set() if name == "watcher" else {"0100007F"} for name in found}


def test_nothing_outlives_a_watcher_that_is_told_to_end(folder: Folder) -> None:
    before = up(folder)
    os.kill(before["watcher"], signal.SIGTERM)
    eventually(lambda: none_runs(folder, before))


def test_down_ends_what_a_killed_watcher_left(folder: Folder) -> None:
    before = up(folder)
    folder.kill([before["watcher"]])
    assert not healthy(folder)
    assert folder.runs(before["etcd"])
    testbed.down(folder)
    assert none_runs(folder, before)
    assert not folder.root.exists()


def test_a_dead_component_takes_the_rest_along_and_up_starts_anew(folder: Folder) -> None:
    before = up(folder)
    folder.kill([before["kwok-controller"]])
    eventually(lambda: none_runs(folder, before))
    phase, failure = folder.phase()
    assert phase == "failed"
    assert "kwok-controller ended by itself" in failure
    up(folder)
    assert healthy(folder)


def test_the_cluster_goes_with_its_killed_owner(folder: Folder) -> None:
    command = [sys.executable, "-c", OWNER, str(folder.root)]
    with subprocess.Popen(
        command, cwd=testbed.PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "up\n"
        before = processes(folder)
        assert healthy(folder)
        owner.kill()
    eventually(lambda: none_runs(folder, before))


def test_nothing_goes_on_after_a_start_is_killed(folder: Folder) -> None:
    command = [sys.executable, "-c", OWNER, str(folder.root)]
    with subprocess.Popen(command, cwd=testbed.PROJECT, stdin=subprocess.PIPE) as owner:
        eventually(folder.components)
        owner.kill()
    before = {**folder.own_processes(), **folder.components()}
    eventually(lambda: none_runs(folder, {**before, **folder.components()}))


def test_the_cluster_goes_with_its_folder(folder: Folder) -> None:
    before = up(folder)
    shutil.rmtree(folder.root)
    eventually(lambda: none_runs(folder, before))


def test_down_keeps_what_is_not_the_clusters(folder: Folder) -> None:
    up(folder)
    mine = folder.root / "notes.txt"
    mine.write_text("keep", encoding="utf-8")
    testbed.down(folder)
    assert [path.name for path in folder.root.rglob("*")] == ["notes.txt"]
