"""What the wizard knows of one kind of page: its behaviour, its screen and its plain lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helm_aeterna.wizard.events import Event, Picked, Press
from helm_aeterna.wizard.state import PageLogic, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from helm_aeterna.wizard.drawing.frame import Drawn, Glyphs, Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What plain mode asks next.

    Attributes:
        prompt: Stands before the answer.
        hidden: What is typed must not be seen.
    """

    prompt: str
    hidden: bool = False


def ask_number(state: State) -> Ask:
    """One line of the page by its number; Enter takes the one in focus."""
    return Ask(prompt=f"Number, 1 to {kind_of(state).count(state)} [{state.view.cursor + 1}]: ")


def read_number(state: State, line: str) -> Sequence[Event] | str:
    """A number takes its line."""
    return numbered(line.strip() or str(state.view.cursor + 1), kind_of(state).count(state))


def numbered(word: str, count: int) -> Sequence[Event] | str:
    """The events that take a line, or what is wrong with the number."""
    if word.isdecimal() and 0 < int(word) <= count:
        return Picked(int(word) - 1), Press.ENTER
    return f"{word!r} is not a number from 1 to {count}."


@dataclass(frozen=True, slots=True, kw_only=True)
class PageKind(PageLogic):
    """One kind of page, whole.

    Attributes:
        draw: Its part of the screen, between title and key hints.
        text: Its plain lines.
        count: How many lines can be chosen by number.
        ask: What plain mode asks.
        read: What a line typed in plain mode does, or what is wrong with it.
        echo: What plain mode says after a line when the page stays open.
        enter: What Enter does, in a word or two.
        hints: Further keys and what they do.
        is_typing: Whether letters go into a text.
    """

    draw: Callable[[State, Paper, int], Drawn]
    text: Callable[[State], Iterable[str]]
    count: Callable[[State], int] = lambda state: len(state.page.choices)
    ask: Callable[[State], Ask] = ask_number
    read: Callable[[State, str], Sequence[Event] | str] = read_number
    echo: Callable[[State], str] = lambda _: ""
    enter: Callable[[State], str] = lambda _: "choose"
    hints: Callable[[State, Glyphs], Sequence[tuple[str, str]]] = lambda _, __: ()
    is_typing: Callable[[State], bool] = lambda _: False


def kind_of(state: State) -> PageKind:
    """The kind of the open page."""
    kind = state.kind
    assert isinstance(kind, PageKind)  # noqa: S101 - the table holds nothing else
    return kind
