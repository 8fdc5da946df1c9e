"""The test cluster behaves like a real one where it matters: nodes, claims, Jobs, pods, databases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ci.testbed import cluster as testbed
from ci.testbed.folder import Folder
from tests.cluster.conftest import start
from tests.support.live_cluster import LiveCluster, Manifest, condition, eventually, pod

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.cluster

OUTCOME = "test.aeterna.dev/outcome"
SPEC: Manifest = {"containers": [{"name": "main", "image": "registry.invalid/sample:1"}], "restartPolicy": "Never"}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveCluster]:
    """Start one cluster for the tests that only look at how it behaves."""
    folder = Folder(root=tmp_path_factory.mktemp("lifecycle") / "cluster")
    yield start(folder)
    testbed.down(folder)


def test_three_nodes_in_three_zones_are_ready(own: LiveCluster) -> None:
    nodes = own.items("nodes")
    assert {node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in nodes} == {
        "zone-1",
        "zone-2",
        "zone-3",
    }
    assert {condition(node, "Ready") for node in nodes} == {"True"}


def test_the_server_knows_its_version(own: LiveCluster) -> None:
    assert json.loads(own.kubectl("version", "-o", "json"))["serverVersion"]["gitVersion"] == "v1.36.3"


def test_the_kubeconfig_is_private_and_names_its_context(own: LiveCluster) -> None:
    assert own.kubeconfig.stat().st_mode & 0o777 == 0o600
    keys = sorted(own.kubeconfig.parent.glob("clusters/*/pki/*.key"))
    assert [key.name for key in keys] == ["admin.key", "ca.key"]
    assert {key.stat().st_mode & 0o777 for key in keys} == {0o600}
    assert own.kubectl("config", "current-context").strip() == "kwok-aeterna-test"


def test_a_claim_is_bound_and_its_volume_goes_with_it(own: LiveCluster) -> None:
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
    own.apply(
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": claim},
        {**pod("claims"), "spec": {**SPEC, "volumes": [volume]}},
    )
    own.kubectl("wait", "--for=jsonpath={.status.phase}=Bound", "pvc/data", "--timeout=20s")
    own.kubectl("wait", "--for=condition=Ready", "pod/claims", "--timeout=20s")
    own.kubectl("delete", "pod/claims", "pvc/data", "--timeout=20s")
    eventually(lambda: not own.items("persistentvolumes"))


def job(name: str, **spec: Manifest | int) -> Manifest:
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": spec}


def test_a_job_completes(own: LiveCluster) -> None:
    own.apply(
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "job"}, "spec": {"template": {"spec": SPEC}}}
    )
    own.kubectl("wait", "--for=condition=Complete", "job/job", "--timeout=20s")


def test_a_job_fails_on_demand(own: LiveCluster) -> None:
    template = {"metadata": {"annotations": {OUTCOME: "fail"}}, "spec": SPEC}
    own.apply(job("bad-job", backoffLimit=0, template=template))
    own.kubectl("wait", "--for=condition=Failed", "job/bad-job", "--timeout=20s")


def test_a_helm_test_pod_completes(own: LiveCluster) -> None:
    own.apply(pod("helm-test", **{"helm.sh/hook": "test"}))
    own.kubectl("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/helm-test", "--timeout=20s")
    assert own.kubectl("logs", "helm-test") == "no container runs in this cluster\n"


@pytest.mark.parametrize(
    ("outcome", "phase", "reason"),
    [("crash", "Running", "CrashLoopBackOff"), ("image", "Pending", "ImagePullBackOff"), ("unready", "Running", "")],
)
def test_a_pod_goes_wrong_on_demand(own: LiveCluster, outcome: str, phase: str, reason: str) -> None:
    name = f"wrong-{outcome}"
    own.apply(pod(name, **{OUTCOME: outcome, "helm.sh/hook": "test"}))

    def reported() -> dict[str, Any]:
        found = own.get("pod", name)
        return found if found["status"].get("containerStatuses") else {}

    found = eventually(reported)
    assert found["status"]["phase"] == phase
    assert condition(found, "Ready") == "False"
    (container,) = found["status"]["containerStatuses"]
    assert container["state"].get("waiting", {}).get("reason", "") == reason


def test_pod_security_admission_is_on(own: LiveCluster) -> None:
    own.kubectl("create", "namespace", "strict")
    own.kubectl("label", "namespace", "strict", "pod-security.kubernetes.io/enforce=restricted")
    with pytest.raises(AssertionError, match="violates PodSecurity"):
        own.apply(pod("plain"), namespace="strict")


def definition(plural: str, group: str, kind: str) -> Manifest:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "schema": {"openAPIV3Schema": schema},
    }
    names = {"kind": kind, "plural": plural, "singular": kind.lower(), "listKind": f"{kind}List"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {"group": group, "scope": "Namespaced", "names": names, "versions": [version]},
    }


def serve(cluster: LiveCluster, plural: str, group: str, kind: str) -> None:
    cluster.apply(definition(plural, group, kind))
    cluster.kubectl("wait", "--for=condition=Established", f"crd/{plural}.{group}", "--timeout=20s")


def operator(name: str) -> Manifest:
    labels = {"app.kubernetes.io/name": name}
    spec = {"containers": SPEC["containers"]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": labels},
        "spec": {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": spec}},
    }


def database(name: str, **annotations: str) -> Manifest:
    return {
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": "Cluster",
        "metadata": {"name": name, "annotations": annotations},
        "spec": {"instances": 3, "bootstrap": {"initdb": {"database": "memory", "owner": "aeterna"}}},
    }


def test_a_bundled_database_gets_ready_once_its_operator_runs(own: LiveCluster) -> None:
    serve(own, "clusters", "postgresql.cnpg.io", "Cluster")
    own.apply(database("db"), database("stuck", **{OUTCOME: "unready"}))
    assert "status" not in own.get("cluster", "db")
    own.apply(operator("cloudnative-pg"))
    own.kubectl("wait", "--for=condition=Ready", "cluster/db", "--timeout=20s")

    found = own.get("cluster", "db")["status"]
    assert (found["phase"], found["readyInstances"]) == ("Cluster in healthy state", 3)
    assert {f"db-{suffix}" for suffix in ("rw", "ro", "r")} <= {
        service["metadata"]["name"] for service in own.items("services")
    }
    secret = own.get("secret", "db-app")
    assert len(secret["data"]) == 11
    assert eventually(lambda: condition(own.get("cluster", "stuck"), "Ready")) == "False"

    own.kubectl("delete", "cluster/db", "--timeout=20s")
    eventually(lambda: not own.get("secret", "db-app"))


def test_a_bundled_replica_set_gets_ready_and_goes_with_its_operators_help(own: LiveCluster) -> None:
    serve(own, "perconaservermongodbs", "psmdb.percona.com", "PerconaServerMongoDB")
    finalizer = "percona.com/delete-psmdb-pods-in-order"
    mongo = {
        "apiVersion": "psmdb.percona.com/v1",
        "kind": "PerconaServerMongoDB",
        "metadata": {"name": "mongo", "finalizers": [finalizer]},
        "spec": {"replsets": [{"name": "rs0", "size": 3}]},
    }
    own.apply(mongo, operator("psmdb-operator"))
    own.kubectl("wait", "--for=jsonpath={.status.state}=ready", "perconaservermongodb/mongo", "--timeout=20s")
    assert "MONGODB_DATABASE_ADMIN_PASSWORD" in own.get("secret", "mongo-secrets")["data"]
    own.kubectl("delete", "perconaservermongodb/mongo", "--timeout=20s")
    eventually(lambda: not own.get("service", "mongo-rs0"))
