"""Which connection checks there are for the choices made, and what is known of their settings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helm_aeterna.catalogue.check import PostgresqlCheck
from helm_aeterna.checks.probes.facts import EXISTING_SECRET, facts_of, fill, shown
from helm_aeterna.checks.probes.run import probes
from helm_aeterna.model.deployment import Existing, Remote
from helm_aeterna.model.secret import SecretText
from tests.support.fake_network import CACHE
from tests.support.probes import catalogue, chosen, deployed, probe


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
    made = deployed(
        vectorBackend=chosen("vectorBackend", "qdrant"),
        cache=chosen("cache", "external", {"host": "a"}),
        postgresql=chosen("postgresql", "external", {"host": "b"}),
        llm=chosen("llm", "none"),
    )
    assert [one.axis for one in probes(catalogue(), made)] == ["cache", "postgresql"]
    assert [one.axis for one in probes(catalogue(), made, "cache")] == ["cache"]
    assert probes(catalogue(), deployed()) == ()


def test_pgvector_uses_the_connection_of_postgresql() -> None:
    one = probe("vectorBackend", "pgvector", {"host": "db"})

    assert isinstance(one.check, PostgresqlCheck)
    assert one.facts == {"host": "db"}
    assert one.check.extensions == {"pgcrypto": "required", "vector": "required"}
    assert one.label == "pgvector in External PostgreSQL"


def test_pgvector_in_a_bundled_postgresql_cannot_be_tried() -> None:
    vector, bundled = chosen("vectorBackend", "pgvector"), chosen("postgresql", "cloudnative-pg")
    assert probes(catalogue(), deployed(vectorBackend=vector, postgresql=bundled)) == ()


def test_credentials_are_hidden_wherever_they_are() -> None:
    known = chosen("cache", "external", {"host": "redis", "password": "hunter2"})
    assert facts_of(known) == {"host": "redis", "password": SecretText("hunter2")}
    assert "hunter2" not in repr(facts_of(known))
    for elsewhere in (Existing("theirs"), Remote("aeterna/redis-password")):
        assert facts_of(replace(known, secrets={"password": elsewhere})) == {"host": "redis", EXISTING_SECRET: True}


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
