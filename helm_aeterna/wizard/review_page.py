"""The review page: its lines (actions, problems, answers, files) and its keys."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from helm_aeterna.answers.conditions import applies
from helm_aeterna.model.question import Kind, Question
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.choices import default_of
from helm_aeterna.wizard.cursor import moved
from helm_aeterna.wizard.dialogs import with_dialog
from helm_aeterna.wizard.events import Input, MakePreview, Press, Typed
from helm_aeterna.wizard.navigation import backward, jump
from helm_aeterna.wizard.page import SWITCHES, Page
from helm_aeterna.wizard.plan import Review
from helm_aeterna.wizard.secret_sources import origin
from helm_aeterna.wizard.state import Dialog, Exit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helm_aeterna.wizard.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the review page.

    Attributes:
        kind: action, answer, heading, file, error, warning or blank.
        label: Its first column.
        value: Its second column.
        note: Its third column, or the text below it.
        target: What Enter does: write, changes, or the question to jump to; empty for a line that is only read.
        level: How far it is indented.
    """

    kind: str
    label: str = ""
    value: str = ""
    note: str = ""
    target: str = ""
    level: int = 0


def entries(state: State) -> tuple[Entry, ...]:
    """All lines of the review page."""
    review = state.review or Review()
    summary = _summary(review) if state.review else "... working out what that means"
    lines = [
        Entry(kind="action", label="Write the files", note=summary, target="write"),
        Entry(kind="action", label="Show what changes in them", target="changes"),
        Entry(kind="blank"),
    ]
    lines += [
        Entry(
            kind=str(finding.severity),
            label=_title(cause) if (cause := _cause(state, finding.where)) else finding.where,
            value=finding.problem,
            note=finding.fix,
            target=cause.id if cause else "",
        )
        for finding in review.errors + review.warnings
    ]
    lines += [Entry(kind="blank")] if review.findings else []
    lines += [Entry(kind="heading", label="Answers (Enter changes one)"), *_answers(state), Entry(kind="blank")]
    lines.append(Entry(kind="heading", label="Files"))
    lines += [Entry(kind="file", label=name, value=action, note=note, level=1) for name, action, note in review.files]
    return tuple(lines)


def _summary(review: Review) -> str:
    """How many files are new, changed or left alone: seen before anybody scrolls to their list."""
    counts = Counter(action for _, action, _ in review.files)
    return ", ".join(f"{count} {action}" for action, count in counts.items())


def _title(question: Question) -> str:
    """A question in the words of the pages."""
    return question.group if question.kind is Kind.CHOICE and question.group else label_of(question)


def _cause(state: State, where: str) -> Question | None:
    """The question that mends a problem: the one whose flag its place names, else the nearest in the same block."""
    names = where.replace("(", " ").replace(")", " ").split()
    questions = {question.flag: question for question in state.script}
    named = next((questions[name] for name in names if name in questions), None)
    if named or not names or state.review is None:
        return named
    asked = {question.id for page in state.pages for question in page.questions}
    near = [
        (_shared(names[0], key), questions[flag].id in asked, questions[flag])
        for key, flag in state.review.flags.items()
        if flag in questions and applies(questions[flag], state.full)
    ]
    shared, _, question = max(near, key=lambda one: one[:2], default=(0, False, None))
    return question if shared > 1 else None


