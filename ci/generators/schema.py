"""Make values.schema.json out of values.yaml: draft-07, which every Helm and every editor understands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ci.generators import definitions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ci.generators.values_file import Entry

_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
# What only the generator understands.
_OWN = {"open", "definition", "credentials"}


def schema_text(entries: Iterable[Entry], credentials: Iterable[str]) -> str:
    """Return the schema file.

    Args:
        entries: The keys of values.yaml.
        credentials: The names of the catalogue's credentials, which secrets.externalSecrets.keys may ask for.
    """
    names = tuple(credentials)
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Values of the chart aeterna",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **{entry.name: _node(entry, open_above=False, credentials=names) for entry in entries},
            "enabled": {"type": "boolean", "description": "Read by a chart that has this one as a dependency"},
        },
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _node(entry: Entry, *, open_above: bool, credentials: tuple[str, ...]) -> dict[str, Any]:
    is_open = bool(open_above or entry.fragment.get("open"))
    node: dict[str, Any] = {"description": entry.description}
    definition = entry.fragment.get("definition", "")
    if isinstance(entry.value, dict) and "additionalProperties" not in entry.fragment:
        node["type"] = "object"
        node["properties"] = {
            child.name: _node(child, open_above=is_open, credentials=credentials) for child in entry.children
        }
        if not is_open:
            node["additionalProperties"] = False
    else:
        node |= _leaf(entry)
    if definition == "resources":
        node = definitions.resources(node)
    elif definition:
        node |= definitions.SCALARS[definition]
    if entry.fragment.get("credentials"):
        node["properties"] = {name: _remote(name) for name in sorted(credentials)}
    return node | {key: value for key, value in entry.fragment.items() if key not in _OWN}


def _leaf(entry: Entry) -> dict[str, Any]:
    if "enum" in entry.fragment:
        return {"default": entry.value}
    node = {"type": _TYPES[type(entry.value)], "default": entry.value}
    if isinstance(entry.value, list) and entry.value and "items" not in entry.fragment:
        node["items"] = {"type": _TYPES[type(entry.value[0])]}
    return node


def _remote(name: str) -> Mapping[str, Any]:
    """One entry of secrets.externalSecrets.keys."""
    text = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "description": f"Where {name} lies in the store",
        "additionalProperties": False,
        "required": ["key"],
        "properties": {
            "key": {**text, "description": "Name in the store"},
            "property": {**text, "description": "Property of that entry, if it has several"},
            "version": {**text, "description": "Version, if not the newest"},
        },
    }
