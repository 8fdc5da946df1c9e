"""Shows that the judges of rendered objects do find fault, since other tests believe them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.kubernetes_schemas import problems
from tests.support.pod_security import violations

SERVICE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web"},
    "spec": {"ports": [{"port": 80}]},
}
CLUSTER: dict[str, Any] = {
    "apiVersion": "postgresql.cnpg.io/v1",
    "kind": "Cluster",
    "metadata": {"name": "db"},
    "spec": {"instances": 1, "storage": {"size": "1Gi"}},
}


@pytest.mark.parametrize("manifest", [SERVICE, CLUSTER], ids=["built-in", "custom"])
def test_a_good_object_passes(manifest: dict[str, Any]) -> None:
    assert problems(manifest, "1.29") == []


@pytest.mark.parametrize(
    ("manifest", "spec"),
    [
        (SERVICE, {"prots": []}),
        (SERVICE, {"ports": [{"port": "eighty"}]}),
        (CLUSTER, {"instances": "one"}),
        (CLUSTER, {"storage": {"size": "1Gi", "storageClassName": "fast"}}),
        (CLUSTER, {"backup": {"barmanObjectStore": {"destinationPath": "s3://b", "s3": {}}}}),
    ],
)
def test_unknown_fields_and_wrong_types_are_found(manifest: dict[str, Any], spec: dict[str, Any]) -> None:
    found = problems({**manifest, "spec": {**manifest["spec"], **spec}}, "1.29")
    assert len(found) == 1
    assert found[0].startswith(f"{manifest['kind']}/{manifest['metadata']['name']} $.spec")


def test_a_kind_nobody_describes_is_an_error() -> None:
    with pytest.raises(LookupError, match=r"Nothing example\.org/v1"):
        problems({"apiVersion": "example.org/v1", "kind": "Nothing", "metadata": {"name": "x"}}, "1.29")


RESTRICTED: dict[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def pod_spec(changes: dict[str, Any]) -> dict[str, Any]:
    return {"containers": [{"name": "web", "securityContext": {**RESTRICTED, **changes}}]}


def test_a_restricted_pod_passes() -> None:
    assert violations(pod_spec({})) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"privileged": True},
        {"allowPrivilegeEscalation": None},
        {"capabilities": {"drop": ["NET_RAW"]}},
        {"capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]}},
        {"runAsNonRoot": False},
        {"runAsUser": 0},
        {"seccompProfile": {"type": "Unconfined"}},
    ],
    ids=str,
)
def test_each_breach_of_the_standard_is_found(changes: dict[str, Any]) -> None:
    assert len(violations(pod_spec(changes))) == 1


@pytest.mark.parametrize("field", ["hostNetwork", "hostPID", "hostIPC"])
def test_host_namespaces_are_found(field: str) -> None:
    assert violations({**pod_spec({}), field: True}) == [f"{field} is set"]


def test_host_paths_and_init_containers_are_found() -> None:
    spec = {
        **pod_spec({}),
        "volumes": [{"name": "etc", "hostPath": {"path": "/etc"}}],
        "initContainers": [{"name": "i"}],
    }
    found = violations(spec)
    assert found[0] == "volume etc is of type hostPath"
    assert len([line for line in found if line.startswith("i: ")]) == 4
