"""Bring a cluster up, take it down, and say how it is."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ci.testbed import components, health, state, tools
from ci.testbed.errors import ClusterError, PrerequisiteError
from ci.testbed.processes import Identity, end, identify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ci.testbed.cache import Cache
    from ci.testbed.progress import Progress
    from ci.testbed.state import Folder, State

_ATTEMPTS = 3
_POLL_SECONDS = 0.05
_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class PartReport:
    """How one part is: its process runs (`alive`) and says that it is well (`healthy`)."""

    name: str
    pid: int
    port: int
    alive: bool
    healthy: bool
    log: Path


@dataclass(frozen=True, kw_only=True)
class Report:
    """How a cluster is."""

    phase: str
    server: str
    kubeconfig: Path
    supervisor: int
    parts: tuple[PartReport, ...]

    @property
    def healthy(self) -> bool:
        """Tell whether the whole cluster can be used."""
        return self.phase == "ready" and all(part.healthy for part in self.parts)


def up(folder: Folder, progress: Progress, *, owner: int | None = None, where: Cache | None = None) -> Report:
    """Start the cluster of a folder, or leave it alone when it is well.

    With `owner`, a process number, the cluster ends when that process does.

    Raises:
        PrerequisiteError: a program is not ready; this function fetches none.
        ClusterError: the cluster did not get ready.
    """
    with _alone(folder):
        found = status(folder)
        if found is not None and found.healthy:
            progress.line(f"cluster: already up at {found.server}")
            return found
        if found is not None:
            progress.line("cluster: removing what an earlier one left")
            _clear(folder)
        with progress.step("cluster", "starting"):
            return _start(folder, _programs(where), owner)


def down(folder: Folder) -> bool:
    """End everything of a folder's cluster and remove its files; tell whether there was one."""
    with _alone(folder):
        return _clear(folder)


def status(folder: Folder) -> Report | None:
    """Say how a folder's cluster is, or None when there is none."""
    known = state.load(folder)
    if known is None:
        return None
    supervised = known.supervisor.alive()
    return Report(
        phase=known.phase if supervised or known.phase == "failed" else "without its supervisor",
        server=known.server,
        kubeconfig=folder.kubeconfig,
        supervisor=known.supervisor.pid,
        parts=tuple(_part_report(folder, part) for part in known.parts),
    )


def _part_report(folder: Folder, part: state.Part) -> PartReport:
    alive = part.process.alive()
    return PartReport(
        name=part.name,
        pid=part.process.pid,
        port=part.port,
        alive=alive,
        healthy=alive and health.answers(part.name, part.port, folder.authority),
        log=folder.log(part.name),
    )


@contextlib.contextmanager
def _alone(folder: Folder) -> Iterator[None]:
    """Keep other commands on clusters beside this one waiting.

    The lock is on the folder around the cluster's: a file of our own would have to be left behind.
    """
    around = folder.root.parent
    around.mkdir(parents=True, exist_ok=True)
    lock = os.open(around, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _programs(where: Cache | None) -> Mapping[str, Path]:
    found = {name: tools.find(name, where=where) for name in components.TOOLS}
    absent = [name for name, path in found.items() if path is None]
    if absent:
        raise PrerequisiteError(f"not ready: {', '.join(absent)}", fix="ci/setup cluster")
    return {name: path for name, path in found.items() if path is not None}


def _start(folder: Folder, programs: Mapping[str, Path], owner: int | None) -> Report:
    for attempt in range(1, _ATTEMPTS + 1):
        known = _attempt(folder, programs, owner)
        if known.phase == "ready":
            break
        # Between looking for a free port and listening on it, somebody else may have taken it.
        if not known.port_taken or attempt == _ATTEMPTS:
            fix = f"the logs are in {folder.logs}; `ci/cluster down` removes what is left"
            raise ClusterError(f"the cluster did not get ready: {known.failure}", fix=fix)
        _clear(folder)
    report = status(folder)
    if report is None:
        raise ClusterError("the cluster was taken away while it started")
    return report


def _attempt(folder: Folder, programs: Mapping[str, Path], owner: int | None) -> State:
    if owner is not None and identify(owner) is None:
        raise ClusterError(f"process {owner}, which should own the cluster, does not run")
    for place in (folder.root, folder.data, folder.logs):
        place.mkdir(mode=0o700, exist_ok=True)
    command = [sys.executable, "-m", "ci.testbed.supervisor", str(folder.root), str(owner or "")]
    command += [f"{name}={path}" for name, path in programs.items()]
    quiet = subprocess.DEVNULL
    try:
        with folder.log("supervisor").open("wb") as log:
            subprocess.run(command, cwd=components.PROJECT, check=True, stdin=quiet, stdout=log, stderr=log)
        return _wait(folder)
    except BaseException:
        # Cancelled half-way, or in trouble: then nothing may go on in the background.
        _end_processes(state.load(folder))
        raise


def _wait(folder: Folder) -> State:
    """Wait until the supervisor says "ready" or "failed"; each of its own waits has an end."""
    while True:
        known = state.load(folder)
        if known is not None and known.phase != "starting":
            return known
        if known is None or not known.supervisor.alive():
            raise ClusterError("the supervisor died", fix=f"see {folder.log('supervisor')}")
        time.sleep(_POLL_SECONDS)


def _clear(folder: Folder) -> bool:
    known = state.load(folder)
    _end_processes(known)
    for path in (folder.kubeconfig, folder.state):
        path.unlink(missing_ok=True)
    for place in (folder.data, folder.logs):
        shutil.rmtree(place, ignore_errors=True)
    # Only what is ours goes: whatever else somebody put into the folder stays, and the folder with it.
    with contextlib.suppress(OSError):
        folder.root.rmdir()
    return known is not None


def _end_processes(known: State | None) -> None:
    if known is None:
        return
    end([known.supervisor], first=signal.SIGTERM, patience=_PATIENCE_SECONDS)
    # A supervisor that was killed could not end its parts.
    parts: list[Identity] = [part.process for part in known.parts]
    end(parts, first=signal.SIGKILL, patience=0)
