"""What holds for every configuration, seen on the rendered text as a whole: same bytes, same objects, own names."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.support.render import CHART, render, render_text
from tests.support.scenarios import SCENARIOS, guarded
from tests.support.workloads import pods

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

APIS = ("external-secrets.io/v1",)
LONGEST = "a-release-name-of-fifty-three-characters-which-is-max"
RELEASES = ("a", "aeterna", "qdrant", "my-dragonfly")
CLUSTER_WIDE = {"ClusterRole", "ClusterRoleBinding"}
DNS_LABEL = re.compile(r"^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$")

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS)


def identity(item: Mapping[str, Any]) -> tuple[str, str, str]:
    return (item["apiVersion"], item["kind"], item["metadata"]["name"])


@every_scenario
@pytest.mark.parametrize("older", ["helm3", "helm317"])
def test_every_helm_renders_the_same_objects(scenario: str, older: str) -> None:
    values = guarded(SCENARIOS[scenario])
    # One cluster version for all: each Helm pretends to another one.
    args = ("--kube-version=1.32.0",)
    newest = sorted(render(values, api_versions=APIS, args=args), key=identity)
    assert newest == sorted(render(values, api_versions=APIS, args=args, helm=older), key=identity)


@every_scenario
def test_twice_the_same_bytes(scenario: str) -> None:
    values = SCENARIOS[scenario]
    first = render_text(values, api_versions=APIS)
    # an argument without effect: the same question would be answered from memory
    assert render_text(values, api_versions=APIS, args=("--no-hooks=false",)) == first


@every_scenario
def test_objects_live_in_the_releases_namespace(scenario: str) -> None:
    for item in render(guarded(SCENARIOS[scenario]), namespace="somewhere", api_versions=APIS):
        namespace = item["metadata"].get("namespace")
        assert namespace == (None if item["kind"] in CLUSTER_WIDE else "somewhere"), identity(item)


@pytest.mark.parametrize(
    ("scenario", "release"),
    [
        *((scenario, release) for scenario in ("minimal", "everything-on") for release in RELEASES),
        # bundled parts cut long names themselves, so the validation refuses them there
        ("everything-outside", LONGEST),
    ],
)
def test_names_are_valid_and_nobody_elses(scenario: str, release: str) -> None:
    values = SCENARIOS[scenario]
    objects = render(guarded(values), release=release, api_versions=APIS)
    assert [one for one, count in Counter(map(identity, objects)).items() if count > 1] == []
    for item in objects:
        name = item["metadata"]["name"]
        assert DNS_LABEL.match(name) or (item["kind"] in CLUSTER_WIDE and len(name) <= 253), identity(item)
        assert item["kind"] != "Cluster" or len(name) <= 50


def test_two_releases_in_one_namespace_share_no_name() -> None:
    values = guarded(SCENARIOS["everything-on"])
    # the bundled Weaviate has fixed names, its Secret too: one per namespace, which the documentation says
    fixed = {"weaviate-api-key"}
    one, other = (
        {identity(item) for item in render(values, release=release) if item["metadata"]["name"] not in fixed}
        for release in ("one", "other")
    )
    assert one & other == set()


def test_two_namespaces_share_no_cluster_wide_name() -> None:
    def names(namespace: str) -> set[str]:
        objects = render(SCENARIOS["everything-on"], namespace=namespace)
        return {item["metadata"]["name"] for item in objects if item["kind"] in CLUSTER_WIDE}

    assert names("one")
    assert names("one") & names("other") == set()


@every_scenario
def test_a_new_chart_version_alone_restarts_no_pod(scenario: str, tmp_path: Path) -> None:
    newer = shutil.copytree(CHART, tmp_path / "chart", ignore=shutil.ignore_patterns("charts", "Chart.lock"))
    metadata = yaml.safe_load((newer / "Chart.yaml").read_text())
    metadata |= {"version": "99.0.0-test", "dependencies": []}
    (newer / "Chart.yaml").write_text(yaml.safe_dump(metadata))
    before, after = (
        {
            pod.owner: pod
            for pod in pods(render(SCENARIOS[scenario], api_versions=APIS, chart=chart))
            if "Pod/" not in pod.owner
        }
        for chart in (CHART, newer)
    )
    assert before == after


@every_scenario
def test_no_image_is_unpinned(scenario: str) -> None:
    objects = render(SCENARIOS[scenario], api_versions=APIS)
    images = [container["image"] for pod in pods(objects) for container in pod.containers]
    images += [item["spec"]["imageName"] for item in objects if item["kind"] == "Cluster"]
    for image in images:
        tag = image.rpartition(":")[2]
        assert "/" not in tag, f"{image} has no tag"
        assert tag != "latest"


@pytest.mark.parametrize("path", sorted((CHART / "templates").rglob("*.*")), ids=lambda path: path.name)
def test_templates_know_neither_chance_nor_time_nor_the_cluster(path: Path) -> None:
    # Argo CD and others render again and again without a cluster: what differs then is changed for ever.
    words = re.findall(
        r"\b(rand[A-Z]\w*|gen[A-Z]\w*|now|uuidv4|lookup|getHostByName|htpasswd|bcrypt)\b(?=[^}]*}})", path.read_text()
    )
    # One exception, which can only refuse (AET408): tests/cluster/test_credentials_job.py
    assert words == (["lookup"] if path.name == "_choices.tpl" else [])


def test_one_registry_moves_every_image() -> None:
    objects = render(SCENARIOS["feature-mirror"])
    for pod in pods(objects):
        assert all(container["image"].startswith("mirror.example:5000/team/") for container in pod.containers)
        assert pod.spec["imagePullSecrets"] == [{"name": "pull"}, {"name": "also"}]
    (cluster,) = (item for item in objects if item["kind"] == "Cluster")
    assert cluster["spec"]["imageName"].startswith("mirror.example:5000/team/cloudnative-pg/")
    assert cluster["spec"]["imagePullSecrets"] == [{"name": "pull"}, {"name": "also"}]
