"""Forms of values that occur again and again, named by `@schema {"definition": ...}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

QUANTITY = r"^([0-9]+(\.[0-9]*)?|\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$"
HOST = r"^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])?$"
# No trailing slash, as paths are put behind it, and no "@": credentials have keys of their own.
URL = r"^(https?://[^\s/@]([^\s@]*[^\s/@])?)?$"
GIT_URL = r"^((https?|ssh|git)://\S+|[^\s@/:]+@[^\s:/]+:\S+)?$"
DURATION = r"^([0-9]+(ms|s|m|h))+$"

SCALARS: Mapping[str, Mapping[str, Any]] = {
    "quantity": {"type": ["string", "number"], "pattern": QUANTITY, "minimum": 0},
    "port": {"type": "integer", "minimum": 1, "maximum": 65535},
    "host": {"type": "string", "pattern": HOST, "maxLength": 253},
    "url": {"type": "string", "pattern": URL},
    "gitUrl": {"type": "string", "pattern": GIT_URL},
    "duration": {"type": "string", "pattern": DURATION},
}

_AMOUNTS = {"cpu": "CPU", "memory": "Memory", "ephemeral-storage": "Space for logs and scratch files"}


def resources(derived: Mapping[str, Any]) -> dict[str, Any]:
    """Describe CPU and memory: Kubernetes' own names of resources and no other, so that typing errors are found.

    Args:
        derived: The schema as the default values alone show it; its descriptions and defaults are kept.
    """
    sides = {
        side: _amounts(derived["properties"].get(side, {}), text)
        for side, text in (("requests", "What the scheduler sets aside"), ("limits", "What it may use at most"))
    }
    return {**derived, "properties": sides, "additionalProperties": False}


def _amounts(derived: Mapping[str, Any], description: str) -> dict[str, Any]:
    given = derived.get("properties", {})
    return {
        "description": description,
        **derived,
        "type": "object",
        "properties": {
            name: {"description": text, **given.get(name, {}), **SCALARS["quantity"]} for name, text in _AMOUNTS.items()
        },
        # huge pages and what device plugins offer (vendor.example/device)
        "patternProperties": {"^hugepages-": SCALARS["quantity"], "/": SCALARS["quantity"]},
        "additionalProperties": False,
    }
