from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from helm_aeterna.catalogue.entry import Catalogue, read
from tests.support.environment import containers, entries, server_environment
from tests.support.render import CHART, Manifest, render
from tests.support.scenarios import SCENARIOS, merged

TABLE = yaml.safe_load(Path(__file__).with_name("server-variables.yaml").read_text())
READER = {name: reader for reader, variables in TABLE.items() for name in variables}
ACCEPTS = {name: about["accepts"] for variables in TABLE.values() for name, about in variables.items() if about}
CATALOGUE: Catalogue = read(Catalogue, yaml.safe_load((CHART / "files" / "catalogue.yaml").read_text()))
# The migration is the same program as the server.
ROWS = [row for _, part in CATALOGUE.parts() for rows in part.env.values() for row in rows]

# What only shows with more than a scenario's values.
EXTRA = {
    "hybrid": {"aeterna": {"mode": "hybrid", "centralUrl": "https://central.example.org"}},
    "databricks-schema": merged(SCENARIOS["vector-databricks"], {"vectorBackend": {"databricks": {"schema": "s"}}}),
}
ALL = {**SCENARIOS, **{name: merged(SCENARIOS["minimal"], values) for name, values in EXTRA.items()}}

# Kubernetes starts a pod only with these: without them the server ends with an error, as seen.
NEEDED = {
    *("PG_HOST", "PG_DATABASE", "PG_USERNAME", "PG_PASSWORD", "RD_HOST", "AETERNA_LOCAL_KMS_KEY"),
    *("AETERNA_CONFIG_PATH", "AETERNA_KNOWLEDGE_REPO_PATH"),
}


def objects_of(scenario: str) -> list[Manifest]:
    return render(ALL[scenario], api_versions=["external-secrets.io/v1"])


each_scenario = pytest.mark.parametrize("scenario", ALL)


@each_scenario
def test_every_variable_of_every_container_has_a_reader(scenario: str) -> None:
    objects = objects_of(scenario)
    kinds = {"Deployment", "Job"} & {item["kind"] for item in objects}
    names = {
        name for kind in kinds for container in containers(objects, kind) for name, _ in entries(container, objects)
    }
    assert names - READER.keys() == set()


@each_scenario
def test_what_the_server_needs_to_start_is_there(scenario: str) -> None:
    assert NEEDED - server_environment(objects_of(scenario)).keys() == set()


@each_scenario
def test_values_are_ones_their_reader_understands(scenario: str) -> None:
    environment = server_environment(objects_of(scenario))
    assert {name: text for name, text in environment.items() if text not in ACCEPTS.get(name, [text])} == {}


@each_scenario
def test_a_carrier_feeds_another_variable(scenario: str) -> None:
    environment = server_environment(objects_of(scenario))
    for name in environment.keys() & TABLE["carrier"].keys():
        assert any(f"$({name})" in text for text in environment.values()), name


def test_the_catalogue_names_the_right_readers() -> None:
    assert {row.name: row.reader or "server" for row in ROWS} == {row.name: READER[row.name] for row in ROWS}


def test_every_row_of_the_catalogue_is_rendered_by_some_configuration() -> None:
    rendered = {name for scenario in ALL for name in server_environment(objects_of(scenario))}
    assert {row.name for row in ROWS} - rendered == set()


def test_the_openai_interface_is_asked_only_with_a_key() -> None:
    for scenario in ALL:
        environment = server_environment(objects_of(scenario))
        assert (environment["AETERNA_LLM_PROVIDER"] == "openai") == ("OPENAI_API_KEY" in environment), scenario
