"""A kind of page is one module and one row: a made-up one works on the screen and in plain lines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from helm_aeterna.wizard.choice_page import answered
from helm_aeterna.wizard.drawing.frame import Drawn, Paper
from helm_aeterna.wizard.drawing.screen import draw
from helm_aeterna.wizard.events import Event, Input, Press, Typed
from helm_aeterna.wizard.navigation import backward, goto, onward
from helm_aeterna.wizard.page_kind import Ask, PageKind
from helm_aeterna.wizard.page_kinds import PAGE_KINDS
from helm_aeterna.wizard.pages import build_pages
from helm_aeterna.wizard.plain.prompts import Plain
from helm_aeterna.wizard.reducer import step
from tests.unit.wizard.robot import Robot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helm_aeterna.wizard.page import Page
    from helm_aeterna.wizard.state import State


def press(state: State, event: Input) -> State:
    """A dial: + turns it up; Enter takes it."""
    if event is Press.ENTER:
        question = state.page.questions[0]
        return onward(answered(state, question, "9" * state.view.cursor), state.page)
    if event is Press.LEFT:
        return backward(state)
    return state.with_view(cursor=state.view.cursor + 1) if event == Typed("+") else state


def dial(state: State, _paper: Paper, _height: int) -> Drawn:
    return [(("focus", f"dial at {state.view.cursor}"),)], None


def words(state: State) -> Iterator[str]:
    yield f"The dial is at {state.view.cursor}."


def read(_state: State, line: str) -> Sequence[Event]:
    return [*[Typed("+")] * int(line), Press.ENTER]


DIAL = PageKind(press=press, draw=dial, text=words, ask=lambda _: Ask(prompt="How far: "), read=read)


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> State:
    """A wizard whose store is asked for with a dial."""

    def with_dial(*arguments: object) -> tuple[Page, ...]:
        pages = build_pages(*arguments)  # type: ignore[arg-type]
        return tuple(replace(page, kind="dial") if page.id == "store" else page for page in pages)

    monkeypatch.setattr("helm_aeterna.wizard.state.build_pages", with_dial)
    robot = Robot(kinds={**PAGE_KINDS, "dial": DIAL}).choose("steps")
    return goto(robot.state, "store")


def test_a_made_up_kind_works_on_the_screen(state: State) -> None:
    for event in (Typed("+"), Typed("+")):
        state = step(state, event)
    screen = "\n".join("".join(text for _, text in line) for line in draw(state, Paper()).lines)
    assert "Which store?" in screen
    assert "dial at 2" in screen
    state = step(state, Press.ENTER)
    assert state.answers.text("store") == "99"
    assert state.at == "/advanced"
    assert step(state, Press.BACK).at == "store"


def test_a_made_up_kind_works_in_plain_lines(state: State) -> None:
    plain = Plain(state=state)
    assert "The dial is at 0." in plain.text()
    assert plain.ask().prompt == "How far: "
    plain = plain.said("3")
    assert plain.state.answers.text("store") == "999"


def test_every_page_of_the_wizard_has_its_kind() -> None:
    robot = Robot(checked=frozenset({"crate-out"})).choose("steps").choose("moon")
    assert {page.kind for page in robot.state.pages} <= set(PAGE_KINDS)
