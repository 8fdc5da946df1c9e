"""What an uninstallation leaves behind, and the command that removes each piece of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.adapters.cluster import Read
from helm_aeterna.release.objects import api_of, is_hook, is_kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helm_aeterna.commands.releases.target import Target
    from helm_aeterna.release.objects import Object
    from helm_aeterna.release.steps import Operator

Remains = tuple[tuple[str, str], ...]
_CLAIM = ("v1", "PersistentVolumeClaim")
_DEFINITION = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")
_NAMES = "app.kubernetes.io/instance"


def remains(target: Target, objects: Sequence[Object]) -> Remains:
    """List what is still in the release's namespace: what Helm was told to keep, tests, and volumes.

    Args:
        target: The release that was removed.
        objects: What it held.
    """
    kept = [one for one in objects if is_kept(one) or is_hook(one)]
    here = target.namespace
    reads = [Read(api=api_of(one)[0], kind=one["kind"], namespace=here, name=one["metadata"]["name"]) for one in kept]
    claims, *answers = target.cluster.read([Read(api=_CLAIM[0], kind=_CLAIM[1], namespace=here), *reads])
    there = [one for one, answer in zip(kept, answers, strict=True) if answer.objects or not answer.allowed]
    named = {(one["kind"], one["metadata"]["name"]) for one in there}
    volumes = [one for one in claims.objects if (_CLAIM[1], one["metadata"]["name"]) not in named]
    return tuple(_entry(one, here) for one in [*there, *(one for one in volumes if _is_ours(one, target, objects))])


def _is_ours(claim: Object, target: Target, objects: Sequence[Object]) -> bool:
    """Whether a claim was the release's: by its label, by one of its StatefulSets, or by what is kept of it."""
    metadata = claim["metadata"]
    if (metadata.get("labels") or {}).get(_NAMES) == target.release:
        return True
    sets = [one["metadata"]["name"] for one in objects if one["kind"] == "StatefulSet"]
    if any(f"-{name}-" in f"-{metadata['name']}" for name in sets):
        return True
    owners = {one["metadata"]["name"] for one in objects if is_kept(one)}
    return any(owner.get("name") in owners for owner in metadata.get("ownerReferences") or ())


def _entry(one: Object, namespace: str) -> tuple[str, str]:
    group = api_of(one)[0].rpartition("/")[0]
    # With its group a kind is unambiguous: several operators have a Cluster.
    kind = f"{one['kind'].lower()}.{group}" if "." in group else one["kind"].lower()
    name = one["metadata"]["name"]
    return f"{one['kind']}/{name}", f"kubectl --namespace {namespace} delete {kind} {name}"


def serving(place: Target, operator: Operator, objects: Sequence[Object]) -> Remains:
    """List the definitions that an operator's chart leaves in the cluster.

    Args:
        place: The operator's release, which was removed.
        operator: The operator.
        objects: What its release held; definitions of a crds/ folder are not among them.
    """
    (answer,) = place.cluster.read([Read(api=_DEFINITION[0], kind=_DEFINITION[1])])
    group = operator.api.rpartition("/")[0]
    kept = {one["metadata"]["name"] for one in objects if one["kind"] == _DEFINITION[1]}
    found = [one["metadata"]["name"] for one in answer.objects]
    names = [name for name in found if name in kept or name.endswith(f".{group}")]
    if not names:
        return ()
    what = "the definition" if len(names) == 1 else f"{len(names)} definitions"
    return ((f"{what} of {operator.dependency}", f"kubectl delete crd {' '.join(names)}"),)
