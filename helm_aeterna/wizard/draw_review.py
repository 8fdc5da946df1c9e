"""Draws the review page: what to do, warnings, answers and files in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.wizard.draw_list import Drawn, paragraph
from helm_aeterna.wizard.frame import Line, Paper, columns_of, cut, padded, sentence, window
from helm_aeterna.wizard.review import Entry, entries

if TYPE_CHECKING:
    from helm_aeterna.wizard.state import State

_LABEL = 34
_VALUE = 26


def review_body(state: State, paper: Paper, height: int) -> Drawn:
    """All entries, the part around the one in focus."""
    listed = entries(state)
    targets = [place for place, entry in enumerate(listed) if entry.target]
    chosen = targets[min(state.view.cursor, len(targets) - 1)]
    lines: list[Line] = []
    focus = 0
    for place, entry in enumerate(listed):
        if place == chosen:
            focus = len(lines)
        lines += _entry(entry, paper, focus=place == chosen)
    top: list[Line] = []
    if state.review is None:
        top = [(("dim", "Working out what will be written ..."),)]
    if state.view.problem:
        top = paragraph("error", state.view.problem, paper, sign=paper.glyphs.bad)
    height -= len(top)
    if len(lines) <= height:
        return [*top, *lines], None
    # The last answer is followed by the files: moving there shows them too.
    last = len(lines) - 1 if chosen == targets[-1] else focus
    start, end = window(len(lines), last, height - 1)
    end = start + height - 1
    left = len(lines) - end
    more = f"{paper.glyphs.more_below} {left} more" if left > 0 else f"{paper.glyphs.more_above} {start} above"
    return [*top, *lines[start:end], (("dim", f"  {more}"),)], None


def _entry(entry: Entry, paper: Paper, *, focus: bool) -> list[Line]:
    match entry.kind:
        case "blank":
            return [()]
        case "heading":
            return [(("head", entry.label),)]
        case "error" | "warning":
            return _finding(entry, paper)
        case "file":
            return _file(entry, paper)
        case _:
            return [_answer(entry, paper, focus=focus)]


def _finding(entry: Entry, paper: Paper) -> list[Line]:
    sign = paper.glyphs.bad if entry.kind == "error" else paper.glyphs.warning
    where = f"{entry.label}: " if entry.label else ""
    lines = paragraph(entry.kind, sentence(f"{where}{entry.value}"), paper, sign=sign)
    return lines + (paragraph("dim", sentence(entry.note), paper, "  ") if entry.note else [])


def _file(entry: Entry, paper: Paper) -> list[Line]:
    name = padded(f"  {entry.label}", _LABEL)
    action = padded(entry.value, _VALUE)
    style = "good" if entry.value == "new" else "dim" if entry.value == "unchanged" else "warning"
    line: list[Line] = [(("", f"{name}  "), (style, action))]
    return line + (paragraph("dim", entry.note, paper, "    ") if entry.note else [])


def _answer(entry: Entry, paper: Paper, *, focus: bool) -> Line:
    pointer = paper.glyphs.pointer if focus else " "
    indent = "  " * max(0, entry.level - 1)
    label = cut(f"{indent}{entry.label}", _LABEL, paper.glyphs)
    style = "focus" if focus else "title" if entry.kind == "action" else ""
    if not entry.value and not entry.note:
        return ((style, f"{pointer} {indent}{entry.label}"),)
    room = max(8, paper.width - _LABEL - 4)
    value = cut(entry.value, room, paper.glyphs)
    note = f"  {entry.note}" if entry.note else ""
    if columns_of(value) + columns_of(note) > room:
        note = cut(note, max(0, room - columns_of(value)), paper.glyphs) if room - columns_of(value) > 6 else ""
    return ((style, f"{pointer} {padded(label, _LABEL)}"), ("", f"  {value}"), ("dim", note))
