"""Which questions are asked, given the answers so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.model.question import Kind, Question, Script

if TYPE_CHECKING:
    from helm_aeterna.model.question import Condition


def holds(condition: Condition, answers: Answers) -> bool:
    """Whether a condition is met by answers that are complete (see `completed`)."""
    text = answers.text(condition.question)
    if text in condition.values or (condition.given and text):
        return True
    if condition.at_least is not None and text.isdigit() and int(text) >= condition.at_least:
        return True
    return condition.or_else is not None and holds(condition.or_else, answers)


def applies(question: Question, answers: Answers) -> bool:
    """Whether an answer to this question means anything."""
    if question.unless and answers.text(question.unless):
        return False
    return all(holds(condition, answers) for condition in question.when)


def is_needed(question: Question, answers: Answers) -> bool:
    """Whether an advanced question must be answered after all."""
    return question.needed is not None and holds(question.needed, answers)


def completed(script: Script, answers: Answers) -> Answers:
    """The answers with defaults for what nobody answered, and without what does not apply.

    One pass is enough: a question stands behind those it depends on.
    """
    full: dict[str, Answer] = {}
    for question in script:
        # An existing Secret's name is asked behind the secret that it stands for.
        seen = Answers(full | ({question.unless: answers[question.unless]} if question.unless in answers else {}))
        if not applies(question, seen):
            continue
        given = answers.get(question.id)
        if given is not None:
            full[question.id] = given
        elif question.default is not None and question.kind is not Kind.SECRET:
            full[question.id] = Answer(value=question.default, source=Source.DEFAULT)
    return Answers(full)


def asked(script: Script, answers: Answers) -> tuple[Question, ...]:
    """The questions that a person is asked, in order; advanced ones only when needed or answered before."""
    full = completed(script, answers)
    return tuple(
        question
        for question in script
        if applies(question, full)
        and (not question.advanced or is_needed(question, full) or question.id in answers)
        and not (question.kind is Kind.CHOICE and len(question.offered) < 2)  # noqa: PLR2004 - nothing to choose
    )
