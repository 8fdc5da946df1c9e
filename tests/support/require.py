"""One policy for programs a test cannot do without: absent, it is skipped here and a failure in CI."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from ci.testbed import cache, pins, tools

# Read once, at import: fixtures give each test a home folder of its own, where no tool is cached.
_CACHE = cache.default()
_SEARCH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
_IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}


def require(tool: str) -> Path:
    """Return the path of a program: a pinned tool by its name in pins.toml, any other from PATH.

    Programs of the virtual environment that runs the tests come before those on PATH.
    """
    pinned = tool in pins.load()
    found = tools.find(tool, where=_CACHE) if pinned else _which(tool)
    if found is None:
        missing(f"{tool} is not ready", fix=f"ci/setup {tool}" if pinned else f"install {tool}")
    return found


def missing(what: str, *, fix: str) -> NoReturn:
    """Skip the running test for want of something; in CI, where everything must be there, fail it."""
    message = f"{what} (fix: {fix})"
    if _IN_CI:
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def _which(program: str) -> Path | None:
    found = shutil.which(program, path=_SEARCH)
    return None if found is None else Path(found)
