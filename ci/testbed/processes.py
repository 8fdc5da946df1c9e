"""Know a process again, and end it: a number alone may belong to somebody else by now."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PROC = Path("/proc")
_BOOT = _PROC / "sys/kernel/random/boot_id"
_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.02


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A process number together with the moment that process began, in the system's own words."""

    pid: int
    started: str

    def alive(self) -> bool:
        """Tell whether this very process still runs; one that only waits to be reaped does not."""
        return identify(self.pid) == self


def identify(pid: int) -> Identity | None:
    """Return who runs under a number now, or None for nobody."""
    started = _started_linux(pid) if _BOOT.exists() else _started_elsewhere(pid)
    return None if started is None else Identity(pid=pid, started=started)


def _started_linux(pid: int) -> str | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The program's name is the second field, in brackets, and may hold spaces and brackets itself.
    fields = text.rpartition(")")[2].split()
    state, ticks = fields[0], fields[19]
    if state in "ZX":
        return None
    return f"{_BOOT.read_text(encoding='utf-8').strip()}/{ticks}"


def _started_elsewhere(pid: int) -> str | None:
    command = ["ps", "-o", "stat=", "-o", "lstart=", "-p", str(pid)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    state, _, started = done.stdout.strip().partition(" ")
    return None if not started or state.startswith("Z") else started.strip()


def end(identities: Iterable[Identity], *, first: signal.Signals, patience: float) -> None:
    """Send a signal to those that still run; after `patience` seconds kill who is left, and wait."""
    left = _send(identities, first)
    deadline = time.monotonic() + patience
    while left and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
        left = [identity for identity in left if identity.alive()]
    left = _send(left, signal.SIGKILL)
    while any(identity.alive() for identity in left):
        time.sleep(_POLL_SECONDS)


def _send(identities: Iterable[Identity], number: signal.Signals) -> list[Identity]:
    alive = [identity for identity in identities if identity.alive()]
    for identity in alive:
        try:
            os.kill(identity.pid, number)
        except ProcessLookupError:
            continue  # it ended between the look and the signal
    return alive


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies, however the parent dies.

    To be called in a new process before its program starts. Elsewhere it does nothing: there
    `ci/cluster down` finds what a killed supervisor left.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
