"""The keys that work on a page, in words: the same words everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.model.question import Kind
from helm_aeterna.wizard.choices import why_of
from helm_aeterna.wizard.page import START
from helm_aeterna.wizard.page_kind import kind_of
from helm_aeterna.wizard.state import Dialog

if TYPE_CHECKING:
    from helm_aeterna.model.question import Question
    from helm_aeterna.wizard.drawing.frame import Glyphs
    from helm_aeterna.wizard.state import State


def hints(state: State, glyphs: Glyphs) -> tuple[tuple[str, str], ...]:
    """Key and meaning, the most important first."""
    if state.dialog is Dialog.LEAVE:
        return ((glyphs.up_down, "move"), ("Enter", "choose"), ("Esc", "back to the page"))
    if state.dialog is not None:
        return ((glyphs.up_down, "scroll"), ("PgUp/PgDn", "faster"), ("Esc", "close"))
    kind = kind_of(state)
    back = ("Esc", "leave" if state.at == START else "review" if state.home == "/review" else "back")
    help_key = "F1" if is_typing(state) else "?"  # where text is typed, ? is a letter
    enter = ("Enter", kind.enter(state))
    return ((glyphs.up_down, "move"), *kind.hints(state, glyphs), enter, back, (help_key, "help"), ("Ctrl-C", "stop"))


def is_typing(state: State) -> bool:
    """Whether letters go into a text now."""
    return state.dialog is None and kind_of(state).is_typing(state)


_KEYS = "Keys: Up and Down move, Enter takes the line, Esc or Ctrl-B goes back, Ctrl-C asks whether to stop."
_NUMBER = "A number moves to its line. On the review page, w writes and d shows what changes."
_TYPING = "What you type goes into the field, digits too; the first key replaces a text that was offered."
_WORDS = ("A number or a text and Enter answers; < goes back, - empties a field, Ctrl-C asks whether to stop.",)
_KEPT = "Nothing is written before the review page; your answers are kept after every page, secrets are not."


def help_text(state: State, *, plain: bool = False) -> tuple[str, ...]:
    """What can be said about the page: why it is asked, its default, and how else it is answered."""
    page = state.page
    lines = [page.title, page.why or "", ""]
    question = state.kind.focus(state)
    if question is not None:
        lines += [question.ask, why_of(question)] if question.ask != page.title else []
        if question.default is not None and question.kind is not Kind.SECRET:
            reason = f", because {question.default_reason}" if question.default_reason else ""
            lines.append(f"Default: {question.default}{reason}.")
        if question.example:
            lines.append(f"Example: {question.example}")
        lines += ["", f"Without the wizard: {question.flag}", f"or the variable {_variables(question)}"]
    lines += ["", *(_WORDS if plain else (_KEYS, _TYPING if kind_of(state).is_typing(state) else _NUMBER)), _KEPT]
    return tuple(line for place, line in enumerate(lines) if line or (place and lines[place - 1]))


def _variables(question: Question) -> str:
    return " or ".join((question.variable, *question.variables))
