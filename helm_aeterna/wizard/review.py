"""What the review page shows: answers in groups, files with their changes, warnings."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helm_aeterna.errors import Finding, Severity
from helm_aeterna.formats import FormatError, flatten, load_yaml
from helm_aeterna.model.artefact import Action, Write, WritePlan
from helm_aeterna.model.question import Kind, Question
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.methods import origin
from helm_aeterna.wizard.page import Look, Page
from helm_aeterna.wizard.rows import default_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from helm_aeterna.wizard.state import State

_ACTIONS = {
    Action.CREATE: "new",
    Action.REPLACE: "replaced",
    Action.MERGE: "merged",
    Action.SAME: "unchanged",
}
_CONTEXT = 3  # unchanged lines around a change


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the changes: plain, added, removed, or the head of a file."""

    style: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What writing would do.

    Attributes:
        findings: Errors that forbid it, and warnings.
        files: Name, action and note of each file.
        changes: The difference to the disk, line by line, no secret among them.
    """

    findings: tuple[Finding, ...] = ()
    files: tuple[tuple[str, str, str], ...] = ()
    changes: tuple[Shown, ...] = field(default=(), repr=False)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What forbids writing."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What should be known."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)


def make_review(plan: WritePlan | None, findings: Iterable[Finding]) -> Review:
    """Turn a preview into what the page shows."""
    writes = plan.writes if plan else ()
    return Review(
        findings=tuple(findings),
        files=tuple(_file(write) for write in writes),
        changes=tuple(line for place, write in enumerate(writes) for line in _changes(write, writes[:place])),
    )


def _file(write: Write) -> tuple[str, str, str]:
    notes = [write.artefact.purpose] if write.artefact.purpose else []
    if write.action is Action.REPLACE and write.artefact.backup:
        notes.append("a copy of the old one is kept")
    if write.action is Action.MERGE:
        notes.append("with your own changes")
    if write.conflicts:
        notes.append(f"your values stay: {', '.join(write.conflicts)}")
    return write.artefact.path, _ACTIONS[write.action], "; ".join(notes)


def _changes(write: Write, before: tuple[Write, ...]) -> Iterator[Shown]:
    twin = next((other.artefact for other in before if other.artefact.text == write.artefact.text), None)
    yield Shown("head", f"{write.artefact.path}: {_ACTIONS[write.action]}")
    for conflict in write.conflicts:
        yield Shown("warning", f"! {conflict}: changed by you and by the answers; yours stays")
    if twin is not None:
        yield Shown("dim", f"the same text as {twin.path}")
    elif write.artefact.secret:
        yield from _secret_changes(write)
    elif write.action is not Action.SAME:
        old = (write.before or "").splitlines()
        lines = difflib.unified_diff(old, write.artefact.text.splitlines(), n=_CONTEXT, lineterm="")
        for line in list(lines)[2:]:
            yield Shown({"+": "added", "-": "removed", "@": "dim"}.get(line[:1], ""), line)
    yield Shown("", "")


def _secret_changes(write: Write) -> Iterator[Shown]:
    """The names of a secret file's keys; never what they hold."""
    before, after = _secret_keys(write.before or ""), _secret_keys(write.artefact.text)
    for key in after:
        mark = " " if before.get(key) == after[key] else "~" if key in before else "+"
        style = {"+": "added", "~": "warning"}.get(mark, "")
        yield Shown(style, f"{mark}{key}: (hidden)")
    for key in before:
        if key not in after:
            yield Shown("removed", f"-{key}: (hidden)")


def _secret_keys(text: str) -> dict[str, object]:
    try:
        tree = load_yaml(text, "")
    except FormatError:
        return {}
    return dict(flatten(tree)) if isinstance(tree, dict) else {}


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
    busy = "" if state.review else "... working out what that means"
    lines = [
        Entry(kind="action", label="Write the files", note=busy, target="write"),
        Entry(kind="action", label="Show what changes in them", target="changes"),
        Entry(kind="blank"),
    ]
    lines += [
        Entry(
            kind=str(finding.severity),
            label=finding.where,
            value=finding.problem,
            note=finding.fix,
            target=_cause(state, finding.where),
        )
        for finding in review.errors + review.warnings
    ]
    lines += [Entry(kind="blank")] if review.findings else []
    lines += [Entry(kind="heading", label="Answers (Enter changes one)"), *_answers(state), Entry(kind="blank")]
    lines.append(Entry(kind="heading", label="Files"))
    lines += [Entry(kind="file", label=name, value=action, note=note, level=1) for name, action, note in review.files]
    return tuple(lines)


def _cause(state: State, where: str) -> str:
    """The question on some page that a finding is about; empty where it is about none."""
    asked = [question for page in state.pages for question in page.questions]
    return next((question.id for question in asked if where == question.flag or where in question.paths), "")


def _answers(state: State) -> Iterator[Entry]:
    groups: set[str] = set()
    for page in state.pages:
        if page.look in {Look.START, Look.FAMILY, Look.CHECK, Look.REVIEW}:
            continue
        if page.look is Look.SWITCHES:
            yield from _switches(state, page)
            continue
        for question in page.questions:
            head = page.look is Look.LIST and question.group not in groups
            label = question.group if head and question.group else label_of(question)
            groups.add(question.group)
            value, note = value_of(state, question)
            level = 1 if head else 2
            yield Entry(kind="answer", label=label, value=value, note=note, target=question.id, level=level)


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
