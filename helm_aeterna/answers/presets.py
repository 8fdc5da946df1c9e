"""Presets: which options a set of choices takes, by what the catalogue says of each; one rule for flags and wizard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helm_aeterna.errors import Finding
from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.model.question import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from helm_aeterna.model.question import Option, Question, Script, Value

_ELSEWHERE = ("external", "managed")  # kinds that need an address or an account
_COUNTS = {"instances", "pods", "replicas"}  # last words of questions that ask how many there are


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """What a preset takes.

    Attributes:
        suggested: Answers that differ from the defaults.
        open: Choices with several services to take from: they are asked.
    """

    suggested: Answers
    open: frozenset[str]


def is_catalogue_choice(question: Question) -> bool:
    """Whether the options of a question come from the catalogue."""
    return question.kind is Kind.CHOICE and any(option.kind for option in question.offered)


def open_source_option(question: Question) -> Option:
    """The default unless its licence is no open-source one; else an option of the same kind, else any, that is.

    A service has no licence here: nothing of it is installed.
    """
    options = {option.value: option for option in question.offered}
    default = options[str(question.default)]
    same_first = sorted(options.values(), key=lambda option: option.kind != default.kind)
    found = [option for option in same_first if option.open_source]
    return default if default.open_source is not False or not found else found[0]


def open_source_only(script: Script, answers: Answers) -> tuple[Answers, tuple[Finding, ...]]:
    """Choose software with an open-source licence where there is no answer; refuse an answer that is other software."""
    findings: list[Finding] = []
    for question in filter(is_catalogue_choice, script):
        wanted = open_source_option(question).value
        chosen = next((one for one in question.offered if one.value == answers.value(question.id)), None)
        if question.id not in answers and wanted != question.default:
            answer = Answer(value=wanted, source=Source.FLAG, place="--open-source-only")
            answers = answers.with_answer(question.id, answer)
        elif chosen is not None and chosen.open_source is False:
            findings.append(
                Finding(
                    code="AET809",
                    where=question.flag,
                    problem=f"{chosen.value} is under {chosen.licence}, which is not an open-source licence",
                    fix=f"use {question.flag} {wanted}, or omit --open-source-only",
                )
            )
    return answers, tuple(findings)


def take_preset(script: Script, preset: str, given: Iterable[str] = ()) -> Preset:
    """What a preset answers, and what it leaves to be chosen.

    Args:
        script: All questions.
        preset: recommended, trial, open-source or bring.
        given: Questions that are answered already.
    """
    known, suggested, still_open = set(given), {}, set()
    for question in (question for question in script if question.id not in known):
        value = _PICKS[preset](question)
        if value is not None and value != question.default:
            suggested[question.id] = Answer(value=value, source=Source.PROMPT)
        taken = question.default if value is None else value
        keys = {one.id for one in script if one.secret and _follows(one, question, taken)}
        if is_catalogue_choice(question) and _is_open(question, taken, preset) and not keys & known:
            still_open.add(question.id)
    return Preset(suggested=Answers(suggested), open=frozenset(still_open))


def _follows(other: Question, question: Question, taken: Value | None) -> bool:
    """Whether a question is asked because of an option."""
    return any(condition.question == question.id and taken in condition.values for condition in other.when)


def _is_open(question: Question, taken: Value | None, preset: str) -> bool:
    """Whether the option is a service elsewhere, and others would do as well."""
    offered = [option for option in question.offered if preset != "bring" or option.kind in _ELSEWHERE]
    return len(offered) > 1 and any(option.value == taken and option.kind in _ELSEWHERE for option in offered)


def _first(question: Question, *kinds: str) -> Value | None:
    """The default where it is of a kind, else the first option that is; earlier kinds first."""
    offered = sorted(question.offered, key=lambda option: option.value != question.default)
    found: Iterator[str] = (option.value for kind in kinds for option in offered if option.kind == kind)
    return next(found, None)


def _trial(question: Question) -> Value | None:
    if is_catalogue_choice(question):
        return _first(question, "bundled", "none")
    numbers = [option.value for option in question.offered if option.value.isdigit()]
    if numbers and len(numbers) == len(question.offered):
        return min(numbers, key=int)
    counts = question.kind is Kind.NUMBER and question.id.rpartition("-")[2] in _COUNTS
    return 1 if counts and question.schema.get("minimum") in {0, 1} else None


_PICKS: dict[str, Callable[[Question], Value | None]] = {
    "recommended": lambda _: None,
    "trial": _trial,
    "open-source": lambda question: open_source_option(question).value if is_catalogue_choice(question) else None,
    "bring": lambda question: _first(question, *_ELSEWHERE) if is_catalogue_choice(question) else None,
}
