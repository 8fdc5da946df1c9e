"""The ways to give a secret: typed, from a file, from a command, in a Secret that is there, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helm_aeterna.answers.conditions import applies
from helm_aeterna.model.answers import Answer, Source
from helm_aeterna.model.question import Kind
from helm_aeterna.wizard.text_input import TextInput

if TYPE_CHECKING:
    from helm_aeterna.model.question import Question
    from helm_aeterna.wizard.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSource:
    """One way to give a secret.

    Attributes:
        name: keep, type, file, command, existing or none.
        label: Its line in the list.
        hint: A few words beside it.
        prompts: What is typed for it, one prompt for each field.
        hidden: Whether what is typed must not be seen.
    """

    name: str
    label: str
    hint: str = ""
    prompts: tuple[str, ...] = ()
    hidden: bool = False


_TYPE = SecretSource(name="type", label="Type or paste it now", hint="stays hidden", prompts=("Secret",), hidden=True)
_FILE = SecretSource(name="file", label="Read it from a file", hint="now, once", prompts=("Path of the file",))
_COMMAND = SecretSource(name="command", label="Take what a command prints", hint="now, once", prompts=("Command",))
_EXISTING = SecretSource(
    name="existing",
    label="It is in a Kubernetes Secret",
    hint="in the release's namespace",
    prompts=("Name of the Secret", "Key in that Secret"),
)
_NONE = SecretSource(name="none", label="There is none", hint="go on without")
_GENERATE = SecretSource(name="none", label="Generate it", hint="made once, then kept")


def origin(answer: Answer) -> str:
    """Where an answer came from, in words."""
    match answer.source:
        case Source.GENERATED:
            return "generated"
        case Source.KEPT:
            return "kept from the last run"
        case Source.PROMPT:
            return answer.place or "given here"
        case Source.DEFAULT:
            return "default"
        case _:
            return f"from {answer.place or answer.source}"


def secret_sources(state: State, question: Question) -> tuple[SecretSource, ...]:
    """The ways that are open for a secret, the likeliest first."""
    found: list[SecretSource] = []
    answer = state.answers.get(question.id)
    if answer is not None:
        found.append(SecretSource(name="keep", label="Keep the one that is there", hint=origin(answer)))
    found += [_TYPE, _FILE, _COMMAND]
    existing = state.script.get(question.unless)
    if existing is not None and applies(existing, state.full):
        found.append(_EXISTING)
    found += [source for _, source in elsewhere(state, question)]
    if question.generate:
        found.append(_GENERATE)
    elif not question.required:
        found.append(_NONE)
    return tuple(found)


def elsewhere(state: State, question: Question) -> tuple[tuple[Question, SecretSource], ...]:
    """Other places where all secrets can live, and the question that decides it: then none is asked for here."""
    found: list[tuple[Question, SecretSource]] = []
    for condition in question.when:
        place = state.script.get(condition.question)
        if place is None or not place.advanced or place.kind is not Kind.CHOICE:
            continue
        if not applies(place, state.full):
            continue
        others = (option for option in place.offered if option.value not in condition.values)
        found += [(place, SecretSource(name=other.value, label=other.label, hint=other.why)) for other in others]
    return tuple(found)


def reminder(state: State, question: Question) -> str:
    """What is said where a secret was given before the wizard was left; empty elsewhere."""
    words = "It was given before; secrets are not kept, so it is asked for again."
    return words if is_lost(state, question) else ""


def is_lost(state: State, question: Question) -> bool:
    """Whether a secret was given before the wizard was left, and nothing was said of it since."""
    return question.id in state.lost and question.id not in state.answers and question.id not in state.seen


def source_at(state: State, question: Question) -> SecretSource:
    """The way in focus."""
    offered = secret_sources(state, question)
    return offered[min(state.view.cursor, len(offered) - 1)]


def source_fields(state: State, question: Question, name: str) -> tuple[TextInput, ...]:
    """The empty or known texts of a way."""
    if name in {"type", "file", "command"}:
        return (TextInput(),)
    if name != "existing":
        return ()
    known = [str(state.shown_value(identifier) or "") for identifier in (question.unless, f"{question.unless}-key")]
    return tuple(TextInput.of(text, selected=True) for text in known)
