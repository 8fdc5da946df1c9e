"""Backups of the bundled database: when, where to, with which credentials, in both of CloudNativePG's ways."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.support.render import find, render
from tests.support.scenarios import SCENARIOS, merged

BACKUPS = [name for name in SCENARIOS if name.startswith("backup-")]


def objects_of(scenario: str, **changes: object) -> list[dict[str, Any]]:
    return render(merged(SCENARIOS[scenario], {"postgresql": {"backup": changes}}))


def store_of(objects: list[dict[str, Any]]) -> dict[str, Any]:
    """The object store's description, wherever it stands."""
    spec = find(objects, "Cluster")["spec"]
    store = (
        spec["backup"]["barmanObjectStore"]
        if "backup" in spec
        else find(objects, "ObjectStore")["spec"]["configuration"]
    )
    return dict(store)


def test_off_by_default() -> None:
    objects = render(SCENARIOS["minimal"])
    assert {item["kind"] for item in objects} & {"ScheduledBackup", "ObjectStore"} == set()
    assert {"backup", "plugins"} & find(objects, "Cluster")["spec"].keys() == set()


@pytest.mark.requirement("CHART-34")
@pytest.mark.parametrize(
    ("given", "six"),
    [
        ("0 2 * * *", "0 0 2 * * *"),
        ("  */15 *  * * 1-5 ", "0 */15 * * * 1-5"),
        ("30 0 2 * * *", "30 0 2 * * *"),
    ],
)
def test_five_fields_become_the_six_the_operator_reads(given: str, six: str) -> None:
    # Five are taken for second, minute, hour ...: 24 backups a day instead of one.
    assert find(objects_of("backup-s3", schedule=given.strip()), "ScheduledBackup")["spec"]["schedule"] == six


@pytest.mark.parametrize("scenario", BACKUPS)
@pytest.mark.requirement("CHART-34")
def test_the_schedule_backs_up_the_cluster_the_same_way_it_archives(scenario: str) -> None:
    objects = objects_of(scenario)
    cluster, schedule = find(objects, "Cluster"), find(objects, "ScheduledBackup")["spec"]
    assert schedule["cluster"] == {"name": cluster["metadata"]["name"]}
    if schedule["method"] == "plugin":
        (plugin,) = cluster["spec"]["plugins"]
        assert schedule["pluginConfiguration"] == {"name": plugin["name"]}
        assert plugin["isWALArchiver"] is True
        assert plugin["enabled"] is True
        assert plugin["parameters"] == {"barmanObjectName": find(objects, "ObjectStore")["metadata"]["name"]}
        assert "backup" not in cluster["spec"]
    else:
        assert schedule["method"] == "barmanObjectStore"
        assert cluster["spec"]["backup"]["retentionPolicy"] == "30d"


@pytest.mark.requirement("CHART-33", "CHART-34")
@pytest.mark.parametrize(
    ("scenario", "path"),
    [
        ("backup-s3", "s3://backups/aeterna"),
        ("backup-gcs", "gs://backups/aeterna"),
        ("backup-azure", "https://aeternabackups.blob.core.windows.net/backups/aeterna"),
    ],
)
def test_the_folder(scenario: str, path: str) -> None:
    assert store_of(objects_of(scenario))["destinationPath"] == path


@pytest.mark.parametrize(("path", "whole"), [("", "s3://backups"), ("/", "s3://backups"), ("a/b/", "s3://backups/a/b")])
def test_slashes_do_not_pile_up(path: str, whole: str) -> None:
    assert store_of(objects_of("backup-s3", destination={"path": path}))["destinationPath"] == whole


@pytest.mark.requirement("CHART-33")
@pytest.mark.parametrize(
    ("scenario", "field", "stored"),
    [
        ("backup-s3", "s3Credentials", {"accessKeyId": "AKIA", "secretAccessKey": "s3-canary"}),
        ("backup-gcs", "googleCredentials", {"applicationCredentials": '{"canary": true}'}),
        ("backup-azure", "azureCredentials", {"storageAccount": "aeternabackups", "storageKey": "az-canary"}),
    ],
)
def test_credentials_given_as_values_lie_in_a_secret_that_stays(
    scenario: str, field: str, stored: dict[str, str]
) -> None:
    objects = objects_of(scenario)
    references = store_of(objects)[field]
    secret = find(objects, "Secret", next(iter(references.values()))["name"])
    found = {name: base64.b64decode(secret["data"][ref["key"]]).decode() for name, ref in references.items()}
    assert found == stored
    assert secret["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


def test_an_existing_secret_is_used_with_its_own_keys() -> None:
    objects = objects_of("backup-s3-compatible")
    assert store_of(objects)["s3Credentials"] == {
        "accessKeyId": {"name": "minio", "key": "user"},
        "secretAccessKey": {"name": "minio", "key": "password"},
    }
    assert [item for item in objects if item["kind"] == "Secret" and "backup" in item["metadata"]["name"]] == []


@pytest.mark.parametrize(
    ("scenario", "credentials"),
    [
        ("backup-s3-identity", {"s3Credentials": {"inheritFromIAMRole": True}}),
        ("backup-gcs-identity", {"googleCredentials": {"gkeEnvironment": True}}),
        ("backup-azure-identity", {"azureCredentials": {"inheritFromAzureAD": True}}),
    ],
)
def test_the_pods_identity_needs_no_secret(scenario: str, credentials: dict[str, Any]) -> None:
    objects = objects_of(scenario)
    assert credentials.items() <= store_of(objects).items()
    assert [item for item in objects if item["kind"] == "Secret" and "backup" in item["metadata"]["name"]] == []


def test_an_endpoint_with_its_own_authority() -> None:
    store = store_of(objects_of("backup-s3-compatible"))
    assert store["endpointURL"] == "https://minio.storage.svc:9000"
    assert store["endpointCA"] == {"name": "minio-ca", "key": "ca.crt"}


def test_the_region_reaches_the_program_that_talks_to_the_store() -> None:
    region = [{"name": "AWS_DEFAULT_REGION", "value": "eu-central-1"}]
    assert find(objects_of("backup-s3"), "Cluster")["spec"]["env"] == region
    plugin = find(objects_of("backup-s3", method="plugin"), "ObjectStore")["spec"]
    assert plugin["instanceSidecarConfiguration"]["env"] == region


def test_the_store_stays_as_long_as_the_cluster_archives_to_it() -> None:
    annotations = find(objects_of("backup-azure"), "ObjectStore")["metadata"]["annotations"]
    assert annotations["helm.sh/resource-policy"] == "keep"


def test_backups_can_be_kept_for_ever() -> None:
    assert "retentionPolicy" not in find(objects_of("backup-s3", retentionPolicy=""), "Cluster")["spec"]["backup"]
    assert "retentionPolicy" not in find(objects_of("backup-azure", retentionPolicy=""), "ObjectStore")["spec"]
