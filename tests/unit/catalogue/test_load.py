"""How a catalogue is read: what cannot be used is refused, each mistake with its exact place."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml

from helm_aeterna.adapters.chart import read_catalogue_schema
from helm_aeterna.catalogue.entry import Catalogue, kebab, read
from helm_aeterna.catalogue.references import references
from helm_aeterna.checks.catalogue import load_catalogue, schema_problems
from helm_aeterna.errors import CheckError, Finding, PrerequisiteError
from tests.support.catalogue_cases import FOLDER, TABLE, shipped_catalogue, small_catalogue, wider_catalogue
from tests.support.models import real_chart

SCHEMA = read_catalogue_schema()
BROKEN: dict[str, list[dict[str, Any]]] = yaml.safe_load((FOLDER / "broken.yaml").read_text())


def catalogue_of(tree: Any) -> Catalogue:
    found: Catalogue = read(Catalogue, tree)
    return found


def broken(entry: dict[str, Any]) -> Any:
    """The chart's catalogue, and more parts, with one mistake in it."""
    tree = copy.deepcopy(wider_catalogue())
    (path, value), *_ = entry["set"].items() if "set" in entry else [(entry["drop"], None)]
    *steps, last = (step.replace("/", ".") for step in path.split("."))
    branch: Any = tree
    for step in steps:
        branch = branch[int(step)] if isinstance(branch, list) else branch.setdefault(step, {})
    key = int(last) if isinstance(branch, list) or last == "403" else last
    if "drop" in entry:
        del branch[key]
    else:
        branch[key] = value
    return tree


def test_the_shipped_catalogue_keeps_its_schema_and_agrees_with_itself() -> None:
    for tree in (shipped_catalogue(), wider_catalogue()):
        assert schema_problems(tree, SCHEMA) == []
        assert references(catalogue_of(tree)) == []


@pytest.mark.parametrize(
    ("kind", "entry"),
    [(kind, entry) for kind, entries in BROKEN.items() for entry in entries],
    ids=lambda value: value if isinstance(value, str) else str(value.get("set", value.get("drop"))),
)
def test_a_mistake_is_found_at_its_place(kind: str, entry: dict[str, Any]) -> None:
    tree = broken(entry)
    found = schema_problems(tree, SCHEMA) if kind == "schema" else references(catalogue_of(tree))
    assert any(one.where == entry["place"] and entry["says"] in f"{one.problem} | {one.fix}" for one in found), found
    assert len(found) <= entry.get("most", 3), found
    with pytest.raises((CheckError, PrerequisiteError)):
        load_catalogue(tree, lambda: SCHEMA, "catalogue.yaml", strict=True)


def test_there_are_forty_mistakes() -> None:
    assert sum(map(len, BROKEN.values())) >= 40


@pytest.mark.parametrize("entry", TABLE["grammar"], ids=lambda entry: entry["name"])
def test_rows_that_the_two_readers_could_understand_differently_are_refused(entry: dict[str, Any]) -> None:
    tree = small_catalogue(entry["rows"])
    assert schema_problems(tree, SCHEMA) == []
    found = [one.problem for one in references(catalogue_of(tree)) if "settings" not in one.where]
    assert bool(found) == ("broken" in entry), found
    assert "broken" not in entry or any(entry["broken"] in problem for problem in found), found


def refused(tree: Any, *, strict: bool = False) -> tuple[Finding, ...]:
    with pytest.raises(CheckError) as caught:
        load_catalogue(tree, lambda: SCHEMA, "catalogue.yaml", strict=strict)
    assert caught.value.where == "catalogue.yaml"
    return caught.value.findings


@pytest.mark.parametrize("tree", [None, [], "x", {}, {"version": 2}, {"version": 1, "axes": {}}], ids=str)
def test_what_is_no_catalogue_is_refused(tree: Any) -> None:
    assert refused(tree)


def test_a_catalogue_that_does_not_build_is_explained_in_any_case() -> None:
    tree = shipped_catalogue()
    tree["axes"]["cache"]["choices"]["valkey"]["labl"] = "x"
    tree["axes"]["cache"]["choices"]["dragonfly"]["kind"] = "rented"
    assert [one.where.rpartition(".choices.")[2] for one in refused(tree)] == ["dragonfly.kind", "valkey.labl"]


def test_a_catalogue_of_somebody_s_own_is_held_to_everything() -> None:
    tree = shipped_catalogue()
    tree["axes"]["cache"]["choices"]["valkey"]["openSource"] = "yes"
    load_catalogue(tree, lambda: SCHEMA, "catalogue.yaml")
    assert [one.problem for one in refused(tree, strict=True)] == ["must be true or false, is 'yes'"]


def test_two_choices_cannot_ask_under_one_name() -> None:
    tree = shipped_catalogue()
    tree["axes"]["cache"]["choices"]["external"]["settings"]["host"]["id"] = "postgresql-host"
    (found,) = references(catalogue_of(tree))
    assert "asks under the id postgresql-host" in found.problem


def test_a_check_knows_the_settings_of_its_part_alone() -> None:
    tree = shipped_catalogue()
    tree["axes"]["cache"]["choices"]["external"]["check"] |= {"host": "{hots}", "credential": "pasword"}
    assert [one.problem for one in references(catalogue_of(tree))] == [
        "hots is not one of its settings",
        "pasword is not one of its settings",
    ]


def test_a_newer_catalogue_is_refused_with_the_fix() -> None:
    with pytest.raises(PrerequisiteError) as caught:
        load_catalogue(shipped_catalogue() | {"version": 3}, lambda: SCHEMA, "c.yaml")
    assert "update the plugin" in caught.value.fix


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
