from __future__ import annotations

from typing import Any

import pytest

from tests.support.catalogue_cases import TABLE, expanded
from tests.support.environment import containers, entries, server_environment
from tests.support.render import find, render
from tests.support.scenarios import MINIMAL, SCENARIOS, merged

APIS = ("external-secrets.io/v1",)


@pytest.mark.parametrize("case", TABLE["shipped"], ids=lambda case: case["name"])
@pytest.mark.requirement("CHART-02", "CHART-03", "CHART-04", "CHART-05")
def test_values_become_variables(case: dict[str, Any]) -> None:
    """The objects carry what the reader makes; test_catalogue_cases.py asks the reader alone, on every Helm."""
    objects = render(merged(MINIMAL, case["values"]))
    container = containers(objects, "Deployment")[-1]
    environment = {**find(objects, "ConfigMap")["data"], **expanded(container["env"])}
    expected = case.get("env", {}).get("server", {})
    assert expected.items() <= environment.items()
    assert not set(case.get("absent", {}).get("server", ())) & environment.keys()
    if "server" in case.get("exactly", ()):
        assert environment.keys() == expected.keys()


@pytest.mark.requirement("CHART-06")
def test_bundled_and_external_parts_mix() -> None:
    values = merged(MINIMAL, SCENARIOS["postgresql-external"], SCENARIOS["cache-valkey"])
    environment = server_environment(render(values))
    assert environment["PG_HOST"] == "db.example.org"
    assert environment["RD_HOST"] == "aeterna-valkey"
    assert environment["QDRANT_URL"] == "http://aeterna-qdrant:6334"


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_variable_is_empty_or_given_twice(scenario: str) -> None:
    objects = render(SCENARIOS[scenario], api_versions=APIS)
    for kind in ("Deployment", "Job"):
        if kind in {item["kind"] for item in objects}:
            for container in containers(objects, kind):
                names = [name for name, _ in entries(container, objects)]
                assert len(names) == len(set(names)), container["name"]
                assert all(text for _, text in entries(container, objects)), container["name"]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_reference_follows_what_it_refers_to(scenario: str) -> None:
    objects = render(SCENARIOS[scenario], api_versions=APIS)
    seen: list[str] = []
    for entry in containers(objects, "Deployment")[-1]["env"]:
        wanted = [name.split(")")[0] for name in entry.get("value", "").split("$(")[1:]]
        assert set(wanted) <= set(seen), entry["name"]
        seen.append(entry["name"])


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_configmap_holds_no_reference_since_nobody_would_fill_it_in(scenario: str) -> None:
    objects = render(SCENARIOS[scenario], api_versions=APIS)
    data = find(objects, "ConfigMap", "aeterna-environment")["data"]
    assert not [name for name, text in data.items() if "$(" in text]


def test_a_plain_value_beside_a_credential_is_shielded_from_expansion() -> None:
    values = merged(MINIMAL, {"cache": {"type": "external", "dragonfly": {"enabled": False}}})
    external = {"cache": {"external": {"host": "r$$(PG_PASSWORD)", "password": "p"}}}
    objects = render(merged(values, external), args=["--skip-schema-validation"])
    assert server_environment(objects)["RD_HOST"] == ":$(REDIS_PASSWORD)@r$$$$(PG_PASSWORD)"


def test_migration_and_wait_know_the_database_and_nothing_else() -> None:
    objects = render(SCENARIOS["everything-outside"])
    for container in (containers(objects, "Deployment")[0], containers(objects, "Job")[0]):
        names = {name for name, _ in entries(container, objects)}
        assert names == {"PG_HOST", "PG_PORT", "PG_DATABASE", "PG_USERNAME", "PG_PASSWORD"}


def test_a_changed_variable_restarts_the_pods() -> None:
    def checksum(level: str) -> str:
        deployment = find(render(merged(MINIMAL, {"aeterna": {"logLevel": level}})), "Deployment")
        text: str = deployment["spec"]["template"]["metadata"]["annotations"]["checksum/environment"]
        return text

    assert checksum("info") == checksum("info") != checksum("debug")


def test_extra_variables_come_last_and_may_refer_to_the_others() -> None:
    extra = [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}]
    objects = render(merged(MINIMAL, {"aeterna": {"extraEnv": extra}}))
    assert containers(objects, "Deployment")[-1]["env"][-1] == extra[0]
