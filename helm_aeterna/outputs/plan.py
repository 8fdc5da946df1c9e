"""The plan of writing: what happens to which file, given what is there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.formats import dump_yaml, load_yaml, lookup, nest
from helm_aeterna.model.artefact import Action, Artefact, Disk, Write, WritePlan
from helm_aeterna.outputs.compose import ENV
from helm_aeterna.outputs.merge.env import merge_env
from helm_aeterna.outputs.merge.trees import last_written, merge_yaml, same

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def plan_writes(artefacts: Iterable[Artefact], disk: Disk, *, settled: Collection[str] = ()) -> WritePlan:
    """Compare each file with what is there; what the user changed in it stays.

    Args:
        artefacts: The files to write.
        disk: What is there, and what was generated last.
        settled: Keys of credentials that this run decides, whatever the file says.

    Raises:
        FormatError: A file that would be merged is not valid YAML; with line and column.
    """
    return WritePlan(writes=tuple(_write(artefact, disk, settled) for artefact in artefacts))


def _write(artefact: Artefact, disk: Disk, settled: Collection[str]) -> Write:
    before = disk.texts.get(artefact.path)
    if before is None:
        return Write(artefact=artefact, action=Action.CREATE)
    action = Action.REPLACE
    conflicts: tuple[str, ...] = ()
    env = artefact.path == ENV
    last = disk.last.get(artefact.path)
    if artefact.secret and not env:
        last = _secret_base(before, artefact.path, settled)
    if artefact.keep and before not in {last, artefact.text}:
        new = artefact.text
        merged = merge_env(before, new, settled, ENV) if env else merge_yaml(last, before, new, artefact.path)
        artefact = replace(artefact, text=merged.text)
        action, conflicts = Action.MERGE, (*merged.conflicts, *_unlike(artefact, before, last))
    if before == artefact.text:
        return Write(artefact=artefact, action=Action.SAME, before=before, conflicts=conflicts)
    return Write(artefact=artefact, action=action, before=before, conflicts=conflicts)


def _unlike(artefact: Artefact, before: str, last: str | None) -> list[str]:
    """What a file without a record says unlike the defaults that this run takes and does not write."""
    if not artefact.implied or last_written(last).tree:
        return []
    there = load_yaml(before, artefact.path)
    said = {key: lookup(there, key) for key in artefact.implied}
    return [key for key, value in said.items() if value is not None and not same(value, artefact.implied[key])]


def _secret_base(before: str, where: str, settled: Collection[str]) -> str:
    """What counts as written by the program in a file of credentials.

    No copy and no digest of a credential is kept for merges. Only what this run decides counts as the program's own:
    it may be replaced or removed, and everything else in the file is the user's.
    """
    tree = load_yaml(before, where)
    there = {path: value for path in settled if (value := lookup(tree, path)) is not None}
    return dump_yaml(nest(there))
