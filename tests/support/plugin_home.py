"""The plugin as a user has it: a copy of its files, a Helm home of its own, wheels that need no network."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from ci.testbed import cache
from tests.support.require import missing

ROOT = Path(__file__).resolve().parents[2]
LOCK = Path("requirements", "runtime.txt")
SHIPPED = ("plugin.yaml", "install-binary.sh", "bin", "helm_aeterna", "charts", "requirements", ".gitignore")
_WHEELS = cache.default().root.parent / "wheels"
# The user's settings of pip are kept for the one download; the tests themselves run without.
_PIP = {key: value for key, value in os.environ.items() if key.startswith("PIP_")}

PROBE = '''"""Tells what arrived; stands in for the program."""
import json, os, sys


def entry() -> None:
    if sys.argv[1:2] == ["--exit"]:
        sys.exit(int(sys.argv[2]))
    print(json.dumps({"arguments": sys.argv[1:], "environment": dict(os.environ), "path": sys.path}))
'''


@dataclass(frozen=True, kw_only=True)
class Home:
    """A user with an empty home folder.

    Attributes:
        folder: The home folder.
        data: Helm's data folder.
        variables: More variables than those every user has.
    """

    folder: Path
    data: Path
    variables: dict[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        """Return the whole environment: nothing of the tests' own gets in."""
        return {
            "PATH": f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin",
            "HOME": str(self.folder),
            "HELM_DATA_HOME": str(self.data),
            "PIP_NO_INDEX": "1",
            **self.variables,
            **more,
        }

    def run(self, *command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, in the home folder."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


def wheels() -> Path:
    """Return a folder with every wheel of the lock, downloaded once for each lock."""
    lock = ROOT / LOCK
    tag = f"{sys.implementation.cache_tag}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    folder = _WHEELS / tag
    _WHEELS.mkdir(parents=True, exist_ok=True)
    with (_WHEELS / f".{tag}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not folder.is_dir():
            _download(lock, folder)
    return folder


def _download(lock: Path, folder: Path) -> None:
    fresh = folder.with_suffix(".making")
    shutil.rmtree(fresh, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "--only-binary", ":all:"]
    done = subprocess.run(
        [*command, "--dest", fresh, "--requirement", lock],
        env={**_PIP, "PATH": os.defpath, "HOME": str(_WHEELS)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        missing(f"the wheels of {LOCK} could not be downloaded: {done.stderr[-300:]}", fix="connect to a package index")
    fresh.rename(folder)


def copy_plugin(target: Path, *, probe: bool = False) -> Path:
    """Copy what a checkout of the plugin holds; with `probe`, its program tells what it was given instead."""
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    if probe:
        (target / "helm_aeterna" / "__main__.py").write_text(PROBE, encoding="utf-8")
    return target
