"""The terminal's mode: changed for a while by the one who owns the terminal, then put back.

Helm handles no signal while a plugin runs: a Ctrl-C that the terminal turns into one kills `helm`, gives the prompt
back, and leaves this program writing over it. So the terminal hands Ctrl-C over as a key for as long as a mode lasts.
"""

from __future__ import annotations

import contextlib
import os
import termios
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TextIO

CONTROL_C = b"\x03"
_LOCAL, _CHARACTERS = 3, 6  # places in what tcgetattr gives


def terminal_of(stream: TextIO | None) -> int | None:
    """Give the descriptor of the stream's terminal; None without one, or while another program has it."""
    try:
        descriptor = stream.fileno()  # type: ignore[union-attr] # Python has no stream for a closed descriptor
        return descriptor if os.tcgetpgrp(descriptor) == os.getpgrp() else None
    except (OSError, ValueError, AttributeError):
        return None


def keys(descriptor: int) -> contextlib.AbstractContextManager[None]:
    """Hand over each key at once and unseen."""

    def change(mode: list[Any]) -> None:
        mode[_LOCAL] &= ~(termios.ISIG | termios.ICANON | termios.ECHO)

    return _changed(descriptor, change)


def lines(descriptor: int) -> contextlib.AbstractContextManager[None]:
    """Hand over lines; Ctrl-C ends a line, as its last character."""

    def change(mode: list[Any]) -> None:
        mode[_CHARACTERS][termios.VINTR] = os.fpathconf(descriptor, "PC_VDISABLE") & 0xFF
        mode[_CHARACTERS][termios.VEOL] = CONTROL_C

    return _changed(descriptor, change)


def unseen(descriptor: int) -> contextlib.AbstractContextManager[None]:
    """Switch the echo off."""

    def change(mode: list[Any]) -> None:
        mode[_LOCAL] &= ~termios.ECHO

    return _changed(descriptor, change)


@contextlib.contextmanager
def _changed(descriptor: int, change: Callable[[list[Any]], None]) -> Iterator[None]:
    try:
        before = termios.tcgetattr(descriptor)
        mode = [*before[:_CHARACTERS], list(before[_CHARACTERS])]
        change(mode)
        termios.tcsetattr(descriptor, termios.TCSANOW, mode)
    except termios.error as error:  # it is no subclass of OSError
        raise OSError(*error.args) from error
    try:
        yield
    finally:
        # A terminal that is gone, or that the shell has taken back, is no longer ours to put back.
        with contextlib.suppress(termios.error, OSError):
            if os.tcgetpgrp(descriptor) == os.getpgrp():
                termios.tcsetattr(descriptor, termios.TCSANOW, before)
