from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from helm_aeterna.catalogue.entry import Axis, Catalogue, Container, Part, Place, Row, Setting, read
from tests.support.environment import server_environment
from tests.support.render import CHART, RenderError, render, render_error
from tests.support.scenarios import MINIMAL, merged

if TYPE_CHECKING:
    from pathlib import Path

TREE = yaml.safe_load((CHART / "files" / "catalogue.yaml").read_text())
VALUES = yaml.safe_load((CHART / "values.yaml").read_text())
CATALOGUE: Catalogue = read(Catalogue, TREE)
PARTS = list(CATALOGUE.parts())
CHOICES = [(axis.id, choice) for axis in CATALOGUE for choice in axis.choices.values()]

each_part = pytest.mark.parametrize(("name", "part"), PARTS, ids=[f"{name}-{part.id}" for name, part in PARTS])
each_choice = pytest.mark.parametrize(
    ("axis", "choice"), CHOICES, ids=[f"{axis}-{choice.id}" for axis, choice in CHOICES]
)

ABSENT = object()


def value(path: str) -> object:
    tree: object = VALUES
    for key in path.split("."):
        if not isinstance(tree, Mapping) or key not in tree:
            return ABSENT
        tree = tree[key]
    return tree


def test_every_choice_of_the_design_is_there() -> None:
    assert {axis.id: set(axis.choices) for axis in CATALOGUE} == {
        "vectorBackend": {
            *("qdrant", "qdrant-external", "pgvector", "pinecone", "weaviate", "weaviate-external"),
            *("mongodb", "mongodb-bundled", "vertex-ai", "databricks"),
        },
        "cache": {"dragonfly", "valkey", "external"},
        "postgresql": {"cloudnative-pg", "external"},
        "llm": {"openai", "anthropic", "ollama", "none"},
    }


def test_the_values_defaults_are_the_design_s_as_far_as_they_need_no_credential() -> None:
    for axis in CATALOGUE:
        chosen = axis.choices[axis.fallback or axis.default].values.chosen
        assert all(value(path) == want for path, want in chosen.items())


@each_part
def test_everything_a_part_names_is_a_key_of_the_values(name: str, part: Part) -> None:
    place = part.values
    paths = [place.block, *place.chosen, *(f"{place.block}.{setting}" for setting in part.settings)]
    paths += [path for setting in part.settings.values() for path in setting.also]
    paths += [place.switch] if place.switch else []
    assert [path for path in paths if value(path) is ABSENT] == [], name


@each_part
def test_a_credential_can_come_from_an_existing_secret(name: str, part: Part) -> None:
    if any(setting.secret for setting in part.settings.values()):
        assert value(f"{part.values.block}.existingSecret") == "", name
        assert value(f"{part.values.block}.existingSecretKey"), name


@each_choice
def test_switches_are_the_conditions_of_the_dependencies(axis: str, choice: Part) -> None:
    conditions = {entry["condition"] for entry in yaml.safe_load((CHART / "Chart.yaml").read_text())["dependencies"]}
    if choice.kind == "bundled" and choice.values.switch:
        assert choice.values.switch in conditions, axis
    elif choice.values.switch:
        assert choice.values.switch not in conditions, axis


def test_credentials_that_can_be_there_together_have_names_of_their_own() -> None:
    owners = {(setting.secret, name) for name, part in PARTS for setting in part.settings.values() if setting.secret}
    assert len(owners) == len({name for name, _ in owners})


def test_source_available_software_is_not_called_open_source() -> None:
    licences = {choice.id: (choice.licence, choice.open_source) for _, choice in CHOICES}
    assert licences["dragonfly"] == ("BUSL-1.1", False)
    assert licences["mongodb-bundled"] == ("SSPL-1.0", False)
    assert licences["valkey"] == ("BSD-3-Clause", True)


