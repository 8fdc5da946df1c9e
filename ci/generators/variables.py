"""Make docs/variables.md out of the catalogue: for every variable, why it is there and which values it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.catalogue.entry import FACT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helm_aeterna.catalogue.entry import Catalogue, Part, Row

_HEAD = """\
# The programs' environment

<!-- Generated from charts/aeterna/files/catalogue.yaml by `make generate`. Do not edit. -->

The programs of a deployment are configured by environment variables alone. Each variable comes from one row of the
catalogue ([its grammar](catalogue.md)); a row whose facts are not all set makes no variable. Read by: the program
itself, the vector `library` it is built with, or nothing (a `carrier` only feeds the next row).

| variable | program | when chosen | value | from | read by |
|---|---|---|---|---|---|
"""


def variables_text(catalogue: Catalogue) -> str:
    """Return the page."""
    return _HEAD + "".join(f"{line}\n" for line in _lines(catalogue))


def _lines(catalogue: Catalogue) -> Iterator[str]:
    for name, part in catalogue.parts():
        axis = catalogue.axes.get(name)
        when = f"{axis.label.lower()}: `{part.id}`" if axis else "always"
        programs: dict[Row, list[str]] = {}  # programs that share their rows share a line
        for program, rows in part.env.items():
            for row in rows:
                programs.setdefault(row, []).append(f"`{program}`")
        for row, users in programs.items():
            facts = [row.secret] if row.secret else [fact for text in row.value for fact in FACT.findall(text)]
            value = " or ".join(f"`{text}`" for text in row.value) or "the credential"
            keys = ", ".join(dict.fromkeys(_source(part, fact) for fact in facts)) or "fixed"
            yield f"| `{row.name}` | {', '.join(users)} | {when} | {value} | {keys} | {row.reader or 'program'} |"


def _source(part: Part, fact: str) -> str:
    """Name where a fact comes from: a key of values.yaml, another part, or the bundled part itself."""
    if "/" in fact:
        return f"`{fact}`"
    if fact not in part.settings:
        return "the bundled part"
    return f"`{part.values.block}.{fact}`{' or its existingSecret' if part.settings[fact].secret else ''}"
