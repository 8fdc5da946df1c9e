"""Find a program that is already on PATH in a version the tests can take."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ci.testbed import versions

if TYPE_CHECKING:
    from ci.testbed.pins import Tool

_SECONDS = 10


@cache
def _output(program: str, arguments: tuple[str, ...]) -> str:
    """Ask a program for its version once; one that fails or hangs answers nothing."""
    try:
        done = subprocess.run(
            [program, *arguments],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    return done.stdout + done.stderr


def find(tool: Tool, *, search: str | None = None) -> Path | None:
    """Return the program on PATH (or on `search`) when its version is one the tool accepts."""
    if tool.accept is None:
        return None
    program = shutil.which(tool.program, path=search)
    if program is None:
        return None
    version = versions.read(_output(program, tool.version_arguments))
    if version is None or not tool.accept.holds(version):
        return None
    return Path(program)
