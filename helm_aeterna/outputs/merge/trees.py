"""Three-way merge of generated YAML: what the user changed by hand stays, what only the program changed follows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from helm_aeterna.errors import AeternaError
from helm_aeterna.formats import FormatError, Tree, load_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.outputs.merge.edits import Editor
    from helm_aeterna.outputs.merge.layout import Entry, Layout, Span

TreeMap: TypeAlias = "Mapping[str, Tree]"
Path: TypeAlias = "tuple[str, ...]"

WHOLE_FILE: Final = "(the whole file)"


class _Missing:
    """Stands for a key that is not there; None is a value of YAML."""


_MISSING: Final = _Missing()
_HEADER = re.compile(r"(?:#[^\n]*\n)*")
_BLOCK = re.compile(r"^\n((?:#[^\n]*\n)+)([\w-]+):", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What the file should hold.

    Attributes:
        text: The new content; it may hold secrets.
        conflicts: Dotted keys that the user and the program changed differently; the user's value stays.
    """

    text: str = field(repr=False)
    conflicts: tuple[str, ...] = ()


def merge_yaml(last: str | None, disk: str, new: str, where: str = "values.yaml") -> Merged:
    """Merge what the user and the program changed since the file was last written.

    Args:
        last: What the program wrote last; None where nobody knows.
        disk: What stands there now.
        new: What the program would write.
        where: The file's name, for the error.

    Returns:
        The text on disk with the program's changes in it; everything else is the same byte for byte. Maps are merged
        key by key, lists are one value. A place that cannot be edited safely (anchors, aliases, tags) is a conflict.

    Raises:
        FormatError: The file on disk is not valid YAML; with line and column.
    """
    if disk in {last, new}:
        return Merged(text=new)
    from helm_aeterna.outputs.merge.edits import Editor, apply
    from helm_aeterna.outputs.merge.layout import layout

    ours = layout(disk, where)
    if last == new:
        return Merged(text=disk)
    base, theirs = last_written(last), load_yaml(new, where)
    merge = _Merge(editor=Editor(ours, frozenset(base.comments_in(0, len(base.text))), _block_comments(new)))
    try:
        tree = merge.document(base.tree, theirs)
        merge.header(base.text, new)
        merge.comments(_block_comments(base.text))
        text = apply(disk, merge.editor.edits)
        proved = same(load_yaml(text, where) or {}, tree or {})
    except (FormatError, ValueError):
        text, proved = disk, False
    if not proved:  # the text is written in a way that no edit fits: nothing of the user's is put at risk
        touched = [edit.path for edit in merge.editor.edits if edit.path]
        return Merged(text=disk, conflicts=tuple(dict.fromkeys([*merge.conflicts, *touched])))
    return Merged(text=text, conflicts=tuple(merge.conflicts))


