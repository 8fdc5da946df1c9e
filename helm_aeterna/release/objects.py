"""Rendered objects: read from a manifest, and asked what they need from the cluster."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from helm_aeterna.formats import FormatError, load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Object = dict[str, Any]

_SPLIT = re.compile(r"^---.*$", re.MULTILINE)
# Go's YAML forgives a tab at the end of a line; ours does not.
_TABS = re.compile(r"[ \t]+$", re.MULTILINE)
_POD_KINDS = ("Deployment", "StatefulSet", "DaemonSet", "Job")


def read_manifest(text: str) -> list[Object]:
    """Read the objects of a manifest; what cannot be read is left out, Helm has accepted it already."""
    found = []
    for document in _SPLIT.split(text):
        try:
            tree = load_yaml(_TABS.sub("", document), "manifest")
        except FormatError:
            continue
        if isinstance(tree, dict) and "kind" in tree and isinstance(tree.get("metadata"), dict):
            found.append(dict(tree))
    return found


def name_of(found: Mapping[str, Any]) -> str:
    """Kind and name, as kubectl writes them."""
    return f"{found['kind']}/{found['metadata']['name']}"


def api_of(found: Mapping[str, Any]) -> tuple[str, str]:
    """API version and kind."""
    return str(found.get("apiVersion", "")), str(found["kind"])


def plural(kind: str) -> str:
    """The name of a kind in URLs and in rights, by the rule Kubernetes itself guesses with."""
    lower = kind.lower()
    if lower.endswith("s"):
        return f"{lower}es"
    return f"{lower[:-1]}ies" if lower.endswith("y") else f"{lower}s"


def is_kept(found: Mapping[str, Any]) -> bool:
    """Whether Helm leaves the object behind when it removes the release."""
    annotations = found["metadata"].get("annotations") or {}
    return bool(annotations.get("helm.sh/resource-policy") == "keep")


def is_hook(found: Mapping[str, Any]) -> bool:
    """Whether the object is a hook: it comes and goes, its state says nothing about the release."""
    return "helm.sh/hook" in (found["metadata"].get("annotations") or {})


def pod_template(found: Mapping[str, Any]) -> Object:
    """The pod template of a workload; empty for everything else."""
    spec = found.get("spec") or {}
    if found["kind"] == "CronJob":
        spec = (spec.get("jobTemplate") or {}).get("spec") or {}
    elif found["kind"] not in _POD_KINDS:
        return {}
    template = spec.get("template")
    return template if isinstance(template, dict) else {}


def storage_wishes(objects: Iterable[Object]) -> Iterator[tuple[str, str | None]]:
    """Say which objects want volumes, and of which storage class; None means the cluster's default one."""
    for found in objects:
        spec = found.get("spec") or {}
        claims = [spec] if found["kind"] == "PersistentVolumeClaim" else []
        if found["kind"] == "StatefulSet":
            claims = [claim.get("spec") or {} for claim in spec.get("volumeClaimTemplates") or ()]
        for claim in claims:
            if not claim.get("volumeName"):
                yield name_of(found), claim.get("storageClassName")
        # Custom resources of databases say it in a block of their own.
        storage = spec.get("storage")
        if "." in str(found.get("apiVersion")) and isinstance(storage, dict) and "size" in storage:
            yield name_of(found), storage.get("storageClass")


def secrets_wanted(objects: Iterable[Object]) -> dict[str, str]:
    """Say which Secrets the pods cannot start without, and one object that needs each."""
    wanted: dict[str, str] = {}
    for found in objects:
        for reference in _references(pod_template(found).get("spec") or {}):
            name = reference.get("name") or reference.get("secretName")
            if name and not reference.get("optional"):
                wanted.setdefault(str(name), name_of(found))
    return wanted


def _references(pod: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for container in [*(pod.get("initContainers") or ()), *(pod.get("containers") or ())]:
        for variable in container.get("env") or ():
            yield (variable.get("valueFrom") or {}).get("secretKeyRef") or {}
        for source in container.get("envFrom") or ():
            yield source.get("secretRef") or {}
    for volume in pod.get("volumes") or ():
        yield volume.get("secret") or {}


def secrets_made(objects: Iterable[Object]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Say which Secrets the objects bring: by name, and by the prefix an operator gives them."""
    names, prefixes = set[str](), list[str]()
    for found in objects:
        spec = found.get("spec") or {}
        if found["kind"] == "Secret":
            names.add(found["metadata"]["name"])
        elif found["kind"] == "ExternalSecret":
            names.add((spec.get("target") or {}).get("name") or found["metadata"]["name"])
        elif "." in str(found.get("apiVersion")):
            prefixes.append(f"{found['metadata']['name']}-")
    return frozenset(names), tuple(prefixes)
