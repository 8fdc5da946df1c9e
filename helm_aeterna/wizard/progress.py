"""How far an earlier run came: what is kept after each page, and how it is taken up again; never a secret."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.answers.parse import AnswerError, parse
from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.model.question import Kind, Question, Script
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.navigation import goto, is_missing, position
from helm_aeterna.wizard.page import REVIEW, START
from helm_aeterna.wizard.secret_sources import is_lost
from helm_aeterna.wizard.state import Progress, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from helm_aeterna.formats import Tree

VERSION = 1


def taken_up(state: State, progress: Progress) -> State:
    """The state in which the earlier run stopped; secrets that were typed are asked for again before that."""
    kept = state.last if progress.merge else Answers()
    known = {name: answer for name, answer in kept.items() if isinstance(answer.value, SecretText)}
    known |= {**progress.answers, **state.answers}
    lost = frozenset(name for name in progress.secrets if name not in known)
    state = replace(
        state,
        answers=Answers(known),
        suggested=progress.suggested,
        requested=progress.requested,
        undecided=progress.undecided,
        seen=(progress.seen | {START}) - lost,
        every=progress.every,
        lost=lost,
        merge=progress.merge,
    )
    ids = [page.id for page in state.pages]
    home = progress.at if progress.at in ids else REVIEW
    before = [page for page in state.pages[: ids.index(home)] if is_missing(state, page) or lost & set(page.keys)]
    return goto(replace(state, home=home) if before else state, before[0].id if before else home)


def dump_progress(state: State) -> dict[str, Tree]:
    """What is kept of a state, as a tree without any secret."""
    return {
        "version": VERSION,
        "at": state.at,
        "stopped": position(state),
        "every": state.every,
        "merge": state.merge,
        "seen": sorted(state.seen),
        "requested": sorted(state.requested),
        "undecided": sorted(state.undecided),
        "answers": _plain(state.script, state.answers, lambda answer: answer.source is Source.PROMPT),
        "suggested": _plain(state.script, state.suggested, lambda _: True),
        # Only that they were given: they are asked for again.
        "secrets": sorted(
            question.id for question in state.script if question.kind is Kind.SECRET and _was_given(state, question)
        ),
    }


def _was_given(state: State, question: Question) -> bool:
    """Whether a secret was given by hand, here or before the wizard was left the last time."""
    here = question.id in state.answers and not state.is_given(question.id)
    return here or is_lost(state, question)


def _plain(script: Script, answers: Answers, wanted: Callable[[Answer], bool]) -> dict[str, Tree]:
    return {
        question.id: answers[question.id].value  # type: ignore[misc] # secrets are left out
        for question in script
        if question.kind is not Kind.SECRET and question.id in answers and wanted(answers[question.id])
    }


def load_progress(script: Script, tree: Tree) -> Progress | None:
    """Read what was kept; what no longer means anything is left out, a foreign version is not read at all."""
    if not isinstance(tree, dict) or tree.get("version") != VERSION:
        return None
    return Progress(
        answers=_answers(script, tree.get("answers")),
        suggested=_answers(script, tree.get("suggested")),
        requested=_names(tree.get("requested")),
        undecided=_names(tree.get("undecided")),
        seen=_names(tree.get("seen")),
        every=tree.get("every") is not False,
        merge=tree.get("merge") is True,
        at=str(tree.get("at") or START),
        stopped=str(tree.get("stopped") or ""),
        secrets=_names(tree.get("secrets")),
    )


def _names(tree: Tree) -> frozenset[str]:
    return frozenset(str(name) for name in tree) if isinstance(tree, list) else frozenset()


def _answers(script: Script, tree: Tree) -> Answers:
    found: dict[str, Answer] = {}
    for question in script:
        if isinstance(tree, dict) and question.id in tree and question.kind is not Kind.SECRET:
            try:
                found[question.id] = Answer(value=parse(question, tree[question.id]), source=Source.PROMPT)
            except AnswerError:
                continue
    return Answers(found)
