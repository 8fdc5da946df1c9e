"""Read values.yaml with its comments: each key with its value, description and schema fragment."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DESCRIPTION, FRAGMENT = "# -- ", "# @schema "


class CommentError(ValueError):
    """A key whose comment is missing or cannot be read; says the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One key of values.yaml.

    Attributes:
        path: Dotted path from the root.
        value: Its default.
        description: The text after `# --`, one line.
        fragment: The JSON after `# @schema`.
        children: The keys below, empty for leaves, lists and empty maps.
    """

    path: str
    value: Any
    description: str
    fragment: Mapping[str, Any] = field(default_factory=dict)
    children: tuple[Entry, ...] = ()

    @property
    def name(self) -> str:
        """The key alone."""
        return self.path.rsplit(".", 1)[-1]


def read_values(text: str) -> tuple[Entry, ...]:
    """Read the whole file.

    Raises:
        CommentError: A key has no description, or its fragment is not JSON.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        raise CommentError("values.yaml: the top is not a map")
    return _entries(root, text.splitlines(), ())


def with_choices(entries: Iterable[Entry], choices: Mapping[str, Sequence[str]]) -> tuple[Entry, ...]:
    """Say at the keys by which a choice is made what may stand there; no comment repeats it."""
    return tuple(
        replace(
            entry,
            fragment={"enum": list(choices[entry.path]), **entry.fragment} if entry.path in choices else entry.fragment,
            children=with_choices(entry.children, choices),
        )
        for entry in entries
    )


def _entries(node: yaml.MappingNode, lines: Sequence[str], above: tuple[str, ...]) -> tuple[Entry, ...]:
    entries = []
    for key, value in node.value:
        path = (*above, key.value)
        description, fragment = _comment(lines, key.start_mark.line, ".".join(path))
        # A map whose keys are the user's (labels) is one value, however many keys its default has.
        ours = isinstance(value, yaml.MappingNode) and "additionalProperties" not in fragment
        inside = _entries(value, lines, path) if ours else ()
        plain = yaml.load(yaml.serialize(value), Loader=yaml.SafeLoader)
        entries.append(
            Entry(path=".".join(path), value=plain, description=description, fragment=fragment, children=inside)
        )
    return tuple(entries)


def _comment(lines: Sequence[str], line: int, path: str) -> tuple[str, Mapping[str, Any]]:
    """Read the comment lines directly above a key."""
    where = f"values.yaml:{line + 1}: {path}"
    start = line
    while start and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    words: list[str] = []
    fragment: dict[str, Any] = {}
    for comment in (text.strip() for text in lines[start:line]):
        if comment.startswith(DESCRIPTION):
            words = [comment.removeprefix(DESCRIPTION)]
        elif comment.startswith(FRAGMENT):
            fragment = _fragment(comment.removeprefix(FRAGMENT), where)
        elif words:
            words.append(comment.removeprefix("#").strip())
    if not words:
        raise CommentError(f"{where} has no description (a line '{DESCRIPTION}...' above it)")
    return " ".join(words), fragment


def _fragment(text: str, where: str) -> dict[str, Any]:
    try:
        fragment = json.loads(text)
    except json.JSONDecodeError as error:
        raise CommentError(f"{where}: what follows @schema is not JSON: {error}") from error
    if not isinstance(fragment, dict):
        raise CommentError(f"{where}: what follows @schema is not a JSON object")
    return fragment
