"""Findings, and the errors that end a command: each class carries the documented exit code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Severity(StrEnum):
    """How much a finding weighs: an error stops the command, a warning is only told."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One problem, as every command reports it.

    Attributes:
        code: Stable identifier, `AET` and three digits.
        where: The flag, values key or file the problem is at.
        problem: What is wrong, in one sentence without a full stop.
        fix: What to do about it; empty when nothing can be done.
        severity: Whether it stops the command.
    """

    code: str
    where: str
    problem: str
    fix: str = ""
    severity: Severity = Severity.ERROR


class AeternaError(Exception):
    """Ends the command with a message for people.

    Args:
        message: What is wrong, in one sentence.
        where: The file, flag or key it is at.
        fix: What to do about it.
        findings: All problems, where there are several.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", fix: str = "", findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.fix = fix
        self.findings = tuple(findings)


class UsageError(AeternaError):
    """The command line cannot be understood."""

    exit_code = 2


class AnswersError(AeternaError):
    """Answers are missing, wrong or contradict each other."""

    exit_code = 3


class CheckError(AeternaError):
    """Files, values or connections do not pass the checks."""

    exit_code = 4


class PrerequisiteError(AeternaError):
    """Something this command needs is not there: Helm, a cluster, a terminal, the chart."""

    exit_code = 5


class HelmError(AeternaError):
    """Helm or the cluster refused or failed."""

    exit_code = 6


class WriteError(AeternaError):
    """A file could not be written; everything was put back."""

    exit_code = 7


class Cancelled(AeternaError):  # noqa: N818 - leaving on purpose is not an error
    """The user left; none of the output files was written."""

    exit_code = 130

    def __init__(self, message: str = "cancelled, nothing was written", *, fix: str = "") -> None:
        super().__init__(message, fix=fix)
