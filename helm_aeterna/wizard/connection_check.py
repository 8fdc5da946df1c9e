"""Connection checks as the wizard sees them: something to try, and a result in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from helm_aeterna.model.answers import Answers
    from helm_aeterna.model.question import Value


class Verdict(StrEnum):
    """How a check ended."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a check, in words without a secret.

    Attributes:
        verdict: How it ended.
        lines: What was found, what it means, what to do.
    """

    verdict: Verdict
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckRun:
    """One check, from its start on.

    Attributes:
        about: The answers it was started with, to tell whether it must be run again.
        turn: Counts the starts.
        outcome: None while it runs.
        accepted: The user goes on without it.
    """

    about: tuple[tuple[str, Value], ...]
    turn: int
    outcome: Outcome | None = None
    accepted: bool = False

    @property
    def passed(self) -> bool:
        """Whether nothing has to be decided about it."""
        return self.accepted or (self.outcome is not None and self.outcome.verdict is Verdict.GOOD)


class Checker(Protocol):
    """Tries connections; `helm aeterna validate --connect` uses the same checks."""

    def subject(self, question: str, answers: Answers) -> str:
        """What would be tried for the choice made in this question, in a few words; empty when nothing can be."""
        ...

    def run(self, question: str, answers: Answers) -> Outcome:
        """Try it; bounded in time, never raises."""
        ...
