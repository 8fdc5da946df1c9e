"""What the server is told about a bundled part is what the subchart makes: Services, ports, Secrets, passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.support.render import Manifest, find, render
from tests.support.scenarios import SCENARIOS, merged
from tests.support.workloads import Pod, environment, pods, references

if TYPE_CHECKING:
    from pathlib import Path

RELEASES = ("aeterna", "my-qdrant", "cache-dragonfly-1", "valkey")
HELMS = ("helm4", "helm3")
DRAGONFLY_WITH_PASSWORD = {
    "dragonfly": {"passwordFromSecret": {"enable": True, "existingSecret": {"name": "cache", "key": "password"}}}
}
VALKEY_WITH_PASSWORD = {
    "valkey": {
        "auth": {
            "enabled": True,
            "usersExistingSecret": "cache",
            "aclUsers": {"default": {"permissions": "~* &* +@all", "passwordKey": "password"}},
        }
    }
}
QDRANT_WITH_KEY = {
    "qdrant": {
        "env": [
            {"name": "QDRANT__SERVICE__API_KEY", "valueFrom": {"secretKeyRef": {"name": "vectors", "key": "api-key"}}}
        ]
    }
}

pytestmark = pytest.mark.helm


def rendered(chart: Path, *layers: dict[str, Any], release: str = "aeterna", helm: str = "helm4") -> list[Manifest]:
    return render(merged(*layers), chart=chart, release=release, helm=helm)


def server(objects: list[Manifest]) -> Pod:
    (found,) = [pod for pod in pods(objects) if pod.labels.get("app.kubernetes.io/component") == "server"]
    return found


def secret_variables(pod: Pod) -> dict[str, tuple[str, str]]:
    """Variables of the main container that come out of Secrets: name -> (Secret, key)."""
    entries = [entry for entry in pod.spec["containers"][0]["env"] if "secretKeyRef" in entry.get("valueFrom", {})]
    found = {entry["name"]: entry["valueFrom"]["secretKeyRef"] for entry in entries}
    return {name: (source["name"], source["key"]) for name, source in found.items()}


def ports(objects: list[Manifest], service: str) -> set[int]:
    return {port["port"] for port in find(objects, "Service", service)["spec"]["ports"]}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("scenario", ["minimal", "cache-valkey"])
def test_the_cache_is_where_the_server_looks_for_it(release: str, scenario: str, chart_with_archives: Path) -> None:
    objects = rendered(chart_with_archives, SCENARIOS[scenario], release=release)
    variables = environment(server(objects), objects)
    assert int(variables["RD_PORT"]) in ports(objects, variables["RD_HOST"])


@pytest.mark.parametrize("release", RELEASES)
def test_qdrant_is_where_the_library_looks_for_it(release: str, chart_with_archives: Path) -> None:
    objects = rendered(chart_with_archives, SCENARIOS["minimal"], release=release)
    url = urlsplit(environment(server(objects), objects)["QDRANT_URL"])
    (grpc,) = [port for port in find(objects, "Service", url.hostname)["spec"]["ports"] if port["name"] == "grpc"]
    assert url.port == grpc["port"]


@pytest.mark.parametrize("release", RELEASES)
def test_weaviate_is_where_the_library_looks_for_it(release: str, chart_with_archives: Path) -> None:
    objects = rendered(chart_with_archives, SCENARIOS["vector-weaviate"], release=release)
    url = urlsplit(environment(server(objects), objects)["WEAVIATE_URL"])
    assert (url.port or 80) in ports(objects, str(url.hostname))


@pytest.mark.parametrize("part", ["qdrant", "dragonfly"])
def test_an_overridden_name_is_followed(part: str, chart_with_archives: Path) -> None:
    objects = rendered(chart_with_archives, SCENARIOS["minimal"], {part: {"fullnameOverride": "elsewhere"}})
    variables = environment(server(objects), objects)
    told = {"qdrant": urlsplit(variables["QDRANT_URL"]).hostname, "dragonfly": variables["RD_HOST"]}
    assert told[part] == "elsewhere"
    assert ports(objects, "elsewhere")


def test_server_and_weaviate_read_the_same_key(chart_with_archives: Path) -> None:
    objects = rendered(chart_with_archives, SCENARIOS["vector-weaviate"])
    (database,) = [pod for pod in pods(objects) if pod.owner.endswith("/weaviate")]
    theirs = secret_variables(database)["AUTHENTICATION_APIKEY_ALLOWED_KEYS"]
    assert secret_variables(server(objects))["WEAVIATE_API_KEY"] == theirs
    name, key = theirs
    assert key in find(objects, "Secret", name)["data"]


def test_server_and_qdrant_read_the_same_key(chart_with_archives: Path) -> None:
    objects = rendered(chart_with_archives, SCENARIOS["minimal"], QDRANT_WITH_KEY)
    assert secret_variables(server(objects))["QDRANT_API_KEY"] == ("vectors", "api-key")
    database = next(pod for pod in pods(objects) if pod.owner == "StatefulSet/aeterna-qdrant")
    assert secret_variables(database)["QDRANT__SERVICE__API_KEY"] == ("vectors", "api-key")


def test_server_and_dragonfly_read_the_same_password(chart_with_archives: Path) -> None:
    objects = rendered(chart_with_archives, SCENARIOS["minimal"], DRAGONFLY_WITH_PASSWORD)
    database = next(pod for pod in pods(objects) if pod.owner.endswith("/aeterna-dragonfly"))
    assert secret_variables(database)["DFLY_requirepass"] == ("cache", "password")
    assert ("cache", "password") in secret_variables(server(objects)).values()
    assert environment(server(objects), objects)["RD_HOST"].endswith("@aeterna-dragonfly")


def test_server_and_valkey_read_the_same_password(chart_with_archives: Path) -> None:
    objects = rendered(chart_with_archives, SCENARIOS["cache-valkey"], VALKEY_WITH_PASSWORD)
    mounted = [item.name for item in references(objects) if item.kind == "Secret" and "valkey" in item.by]
    assert "cache" in mounted
    assert ("cache", "password") in secret_variables(server(objects)).values()


@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_configuration_renders_with_its_subcharts(name: str, helm: str, chart_with_archives: Path) -> None:
    objects = rendered(chart_with_archives, SCENARIOS[name], helm=helm)
    identities = [(item["apiVersion"], item["kind"], item["metadata"]["name"]) for item in objects]
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize("name", SCENARIOS)
def test_subcharts_are_there_exactly_when_they_are_chosen(name: str, chart_with_archives: Path) -> None:
    """Each part shows by the label its chart gives, and by nothing else."""
    objects = rendered(chart_with_archives, SCENARIOS[name])
    labelled = {(item["metadata"].get("labels") or {}).get("app.kubernetes.io/name") for item in objects}
    values = SCENARIOS[name]
    cache, vectors = values.get("cache", {}), values.get("vectorBackend", {})
    expected = {
        "dragonfly": cache.get("dragonfly", {}).get("enabled", True),
        "valkey": cache.get("valkey", {}).get("enabled", False),
        "qdrant": vectors.get("qdrant", {}).get("enabled", True),
        "weaviate": vectors.get("weaviate", {}).get("enabled", False),
        "psmdb-db": vectors.get("mongodb", {}).get("enabled", False),
    }
    assert {part: part in labelled for part in expected} == expected
