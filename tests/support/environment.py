"""The server's environment in rendered objects, as one table: variable -> text, credentials as <Secret/key>."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.render import find

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Object = dict[str, Any]


def entries(container: Mapping[str, Any], objects: Sequence[Object]) -> Iterator[tuple[str, str]]:
    """Every variable of a container, in order, ConfigMaps first as Kubernetes reads them."""
    for source in container.get("envFrom") or ():
        config = find(objects, "ConfigMap", source["configMapRef"]["name"])
        yield from config["data"].items()
    for entry in container.get("env") or ():
        if "value" in entry:
            yield entry["name"], entry["value"]
        else:
            ref = entry["valueFrom"]["secretKeyRef"]
            yield entry["name"], f"<{ref['name']}/{ref['key']}>"


def containers(objects: Sequence[Object], kind: str) -> list[Object]:
    """The containers of the one object of that kind, init containers first."""
    spec = find(objects, kind)["spec"]["template"]["spec"]
    return [*(spec.get("initContainers") or ()), *spec["containers"]]


def server_environment(objects: Sequence[Object]) -> dict[str, str]:
    """The server container's environment."""
    return dict(entries(containers(objects, "Deployment")[-1], objects))
