"""A page as data: what one screen asks, and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helm_aeterna.model.question import Question
    from helm_aeterna.wizard.choices import Choice

START, SWITCHES, REVIEW = "/start", "/advanced", "/review"


class Look(StrEnum):
    """How a page is drawn and which keys it knows."""

    START = "start"
    LIST = "list"
    FAMILY = "family"
    FORM = "form"
    SWITCHES = "switches"
    SECRET = "secret"  # noqa: S105 - a word, not a password
    CHECK = "check"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One screen.

    Attributes:
        id: Stable name, kept in the progress file.
        look: How it is drawn.
        title: What is asked.
        why: Why it is asked, or what the answers do.
        questions: The questions it answers.
        rows: What can be chosen, for lists.
        owner: The question that made these appear.
        optional: Only shown when somebody goes there from the review page.
    """

    id: str
    look: Look
    title: str
    why: str = ""
    questions: tuple[Question, ...] = ()
    rows: tuple[Choice, ...] = ()
    owner: str = ""
    optional: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """What is remembered when the page was confirmed."""
        named = self.look in {Look.LIST, Look.FORM, Look.SECRET}
        return tuple(question.id for question in self.questions) if named else (self.id,)
