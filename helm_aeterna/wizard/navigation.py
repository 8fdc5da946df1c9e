"""The way through the pages: forward, back, what is still missing, and which page of how many."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.answers.conditions import is_needed
from helm_aeterna.model.question import Kind, Question
from helm_aeterna.wizard.page import REVIEW, Page

if TYPE_CHECKING:
    from helm_aeterna.model.question import Value
    from helm_aeterna.wizard.state import State


def about(state: State, owner: str) -> tuple[tuple[str, Value], ...]:
    """The answers that a connection check depends on."""
    full = state.full
    mine = {
        question.id
        for question in state.script
        if question.id == owner or any(condition.question == owner for condition in question.when)
    }
    return tuple((identifier, full[identifier].value) for identifier in full if identifier in mine)


def is_missing(state: State, page: Page) -> bool:
    """Whether a page must still be shown before anything is written."""
    if page.optional:
        return False
    rule = state.kinds[page.kind].is_missing
    return rule(state, page) if rule else any(_is_open(state, question) for question in page.questions)


def _is_open(state: State, question: Question) -> bool:
    stands_in = question.unless if question.kind is Kind.SECRET else ""
    if state.is_given(question.id) or (stands_in and state.is_given(stands_in)):
        return False
    unsaid = question.preselected is not None and question.id not in state.effective
    asked = state.every or unsaid or question.id in state.undecided or _is_key(state, question)
    if asked and question.id not in state.seen:
        return True
    return (
        is_required(state, question)
        and not state.effective.text(stands_in or "")
        and state.shown_value(question.id) in {None, ""}
    )


def shown(state: State) -> tuple[Page, ...]:
    """The pages on the way: those seen, those missing, and the one that is open."""
    return tuple(
        page for page in state.pages if page.id == state.at or _was_seen(state, page) or is_missing(state, page)
    )


def _is_key(state: State, question: Question) -> bool:
    """Whether it is the key to a service of somebody else: not needed perhaps, but nobody can guess it."""
    if question.kind is not Kind.SECRET or state.merge or not question.when:
        return False
    owner = state.script.get(question.when[0].question)
    chosen = state.effective.text(owner.id) or str(owner.default) if owner else ""
    kinds = {option.kind for option in (owner.offered if owner else ()) if option.value == chosen}
    return bool(kinds & {"external", "managed"})


def is_required(state: State, question: Question) -> bool:
    """Whether there must be an answer."""
    return question.required or is_needed(question, state.full)


def _was_seen(state: State, page: Page) -> bool:
    rule = state.kinds[page.kind].was_seen
    if rule:
        return rule(state, page)
    return (
        bool(page.keys)
        and all(key in state.seen or state.is_given(key) for key in page.keys)
        and (any(key in state.seen for key in page.keys))
    )


def position(state: State) -> str:
    """Where the page is on the way; how many follow depends on the answers, so no total is promised."""
    way = [page.id for page in shown(state)]
    return "review" if state.at == REVIEW else f"page {way.index(state.at) + 1 if state.at in way else 1}"


def goto(state: State, identifier: str) -> State:
    """Open a page."""
    state = replace(state, at=identifier, dialog=None, scroll=0)
    if identifier == state.home:
        state = replace(state, home="")
    return replace(state, view=state.kind.view(state))


def onward(state: State, page: Page) -> State:
    """Go on from a page that was confirmed."""
    decided = {question.id for question in page.questions} if page.by_page else set()
    state = replace(state, seen=state.seen | set(page.keys), undecided=state.undecided - decided)
    way = shown(state)
    ids = [candidate.id for candidate in way]
    missing = [candidate.id for candidate in way if is_missing(state, candidate)]
    place = ids.index(page.id) if page.id in ids else 0
    after = state.home if state.home in ids else (*ids[place + 1 :], REVIEW)[0]
    # Nobody comes home, or to the review, past a page that is still missing.
    if missing and (state.home or after == REVIEW) and ids.index(missing[0]) < ids.index(after):
        after = missing[0]
    return goto(state, after)


def past(before: State, state: State) -> State:
    """Go on from a page that is no more: to the page that came behind it."""
    old = [page.id for page in before.pages]
    there = {page.id for page in shown(state)}
    behind = (name for name in old[old.index(before.at) + 1 :] if name in there)
    after = next(behind, REVIEW)
    missing = next((page.id for page in state.pages if is_missing(state, page)), REVIEW)
    return goto(state, missing if state.home or after == REVIEW else after)


def backward(state: State) -> State:
    """Go back to the page before; from a jump, back to the review."""
    return goto(state, _nearest(state)) if state.home == REVIEW else before(state)


def before(state: State) -> State:
    """Go to the page before, whatever was jumped."""
    way = [page.id for page in shown(state)]
    place = way.index(state.at) if state.at in way else 0
    return goto(state, way[place - 1]) if place else state


def _nearest(state: State) -> str:
    """The review page, or the page that keeps us from it."""
    return next((page.id for page in state.pages if page.id != state.at and is_missing(state, page)), REVIEW)


def jump(state: State, question: str) -> State:
    """From the review page to the field of an answer; settings that were not asked for are asked now."""
    wanted = state.script.get(question)
    for asked in (state, replace(state, requested=state.requested | {wanted.group}) if wanted else state):
        for page in asked.pages:
            place = next((n for n, one in enumerate(page.questions) if question in {one.id, one.unless}), None)
            if place is not None or page.id == question:
                opened = goto(replace(asked, home=REVIEW), page.id)
                return opened.with_view(cursor=place) if place and len(page.questions) > 1 else opened
    return state


def rest_by_default(state: State) -> State:
    """Ask only for what has no default from here on."""
    state = replace(state, every=False)
    missing = next((page.id for page in state.pages if is_missing(state, page)), REVIEW)
    return goto(state, missing)
