"""Bring a cluster up, take it down, and say how it is."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ci.testbed import tools, watcher
from ci.testbed.errors import ClusterError, PrerequisiteError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ci.testbed.cache import Cache
    from ci.testbed.folder import Folder
    from ci.testbed.progress import Progress

PROJECT = Path(__file__).parent.parent.parent
TOOLS = tuple(watcher.PROGRAMS)
_ATTEMPTS = 3
_POLL_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class Component:
    """One process of the cluster."""

    name: str
    pid: int
    alive: bool
    log: Path


@dataclass(frozen=True, kw_only=True)
class Report:
    """How a cluster is: its phase, what failed, and its processes, the watcher first."""

    phase: str
    failure: str
    kubeconfig: Path
    components: tuple[Component, ...]

    @property
    def healthy(self) -> bool:
        """Tell whether the whole cluster can be used."""
        return self.phase == "ready" and all(component.alive for component in self.components)


def up(folder: Folder, progress: Progress, *, owned: bool = False, where: Cache | None = None) -> Report:
    """Start the cluster of a folder, or leave it alone when it is healthy.

    With `owned`, the cluster ends with the calling process, however that process ends.

    Raises:
        PrerequisiteError: a program is not ready; this function fetches none.
        ClusterError: the cluster did not get ready.
    """
    with _locked(folder):
        found = status(folder)
        if found is not None and found.healthy:
            progress.line(f"cluster: already up, {found.kubeconfig}")
            return found
        if found is not None:
            progress.line("cluster: removing what an earlier one left")
            _clear(folder)
        with progress.step("cluster", "starting"):
            return _start(folder, _programs(where), owned=owned)


def down(folder: Folder) -> bool:
    """End every process of a folder's cluster and remove its files; tell whether there was one."""
    with _locked(folder):
        return _clear(folder)


def status(folder: Folder) -> Report | None:
    """Say how a folder's cluster is, or None when there is none."""
    phase, failure = folder.phase()
    if not phase:
        return None
    watching = folder.own_processes().get("watcher", 0)
    found = [("watcher", watching, folder.watcher_log)]
    found += [(name, number, folder.log(name)) for name, number in folder.components().items()]
    components = tuple(
        Component(name=name, pid=number, alive=folder.runs(number), log=log) for name, number, log in found
    )
    if not components[0].alive and phase != "failed":
        phase = "without its watcher"
    return Report(phase=phase, failure=failure, kubeconfig=folder.kubeconfig, components=components)


@contextlib.contextmanager
def _locked(folder: Folder) -> Iterator[None]:
    """Let one command at a time work on the clusters in one place.

    The lock is on the folder around the cluster's: a lock file would have to be left behind.
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
    found = {name: tools.find(name, where=where) for name in TOOLS}
    absent = [name for name, path in found.items() if path is None]
    if absent:
        raise PrerequisiteError(f"not ready: {', '.join(absent)}", fix="ci/setup cluster")
    return {name: path for name, path in found.items() if path is not None}


def _start(folder: Folder, programs: Mapping[str, Path], *, owned: bool) -> Report:
    # A free port can be taken before a component listens on it, and on a slow machine a component can run out of
    # time before the API server answers: both are gone in the next attempt.
    report = _attempt(folder, programs, owned=owned)
    for _ in range(_ATTEMPTS - 1):
        if report.healthy:
            break
        _clear(folder)
        report = _attempt(folder, programs, owned=owned)
    if report.healthy:
        return report
    fix = f"the logs are in {folder.root}; `ci/cluster down` removes what is left"
    raise ClusterError(f"the cluster did not get ready: {report.failure or report.phase}", fix=fix)


def _attempt(folder: Folder, programs: Mapping[str, Path], *, owned: bool) -> Report:
    folder.root.mkdir(mode=0o700, exist_ok=True)
    folder.note("starting")
    try:
        _begin(folder, programs, owned=owned)
        report = status(folder)
        while report is not None and report.phase == "starting":
            time.sleep(_POLL_SECONDS)
            report = status(folder)
    except BaseException:
        # Cancelled, or in trouble: then nothing may go on in the background.
        _end_processes(folder)
        raise
    if report is None:
        raise ClusterError("the cluster was removed while it started")
    return report


def _begin(folder: Folder, programs: Mapping[str, Path], *, owned: bool) -> None:
    """Start the watcher; with `owned`, it gets one end of a pipe to this process."""
    # The other end is never closed here, and no child inherits it: the system closes it when this process ends.
    reader = os.pipe()[0] if owned else None
    command = [sys.executable, "-m", "ci.testbed.watcher", f"{folder.root}/", "" if reader is None else str(reader)]
    command += [f"{name}={path}" for name, path in programs.items()]
    with folder.watcher_log.open("wb") as log:
        subprocess.run(
            command,
            cwd=PROJECT,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=() if reader is None else (reader,),
        )
    if reader is not None:
        os.close(reader)


def _clear(folder: Folder) -> bool:
    if not folder.phase()[0]:
        return False
    _end_processes(folder)
    shutil.rmtree(folder.home, ignore_errors=True)
    for path in (folder.kubeconfig, folder.watcher_log, *folder.root.glob("*.pid"), folder.phase_file):
        path.unlink(missing_ok=True)
    # Only the cluster's files go: whatever else is in the folder stays, and the folder with it.
    with contextlib.suppress(OSError):
        folder.home.parent.rmdir()
        folder.root.rmdir()
    return True


def _end_processes(folder: Folder) -> None:
    # The watcher first, so that it sees no component die. It cannot be left to the watcher, which may have been
    # killed, nor to `kwokctl delete`, which kills by number whatever runs under it by now.
    folder.kill(folder.own_processes().values())
    folder.kill(folder.components().values())
