"""What lies over a page: the question on leaving, help, and the changes to the files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.wizard.choices import Row
from helm_aeterna.wizard.cursor import moved
from helm_aeterna.wizard.events import Filled, Picked, Press, Typed
from helm_aeterna.wizard.navigation import rest_by_default
from helm_aeterna.wizard.state import Over, Overlay

if TYPE_CHECKING:
    from helm_aeterna.wizard.state import State

LEAVE_ROWS = (
    Row(value="leave", label="Leave, and keep my answers", columns=("the next start offers to go on",)),
    Row(value="stay", label="Go on", columns=("back to the page",)),
    Row(value="defaults", label="Take the defaults for the rest", columns=("asks only what has none",)),
    Row(value="forget", label="Leave, and forget my answers", columns=("nothing stays behind",)),
)
PAGE = 10  # lines that Page Up and Page Down move
_FAR = 1_000_000  # lines, more than any text has


def with_overlay(state: State, overlay: Overlay | None) -> State:
    """Lay something over the page, or take it away."""
    return replace(state, overlay=overlay, scroll=0)


def on_overlay(state: State, event: Press | Typed | Picked | Filled) -> State:
    """One event while something lies over the page."""
    if state.overlay is Overlay.LEAVE:
        return _leave(state, event)
    if event is Press.LEAVE:
        return with_overlay(state, Overlay.LEAVE)
    if event in {Press.BACK, Press.ENTER, Press.HELP, Press.LEFT}:
        return with_overlay(state, None)
    moves = {Press.UP: -1, Press.DOWN: 1, Press.PAGE_UP: -PAGE, Press.PAGE_DOWN: PAGE, Press.SPACE: PAGE}
    moves |= {Press.HOME: -_FAR, Press.END: _FAR}
    if isinstance(event, Press) and event in moves:
        # Where the text ends only the drawing knows: it says how far this went.
        return replace(state, scroll=max(0, min(state.scroll + moves[event], _FAR)))
    return state


def _leave(state: State, event: Press | Typed | Picked | Filled) -> State:
    match event:
        case Press.BACK | Press.LEFT:
            return with_overlay(state, None)
        case Press.LEAVE:
            return replace(state, over=Over.LEAVE)
        case Press.ENTER:
            return _left(state, LEAVE_ROWS[state.scroll].value)
        case _:
            return replace(state, scroll=moved(state.scroll, len(LEAVE_ROWS), event))


def _left(state: State, way: str) -> State:
    match way:
        case "leave":
            return replace(state, over=Over.LEAVE)
        case "forget":
            return replace(state, over=Over.FORGET)
        case "defaults":
            return rest_by_default(with_overlay(state, None))
        case _:
            return with_overlay(state, None)
