"""The plan of writing: what happens to which file, given what is there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.model.artefact import Action, Artefact, Disk, Write, WritePlan
from helm_aeterna.outputs.merge.trees import merge_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable


def plan_writes(artefacts: Iterable[Artefact], disk: Disk, *, merge: bool) -> WritePlan:
    """Compare each file with what is there.

    Args:
        artefacts: The files to write.
        disk: What is there, and what was generated last.
        merge: Keep the user's own changes in files that were generated before.
    """
    return WritePlan(writes=tuple(_write(artefact, disk, merge=merge) for artefact in artefacts))


def _write(artefact: Artefact, disk: Disk, *, merge: bool) -> Write:
    before = disk.texts.get(artefact.path)
    if before is None:
        return Write(artefact=artefact, action=Action.CREATE)
    action = Action.REPLACE
    conflicts: tuple[str, ...] = ()
    last = disk.last.get(artefact.path)
    if merge and artefact.keep and last is not None and last != before:
        merged = merge_yaml(last, before, artefact.text)
        artefact = replace(artefact, text=merged.text)
        action, conflicts = Action.MERGE, merged.conflicts
    if before == artefact.text:
        return Write(artefact=artefact, action=Action.SAME, before=before, conflicts=conflicts)
    return Write(artefact=artefact, action=action, before=before, conflicts=conflicts)
