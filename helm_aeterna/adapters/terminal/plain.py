"""The terminal as lines: says a text, asks for a line, hides what is secret; no control code is ever written."""

from __future__ import annotations

import contextlib
import signal
import termios
import threading
from typing import TYPE_CHECKING, NoReturn, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


class LineStopped(Exception):  # noqa: N818 - not an error: somebody ended the program or the terminal went away
    """The program was told to end, or there is nobody to ask any more."""


class PlainTerminal:
    """Lines out, lines in.

    Args:
        keys: Where lines are read from.
        paper: Where lines are written to.
    """

    def __init__(self, keys: TextIO, paper: TextIO) -> None:
        self._keys = keys
        self._paper = paper

    def say(self, text: str) -> None:
        """Write one line.

        Raises:
            LineStopped: The terminal is gone.
        """
        try:
            self._write(text + "\n")
        except OSError as error:
            raise LineStopped from error

    def ask(self, prompt: str, *, hidden: bool = False) -> str:
        """Write the prompt and read a line.

        Raises:
            LineStopped: There is no more line, or no more terminal.
            KeyboardInterrupt: Ctrl-C.
        """
        try:
            # The echo is off before the prompt appears: whoever is quick is not seen either.
            with self._unseen() if hidden else contextlib.nullcontext():
                self._write(prompt)
                line = self._keys.readline()
            if hidden:
                self._write("\n")
        except OSError as error:
            raise LineStopped from error
        if not line:
            raise LineStopped
        return line.rstrip("\r\n")

    def _write(self, text: str) -> None:
        """Signs that the terminal cannot show become question marks."""
        encoding = self._paper.encoding or "utf-8"
        self._paper.write(text.encode(encoding, errors="replace").decode(encoding))
        self._paper.flush()

    @contextlib.contextmanager
    def _unseen(self) -> Iterator[None]:
        """Switch the echo off; it comes back whatever happens."""
        descriptor = self._keys.fileno()
        before = termios.tcgetattr(descriptor)
        changed = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
        termios.tcsetattr(descriptor, termios.TCSADRAIN, changed)
        try:
            yield
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into LineStopped, so that the terminal is put back and the answers are kept."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise LineStopped

    with contextlib.ExitStack() as undo:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGHUP):
                undo.callback(signal.signal, number, signal.signal(number, stop))
        yield