def same(one: Tree | _Missing, other: Tree | _Missing) -> bool:
    """Whether two trees say the same: types count (1 is not true), the order of keys does not."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    return type(one) is type(other) and (one == other or repr(one) == repr(other))


def last_written(last: str | None) -> Layout:
    """Read what the program wrote last; empty where there is no record that can be read."""
    from helm_aeterna.outputs.merge.layout import layout

    try:
        return layout(last or "", "what was written last")
    except AeternaError:
        return layout("", "")  # somebody edited our own note: as if there were none


@dataclass(slots=True)
class _Merge:
    """One merge: walks the three trees and collects edits and conflicts."""

    editor: Editor
    conflicts: list[str] = field(default_factory=list)

    def document(self, base: Tree, theirs: Tree) -> Tree:
        """Merge whole documents; the tree that the text must say afterwards."""
        ours, root = self.editor.layout.tree, self.editor.layout.root
        base_map, their_map = (tree if isinstance(tree, dict) else {} for tree in (base, theirs))
        if not ours and ours in ({}, None):
            added = self._added(base_map, {}, their_map, ())
            self.editor.replace_root(added)
            return added
        if not isinstance(ours, dict) or root is None or root.entries is None:
            if not same(base, theirs) and not same(ours, theirs):
                self.conflicts.append(WHOLE_FILE)
            return ours
        return self._map(base_map, ours, their_map, root, ())

    def header(self, last: str, new: str) -> None:
        """Follow the comment lines at the top, unless the user wrote into them."""
        old, disk, fresh = (_header(text) for text in (last, self.editor.layout.text, new))
        if old and old != fresh and disk.replace("\r\n", "\n") == old:
            self.editor.replace_header(len(disk), fresh)

    def comments(self, last: Mapping[str, str]) -> None:
        """Follow the comments above the blocks, unless the user wrote into them."""
        root = self.editor.layout.root
        for key, entry in ((root and root.entries) or {}).items():
            self.editor.replace_comment(entry, len(_header(self.editor.layout.text)), key, last.get(key, ""))

    def _map(self, base: TreeMap, ours: TreeMap, theirs: TreeMap, span: Span, path: Path) -> dict[str, Tree]:
        entries = span.entries or {}
        merged: dict[str, Tree] = {}
        removed = []
        for key, mine in ours.items():
            three = (base.get(key, _MISSING), mine, theirs.get(key, _MISSING))
            value = self._entry(*three, entries[key], (*path, key), flow=span.flow)
            if isinstance(value, _Missing):
                removed.append(key)
            else:
                merged[key] = value
        added = self._added(base, ours, theirs, path)
        if merged or not path:
            self._restructure(span, removed, added, theirs, path)
        return {**merged, **added}

    def _added(self, base: TreeMap, ours: TreeMap, theirs: TreeMap, path: Path) -> dict[str, Tree]:
        added: dict[str, Tree] = {}
        for key, value in theirs.items():
            if key in ours:
                continue
            if key not in base:
                added[key] = value
            elif not same(base[key], value):  # the user took it out, the program changed it
                self._conflict((*path, key))
        return added

    def _entry(
        self, base: Tree | _Missing, ours: Tree, theirs: Tree | _Missing, entry: Entry, path: Path, *, flow: bool
    ) -> Tree | _Missing:
        inside = _inside(base, ours, theirs)
        if inside is not None and entry.value.entries is not None and isinstance(ours, dict):
            return self._nested(inside, ours, theirs, entry, path, flow=flow)
        if same(base, theirs) or same(ours, theirs):
            return ours
        if not same(ours, base) or self.editor.layout.pinned(entry.start, entry.end):
            return self._conflict(path, ours)
        if not isinstance(theirs, _Missing):
            self.editor.replace(entry, theirs, path, flow=flow)
        return theirs

    def _nested(
        self,
        inside: tuple[TreeMap, TreeMap],
        ours: TreeMap,
        theirs: Tree | _Missing,
        entry: Entry,
        path: Path,
        *,
        flow: bool,
    ) -> Tree | _Missing:
        marker = len(self.editor.edits)
        merged = self._map(inside[0], ours, inside[1], entry.value, path)
        emptied = bool(ours) and not merged
        if emptied and isinstance(theirs, _Missing):
            del self.editor.edits[marker:]
            return _MISSING
        if emptied or not any(key in ours for key in merged):
            del self.editor.edits[marker:]
            if not same(merged, ours):
                self.editor.replace(entry, merged, path, flow=flow)
        return merged

    def _restructure(self, span: Span, removed: list[str], added: TreeMap, theirs: TreeMap, path: Path) -> None:
        """Take entries out of a map and put new ones in, each below the one it follows in the new text."""
        entries = span.entries or {}
        if span.flow and len(removed) == len(entries):
            self.editor.replace_root(added)
        elif span.flow:
            if removed or added:
                self.editor.rewrite_flow(span, removed, added, path)
        else:
            self._move_lines(entries, removed, added, theirs, path)

    def _move_lines(
        self, entries: Mapping[str, Entry], removed: list[str], added: TreeMap, theirs: TreeMap, path: Path
    ) -> None:
        for key in removed:
            self.editor.remove(entries[key], (*path, key))
        neighbour = entries[list(entries)[-1]]
        for key, value in theirs.items():
            if key in entries:
                neighbour = entries[key]
            elif key in added:
                self.editor.insert_after(neighbour, key, value, (*path, key))

    def _conflict(self, path: Path, ours: Tree = None) -> Tree:
        self.conflicts.append(".".join(path))
        return ours


def _inside(base: Tree | _Missing, ours: Tree, theirs: Tree | _Missing) -> tuple[TreeMap, TreeMap] | None:
    """The maps to merge key by key: what was there and what is wanted; None where a value is one piece."""
    was = base if isinstance(base, dict) else {}
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return was, theirs
    if isinstance(ours, dict) and isinstance(theirs, _Missing) and isinstance(base, dict):
        return was, {}
    return None


def _block_comments(text: str) -> dict[str, str]:
    """Block to the comment that the program wrote above it, below an empty line."""
    return {found[2]: found[1] for found in _BLOCK.finditer(text)}


def _header(text: str) -> str:
    found = _HEADER.match(text)
    return found.group() if found else ""
