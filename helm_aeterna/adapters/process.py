"""Starts other programs: argument lists only, a time limit, their own process group, secrets blotted out."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import signal
import subprocess  # noqa: TID251 - this is the one place
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helm_aeterna.adapters.interrupts import Interrupts, listening
from helm_aeterna.errors import PrerequisiteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

BLOT = "***"
_PULSE = 0.2  # seconds between two looks at the clock
_GRACE = 20.0  # seconds a program gets to leave by itself before it is killed
_QUIET = 1.0  # seconds a grandchild may keep the pipes open after its parent left
_SHORT = 8  # a secret below this length is only blotted out as a whole word


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One program to start.

    Attributes:
        argv: Program and arguments; a secret never stands here.
        environment: The whole environment of the program.
        cwd: Where it runs; None is here.
        text: What it reads from standard input; nothing when empty.
        timeout: Seconds until it is stopped.
        secrets: Texts that must not appear in what it says.
        tick: Called again and again while it runs, with the seconds since its start; True stops it as Ctrl-C does.
        every: Seconds between two ticks.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    cwd: Path | None = None
    text: str = field(default="", repr=False)
    timeout: float = 60.0
    secrets: tuple[str, ...] = field(default=(), repr=False)
    tick: Callable[[float], bool] | None = field(default=None, repr=False)
    every: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a program ended.

    Attributes:
        code: Its exit code; negative for a signal.
        out: What it wrote to standard output, untouched: it may hold secrets.
        err: What it wrote to standard error, secrets blotted out.
        interrupted: The user asked to stop while it ran.
        overdue: It was stopped at its time limit.
    """

    code: int
    out: str = field(repr=False)
    err: str
    interrupted: bool = False
    overdue: bool = False

    @property
    def ok(self) -> bool:
        """Whether it did what it was asked."""
        return self.code == 0 and not self.interrupted and not self.overdue


def _forms(secrets: Iterable[str]) -> Iterator[str]:
    """Give each secret in every spelling a program may print it: as it is, each line, base64."""
    for secret in secrets:
        yield secret
        yield base64.b64encode(secret.encode()).decode()
        yield from (line for line in secret.splitlines() if len(line) >= _SHORT)


def blotted(text: str, secrets: Iterable[str]) -> str:
    """Blot the secrets out of a text; a short one only where it is a whole word."""
    forms = sorted(set(_forms(secret for secret in secrets if secret)), key=len, reverse=True)
    for form in forms:
        pattern = re.escape(form)
        text = re.sub(pattern if len(form) >= _SHORT else rf"(?<!\w){pattern}(?!\w)", BLOT, text)
    return text


def run(call: Call, interrupts: Interrupts | None = None) -> Ended:
    """Start a program, wait for its end and keep what it said.

    Ctrl-C does not reach the program by itself: it stands in a process group of its own. It is forwarded once, and
    the program gets time to leave; a second Ctrl-C kills it. After a Ctrl-C that nobody heard yet nothing is started.

    Args:
        call: What to start.
        interrupts: Counts the wishes to stop where the caller listens already.

    Raises:
        PrerequisiteError: The program is not there or may not be started.
    """
    with contextlib.nullcontext(interrupts) if interrupts else listening() as heard:
        if heard.heard():
            return Ended(code=-signal.SIGINT, out="", err="", interrupted=True)
        with _started(call) as child:
            try:
                return _Watch(child=child, call=call, interrupts=heard).until_end()
            finally:
                # Whatever went wrong here, no program stays behind.
                if child.poll() is None:
                    _signal(child, signal.SIGKILL)


def _started(call: Call) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            call.argv,
            env=dict(call.environment),
            cwd=call.cwd,
            stdin=subprocess.PIPE if call.text else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
        )
    except OSError as error:
        raise PrerequisiteError(
            f"cannot start {call.argv[0]}: {error.strerror}", where=call.argv[0], fix="check that it is installed"
        ) from error


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to the program and everything it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


class _Watch:
    """Follows one running program to its end.

    Ours is what `communicate` has not: one Ctrl-C handed on, time to leave before the kill, ticks, and an end although
    a grandchild holds the pipes.
    """

    def __init__(self, *, child: subprocess.Popen[bytes], call: Call, interrupts: Interrupts) -> None:
        self.child, self.call, self.interrupts = child, call, interrupts
        self.start = self.ticked = time.monotonic()
        self.interrupted = False  # the user asked to stop while it ran
        self.overdue = self.given_up = False
        self.deadline = self.start + call.timeout

    def until_end(self) -> Ended:
        """Collect output until both pipes are closed or the program has long left."""
        text: bytes | None = self.call.text.encode() or None
        said, last = (b"", b""), self.start
        while True:
            try:
                said = self.child.communicate(text, timeout=_PULSE)
                break
            except subprocess.TimeoutExpired as still:
                text, before, said = None, said, (still.output or b"", still.stderr or b"")
            if said != before:
                last = time.monotonic()
            elif self.child.poll() is not None and time.monotonic() - last > _QUIET:
                break
            self._look_at_the_clock()
        out, err = (part.decode(errors="replace") for part in said)
        return Ended(
            code=self.child.returncode,
            out=out,
            err=blotted(err, self.call.secrets),
            interrupted=self.interrupted,
            overdue=self.overdue,
        )

    def _look_at_the_clock(self) -> None:
        now = time.monotonic()
        if self.interrupts.heard():
            self._stop(signal.SIGKILL if self.interrupted else signal.SIGINT)
            self.interrupted = True
        elif now > self.deadline:
            self._stop(signal.SIGKILL if self.overdue or self.interrupted else signal.SIGTERM)
            self.overdue = self.overdue or not self.interrupted
        elif self.call.tick and not (self.interrupted or self.given_up) and now - self.ticked >= self.call.every:
            if self.call.tick(now - self.start):
                self._stop(signal.SIGINT)
                self.given_up = True
            self.ticked = time.monotonic()

    def _stop(self, number: signal.Signals) -> None:
        _signal(self.child, number)
        self.deadline = time.monotonic() + _GRACE
