"""Where everything stands in a YAML text, so that one value can be changed and the rest stays as it is."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helm_aeterna.formats import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helm_aeterna.formats import Tree

_COMMENT = re.compile(r"#[^\r\n\x85\u2028\u2029]*")
_PINS = ("<anchor>", "<alias>", "<tag>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where one value stands.

    Attributes:
        start: Offset of its first character.
        end: Offset behind its last one; comments and blank lines below do not belong to it.
        flow: Whether it is a map or a list in brackets.
        block: Whether it is a map or a list in lines of its own.
        entries: The entries of a map that can be edited one by one; None for everything else.
    """

    start: int
    end: int
    flow: bool = False
    block: bool = False
    entries: Mapping[str, Entry] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Where one entry of a map stands.

    Attributes:
        start: Offset of its key.
        colon: Offset behind its colon; behind the key where there is none, as in `{key}`.
        value: Its value.
    """

    start: int
    colon: int
    value: Span

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return max(self.colon, self.value.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A text with the places of what it says.

    Attributes:
        text: The text.
        tree: What it says.
        root: Where the document stands; None where there is none.
        comments: Start and end of every comment, in order.
        pins: Offsets of anchors, aliases, tags and `?`; what holds one is never edited.
    """

    text: str
    tree: Tree
    root: Span | None
    comments: tuple[tuple[int, int], ...]
    pins: tuple[int, ...]

    def pinned(self, start: int, end: int) -> bool:
        """Whether a part of the text holds something that other parts depend on."""
        return _any_in(self.pins, start, end)

    def comments_in(self, start: int, end: int) -> tuple[str, ...]:
        """The comments that begin in a part of the text."""
        return tuple(self.text[first:last].rstrip() for first, last in self.comments if start <= first < end)


def layout(text: str, where: str) -> Layout:
    """Say where everything stands.

    Raises:
        FormatError: The text is no YAML document; with line and column.
    """
    tree, node, tokens = read_yaml(text, where)
    reader = _Reader(text, tokens)
    return Layout(
        text=text,
        tree=tree,
        root=None if node is None else reader.span(node, tree),
        comments=tuple(reader.comments),
        pins=tuple(reader.pins),
    )


class _Reader:
    """Turns PyYAML's nodes into spans; its own ends of blocks reach to the next token."""

    def __init__(self, text: str, tokens: list[Any]) -> None:
        self._text = text
        real = [token for token in tokens if token.end_mark.index > token.start_mark.index]
        self._starts = [token.start_mark.index for token in real]
        self._ends = [self._content_end(token) for token in real]
        self._colons = [token.start_mark.index for token in real if token.id == ":"]
        self.comments = list(self._find_comments(real))
        # A key token that takes room is a `?`.
        self.pins = [token.start_mark.index for token in real if token.id in _PINS or token.id == "?"]
        self._comment_starts = [start for start, _ in self.comments]

    def _content_end(self, token: Any) -> int:  # noqa: ANN401 - PyYAML's types
        start, end = token.start_mark.index, token.end_mark.index
        if token.id != "<scalar>" or token.style not in {"|", ">"}:
            return int(end)
        written = self._text[start:end]
        # `+` keeps the blank lines below as part of the value.
        return int(end) if "+" in written.split("#", 1)[0].splitlines()[0] else int(start) + len(written.rstrip())

    def _find_comments(self, tokens: list[Any]) -> Iterator[tuple[int, int]]:
        last = 0
        for token in tokens:
            yield from self._comments_between(last, token.start_mark.index)
            last = token.end_mark.index
            if token.id == "<scalar>" and token.style in {"|", ">"}:
                header = self._text.find("\n", token.start_mark.index)
                yield from self._comments_between(token.start_mark.index, min(header, last) if header >= 0 else last)
        yield from self._comments_between(last, len(self._text))

    def _comments_between(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        for found in _COMMENT.finditer(self._text, start, end):
            yield found.span()

    def span(self, node: Any, tree: Tree) -> Span:  # noqa: ANN401 - PyYAML's types
        """Say where a node stands, and the entries of a map."""
        start, reach = node.start_mark.index, node.end_mark.index
        end = self._last_content(start, reach)
        if node.id == "scalar":
            return Span(start=start, end=end)
        flow = bool(node.flow_style)
        mapping = tree if node.id == "mapping" and isinstance(tree, dict) else None
        entries = None if mapping is None else self._entries(node, mapping, start, end)
        return Span(start=start, end=end, flow=flow, block=not flow, entries=entries)

    def _last_content(self, start: int, reach: int) -> int:
        """The end of the last token of a node, `start` for an empty one."""
        index = bisect_left(self._starts, reach) - 1
        return max(start, self._ends[index]) if index >= 0 and self._starts[index] >= start else int(start)

    def _entries(self, node: Any, tree: Mapping[str, Tree], start: int, end: int) -> dict[str, Entry] | None:  # noqa: ANN401
        merges = any(key.tag == "tag:yaml.org,2002:merge" for key, _ in node.value)
        if merges or (node.flow_style and _any_in(self._comment_starts, start, end)):
            return None  # keys from elsewhere, or comments between brackets: nothing to cut cleanly
        entries: dict[str, Entry] = {}
        behind = start  # everything between the values must be free of pins
        for (key, value), (name, branch) in zip(node.value, tree.items(), strict=True):
            first = key.start_mark.index
            entry = self._entry(key, value, branch)
            if first < behind or _any_in(self.pins, behind, entry.value.start) or not isinstance(name, str):
                return None
            entries[name] = entry
            behind = entry.end
        return entries

    def _entry(self, key: Any, value: Any, branch: Tree) -> Entry:  # noqa: ANN401
        index = bisect_left(self._colons, key.end_mark.index)
        colon = self._colons[index] + 1 if index < len(self._colons) else len(self._text) + 1
        if value.start_mark.index < key.start_mark.index:  # an alias: its node stands elsewhere
            place = self._starts[bisect_left(self._starts, colon)]
            return Entry(start=key.start_mark.index, colon=colon, value=Span(start=place, end=self._alias_end(place)))
        span = self.span(value, branch)
        return Entry(start=key.start_mark.index, colon=min(colon, span.start), value=span)

    def _alias_end(self, start: int) -> int:
        return self._ends[bisect_left(self._starts, start)]


def _any_in(offsets: list[int] | tuple[int, ...], start: int, end: int) -> bool:
    index = bisect_left(offsets, start)
    return index < len(offsets) and offsets[index] < end
