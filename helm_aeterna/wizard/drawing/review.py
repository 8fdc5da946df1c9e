"""Draws the review page: what to do, warnings, answers and files in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.wizard.drawing.frame import Drawn, Line, Paper, columns_of, padded, sentence, window, wrapped
from helm_aeterna.wizard.drawing.list import paragraph
from helm_aeterna.wizard.review_page import Entry, entries

if TYPE_CHECKING:
    from helm_aeterna.wizard.state import State

_WIDEST = 44
_GAP = 2


def review_body(state: State, paper: Paper, height: int) -> Drawn:
    """All entries, the part around the one in focus."""
    listed = entries(state)
    targets = [place for place, entry in enumerate(listed) if entry.target]
    chosen = targets[min(state.view.cursor, len(targets) - 1)]
    columns = _columns(listed, paper)
    lines: list[Line] = []
    focus = 0
    for place, entry in enumerate(listed):
        if place == chosen:
            focus = len(lines)
        lines += _entry(entry, paper, columns, focus=place == chosen)
    top: list[Line] = []
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
    glyphs = paper.glyphs
    more = f"{glyphs.more_below} {left} more, the files last" if left > 0 else f"{glyphs.more_above} {start} above"
    return [*top, *lines[start:end], (("dim", f"  {more}"),)], None


def _columns(listed: tuple[Entry, ...], paper: Paper) -> dict[str, int]:
    """How wide the first column is, for each kind of line."""
    widths: dict[str, int] = {}
    for entry in listed:
        widest = min(_WIDEST, paper.width // 2 + 6)
        widths[entry.kind] = max(widths.get(entry.kind, 0), min(widest, columns_of(_indented(entry))))
    return widths


def _indented(entry: Entry) -> str:
    return "  " * max(0, entry.level - 1) + entry.label


def _entry(entry: Entry, paper: Paper, columns: dict[str, int], *, focus: bool) -> list[Line]:
    match entry.kind:
        case "blank":
            return [()]
        case "heading":
            return [(("head", entry.label),)]
        case "error" | "warning":
            return _finding(entry, paper, focus=focus)
        case "action":
            pointer = paper.glyphs.pointer if focus else " "
            return [(("focus" if focus else "title", f"{pointer} {entry.label}"), ("dim", f"  {entry.note}"))]
        case "file":
            return _file(entry, paper, columns["file"])
        case _:
            return _answer(entry, paper, columns["answer"], focus=focus)


def _finding(entry: Entry, paper: Paper, *, focus: bool) -> list[Line]:
    """What is wrong and how to mend it; Enter leads to the answer it is about."""
    sign = paper.glyphs.bad if entry.kind == "error" else paper.glyphs.warning
    pointer = paper.glyphs.pointer if focus else " "
    where = f"{entry.label}: " if entry.label else ""
    lines = paragraph(entry.kind, sentence(f"{where}{entry.value}"), paper, sign=f"{pointer} {sign}")
    fix = sentence(f"{entry.note[:1].upper()}{entry.note[1:]}")
    return lines + (paragraph("dim", fix, paper, "    ") if fix else [])


def _file(entry: Entry, paper: Paper, label: int) -> list[Line]:
    """Name, what happens, what it is for; a long purpose goes on below itself."""
    style = "good" if entry.value == "new" else "dim" if entry.value == "unchanged" else "warning"
    action = padded(entry.value, 9)
    left = 2 + label + _GAP + columns_of(action) + _GAP
    notes = wrapped(entry.note, max(12, paper.width - left)) or [""]
    first: Line = (("", f"  {padded(entry.label, label + _GAP)}"), (style, action), ("dim", f"  {notes[0]}"))
    return [first, *((("dim", " " * left + note),) for note in notes[1:])]


def _answer(entry: Entry, paper: Paper, label: int, *, focus: bool) -> list[Line]:
    """Question and answer; what does not fit beside each other goes on below, nothing is cut off."""
    pointer = paper.glyphs.pointer if focus else " "
    style = "focus" if focus else ""
    room = max(8, paper.width - label - _GAP - 2)
    names = wrapped(entry.label, label - 2 * max(0, entry.level - 1)) or [""]
    values = wrapped(entry.value, room) or [""]
    note = f"  {entry.note}" if entry.note else ""
    if note and columns_of(values[-1]) + columns_of(note) > room:
        values.append("")
        note = note.strip()
    lines: list[Line] = []
    for place in range(max(len(names), len(values))):
        indent = "  " * max(0, entry.level - 1 + (place > 0 and place < len(names)))
        name = indent + names[place] if place < len(names) else ""
        value = values[place] if place < len(values) else ""
        last = note if place == len(values) - 1 else ""
        lead = pointer if place == 0 else " "
        lines.append(((style, f"{lead} {padded(name, label + _GAP)}"), ("", value), ("dim", last)))
    return lines
