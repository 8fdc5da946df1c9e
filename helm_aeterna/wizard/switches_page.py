"""The page of advanced options: each line is on or off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.wizard.choice_page import answered
from helm_aeterna.wizard.cursor import moved
from helm_aeterna.wizard.events import Input, Press, Typed
from helm_aeterna.wizard.navigation import backward, onward
from helm_aeterna.wizard.state import State, View

if TYPE_CHECKING:
    from helm_aeterna.wizard.page import Page


def switches_view(state: State) -> View:
    """What was switched on, here or before."""
    page = state.page
    topics = {one.value for one in page.choices if one.value.removeprefix("/topic/") in state.requested}
    return View(on=frozenset(topics | {one.id for one in page.questions if state.effective.text(one.id) == "true"}))


def is_switches_missing(state: State, page: Page) -> bool:
    """Whether nobody has looked at it yet."""
    return state.every and page.id not in state.seen


def on_switches(state: State, event: Input) -> State:
    """One event on the page of advanced options: each line is on or off."""
    page, view = state.page, state.view
    if event is Press.SPACE or (isinstance(event, Typed) and event.text in {"x", "X"}):
        return state.with_view(on=view.on ^ {page.choices[view.cursor].value})
    if event is Press.ENTER:
        return _switched(state, page)
    if event is Press.LEFT:
        return backward(state)
    return state.with_view(cursor=moved(view.cursor, len(page.choices), event))


def _switched(state: State, page: Page) -> State:
    on = state.view.on
    topics = frozenset(value.removeprefix("/topic/") for value in on if value.startswith("/topic/"))
    for question in page.questions:
        wanted = question.id in on
        # Off is the default; saying so again would only make the command and the answers file longer.
        state = answered(state, question, True if wanted else None)
    return onward(replace(state, requested=topics), page)
