"""Draws the state: header, page, key hints; pure, for any size of terminal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.wizard.drawing.dialogs import dialog_body
from helm_aeterna.wizard.drawing.frame import Frame, Line, Paper, columns_of, cut, padded, sentence, wrapped
from helm_aeterna.wizard.drawing.hints import hints
from helm_aeterna.wizard.navigation import position
from helm_aeterna.wizard.page_kind import kind_of

if TYPE_CHECKING:
    from helm_aeterna.wizard.state import State

NAME = "Aeterna setup"
_CHROME = 4  # header, rule, rule, hints
_AIRY = 16  # rows between the rules from which on there is room for air
_LITTLE = 7  # rows that a page needs to be of use


def draw(state: State, paper: Paper) -> Frame:
    """The whole screen."""
    paper = replace(paper, columns=max(paper.columns, 24), rows=max(paper.rows, 6))
    height = paper.rows - _CHROME
    scroll = None
    if state.dialog is not None:
        lines, scroll = dialog_body(state, paper, height)
        cursor = None
    else:
        lines, cursor = _page(state, paper, height)
    body = [_clipped((("", "  "), *line), paper) for line in lines[:height]]
    body += [()] * (height - len(body))
    place = None
    if cursor is not None and cursor[1] < height:
        place = (min(cursor[0] + 2, paper.columns - 1), cursor[1] + 2)
    rule: Line = (("rule", paper.glyphs.rule * paper.columns),)
    header = _clipped(_header(state, paper), paper)
    return Frame(lines=(header, rule, *body, rule, _clipped(_footer(state, paper), paper)), cursor=place, scroll=scroll)


def _page(state: State, paper: Paper, height: int) -> tuple[list[Line], tuple[int, int] | None]:
    """Title and reason, then what its kind draws into the rest."""
    head = _head(state, paper, height)
    lines, cursor = kind_of(state).draw(state, paper, height - len(head))
    return [*head, *lines], (cursor[0], cursor[1] + len(head)) if cursor else None


def _head(state: State, paper: Paper, height: int) -> list[Line]:
    """Title and reason; where there is little room the reason gives way (help says it, too), then all but a line."""
    title: list[Line] = [(("title", line),) for line in wrapped(state.page.title, paper.width)]
    why: list[Line] = [(("dim", line),) for line in wrapped(sentence(state.page.why), paper.width)]
    if height > _AIRY:
        return [(), *title, *why, ()]
    if height - len(title) - len(why) > _LITTLE:
        return [*title, *why, ()]
    if height - len(title) > _LITTLE:
        return [*title, ()]
    return [(("title", cut(state.page.title, paper.width, paper.glyphs)),)]


def _header(state: State, paper: Paper) -> Line:
    where = f"{position(state)}  "
    room = max(0, paper.columns - columns_of(where))
    return (("head", padded(cut(f"  {NAME}", room, paper.glyphs), room)), ("dim", where))


def _footer(state: State, paper: Paper) -> Line:
    """As many hints as fit, the last one always."""
    wanted = list(hints(state, paper.glyphs))
    gap = f" {paper.glyphs.dot} "
    while len(wanted) > 1 and _hint_width(wanted, gap) > paper.columns - 3:
        del wanted[-2]
    line: list[tuple[str, str]] = [("", "  ")]
    for place, (key, meaning) in enumerate(wanted):
        line += [("dim", gap)] if place else []
        line += [("key", key), ("dim", f" {meaning}")]
    return tuple(line)


def _hint_width(shown: list[tuple[str, str]], between: str) -> int:
    return sum(columns_of(f"{key} {meaning}") for key, meaning in shown) + len(between) * (len(shown) - 1)


def _clipped(line: Line, paper: Paper) -> Line:
    """A line that never runs into the next one."""
    left, parts = paper.columns, []
    for style, text in line:
        shown = cut(text, left, paper.glyphs)
        parts.append((style, shown))
        left -= columns_of(shown)
    return tuple(parts)
