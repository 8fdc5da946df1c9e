"""What an uninstallation leaves behind, and the command that removes each piece of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.adapters.cluster import Read
from helm_aeterna.errors import HelmError
from helm_aeterna.release.objects import api_of, is_hook, is_kept, read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helm_aeterna.commands.releases.target import Target
    from helm_aeterna.release.objects import Object
    from helm_aeterna.release.steps import Operator

Leftovers = tuple[tuple[str, str], ...]
_CLAIM, _SECRET = ("v1", "PersistentVolumeClaim"), ("v1", "Secret")
_DEFINITION = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")
_INSTANCE, _RELEASE = "app.kubernetes.io/instance", "meta.helm.sh/release-name"
_REVISIONS = 10  # Helm keeps no more of them by default


def objects_of(target: Target, revision: int) -> list[Object]:
    """The objects of all revisions of a release and its hooks: a store that was used before has left its volume."""
    manifests = [target.helm.hooks(target.release)]
    for number in range(revision, max(0, revision - _REVISIONS), -1):
        try:
            manifests.append(target.helm.manifest(target.release, number))
        except HelmError:
            continue  # not kept
    return [one for text in manifests for one in read_manifest(text)]


def leftovers(target: Target, objects: Sequence[Object], operators: Sequence[Operator]) -> Leftovers:
    """List what is still in the release's namespace: what Helm was told to keep, databases, credentials and volumes.

    Args:
        target: The release that was removed.
        objects: What its revisions held; empty when it was removed before.
        operators: The chart's table of operators.
    """
    databases = [(one.api, one.kind) for one in operators]
    lasting = {api_of(one) for one in objects if is_kept(one) or is_hook(one)}
    kinds = list(dict.fromkeys([_SECRET, _CLAIM, *databases, *sorted(lasting)]))
    answers = target.cluster.read([Read(api=api, kind=kind, namespace=target.namespace) for api, kind in kinds])
    live = [one for answer in answers for one in answer.objects]
    ours = {(api_of(one), one["metadata"]["name"]) for one in objects}
    names = {one["metadata"]["name"] for one in [*objects, *live] if api_of(one) in databases}
    sets = {one["metadata"]["name"] for one in objects if one["kind"] == "StatefulSet"}
    found = [one for one in live if (api_of(one), one["metadata"]["name"]) in ours or _is_of(one, target, names | sets)]
    return tuple(_entry(one, target.namespace) for one in found)


def _is_of(one: Object, target: Target, names: Iterable[str]) -> bool:
    """Whether an object is the release's by its label or annotation, or belongs to one of its stores by its name."""
    metadata = one["metadata"]
    said = (metadata.get("labels") or {}).get(_INSTANCE), (metadata.get("annotations") or {}).get(_RELEASE)
    owned = api_of(one) == _SECRET and (metadata.get("ownerReferences") or one.get("type") == "helm.sh/release.v1")
    if owned:
        return False  # it goes with its owner
    return target.release in said or any(f"-{name}-" in f"-{metadata['name']}-" for name in names)


def _entry(one: Object, namespace: str) -> tuple[str, str]:
    group = api_of(one)[0].rpartition("/")[0]
    # With its group a kind is unambiguous: several operators have a Cluster.
    kind = f"{one['kind'].lower()}.{group}" if "." in group else one["kind"].lower()
    name = one["metadata"]["name"]
    return f"{one['kind']}/{name}", f"kubectl --namespace {namespace} delete {kind} {name}"


def serving(place: Target, operator: Operator, objects: Sequence[Object]) -> Leftovers:
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
