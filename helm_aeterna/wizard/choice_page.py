"""Lists: moving through the lines, choosing one, switching several."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.model.answers import Answer, Source
from helm_aeterna.wizard.choices import Choice, family_of
from helm_aeterna.wizard.cursor import moved
from helm_aeterna.wizard.events import Filled, Picked, Press, Typed
from helm_aeterna.wizard.navigation import backward, onward
from helm_aeterna.wizard.page import Look, Page
from helm_aeterna.wizard.presets import begin, start_choices

if TYPE_CHECKING:
    from helm_aeterna.model.question import Question, Value
    from helm_aeterna.wizard.state import State


def choices_of(state: State, page: Page) -> tuple[Choice, ...]:
    """The lines of a page that is a list."""
    return start_choices(state) if page.look is Look.START else page.rows


def on_list(state: State, event: Press | Typed | Picked | Filled) -> State:
    """One event on a page where one line is chosen."""
    page = state.page
    rows = choices_of(state, page)
    if event in {Press.ENTER, Press.RIGHT}:
        return _chosen(state, page, rows[state.view.cursor].value)
    if event is Press.LEFT:
        return backward(state)
    return state.with_view(cursor=moved(state.view.cursor, len(rows), event), problem="")


def _chosen(state: State, page: Page, value: str) -> State:
    if page.look is Look.START:
        return begin(state, value)
    question = page.questions[0]
    if page.look is Look.LIST:
        members = [option.value for option in family_of(question, value)]
        known = state.effective.text(question.id) or str(question.default or "")
        # The line of a family leaves open which member; one that was chosen before stays chosen.
        open_still = {question.id} if len(members) > 1 and known not in members else set()
        state = replace(state, undecided=(state.undecided - {question.id}) | open_still)
        value = known if known in members else value
    return onward(answered(state, question, value), page)


def answered(state: State, question: Question, value: Value | None) -> State:
    """The state with an answer given here; what agrees with an answer given elsewhere leaves that alone."""
    known = state.answers.get(question.id)
    if known is not None and known.value == value and known.source is not Source.PROMPT:
        return state
    answer = None if value is None else Answer(value=value, source=Source.PROMPT)
    answers = state.answers.with_answer(question.id, answer)
    return replace(state, answers=answers, suggested=state.suggested.with_answer(question.id, None))


def on_switches(state: State, event: Press | Typed | Picked | Filled) -> State:
    """One event on the page of advanced options: each line is on or off."""
    page, view = state.page, state.view
    if event is Press.SPACE or (isinstance(event, Typed) and event.text in {"x", "X"}):
        return state.with_view(on=view.on ^ {page.rows[view.cursor].value})
    if event is Press.ENTER:
        return _switched(state, page)
    if event is Press.LEFT:
        return backward(state)
    return state.with_view(cursor=moved(view.cursor, len(page.rows), event))


def _switched(state: State, page: Page) -> State:
    on = state.view.on
    topics = frozenset(value.removeprefix("/topic/") for value in on if value.startswith("/topic/"))
    for question in page.questions:
        wanted = question.id in on
        # Off is the default; saying so again would only make the command and the answers file longer.
        state = answered(state, question, True if wanted else None)
    return onward(replace(state, requested=topics), page)
