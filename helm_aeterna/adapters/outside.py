"""The outside world as one value: what a command is given, and what a test replaces."""

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
class Outside:
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


def real_outside() -> Outside:
    """The world of a real run."""
    environment = dict(os.environ)  # noqa: TID251 - the one place that reads it
    console = Console(colour=wants_colour(environment, sys.stderr))
    return Outside(environment=environment, cwd=Path.cwd(), console=console)
