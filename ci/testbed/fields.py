"""Reach into API objects without believing what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ci.testbed.api import Json, Object


def section(value: Json, *path: str) -> Object:
    """Return the mapping at a path of keys, empty when there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text(value: Json, *path: str) -> str:
    """Return the text at a path of keys, empty when there is none."""
    found = section(value, *path[:-1]).get(path[-1])
    return found if isinstance(found, str) else ""


def number(value: Json, *path: str) -> int:
    """Return the number at a path of keys, 0 when there is none."""
    found = section(value, *path[:-1]).get(path[-1])
    return found if isinstance(found, int) else 0


def entries(value: Json, *path: str) -> list[Object]:
    """Return the mappings in the list at a path of keys."""
    found = section(value, *path[:-1]).get(path[-1])
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def labelled(value: Json, **wanted: str) -> bool:
    """Tell whether a mapping such as a condition holds all the wanted entries."""
    return isinstance(value, dict) and value.items() >= wanted.items()
