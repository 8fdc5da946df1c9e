"""A real API server takes every object of every scenario, with strict field validation and Pod Security enforced."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ci.testbed import cluster as testbed
from ci.testbed.folder import Folder
from tests.cluster.conftest import start
from tests.support.kubernetes_schemas import upstream
from tests.support.live_cluster import LiveCluster, condition, eventually
from tests.support.render import render
from tests.support.scenarios import SCENARIOS, guarded
from tests.support.workloads import pods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

APIS = ("external-secrets.io/v1",)
KINDS = ("clusters", "scheduledbackups", "objectstores", "externalsecrets", "servicemonitors")
NAMESPACE = "restricted"


@pytest.fixture(scope="module")
def own_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveCluster]:
    """Give a cluster for this module: it gets the real definitions, which other tests want absent."""
    folder = Folder(root=tmp_path_factory.mktemp("admission") / "cluster")
    yield start(folder)
    testbed.down(folder)


@pytest.fixture(scope="module")
def strict(own_cluster: LiveCluster) -> Callable[[list[Any]], None]:
    """Give a function that lets the API server check objects without keeping them."""
    definitions = [
        document
        for path in sorted((upstream() / "crds").glob("*.yaml"))
        for document in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader)
        if document and document["spec"]["names"]["plural"] in KINDS
    ]
    own_cluster.apply(*definitions)
    for definition in definitions:
        name = definition["metadata"]["name"]
        eventually(lambda name=name: condition(own_cluster.get("crd", name), "Established") == "True")  # type: ignore[misc]
    enforce = {"pod-security.kubernetes.io/enforce": "restricted"}
    own_cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": enforce}})

    known: set[str] = set()

    def check(objects: list[Any]) -> None:
        # A pod is admitted only where its ServiceAccount is.
        names = {pod.spec.get("serviceAccountName", "default") for pod in pods(objects)} - known
        if names:
            account = {"apiVersion": "v1", "kind": "ServiceAccount"}
            own_cluster.apply(*(account | {"metadata": {"name": name}} for name in sorted(names)), namespace=NAMESPACE)
            known.update(names)
        items = {"apiVersion": "v1", "kind": "List", "items": objects}
        flags = ("--server-side", "--dry-run=server", "--validate=strict", "--force-conflicts")
        own_cluster.kubectl("apply", *flags, "-f", "-", text=json.dumps(items))

    return check


@pytest.mark.cluster
@pytest.mark.helm
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_object_is_admitted(scenario: str, strict: Callable[[list[Any]], None]) -> None:
    objects = render(guarded(SCENARIOS[scenario]), namespace=NAMESPACE, api_versions=APIS)
    # Pod Security looks at pods, not at what makes them.
    made = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"pod-{number}", "namespace": NAMESPACE, "labels": pod.labels},
            "spec": pod.spec,
        }
        for number, pod in enumerate(pods(objects))
    ]
    strict([*objects, *made])


@pytest.mark.cluster
def test_an_unknown_field_is_refused(strict: Callable[[list[Any]], None]) -> None:
    wrong = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "x", "namespace": NAMESPACE},
        "spec": {"prots": []},
    }
    with pytest.raises(AssertionError, match="prots"):
        strict([wrong])


@pytest.mark.cluster
def test_a_pod_that_may_do_too_much_is_refused(strict: Callable[[list[Any]], None]) -> None:
    spec = {"containers": [{"name": "main", "image": "x:1", "securityContext": {"privileged": True}}]}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "x", "namespace": NAMESPACE, "labels": {}},
        "spec": spec,
    }
    with pytest.raises(AssertionError, match="violates PodSecurity"):
        strict([pod])
