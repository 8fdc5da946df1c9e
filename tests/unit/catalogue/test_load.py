from __future__ import annotations

import copy
from typing import Any

import pytest

from helm_aeterna.catalogue.entry import kebab
from helm_aeterna.catalogue.load import load_catalogue
from helm_aeterna.errors import CheckError, PrerequisiteError
from tests.support.models import real_chart

GOOD: dict[str, Any] = {
    "version": 1,
    "axes": {
        "cache": {
            "label": "Cache",
            "ask": "Which?",
            "flag": "cache",
            "default": "near",
            "env": [{"name": "RD_HOST", "value": ["{host}"], "reader": "server"}],
            "choices": {
                "near": {
                    "label": "Near",
                    "kind": "external",
                    "chosen": {"cache.type": "near"},
                    "block": "cache.near",
                    "prefix": "near",
                    "settings": {
                        "host": {"ask": "Host?", "required": True},
                        "password": {"ask": "Password?", "secret": "redis-password"},
                    },
                    "env": [
                        {"name": "PW", "secret": "password", "reader": "carrier"},
                        {"name": "URL", "value": "redis://:{password}@{host}", "reader": "server"},
                    ],
                }
            },
        }
    },
}
NEAR = ("axes", "cache", "choices", "near")


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    tree = copy.deepcopy(GOOD)
    branch: Any = tree
    for key in path[:-1]:
        branch = branch[key]
    branch[path[-1]] = value
    return tree


def test_a_good_catalogue_is_read_whole() -> None:
    choice = load_catalogue(GOOD, "c.yaml").axes["cache"].choices["near"]
    assert choice.settings["password"].secret == "redis-password"
    assert [row.name for row in choice.env] == ["PW", "URL"]
    assert choice.question(choice.settings["host"]) == "near-host"


@pytest.mark.parametrize(
    ("path", "value", "place", "problem"),
    [
        (("axis",), {}, "axis", "did you mean axes"),
        ((*NEAR, "labl"), "x", "axes.cache.choices.near.labl", "did you mean label"),
        ((*NEAR, "kind"), "rented", "axes.cache.choices.near.kind", "not one of"),
        ((*NEAR, "settings", "host", "requird"), True, "settings.host.requird", "did you mean required"),
        ((*NEAR, "settings", "host", "required"), "yes", "settings.host.required", "wrong type"),
        ((*NEAR, "env", 0, "reader"), "nobody", "env[0].reader", "not one of"),
        ((*NEAR, "env", 0, "name"), "lower", "env[0].name", "does not look like"),
        ((*NEAR, "env", 0), {"name": "X", "reader": "server"}, "env[0]", "either value or secret"),
        ((*NEAR, "env", 1, "value"), "{hots}", "axes.cache.choices.near", "{hots} is not one of its settings"),
        ((*NEAR, "settings", "password"), {"ask": "x"}, "axes.cache.choices.near", "not a secret setting"),
        ((*NEAR, "block"), "cache near", "axes.cache.choices.near.block", "does not look like"),
        (("axes", "cache", "default"), "far", "axes.cache.default", "not one of its choices"),
        (("axes", "cache", "fallback"), "far", "axes.cache.fallback", "not one of its choices"),
        (("axes", "cache", "choices"), [], "axes.cache.choices", "wrong type"),
        (("axes", "cache"), "x", "axes.cache", "must be a map"),
        ((*NEAR, "prefix"), "", "axes.cache.choices.near.prefix", "is missing"),
    ],
)
def test_whatever_is_unknown_or_wrong_is_refused_with_its_place(
    path: tuple[str | int, ...], value: object, place: str, problem: str
) -> None:
    with pytest.raises(CheckError) as refused:
        load_catalogue(changed(path, value), "c.yaml")
    found = [f"{finding.where} {finding.problem} {finding.fix}" for finding in refused.value.findings]
    assert any(place in line and problem in line for line in found), found


def test_a_secret_is_carried_before_it_is_used() -> None:
    rows = list(reversed(GOOD["axes"]["cache"]["choices"]["near"]["env"]))
    with pytest.raises(CheckError) as refused:
        load_catalogue(changed((*NEAR, "env"), rows), "c.yaml")
    assert "before a row carries it" in refused.value.findings[0].problem


def test_two_choices_cannot_ask_under_one_name() -> None:
    twin = copy.deepcopy(GOOD["axes"]["cache"]["choices"]["near"])
    with pytest.raises(CheckError) as refused:
        load_catalogue(changed(("axes", "cache", "choices", "twin"), twin), "c.yaml")
    assert "near-host is taken" in refused.value.findings[0].problem


def test_all_problems_are_told_at_once() -> None:
    tree = changed((*NEAR, "kind"), "rented")
    tree["axes"]["cache"]["default"] = "far"
    with pytest.raises(CheckError) as refused:
        load_catalogue(tree, "c.yaml")
    assert len(refused.value.findings) == 2


def test_a_newer_catalogue_is_refused_with_the_fix() -> None:
    with pytest.raises(PrerequisiteError) as refused:
        load_catalogue(GOOD | {"version": 2}, "c.yaml")
    assert "update the plugin" in refused.value.fix


@pytest.mark.parametrize(
    ("name", "flag"),
    [("indexName", "index-name"), ("resources.limits.memory", "resources-limits-memory"), ("vertexAi", "vertex-ai")],
)
def test_keys_become_flags(name: str, flag: str) -> None:
    assert kebab(name) == flag


def test_the_real_catalogue_has_every_choice_of_the_design() -> None:
    axes = real_chart().catalogue.axes
    assert set(axes["vectorBackend"].choices) >= {
        "qdrant", "pgvector", "pinecone", "weaviate", "mongodb", "vertex-ai", "databricks",
    }  # fmt: skip
    assert set(axes["cache"].choices) == {"dragonfly", "valkey", "external"}
    assert set(axes["postgresql"].choices) == {"cloudnative-pg", "external"}
    assert set(axes["llm"].choices) == {"openai", "anthropic", "ollama", "none"}


def test_the_licences_are_the_true_ones() -> None:
    axes = real_chart().catalogue.axes
    assert axes["cache"].choices["dragonfly"].licence == "BUSL-1.1"
    assert axes["cache"].choices["dragonfly"].open_source is False
    assert axes["vectorBackend"].choices["mongodb-bundled"].open_source is False
    assert axes["cache"].choices["valkey"].open_source is True
