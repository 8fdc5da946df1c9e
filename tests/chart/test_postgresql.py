"""The bundled database: what CloudNativePG is told to run, and that it survives the release."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.render import find, render
from tests.support.scenarios import MINIMAL, SCENARIOS, merged


def cluster(changes: dict[str, Any] | None = None, **top: object) -> dict[str, Any]:
    return find(render(merged(MINIMAL, {"postgresql": changes or {}}, top)), "Cluster")


def test_external_means_no_cluster() -> None:
    kinds = {item["kind"] for item in render(SCENARIOS["postgresql-external"])}
    assert kinds & {"Cluster", "ScheduledBackup", "ObjectStore"} == set()


def test_the_owner_may_apply_the_migrations() -> None:
    # Migration 025 wants a role of this very name that may make roles which bypass row security.
    initdb = cluster()["spec"]["bootstrap"]["initdb"]
    assert (initdb["database"], initdb["owner"]) == ("aeterna", "aeterna")
    assert initdb["postInitSQL"] == ["ALTER ROLE aeterna CREATEROLE BYPASSRLS"]


@pytest.mark.parametrize(
    ("values", "made"),
    [
        ({}, True),
        ({"postgresql": {"pgvector": {"enabled": False}}}, False),
        (merged(SCENARIOS["vector-pgvector"], {"postgresql": {"pgvector": {"enabled": False}}}), True),
    ],
    ids=["default", "switched off", "chosen as vector database"],
)
def test_the_vector_extension(values: dict[str, Any], *, made: bool) -> None:
    initdb = find(render(merged(MINIMAL, values)), "Cluster")["spec"]["bootstrap"]["initdb"]
    assert ("CREATE EXTENSION IF NOT EXISTS vector" in initdb.get("postInitApplicationSQL", [])) is made


@pytest.mark.parametrize(
    ("changes", "image"),
    [
        ({}, "ghcr.io/cloudnative-pg/postgresql:17.6-standard-trixie"),
        ({"version": "16.10"}, "ghcr.io/cloudnative-pg/postgresql:16.10-standard-trixie"),
        ({"image": {"tag": "17.6-mine"}}, "ghcr.io/cloudnative-pg/postgresql:17.6-mine"),
        ({"image": {"digest": "sha256:" + "a" * 64}}, "ghcr.io/cloudnative-pg/postgresql@sha256:" + "a" * 64),
        (
            SCENARIOS["backup-s3"]["postgresql"],  # the standard image lacks the programs of the in-tree backup
            "ghcr.io/cloudnative-pg/postgresql:17.6-system-trixie",
        ),
        (SCENARIOS["backup-azure"]["postgresql"], "ghcr.io/cloudnative-pg/postgresql:17.6-standard-trixie"),
    ],
    ids=["default", "version", "tag", "digest", "in-tree backup", "plugin"],
)
def test_the_image_is_named(changes: dict[str, Any], image: str) -> None:
    assert cluster(changes)["spec"]["imageName"] == image


def test_it_survives_the_release() -> None:
    annotations = cluster()["metadata"]["annotations"]
    assert annotations["helm.sh/resource-policy"] == "keep"
    assert "Prune=false" in annotations["argocd.argoproj.io/sync-options"].split(",")


@pytest.mark.requirement("CHART-36")
def test_size_and_place_are_the_users() -> None:
    changes = {
        "instances": 5,
        "storage": {"size": "50Gi", "storageClass": "fast"},
        "resources": {"limits": {"memory": "8Gi"}},
        "parameters": {"shared_buffers": "2GB", "max_connections": 300},
        "affinity": {"podAntiAffinityType": "required", "nodeSelector": {"disk": "ssd"}},
        "priorityClassName": "database",
    }
    spec = cluster(changes)["spec"]
    assert spec["instances"] == 5
    assert spec["storage"] == {"size": "50Gi", "storageClass": "fast"}
    assert spec["resources"]["limits"]["memory"] == "8Gi"
    assert spec["postgresql"]["parameters"] == {"shared_buffers": "2GB", "max_connections": "300"}
    assert spec["affinity"]["podAntiAffinityType"] == "required"
    assert spec["affinity"]["nodeSelector"] == {"disk": "ssd"}
    assert spec["affinity"]["topologyKey"] == "kubernetes.io/hostname"
    assert spec["priorityClassName"] == "database"


@pytest.mark.parametrize(("own", "wanted"), [("", "shared"), ("fast", "fast")])
def test_the_storage_class_falls_back_to_the_global_one(own: str, wanted: str) -> None:
    made = cluster({"storage": {"storageClass": own}}, **{"global": {"storageClass": "shared"}})
    assert made["spec"]["storage"]["storageClass"] == wanted


def test_no_storage_class_at_all_means_the_clusters_default() -> None:
    assert cluster()["spec"]["storage"] == {"size": "10Gi"}


def test_the_server_is_told_what_the_operator_makes() -> None:
    objects = render(MINIMAL)
    name = find(objects, "Cluster")["metadata"]["name"]
    assert find(objects, "ConfigMap")["data"]["PG_HOST"] == f"{name}-rw"
    container = find(objects, "Deployment")["spec"]["template"]["spec"]["containers"][0]
    (password,) = (entry for entry in container["env"] if entry["name"] == "PG_PASSWORD")
    assert password["valueFrom"]["secretKeyRef"] == {"name": f"{name}-app", "key": "password"}


def test_large_numbers_keep_their_digits() -> None:
    parameters = {"max_slot_wal_keep_size": 1048576, "jit": False, "seq_page_cost": 0.5, "work_mem": "64MB"}
    given = cluster({"parameters": parameters})["spec"]["postgresql"]["parameters"]
    wanted = {"max_slot_wal_keep_size": "1048576", "jit": "false", "seq_page_cost": "0.5", "work_mem": "64MB"}
    assert given == wanted
