"""What an operator makes belongs to the resource that asked for it, and goes with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from ci.testbed.fields import entries, number, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ci.testbed.api import Api, Object

OUTCOME = "test.aeterna.dev/outcome"


def now() -> str:
    """Return this moment as the API writes it."""
    return datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def asks_for_trouble(resource: Object) -> bool:
    """Tell whether a resource is annotated never to get ready."""
    return text(resource, "metadata", "annotations", OUTCOME) == "unready"


def operated(api: Api, name: str) -> bool:
    """Tell whether an operator seems to run: a Deployment with its name's label is available."""
    label = quote(f"app.kubernetes.io/name={name}", safe="")
    operators = api.items(f"/apis/apps/v1/deployments?labelSelector={label}&resourceVersion=0")
    return any(number(operator, "status", "availableReplicas") > 0 for operator in operators)


def path(group: str, plural: str, resource: Object) -> str:
    """Return where a namespaced resource is served."""
    place, name = text(resource, "metadata", "namespace"), text(resource, "metadata", "name")
    return f"{group}/namespaces/{place}/{plural}/{name}"


def reference(resource: Object) -> Object:
    """Return the owner reference that objects made for a resource carry."""
    return {
        "apiVersion": text(resource, "apiVersion"),
        "kind": text(resource, "kind"),
        "name": text(resource, "metadata", "name"),
        "uid": text(resource, "metadata", "uid"),
        "controller": True,
        "blockOwnerDeletion": True,
    }


def clear(api: Api, *, kind: str, label: str, living: Iterable[Object]) -> None:
    """Delete Services and Secrets with a label whose owners of a kind are gone.

    The cluster's own garbage collector would, but it takes up to half a minute to learn of a new
    kind, and never learns which of its objects were deleted before.
    """
    known = {text(resource, "metadata", "uid") for resource in living}
    for plural in ("services", "secrets"):
        listed = api.items(f"/api/v1/{plural}?labelSelector={quote(label, safe='')}&resourceVersion=0")
        for thing in listed:
            owners = entries(thing, "metadata", "ownerReferences")
            ours = {text(owner, "uid") for owner in owners if text(owner, "kind") == kind}
            if ours and not ours & known:
                api.delete(path("/api/v1", plural, thing))
