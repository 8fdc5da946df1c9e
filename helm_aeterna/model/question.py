"""A question: one name for the flag, the variable, the answers key and the wizard's page."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helm_aeterna.formats import Tree
    from helm_aeterna.model.secret import SecretText

Value: TypeAlias = "str | int | bool | SecretText"

VARIABLE_PREFIX = "AETERNA_SETUP_"


class Kind(StrEnum):
    """What an answer looks like."""

    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    SWITCH = "switch"
    SECRET = "secret"  # noqa: S105 - a word, not a password


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to choose.

    Attributes:
        value: What is written into the answers.
        label: Its name.
        why: One line for the person choosing.
        licence: Licence of the software that will run; empty for services.
        open_source: Whether that licence is an OSI one; None for services.
        note: A warning that is shown when it is chosen.
        family: Options of one family are one line, followed by "bundled or external?".
        kind: bundled, external, managed or none; empty outside the catalogue.
        unavailable: Why it cannot be chosen yet; such an option is not offered, and refused with this reason.
    """

    value: str
    label: str
    why: str = ""
    licence: str = ""
    open_source: bool | None = None
    note: str = ""
    family: str = ""
    kind: str = ""
    unavailable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Holds when the answer to `question` is one of `values`, or a number of at least `at_least`.

    Attributes:
        question: Id of the other question.
        values: The answers it holds for; switches are "true" and "false".
        at_least: The smallest number it holds for.
        given: It holds for every answer that is not empty.
        or_else: It holds as well when this one does.
    """

    question: str
    values: tuple[str, ...] = ()
    at_least: int | None = None
    given: bool = False
    or_else: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, wherever it is asked.

    Attributes:
        id: kebab-case; `--id`, `AETERNA_SETUP_ID` and the key of the answers file.
        ask: The question.
        why: Why it is asked, or what the answer does.
        kind: What the answer looks like.
        group: Heading on the review page.
        options: What can be chosen; for CHOICE.
        default: Used where nobody answers; None where there is none.
        default_reason: Why that default.
        preselected: In focus in the wizard, which then asks in any case; None for the default.
        required: Whether there must be an answer when the question is asked.
        schema: JSON Schema of the answer (pattern, minimum, enum ...).
        when: All of these must hold for the question to be asked.
        secret: Name of the credential; empty for everything that is not secret.
        unless: A secret is not asked for when this question (an existing Secret's name) is answered.
        generate: How the program makes the answer when nobody gives one, e.g. kms-key.
        advanced: Asked only on request; always a flag.
        needed: While this holds, an advanced question is asked after all, and must be answered.
        explicit: Its default is not taken silently: somebody must say it, or say --defaults.
        variables: Further environment variables that answer it, e.g. OPENAI_API_KEY.
        example: An answer that would do.
    """

    id: str
    ask: str
    why: str = ""
    kind: Kind = Kind.TEXT
    group: str = ""
    options: tuple[Option, ...] = ()
    default: Value | None = None
    default_reason: str = ""
    preselected: Value | None = None
    required: bool = False
    schema: Mapping[str, Tree] = field(default_factory=dict)
    when: tuple[Condition, ...] = ()
    secret: str = ""
    unless: str = ""
    generate: str = ""
    advanced: bool = False
    needed: Condition | None = None
    explicit: bool = False
    variables: tuple[str, ...] = ()
    example: str = ""

    @property
    def offered(self) -> tuple[Option, ...]:
        """The options that can be chosen in this version."""
        return tuple(option for option in self.options if not option.unavailable)

    @property
    def flag(self) -> str:
        """The flag that answers it: a secret is read from a file, never from the command line."""
        return f"--{self.id}-file" if self.kind is Kind.SECRET else f"--{self.id}"

    @property
    def variable(self) -> str:
        """The environment variable that answers it."""
        return VARIABLE_PREFIX + self.id.upper().replace("-", "_")


@dataclass(frozen=True, slots=True)
class Script:
    """All questions, in the order of asking."""

    questions: tuple[Question, ...]

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    def get(self, identifier: str) -> Question | None:
        """Find a question by its id."""
        return next((question for question in self.questions if question.id == identifier), None)
