"""The runtime of a command - environment, folder, streams - as one value that a test can replace."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from helm_aeterna.adapters.console import Console, wants_colour

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Where a command runs.

    Attributes:
        environment: The variables, Helm's among them when it started the program as a plugin.
        cwd: The folder it was started in.
        stdin: Where answers and secrets may be read from.
        console: Where it speaks.
    """

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    cwd: Path
    stdin: TextIO = field(default_factory=lambda: sys.stdin, repr=False)
    console: Console

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked."""
        return self.stdin.isatty() and self.console.stdout.isatty()

    @property
    def as_plugin(self) -> bool:
        """Whether Helm started the program."""
        return bool(self.environment.get("HELM_PLUGIN_NAME"))


def real_runtime() -> Runtime:
    """The runtime of this process."""
    environment = dict(os.environ)  # noqa: TID251 - the one place that reads it
    # Python has no stream where the caller closed the descriptor.
    stdin, stdout, stderr = sys.stdin or _nothing("r"), sys.stdout or _nothing("w"), sys.stderr or _nothing("w")
    console = Console(stdout=stdout, stderr=stderr, colour=wants_colour(environment, stderr))
    try:
        cwd = Path.cwd()
    except OSError:
        cwd = Path(environment.get("PWD") or os.sep)  # it was deleted: whoever needs it finds nothing there
    return Runtime(environment=environment, cwd=cwd, stdin=stdin, console=console)


def _nothing(mode: str) -> TextIO:
    return Path(os.devnull).open(mode, encoding="utf-8")  # type: ignore[return-value] # modes of text alone
