"""Cuts questions into pages: neighbours share a form, a choice has a page, a secret has one of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.model.question import Kind, Question, Script
from helm_aeterna.wizard.choices import family_choices, family_of, more_title, option_choices, why_of
from helm_aeterna.wizard.page import SWITCHES, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from helm_aeterna.model.answers import Answers
    from helm_aeterna.model.question import Condition


def _conditions(question: Question) -> tuple[Condition, ...]:
    """What a question depends on, beside the target: questions of one target stand side by side like any others."""
    return tuple(condition for condition in question.when if condition.question != "target")


def is_switch(question: Question) -> bool:
    """Whether it is one line of the advanced options: off by default, and always applies."""
    return question.kind is Kind.SWITCH and not _conditions(question) and not question.default and not question.advanced


def is_field(question: Question) -> bool:
    """Whether it is one line of a form; a choice with something to explain has a page of its own."""
    plain = not any(option.why or option.kind or option.note for option in question.offered)
    return question.kind is not Kind.SECRET and (
        question.kind is not Kind.CHOICE or (bool(_conditions(question)) and plain)
    )


def has_stated_default(question: Question) -> bool:
    """Whether its default is written like an answer: it was chosen on a page of its own, or must be explicit."""
    page = question.kind is Kind.CHOICE and not question.advanced and not is_field(question)
    return question.explicit or (page and len(question.offered) > 1)


def _owner(question: Question) -> str:
    return next((condition.question for condition in _conditions(question)), "")


def _gate(question: Question, script: Script) -> str:
    """The field that opened this one, beyond the choice it belongs to; empty where nothing did."""
    for condition in _conditions(question)[1:]:
        other = script.get(condition.question)
        if other is not None and other.group == question.group:
            return other.id
    return ""


def question_pages(
    questions: Iterable[Question], full: Answers, script: Script, *, more: bool = False
) -> Iterator[Page]:
    """Cut the questions into pages: neighbours of one owner share a form, their secrets follow it."""
    fields: list[Question] = []
    secrets: list[Question] = []
    for question in questions:
        before = (fields or secrets)[:1]
        known = {field.id for field in fields}
        if before and (
            _place(before[0], script, more=more) != _place(question, script, more=more)
            or any(condition.question in known for condition in question.when)
            or not (is_field(question) or question.kind is Kind.SECRET)
        ):
            yield from _closed(fields, secrets, full, script, more=more)
            fields, secrets = [], []
        if is_switch(question) and not more:
            yield Page(id=SWITCHES, kind="switches", by_page=True, title="")
        elif question.kind is Kind.SECRET:
            secrets.append(question)
        elif is_field(question):
            fields.append(question)
        else:
            yield from _list_pages(question, full)
    yield from _closed(fields, secrets, full, script, more=more)


def _place(question: Question, script: Script, *, more: bool) -> tuple[str, str, str]:
    """What questions of one form have in common; advanced settings of a topic stand together."""
    if more:
        return question.group, "", ""
    return question.group, _owner(question), _gate(question, script)


def _closed(
    fields: list[Question], secrets: list[Question], full: Answers, script: Script, *, more: bool
) -> Iterator[Page]:
    if fields:
        title, why = _heading(fields[0], full, script, more=more)
        owner = "" if more else _owner(fields[0])
        yield Page(id=fields[0].id, kind="form", title=title, why=why, questions=tuple(fields), owner=owner)
    for secret in secrets:
        title, _ = _heading(secret, full, script, more=more)
        yield Page(
            id=secret.id,
            kind="secret",
            title=secret.ask,
            why=secret.why or _whose(secret, title),
            questions=(secret,),
            owner="" if more else _owner(secret),
            optional=bool(secret.generate),
        )


def _whose(secret: Question, title: str) -> str:
    """What a secret is for, where its question does not say so."""
    name = title.partition(": ")[2] or title
    return "" if name.lower() in secret.ask.lower() else f"For {name}"


def _heading(question: Question, full: Answers, script: Script, *, more: bool) -> tuple[str, str]:
    """Title of a form: the field or the choice it belongs to, else its group."""
    if more:
        own = next((other.group for other in script if is_switch(other)), "")
        return more_title(question.group, own), "Every field may stay as it is."
    gate = script.get(_gate(question, script))
    if gate is not None:
        return f"{gate.group}: {gate.ask}", why_of(gate)
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
        kind="choice",
        title=question.ask,
        why=question.why,
        questions=asks,
        choices=option_choices(question),
        owner=_owner(question) or question.id,
    )
    members = family_of(question, full.text(question.id))
    if len(members) > 1:
        title = f"{family_choices(question, members)[0].family}: bundled or external?"
        rows = family_choices(question, members)
        family = f"{question.id}/family"
        yield Page(id=family, kind="family", by_page=True, title=title, questions=asks, choices=rows, owner=question.id)
