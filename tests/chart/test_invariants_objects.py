"""What holds for every configuration, seen object by object: valid, complete, restricted, pointing at what is there."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.support.kubernetes_schemas import VERSIONS, problems
from tests.support.network_parties import whole
from tests.support.pod_security import violations
from tests.support.policies import selects
from tests.support.render import render
from tests.support.scenarios import SCENARIOS, guarded
from tests.support.workloads import pods, references

Object = Mapping[str, Any]

APIS = ("external-secrets.io/v1",)
every_scenario = pytest.mark.parametrize("scenario", SCENARIOS)

# What CloudNativePG writes into <cluster>-app, and Percona into its Secret of users.
CNPG_KEYS = {"username", "user", "password", "dbname", "host", "port", "pgpass", "uri", "jdbc-uri"}
PERCONA_KEYS = {"MONGODB_DATABASE_ADMIN_USER", "MONGODB_DATABASE_ADMIN_PASSWORD"}


@functools.cache
def objects_of(scenario: str) -> list[dict[str, Any]]:
    return render(guarded(SCENARIOS[scenario]), api_versions=APIS)


@every_scenario
@pytest.mark.parametrize("version", VERSIONS)
def test_no_field_is_unknown_or_wrong(scenario: str, version: str) -> None:
    assert [line for item in objects_of(scenario) for line in problems(item, version)] == []


@every_scenario
@pytest.mark.requirement("CHART-18", "CHART-36")
def test_every_container_has_requests_and_limits(scenario: str) -> None:
    for pod in pods(objects_of(scenario)):
        for container in pod.containers:
            resources = container["resources"]
            assert {"cpu", "memory"} <= resources["requests"].keys(), f"{pod.owner} {container['name']}"
            assert {"cpu", "memory"} <= resources["limits"].keys(), f"{pod.owner} {container['name']}"


@every_scenario
def test_every_pod_is_admitted_under_the_restricted_standard(scenario: str) -> None:
    for pod in pods(objects_of(scenario)):
        assert violations(pod.spec) == [], pod.owner


@every_scenario
def test_pods_mount_no_token_unless_they_use_it(scenario: str) -> None:
    values = SCENARIOS[scenario]
    for pod in pods(objects_of(scenario)):
        used = pod.component == "server" and values.get("aeterna", {}).get("tokenReview", False)
        assert pod.spec["automountServiceAccountToken"] is used, pod.owner


@every_scenario
def test_selectors_match_the_servers_pods_alone(scenario: str) -> None:
    objects = objects_of(scenario)
    by_component = {pod.owner: pod for pod in pods(objects)}
    for item in objects:
        selector = selector_of(item)
        if selector is None:
            continue
        matched = {pod.component for pod in by_component.values() if selects(selector, pod.labels)}
        assert matched == {"server"}, f"{item['kind']}/{item['metadata']['name']}"


def selector_of(item: Object) -> Object | None:
    """The pod selector of a Service, budget or Deployment."""
    if item["kind"] == "Service":
        return {"matchLabels": item["spec"]["selector"]}
    if item["kind"] in {"Deployment", "PodDisruptionBudget"}:
        selector: Object = item["spec"]["selector"]
        return selector
    return None


@every_scenario
def test_a_service_monitor_finds_exactly_the_servers_service(scenario: str) -> None:
    objects = objects_of(scenario)
    services = [item for item in objects if item["kind"] == "Service"]
    for monitor in (item for item in objects if item["kind"] == "ServiceMonitor"):
        (service,) = (one for one in services if selects(monitor["spec"]["selector"], one["metadata"]["labels"]))
        ports = {port["name"] for port in service["spec"]["ports"]}
        assert {endpoint["port"] for endpoint in monitor["spec"]["endpoints"]} <= ports


@every_scenario
def test_service_ports_lead_to_ports_of_the_container(scenario: str) -> None:
    objects = objects_of(scenario)
    (server,) = (pod for pod in pods(objects) if pod.component == "server")
    names = [port["name"] for port in server.spec["containers"][-1]["ports"]]
    for item in objects:
        if item["kind"] == "Service":
            assert [port["targetPort"] for port in item["spec"]["ports"]] == names


@every_scenario
def test_every_reference_leads_somewhere(scenario: str) -> None:
    values = whole(SCENARIOS[scenario])
    objects = objects_of(scenario)
    made = dict(stored_keys(objects))
    declared = dict(declared_secrets(values))
    names = {(item["kind"], item["metadata"]["name"]) for item in objects}
    for reference in references(objects):
        if reference.kind == "Secret" and reference.key is not None:
            keys = made.get(reference.name, set()) | declared.get(reference.name, set())
            assert reference.key in keys, reference
        elif reference.kind == "ServiceAccount" and not values["serviceAccount"]["create"]:
            assert reference.name == values["serviceAccount"]["name"]
        else:
            assert (reference.kind, reference.name) in names, reference


def stored_keys(objects: list[dict[str, Any]]) -> Iterator[tuple[str, set[str]]]:
    """Secrets that come with the release, and their keys."""
    for item in objects:
        name = item["metadata"]["name"]
        if item["kind"] == "Secret":
            yield name, set(item["data"])
        if item["kind"] == "ExternalSecret":
            yield item["spec"]["target"]["name"], {entry["secretKey"] for entry in item["spec"]["data"]}
        if item["kind"] == "Cluster":
            yield f"{name}-app", CNPG_KEYS
    yield "aeterna-psmdb-db-secrets", PERCONA_KEYS


def declared_secrets(values: Object) -> Iterator[tuple[str, set[str]]]:
    """Secrets the user says are there, with the keys the values name or default to."""
    if name := values.get("existingSecret"):
        yield name, {str(values.get("existingSecretKey")), *values.get("existingSecretKeys", {}).values()}
    for value in values.values():
        if isinstance(value, Mapping):
            yield from declared_secrets(value)


@every_scenario
def test_credentials_stand_in_secrets_alone(scenario: str) -> None:
    for item in objects_of(scenario):
        assert item["kind"] == "Secret" or "canary" not in str(item), item["metadata"]["name"]
