"""Finds the pods in rendered objects and what they refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Object = Mapping[str, Any]

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """A pod as an object describes it: whose it is, its labels, annotations and spec."""

    owner: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    spec: Object

    @property
    def component(self) -> str:
        """The component label, which every pod of ours carries and some of other charts."""
        return self.labels.get("app.kubernetes.io/component", "")

    @property
    def containers(self) -> list[Object]:
        """All containers, init containers first."""
        return [*(self.spec.get("initContainers") or ()), *self.spec["containers"]]


def pods(objects: Sequence[Object]) -> list[Pod]:
    """Every pod and pod template among the objects."""
    found = []
    for item in objects:
        if item["kind"] == "CronJob":
            template = item["spec"]["jobTemplate"]["spec"]["template"]
        elif item["kind"] in WORKLOADS:
            template = item["spec"]["template"]
        elif item["kind"] == "Pod":
            template = item
        else:
            continue
        found.append(
            Pod(
                owner=f"{item['kind']}/{item['metadata']['name']}",
                labels=template["metadata"]["labels"],
                annotations=template["metadata"].get("annotations") or {},
                spec=template["spec"],
            )
        )
    return found


def environment(pod: Pod, objects: Sequence[Object]) -> dict[str, str]:
    """The plain variables of a pod's main container, those out of ConfigMaps included."""
    container = pod.spec["containers"][0]
    maps = {item["metadata"]["name"]: item["data"] for item in objects if item["kind"] == "ConfigMap"}
    variables: dict[str, str] = {}
    for source in container.get("envFrom") or ():
        variables |= maps[source["configMapRef"]["name"]]
    return variables | {entry["name"]: entry["value"] for entry in container.get("env") or () if "value" in entry}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A name (and key) of another object that a pod or custom resource needs."""

    by: str
    kind: str
    name: str
    key: str | None = None


SELECTORS = {"secretKeyRef": "Secret", "configMapKeyRef": "ConfigMap"}
SOURCES = {"secretRef": "Secret", "configMapRef": "ConfigMap"}
# A custom resource's references to Secrets, by the field that holds {name, key}.
STORE_CREDENTIALS = ("s3Credentials", "googleCredentials", "azureCredentials")


def references(objects: Sequence[Object]) -> Iterator[Reference]:
    """Everything the rendered objects refer to by name."""
    for pod in pods(objects):
        yield from container_references(pod)
        yield from volume_references(pod)
        yield Reference(by=pod.owner, kind="ServiceAccount", name=pod.spec.get("serviceAccountName", "default"))
    for item in objects:
        yield from custom_references(item)


def container_references(pod: Pod) -> Iterator[Reference]:
    """What the variables of a pod's containers are filled from."""
    for container in pod.containers:
        for entry in container.get("env") or ():
            for field, kind in SELECTORS.items():
                if source := (entry.get("valueFrom") or {}).get(field):
                    yield Reference(
                        by=f"{pod.owner} {entry['name']}", kind=kind, name=source["name"], key=source["key"]
                    )
        for entry in container.get("envFrom") or ():
            for field, kind in SOURCES.items():
                if field in entry:
                    yield Reference(by=f"{pod.owner} envFrom", kind=kind, name=entry[field]["name"])


def volume_references(pod: Pod) -> Iterator[Reference]:
    """What a pod mounts."""
    for volume in pod.spec.get("volumes") or ():
        by = f"{pod.owner} volume {volume['name']}"
        if "secret" in volume:
            yield Reference(by=by, kind="Secret", name=volume["secret"]["secretName"])
        if "configMap" in volume:
            yield Reference(by=by, kind="ConfigMap", name=volume["configMap"]["name"])
        if "persistentVolumeClaim" in volume:
            yield Reference(by=by, kind="PersistentVolumeClaim", name=volume["persistentVolumeClaim"]["claimName"])


def custom_references(item: Object) -> Iterator[Reference]:
    """What objects other than pods refer to."""
    by = f"{item['kind']}/{item['metadata']['name']}"
    spec = item.get("spec") or {}
    if target := spec.get("scaleTargetRef"):
        yield Reference(by=by, kind=target["kind"], name=target["name"])
    if item["kind"] == "Ingress":
        paths = [path for rule in spec["rules"] for path in rule["http"]["paths"]]
        yield from (Reference(by=by, kind="Service", name=path["backend"]["service"]["name"]) for path in paths)
    if item["kind"] == "ScheduledBackup":
        yield Reference(by=by, kind="Cluster", name=spec["cluster"]["name"])
    yield from store_references(by, spec)


def store_references(by: str, spec: Object) -> Iterator[Reference]:
    """The plugin's ObjectStore, and the Secrets with an object store's credentials."""
    for plugin in spec.get("plugins") or ():
        yield Reference(by=by, kind="ObjectStore", name=plugin["parameters"]["barmanObjectName"])
    store = (spec.get("backup") or {}).get("barmanObjectStore") or spec.get("configuration") or {}
    for field in STORE_CREDENTIALS:
        for source in (store.get(field) or {}).values():
            if isinstance(source, dict):
                yield Reference(by=f"{by} {field}", kind="Secret", name=source["name"], key=source["key"])
