"""The pages that are asked now, in order: start, questions, advanced options, checks, review."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.answers.conditions import applies, completed, is_needed
from helm_aeterna.model.question import Kind, Question, Script
from helm_aeterna.wizard.choices import Choice, topic_choice
from helm_aeterna.wizard.page import REVIEW, START, SWITCHES, Page
from helm_aeterna.wizard.question_pages import is_switch, question_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from helm_aeterna.model.answers import Answers


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
    for page in question_pages(main, full, script):
        if page.id == SWITCHES:
            if switches is not None:
                pages.append(switches)
                switches = None
        else:
            pages.append(page)
    pages += [switches] if switches else []
    pages += question_pages(more, full, script, more=True)
    start = Page(id=START, kind="start", title="How would you like to begin?")
    review = Page(id=REVIEW, kind="review", title="Review", why="Nothing has been written yet.")
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


def _switches(script: Script, full: Answers, main: Iterable[Question]) -> Page | None:
    hidden = references(script)
    topics: dict[str, list[Question]] = {}
    for question in script:
        wanted = question.advanced and question.id not in hidden and applies(question, full)
        if wanted and not is_needed(question, full):
            topics.setdefault(question.group, []).append(question)
    questions = tuple(question for question in main if is_switch(question))
    rows = [Choice(value=question.id, label=question.ask, why=question.why) for question in questions]
    own = questions[0].group if questions else ""
    rows += [topic_choice(topic, members, own) for topic, members in topics.items()]
    if not rows:
        return None
    return Page(
        id=SWITCHES,
        kind="switches",
        by_page=True,
        title="Advanced options",
        why="All are off; take what you need, or none.",
        questions=questions,
        choices=tuple(rows),
    )


def _with_checks(pages: list[Page], full: Answers, subject: Callable[[str, Answers], str]) -> Iterator[Page]:
    last = {page.owner: page.id for page in pages if page.owner}
    for page in pages:
        yield page
        if page.owner and last[page.owner] == page.id and (words := subject(page.owner, full)):
            yield Page(id=f"/check/{page.owner}", kind="check", title=f"Connection to {words}", owner=page.owner)
