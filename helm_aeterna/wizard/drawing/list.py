"""Draws lists: options in columns, what is said of the one in focus, switches, and connection checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.wizard.check_page import check_choices
from helm_aeterna.wizard.choice_page import choices_of, stands_for
from helm_aeterna.wizard.connection_check import Verdict
from helm_aeterna.wizard.drawing.frame import Drawn, Line, Paper, columns_of, padded, sentence, window, wrapped
from helm_aeterna.wizard.page import START
from helm_aeterna.wizard.secret_sources import origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helm_aeterna.wizard.choices import Choice
    from helm_aeterna.wizard.state import State


def choice_lines(rows: Sequence[Choice], cursor: int, paper: Paper, marks: Sequence[str], height: int) -> list[Line]:
    """Rows in columns, the one in focus pointed at; a long list shows the part around it."""
    widths = [max((columns_of(row.label) for row in rows), default=0)]
    columns = range(max((len(row.columns) for row in rows), default=0))
    widths += [max(columns_of(row.columns[column]) for row in rows if column < len(row.columns)) for column in columns]
    marked = max((columns_of(mark) + 3 for mark in marks if mark), default=0)
    while len(widths) > 1 and 2 + sum(widths) + 3 * len(widths[1:]) + marked > paper.width:
        widths.pop()  # a narrow terminal shows fewer columns rather than parts of them
    lines: list[Line] = []
    for place, row in enumerate(rows):
        cells = [row.label, *row.columns]
        texts = [padded(cell, width) for cell, width in zip(cells, widths, strict=False) if width]
        focus = place == cursor
        pointer = paper.glyphs.pointer if focus else " "
        parts: Line = (("focus", f"{pointer} {texts[0]}"),) if focus else (("", f"  {texts[0]}"),)
        parts += tuple(("dim", f"   {text}") for text in texts[1:])
        lines.append((*parts, ("dim", f"   {marks[place]}" if marks[place] else "")))
    return scrolled(lines, cursor, height, paper)


_WORDY = 5  # rows from which on two of them can be spent on words


def scrolled(lines: list[Line], focus: int, height: int, paper: Paper) -> list[Line]:
    """The part of the lines that fits, with a word on what is above and below it."""
    if len(lines) <= height:
        return lines
    if height < _WORDY:
        start, end = window(len(lines), focus, height)
        return lines[start:end]
    start, end = window(len(lines), focus, height - 2)
    # At either end no word is needed, and its row shows a line.
    if start <= 1:
        start, end = 0, height - 1
    elif end >= len(lines) - 1:
        start, end = len(lines) - height + 1, len(lines)
    above: list[Line] = [(("dim", f"  {paper.glyphs.more_above} {start} more"),)] if start else []
    below: list[Line] = [(("dim", f"  {paper.glyphs.more_below} {len(lines) - end} more"),)] if end < len(lines) else []
    return [*above, *lines[start:end], *below]


def paragraph(style: str, text: str, paper: Paper, indent: str = "", sign: str = "") -> list[Line]:
    """A text in lines that fit; a sign stands before the first, blanks before the others."""
    first = f"{indent}{sign} " if sign else indent
    room = paper.width - columns_of(first)
    lines = wrapped(text, room)
    return [((style, (" " * columns_of(first) if place else first) + line),) for place, line in enumerate(lines)]


def list_body(state: State, paper: Paper, height: int) -> Drawn:
    """A list of options and what is said of the one in focus."""
    rows = choices_of(state)
    cursor = min(state.view.cursor, len(rows) - 1)
    about = below(_about(state, rows[cursor], paper), height, len(rows))
    marks = [_mark(state, row) for row in rows]
    return [*choice_lines(rows, cursor, paper, marks, max(1, height - len(about))), *about], None


def below(about: list[Line], height: int, count: int) -> list[Line]:
    """What is said below a list, a blank line before it; in little room the list comes first."""
    if count + len(about) < height:
        return [(), *about] if about else []
    return about[: max(0, height - min(count, max(_WORDY, height // 2)))]


def _about(state: State, row: Choice, paper: Paper) -> list[Line]:
    lines = paragraph("", sentence(row.why), paper)
    question = state.page.questions[0] if state.page.questions else None
    if question is not None and question.default_reason and stands_for(state.page, row, str(question.default)):
        lines += paragraph("dim", f"The default, because {question.default_reason}.", paper)
    notes = [row.note] if row.note else []
    for note in (*notes, *(state.notices if state.at == START else ())):
        lines += paragraph("warning", sentence(note), paper, sign=paper.glyphs.warning)
    return lines


def _mark(state: State, row: Choice) -> str:
    """Which row is the default, or was answered before."""
    page = state.page
    if not page.questions:
        return ""
    question = page.questions[0]
    marks = ["default"] if stands_for(state.page, row, str(question.default)) else []
    answer = state.effective.get(question.id)
    unsaid = page.by_page and page.id not in state.seen
    if answer is not None and stands_for(state.page, row, str(answer.value)) and not unsaid:
        where = origin(answer)
        marks.append("your answer" if where == "given here" else where)
    return ", ".join(marks)


def switches_body(state: State, paper: Paper, height: int) -> Drawn:
    """Lines that are on or off."""
    page, view, glyphs = state.page, state.view, paper.glyphs
    lines: list[Line] = []
    for place, row in enumerate(page.choices):
        box = glyphs.on if row.value in view.on else glyphs.off
        focus = place == view.cursor
        pointer = glyphs.pointer if focus else " "
        style = "focus" if focus else ""
        lines.append(((style, f"{pointer} {box} {row.label}"), ("good", "  on" if row.value in view.on else "")))
    why = page.choices[view.cursor].why
    about = below(paragraph("", sentence(why), paper), height, len(lines))
    return [*scrolled(lines, view.cursor, max(1, height - len(about)), paper), *about], None


_SAID = {Verdict.GOOD: ("good", "Works"), Verdict.DOUBTFUL: ("warning", "Doubtful"), Verdict.BAD: ("error", "Failed")}


def check_body(state: State, paper: Paper, height: int) -> Drawn:
    """How far a connection check is, and what can be done."""
    tried = state.check_runs.get(state.page.owner)
    said: list[Line] = [(("", "Trying it now; this takes a few seconds at most."),)]
    if tried is not None and tried.outcome is not None:
        style, word = _SAID[tried.outcome.verdict]
        sign = paper.glyphs.good if style == "good" else paper.glyphs.bad if style == "error" else paper.glyphs.warning
        said = [((style, f"{sign} {word}"),)]
        for line in tried.outcome.lines:
            said += paragraph("", sentence(f"{line[:1].upper()}{line[1:]}"), paper, "  ")
    rows = check_choices(tried)
    cursor = min(state.view.cursor, len(rows) - 1)
    choices = choice_lines(rows, cursor, paper, [""] * len(rows), max(3, height - len(said) - 1))
    return [*said[: max(1, height - len(choices) - 1)], (), *choices], None
