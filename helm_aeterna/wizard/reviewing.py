"""Keys on the review page: write, look at the changes, jump to an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.wizard.entries import Entry, entries
from helm_aeterna.wizard.events import Filled, Picked, Press, Typed
from helm_aeterna.wizard.moves import moved
from helm_aeterna.wizard.overlays import with_overlay
from helm_aeterna.wizard.state import Over, Overlay
from helm_aeterna.wizard.walk import backward, jump

if TYPE_CHECKING:
    from helm_aeterna.wizard.state import State


def selectable(state: State) -> tuple[Entry, ...]:
    """The lines that do something."""
    return tuple(entry for entry in entries(state) if entry.target)


def on_review(state: State, event: Press | Typed | Picked | Filled) -> State:
    """One event on the review page."""
    lines = selectable(state)
    cursor = min(state.view.cursor, len(lines) - 1)
    if event is Press.LEFT:
        return backward(state)
    if isinstance(event, Typed):
        shortcut = {"w": "write", "d": "changes"}.get(event.text.lower(), "")
        return _done(state, shortcut) if shortcut else state
    if event in {Press.ENTER, Press.RIGHT}:
        return _done(state, lines[cursor].target)
    return state.with_view(cursor=moved(cursor, len(lines), event), problem="")


def _done(state: State, target: str) -> State:
    if target == "changes":
        return with_overlay(state, Overlay.CHANGES)
    if target != "write":
        return jump(state, target)
    if state.review is None:
        return state
    if state.review.errors:
        places = [place for place, line in enumerate(selectable(state)) if line.kind == "error"]
        problem = "Nothing can be written while there is an error; Enter on it leads to its answer."
        return state.with_view(cursor=places[0] if places else state.view.cursor, problem=problem)
    return replace(state, over=Over.WRITE)
