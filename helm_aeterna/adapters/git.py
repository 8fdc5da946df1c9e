"""What git knows of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.adapters.process import Call, run
from helm_aeterna.errors import AeternaError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def is_tracked(path: Path, environment: Mapping[str, str]) -> bool:
    """Whether git has a file in its index; False where there is no git or no repository."""
    if not any((parent / ".git").exists() for parent in path.parents):
        return False
    argv = ("git", "ls-files", "--error-unmatch", "--", path.name)
    try:
        return run(Call(argv=argv, environment=environment, cwd=path.parent, timeout=5.0)).ok
    except (AeternaError, OSError):
        return False
