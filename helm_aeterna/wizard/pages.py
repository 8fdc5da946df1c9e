"""Pages as data: what one screen asks, and the pages that are asked now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from helm_aeterna.answers.conditions import applies, completed, is_needed
from helm_aeterna.model.question import Kind, Question, Script
from helm_aeterna.wizard.rows import Row, family_of, family_rows, option_rows, topic_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from helm_aeterna.model.answers import Answers

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
    rows: tuple[Row, ...] = ()
    owner: str = ""
    optional: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """What is remembered when the page was confirmed."""
        named = self.look in {Look.LIST, Look.FORM, Look.SECRET}
        return tuple(question.id for question in self.questions) if named else (self.id,)


def references(script: Script) -> frozenset[str]:
    """The questions that belong to a secret's page: the Secret it may stand in, and the key there."""
    names = {question.unless for question in script if question.unless}
    return frozenset(names | {f"{name}-key" for name in names})


def build_pages(
    script: Script, answers: Answers, requested: frozenset[str], subject: Callable[[str, Answers], str] | None = None
) -> tuple[Page, ...]:
    """All pages for these answers, in order, the review page last.

    Args:
        script: All questions.
        answers: What was answered or suggested so far.
        requested: Topics whose advanced settings are asked.
        subject: Says what can be tried for a choice; None asks for no checks.
    """
    full = completed(script, answers)
    shown = tuple(_shown(script, answers, full, requested))
    main, more = _parted(shown, full)
    switches = _switches(script, full, main)
    pages: list[Page] = []
    for page in _runs(main, full, script):
        if page.look is Look.SWITCHES:
            if switches is not None:
                pages.append(switches)
                switches = None
        else:
            pages.append(page)
    pages += [switches] if switches else []
    pages += _runs(more, full, script, more=True)
    start = Page(id=START, look=Look.START, title="How would you like to begin?")
    review = Page(id=REVIEW, look=Look.REVIEW, title="Review")
    return (start, *(_with_checks(pages, full, subject) if subject else pages), review)


def _whole(question: Question) -> Question:
    """A secret with its page, also where an existing Secret stands in for it."""
    return replace(question, unless="") if question.unless else question


def _shown(script: Script, answers: Answers, full: Answers, requested: frozenset[str]) -> Iterator[Question]:
    hidden = references(script)
    for question in script:
        if question.id in hidden or not applies(_whole(question), full):
            continue
        if question.kind is Kind.CHOICE and len(question.offered) < 2:  # noqa: PLR2004 - nothing to choose
            continue
        wanted = question.group in requested or question.id in answers or is_needed(question, full)
        if wanted or not question.advanced:
            yield question


def _parted(shown: Iterable[Question], full: Answers) -> tuple[list[Question], list[Question]]:
    """What everybody is asked, and what stands behind the advanced options: on request, with what hangs on it."""
    main: list[Question] = []
    more: list[Question] = []
    asked_later: set[tuple[str, str]] = set()
    for question in shown:
        hangs = any((condition.question, question.group) in asked_later for condition in question.when)
        if hangs or (question.advanced and not is_needed(question, full)):
            more.append(question)
            asked_later.add((question.id, question.group))
        else:
            main.append(question)
    return main, more


def is_switch(question: Question) -> bool:
    """Whether it is one line of the advanced options: off by default, and always applies."""
    return question.kind is Kind.SWITCH and not question.when and not question.default and not question.advanced


def _switches(script: Script, full: Answers, main: Iterable[Question]) -> Page | None:
    hidden = references(script)
    topics: dict[str, list[Question]] = {}
    for question in script:
        if question.advanced and question.id not in hidden and applies(question, full):
            if not is_needed(question, full):
                topics.setdefault(question.group, []).append(question)
    questions = tuple(question for question in main if is_switch(question))
    rows = [Row(value=question.id, label=question.ask, why=question.why) for question in questions]
    rows += [topic_row(topic, members) for topic, members in topics.items()]
    if not rows:
        return None
    return Page(
        id=SWITCHES,
        look=Look.SWITCHES,
        title="Advanced options",
        why="All are off; take what you need, or none.",
        questions=questions,
        rows=tuple(rows),
    )


