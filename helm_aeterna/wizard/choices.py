"""The lines of a list: options, families of options, and topics of advanced settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helm_aeterna.model.question import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helm_aeterna.model.question import Option, Question, Value

_KINDS = {"bundled": "bundled", "external": "external", "managed": "managed service", "none": ""}
_HOW = {
    "bundled": "Bundled: installed together with Aeterna",
    "external": "External: one that you run already",
    "managed": "Managed: a cloud service",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line to choose.

    Attributes:
        value: What choosing it means.
        label: Its name.
        columns: Further words, one column each.
        why: A line about it, shown while it is in focus.
        note: A warning, shown with it.
        family: The name it shares with others.
    """

    value: str
    label: str
    columns: tuple[str, ...] = ()
    why: str = ""
    note: str = ""
    family: str = ""


def why_of(question: Question) -> str:
    """Why a question is asked: its own words, else what the chart says of its key."""
    described = question.schema.get("description")
    text = described if isinstance(described, str) else ""
    repeated = text.rstrip(".").lower() in question.ask.lower()
    return question.why or ("" if repeated else text)


def default_of(question: Question) -> Value | None:
    """The default; a switch is off where nobody says anything."""
    return False if question.default is None and question.kind is Kind.SWITCH else question.default


def family_of(question: Question, value: str) -> tuple[Option, ...]:
    """The options that are one line with this one, itself among them."""
    own = next((option for option in question.offered if option.value == value), None)
    if own is None:
        return ()
    if not own.family:
        return (own,)
    return tuple(option for option in question.offered if option.family == own.family)


def option_choices(question: Question) -> tuple[Choice, ...]:
    """One line for each option or family, in the catalogue's order."""
    rows: list[Choice] = []
    done: set[str] = set()
    for option in question.offered:
        if option.value in done:
            continue
        members = family_of(question, option.value)
        done |= {member.value for member in members}
        rows.append(_option_row(option, members))
    return tuple(rows)


def _option_row(option: Option, members: Sequence[Option]) -> Choice:
    kinds = " or ".join(dict.fromkeys(_KINDS.get(member.kind, "") for member in members))
    columns = (option.licence, kinds) if option.kind else ()
    # A family's warning is that of the member which is chosen next; only a shared one is said here.
    note = option.note if all(member.note == option.note for member in members) else ""
    return Choice(value=option.value, label=option.label, columns=columns, why=option.why, note=note)


def family_choices(question: Question, members: Sequence[Option]) -> tuple[Choice, ...]:
    """How the members of a family differ: who runs them."""
    name = option_choices(question)[0].label
    for row in option_choices(question):
        if row.value == members[0].value:
            name = row.label
    return tuple(
        Choice(
            value=member.value,
            label=_HOW.get(member.kind, member.label),
            columns=(member.licence,),
            why=member.why,
            note=member.note,
            family=name,
        )
        for member in members
    )


def topic_choice(topic: str, members: Iterable[Question], own: str) -> Choice:
    """One line that asks for the advanced settings of a topic; `own` is the topic of the page itself."""
    asks = ", ".join(member.ask.split(";")[0] for member in members)
    return Choice(value=f"/topic/{topic}", label=more_title(topic, own), why=asks)


def more_title(topic: str, own: str) -> str:
    """The name of a topic's advanced settings."""
    return "More settings" if topic == own else f"More settings: {topic}"
