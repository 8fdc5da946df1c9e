"""What people and programs read: text on stdout, progress and warnings on stderr, colour where it is wanted."""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from helm_aeterna.errors import WriteError

if TYPE_CHECKING:
    from collections.abc import Mapping

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


def wants_colour(environment: Mapping[str, str], stream: TextIO) -> bool:
    """Follow NO_COLOR, HELM_COLOR and TERM; else colour is for terminals."""
    if environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    said = environment.get("HELM_COLOR", "auto")
    return said == "always" or (said != "never" and stream.isatty())


def wants_unicode(stream: TextIO) -> bool:
    """Whether the stream can show a check mark."""
    try:
        "✓".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


@dataclass(slots=True)
class Console:
    """Writes to the two streams of one run."""

    stdout: TextIO = field(default_factory=lambda: sys.stdout)
    stderr: TextIO = field(default_factory=lambda: sys.stderr)
    colour: bool = False

    def paint(self, text: str, *styles: str) -> str:
        """Colour a text, or leave it alone."""
        if not self.colour:
            return text
        codes = ";".join(_STYLES[style] for style in styles)
        return f"\x1b[{codes}m{text}\x1b[0m"

    def out(self, text: str = "") -> None:
        """Print what was asked for."""
        self._write(self.stdout, text)

    def err(self, text: str = "") -> None:
        """Tell something beside it; nobody listening is no reason to stop."""
        with contextlib.suppress(BrokenPipeError, WriteError):
            self._write(self.stderr, text)

    def done(self, text: str) -> None:
        """Tell that a step is done."""
        mark = "✓" if wants_unicode(self.stderr) else "ok"
        self.err(f"{self.paint(mark, 'green')} {text}")

    def step(self, text: str) -> None:
        """Tell that a step has begun."""
        mark = "→" if wants_unicode(self.stderr) else "->"
        self.err(f"{self.paint(mark, 'cyan')} {text}")

    def warn(self, text: str) -> None:
        """Tell something that people should know."""
        self.err(f"{self.paint('warning:', 'yellow', 'bold')} {text}")

    @staticmethod
    def _write(stream: TextIO, text: str) -> None:
        encoding = stream.encoding or "utf-8"
        safe = text.encode(encoding, errors="replace").decode(encoding)
        try:
            stream.write(safe + "\n")
            stream.flush()
        except OSError as error:
            # Whoever read it has gone (`| head`): what is left goes nowhere, or Python would complain at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            if isinstance(error, BrokenPipeError):
                raise
            problem = f"what there is to say cannot be written: {error.strerror}"
            raise WriteError(problem, fix="look where the output goes") from error
