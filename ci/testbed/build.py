"""Build a program from its pinned Go module."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING

from ci.testbed import versions
from ci.testbed.errors import PrerequisiteError, TestbedError

if TYPE_CHECKING:
    from pathlib import Path

    from ci.testbed.pins import Module

_GO_LINE = re.compile(r"^go (\S+)$", re.MULTILINE)
_SECONDS = 3600
_FIX = "install Go {version} or newer and put it on PATH"


@cache
def _go() -> tuple[str, versions.Version]:
    program = shutil.which("go")
    found = None
    if program is not None:
        done = subprocess.run(
            [program, "env", "GOVERSION"], capture_output=True, text=True, check=False, env=_environment()
        )
        found = versions.read(done.stdout.removeprefix("go"))
    return program or "", found or (0, 0, 0)


def _environment() -> dict[str, str]:
    # A toolchain that Go fetches by itself would be one more download, and an unpinned one.
    fixed = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    return {**os.environ, **fixed}


def compiler(module: Module) -> str:
    """Return the path of a Go that can build the module.

    Raises:
        PrerequisiteError: there is no Go, or it is too old for the module's go.mod.
    """
    line = _GO_LINE.search((module.folder / "go.mod").read_text(encoding="utf-8"))
    wanted = line.group(1) if line else "0.0"
    program, found = _go()
    if not program:
        message = f"Go is needed to build {module.name} {module.version}, and there is none on PATH"
        raise PrerequisiteError(message, fix=_FIX.format(version=wanted))
    if found < (versions.read(wanted) or (0, 0, 0)):
        number = ".".join(map(str, found))
        message = f"Go {wanted} is needed to build {module.name} {module.version}; {program} is {number}"
        raise PrerequisiteError(message, fix=_FIX.format(version=wanted))
    return program


def build(module: Module, package: str, target: Path) -> None:
    """Compile one main package of the module into `target`.

    Raises:
        PrerequisiteError: no fitting Go.
        TestbedError: the build failed; the message carries the end of Go's own words.
    """
    command = [compiler(module), "build", "-trimpath", "-buildvcs=false"]
    command += ["-ldflags", module.linker_flags(), "-o", str(target), package]
    done = subprocess.run(
        command,
        cwd=module.folder,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        message = f"go build {package} failed:\n{done.stderr.strip()[-2000:]}"
        raise TestbedError(message, fix="check that Go reaches its module proxy; the pins are in ci/tools/")
