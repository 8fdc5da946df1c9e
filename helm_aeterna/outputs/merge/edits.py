"""Edits to a YAML text: one entry gets another value, goes away or comes in, and nobody's comment is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from helm_aeterna.formats import dump_json, dump_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from helm_aeterna.formats import Tree
    from helm_aeterna.outputs.merge.layout import Entry, Layout, Span

# A literal that keeps its blank lines would swallow those that follow it in the user's file.
_KEEPS_BLANK_LINES = re.compile(r"[|>]\d?\+$", re.MULTILINE)
_COMMENTS_LAST = 1
# Comments and empty lines up to the end of what is searched
_ABOVE = re.compile(r"(?:^[ \t]*(?:#[^\n]*)?\r?\n)+\Z", re.MULTILINE)
_EMPTY_LINE = re.compile(r"^\r?\n", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Replaces `text[start:end]`.

    Attributes:
        start: Offset of the first character that goes.
        end: Offset behind the last one.
        text: What stands there instead.
        rank: Order of insertions at one place: deeper levels first.
        path: The key it is about.
        whole_lines: The text is lines of its own: nothing may stand before it in its first one.
    """

    start: int
    end: int
    text: str
    rank: int = 0
    path: str = ""
    whole_lines: bool = False


@dataclass(slots=True)
class Editor:
    """Collects the edits of one text.

    Attributes:
        layout: The text with the places of what it says.
        generated: Comments that the program wrote itself; all others are kept.
        blocks: Key of the document to the comment that should stand above it.
        edits: What was collected.
    """

    layout: Layout
    generated: frozenset[str] = frozenset()
    blocks: Mapping[str, str] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)

    def replace(self, entry: Entry, value: Tree, path: Sequence[str], *, flow: bool) -> None:
        """Give an entry another value; `flow` says that it stands in brackets."""
        span = entry.value
        if flow:
            self._add(span.start, span.end, _after_colon(self.layout.text, entry) + inline(value), path)
            return
        first, rest = lines(value)
        if span.block:
            body, behind = self._line_end(entry.colon), self._line_end(span.end)
            self._add(entry.colon, entry.colon, f" {first}" if first else "", path)
            self._add(body, behind, "", path)
        else:
            # A literal may end with blank lines: they stay.
            stop = span.start + len(self.layout.text[span.start : span.end].rstrip())
            body, behind = entry.colon, stop
            self._replace_in_line(entry, stop, first, path)
        self._keep_comments_above(entry, body, behind, path)
        self._insert_lines(self._line_end(behind) if not span.block else behind, self._indented(rest, entry), path)

    def remove(self, entry: Entry, path: Sequence[str]) -> None:
        """Take an entry away, in lines of its own; its comments stay where it was."""
        start, end = self._line_start(entry.start), self._line_end(entry.end)
        kept = self._kept_comments(start, end)
        self._add(start, end, "".join(f"{line}\n" for line in self._indented(kept, entry)), path)

    def insert_after(self, entry: Entry, key: str, value: Tree, path: Sequence[str]) -> None:
        """Put a new entry into the lines below another one of the same map."""
        comment = self._comment(key) if len(path) == 1 else []
        self._insert_lines(
            self._line_end(entry.end), self._indented([*comment, *_entry_lines(key, value)], entry), path
        )

    def rewrite_flow(self, span: Span, removed: Sequence[str], added: Mapping[str, Tree], path: Sequence[str]) -> None:
        """Take entries out of a map in brackets and put others in behind what stays; something must stay."""
        entries = span.entries or {}
        names = list(entries)
        stays = [name for name in names if name not in removed]
        last = entries[stays[-1]]
        for name, following in pairwise(names):
            if name in removed and entries[name].start < last.start:
                self._add(entries[name].start, entries[following].start, "", [*path, name])
        if last.end < entries[names[-1]].end:
            self._add(last.end, entries[names[-1]].end, "", [*path, names[-1]])
        for key, value in added.items():
            self._add(last.end, last.end, f", {dump_json(key, None).strip()}: {inline(value)}", [*path, key])

    def replace_root(self, value: Mapping[str, Tree]) -> None:
        """Write a whole document where there is an empty one."""
        root, end = self.layout.root, len(self.layout.text)
        for key in value:
            self._insert_lines(end, [*self._comment(key), *_entry_lines(key, value[key])], [key])
        if root is not None and root.end > root.start:
            self._add(root.start, root.end, "", list(value)[:1])

    def replace_header(self, old: int, header: str) -> None:
        """Exchange the comment lines at the top of the file."""
        self.edits.append(Edit(start=0, end=old, text=header))

    def replace_comment(self, entry: Entry, header: int, key: str, last: str) -> None:
        """Exchange what the program wrote above a block last; `header` is where comments of blocks can begin."""
        text, place, fresh = self.layout.text, self._line_start(entry.start), self.blocks.get(key, "")
        above = _ABOVE.search(text, min(header, place), place)
        start, region = (above.start(), above.group()) if above else (place, "")
        old = last.replace("\n", "\r\n") if "\r\n" in text else last
        if last == fresh or old not in region or (not last and "#" in region):
            return
        if last:
            start += region.index(old)
            self._add(start, start + len(old), fresh, [key])
        else:
            gap = "" if _EMPTY_LINE.search(region) else "\n"
            self._add(place, place, gap + fresh, [key], rank=_COMMENTS_LAST)

    def _replace_in_line(self, entry: Entry, stop: int, first: str, path: Sequence[str]) -> None:
        text, span = self.layout.text, entry.value
        same_line = bool(first) and span.start > entry.colon and "\n" not in text[entry.colon : span.start]
        if same_line:
            self._add(span.start, stop, first, path)
        else:
            self._add(entry.colon, max(stop, entry.colon), f" {first}" if first else "", path)

    def _comment(self, key: str) -> list[str]:
        """The empty line and the comment above a new block."""
        return ["", *self.blocks[key].splitlines()] if key in self.blocks else []

    def _kept_comments(self, start: int, end: int) -> list[str]:
        return [comment for comment in self.layout.comments_in(start, end) if comment not in self.generated]

    def _keep_comments_above(self, entry: Entry, start: int, end: int, path: Sequence[str]) -> None:
        kept = self._indented(self._kept_comments(start, end), entry)
        place = self._line_start(entry.start)
        self._add(place, place, "".join(f"{line}\n" for line in kept), path, rank=_COMMENTS_LAST)

    def _insert_lines(self, place: int, written: Sequence[str], path: Sequence[str]) -> None:
        text = "".join(f"{line}\n" for line in written)
        if text:
            edit = Edit(start=place, end=place, text=text, rank=-len(path), path=".".join(path), whole_lines=True)
            self.edits.append(edit)

    def _add(self, start: int, end: int, text: str, path: Sequence[str], rank: int | None = None) -> None:
        if start == end and not text:
            return
        depth = -len(path) if rank is None else rank
        self.edits.append(Edit(start=start, end=end, text=text, rank=depth, path=".".join(path)))

    def _indented(self, written: Sequence[str], entry: Entry) -> list[str]:
        indent = self.layout.text[self._line_start(entry.start) : entry.start].lstrip("\ufeff")
        return [f"{indent}{line}" if line else "" for line in written]

    def _line_start(self, offset: int) -> int:
        return self.layout.text.rfind("\n", 0, offset) + 1

    def _line_end(self, offset: int) -> int:
        """Where the line that ends behind `offset` is over, its line break included."""
        text = self.layout.text
        if offset and text[offset - 1] == "\n":
            return offset
        found = text.find("\n", offset)
        return len(text) if found < 0 else found + 1


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Carry out edits, with the line breaks of the text.

    Raises:
        ValueError: Two of them overlap.
    """
    line_break = "\r\n" if "\r\n" in text else "\n"
    pieces, done = [""], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end > edit.start, edit.rank)):
        if edit.start < done:
            raise ValueError(f"the edit of {edit.path} overlaps another one")
        pieces += filter(None, [text[done : edit.start]])
        if edit.whole_lines and pieces[-1] and not pieces[-1].endswith("\n"):
            pieces.append(line_break)
        pieces += filter(None, [edit.text.replace("\n", line_break)])
        done = edit.end
    return "".join([*pieces, text[done:]])


def _entry_lines(key: str, value: Tree) -> list[str]:
    """Write a new entry of a map."""
    written = dump_yaml({key: value})
    if _KEEPS_BLANK_LINES.search(written):
        written = f"{dump_yaml({key: 0}).removesuffix('0' + chr(10))}{inline(value)}\n"
    return written.removesuffix("\n").split("\n")


def inline(value: Tree) -> str:
    """Write a value into one line."""
    if isinstance(value, dict | list):
        return dump_json(value, None).strip()
    first, rest = lines(value)
    plain = first and not rest and not isinstance(value, str)
    return first if plain else dump_json(value, None).strip()


def lines(value: Tree) -> tuple[str, list[str]]:
    """Write a value as it stands behind a key: what follows the colon, and the lines below."""
    written = dump_yaml({"k": value})
    first, *rest = written.removeprefix("k:").removesuffix("\n").split("\n")
    first = first.strip()
    folded = bool(rest) and bool(first) and first[0] not in "|>"
    if folded or _KEEPS_BLANK_LINES.search(written):
        return dump_json(value, None).strip(), []
    return first, rest


def _after_colon(text: str, entry: Entry) -> str:
    """What is missing between a key in brackets and a value that was not there."""
    if entry.value.end > entry.value.start:
        return ""
    return " " if text[entry.colon - 1 : entry.colon] == ":" else ": "
