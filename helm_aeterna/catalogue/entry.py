"""The types of the catalogue, and the reader that builds them; docs/catalogue.md says what each key means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from helm_aeterna.catalogue.check import Check, read_check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helm_aeterna.formats import Scalar

# `{fact}` or `{axis/fact}`; a brace that starts no name is text.
FACT = re.compile(r"\{([a-zA-Z][a-zA-Z0-9./-]*)\}")


def kebab(name: str) -> str:
    """Spell a setting as a flag: `resources.limits.memory`, `indexName` become kebab-case."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", name).replace(".", "-").lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One named text: a variable of a program, or a key of a file.

    Attributes:
        name: The variable or key.
        value: Alternatives with `{fact}`; the first whose facts are all set is taken, without one there is no text.
        secret: The credential it carries instead; from this row on it is a fact.
        reader: library (the vector library reads it) or carrier (it only feeds another row); else the program itself.
    """

    name: str
    value: tuple[str, ...] = ()
    secret: str = ""
    reader: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing to know about a part; `secret` makes it a credential.

    Attributes:
        name: Its name, dotted where it is deeper in its block.
        ask: The question; empty for one that the catalogue does not ask.
        why: Why it is asked.
        because: Why its default is what it is, after "because".
        example: A value that would do.
        id: Question id where it differs from prefix and name.
        variable: The variable under which people have this credential in their environment.
        within: A switch among the settings of the part; this one is asked only when that is on.
        required: Whether the part cannot work without it.
        advanced: Asked only on request.
        secret: Name of the credential: its key in the release's own Secret.
        generate: How the program makes it; empty when it does not.
        source: The other credential it is made from.
        url_safe: It stands inside another text, so it has letters, digits and -._~ only.
        probe: Connection checks alone read it; it is stored nowhere.
        also: Further values that get the same text; for a credential, the name of an existing Secret.
    """

    name: str
    ask: str = ""
    why: str = ""
    because: str = ""
    example: str = ""
    id: str = ""
    variable: str = ""
    within: str = ""
    required: bool = False
    advanced: bool = False
    secret: str = ""
    generate: str = ""
    source: str = ""
    url_safe: bool = False
    probe: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One service of a Compose file; it exists if its image can be named."""

    image: str
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    user: str = ""
    once: bool = False
    after: tuple[str, ...] = ()
    publish: tuple[str, ...] = ()
    volumes: Mapping[str, str] = field(default_factory=dict)
    health: tuple[str, ...] = ()
    env: tuple[Row, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a part stands in the chart's values: read by outputs/values.py and checks/ alone.

    Attributes:
        block: The key that holds its settings.
        chosen: The values that select it.
        switch: The key that is true for it, and false while another choice is taken.
    """

    block: str
    chosen: Mapping[str, Scalar] = field(default_factory=dict)
    switch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something Aeterna is made of: always there, or a choice of an axis; the attributes are those of the file."""

    id: str
    label: str
    values: Place
    kind: str = ""
    licence: str = ""
    open_source: bool | None = None
    why: str = ""
    note: str = ""
    family: str = ""
    prefix: str = ""
    refs: tuple[str, ...] = ()
    settings: Mapping[str, Setting] = field(default_factory=dict)
    env: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    clients: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    containers: Mapping[str, Container] = field(default_factory=dict)
    check: Check | None = None

    def question(self, setting: Setting) -> str:
        """The question id of a setting."""
        return setting.id or f"{self.prefix}-{kebab(setting.name)}"

    @property
    def local(self) -> dict[str, tuple[Setting, str, str]]:
        """Credentials of the part's containers: name to setting, question id and container."""
        return {
            name: (made, f"local-{made.secret}", service)
            for service, of in self.containers.items()
            for name, made in of.credentials.items()
        }

    @property
    def existing(self) -> str:
        """The question id of an existing Secret's name; with `-key`, that of the key in it."""
        return f"{self.prefix}-existing-secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One open-ended choice; the attributes are those of the file.

    Attributes:
        fallback: Taken instead of the default when that needs a secret that is not given.
        because: Why the default is what it is, after "because".
        within: The choice of another axis without which this one does not exist.
    """

    id: str
    label: str
    choices: Mapping[str, Part]
    ask: str
    flag: str
    default: str
    why: str = ""
    because: str = ""
    fallback: str = ""
    within: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Pinned images, parts that are always there, and everything that can be chosen."""

    version: int
    images: Mapping[str, str]
    always: Mapping[str, Part]
    axes: Mapping[str, Axis]

    def __iter__(self) -> Iterator[Axis]:
        return iter(self.axes.values())

    def parts(self) -> Iterator[tuple[str, Part]]:
        """Every part with its name among the parts of a deployment; choices of one axis share that name."""
        yield from self.always.items()
        yield from ((axis.id, part) for axis in self for part in axis.choices.values())


_NAMES = {"from": "source", "urlSafe": "url_safe", "openSource": "open_source"}
_MAPS: Mapping[str, tuple[Any, str]] = {
    "settings": (Setting, "name"),
    "credentials": (Setting, "name"),
    "containers": (Container, ""),
    "always": (Part, "id"),
    "choices": (Part, "id"),
    "axes": (Axis, "id"),
}


def read(kind: Any, tree: Any, **named: str) -> Any:  # noqa: ANN401 - one reader for all these types
    """Build one of the types above from its tree.

    Raises:
        TypeError: A key is unknown or missing; schema.json says where.
        AttributeError: Something is not a map.
    """
    known = {part.name for part in fields(kind)}
    if unknown := [key for key in tree if _NAMES.get(key, key) not in known]:
        raise TypeError(f"unknown keys: {unknown}")
    return kind(**named, **{_NAMES.get(key, key): _value(key, value) for key, value in tree.items()})


def _value(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    if name in _MAPS:
        kind, key = _MAPS[name]
        return {each: read(kind, item or {}, **({key: each} if key else {})) for each, item in value.items()}
    if name == "values":
        return read(Place, value)
    if name == "check":
        return read_check(value)
    if name in {"env", "clients"}:
        return {program: _rows(rows) for program, rows in value.items()} if isinstance(value, dict) else _rows(value)
    if name == "value" and isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _rows(rows: list[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(read(Row, row) for row in rows)
