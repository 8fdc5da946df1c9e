"""Everything that would keep an installation from working is found before it starts, with its fix."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from helm_aeterna.errors import Severity
from helm_aeterna.release.preflight import Facts, preflight

if TYPE_CHECKING:
    from collections.abc import Callable

FACTS = Facts(release="aeterna", namespace="here", chart="aeterna")
DEFAULT = {"metadata": {"name": "fast", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}}
OTHER = {"metadata": {"name": "slow"}}


def claim(storage_class: str | None) -> dict[str, Any]:
    spec = {} if storage_class is None else {"storageClassName": storage_class}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": spec}


def stateful(storage_class: str) -> dict[str, Any]:
    templates = [{"metadata": {"name": "d"}, "spec": {"storageClassName": storage_class}}]
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "s"},
        "spec": {"volumeClaimTemplates": templates},
    }


def database(storage_class: str = "") -> dict[str, Any]:
    storage = {"size": "1Gi", **({"storageClass": storage_class} if storage_class else {})}
    return {
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": "Cluster",
        "metadata": {"name": "db"},
        "spec": {"storage": storage},
    }


def codes(facts: Facts) -> list[str]:
    return [finding.code for finding in preflight(facts)]


def test_nothing_is_wrong_with_a_plain_cluster() -> None:
    assert preflight(FACTS) == ()


def test_a_missing_namespace_needs_the_flag() -> None:
    (finding,) = preflight(replace(FACTS, namespace_phase=""))
    assert (finding.code, finding.fix) == ("AET601", "add --create-namespace")
    assert codes(replace(FACTS, namespace_phase="", create_namespace=True)) == []


def test_a_namespace_on_its_way_out_is_refused() -> None:
    assert codes(replace(FACTS, namespace_phase="Terminating", create_namespace=True)) == ["AET602"]


@pytest.mark.parametrize(
    ("status", "revision", "way"),
    [
        ("pending-install", "1", "uninstalls the unfinished revision"),
        ("pending-upgrade", "3", "rolls back the unfinished revision"),
        ("pending-rollback", "4", "rolls back the unfinished revision"),
        ("uninstalling", "2", "uninstalls the unfinished revision"),
    ],
)
def test_a_locked_release_is_left_alone_until_it_is_taken_over(status: str, revision: str, way: str) -> None:
    updated = "2026-11-24 17:20:01.123 +0000 UTC"
    found = {"status": status, "revision": revision, "chart": "aeterna-0.1.0", "updated": updated}
    (finding,) = preflight(replace(FACTS, found=found))
    assert finding.code == "AET603"
    assert f"{status} since 2026-11-24 17:20:01" in finding.problem
    assert "--take-over" in finding.fix
    assert way in finding.fix
    assert codes(replace(FACTS, found=found, take_over=True)) == []


@pytest.mark.parametrize("namespace", ["kube-system", "kube-public"])
def test_the_namespaces_of_kubernetes_are_refused(namespace: str) -> None:
    assert codes(replace(FACTS, namespace=namespace)) == ["AET616"]


def test_a_job_that_failed_needs_kubectl_to_run_again() -> None:
    assert codes(replace(FACTS, failed_jobs=("migrate",))) == []
    (finding,) = preflight(replace(FACTS, failed_jobs=("migrate",), can_delete=False))
    assert (finding.code, finding.where) == ("AET617", "Job/migrate")
    assert "kubectl --namespace here delete job migrate" in finding.fix


@pytest.mark.parametrize("status", ["deployed", "failed", "superseded"])
def test_a_release_that_is_there_or_failed_may_be_upgraded(status: str) -> None:
    assert codes(replace(FACTS, found={"status": status, "chart": "aeterna-0.1.0", "revision": "1"})) == []


def test_a_release_of_another_chart_is_not_overwritten() -> None:
    found = {"status": "deployed", "chart": "aeternal-1.0.0-rc.1", "revision": "1"}
    assert codes(replace(FACTS, found=found)) == ["AET604"]
    assert codes(replace(FACTS, found={**found, "chart": "aeterna-1.0.0-rc.1"})) == []


@pytest.mark.parametrize("wish", [claim(None), database()])
def test_without_a_default_storage_class_the_known_ones_are_named(wish: dict[str, Any]) -> None:
    (finding,) = preflight(replace(FACTS, objects=[wish], storage_classes=[OTHER]))
    assert finding.code == "AET605"
    assert "slow" in finding.fix
    assert codes(replace(FACTS, objects=[wish], storage_classes=[OTHER, DEFAULT])) == []


@pytest.mark.parametrize("make", [claim, stateful, database])
def test_a_storage_class_that_is_not_there_is_found_wherever_it_is_named(make: Callable[[str], dict[str, Any]]) -> None:
    assert codes(replace(FACTS, objects=[make("gold")], storage_classes=[DEFAULT])) == ["AET606"]
    assert codes(replace(FACTS, objects=[make("slow")], storage_classes=[DEFAULT, OTHER])) == []


def test_a_claim_for_a_given_volume_needs_no_class() -> None:
    wish = claim("")
    wish["spec"]["volumeName"] = "mine"
    assert codes(replace(FACTS, objects=[wish], storage_classes=[])) == []


def secret(value: str) -> dict[str, Any]:
    data = {"kms-key": base64.b64encode(value.encode()).decode()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "own"}, "data": data}


def test_a_key_that_is_in_the_cluster_is_never_replaced_by_another() -> None:
    kept = {("own", "kms-key"): hashlib.sha256(b"first").hexdigest()}
    (finding,) = preflight(replace(FACTS, objects=[secret("second")], kept=kept))
    assert (finding.code, finding.severity) == ("AET607", Severity.ERROR)
    assert "second" not in repr(finding)
    assert codes(replace(FACTS, objects=[secret("first")], kept=kept)) == []
    assert codes(replace(FACTS, objects=[secret("first")])) == []


def workload(**container: object) -> dict[str, Any]:
    template = {"spec": {"containers": [{"name": "c", **container}]}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": {"template": template}}


def variable(name: str, **more: object) -> dict[str, Any]:
    return {"env": [{"name": "X", "valueFrom": {"secretKeyRef": {"name": name, "key": "k", **more}}}]}


def test_a_secret_that_pods_wait_for_is_told() -> None:
    (finding,) = preflight(replace(FACTS, objects=[workload(**variable("mine"))]))
    assert (finding.code, finding.severity) == ("AET608", Severity.WARNING)
    assert "mine" in finding.problem


@pytest.mark.parametrize(
    "facts",
    [
        replace(FACTS, objects=[workload(**variable("mine"))], secrets=frozenset({"mine"})),
        replace(FACTS, objects=[workload(**variable("own")), secret("x")]),
        replace(FACTS, objects=[workload(**variable("mine", optional=True))]),
        replace(FACTS, objects=[workload(**variable("db-app")), database()], storage_classes=[DEFAULT]),
        replace(
            FACTS,
            objects=[
                workload(envFrom=[{"secretRef": {"name": "eso"}}]),
                {
                    "kind": "ExternalSecret",
                    "apiVersion": "e.io/v1",
                    "metadata": {"name": "x"},
                    "spec": {"target": {"name": "eso"}},
                },
            ],
        ),
    ],
    ids=["there", "rendered", "optional", "made by an operator", "made by External Secrets"],
)
def test_a_secret_that_is_or_will_be_there_is_not(facts: Facts) -> None:
    assert codes(facts) == []


def test_what_may_not_be_read_is_said_and_no_error() -> None:
    facts = replace(FACTS, namespace_phase=None, storage_classes=None, secrets=None, objects=[claim("gold")])
    assert [(finding.code, finding.severity) for finding in preflight(facts)] == [("AET609", Severity.WARNING)] * 3


def test_all_problems_are_told_at_once() -> None:
    found = {"status": "pending-install", "chart": "aeterna-0.1.0", "revision": "1"}
    facts = replace(
        FACTS, namespace_phase="Terminating", found=found, objects=[claim("gold")], storage_classes=[DEFAULT]
    )
    assert codes(facts) == ["AET602", "AET603", "AET606"]
