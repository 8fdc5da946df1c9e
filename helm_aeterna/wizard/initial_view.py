"""What stands on a page when it is opened: the answers so far, suggestions and defaults."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.model.question import Kind, Question
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.choices import family_of
from helm_aeterna.wizard.page import Look, Page
from helm_aeterna.wizard.secret_sources import is_lost, secret_sources, source_fields
from helm_aeterna.wizard.state import View
from helm_aeterna.wizard.text_input import TextInput

if TYPE_CHECKING:
    from helm_aeterna.wizard.state import State


def opened(state: State) -> State:
    """The state with a fresh view of its page."""
    page = state.page
    match page.look:
        case Look.LIST | Look.FAMILY:
            view = View(cursor=_chosen(state, page))
        case Look.FORM:
            view = _form(state, page)
        case Look.SWITCHES:
            view = View(on=_switched_on(state, page))
        case Look.SECRET:
            view = _secret(state, page)
        case _:
            view = View()
    return replace(state, view=view)


def _chosen(state: State, page: Page) -> int:
    question = page.questions[0]
    value = state.effective.text(question.id) or str(question.default or "")
    members = [option.value for option in family_of(question, value)]
    accepted = [value] if page.look is Look.FAMILY else members
    return next((place for place, row in enumerate(page.rows) if row.value in accepted), 0)


def field_text(state: State, question: Question) -> str:
    """What a field holds before anything is typed."""
    value = state.shown_value(question.id)
    if value is None or isinstance(value, SecretText):
        value = question.offered[0].value if question.kind is Kind.CHOICE and question.offered else ""
    if question.kind is Kind.SWITCH:
        return "true" if str(value).lower() == "true" else "false"
    return str(value)


def _form(state: State, page: Page) -> View:
    return View(fields=tuple(TextInput.of(field_text(state, question)) for question in page.questions))


def _switched_on(state: State, page: Page) -> frozenset[str]:
    topics = {row.value for row in page.rows if row.value.removeprefix("/topic/") in state.requested}
    return frozenset(
        topics | {question.id for question in page.questions if state.effective.text(question.id) == "true"}
    )


def _secret(state: State, page: Page) -> View:
    names = [source.name for source in secret_sources(state, page.questions[0])]
    question = page.questions[0]
    known = state.effective.text(question.unless) if question.unless else ""
    there = question.id in state.answers or is_lost(state, question)
    preferred = "existing" if known else names[0] if there else "none"
    cursor = names.index(preferred) if preferred in names else 0
    return View(cursor=cursor, fields=source_fields(state, question, names[cursor]))
