"""What a connection check is about, and how it ended, in words without a secret."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from helm_aeterna.errors import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.catalogue.check import Check
    from helm_aeterna.model.question import Value


class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"  # it may work: what was found does not prove the contrary
    FAILED = "failed"  # it will not work like this
    UNTRIED = "untried"  # nothing could be found out from here


# Stable codes of the findings, by what is wrong.
UNREACHABLE, TLS, LOGIN, FOREIGN, MISSING = "AET901", "AET902", "AET903", "AET904", "AET905"
RIGHTS, VERSION, EXTENSION, UNSURE, FORM = "AET906", "AET907", "AET908", "AET909", "AET910"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One check to run.

    Attributes:
        axis: The axis of the catalogue.
        choice: The id of the choice.
        label: Its name for people.
        where: Its key in values.yaml.
        check: What to ask.
        facts: Its settings by their names; secrets do not show themselves.
    """

    axis: str
    choice: str
    label: str
    where: str
    check: Check
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """How one check ended.

    Attributes:
        verdict: In one word.
        subject: What was tried: `PostgreSQL at db.example.org:5432`.
        where: Its key in values.yaml.
        code: Of the finding; empty where all is well.
        problem: What is wrong, in one sentence without a full stop.
        meaning: What follows from it.
        fix: What to do.
        notes: What else was found, or could not be tried.
        warnings: What looks odd about the credentials.
    """

    verdict: Verdict
    subject: str
    where: str = ""
    code: str = ""
    problem: str = ""
    meaning: str = ""
    fix: str = ""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def lines(self) -> tuple[str, ...]:
        """The result for people: what was found, what it means, what to do."""
        first = f"{self.subject} answers" if self.verdict is Verdict.OK else f"{self.subject}: {self.problem}"
        more = (self.meaning, self.fix and f"To do: {self.fix}", *self.notes, *self.warnings)
        return (first, *(line for line in more if line))

    def findings(self) -> tuple[Finding, ...]:
        """The result as every command reports it; nothing where all is well."""
        found = []
        if self.verdict is not Verdict.OK:
            severity = Severity.ERROR if self.verdict is Verdict.FAILED else Severity.WARNING
            problem = f"{self.subject}: {self.problem}"
            found.append(Finding(code=self.code, where=self.where, problem=problem, fix=self.fix, severity=severity))
        found += [
            Finding(code=FORM, where=self.where, problem=warning, severity=Severity.WARNING)
            for warning in self.warnings
        ]
        return tuple(found)

    def noting(self, *notes: str) -> CheckResult:
        """The same result with more notes; empty ones are left out."""
        return replace(self, notes=(*self.notes, *(note for note in notes if note)))


def passed(subject: str, *notes: str) -> CheckResult:
    """All is well."""
    return CheckResult(verdict=Verdict.OK, subject=subject).noting(*notes)


def failed(subject: str, code: str, problem: str, *, meaning: str = "", fix: str = "") -> CheckResult:
    """It will not work like this."""
    return CheckResult(verdict=Verdict.FAILED, subject=subject, code=code, problem=problem, meaning=meaning, fix=fix)


def doubtful(subject: str, code: str, problem: str, *, meaning: str = "", fix: str = "") -> CheckResult:
    """It may work all the same."""
    return CheckResult(verdict=Verdict.WARNING, subject=subject, code=code, problem=problem, meaning=meaning, fix=fix)


def untried(subject: str, problem: str, *, meaning: str = "", fix: str = "") -> CheckResult:
    """Nothing could be found out from here."""
    return CheckResult(verdict=Verdict.UNTRIED, subject=subject, code=UNSURE, problem=problem, meaning=meaning, fix=fix)
