"""Turns Ctrl-C, SIGINT and SIGTERM into a count, so that a running program can be stopped in good order."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import termios
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_CONTROL_C = b"\x03"
_PULSE = 0.1


class Interrupts:
    """How often the user asked to stop.

    Attributes:
        answered: How many of these wishes something was done about; one that comes while nothing runs is not lost.
    """

    def __init__(self, terminal: int | None = None) -> None:
        self.terminal = terminal
        self.signals = 0
        self.keys = 0
        self.answered = 0

    @property
    def count(self) -> int:
        """Signals and keys together; reads the keys that wait."""
        while self.terminal is not None and select.select([self.terminal], [], [], 0)[0]:
            typed = os.read(self.terminal, 1024)
            if not typed:  # the terminal is gone, which is a way of leaving
                self.terminal = None
                self.keys += 1
            self.keys += typed.count(_CONTROL_C)
        return self.signals + self.keys

    def heard(self) -> bool:
        """Whether there is a wish to stop that nothing was done about; whoever asks takes it on."""
        count = self.count
        new, self.answered = count > self.answered, count
        return new

    def pause(self, seconds: float) -> bool:
        """Wait; say at once whether the user asked to stop."""
        end = time.monotonic() + seconds
        while not self.heard():
            left = end - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(_PULSE, left))
        return True

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Count a signal."""
        self.signals += 1


@contextlib.contextmanager
def listening() -> Iterator[Interrupts]:
    """Count interrupts instead of dying of them.

    Helm has no handler of its own while a plugin runs: Ctrl-C would kill `helm`, give the prompt back and leave this
    program writing over it. So the terminal hands Ctrl-C over as a key for as long as this lasts.
    """
    with contextlib.ExitStack() as undo:
        interrupts = Interrupts(undo.enter_context(_keys()))
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                before = signal.signal(number, interrupts.on_signal)
                undo.callback(signal.signal, number, before)
        yield interrupts


@contextlib.contextmanager
def _keys() -> Iterator[int | None]:
    """Give the terminal's descriptor while it delivers Ctrl-C as a key; None without a terminal of our own."""
    descriptor, before = -1, list[Any]()
    try:
        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)
        foreground = os.tcgetpgrp(descriptor) == os.getpgrp()
    except (OSError, ValueError, AttributeError, termios.error):
        foreground = False
    if not foreground:  # no terminal, or it belongs to another program
        yield None
        return
    changed = [*before[:3], before[3] & ~(termios.ISIG | termios.ICANON | termios.ECHO), *before[4:]]
    termios.tcsetattr(descriptor, termios.TCSANOW, changed)
    try:
        yield descriptor
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
