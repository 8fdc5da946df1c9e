"""Merge of a .env file: everything in it is the user's, but for what this run decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.formats import env_entry, read_env
from helm_aeterna.outputs.merge.trees import Merged

if TYPE_CHECKING:
    from collections.abc import Collection


def merge_env(disk: str, new: str, settled: Collection[str], where: str) -> Merged:
    """Add what is missing, replace what this run decides, leave everything else byte for byte.

    Args:
        disk: What stands there now.
        new: What the program would write.
        settled: Names that this run decides, whatever the file says.
        where: The file's name, for the error.

    Raises:
        FormatError: The file on disk is no .env file; with the line.
    """
    there = read_env(disk, where)
    text, conflicts, added = disk, [], []
    for name, (value, _) in read_env(new, where).items():
        if name not in there:
            added.append(env_entry(name, value))
        elif there[name][0] != value and name not in settled:
            conflicts.append(name)
        elif there[name][0] != value:
            start, end = read_env(text, where)[name][1]
            text = text[:start] + env_entry(name, value) + text[end:]
    gap = "" if not text or text.endswith("\n") else "\n"
    return Merged(text=text + gap * bool(added) + "".join(f"{line}\n" for line in added), conflicts=tuple(conflicts))
