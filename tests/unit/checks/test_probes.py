"""Which connection checks there are for the choices made, and what is known of their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from helm_aeterna.catalogue.check import PostgresqlCheck, read_check
from helm_aeterna.checks.probes.facts import chosen_in, fill, known, known_of_values, shown
from helm_aeterna.checks.probes.run import probes
from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.model.question import Question, Script
from helm_aeterna.model.secret import SecretText
from tests.support.fake_network import CACHE
from tests.support.probes import catalogue, probe

if TYPE_CHECKING:
    from helm_aeterna.formats import Tree
    from helm_aeterna.model.question import Value


def test_every_check_of_the_catalogue_can_be_read() -> None:
    checked = {choice.id for axis in catalogue() for choice in axis.choices.values() if read_check(choice)}

    assert checked >= {"qdrant-external", "weaviate-external", "pinecone", "mongodb", "vertex-ai", "databricks"}
    assert checked >= {"pgvector", "external", "openai", "anthropic", "ollama"}


@pytest.mark.parametrize("kind", ["external", "managed"])
def test_everything_outside_the_release_is_checked(kind: str) -> None:
    missing = [
        f"{axis.id} {choice.id}"
        for axis in catalogue()
        for choice in axis.choices.values()
        if choice.kind == kind and not choice.check
    ]
    assert missing == []


def test_the_choices_made_are_checked_and_nothing_else() -> None:
    chosen = {"vectorBackend": "qdrant", "cache": "external", "postgresql": "external", "llm": "none"}
    values: dict[str, Value] = {"cache.external.host": "a", "postgresql.external.host": "b"}

    assert [one.axis for one in probes(catalogue(), chosen, values)] == ["cache", "postgresql"]
    assert [one.axis for one in probes(catalogue(), chosen, values, "cache")] == ["cache"]
    assert probes(catalogue(), {}, values) == ()


def test_pgvector_uses_the_connection_of_postgresql() -> None:
    chosen = {"vectorBackend": "pgvector", "postgresql": "external"}
    (one,) = probes(catalogue(), chosen, {"postgresql.external.host": "db"}, "vectorBackend")

    assert isinstance(one.check, PostgresqlCheck)
    assert one.facts == {"host": "db"}
    assert one.check.extensions == {"pgcrypto": "required", "vector": "required"}
    assert one.label == "pgvector in External PostgreSQL"


def test_pgvector_in_a_bundled_postgresql_cannot_be_tried() -> None:
    assert probes(catalogue(), {"vectorBackend": "pgvector", "postgresql": "cloudnative-pg"}, {}) == ()


def test_answers_by_their_keys_of_values() -> None:
    script = Script(
        (
            Question(id="a", ask="?", paths=("x.a", "y.a"), default=1),
            Question(id="b", ask="?", paths=("x.b",)),
            Question(id="c", ask="?", paths=("x.c",), default="old"),
            Question(id="d", ask="?", paths=("x.c",)),
        )
    )
    answers = Answers({"d": Answer(value="new", source=Source.PROMPT)})

    assert known(script, answers) == {"x.a": 1, "y.a": 1, "x.c": "new"}


def test_values_by_their_keys_with_credentials_hidden() -> None:
    values: Tree = {"type": "external", "external": {"host": "redis", "password": "hunter2", "tls": {}}}

    found = known_of_values(catalogue(), {"cache": values})

    assert found["cache.external.host"] == "redis"
    assert found["cache.external.password"] == SecretText("hunter2")
    assert "hunter2" not in repr(found)
    assert chosen_in(catalogue(), found) == {"cache": "external"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{host}:{port}", "redis.example.org:6379"),
        ("{password}", "hunter2"),
        ("{nothing}", None),
        ("plain", "plain"),
    ],
)
def test_texts_are_filled_with_facts(text: str, filled: str | None) -> None:
    assert fill(text, probe("cache", "external", CACHE).facts) == filled


def test_texts_for_people_hold_no_secret() -> None:
    assert shown("{host} {password}", probe("cache", "external", CACHE).facts) == "redis.example.org ***"


def test_empty_settings_are_not_known() -> None:
    assert set(probe("cache", "external", {"host": "a", "password": "", "port": 0}).facts) == {"host", "port"}