def _shared(one: str, other: str) -> int:
    """How many of their first names two keys have in common."""
    pairs = zip(one.split("."), other.split("."), strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def _answers(state: State) -> Iterator[Entry]:
    groups: set[str] = set()
    behind = False
    for page in (page for page in state.pages if page.questions or page.id == SWITCHES):
        if page.id == SWITCHES:
            behind = True
            groups |= {question.group for question in page.questions}
            yield from _switches(state, page)
        elif behind and page.title != page.questions[0].ask and not page.owner:
            yield from _settings(state, page)
        elif not page.by_page:
            yield from _page(state, page, groups)


def _page(state: State, page: Page, groups: set[str]) -> Iterator[Entry]:
    """The answers of a page; the first of a group is its head."""
    for question in page.questions:
        first = question.group not in groups
        groups.add(question.group)
        head = first and page.title == question.ask  # a page of its own
        label = question.group if head and page.choices and question.group else label_of(question)
        yield _answer(state, question, label=label, level=1 if head else 2)


def _settings(state: State, page: Page) -> Iterator[Entry]:
    """Settings that may all stay as they are: only those that do not are told one by one."""
    changed = [question for question in page.questions if not _is_left(state, question)]
    left = len(page.questions) - len(changed)
    words = f"{left} {'more' if changed else 'settings' if left > 1 else 'setting'}" if left else ""
    note = "default" if left else ""
    yield Entry(kind="answer", label=page.title, value=words, note=note, target=page.questions[0].id, level=1)
    yield from (_answer(state, question, label=label_of(question), level=2) for question in changed)


def _is_left(state: State, question: Question) -> bool:
    answer = state.effective.get(question.id)
    return answer is None or answer.value in {default_of(question), ""}


def _answer(state: State, question: Question, *, label: str, level: int) -> Entry:
    value, note = value_of(state, question)
    return Entry(kind="answer", label=label, value=value, note=note, target=question.id, level=level)


def _switches(state: State, page: Page) -> Iterator[Entry]:
    on = [question.ask for question in page.questions if state.effective.text(question.id) == "true"]
    target = page.questions[0].id if page.questions else page.id
    yield Entry(kind="answer", label=page.title, value="" if on else "none", target=target, level=1)
    for ask in on:
        yield Entry(kind="answer", label=ask, value="yes", target=target, level=2)


def label_of(question: Question) -> str:
    """The question in a few words: what stands before a semicolon."""
    return question.ask.split(";")[0].rstrip("?")


def value_of(state: State, question: Question) -> tuple[str, str]:
    """An answer and where it came from, in words; of a secret only that it is there."""
    answer = state.effective.get(question.id)
    if question.kind is Kind.SECRET:
        return _secret_value(state, question)
    value = answer.value if answer is not None else default_of(question)
    note = "default" if value == default_of(question) else origin(answer) if answer is not None else ""
    if value is None or value == "":
        return "not set", ""
    if question.kind is Kind.CHOICE:
        return option_words(question, str(value)), "" if note == "given here" else note
    words = (
        {"true": "yes", "false": "no"}.get(str(value).lower(), str(value)) if isinstance(value, bool) else str(value)
    )
    return words, "" if note == "given here" else note


def option_words(question: Question, value: str) -> str:
    """An option's name, with who runs it where its family leaves that open."""
    option = next((option for option in question.options if option.value == value), None)
    if option is None:
        return value
    shared = sum(1 for other in question.offered if other.label == option.label) > 1
    return f"{option.label} ({option.kind})" if shared and option.kind else option.label


def _secret_value(state: State, question: Question) -> tuple[str, str]:
    answer = state.answers.get(question.id)
    if answer is not None and isinstance(answer.value, SecretText):
        return "hidden", origin(answer)
    name = state.effective.text(question.unless) if question.unless else ""
    if name:
        return f"in the Secret {name}", ""
    return ("is generated", "") if question.generate else ("none", "")


def selectable(state: State) -> tuple[Entry, ...]:
    """The lines that do something."""
    return tuple(entry for entry in entries(state) if entry.target)


def make_preview(state: State) -> MakePreview | None:
    """The plan, while there is none for these answers."""
    return MakePreview() if state.review is None else None


def on_review(state: State, event: Input) -> State:
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
        return with_dialog(state, Dialog.CHANGES)
    if target != "write":
        return jump(state, target)
    if state.review is None:
        return state
    if state.review.errors:
        places = [place for place, line in enumerate(selectable(state)) if line.kind == "error"]
        problem = "Nothing can be written while there is an error; Enter on it leads to its answer."
        return state.with_view(cursor=places[0] if places else state.view.cursor, problem=problem)
    return replace(state, exit=Exit.WRITE)
