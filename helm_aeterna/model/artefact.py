"""Files to write, and the plan of writing them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.formats import Tree

PUBLIC, PRIVATE = 0o644, 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """One file that the program writes.

    Attributes:
        path: Relative to the output folder, with forward slashes.
        text: Its whole content; not shown by repr, it may hold secrets.
        mode: Permission bits; PRIVATE for everything that may hold a secret.
        purpose: What it is for, in a few words.
        keep: Keep what the user changed in it since it was last generated.
        backup: Keep a copy of what it replaces.
        implied: Dotted keys that are left out because the default of what reads the file is the same.
    """

    path: str
    text: str = field(repr=False)
    mode: int = PUBLIC
    purpose: str = ""
    keep: bool = False
    backup: bool = True
    implied: Mapping[str, Tree] = field(default_factory=dict, repr=False)

    @property
    def secret(self) -> bool:
        """Whether its content must not be shown."""
        return self.mode == PRIVATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """What was on disk before: read once, never again.

    Attributes:
        texts: Path to content of every file that an artefact would replace.
        last: Path to content as it was last generated (.aeterna/last).
    """

    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    last: Mapping[str, str] = field(default_factory=dict, repr=False)


class Action(StrEnum):
    """What happens to a file."""

    CREATE = "create"
    REPLACE = "replace"
    MERGE = "merge"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One step of the plan.

    Attributes:
        artefact: The file with the text that will stand in it.
        action: What happens.
        before: What stands there now; None for a new file.
        conflicts: Keys that the user and the program changed differently; the user's value stays.
    """

    artefact: Artefact
    action: Action
    before: str | None = field(default=None, repr=False)
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePlan:
    """Everything that will be written, all or nothing."""

    writes: tuple[Write, ...]

    @property
    def changes(self) -> tuple[Write, ...]:
        """The steps that touch the disk."""
        return tuple(write for write in self.writes if write.action is not Action.SAME)
