"""Draws what lies over a page: the question on leaving, help, and the changes to the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.wizard.dialogs import LEAVE_CHOICES
from helm_aeterna.wizard.drawing.frame import Line, Paper, wrapped
from helm_aeterna.wizard.drawing.hints import help_text
from helm_aeterna.wizard.drawing.list import choice_lines, paragraph
from helm_aeterna.wizard.state import Dialog

if TYPE_CHECKING:
    from helm_aeterna.wizard.state import State


def dialog_body(state: State, paper: Paper, height: int) -> tuple[list[Line], int | None]:
    """The dialog that is open, and how far it is scrolled."""
    if state.dialog is Dialog.LEAVE:
        return _leave(state, paper, height), None
    return _reading(state, paper, height)


def _leave(state: State, paper: Paper, height: int) -> list[Line]:
    rows = choice_lines(LEAVE_CHOICES, state.scroll, paper, [""] * len(LEAVE_CHOICES), height)
    title: Line = (("title", "Stop here?"),)
    about = paragraph(
        "",
        "Nothing has been written. Your answers are kept in .aeterna/progress.yaml; "
        "secrets are not, you will be asked for them again.",
        paper,
    )
    whole = [(), title, *about, ()]
    return [*(whole if len(whole) + len(rows) <= height else [title]), *rows]


def _reading(state: State, paper: Paper, height: int) -> tuple[list[Line], int]:
    if state.dialog is Dialog.HELP:
        title = "Help"
        lines: list[Line] = []
        for text in help_text(state):
            lines += [(("", part),) for part in wrapped(text, paper.width)] or [()]
    else:
        title = "What changes in the files"
        lines = [part for shown in _changes(state) for part in _folded(shown, paper)]
    room = max(1, height - 4)
    start = max(0, min(state.scroll, len(lines) - room))
    seen = lines[start : start + room]
    below = len(lines) - start - len(seen)
    more = f"{below} more lines below" if below else "end"
    return [(), (("title", title),), (), *seen, (("dim", more if len(lines) > room else ""),)], start


def _changes(state: State) -> list[tuple[str, str]]:
    review = state.review
    if review is None:
        return [("dim", "Working out what changes ...")]
    return [(line.style, line.text) for line in review.changes] or [("", "Nothing would be written.")]


def _folded(shown: tuple[str, str], paper: Paper) -> list[Line]:
    """A line of a file in as many pieces as it needs: nothing of it is cut off."""
    style, text = shown
    pieces = [text[start : start + paper.width] for start in range(0, len(text), paper.width)] or [""]
    return [((style, piece),) for piece in pieces]
