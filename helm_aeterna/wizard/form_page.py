"""Forms: fields to fill, one below the other, checked as their flags are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.answers.parse import AnswerError, parse
from helm_aeterna.model.question import Kind, Question
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.choice_page import answered
from helm_aeterna.wizard.choices import default_of
from helm_aeterna.wizard.cursor import moved
from helm_aeterna.wizard.events import Filled, Input, Picked, Press, Typed
from helm_aeterna.wizard.navigation import is_required, onward
from helm_aeterna.wizard.state import View
from helm_aeterna.wizard.text_input import TextInput

if TYPE_CHECKING:
    from helm_aeterna.wizard.state import State


def values_of(question: Question) -> tuple[str, ...]:
    """What a field that is not typed can hold."""
    if question.kind is Kind.SWITCH:
        return ("false", "true")
    return tuple(option.value for option in question.offered) if question.kind is Kind.CHOICE else ()


def field_text(state: State, question: Question) -> str:
    """What a field holds before anything is typed."""
    value = state.shown_value(question.id)
    if value is None or isinstance(value, SecretText):
        value = question.offered[0].value if question.kind is Kind.CHOICE and question.offered else ""
    if question.kind is Kind.SWITCH:
        return "true" if str(value).lower() == "true" else "false"
    return str(value)


def form_view(state: State) -> View:
    """Each field holds its answer, or its default."""
    return View(
        fields=tuple(TextInput.of(field_text(state, question), selected=True) for question in state.page.questions)
    )


def focused(state: State) -> Question:
    """The question of the field in focus."""
    return state.page.questions[min(state.view.cursor, len(state.page.questions) - 1)]


def on_form(state: State, event: Input) -> State:
    """One event on a form."""
    view, questions = state.view, state.page.questions
    place = min(view.cursor, len(questions) - 1)
    if event is Press.ENTER:
        return _entered(state, place)
    if isinstance(event, Picked) or event in {Press.UP, Press.DOWN, Press.NEXT, Press.PREVIOUS}:
        return state.with_view(cursor=moved(place, len(questions), event), problem="")
    line = _edited(questions[place], view.fields[place], event)
    fields = (*view.fields[:place], line, *view.fields[place + 1 :])
    return state.with_view(fields=fields, problem="" if line != view.fields[place] else view.problem)


def _edited(question: Question, line: TextInput, event: Input) -> TextInput:
    values = values_of(question)
    if isinstance(event, Filled):
        return TextInput.of(event.text)
    if values:
        return _turned(values, line, event)
    if isinstance(event, Typed):
        return line.typed(event.text)
    if event is Press.SPACE:
        return line.typed(" ")
    return line.pressed(event) if isinstance(event, Press) else line


def _turned(values: tuple[str, ...], line: TextInput, event: Press | Typed | Picked) -> TextInput:
    """The next value of a field that is not typed, the one before it, or the one with this first letter."""
    place = values.index(line.text) if line.text in values else 0
    if isinstance(event, Typed):
        start = {"y": "true", "n": "false"}.get(event.text.lower(), event.text.lower())
        return TextInput.of(next((value for value in values if value.lower().startswith(start)), line.text))
    turn = {Press.SPACE: 1, Press.RIGHT: 1, Press.LEFT: -1}.get(event, 0) if isinstance(event, Press) else 0
    return TextInput.of(values[(place + turn) % len(values)])


def problem_of(state: State, question: Question, text: str) -> str:
    """Why a field cannot be left like this; empty when it can."""
    if not text.strip():
        needed = is_required(state, question) and question.default is None
        return f"An answer is needed here. {_example(question)}".strip() if needed else ""
    try:
        parse(question, text)
    except AnswerError as error:
        words = in_words(error)
        return f"{words[:1].upper()}{words[1:]}"
    return ""


def in_words(error: AnswerError) -> str:
    """What is wrong, and a sentence on what to do."""
    fix = f" {error.fix[:1].upper()}{error.fix[1:]}." if error.fix else ""
    return f"{error.problem}.{fix}"


def _example(question: Question) -> str:
    return f"For example {question.example}." if question.example else ""


def _entered(state: State, place: int) -> State:
    """Go to the next field; on the last, take the page if every field is good."""
    view, questions = state.view, state.page.questions
    problem = problem_of(state, questions[place], view.fields[place].text)
    if problem:
        return state.with_view(problem=problem)
    if place + 1 < len(questions):
        return state.with_view(cursor=place + 1, problem="")
    for wrong, question in enumerate(questions):
        problem = problem_of(state, question, view.fields[wrong].text)
        if problem:
            return state.with_view(cursor=wrong, problem=problem)
    page = state.page
    return onward(drafted(state), page)


def drafted(state: State) -> State:
    """The state with every good field taken as the answer; a default is not repeated."""
    page, fields = state.page, state.view.fields
    for question, line in zip(page.questions, fields, strict=True):
        text = line.text.strip()
        if problem_of(state, question, text):
            continue
        value = parse(question, text) if text else None
        state = answered(
            state, question, None if value == default_of(question) and not state.is_given(question.id) else value
        )
    return state
