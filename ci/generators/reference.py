"""Make docs/values.md out of values.yaml: one table per top-level key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ci.generators.values_file import Entry

_HEAD = """\
# Values of the chart

<!-- Generated from charts/aeterna/values.yaml by `make generate`. Do not edit. -->

Every key, its default and what it does. `helm show values` prints the same as YAML; `values.schema.json` makes editors
complete and check it.
"""


def reference_text(entries: Iterable[Entry]) -> str:
    """Return the page."""
    return _HEAD + "".join(_section(entry) for entry in entries)


def _section(entry: Entry) -> str:
    rows = "".join(
        f"| `{leaf.path}` | {_choices(leaf)} | {_code(leaf)} | {_cell(leaf.description)} |\n" for leaf in _leaves(entry)
    )
    table = f"\n| key | type | default | description |\n|---|---|---|---|\n{rows}"
    return f"\n## `{entry.path}`\n\n{entry.description}\n{table}"


def _leaves(entry: Entry) -> Iterator[Entry]:
    if not entry.children:
        yield entry
    for child in entry.children:
        yield from _leaves(child)


def _choices(entry: Entry) -> str:
    if "enum" in entry.fragment:
        return _cell(" · ".join(f"`{value}`" for value in entry.fragment["enum"]))
    return str(entry.fragment.get("definition") or _name(entry.value))


def _name(value: object) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "list", dict: "map"}
    return names[type(value)]


def _code(entry: Entry) -> str:
    return _cell(f"`{json.dumps(entry.value, ensure_ascii=False)}`")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
