"""The types of the catalogue: axes, choices, settings and environment rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helm_aeterna.formats import Scalar, Tree

KINDS = ("bundled", "external", "managed", "none")
READERS = ("server", "library", "carrier")


def kebab(name: str) -> str:
    """Spell a key of values.yaml as a flag: `resources.limits.memory`, `indexName` become kebab-case."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", name).replace(".", "-").lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of a choice's block that is asked.

    Attributes:
        name: The key below the block, dotted where it is deeper.
        ask: The question; empty for a key that is only a fact of the environment rows.
        why: Why it is asked.
        secret: Key inside the release's own Secret; empty for what is not secret.
        required: Whether the choice cannot work without it.
        also: Further keys of values.yaml that get the same value; for a secret, the name of an existing Secret.
        id: Question id where it differs from prefix and name.
        generate: How the program makes it; empty when it does not.
        advanced: Asked only on request.
        variable: The variable under which people have this secret in their environment.
        example: A value that would do.
        within: A switch among the settings of the choice; this one is asked only when that is on.
        because: Why its default is what it is, after "because".
    """

    name: str
    ask: str = ""
    why: str = ""
    secret: str = ""
    required: bool = False
    also: tuple[str, ...] = ()
    id: str = ""
    generate: str = ""
    advanced: bool = False
    variable: str = ""
    example: str = ""
    within: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One environment variable of the server's container.

    Attributes:
        name: The variable.
        forms: Texts with `{fact}`; the first whose facts are all set wins, none set means no variable.
        secret: The secret setting it carries; then there are no forms.
        reader: Who reads it: server, library or carrier (it only feeds another variable).
    """

    name: str
    forms: tuple[str, ...] = ()
    secret: str = ""
    reader: str = "server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing that can be chosen on an axis; the attributes are those of the catalogue's file."""

    id: str
    label: str
    kind: str
    block: str
    prefix: str = ""
    licence: str = ""
    open_source: bool | None = None
    why: str = ""
    note: str = ""
    family: str = ""
    switch: str = ""
    chosen: Mapping[str, Scalar] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    env: tuple[Row, ...] = ()
    check: Mapping[str, Tree] | None = None

    def path(self, setting: str) -> str:
        """The key of values.yaml that holds a setting."""
        return f"{self.block}.{setting}"

    def question(self, setting: Setting) -> str:
        """The question id of a setting."""
        return setting.id or f"{self.prefix}-{kebab(setting.name)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One open-ended choice; the attributes are those of the catalogue's file.

    Attributes:
        fallback: Taken instead of the default when that needs a secret nobody gave.
        because: Why the default is what it is, after "because".
    """

    id: str
    label: str
    ask: str = ""
    why: str = ""
    flag: str = ""
    default: str = ""
    fallback: str = ""
    because: str = ""
    env: tuple[Row, ...] = ()
    choices: Mapping[str, Choice]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that can be chosen."""

    axes: Mapping[str, Axis]

    def __iter__(self) -> Iterator[Axis]:
        return iter(self.axes.values())
