"""A page as data: what one screen asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helm_aeterna.model.question import Question
    from helm_aeterna.wizard.choices import Choice

START, SWITCHES, REVIEW = "/start", "/advanced", "/review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One screen.

    Attributes:
        id: Stable name, kept in the progress file.
        kind: Its row in the table of `page_kinds.py`.
        title: What is asked.
        why: Why it is asked, or what the answers do.
        questions: The questions it answers.
        choices: What can be chosen, for lists.
        owner: The question that made these appear.
        by_page: It is remembered by its own id: another page has the same questions, or it stands for several.
        optional: Only shown when somebody goes there from the review page.
    """

    id: str
    kind: str
    title: str
    why: str = ""
    questions: tuple[Question, ...] = ()
    choices: tuple[Choice, ...] = ()
    owner: str = ""
    by_page: bool = False
    optional: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """What is remembered when the page was confirmed."""
        named = self.questions and not self.by_page
        return tuple(question.id for question in self.questions) if named else (self.id,)
