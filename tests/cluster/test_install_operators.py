"""Bundled PostgreSQL: the operator first, then the chart; what uninstall leaves; what a second key would destroy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.installs import BUNDLED, EXTERNAL, KEY, SECRETS, Installs
from tests.support.live_cluster import eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helm_aeterna.formats import Tree
    from tests.support.live_cluster import LiveCluster

pytestmark = [pytest.mark.cluster, pytest.mark.helm]
HERE = "bundled"
OTHER_KEY = "b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyb3Q="


@pytest.fixture(params=["helm3", "helm4"])
def installs(
    request: pytest.FixtureRequest, tmp_path: Path, chart_with_archives: Path, fresh_cluster: Callable[[], LiveCluster]
) -> Installs:
    cluster = fresh_cluster()
    cluster.kubectl("create", "namespace", HERE)
    made = Installs(
        folder=tmp_path / "out", chart=chart_with_archives, cluster=cluster, namespace=HERE, helm=request.param
    )
    return made.values(BUNDLED)


def definitions(installs: Installs) -> list[str]:
    text = installs.cluster.kubectl("get", "crd", "-o", "name")
    return [line for line in text.splitlines() if "cnpg.io" in line]


def test_a_dry_run_without_the_operator_checks_the_operator_alone(installs: Installs) -> None:
    ran = installs.install("--dry-run=server", "--json")
    assert ran.code == 0, ran.err
    assert [step["title"] for step in ran.tree["steps"]] == ["operator cnpg in namespace cnpg-system"]
    assert "only the operator was checked" in ran.tree["remark"]
    assert definitions(installs) == []
    assert installs.cluster.get("namespace", "cnpg-system") == {}


def test_without_the_operator_and_none_allowed_it_is_refused(installs: Installs) -> None:
    ran = installs.install("--skip-operators")
    assert (ran.code, ran.codes[-1]) == (5, "AET610")
    assert definitions(installs) == []


@pytest.mark.requirement("CHART-01")
def test_from_an_empty_cluster_to_a_running_release_and_back(installs: Installs) -> None:
    first = installs.install("--test", "--json")
    assert first.code == 0, first.err
    assert [step["title"].split()[0] for step in first.tree["steps"]] == ["operator", "release", "what", "tests"]
    words = {one["name"]: one["words"] for one in first.tree["objects"]}
    assert words["Cluster/aeterna-db"] == "3 of 3 instances ready: Cluster in healthy state"
    assert {"Deployment/aeterna-dragonfly", "StatefulSet/aeterna-qdrant", "Deployment/aeterna"} <= set(words)
    assert sum(step["seconds"] for step in first.tree["steps"]) < 300
    assert all(one["state"] == "ready" for one in first.tree["objects"])

    before = installs.objects(), operator(installs)
    second = installs.install("--json")
    assert second.code == 0, second.err
    assert [step["title"].split()[0] for step in second.tree["steps"]] == ["release", "what"]
    assert (installs.objects(), operator(installs)) == before

    used = installs.run("uninstall", "--operators", "--json")
    assert used.code == 0, used.err
    assert used.tree["removed"] == [f"release aeterna in namespace {HERE}"]
    stays = {entry["what"]: entry["command"] for entry in used.tree["stays"]}
    assert {"Secret/aeterna-credentials", "Cluster/aeterna-db"} <= set(stays)
    assert any("used by Cluster/aeterna-db in bundled" in what for what in stays)
    assert installs.cluster.items("deployment,statefulset", namespace=HERE) == []

    for what, command in stays.items():
        if not what.startswith("operator"):
            installs.cluster.kubectl(*command.split()[1:])
    last = installs.run("uninstall", "--operators", "--json")
    assert last.code == 0, last.err
    assert last.tree["removed"] == ["release cnpg in namespace cnpg-system"]
    (left,) = last.tree["stays"]
    assert left["command"].startswith("kubectl delete crd ")

    install_again_where_definitions_stayed(installs)
    installs.cluster.kubectl(*left["command"].split()[1:])
    assert definitions(installs) == []
    assert installs.cluster.items("persistentvolumeclaim,pod,service", namespace=HERE) == []


def install_again_where_definitions_stayed(installs: Installs) -> None:
    # Definitions stay by the operator's policy; they are no operator.
    again = installs.install("--json")
    assert again.code == 0, again.err
    assert [step["title"].split()[0] for step in again.tree["steps"]] == ["operator", "release", "what"]
    installs.cluster.kubectl("delete", "-n", HERE, "cluster.postgresql.cnpg.io", "aeterna-db")
    assert installs.run("uninstall", "--operators").code == 0
    for one in installs.cluster.items("persistentvolumeclaim,secret", namespace=HERE):
        installs.cluster.kubectl("delete", "-n", HERE, one["kind"], one["metadata"]["name"])


def operator(installs: Installs) -> list[object]:
    found = installs.cluster.items("deployment,service", namespace="cnpg-system")
    return [(one["metadata"]["name"], one["metadata"].get("generation"), one["spec"]) for one in found]


def test_the_key_of_an_earlier_release_is_never_replaced(installs: Installs) -> None:
    assert installs.install().code == 0
    assert installs.run("uninstall").code == 0
    other = installs.values(BUNDLED, secrets={**SECRETS, "aeterna": {"kmsKey": OTHER_KEY}})
    ran = other.install()
    assert (ran.code, ran.codes[-1]) == (4, "AET607")
    assert KEY not in ran.err
    assert OTHER_KEY not in ran.err
    again = installs.values(BUNDLED).install("--json")
    assert again.code == 0, again.err
    assert all(one["state"] == "ready" for one in again.tree["objects"])


def test_a_database_that_does_not_get_ready_is_told(installs: Installs) -> None:
    """Helm does not wait for custom resources; the program does, and says how far they are."""
    assert installs.install().code == 0
    installs.cluster.kubectl(
        "annotate", "-n", HERE, "cluster.postgresql.cnpg.io", "aeterna-db", "test.aeterna.dev/outcome=unready"
    )
    ran = installs.install("--timeout=5s", "--json")
    assert ran.code == 6
    problems = {one["where"]: one["problem"] for one in ran.tree["findings"]}
    assert "0 of 3 instances ready: Setting up primary" in problems["Cluster/aeterna-db"]


def test_every_bundled_database_brings_its_own_operator(installs: Installs) -> None:
    mongodb: dict[str, Tree] = {
        **EXTERNAL,
        "vectorBackend": {"type": "mongodb", "qdrant": {"enabled": False}, "mongodb": {"enabled": True}},
    }
    ran = installs.values(mongodb).install("--json")
    assert ran.code == 0, ran.err
    assert ran.tree["steps"][0]["title"] == "operator psmdb-operator in namespace psmdb-operator"
    assert len([step for step in ran.tree["steps"] if step["title"].startswith("operator")]) == 1
    states = {one["name"]: one["state"] for one in ran.tree["objects"]}
    assert states["PerconaServerMongoDB/aeterna-psmdb-db"] == "ready"
    assert definitions(installs) == []


def test_an_operator_that_does_not_run_is_repaired(installs: Installs) -> None:
    assert installs.install().code == 0
    kubectl, deployment = installs.cluster.kubectl, "deployment/cnpg-cloudnative-pg"
    kubectl("scale", "-n", "cnpg-system", deployment, "--replicas=0")
    kubectl("annotate", "-n", "cnpg-system", deployment, "meta.helm.sh/release-name=theirs", "--overwrite")
    eventually(lambda: not installs.cluster.items("pod", namespace="cnpg-system"))
    foreign = installs.install()
    assert (foreign.code, foreign.codes[-1]) == (5, "AET611"), foreign.err
    kubectl("annotate", "-n", "cnpg-system", deployment, "meta.helm.sh/release-name=cnpg", "--overwrite")
    ours = installs.install()
    assert ours.code == 0, ours.err
    assert "operator cnpg in namespace cnpg-system" in ours.err
    assert operator(installs)[0][2]["replicas"] == 1  # type: ignore[index]
