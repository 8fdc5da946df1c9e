"""What a line typed in plain mode means on a form, on the advanced options and on a secret's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.wizard.events import Event, Filled, Picked, Press
from helm_aeterna.wizard.form_page import focused, values_of
from helm_aeterna.wizard.page_kind import Ask, ask_number, numbered
from helm_aeterna.wizard.plain.text import field_prompt
from helm_aeterna.wizard.secret_sources import secret_sources, source_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helm_aeterna.wizard.state import State

EMPTY = "-"


def ask_field(state: State) -> Ask:
    """The field in focus."""
    return Ask(prompt=field_prompt(state))


def read_field(state: State, line: str) -> Sequence[Event] | str:
    """The text of a field; a number or a word where it can hold a few values only."""
    word = line.strip()
    values = values_of(focused(state))
    if word == EMPTY:
        return Filled(""), Press.ENTER
    if values and word:
        meant = {"yes": "true", "y": "true", "no": "false", "n": "false"}.get(word.lower(), word)
        if meant.isdecimal() and meant not in values and 0 < int(meant) <= len(values):
            meant = values[int(meant) - 1]
        return (Filled(meant), Press.ENTER) if meant in values else f"{word!r} is none of them."
    return (Filled(word), Press.ENTER) if word else (Press.ENTER,)


def ask_switches(_state: State) -> Ask:
    """Several numbers at once."""
    return Ask(prompt="Numbers to turn on or off, or Enter to go on: ")


def read_switches(state: State, line: str) -> Sequence[Event] | str:
    """Numbers turn lines on or off; nothing goes on."""
    count = len(state.page.choices)
    numbers = [int(part) if part.isdecimal() else 0 for part in line.replace(",", " ").split()]
    if any(not 0 < number <= count for number in numbers):
        return f"Give numbers from 1 to {count}, with blanks between them."
    return [event for number in numbers for event in (Picked(number - 1), Press.SPACE)] or (Press.ENTER,)


def echo_switches(state: State) -> str:
    """What is on now."""
    on = [choice.label for choice in state.page.choices if choice.value in state.view.on]
    return f"On: {', '.join(on) or 'none'}."


def count_sources(state: State) -> int:
    """How many ways there are to give a secret."""
    return len(secret_sources(state, state.page.questions[0]))


def ask_secret(state: State) -> Ask:
    """The way to give a secret, then what it needs."""
    if not state.view.filling:
        return ask_number(state)
    source = source_at(state, state.page.questions[0])
    known = state.view.fields[state.view.focus].text
    default = f" [{known}]" if known and not source.hidden else ""
    return Ask(prompt=f"{source.prompts[state.view.focus]}{default}: ", hidden=source.hidden)


def read_secret(state: State, line: str) -> Sequence[Event] | str:
    """The number of a way, then the texts that it needs."""
    if state.view.filling:
        return (Filled(line), Press.ENTER) if line.strip() else (Press.ENTER,)
    events = numbered(line.strip() or str(state.view.cursor + 1), count_sources(state))
    if isinstance(events, str):
        return events
    number = events[0].index if isinstance(events[0], Picked) else 0
    asks = secret_sources(state, state.page.questions[0])[number].prompts
    return events[:1] if asks else events
