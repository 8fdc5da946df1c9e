"""Paths as people write them."""

from __future__ import annotations

from pathlib import Path


def path_of(name: str, cwd: Path) -> Path:
    """A path as somebody wrote it; `~` of nobody is a name like any other."""
    try:
        return cwd / Path(name).expanduser()
    except RuntimeError:
        return cwd / name
