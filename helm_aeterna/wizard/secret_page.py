"""The page of a secret: choose a way, fill in what it needs, take it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.answers.parse import AnswerError, parse
from helm_aeterna.model.answers import Answer, Source
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.choice_page import answered
from helm_aeterna.wizard.cursor import moved
from helm_aeterna.wizard.events import Fetch, Fetched, Filled, Input, Picked, Press, Typed
from helm_aeterna.wizard.form_page import in_words, problem_of
from helm_aeterna.wizard.navigation import backward, onward, past
from helm_aeterna.wizard.secret_sources import elsewhere, is_lost, secret_sources, source_at, source_fields
from helm_aeterna.wizard.state import View
from helm_aeterna.wizard.text_input import TextInput

if TYPE_CHECKING:
    from helm_aeterna.model.question import Question
    from helm_aeterna.wizard.state import State


def secret_view(state: State) -> View:
    """The likeliest way to give it is in focus."""
    question = state.page.questions[0]
    names = [source.name for source in secret_sources(state, question)]
    known = state.effective.text(question.unless) if question.unless else ""
    there = question.id in state.answers or is_lost(state, question)
    preferred = "existing" if known else names[0] if there else "none"
    cursor = names.index(preferred) if preferred in names else 0
    return View(cursor=cursor, fields=source_fields(state, question, names[cursor]))


def fetch(state: State) -> Fetch | None:
    """The secret that is to be read from a file or a command."""
    question = state.page.questions[0]
    if not state.view.busy:
        return None
    return Fetch(question=question.id, source=source_at(state, question).name, text=state.view.fields[0].text.strip())


def on_secret(state: State, event: Input) -> State:
    """One event on the page of a secret."""
    view, question = state.view, state.page.questions[0]
    if view.busy:
        return state
    if isinstance(event, Picked) or event in {Press.UP, Press.DOWN, Press.NEXT, Press.PREVIOUS}:
        return _turned(state, question, event)
    if event is Press.ENTER:
        return _entered(state, question)
    if not view.fields:
        if event is Press.LEFT:
            return backward(state)
        if not isinstance(event, Typed):
            return state
        # Whoever starts typing, or pastes, means to type it.
        names = [source.name for source in secret_sources(state, question)]
        state = _turned(state, question, Picked(names.index("type")))
    return _written(state, event, hidden=source_at(state, question).hidden)


def _written(state: State, event: Input, *, hidden: bool) -> State:
    """The field in focus with something typed; several lines pasted into a hidden one would be spoilt unseen."""
    if hidden and isinstance(event, Typed) and _is_many(event.text):
        return state.with_view(problem="Those are several lines; paste the credential alone, or take it from a file.")
    fields, focus = list(state.view.fields), state.view.focus
    fields[focus] = _edited(fields[focus], event)
    return state.with_view(fields=tuple(fields), problem="")


def _edited(line: TextInput, event: Input) -> TextInput:
    match event:
        case Filled(text):
            return TextInput.of(text)
        case Typed(text):
            return line.typed(text)
        case Press.SPACE:
            return line.typed(" ")
        case Press():
            return line.pressed(event)
        case _:
            return line


def _is_many(text: str) -> bool:
    """Whether a paste has several lines: a key file in JSON may, it means the same in one."""
    return "\n" in text.replace("\r", "\n").strip("\n") and not text.lstrip().startswith("{")


def _turned(state: State, question: Question, event: Input) -> State:
    """Another way; with two fields, up and down go through them first."""
    view = state.view
    if event in {Press.UP, Press.PREVIOUS} and view.focus:
        return state.with_view(focus=view.focus - 1, problem="")
    if event is Press.NEXT and view.focus + 1 < len(view.fields):
        return state.with_view(focus=view.focus + 1, problem="")
    offered = secret_sources(state, question)
    cursor = moved(view.cursor, len(offered), event)
    # In plain lines a number takes a way; its fields are asked next.
    filling = isinstance(event, Picked) and bool(offered[cursor].prompts)
    if cursor == view.cursor:
        return state.with_view(filling=filling)
    drafts = {**view.drafts, source_at(state, question).name: view.fields}
    fields = drafts.get(offered[cursor].name) or source_fields(state, question, offered[cursor].name)
    return state.with_view(cursor=cursor, fields=fields, drafts=drafts, focus=0, problem="", filling=filling)


def _entered(state: State, question: Question) -> State:
    source = source_at(state, question)
    for place, way in elsewhere(state, question):
        if way == source:
            return _moved_out(state, question, place, source.name)
    match source.name:
        case "keep":
            return onward(state, state.page)
        case "none":
            return onward(_without_reference(answered(state, question, None), question), state.page)
        case "existing":
            return _existing(state, question)
        case _:
            return _filled(state, question)


def _filled(state: State, question: Question) -> State:
    source, text = source_at(state, question), state.view.fields[0].text
    if not text.strip():
        return state.with_view(problem=f"{source.prompts[0]}: nothing was given. Take another way if there is none.")
    if source.name == "file" and text.strip() == "-":
        return state.with_view(problem="A file is needed here; standard input is this terminal.")
    if source.name != "type":
        return state.with_view(busy=True, problem="")
    return _taken(state, question, SecretText(text), "typed")


def _moved_out(state: State, question: Question, place: Question, value: str) -> State:
    """All secrets live elsewhere: no page asks for one any more, the settings of that place are asked later."""
    moved_out = answered(_without_reference(answered(state, question, None), question), place, value)
    moved_out = replace(moved_out, requested=moved_out.requested | {place.group}, seen=moved_out.seen | {place.id})
    named = state.script.get("secret-store-optional")
    if named is not None and question.secret and not question.required:  # an optional one is fetched when it is named
        names = {*state.full.text(named.id).split(","), question.secret} - {""}
        moved_out = answered(moved_out, named, ",".join(sorted(names)))
    return past(state, moved_out)


def _taken(state: State, question: Question, secret: SecretText, place: str) -> State:
    try:
        value = parse(question, secret)
    except AnswerError as error:
        return state.with_view(problem=f"The secret {in_words(error)}", busy=False)
    answer = Answer(value=value, source=Source.PROMPT, place=place)
    state = replace(state, answers=state.answers.with_answer(question.id, answer))
    return onward(_without_reference(state, question), state.page)


def _without_reference(state: State, question: Question) -> State:
    for identifier in (question.unless, f"{question.unless}-key"):
        other = state.script.get(identifier)
        if other is not None:
            state = answered(state, other, None)
    return state


def _existing(state: State, question: Question) -> State:
    """A Secret that is there: its name, then the key in it."""
    asked = [state.script.get(identifier) for identifier in (question.unless, f"{question.unless}-key")]
    view, pairs = state.view, [(known, line) for known, line in zip(asked, state.view.fields, strict=False) if known]
    name, line = pairs[view.focus]
    problem = problem_of(state, name, line.text)
    if not problem and view.focus == 0 and not line.text.strip():
        problem = "The name of the Secret is needed. Take another way if there is none."
    if problem:
        return state.with_view(problem=problem)
    if view.focus + 1 < len(pairs):
        return state.with_view(focus=view.focus + 1, problem="")
    for known, filled in pairs:
        text = filled.text.strip()
        state = answered(state, known, None if text in {"", known.default} else text)
    return onward(answered(state, question, None), state.page)


def fetched(state: State, event: Fetched) -> State:
    """A secret came from a file or a command, or did not."""
    page = state.page
    if not state.view.busy or not page.questions or page.questions[0].id != event.question:
        return state
    if event.secret is None:
        return state.with_view(busy=False, problem=event.problem)
    source = source_at(state, page.questions[0])
    return _taken(state, page.questions[0], event.secret, f"{source.name}: {state.view.fields[0].text.strip()}")