@each_choice
def test_choosing_by_the_catalogue_is_recognised_by_the_chart(axis: str, choice: Part) -> None:
    """A chart that took the values for another choice would complain about switches, or about another's settings."""
    place = choice.values
    chosen = [nested(path, want) for path, want in place.chosen.items()]
    if choice.kind == "bundled" and place.switch:
        chosen.append(nested(place.switch, want=True))
    switches = {other.values.switch for of, other in CHOICES if of == axis and other.values.switch}
    off = [nested(switch, want=False) for switch in sorted(switches)]
    needed = [setting for setting in choice.settings.values() if setting.required and not setting.within]
    fitting = {"uri": "mongodb://db.example.com/aeterna"}  # what else is free text takes any
    filled = [
        nested(f"{place.block}.{setting.name}", setting.example or fitting.get(setting.name, "x")) for setting in needed
    ]
    assert server_environment(render(merged(MINIMAL, *off, *chosen, *filled)))


def nested(path: str, want: object) -> dict[str, Any]:
    for key in reversed(path.split(".")):
        want = {key: want}
    assert isinstance(want, dict)
    return want


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    copy = tmp_path / "aeterna"
    shutil.copytree(CHART, copy, ignore=shutil.ignore_patterns("charts"))
    return copy


NEW_BACKEND = {
    "label": "Milvus",
    "licence": "Apache-2.0",
    "openSource": True,
    "why": "made up for this test",
    "kind": "managed",
    "values": {"block": "vectorBackend.milvus", "chosen": {"vectorBackend.type": "milvus"}},
    "prefix": "milvus",
    "settings": {
        "address": {"ask": "Address", "required": True},
        "token": {"ask": "Token", "secret": "milvus-token", "required": True},
    },
    "env": {
        "server": [
            {"name": "VECTOR_BACKEND", "value": "milvus", "reader": "library"},
            {"name": "MILVUS_TOKEN", "secret": "token", "reader": "library"},
            {"name": "MILVUS_ADDRESS", "value": "{address}", "reader": "library"},
        ]
    },
}


def add_backend(chart: Path) -> None:
    tree = yaml.safe_load((chart / "files" / "catalogue.yaml").read_text())
    tree["axes"]["vectorBackend"]["choices"]["milvus"] = NEW_BACKEND
    (chart / "files" / "catalogue.yaml").write_text(yaml.safe_dump(tree, sort_keys=False))
    values = yaml.safe_load((chart / "values.yaml").read_text())
    values["vectorBackend"]["milvus"] = {"address": "", "token": "", "existingSecret": "", "existingSecretKey": "token"}
    (chart / "values.yaml").write_text(yaml.safe_dump(values, sort_keys=False))
    (chart / "values.schema.json").unlink()


def test_a_new_backend_needs_its_entry_and_its_values_alone(chart: Path) -> None:
    add_backend(chart)
    milvus = {"vectorBackend": {"type": "milvus", "qdrant": {"enabled": False}, "milvus": {}}}
    problems = render_error(merged(MINIMAL, milvus), chart=chart)
    assert [(problem.code, problem.key) for problem in problems] == [
        ("AET102", "vectorBackend.milvus.address"),
        ("AET103", "vectorBackend.milvus.token"),
    ]
    milvus["vectorBackend"]["milvus"] = {"address": "https://m.example", "token": "t"}
    environment = server_environment(render(merged(MINIMAL, milvus), chart=chart))
    assert environment["MILVUS_ADDRESS"] == "https://m.example"
    assert environment["MILVUS_TOKEN"] == "<aeterna-credentials/milvus-token>"


def test_a_broken_catalogue_is_named(chart: Path) -> None:
    for text in ("axes: [", ""):
        (chart / "files" / "catalogue.yaml").write_text(text)
        with pytest.raises(RenderError, match=r"files/catalogue\.yaml"):
            render(MINIMAL, chart=chart)


SPELT = {"source": "from", "url_safe": "urlSafe", "open_source": "openSource"}
BY_THE_MAP = {"id", "name"}  # the key under which a part or a setting stands


def test_every_key_of_the_format_is_described() -> None:
    """The page people write new entries from knows every key the reader knows."""
    page = (CHART.parents[1] / "docs" / "catalogue.md").read_text()
    types = (Catalogue, Axis, Part, Place, Setting, Row, Container)
    keys = {SPELT.get(field.name, field.name) for kind in types for field in fields(kind)} - BY_THE_MAP
    assert [key for key in sorted(keys) if f"`{key}`" not in page] == []
