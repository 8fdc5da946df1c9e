"""What a fresh cluster holds: nodes in several zones, and a storage class.

`kwokctl scale node` makes nodes that differ in their names only, so the zones need objects of our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci.testbed.fields import entries, labelled
from ci.testbed.storage_stand_in import PROVISIONER

if TYPE_CHECKING:
    from ci.testbed.api import Api, Object

ZONES = 3


def _node(number: int) -> Object:
    room: Object = {"cpu": "32", "memory": "256Gi", "ephemeral-storage": "1Ti", "pods": "110"}
    name = f"node-{number}"
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "topology.kubernetes.io/region": "region-1",
                "topology.kubernetes.io/zone": f"zone-{number}",
            },
        },
        "status": {"capacity": room, "allocatable": room},
    }


def _storage_class() -> Object:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": "standard",
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        },
        "provisioner": PROVISIONER,
        # As real zonal storage does it: only the pod's node decides where the volume is.
        "volumeBindingMode": "WaitForFirstConsumer",
        "reclaimPolicy": "Delete",
    }


def plant(api: Api) -> None:
    """Create all of it."""
    for number in range(1, ZONES + 1):
        api.create("/api/v1/nodes", _node(number))
    api.create("/apis/storage.k8s.io/v1/storageclasses", _storage_class())


def grown(api: Api) -> bool:
    """Tell whether pods can run: every node is ready, and their default identity exists."""
    nodes = api.items("/api/v1/nodes")
    ready = [node for node in nodes if _is_ready(node)]
    accounts = api.items("/api/v1/namespaces/default/serviceaccounts")
    return len(ready) == ZONES and len(accounts) > 0


def _is_ready(node: Object) -> bool:
    return any(labelled(condition, type="Ready", status="True") for condition in entries(node, "status", "conditions"))
