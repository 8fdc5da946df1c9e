"""Turns Ctrl-C, SIGINT and SIGTERM into a count, so that a running program can be stopped in good order."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

from helm_aeterna.adapters.terminal import mode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

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
            typed = b""
            with contextlib.suppress(OSError):  # a shell took it back from an orphan
                typed = os.read(self.terminal, 1024)
            if not typed:  # the terminal is gone, which is a way of leaving
                self.terminal = None
                self.keys += 1
            self.keys += typed.count(mode.CONTROL_C)
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
def listening(*, terminal: bool | None = None) -> Iterator[Interrupts]:
    """Count interrupts instead of dying of them; for this long the terminal hands Ctrl-C over as a key.

    Args:
        terminal: Whether the caller owns the terminal. None takes this for true in the main thread alone: other
            threads work beside a screen, which keeps the terminal in its own mode and reads the keys itself.
    """
    main = threading.current_thread() is threading.main_thread()
    owned = mode.terminal_of(sys.stdin) if (main if terminal is None else terminal) else None
    with contextlib.ExitStack() as undo:
        if owned is not None:
            try:
                undo.enter_context(mode.keys(owned))
            except OSError:  # the terminal is gone
                owned = None
        interrupts = Interrupts(owned)
        if main:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                before = signal.signal(number, interrupts.on_signal)
                undo.callback(signal.signal, number, before)
        yield interrupts


def end_with_parent() -> None:
    """Take the end of the program that started this one for a hang-up; Helm does not end its plugin with itself."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PULSE)
        os.kill(os.getpid(), signal.SIGHUP)

    threading.Thread(target=watch, daemon=True).start()
