"""What can happen to the wizard, and what it may ask its surroundings to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from helm_aeterna.model.secret import SecretText
    from helm_aeterna.wizard.connection_check import Outcome
    from helm_aeterna.wizard.plan import Plan


class Press(StrEnum):
    """A key, by what it means."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    HOME = "home"
    END = "end"
    PAGE_UP = "page-up"
    PAGE_DOWN = "page-down"
    ENTER = "enter"
    SPACE = "space"
    NEXT = "next"
    PREVIOUS = "previous"
    BACK = "back"
    HELP = "help"
    LEAVE = "leave"
    BACKSPACE = "backspace"
    DELETE = "delete"
    ERASE_LINE = "erase-line"
    ERASE_REST = "erase-rest"
    ERASE_WORD = "erase-word"


@dataclass(frozen=True, slots=True)
class Typed:
    """Letters, typed or pasted; not shown by repr, they may be a secret."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Picked:
    """One line of the page, counted from nought: how plain mode moves."""

    index: int


@dataclass(frozen=True, slots=True)
class Filled:
    """The whole text of the field in focus: how plain mode types."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A secret came from a file or a command, or did not."""

    question: str
    secret: SecretText | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CheckBegan:
    """A connection check runs in the background."""

    check: str


@dataclass(frozen=True, slots=True)
class CheckEnded:
    """A connection check has a result; `turn` tells it from an earlier one that was given up."""

    check: str
    turn: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Previewed:
    """What writing would do, for the review page."""

    plan: Plan


Input: TypeAlias = "Press | Typed | Picked | Filled"
"""What a person does."""

Event: TypeAlias = "Input | Fetched | CheckBegan | CheckEnded | Previewed"


@dataclass(frozen=True, slots=True)
class Fetch:
    """Read a secret from a file, or from what a command prints."""

    question: str
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class RunCheck:
    """Try a connection in the background."""

    check: str
    turn: int


@dataclass(frozen=True, slots=True)
class MakePreview:
    """Work out what writing would do."""


Effect: TypeAlias = "Fetch | RunCheck | MakePreview"
