"""Keep ready programs between runs: where they lie, and how one gets there whole or not at all."""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ci.testbed.pins import Tool

_MACHINES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64"}


def this_platform() -> str:
    """Return this machine in Go's words, for example "linux/amd64"."""
    machine = platform.machine()
    return f"{platform.system().lower()}/{_MACHINES.get(machine, machine)}"


def default_root(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of all ready programs; AETERNA_CACHE moves it."""
    own = environment.get("AETERNA_CACHE")
    if own:
        return Path(own).expanduser() / "tools"
    base = environment.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "helm-aeterna" / "tools"


@dataclass(frozen=True, kw_only=True)
class Cache:
    """A folder of programs, one folder for each, named by version and by the digest of its source.

    A folder holds nothing but its program, so it can be put on PATH alone.
    """

    root: Path
    platform: str

    def path(self, tool: Tool) -> Path:
        """Return where the program is, or will be."""
        digest = tool.source(self.platform).digest()
        system = self.platform.replace("/", "-")
        return self.root / f"{tool.name}-{tool.version(self.platform)}-{system}-{digest}" / tool.program

    def holds(self, tool: Tool) -> bool:
        """Tell whether the program is ready. Folders appear whole, so its presence is enough."""
        return self.path(tool).is_file()

    @contextmanager
    def lock(self, source: str) -> Iterator[None]:
        """Hold a source for this run, waiting for another run that is busy with the same one."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / f".{source}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """Give a folder on the same file system that is gone afterwards."""
        self.root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".staging-", dir=self.root) as folder:
            yield Path(folder)

    def take_in(self, tool: Tool, made: Path) -> Path:
        """Move a finished program in under its name, by one rename."""
        place = self.path(tool)
        folder = made.parent / f"{tool.name}.ready"
        folder.mkdir()
        made.chmod(0o755)
        made.rename(folder / tool.program)
        if place.parent.exists():
            shutil.rmtree(place.parent)
        folder.rename(place.parent)
        return place


def default() -> Cache:
    """Return the cache of this user on this machine."""
    return Cache(root=default_root(), platform=this_platform())
