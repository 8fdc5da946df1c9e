"""The folder of one cluster: where its files are, and which of its processes run.

kwokctl keeps the process numbers but not what they belong to. A number can belong to another program
by now, so a process counts as the cluster's only while its command line names the cluster's folder.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ci.testbed.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME = "aeterna-test"
_PHASES = ("starting", "ready", "failed")
_PROC = Path("/proc")
_POLL_SECONDS = 0.02


@dataclass(frozen=True, kw_only=True)
class Folder:
    """The files of one cluster; `root` is the folder that --dir names."""

    root: Path

    @property
    def kubeconfig(self) -> Path:
        """Return the administrator's kubeconfig."""
        return self.root / "kubeconfig"

    @property
    def home(self) -> Path:
        """Return the folder that kwokctl manages: database, certificates, logs, process numbers."""
        return self.root / "clusters" / NAME

    @property
    def phase_file(self) -> Path:
        """Return the file that says how far the cluster is."""
        return self.root / "phase"

    @property
    def watcher_log(self) -> Path:
        """Return the log of the process that watches the cluster."""
        return self.root / "watcher.log"

    def log(self, name: str) -> Path:
        """Return the log of a component."""
        return self.home / "logs" / f"{name}.log"

    def phase(self) -> tuple[str, str]:
        """Return the phase and what failed; the phase is empty when there is no cluster.

        Raises:
            ClusterError: another program wrote the file.
        """
        try:
            phase, _, failure = self.phase_file.read_text(encoding="utf-8").partition("\n")
        except FileNotFoundError:
            return "", ""
        if phase not in _PHASES:
            fix = "name another folder with --dir"
            raise ClusterError(f"{self.phase_file} is not a file of ci/cluster", fix=fix)
        return phase, failure

    def note(self, phase: str, failure: str = "") -> None:
        """Write the phase; a reader sees the old one or the new one."""
        new = self.phase_file.with_name(".phase")
        new.write_text(f"{phase}\n{failure}", encoding="utf-8")
        new.replace(self.phase_file)

    def own_processes(self) -> dict[str, int]:
        """Return the number of the watcher, and of kwokctl while it starts the components."""
        return _numbers(self.root)

    def components(self) -> dict[str, int]:
        """Return the number of each component that kwokctl started."""
        return _numbers(self.home / "pids")

    def runs(self, number: int) -> bool:
        """Tell whether a process of this cluster runs under a number."""
        return f"{self.root}/" in _command_line(number)

    def kill(self, numbers: Iterable[int]) -> None:
        """Kill processes of this cluster, and wait until they are gone."""
        ours = [number for number in numbers if self.runs(number)]
        for number in ours:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        while any(self.runs(number) for number in ours):
            time.sleep(_POLL_SECONDS)


def _numbers(folder: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for file in sorted(folder.glob("*.pid")):
        # A file can go, or be empty still, while it is read.
        with suppress(FileNotFoundError, ValueError):
            found[file.stem] = int(file.read_text(encoding="utf-8"))
    return found


def _command_line(number: int) -> str:
    """Return a process's command line; it is empty for one that has ended, reaped or not."""
    if not (_PROC / "self/cmdline").exists():
        command = ["ps", "-ww", "-o", "command=", "-p", str(number)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = _linux_command_line(number)
    if not found and (_PROC / str(number)).exists():
        # A program that just begins has none for a moment: the second look tells.
        time.sleep(_POLL_SECONDS)
        found = _linux_command_line(number)
    return found


def _linux_command_line(number: int) -> str:
    try:
        return (_PROC / str(number) / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""
