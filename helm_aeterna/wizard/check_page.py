"""The page of a connection check: wait, try again, change the answers, or go on without."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.wizard.choices import Choice
from helm_aeterna.wizard.connection_check import CheckRun, Verdict
from helm_aeterna.wizard.cursor import moved
from helm_aeterna.wizard.events import Input, Press, RunCheck
from helm_aeterna.wizard.navigation import about, backward, before, onward

if TYPE_CHECKING:
    from helm_aeterna.wizard.page import Page
    from helm_aeterna.wizard.state import State

_ON = Choice(value="on", label="Go on")
_WITHOUT = Choice(value="without", label="Go on without", columns=("the answers stay as they are",))
_AGAIN = Choice(value="again", label="Try again")
_CHANGE = Choice(value="change", label="Change the answers", columns=("back to the page before",))


def check_choices(tried: CheckRun | None) -> tuple[Choice, ...]:
    """What can be done now."""
    if tried is None or tried.outcome is None:
        return (replace(_WITHOUT, columns=("do not wait for the result",)), _CHANGE)
    if tried.outcome.verdict is Verdict.GOOD:
        return (_ON, _CHANGE)
    return (_AGAIN, _CHANGE, _WITHOUT)


def is_check_missing(state: State, page: Page) -> bool:
    """Whether something must still be decided about the connection."""
    tried = state.check_runs.get(page.owner)
    return tried is None or tried.about != about(state, page.owner) or not tried.passed


def was_checked(state: State, page: Page) -> bool:
    """Whether it was ever started."""
    return page.owner in state.check_runs


def run_check(state: State) -> RunCheck | None:
    """The check, while it was not tried with these answers."""
    owner = state.page.owner
    tried = state.check_runs.get(owner)
    if tried is not None and tried.about == about(state, owner):
        return None
    return RunCheck(check=owner, turn=tried.turn + 1 if tried else 1)


def on_check(state: State, event: Input) -> State:
    """One event on the page of a check."""
    owner = state.page.owner
    tried = state.check_runs.get(owner)
    rows = check_choices(tried)
    cursor = min(state.view.cursor, len(rows) - 1)
    if event is Press.LEFT:
        return backward(state)
    if event is not Press.ENTER or tried is None:
        return state.with_view(cursor=moved(cursor, len(rows), event))
    match rows[cursor].value:
        case "change":
            return before(state)
        case "again":
            # Forgetting what it was about makes it due once more.
            return replace(state, check_runs={**state.check_runs, owner: replace(tried, about=(), outcome=None)})
        case _:
            check_runs = {**state.check_runs, owner: replace(tried, accepted=True)}
            return onward(replace(state, check_runs=check_runs), state.page)
