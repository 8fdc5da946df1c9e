"""A person who knows all answers: takes the wizard page by page until it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.choice_page import choices_of
from helm_aeterna.wizard.choices import family_of
from helm_aeterna.wizard.events import Event, Filled, Picked, Press
from helm_aeterna.wizard.reducer import due, step
from helm_aeterna.wizard.secret_sources import elsewhere, secret_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from helm_aeterna.adapters.runtime import Runtime
    from helm_aeterna.commands.interview.effects import Work
    from helm_aeterna.model.question import Question, Value
    from helm_aeterna.wizard.page import Page
    from helm_aeterna.wizard.state import State


class Person:
    """Stands in for the terminal: `_run` of commands/interview.py with the keys already known."""

    def __init__(self, wanted: Mapping[str, Value]) -> None:
        self.wanted = wanted
        self.pages: list[str] = []

    def run(self, state: State, work: Work, _runtime: Runtime, keep: Callable[[State], None]) -> State:
        for _ in range(200):
            if state.exit is not None:
                return state
            while (effect := due(state)) is not None:
                state = step(state, work.done(effect, state))
            self.pages.append(state.at)
            if state.page.kind == "review":
                assert state.review is not None
                assert not state.review.errors, state.review.errors
            for event in self.events(state, state.page):
                state = step(state, event)
            keep(state)
        raise AssertionError(f"the wizard never ends: {self.pages[-10:]}")

    def events(self, state: State, page: Page) -> list[Event]:
        match page.kind:
            case "start":
                return [Press.END, Press.ENTER]
            case "choice" | "family":
                return self.listed(state, page)
            case "form":
                return [event for question in page.questions for event in self.filled(question)]
            case "switches":
                return self.switched(state, page)
            case "secret":
                return self.secret(state, page.questions[0])
            case _:
                return [Press.HOME, Press.ENTER]

    def listed(self, state: State, page: Page) -> list[Event]:
        question = page.questions[0]
        value = str(self.wanted.get(question.id, question.default))
        accepted = {option.value for option in family_of(question, value)} if page.kind == "choice" else {value}
        place = next(place for place, row in enumerate(choices_of(state)) if row.value in accepted)
        return [Picked(place), Press.ENTER]

    def filled(self, question: Question) -> list[Event]:
        if question.id not in self.wanted:
            return [Press.ENTER]
        value = self.wanted[question.id]
        return [Filled(str(value).lower() if isinstance(value, bool) else str(value)), Press.ENTER]

    def switched(self, state: State, page: Page) -> list[Event]:
        topics = set()
        for question in state.script:
            if question.advanced and question.id in self.wanted:
                topics.add(f"/topic/{question.group}")
        on = {row.value for row in page.choices} & (
            topics | {name for name, value in self.wanted.items() if value is True}
        )
        events: list[Event] = []
        for place, row in enumerate(page.choices):
            if (row.value in on) != (row.value in state.view.on):
                events += [Picked(place), Press.SPACE]
        return [*events, Press.ENTER]

    def secret(self, state: State, question: Question) -> list[Event]:
        names = [source.name for source in secret_sources(state, question)]
        value = self.wanted.get(question.id)
        if isinstance(value, SecretText):
            return [Picked(names.index("type")), Filled(value.reveal()), Press.ENTER]
        if question.unless in self.wanted:
            name, key = self.wanted[question.unless], self.wanted.get(f"{question.unless}-key", "")
            second = [Filled(str(key))] if key else []
            return [Picked(names.index("existing")), Filled(str(name)), Press.ENTER, *second, Press.ENTER]
        for place, way in elsewhere(state, question):
            if self.wanted.get(place.id) == way.name:
                return [Picked(names.index(way.name)), Press.ENTER]
        return [Picked(names.index("none")), Press.ENTER]
