"""The page of a choice: one line is taken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.model.answers import Answer, Source
from helm_aeterna.wizard.choices import family_of
from helm_aeterna.wizard.cursor import moved
from helm_aeterna.wizard.events import Press
from helm_aeterna.wizard.navigation import backward, onward
from helm_aeterna.wizard.page import START
from helm_aeterna.wizard.presets import begin, start_choices
from helm_aeterna.wizard.state import View

if TYPE_CHECKING:
    from helm_aeterna.model.question import Question, Value
    from helm_aeterna.wizard.choices import Choice
    from helm_aeterna.wizard.events import Input
    from helm_aeterna.wizard.page import Page
    from helm_aeterna.wizard.state import State


def choices_of(state: State) -> tuple[Choice, ...]:
    """The lines of a page that is a list."""
    return start_choices(state) if state.at == START else state.page.choices


def stands_for(page: Page, choice: Choice, value: str) -> bool:
    """Whether a line means a value: itself, or as the line of its family."""
    if any(other.value == value for other in page.choices):
        return choice.value == value
    return choice.value in {option.value for option in family_of(page.questions[0], value)}


def choice_view(state: State) -> View:
    """The line of the answer, or of the default, is in focus."""
    page = state.page
    question = page.questions[0]
    value = state.effective.text(question.id) or str(question.preselected or question.default or "")
    return View(cursor=next((place for place, one in enumerate(page.choices) if stands_for(page, one, value)), 0))


def is_family_missing(state: State, page: Page) -> bool:
    """Whether it is open which member of a family is meant."""
    question = page.questions[0].id
    return question in state.undecided or (state.every and page.id not in state.seen and not state.is_given(question))


def on_choice(state: State, event: Input) -> State:
    """One event on a page where one line is chosen."""
    rows = choices_of(state)
    if event in {Press.ENTER, Press.RIGHT}:
        return _chosen(state, state.page, rows[state.view.cursor].value)
    if event is Press.LEFT:
        return backward(state)
    return state.with_view(cursor=moved(state.view.cursor, len(rows), event), problem="")


def _chosen(state: State, page: Page, value: str) -> State:
    if not page.questions:
        return begin(state, value)
    question = page.questions[0]
    if not page.by_page:
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
