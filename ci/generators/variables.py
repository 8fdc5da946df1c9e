"""Make docs/variables.md out of the catalogue: for every variable, why it is there and which values it comes from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FACT = re.compile(r"\{([a-zA-Z][a-zA-Z0-9.]*)\}")

_HEAD = """\
# The server's environment

<!-- Generated from charts/aeterna/files/catalogue.yaml by `make generate`. Do not edit. -->

The server is configured by environment variables alone. Each comes from one row of the catalogue; a row whose facts are
not all set makes no variable. Read by: the `server` itself, the vector `library` it is built with, or nobody (a
`carrier` only feeds the next row).

| variable | when chosen | value | from | read by |
|---|---|---|---|---|
"""


def variables_text(catalogue: Mapping[str, Any]) -> str:
    """Return the page."""
    lines = dict.fromkeys(line for axis in catalogue["axes"].values() for line in _lines(axis))
    return _HEAD + "".join(f"{line}\n" for line in lines)


def _lines(axis: Mapping[str, Any]) -> Iterator[str]:
    for name, choice in axis["choices"].items():
        for row in (*axis.get("env", ()), *choice.get("env", ())):
            forms = row.get("value", [])
            texts = forms if isinstance(forms, list) else [forms]
            facts = list(dict.fromkeys(fact for text in texts for fact in _FACT.findall(text)))
            when = "always" if "ask" not in axis else f"{axis['label'].lower()}: `{name}`"
            value = " or ".join(f"`{text}`" for text in texts) or "the credential"
            keys = _keys(choice, [row["secret"]] if "secret" in row else facts)
            yield f"| `{row['name']}` | {when} | {value} | {keys} | {row['reader']} |"


def _keys(choice: Mapping[str, Any], facts: list[str]) -> str:
    """Name where each fact comes from: a key of values.yaml, or the bundled part itself."""
    settings = choice.get("settings") or {}
    keys = [
        f"`{choice['block']}.{fact}`{' or its existingSecret' if settings[fact].get('secret') else ''}"
        if fact in settings
        else "the bundled part"
        for fact in facts
    ]
    return ", ".join(dict.fromkeys(keys)) or "fixed"