def is_field(question: Question) -> bool:
    """Whether it is one line of a form; a choice with something to explain has a page of its own."""
    plain = not any(option.why or option.kind or option.note for option in question.offered)
    return question.kind is not Kind.SECRET and (question.kind is not Kind.CHOICE or (bool(question.when) and plain))


def _owner(question: Question) -> str:
    return question.when[0].question if question.when else ""


def _runs(questions: Iterable[Question], full: Answers, script: Script, *, more: bool = False) -> Iterator[Page]:
    """Cut the questions into pages: neighbours of one owner share a form, their secrets follow it."""
    fields: list[Question] = []
    secrets: list[Question] = []
    for question in questions:
        before = (fields or secrets)[:1]
        known = {field.id for field in fields}
        if before and (
            (before[0].group, _owner(before[0])) != (question.group, _owner(question))
            or any(condition.question in known for condition in question.when)
            or not (is_field(question) or question.kind is Kind.SECRET)
        ):
            yield from _closed(fields, secrets, full, script, more=more)
            fields, secrets = [], []
        if is_switch(question) and not more:
            yield Page(id=SWITCHES, look=Look.SWITCHES, title="")
        elif question.kind is Kind.SECRET:
            secrets.append(question)
        elif is_field(question):
            fields.append(question)
        else:
            yield from _list_pages(question, full)
    yield from _closed(fields, secrets, full, script, more=more)


def _closed(
    fields: list[Question], secrets: list[Question], full: Answers, script: Script, *, more: bool
) -> Iterator[Page]:
    if fields:
        title, why = _heading(fields[0], full, script, more=more)
        owner = "" if more else _owner(fields[0])
        yield Page(id=fields[0].id, look=Look.FORM, title=title, why=why, questions=tuple(fields), owner=owner)
    for secret in secrets:
        yield Page(
            id=secret.id,
            look=Look.SECRET,
            title=secret.ask,
            why=secret.why,
            questions=(secret,),
            owner="" if more else _owner(secret),
            optional=bool(secret.generate),
        )


def _heading(question: Question, full: Answers, script: Script, *, more: bool) -> tuple[str, str]:
    """Title of a form: the choice it belongs to, else its group."""
    if more:
        return f"More settings: {question.group}", "Every field may stay as it is."
    owner = script.get(_owner(question))
    if owner is None:
        return question.group, ""
    chosen = next((option for option in owner.options if option.value == full.text(owner.id)), None)
    if chosen is None:
        return owner.ask, owner.why
    return f"{owner.group}: {chosen.label}", chosen.why


def _list_pages(question: Question, full: Answers) -> Iterator[Page]:
    asks = (question,)
    yield Page(
        id=question.id,
        look=Look.LIST,
        title=question.ask,
        why=question.why,
        questions=asks,
        rows=option_rows(question),
        owner=question.id if not question.when else _owner(question),
    )
    members = family_of(question, full.text(question.id))
    if len(members) > 1:
        title = f"{family_rows(question, members)[0].family}: bundled or external?"
        rows = family_rows(question, members)
        family = f"{question.id}/family"
        yield Page(id=family, look=Look.FAMILY, title=title, questions=asks, rows=rows, owner=question.id)


def _with_checks(pages: list[Page], full: Answers, subject: Callable[[str, Answers], str]) -> Iterator[Page]:
    last = {page.owner: page.id for page in pages if page.owner}
    for page in pages:
        yield page
        if page.owner and last[page.owner] == page.id and (words := subject(page.owner, full)):
            yield Page(id=f"/check/{page.owner}", look=Look.CHECK, title=f"Connection to {words}", owner=page.owner)
