"""Answers: values that know where they came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from helm_aeterna.model.secret import SecretText

if TYPE_CHECKING:
    from helm_aeterna.model.question import Value


class Source(StrEnum):
    """Where an answer came from; the earlier ones win."""

    FLAG = "flag"
    VARIABLE = "variable"
    PROMPT = "prompt"
    FILE = "answers file"
    KEPT = "kept"
    GENERATED = "generated"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer.

    Attributes:
        value: What was answered.
        source: Who answered.
        place: Which flag, variable or file.
    """

    value: Value
    source: Source
    place: str = ""


class Answers(Mapping[str, Answer]):
    """All answers by the id of their question; immutable."""

    __slots__ = ("_given",)

    def __init__(self, given: Mapping[str, Answer] | None = None) -> None:
        self._given = dict(given or {})

    def __getitem__(self, identifier: str) -> Answer:
        return self._given[identifier]

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def __repr__(self) -> str:
        return f"Answers({self._given!r})"

    def value(self, identifier: str) -> Value | None:
        """The value of an answer, None where there is none."""
        answer = self._given.get(identifier)
        return None if answer is None else answer.value

    def text(self, identifier: str) -> str:
        """The answer as a condition compares it: switches as true and false, nothing as the empty text."""
        value = self.value(identifier)
        if value is None or isinstance(value, SecretText):
            return "" if value is None else "***"
        return str(value).lower() if isinstance(value, bool) else str(value)

    def with_answer(self, identifier: str, answer: Answer | None) -> Answers:
        """The same answers with one of them set, or taken away."""
        given = dict(self._given)
        given.pop(identifier, None)
        if answer is not None:
            given[identifier] = answer
        return Answers(given)
