"""Draws forms and the page of a secret: labels, fields, the text being typed and where its cursor is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.model.question import Kind, Question
from helm_aeterna.wizard.choices import Choice, default_of, why_of
from helm_aeterna.wizard.drawing.frame import Drawn, Line, Paper, columns_of, cut, padded, sentence, wrapped
from helm_aeterna.wizard.drawing.list import choice_lines, paragraph, scrolled
from helm_aeterna.wizard.form_page import values_of
from helm_aeterna.wizard.navigation import is_required
from helm_aeterna.wizard.review_page import label_of
from helm_aeterna.wizard.secret_sources import origin, reminder, secret_sources, source_at

if TYPE_CHECKING:
    from helm_aeterna.wizard.state import State
    from helm_aeterna.wizard.text_input import TextInput

_WIDEST_LABEL = 46
_SHORTEST_FIELD = 24
_NARROW = 60  # columns below which a field may be half as long


def visible(typing: TextInput, columns: int, hidden: str = "") -> tuple[str, int]:
    """The part of a line around its cursor that fits, and the cursor's column in it."""
    text = hidden * len(typing.text) if hidden else typing.text
    start = 0
    while columns_of(text[start : typing.at]) > columns - 1:
        start += 1
    end = len(text)
    while columns_of(text[start:end]) > columns:
        end -= 1
    return text[start:end], columns_of(text[start : typing.at])


def form_body(state: State, paper: Paper, height: int) -> Drawn:
    """The fields below each other, and what is said of the one in focus."""
    page, view = state.page, state.view
    cursor = min(view.cursor, len(page.questions) - 1)
    labels = [label_of(question) for question in page.questions]
    least = _SHORTEST_FIELD if paper.width >= _NARROW else _SHORTEST_FIELD // 2
    label = min(max(map(columns_of, labels)), _WIDEST_LABEL, max(10, paper.width - least - 4))
    room = paper.width - label - 4
    lines: list[Line] = []
    here = 0
    for place, question in enumerate(page.questions):
        focus = place == cursor
        here = len(lines) if focus else here
        pointer = paper.glyphs.pointer if focus else " "
        names = wrapped(labels[place], label)
        value = _value(question, view.fields[place], room, paper, focus=focus)
        style = "focus" if focus else ""
        lines.append(((style, f"{pointer} {padded(names[0], label)}"), ("", "  "), *value))
        lines += [((style, f"    {name}"),) for name in names[1:]]
    # What is wrong stands last, and stays where there is little room.
    about = _about(state, page.questions[cursor], paper)
    about = [(), *about] if len(lines) + len(about) < height else about[-max(2, height - len(lines)) :]
    shown = scrolled(lines, here, max(1, height - len(about)), paper)
    row = next((place for place, line in enumerate(shown) if line is lines[here]), 0)
    column = visible(view.fields[cursor], room)[1] + label + 4
    typed = None if values_of(page.questions[cursor]) else (column, row)
    return [*shown, *about], typed


def _value(question: Question, typing: TextInput, room: int, paper: Paper, *, focus: bool) -> Line:
    glyphs = paper.glyphs
    if question.kind is Kind.SWITCH or values_of(question):
        words = {"true": "yes", "false": "no"}
        text = words.get(typing.text, typing.text) if question.kind is Kind.SWITCH else _label(question, typing.text)
        return (("field", f"{glyphs.less} {text} {glyphs.more}"),) if focus else (("", text),)
    if focus:
        return (("field", padded(visible(typing, room)[0], min(room, _SHORTEST_FIELD))),)
    return (("", cut(typing.text, room, glyphs)),) if typing.text.strip() else (("dim", "empty"),)


def _label(question: Question, value: str) -> str:
    return next((option.label for option in question.offered if option.value == value), value)


def _about(state: State, question: Question, paper: Paper) -> list[Line]:
    """Why the field in focus is asked, whether it may be empty, and what is wrong with it."""
    lines = paragraph("", question.ask, paper) if question.ask != label_of(question) else []
    lines += paragraph("", sentence(why_of(question)), paper)
    facts: list[str] = []
    default = default_of(question)
    if default not in {None, ""}:
        reason = f", because {question.default_reason}" if question.default_reason else ""
        word = ("yes" if default else "no") if isinstance(default, bool) else default
        facts.append(f"Default: {word}{reason}.")
    else:
        facts.append("Needed." if is_required(state, question) else "May stay empty.")
    if question.example:
        facts.append(f"Example: {question.example}")
    answer = state.effective.get(question.id)
    if answer is not None and origin(answer) != "given here":
        facts.append(f"Now {origin(answer)}.")
    if state.view.problem:
        return lines + paragraph("error", state.view.problem, paper, sign=paper.glyphs.bad)
    return lines + paragraph("dim", " ".join(facts), paper)


def secret_body(state: State, paper: Paper, height: int) -> Drawn:
    """The ways to give a secret, and the fields of the one in focus."""
    page, view, glyphs = state.page, state.view, paper.glyphs
    question = page.questions[0]
    offered = secret_sources(state, question)
    source = source_at(state, question)
    rows = [Choice(value=way.name, label=way.label, columns=(way.hint,)) for way in offered]
    fields, cursor = _secret_fields(state, paper)
    tail: list[Line] = [(("dim", "Fetching it ..."),)] if view.busy else []
    tail += paragraph("error", view.problem, paper, sign=glyphs.bad) if view.problem else []
    tail += paragraph("warning", reminder(state, question), paper, sign=glyphs.warning) if not tail else []
    about = paragraph("dim", _stays(question, source.name), paper)
    gap: list[Line] = [()] if height > len(rows) + len(fields) + len(tail) + 1 else []
    room = max(1, height - len(fields) - len(tail) - 2 * len(gap))
    top = choice_lines(rows, min(view.cursor, len(rows) - 1), paper, [""] * len(rows), room)
    place = (cursor[0], cursor[1] + len(top) + len(gap)) if cursor else None
    return [*top, *gap, *fields, *(gap if fields else []), *tail, *about], place


def _secret_fields(state: State, paper: Paper) -> tuple[list[Line], tuple[int, int] | None]:
    view, source = state.view, source_at(state, state.page.questions[0])
    prompts = source.prompts
    label = max((columns_of(prompt) for prompt in prompts), default=0)
    room = paper.width - label - 4
    hidden = paper.glyphs.hidden if source.hidden else ""
    lines: list[Line] = []
    cursor = None
    for place, (prompt, typing) in enumerate(zip(prompts, view.fields, strict=False)):
        text, column = visible(typing, room, hidden)
        focus = place == view.focus
        lines.append((("focus" if focus else "", f"  {padded(prompt, label)}  "), ("field" if focus else "", text)))
        if focus and not view.busy:
            cursor = (label + 4 + column, place)
    return lines, cursor


def _stays(question: Question, source: str) -> str:
    """Where the secret goes, or what going on without it means."""
    if source == "none":
        return "It is made by the program and kept." if question.generate else "It can be given later."
    if source == "existing":
        return "Only its name is written; the Secret must be in the release's namespace."
    if source not in {"keep", "type", "file", "command"}:
        return "For all secrets: none is asked for here any more; the settings of that place come at the end."
    names = " or ".join((*question.variables, question.variable))
    return f"It goes into a file of its own that only you can read. Set before the start, {names} answers this page."
