"""The reducer: what each event makes of the state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.wizard.connection_check import CheckRun
from helm_aeterna.wizard.dialogs import on_dialog, with_dialog
from helm_aeterna.wizard.events import (
    CheckBegan,
    CheckEnded,
    Effect,
    Event,
    Fetched,
    Input,
    Press,
    Previewed,
)
from helm_aeterna.wizard.navigation import about, backward
from helm_aeterna.wizard.page import START
from helm_aeterna.wizard.secret_page import fetched
from helm_aeterna.wizard.state import Dialog

if TYPE_CHECKING:
    from helm_aeterna.wizard.state import State


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


def _pressed(state: State, event: Input) -> State:
    if state.dialog is not None:
        return on_dialog(state, event)
    if event is Press.LEAVE:
        return with_dialog(state, Dialog.LEAVE)
    if event is Press.HELP:
        return with_dialog(state, Dialog.HELP)
    if event is Press.BACK:
        return with_dialog(state, Dialog.LEAVE) if state.at == START else _back(state)
    return state.kind.press(state, event)


def _back(state: State) -> State:
    """Go back: from the fields of a secret to its list, else to the page before."""
    return state.with_view(filling=False) if state.view.filling else backward(state.kind.leave(state))


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
    """The effect to run now; each is requested once, until its event arrives."""
    return state.kind.effect(state) if state.exit is None else None
