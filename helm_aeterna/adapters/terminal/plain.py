"""The terminal as lines: says a text, asks for a line, hides what is secret; no control code is ever written."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING, NoReturn, TextIO

from helm_aeterna.adapters.terminal import mode

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
            # The echo is off before the prompt appears, so that fast typing is not seen either.
            with self._unseen() if hidden else contextlib.nullcontext():
                self._write(prompt)
                line = self._line()
            if hidden:
                self._write("\n")
        except OSError as error:
            raise LineStopped from error
        if line.endswith("\x03"):
            raise KeyboardInterrupt
        if not line:
            raise LineStopped
        return line.rstrip("\r\n")

    def _write(self, text: str) -> None:
        """Signs that the terminal cannot show become question marks."""
        encoding = self._paper.encoding or "utf-8"
        self._paper.write(text.encode(encoding, errors="replace").decode(encoding))
        self._paper.flush()

    def _line(self) -> str:
        """Read up to the end of the line, a Ctrl-C, or the end of everything."""
        descriptor = mode.terminal_of(self._keys)
        if descriptor is None:
            return self._keys.readline()
        line = b""
        # Not by `readline`: it goes on reading after a Ctrl-C.
        while not line.endswith((b"\n", mode.CONTROL_C)) and (chunk := os.read(descriptor, 4096)):
            line += chunk
        return line.decode(self._keys.encoding or "utf-8", errors="replace")

    def _unseen(self) -> contextlib.AbstractContextManager[None]:
        descriptor = mode.terminal_of(self._keys)
        return contextlib.nullcontext() if descriptor is None else mode.unseen(descriptor)

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Take Ctrl-C as a key, and SIGTERM and SIGHUP as LineStopped: the terminal is put back, the answers are kept.

        Raises:
            LineStopped: A signal came, or the terminal is gone.
        """

        def stop(_number: int, _frame: FrameType | None) -> NoReturn:
            raise LineStopped

        with contextlib.ExitStack() as undo:
            if threading.current_thread() is threading.main_thread():
                for number in (signal.SIGTERM, signal.SIGHUP):
                    undo.callback(signal.signal, number, signal.signal(number, stop))
            descriptor = mode.terminal_of(self._keys)
            if descriptor is not None:
                try:
                    undo.enter_context(mode.lines(descriptor))
                except OSError as error:
                    raise LineStopped from error
            yield
