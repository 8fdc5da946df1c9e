from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from helm_aeterna.answers.parse import AnswerError, parse
from helm_aeterna.model.question import Kind, Option, Question
from helm_aeterna.model.secret import SecretText

if TYPE_CHECKING:
    from helm_aeterna.formats import Tree

SWITCH = Question(id="on", ask="On?", kind=Kind.SWITCH)
PORT = Question(id="port", ask="Port?", kind=Kind.NUMBER, schema={"minimum": 1, "maximum": 65535})
HOST = Question(id="host", ask="Host?", required=True, schema={"pattern": "^[a-z.]*$"}, example="db.example.org")
SECRET = Question(id="key", ask="Key?", kind=Kind.SECRET)
COLOUR = Question(
    id="colour",
    ask="Colour?",
    kind=Kind.CHOICE,
    options=(Option(value="red", label="Red"), Option(value="blue", label="Blue", unavailable="sold out")),
)


@pytest.mark.parametrize(
    ("question", "given", "value"),
    [
        (SWITCH, "yes", True),
        (SWITCH, False, False),
        (PORT, " 5432 ", 5432),
        (PORT, 5432, 5432),
        (HOST, "db.example", "db.example"),
        (COLOUR, "red", "red"),
        (SECRET, "s3cret\n", SecretText("s3cret")),
        (SECRET, '{\n  "type": "service_account"\n}\n', SecretText('{"type": "service_account"}')),
    ],
)
def test_good_answers(question: Question, given: Tree, value: object) -> None:
    assert parse(question, given) == value


@pytest.mark.parametrize(
    ("question", "given", "problem", "fix"),
    [
        (SWITCH, "maybe", "neither true nor false", "true or false"),
        (PORT, "0", "out of range", "from 1 to 65535"),
        (PORT, "70000", "out of range", "from 1 to 65535"),
        (PORT, "-1", "out of range", "from 1 to 65535"),
        (PORT, "9999999999999999999", "out of range", "from 1 to 65535"),
        (PORT, "٣", "not a whole number", "from 1 to 65535"),
        (PORT, "12x", "not a whole number", "from 1 to 65535"),
        (PORT, [1], "single value", "give one"),
        (PORT, None, "single value", "leave the line out"),
        (HOST, "", "is empty", "db.example.org"),
        (HOST, "a b", "contains a blank", "db.example.org"),
        (HOST, "a\nb", "control character", "db.example.org"),
        (HOST, "a\udcffb", "not UTF-8 text", "locale"),
        (SECRET, "canary\udcff", "not UTF-8 text", "alone"),
        (COLOUR, "rad", "not a choice", "did you mean red?"),
        (COLOUR, "blue", "sold out", "choose red"),
        (SECRET, "  ", "is empty", ""),
        (SECRET, "a\nb", "more than one line", "alone"),
        (SECRET, "x" * 70_000, "has 70000 characters", "alone"),
    ],
)
def test_wrong_answers_say_what_and_how(question: Question, given: Tree, problem: str, fix: str) -> None:
    with pytest.raises(AnswerError) as refused:
        parse(question, given)
    assert problem in refused.value.problem
    assert fix in refused.value.fix


def test_a_wrong_secret_is_not_quoted() -> None:
    with pytest.raises(AnswerError) as refused:
        parse(SECRET, "canary\nsecond")
    assert "canary" not in refused.value.problem + refused.value.fix + repr(refused.value)
