"""Says what in a pod breaks the Pod Security Standard "restricted", rule by rule as Kubernetes documents it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Object = Mapping[str, Any]

HOST_FIELDS = ("hostNetwork", "hostPID", "hostIPC")
VOLUME_TYPES = {
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret",
}  # fmt: skip
PROFILES = ("RuntimeDefault", "Localhost")


def violations(spec: Object) -> list[str]:
    """What breaks the standard in a pod's spec, one line each; empty when the pod is admitted."""
    return [*pod_violations(spec), *container_violations(spec)]


def pod_violations(spec: Object) -> Iterator[str]:
    """Breaches by the pod itself: host namespaces and volumes."""
    for name in HOST_FIELDS:
        if spec.get(name):
            yield f"{name} is set"
    for volume in spec.get("volumes") or ():
        for kind in set(volume) - {"name"} - VOLUME_TYPES:
            yield f"volume {volume['name']} is of type {kind}"


def container_violations(spec: Object) -> Iterator[str]:
    """Breaches by a container, the pod's settings taken as its defaults."""
    common = spec.get("securityContext") or {}
    for container in [*(spec.get("initContainers") or ()), *spec["containers"]]:
        own = {**common, **(container.get("securityContext") or {})}
        for rule, holds in container_rules(container, own).items():
            if not holds:
                yield f"{container['name']}: {rule}"


def container_rules(container: Object, context: Object) -> dict[str, bool]:
    """The rules for one container and whether it keeps them."""
    capabilities = context.get("capabilities") or {}
    return {
        "not privileged": not context.get("privileged"),
        "no privilege escalation": context.get("allowPrivilegeEscalation") is False,
        "capabilities dropped": "ALL" in (capabilities.get("drop") or ()),
        "no capability added": not set(capabilities.get("add") or ()) - {"NET_BIND_SERVICE"},
        "runs as non-root": context.get("runAsNonRoot") is True and context.get("runAsUser") != 0,
        "seccomp profile": (context.get("seccompProfile") or {}).get("type") in PROFILES,
        "no host port": not any(port.get("hostPort") for port in container.get("ports") or ()),
    }
