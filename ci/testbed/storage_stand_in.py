"""Give every claim of the default storage class a volume that holds nothing, and take it away again.

kube-controller-manager could do it (its host path provisioner), but that makes real folders outside
the project, below one fixed path that belongs to whoever came first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci.testbed.fields import section, text

if TYPE_CHECKING:
    from ci.testbed.api import Api, Object

PROVISIONER = "test.aeterna.dev/nothing"
_CHOSEN = "volume.kubernetes.io/selected-node"
_ASKED = "volume.kubernetes.io/storage-provisioner"
_MADE_BY = "pv.kubernetes.io/provisioned-by"
_VOLUMES = "/api/v1/persistentvolumes"


def step(api: Api) -> None:
    """Look once at all claims and volumes, and do what is due."""
    for claim in api.items("/api/v1/persistentvolumeclaims?resourceVersion=0"):
        if _waits(claim):
            api.create(_VOLUMES, volume_for(claim))
    for volume in api.items(f"{_VOLUMES}?resourceVersion=0"):
        ours = text(volume, "metadata", "annotations", _MADE_BY) == PROVISIONER
        if ours and text(volume, "status", "phase") == "Released" and _is_disposable(volume):
            api.delete(f"{_VOLUMES}/{text(volume, 'metadata', 'name')}")


def _waits(claim: Object) -> bool:
    notes = section(claim, "metadata", "annotations")
    asked_of_us = notes.get(_ASKED) == PROVISIONER and bool(notes.get(_CHOSEN))
    return asked_of_us and text(claim, "status", "phase") == "Pending" and not text(claim, "spec", "volumeName")


def _is_disposable(volume: Object) -> bool:
    return text(volume, "spec", "persistentVolumeReclaimPolicy") == "Delete"


def volume_for(claim: Object) -> Object:
    """Return the volume that fits a claim; its name is fixed, so that a claim never gets two."""
    reference: Object = {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
    reference |= {key: text(claim, "metadata", key) for key in ("namespace", "name", "uid")}
    name = f"pvc-{reference['uid']}"
    spec = section(claim, "spec")
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {_MADE_BY: PROVISIONER}},
        "spec": {
            "accessModes": spec.get("accessModes"),
            "capacity": {"storage": section(spec, "resources", "requests").get("storage")},
            "claimRef": reference,
            "hostPath": {"path": f"/nonexistent/{name}"},
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": spec.get("storageClassName"),
            "volumeMode": spec.get("volumeMode", "Filesystem"),
        },
    }
