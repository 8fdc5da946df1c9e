"""Which rights an installation needs, and which of them the user lacks: all of them, before any change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.errors import Finding
from helm_aeterna.release.objects import api_of, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from helm_aeterna.release.objects import Object
    from helm_aeterna.release.steps import Operator

_VERBS = ("create", "patch")
_RBAC = "rbac.authorization.k8s.io"
_CLUSTER_WIDE = {"namespaces", "clusterroles", "clusterrolebindings", "customresourcedefinitions", "storageclasses"}


def rights_needed(
    objects: Iterable[Object], namespace: str, operators: Iterable[Operator], *, create_namespace: bool
) -> list[Mapping[str, str]]:
    """The resource attributes of each right, as an access review wants them.

    Args:
        objects: What the chart renders to.
        namespace: Where the release goes.
        operators: Those to install.
        create_namespace: Whether the namespace has to be created.
    """
    kinds = {(api_of(one)[0].rpartition("/")[0], plural(one["kind"]), namespace) for one in objects}
    kinds.add(("", "secrets", namespace))  # Helm keeps its records in Secrets
    for one in operators:
        kinds |= {("apps", "deployments", one.namespace), ("", "secrets", one.namespace)}
        kinds |= {(_RBAC, "clusterroles", ""), ("apiextensions.k8s.io", "customresourcedefinitions", "")}
    needed = [(verb, *kind) for kind in sorted(kinds) for verb in _VERBS]
    needed += [("create", "", "namespaces", "")] if create_namespace else []
    return [
        {"verb": verb, "group": group, "resource": name, "namespace": "" if name in _CLUSTER_WIDE else where}
        for verb, group, name, where in needed
    ]


def rights_missing(needed: Sequence[Mapping[str, str]], allowed: Sequence[bool]) -> tuple[Finding, ...]:
    """One finding for each namespace, and one for the cluster, that name every right the user lacks."""
    missing: dict[str, list[str]] = {}
    for one, may in zip(needed, allowed, strict=True):
        if not may:
            group = f".{one['group']}" if one["group"] else ""
            missing.setdefault(one["namespace"], []).append(f"{one['verb']} {one['resource']}{group}")
    return tuple(
        Finding(
            code="AET618",
            where=f"namespace {place}" if place else "the cluster",
            problem=f"you have no right to {', '.join(rights)}",
            fix=f"use a context that has these rights, or ask for them: {_role(place)}",
        )
        for place, rights in missing.items()
    )


def _role(place: str) -> str:
    if not place:
        return "the ClusterRole `cluster-admin` has them"
    return f"the ClusterRole `admin` in namespace {place} has those on Kubernetes' own kinds"
