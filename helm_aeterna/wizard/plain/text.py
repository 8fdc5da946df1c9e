"""The text of each page in plain lines: numbered, complete, without a single control code."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from helm_aeterna.model.question import Kind
from helm_aeterna.wizard.check_page import check_choices
from helm_aeterna.wizard.choice_page import choices_of
from helm_aeterna.wizard.choices import why_of
from helm_aeterna.wizard.connection_check import Verdict
from helm_aeterna.wizard.dialogs import LEAVE_CHOICES
from helm_aeterna.wizard.drawing.frame import sentence
from helm_aeterna.wizard.drawing.hints import help_text
from helm_aeterna.wizard.form_page import values_of
from helm_aeterna.wizard.navigation import is_required, position
from helm_aeterna.wizard.page import REVIEW, START
from helm_aeterna.wizard.page_kind import kind_of
from helm_aeterna.wizard.review_page import entries, label_of
from helm_aeterna.wizard.secret_sources import reminder, secret_sources
from helm_aeterna.wizard.state import Dialog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helm_aeterna.wizard.choices import Choice
    from helm_aeterna.wizard.state import State

_WELCOME = "Answer with a number or a text and Enter. < goes back, ? explains, Ctrl-C asks whether to stop."
_SAID = {Verdict.GOOD: "Works.", Verdict.DOUBTFUL: "Doubtful.", Verdict.BAD: "Failed."}


def page_text(state: State) -> tuple[str, ...]:
    """The page that is open, or what lies over it."""
    if state.dialog is Dialog.LEAVE:
        return (
            "",
            "Stop here? Nothing has been written. Your answers are kept, secrets are not.",
            *_numbered(LEAVE_CHOICES),
        )
    if state.dialog is Dialog.HELP:
        return help_text(state, plain=True)
    if state.dialog is Dialog.CHANGES:
        return (
            "",
            "What changes in the files:",
            *(line.text for line in (state.review.changes if state.review else ())),
        )
    page = state.page
    head = [
        "",
        f"{position(state).capitalize()}: {page.title}" if state.at != REVIEW else page.title,
        *([sentence(page.why)] if page.why else []),
    ]
    welcome = [_WELCOME, *state.notices] if state.at == START else []
    return (*head, *welcome, *kind_of(state).text(state))


def choice_text(state: State) -> Iterator[str]:
    """One line for each choice."""
    return _numbered(choices_of(state))


def switches_text(state: State) -> Iterator[str]:
    """One line for each option, on or off."""
    for number, choice in enumerate(state.page.choices, 1):
        word = "on" if choice.value in state.view.on else "off"
        yield f"{number}. {choice.label}: {word}. {choice.why}"


def secret_text(state: State) -> Iterator[str]:
    """One line for each way to give a secret."""
    yield from [words] if (words := reminder(state, state.page.questions[0])) else []
    for number, source in enumerate(secret_sources(state, state.page.questions[0]), 1):
        yield f"{number}. {source.label} ({source.hint})"


def form_text(state: State) -> Iterator[str]:
    """What Enter and a dash do; the fields are asked one by one."""
    yield f"{len(state.page.questions)} fields; Enter alone keeps what stands in brackets, - empties it."


def _numbered(rows: tuple[Choice, ...]) -> Iterator[str]:
    notes = Counter(row.note for row in rows)  # what several lines share is said once, below them
    for number, row in enumerate(rows, 1):
        columns = ", ".join(column for column in row.columns if column)
        words = f"{row.label} ({columns})" if columns else row.label
        about = f": {row.why}" if row.why else ""
        note = f" Note: {sentence(row.note)}" if notes[row.note] == 1 and row.note else ""
        yield f"{number}. {words}{about}{'' if about.endswith('.') or not about else '.'}{note}"
    for note in (note for note, count in notes.items() if note and count > 1):
        numbers = [str(number) for number, row in enumerate(rows, 1) if row.note == note]
        yield f"Note on {', '.join(numbers)}: {sentence(note)}"


def check_text(state: State) -> Iterator[str]:
    """How far a connection check is, and what can be done."""
    tried = state.check_runs.get(state.page.owner)
    if tried is None or tried.outcome is None:
        yield "Trying it now; this takes a few seconds at most."
        return
    yield _SAID[tried.outcome.verdict]
    yield from (sentence(f"{line[:1].upper()}{line[1:]}") for line in tried.outcome.lines)
    yield from _numbered(check_choices(tried))


def review_text(state: State) -> Iterator[str]:
    """Actions, problems, answers and files; what does something has a number."""
    number = 0
    for entry in entries(state):
        if entry.kind == "blank":
            continue
        if entry.kind in {"error", "warning"}:
            fix = f" {sentence(entry.note[:1].upper() + entry.note[1:])}" if entry.note else ""
            number += bool(entry.target)
            lead = f"{number}. " if entry.target else ""
            yield f"{lead}{entry.kind.capitalize()}: {entry.label}: {entry.value}.{fix}"
            continue
        words = f"{entry.label}: {entry.value}" if entry.value else entry.label
        note = f" ({entry.note})" if entry.note else ""
        if entry.target:
            number += 1
            yield f"{number}. {words}{note}"
        else:
            yield f"{words}{note}{':' if entry.kind == 'heading' else ''}"


def field_prompt(state: State) -> str:
    """The prompt of the field in focus: its question, what it may hold, what it holds."""
    view = state.view
    question = state.page.questions[view.cursor]
    text = view.fields[view.cursor].text
    about = [sentence(why)] if (why := why_of(question)) else []
    values = values_of(question)
    if question.kind is Kind.SWITCH:
        about.append("yes or no.")
        text = "yes" if text == "true" else "no"
    elif values:
        about.append(f"One of {', '.join(values)}.")
    if not text:
        about.append("Needed." if is_required(state, question) and question.default is None else "May stay empty.")
    if question.example and not text:
        about.append(f"Example: {question.example}")
    words = question.ask if question.ask != label_of(question) else label_of(question)
    extra = f" ({' '.join(about)})" if about else ""
    return f"{words}{extra} [{text}]: " if text else f"{words}{extra}: "
