"""What writing would do: findings, files, and their differences line by line."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helm_aeterna.errors import Finding, Severity
from helm_aeterna.formats import credentials
from helm_aeterna.model.artefact import Action, Write, WritePlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from helm_aeterna.model.answers import Answers

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
        flags: Keys of values.yaml, and the flag of the question that sets each.
    """

    findings: tuple[Finding, ...] = ()
    files: tuple[tuple[str, str, str], ...] = ()
    changes: tuple[Shown, ...] = field(default=(), repr=False)
    flags: Mapping[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What forbids writing."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What should be known."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What writing does for some answers; only the plan that was reviewed is ever written.

    Attributes:
        answers: The answers it was made for.
        merge: Whether the user's own changes are kept.
        review: What the review page shows.
        preview: What is written; the wizard does not look inside.
    """

    answers: Answers
    merge: bool
    review: Review
    preview: object = field(default=None, repr=False)


def make_review(plan: WritePlan | None, findings: Iterable[Finding], flags: Mapping[str, str] | None = None) -> Review:
    """Turn a preview into what the page shows."""
    writes = plan.writes if plan else ()
    return Review(
        findings=tuple(findings),
        flags=flags or {},
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
    path = write.artefact.path
    before, after = credentials(path, write.before or ""), credentials(path, write.artefact.text)
    for key in after:
        mark = " " if before.get(key) == after[key] else "~" if key in before else "+"
        style = {"+": "added", "~": "warning"}.get(mark, "")
        yield Shown(style, f"{mark}{key}: (hidden)")
    for key in before:
        if key not in after:
            yield Shown("removed", f"-{key}: (hidden)")
