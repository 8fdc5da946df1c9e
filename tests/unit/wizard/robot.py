"""Drives the reducer as a person would, and does what is due in between."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.model.artefact import Action, Artefact, Write, WritePlan
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.connection_check import Outcome, Verdict
from helm_aeterna.wizard.events import (
    CheckBegan,
    CheckEnded,
    Event,
    Fetch,
    Fetched,
    MakePreview,
    Press,
    Previewed,
    RunCheck,
    Typed,
)
from helm_aeterna.wizard.page_kinds import PAGE_KINDS
from helm_aeterna.wizard.plan import Plan, make_review
from helm_aeterna.wizard.reducer import due, step
from helm_aeterna.wizard.review_page import selectable
from helm_aeterna.wizard.state import State
from tests.unit.wizard.made_up import SCRIPT

if TYPE_CHECKING:
    from helm_aeterna.errors import Finding
    from helm_aeterna.model.question import Script, Value


def given(source: Source = Source.PROMPT, /, **values: Value) -> Answers:
    return Answers({name.replace("_", "-"): Answer(value=value, source=source) for name, value in values.items()})


class Robot:
    """A person at the wizard; effects are done at once, with made-up results."""

    def __init__(
        self,
        script: Script = SCRIPT,
        *,
        answers: Answers | None = None,
        findings: tuple[Finding, ...] = (),
        outcomes: tuple[Outcome, ...] = (),
        checked: frozenset[str] = frozenset(),
        fetches: dict[str, str] | None = None,
        flags: dict[str, str] | None = None,
        **more: object,
    ) -> None:
        made = Answers({"master-key": Answer(value=SecretText("made"), source=Source.GENERATED)})
        start = State(script=script, kinds=PAGE_KINDS, answers=Answers({**made, **(answers or Answers())}))
        subject = (lambda question, full: question if full.text(question) in checked else "") if checked else None
        self.state = replace(start, subject=subject, **more)  # type: ignore[arg-type]
        self.findings = findings
        self.outcomes = list(outcomes)
        self.fetches = fetches or {}
        self.flags = flags or {}
        self.trail = [self.state.at]
        self.previews = 0

    def do(self, *events: Event | str) -> Robot:
        """Press keys; a text is typed."""
        for event in events:
            self.state = step(self.state, Typed(event) if type(event) is str else event)  # type: ignore[arg-type]
            self._due()
            if self.state.at != self.trail[-1]:
                self.trail.append(self.state.at)
        return self

    def _due(self) -> None:
        for _ in range(20):
            effect = due(self.state)
            if effect is None:
                return
            if isinstance(effect, RunCheck):
                self.state = step(self.state, CheckBegan(effect.check))
                if not self.outcomes:
                    return
                self.state = step(self.state, CheckEnded(effect.check, effect.turn, self.outcomes.pop(0)))
            elif isinstance(effect, Fetch):
                text = self.fetches.get(effect.text)
                problem = "" if text else "It is not there."
                self.state = step(self.state, Fetched(effect.question, SecretText(text) if text else None, problem))
            elif isinstance(effect, MakePreview):
                self.previews += 1
                review = make_review(self.plan(), self.findings, self.flags)
                plan = Plan(answers=self.state.submitted, merge=self.state.merge, review=review)
                self.state = step(self.state, Previewed(plan))
        raise AssertionError("an effect is due for ever")

    def plan(self) -> WritePlan:
        lines = "".join(f"{name}: {answer.value}\n" for name, answer in sorted(self.state.submitted.items()))
        public = Artefact(path="values.yaml", text=lines, purpose="values")
        private = Artefact(path="values.secret.yaml", text="a: {b: hush}\n", mode=0o600, purpose="secrets")
        return WritePlan(
            writes=(Write(artefact=public, action=Action.CREATE), Write(artefact=private, action=Action.CREATE))
        )

    def choose(self, value: str) -> Robot:
        """Go to a row by its value and take it."""
        from helm_aeterna.wizard.choice_page import choices_of

        rows = [row.value for row in choices_of(self.state)]
        self.do(Press.HOME, *[Press.DOWN] * rows.index(value))
        return self.do(Press.ENTER)

    def at(self) -> str:
        return self.state.at

    def result(self) -> dict[str, str]:
        return {name: self.state.submitted.text(name) for name in self.state.submitted}


GOOD = Outcome(Verdict.GOOD, ("It answers.",))
BAD = Outcome(Verdict.BAD, ("Nobody is there.", "To do: look."))


def jump_to(robot: Robot, question: str) -> None:
    targets = [entry.target for entry in selectable(robot.state)]
    robot.do(Press.HOME, *[Press.DOWN] * targets.index(question), Press.ENTER)


def at_review(**more: object) -> Robot:
    robot = Robot(**more)  # type: ignore[arg-type]
    robot.choose("steps").choose("moon").choose("vault").do(Press.ENTER)
    assert robot.at() == "/review"
    return robot
