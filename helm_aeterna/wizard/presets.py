"""The first page: ways to begin, each a preset, the last answers or every question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.answers.presets import take_preset
from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.choices import Choice
from helm_aeterna.wizard.navigation import goto, rest_by_default, shown
from helm_aeterna.wizard.progress import taken_up

if TYPE_CHECKING:
    from helm_aeterna.wizard.state import State

_RESUME = Choice(value="resume", label="Go on where you stopped", why="Your answers were kept; secrets were not.")
_LAST = Choice(
    value="last", label="My last answers", why="What you wrote the last time, ready to be changed in the review."
)
_PRESETS = (
    Choice(
        value="recommended",
        label="Recommended",
        columns=("defaults, bundled parts",),
        why="Asks which language model and what has no default, then shows everything for review.",
    ),
    Choice(
        value="trial",
        label="Local trial",
        columns=("smallest, no account",),
        why="Everything bundled, one instance of each, nothing that needs an account or a key.",
    ),
    Choice(
        value="open-source",
        label="All open source",
        columns=("OSI licences only",),
        why="Installs only software under an OSI licence; asks which language model.",
    ),
    Choice(
        value="bring",
        label="Bring everything",
        columns=("external parts",),
        why="Databases, cache and models that you already run or rent; asks which, and how to reach them.",
    ),
    Choice(
        value="steps",
        label="Step by step",
        columns=("every question",),
        why="Every question on a page of its own, with its default and its reason.",
    ),
)


def start_choices(state: State) -> tuple[Choice, ...]:
    """The ways to begin that make sense now."""
    first: list[Choice] = []
    if state.progress is not None:
        first.append(replace(_RESUME, columns=(state.progress.stopped,)))
    if state.last:
        first.append(replace(_LAST, columns=("from the last run",)))
    return (*first, *_PRESETS)


def begin(state: State, preset: str) -> State:
    """The state behind the first page."""
    state = replace(state, seen=state.seen | {state.at})
    if preset == "resume" and state.progress is not None:
        return taken_up(state, state.progress)
    if preset == "last":
        return rest_by_default(_as_last_time(state))
    if preset == "steps":
        state = replace(state, every=True)
        return goto(state, shown(state)[1].id)
    # A preset means what it says: answers that were given before coming back to it give way, secrets stay.
    left = Answers({name: answer for name, answer in state.answers.items() if _stays(answer)})
    taken = take_preset(state.script, preset, left)
    return rest_by_default(
        replace(
            state,
            answers=left,
            suggested=taken.suggested,
            undecided=taken.open,
            seen=frozenset({state.at}),
            merge=False,
        )
    )


def _stays(answer: Answer) -> bool:
    return answer.source is not Source.PROMPT or isinstance(answer.value, SecretText)


def _as_last_time(state: State) -> State:
    """Every answer of the last run, its secrets kept; what is given now beats it."""
    taken = {
        identifier: answer
        if isinstance(answer.value, SecretText)
        else replace(answer, source=Source.PROMPT, place="last run")
        for identifier, answer in state.last.items()
    }
    return replace(state, answers=Answers({**taken, **state.answers}), suggested=Answers(), merge=True)
