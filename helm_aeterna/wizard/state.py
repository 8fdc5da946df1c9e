"""The wizard's whole state: answers, the page that is open, and what stands on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from helm_aeterna.answers.conditions import applies, completed
from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.wizard.page import START, Page
from helm_aeterna.wizard.pages import build_pages
from helm_aeterna.wizard.question_pages import has_stated_default

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from helm_aeterna.model.question import Question, Script, Value
    from helm_aeterna.wizard.connection_check import CheckRun
    from helm_aeterna.wizard.events import Effect, Input
    from helm_aeterna.wizard.plan import Plan, Review
    from helm_aeterna.wizard.text_input import TextInput


class Exit(StrEnum):
    """How the wizard ended."""

    WRITE = "write"
    LEAVE = "leave"
    FORGET = "forget"


class Dialog(StrEnum):
    """What lies over the page."""

    LEAVE = "leave"
    HELP = "help"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What stands on the open page.

    Attributes:
        cursor: The line in focus.
        fields: The texts being typed.
        focus: The field of a secret's page in focus.
        on: What is switched on, on the page of advanced options.
        drafts: What was typed for the other ways of giving a secret.
        problem: Why the page cannot be left like this.
        busy: A secret is being fetched.
        filling: In plain lines: the fields of a secret come next, not the list.
    """

    cursor: int = 0
    fields: tuple[TextInput, ...] = ()
    focus: int = 0
    on: frozenset[str] = frozenset()
    drafts: Mapping[str, tuple[TextInput, ...]] = field(default_factory=dict)
    problem: str = ""
    busy: bool = False
    filling: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLogic:
    """How one kind of page behaves.

    Attributes:
        press: The state after a person did something.
        view: What stands on the page when it opens.
        leave: The state that stays when the page is left by going back.
        is_missing: Whether the page must be shown before writing; None goes by its questions.
        was_seen: Whether it is on the way in any case; None goes by its keys.
        effect: What the page waits for.
        focus: The question that help explains.
    """

    press: Callable[[State, Input], State]
    view: Callable[[State], View] = lambda _: View()
    leave: Callable[[State], State] = lambda state: state
    is_missing: Callable[[State, Page], bool] | None = None
    was_seen: Callable[[State, Page], bool] | None = None
    effect: Callable[[State], Effect | None] = lambda _: None
    focus: Callable[[State], Question | None] = lambda state: next(iter(state.page.questions), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What was kept of a run that did not end.

    Attributes:
        answers: What was answered by hand.
        suggested: What a preset or an earlier run suggested.
        requested: Topics whose advanced settings were asked for.
        undecided: Questions where a family was chosen, but not yet which member.
        seen: Keys of the pages that were confirmed.
        every: Whether every page is asked.
        merge: Whether it started from the last run.
        at: The page that was open.
        stopped: Where that was, in words.
        secrets: Questions whose secret was given, and must be given again.
    """

    answers: Answers = field(default_factory=Answers)
    suggested: Answers = field(default_factory=Answers)
    requested: frozenset[str] = frozenset()
    undecided: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    every: bool = True
    merge: bool = False
    at: str = START
    stopped: str = ""
    secrets: frozenset[str] = frozenset()


# Without slots: what follows from the answers is worked out once for each state, not for each line drawn.
@dataclass(frozen=True, kw_only=True)
class State:
    """Everything the wizard knows; each key makes a new one.

    Attributes:
        script: All questions.
        kinds: How each kind of page behaves.
        answers: What was answered, here or before.
        suggested: Earlier answers and presets: shown as what would be taken.
        requested: Topics whose advanced settings are asked.
        seen: Keys of the pages that were confirmed.
        undecided: Questions where a family was chosen, but not yet which member.
        every: Ask every page; else only what has no default.
        at: The open page.
        home: Where the page leads back to after a jump; empty without one.
        view: What stands on it.
        dialog: What lies over it.
        scroll: TextInput in focus of the dialog.
        check_runs: Connection checks by the question they are for.
        plan: What writing would do, for the answers that it names; see `review`.
        progress: Where an earlier run stopped.
        last: Answers of the last run, its secrets among them.
        lost: Questions whose secret was given before the wizard was left.
        merge: Start from the last run: its files keep the user's own changes.
        subject: Says what can be tried; None when checks are skipped.
        notices: What the first page tells: something from an earlier run that cannot be used.
        exit: How it ended; None while it goes on.
    """

    script: Script
    kinds: Mapping[str, PageLogic]
    answers: Answers = field(default_factory=Answers)
    suggested: Answers = field(default_factory=Answers)
    requested: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    undecided: frozenset[str] = frozenset()
    every: bool = True
    at: str = START
    home: str = ""
    view: View = field(default_factory=View)
    dialog: Dialog | None = None
    scroll: int = 0
    check_runs: Mapping[str, CheckRun] = field(default_factory=dict)
    plan: Plan | None = None
    progress: Progress | None = None
    last: Answers = field(default_factory=Answers)
    lost: frozenset[str] = frozenset()
    merge: bool = False
    subject: Callable[[str, Answers], str] | None = None
    notices: tuple[str, ...] = ()
    exit: Exit | None = None

    @cached_property
    def effective(self) -> Answers:
        """Answers, and what is suggested where there is none."""
        return Answers({**self.suggested, **self.answers})

    @cached_property
    def full(self) -> Answers:
        """The effective answers that apply, defaults filled in."""
        return completed(self.script, self.effective)

    @cached_property
    def submitted(self) -> Answers:
        """What is written: every answer that applies, and the defaults of the choices that were shown."""
        taken: dict[str, Answer] = {}
        for question in self.script:
            if not applies(question, self.full):
                continue
            if question.id in self.effective:
                taken[question.id] = self.effective[question.id]
            elif question.default is not None and has_stated_default(question):
                taken[question.id] = Answer(value=question.default, source=Source.PROMPT)
        return Answers(taken)

    @cached_property
    def review(self) -> Review | None:
        """What writing would do; None until that is known for exactly these answers."""
        plan = self.plan
        return plan.review if plan and (plan.answers, plan.merge) == (self.submitted, self.merge) else None

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """All pages for these answers."""
        return build_pages(self.script, self.effective, self.requested, self.subject)

    @cached_property
    def page(self) -> Page:
        """The open page; the last one before it when it is gone."""
        pages = self.pages
        return next((page for page in pages if page.id == self.at), pages[0])

    @property
    def kind(self) -> PageLogic:
        """How the open page behaves."""
        return self.kinds[self.page.kind]

    def is_given(self, identifier: str) -> bool:
        """Whether a flag, a variable or a file answered it, or a secret was kept: it is not asked."""
        answer = self.answers.get(identifier)
        return answer is not None and answer.source is not Source.PROMPT

    def shown_value(self, identifier: str) -> Value | None:
        """What would be taken for a question now."""
        value = self.effective.value(identifier)
        if value is not None:
            return value
        question = self.script.get(identifier)
        return question.default if question else None

    def with_view(self, **changes: object) -> State:
        """The same state with something changed on its page."""
        return replace(self, view=replace(self.view, **changes))  # type: ignore[arg-type] # names of View's fields
