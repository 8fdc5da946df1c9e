from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from helm_aeterna.catalogue import load
from helm_aeterna.catalogue.load import load_catalogue
from tests.support.environment import server_environment
from tests.support.render import CHART, RenderError, render, render_error
from tests.support.scenarios import MINIMAL, merged

if TYPE_CHECKING:
    from pathlib import Path

    from helm_aeterna.catalogue.entry import Choice, Setting

TREE = yaml.safe_load((CHART / "files" / "catalogue.yaml").read_text())
VALUES = yaml.safe_load((CHART / "values.yaml").read_text())
CATALOGUE = load_catalogue(TREE, "catalogue.yaml")
CHOICES = [(axis.id, choice) for axis in CATALOGUE for choice in axis.choices.values()]

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
        "core": {"server"},
        "vectorBackend": {
            *("qdrant", "qdrant-external", "pgvector", "pinecone", "weaviate", "weaviate-external"),
            *("mongodb", "mongodb-bundled", "vertex-ai", "databricks"),
        },
        "cache": {"dragonfly", "valkey", "external"},
        "postgresql": {"cloudnative-pg", "external"},
        "llm": {"openai", "anthropic", "ollama", "none"},
    }


def test_the_design_s_defaults_are_the_values_defaults() -> None:
    for axis in CATALOGUE:
        if axis.flag:
            assert all(value(path) == want for path, want in axis.choices[axis.default].chosen.items())


@each_choice
def test_everything_a_choice_names_is_a_key_of_the_values(axis: str, choice: Choice) -> None:
    paths = [choice.block, *choice.chosen, *(choice.path(name) for name in choice.settings)]
    paths += [path for setting in choice.settings.values() for path in setting.also]
    paths += [choice.switch] if choice.switch else []
    assert [path for path in paths if value(path) is ABSENT] == [], axis


@each_choice
def test_a_credential_can_come_from_an_existing_secret(axis: str, choice: Choice) -> None:
    if any(setting.secret for setting in choice.settings.values()):
        assert value(f"{choice.block}.existingSecret") == "", axis
        assert value(f"{choice.block}.existingSecretKey"), axis


@each_choice
def test_switches_are_the_conditions_of_the_dependencies(axis: str, choice: Choice) -> None:
    conditions = {entry["condition"] for entry in yaml.safe_load((CHART / "Chart.yaml").read_text())["dependencies"]}
    if choice.kind == "bundled" and choice.switch:
        assert choice.switch in conditions, axis
    elif choice.switch:
        assert choice.switch not in conditions, axis


def test_credentials_that_can_be_there_together_have_names_of_their_own() -> None:
    owners = {
        (setting.secret, axis) for axis, choice in CHOICES for setting in choice.settings.values() if setting.secret
    }
    assert len(owners) == len({name for name, _ in owners})


def test_source_available_software_is_not_called_open_source() -> None:
    licences = {choice.id: (choice.licence, choice.open_source) for _, choice in CHOICES}
    assert licences["dragonfly"] == ("BUSL-1.1", False)
    assert licences["mongodb-bundled"] == ("SSPL-1.0", False)
    assert licences["valkey"] == ("BSD-3-Clause", True)


@each_choice
def test_choosing_by_the_catalogue_is_recognised_by_the_chart(axis: str, choice: Choice) -> None:
    """A chart that took the values for another choice would complain about switches, or about another's settings."""
    chosen = [nested(path, want) for path, want in choice.chosen.items()]
    switches = {other.switch for of, other in CHOICES if of == axis and other.switch} - choice.chosen.keys()
    off = [nested(switch, want=False) for switch in sorted(switches)]
    needed = [setting for setting in choice.settings.values() if setting.required and not setting.within]
    filled = [nested(choice.path(setting.name), example(setting)) for setting in needed]
    objects = render(merged(MINIMAL, *off, *chosen, *filled))
    assert server_environment(objects)


def example(setting: Setting) -> str:
    return MINIMAL["aeterna"]["kmsKey"] if setting.name == "kmsKey" else setting.example or "x"


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
    "chosen": {"vectorBackend.type": "milvus"},
    "block": "vectorBackend.milvus",
    "prefix": "milvus",
    "settings": {
        "address": {"ask": "Address", "required": True},
        "token": {"ask": "Token", "secret": "milvus-token", "required": True},
    },
    "env": [
        {"name": "VECTOR_BACKEND", "value": "milvus", "reader": "library"},
        {"name": "MILVUS_TOKEN", "secret": "token", "reader": "library"},
        {"name": "MILVUS_ADDRESS", "value": "{address}", "reader": "library"},
    ],
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


def test_every_key_of_the_format_is_described() -> None:
    """The page people write new entries from knows every key the loader knows."""
    page = (CHART.parents[1] / "docs" / "catalogue.md").read_text()
    keys = {*load._AXIS, *load._CHOICE, *load._SETTING, *load._ROW}
    assert [key for key in sorted(keys) if key not in page] == []
