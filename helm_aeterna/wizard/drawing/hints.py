"""The keys that work on a page, in words: the same words everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.model.question import Kind
from helm_aeterna.wizard.choices import why_of
from helm_aeterna.wizard.form_page import values_of
from helm_aeterna.wizard.page import START, Look
from helm_aeterna.wizard.state import Dialog

if TYPE_CHECKING:
    from helm_aeterna.model.question import Question
    from helm_aeterna.wizard.drawing.frame import Glyphs
    from helm_aeterna.wizard.state import State

_ENTER = {
    Look.START: "begin",
    Look.LIST: "choose",
    Look.FAMILY: "choose",
    Look.FORM: "next",
    Look.SWITCHES: "go on",
    Look.SECRET: "go on",
    Look.CHECK: "choose",
    Look.REVIEW: "choose",
}


def hints(state: State, glyphs: Glyphs) -> tuple[tuple[str, str], ...]:
    """Key and meaning, the most important first."""
    if state.dialog is Dialog.LEAVE:
        return ((glyphs.up_down, "move"), ("Enter", "choose"), ("Esc", "back to the page"))
    if state.dialog is not None:
        return ((glyphs.up_down, "scroll"), ("PgUp/PgDn", "faster"), ("Esc", "close"))
    look = state.page.look
    move: list[tuple[str, str]] = [(glyphs.up_down, "move")]
    if look is Look.SWITCHES:
        move.append(("Space", "on/off"))
    if look is Look.FORM:
        move += _field_hints(state, glyphs)
    back = ("Esc", "leave" if state.at == START else "review" if state.home == "/review" else "back")
    enter = "go on" if look is Look.FORM and _is_last(state) else _ENTER[look]
    return (*move, ("Enter", enter), back, (_help_key(state), "help"), ("Ctrl-C", "stop"))


def _is_last(state: State) -> bool:
    return state.view.cursor + 1 == len(state.page.questions)


def _field_hints(state: State, glyphs: Glyphs) -> list[tuple[str, str]]:
    question = state.page.questions[min(state.view.cursor, len(state.page.questions) - 1)]
    return [(glyphs.left_right, "change")] if values_of(question) else []


def _help_key(state: State) -> str:
    """`?` where nothing is typed, F1 where it would be a letter."""
    return "F1" if is_typing(state) else "?"


def is_typing(state: State) -> bool:
    """Whether letters go into a text now."""
    if state.dialog is not None:
        return False
    page = state.page
    if page.look is Look.FORM:
        return not values_of(page.questions[min(state.view.cursor, len(page.questions) - 1)])
    return page.look is Look.SECRET and bool(state.view.fields)


_KEYS = (
    "Keys: up and down move, Enter takes the line, Esc or Ctrl-B goes back, Ctrl-C asks whether to stop.",
    "A number leads to its line; in the review w writes, d shows what changes.",
)
_WORDS = ("A number or a text and Enter answers; < goes back, - empties a field, Ctrl-C asks whether to stop.",)
_KEPT = "Nothing is written before the review page; your answers are kept after every page, secrets are not."


def help_text(state: State, *, plain: bool = False) -> tuple[str, ...]:
    """What can be said about the page: why it is asked, its default, and how else it is answered."""
    page = state.page
    lines = [page.title, page.why or "", ""]
    place = min(state.view.cursor, len(page.questions) - 1)
    chosen = page.questions[place : place + 1] if page.look is Look.FORM else page.questions[:1]
    for question in chosen if page.look is not Look.SWITCHES else ():
        if page.look is Look.FORM:
            lines += [question.ask, why_of(question)]
        if question.default is not None and question.kind is not Kind.SECRET:
            reason = f", because {question.default_reason}" if question.default_reason else ""
            lines.append(f"Default: {question.default}{reason}.")
        if question.example:
            lines.append(f"Example: {question.example}")
        lines += ["", f"Without the wizard: {question.flag}", f"or the variable {_variables(question)}"]
    lines += ["", *(_WORDS if plain else _KEYS), _KEPT]
    return tuple(line for place, line in enumerate(lines) if line or (place and lines[place - 1]))


def _variables(question: Question) -> str:
    return " or ".join((question.variable, *question.variables))
