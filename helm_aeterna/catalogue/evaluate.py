"""The environments of a deployment, on any target: the twin of the chart's _catalogue.tpl and _environment.tpl."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from helm_aeterna.catalogue.entry import FACT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from helm_aeterna.catalogue.entry import Catalogue, Part, Row
    from helm_aeterna.formats import Scalar, Tree
    from helm_aeterna.model.deployment import Deployment


@dataclass(frozen=True, slots=True)
class Carried:
    """A place in a text where a credential stands; `id` is part/name."""

    id: str


Text: TypeAlias = "tuple[str | Carried, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What a target says of a part it runs: names and ports, and which credentials it makes."""

    facts: Mapping[str, str] = field(default_factory=dict)
    credentials: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything a row can use, by part/name: texts that are not empty, and credentials that lie somewhere."""

    facts: Mapping[str, str]
    credentials: AbstractSet[str]


def parts_of(catalogue: Catalogue, deployment: Deployment) -> dict[str, Part]:
    """What is there, by name as Go orders maps: the parts that always are, and of each axis the chosen part."""
    parts = dict(catalogue.always)
    choices = deployment.choices
    for axis in catalogue:
        if axis.id in choices and axis.within.items() <= choices.items():
            parts[axis.id] = axis.choices[choices[axis.id]]
    return dict(sorted(parts.items()))


def know(
    parts: Mapping[str, Part],
    deployment: Deployment,
    endpoints: Mapping[str, Endpoint],
    defaults: Mapping[str, Scalar],
) -> Known:
    """Gather facts and credentials.

    Args:
        parts: See `parts_of`.
        deployment: Its settings and credentials.
        endpoints: Part to what the target says of it.
        defaults: part/name of a setting to the target's default.
    """
    facts = {f"{part}/{name}": text for part, end in endpoints.items() for name, text in end.facts.items() if text}
    credentials = {f"{part}/{name}" for part, end in endpoints.items() for name in end.credentials}
    for part, about in parts.items():
        chosen = deployment.parts.get(part)
        settings = chosen.settings if chosen else {}
        secrets = chosen.secrets if chosen else {}
        for name, setting in about.settings.items():
            full = f"{part}/{name}"
            if setting.secret and (name in secrets or setting.generate) and not setting.probe:
                credentials.add(full)
            elif not setting.secret and (text := text_of(settings.get(name, defaults.get(full)))):
                facts[full] = text
    return Known(facts=facts, credentials=credentials)


def environments(parts: Mapping[str, Part], known: Known) -> dict[str, dict[str, Text]]:
    """Program to its environment."""
    made: dict[str, dict[str, Text]] = {}
    for part, about in parts.items():
        for program, rows in about.env.items():
            made.setdefault(program, {}).update(filled(part, rows, known))
    return made


def filled(part: str, rows: Iterable[Row], known: Known) -> dict[str, Text]:
    """What the rows of one part amount to; a credential is a fact from the row on that carries it."""
    made: dict[str, Text] = {}
    carried: set[str] = set()
    for row in rows:
        credential = full_name(part, row.secret)
        if row.secret and credential in known.credentials:
            carried.add(credential)
            made[row.name] = (Carried(credential),)
        elif text := first(part, row.value, known, carried):
            made[row.name] = text
    return made


def first(part: str, forms: Iterable[str], known: Known, carried: AbstractSet[str] = frozenset()) -> Text:
    """The first form whose facts are all set, filled in; () where there is none."""
    return next((text for form in forms if (text := _fill(part, form, known, carried))), ())


def _fill(part: str, form: str, known: Known, carried: AbstractSet[str]) -> Text:
    pieces: list[str | Carried] = []
    for index, piece in enumerate(FACT.split(form)):
        name = full_name(part, piece)
        if index % 2 == 0:  # between the facts
            pieces += [piece] if piece else []
        elif name in carried:
            pieces.append(Carried(name))
        elif name in known.facts:
            pieces.append(known.facts[name])
        else:
            return ()
    return tuple(pieces)


def full_name(part: str, name: str) -> str:
    """The full name of a fact or credential, which may be another part's."""
    return name if "/" in name else f"{part}/{name}"


def spell(text: Text, plain: Callable[[str], str], credential: Callable[[str], str]) -> str:
    """Write a text in the target's way."""
    return "".join(plain(piece) if isinstance(piece, str) else credential(piece.id) for piece in text)


def text_of(value: Tree) -> str:
    """Spell a value as Helm does, whose numbers are 64-bit floats; empty for nothing, a map or a list."""
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, float):
        from decimal import Decimal

        return format(Decimal(repr(value)).normalize(), "f")
    return value if isinstance(value, str) else ""
