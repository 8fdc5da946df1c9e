"""What lies over a page: the question on leaving, help, and the changes to the files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.wizard.choices import Choice
from helm_aeterna.wizard.cursor import moved
from helm_aeterna.wizard.events import Input, Press
from helm_aeterna.wizard.navigation import rest_by_default
from helm_aeterna.wizard.state import Dialog, Exit

if TYPE_CHECKING:
    from helm_aeterna.wizard.state import State

LEAVE_CHOICES = (
    Choice(value="leave", label="Leave, and keep my answers", columns=("the next start offers to go on",)),
    Choice(value="stay", label="Go on", columns=("back to the page",)),
    Choice(value="defaults", label="Take the defaults for the rest", columns=("asks only what has none",)),
    Choice(value="forget", label="Leave, and forget my answers", columns=("nothing stays behind",)),
)
PAGE = 10  # lines that Page Up and Page Down move
_FAR = 1_000_000  # lines, more than any text has


def with_dialog(state: State, dialog: Dialog | None) -> State:
    """Lay something over the page, or take it away."""
    return replace(state, dialog=dialog, scroll=0)


def on_dialog(state: State, event: Input) -> State:
    """One event while something lies over the page."""
    if state.dialog is Dialog.LEAVE:
        return _leave(state, event)
    if event is Press.LEAVE:
        return with_dialog(state, Dialog.LEAVE)
    if event in {Press.BACK, Press.ENTER, Press.HELP, Press.LEFT}:
        return with_dialog(state, None)
    moves = {Press.UP: -1, Press.DOWN: 1, Press.PAGE_UP: -PAGE, Press.PAGE_DOWN: PAGE, Press.SPACE: PAGE}
    moves |= {Press.HOME: -_FAR, Press.END: _FAR}
    if isinstance(event, Press) and event in moves:
        # Where the text ends only the drawing knows: it says how far this went.
        return replace(state, scroll=max(0, min(state.scroll + moves[event], _FAR)))
    return state


def _leave(state: State, event: Input) -> State:
    match event:
        case Press.BACK | Press.LEFT:
            return with_dialog(state, None)
        case Press.LEAVE:
            return replace(state, exit=Exit.LEAVE)
        case Press.ENTER:
            return _left(state, LEAVE_CHOICES[state.scroll].value)
        case _:
            return replace(state, scroll=moved(state.scroll, len(LEAVE_CHOICES), event))


def _left(state: State, way: str) -> State:
    match way:
        case "leave":
            return replace(state, exit=Exit.LEAVE)
        case "forget":
            return replace(state, exit=Exit.FORGET)
        case "defaults":
            return rest_by_default(with_dialog(state, None))
        case _:
            return with_dialog(state, None)
