"""What holds for the release as a whole, bundled stores and operators included: names, policies, security."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import network_parties as net
from tests.support.pod_security import violations
from tests.support.policies import selects
from tests.support.render import render
from tests.support.scenarios import SCENARIOS, guarded, merged
from tests.support.workloads import pods

if TYPE_CHECKING:
    from pathlib import Path

OPERATORS = {"operators": {"cloudnativePg": {"install": True}, "perconaMongodb": {"install": True}}}
BUNDLED = {
    "defaults": SCENARIOS["minimal"],
    "valkey": SCENARIOS["cache-valkey"],
    "weaviate": SCENARIOS["vector-weaviate"],
    "mongodb": SCENARIOS["vector-mongodb-bundled"],
    "operators": merged(SCENARIOS["vector-mongodb-bundled"], OPERATORS),
}
# Releases whose name holds a chart's name: the rule that shortens full names makes them meet.
RELEASES = ("a", "aeterna", "qdrant", "my-dragonfly", "valkey")
# The API server calls them from addresses no policy can name.
UNGUARDED = {"cloudnative-pg", "psmdb-operator"}

every_bundle = pytest.mark.parametrize("bundle", BUNDLED)


def objects_of(bundle: str, chart: Path, release: str = "aeterna") -> list[dict[str, Any]]:
    apis = ("postgresql.cnpg.io/v1", "psmdb.percona.com/v1")
    return render(guarded(BUNDLED[bundle]), chart=chart, release=release, api_versions=apis)


@every_bundle
@pytest.mark.parametrize("release", RELEASES)
def test_no_two_objects_have_one_name(bundle: str, release: str, chart_with_archives: Path) -> None:
    objects = objects_of(bundle, chart_with_archives, release)
    names = Counter((item["kind"], item["metadata"]["name"]) for item in objects)
    assert [name for name, count in names.items() if count > 1] == []


@every_bundle
def test_each_pod_but_an_operators_has_one_policy(bundle: str, chart_with_archives: Path) -> None:
    objects = objects_of(bundle, chart_with_archives)
    policies = [item for item in objects if item["kind"] == "NetworkPolicy"]
    for pod in pods(objects):
        wanted = 0 if pod.labels.get("app.kubernetes.io/name") in UNGUARDED else 1
        selecting = [p["metadata"]["name"] for p in policies if selects(p["spec"]["podSelector"], pod.labels)]
        assert len(selecting) == wanted, f"{pod.owner}: {selecting}"


@every_bundle
def test_our_selectors_never_reach_other_charts_pods(bundle: str, chart_with_archives: Path) -> None:
    objects = objects_of(bundle, chart_with_archives)
    for item in objects:
        if item["kind"] == "Service" and item["metadata"]["labels"].get("app.kubernetes.io/part-of") == "aeterna":
            matched = {
                pod.owner for pod in pods(objects) if selects({"matchLabels": item["spec"]["selector"]}, pod.labels)
            }
            assert matched == {"Deployment/aeterna"}


@every_bundle
def test_what_the_server_dials_is_a_service_of_the_release(bundle: str, chart_with_archives: Path) -> None:
    objects = objects_of(bundle, chart_with_archives)
    offered = {
        (item["metadata"]["name"], port["port"])
        for item in objects
        if item["kind"] == "Service"
        for port in item["spec"]["ports"]
    }
    # what the operators make once they see their custom resource
    offered |= {("aeterna-db-rw", 5432), ("aeterna-psmdb-db-rs0", 27017)}
    assert {(dial.host, dial.port) for dial in net.dials(objects)} <= offered


@every_bundle
def test_every_pod_is_admitted_under_the_restricted_standard(bundle: str, chart_with_archives: Path) -> None:
    for pod in pods(objects_of(bundle, chart_with_archives)):
        # Qdrant's own test pod cannot be configured: the notes run our test alone.
        if not pod.owner.startswith("Pod/aeterna-qdrant-test"):
            assert violations(pod.spec) == [], pod.owner


@every_bundle
def test_no_service_opens_to_the_world_by_itself(bundle: str, chart_with_archives: Path) -> None:
    for item in objects_of(bundle, chart_with_archives):
        assert item["kind"] != "Service" or item["spec"].get("type", "ClusterIP") == "ClusterIP", item["metadata"][
            "name"
        ]
