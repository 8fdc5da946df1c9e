"""The reducer: what each event makes of the state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.wizard.check_page import on_check
from helm_aeterna.wizard.choice_page import on_list, on_switches
from helm_aeterna.wizard.connection_check import CheckRun
from helm_aeterna.wizard.dialogs import on_dialog, with_dialog
from helm_aeterna.wizard.events import (
    CheckBegan,
    CheckEnded,
    Effect,
    Event,
    Fetch,
    Fetched,
    Filled,
    MakePreview,
    Picked,
    Press,
    Previewed,
    RunCheck,
    Typed,
)
from helm_aeterna.wizard.form_page import on_form
from helm_aeterna.wizard.navigation import about, backward
from helm_aeterna.wizard.page import START, Look
from helm_aeterna.wizard.review_page import on_review
from helm_aeterna.wizard.secret_page import fetched, on_secret
from helm_aeterna.wizard.secret_sources import source_at
from helm_aeterna.wizard.state import Dialog

if TYPE_CHECKING:
    from helm_aeterna.wizard.state import State

_BY_LOOK = {
    Look.START: on_list,
    Look.LIST: on_list,
    Look.FAMILY: on_list,
    Look.FORM: on_form,
    Look.SWITCHES: on_switches,
    Look.SECRET: on_secret,
    Look.CHECK: on_check,
    Look.REVIEW: on_review,
}


def step(state: State, event: Event) -> State:
    """The state after an event; what means nothing here changes nothing."""
    match event:
        case Previewed(plan):
            planned = replace(state, plan=plan)
            return planned if planned.review else state  # a plan for other answers is none
        case CheckBegan() | CheckEnded():
            return _checked(state, event)
        case Fetched():
            return fetched(state, event)
        case _:
            return _pressed(state, event)


def _pressed(state: State, event: Press | Typed | Picked | Filled) -> State:
    if state.dialog is not None:
        return on_dialog(state, event)
    if event is Press.LEAVE:
        return with_dialog(state, Dialog.LEAVE)
    if event is Press.HELP:
        return with_dialog(state, Dialog.HELP)
    if event is Press.BACK:
        return with_dialog(state, Dialog.LEAVE) if state.at == START else _back(state)
    return _BY_LOOK[state.page.look](state, event)


def _back(state: State) -> State:
    """Go back; what was typed well on a form is not lost."""
    if state.page.look is Look.FORM:
        from helm_aeterna.wizard.form_page import drafted

        state = drafted(state)
    return backward(state)


def _checked(state: State, event: CheckBegan | CheckEnded) -> State:
    known = state.check_runs.get(event.check)
    if isinstance(event, CheckBegan):
        turn = known.turn + 1 if known else 1
        new = CheckRun(about=about(state, event.check), turn=turn)
    elif known is None or known.turn != event.turn:
        return state
    else:
        new = replace(known, outcome=event.outcome)
    return replace(state, check_runs={**state.check_runs, event.check: new})


def due(state: State) -> Effect | None:
    """What the surroundings shall do now; each is asked for once, its event ends the wish."""
    if state.exit is not None:
        return None
    page = state.page
    if page.look is Look.REVIEW and state.review is None:
        return MakePreview()
    if page.look is Look.SECRET and state.view.busy:
        source = source_at(state, page.questions[0])
        return Fetch(question=page.questions[0].id, source=source.name, text=state.view.fields[0].text.strip())
    if page.look is Look.CHECK:
        tried = state.check_runs.get(page.owner)
        if tried is None or tried.about != about(state, page.owner):
            return RunCheck(check=page.owner, turn=tried.turn + 1 if tried else 1)
    return None
