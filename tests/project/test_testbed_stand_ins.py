"""The stand-ins for operators and volumes: what they ask of the API server, recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from ci.testbed import cnpg_stand_in, psmdb_stand_in, storage_stand_in
from ci.testbed.api import Api, Object

if TYPE_CHECKING:
    from pathlib import Path

CLUSTER: Object = {
    "apiVersion": "postgresql.cnpg.io/v1",
    "kind": "Cluster",
    "metadata": {"name": "db", "namespace": "place", "uid": "1234"},
    "spec": {"instances": 3, "bootstrap": {"initdb": {"database": "memory", "owner": "aeterna"}}},
}
OPERATOR: Object = {"status": {"availableReplicas": 1}}


@dataclass(kw_only=True)
class RecordedApi(Api):
    """Answers lists from a table and remembers what it was asked to change."""

    server: str = ""
    certificates: Path
    lists: dict[str, list[Object]] = field(default_factory=dict)
    changes: list[tuple[str, str]] = field(default_factory=list)

    def items(self, path: str) -> list[Object]:
        return self.lists.get(path.partition("?")[0].rpartition("/")[2], [])

    def create(self, path: str, body: Object) -> None:
        metadata = body["metadata"]
        assert isinstance(metadata, dict)
        self.changes.append(("create", f"{path}/{metadata['name']}"))

    def merge(self, path: str, body: Object) -> None:
        assert body
        self.changes.append(("merge", path))

    def delete(self, path: str) -> None:
        self.changes.append(("delete", path))


def recorded(tmp_path: Path, **lists: list[Object]) -> RecordedApi:
    return RecordedApi(certificates=tmp_path, lists=lists)


def test_the_application_secret_has_the_operators_eleven_keys() -> None:
    (secret,) = cnpg_stand_in.secrets_of(CLUSTER)
    content = secret["stringData"]
    assert isinstance(content, dict)
    assert sorted(content) == [
        "dbname",
        "fqdn-jdbc-uri",
        "fqdn-uri",
        "host",
        "jdbc-uri",
        "password",
        "pgpass",
        "port",
        "uri",
        "user",
        "username",
    ]
    assert (content["username"], content["dbname"], content["host"]) == ("aeterna", "memory", "db-rw")
    uri = content["uri"]
    assert isinstance(uri, str)
    assert uri.endswith("@db-rw.place:5432/memory")


def test_an_own_secret_replaces_the_applications() -> None:
    own: Object = {"bootstrap": {"initdb": {"secret": {"name": "mine"}}}, "enableSuperuserAccess": True}
    (secret,) = cnpg_stand_in.secrets_of({**CLUSTER, "spec": own})
    metadata = secret["metadata"]
    assert isinstance(metadata, dict)
    assert metadata["name"] == "db-superuser"


def test_a_cluster_gets_its_services_and_secret_before_it_is_ready(tmp_path: Path) -> None:
    api = recorded(tmp_path, clusters=[CLUSTER], deployments=[OPERATOR])
    cnpg_stand_in.step(api)
    assert api.changes == [
        ("create", "/api/v1/namespaces/place/services/db-rw"),
        ("create", "/api/v1/namespaces/place/services/db-ro"),
        ("create", "/api/v1/namespaces/place/services/db-r"),
        ("create", "/api/v1/namespaces/place/secrets/db-app"),
        ("merge", "/apis/postgresql.cnpg.io/v1/namespaces/place/clusters/db/status"),
    ]


def test_what_belonged_to_a_cluster_that_is_gone_goes_too(tmp_path: Path) -> None:
    kept: Object = {**CLUSTER, "metadata": {"name": "db", "namespace": "place", "uid": "another"}}
    owner: Object = {"kind": "Cluster", "uid": "1234"}
    secret: Object = {"metadata": {"name": "db-app", "namespace": "place", "ownerReferences": [owner]}}
    foreign: Object = {"metadata": {"name": "other", "namespace": "place"}}
    api = recorded(tmp_path, clusters=[kept], secrets=[secret, foreign])
    cnpg_stand_in.step(api)
    assert api.changes == [("delete", "/api/v1/namespaces/place/secrets/db-app")]


def test_nothing_happens_without_an_operator(tmp_path: Path) -> None:
    api = recorded(tmp_path, clusters=[CLUSTER], deployments=[{"status": {}}])
    cnpg_stand_in.step(api)
    assert api.changes == []


def test_a_settled_cluster_is_left_alone(tmp_path: Path) -> None:
    settled: Object = {**CLUSTER, "status": cnpg_stand_in._status(CLUSTER)}
    api = recorded(tmp_path, clusters=[settled], deployments=[OPERATOR])
    cnpg_stand_in.step(api)
    assert api.changes == []


def claim(phase: str, **annotations: str) -> Object:
    return {
        "metadata": {"name": "data", "namespace": "place", "uid": "77", "annotations": dict(annotations)},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
        "status": {"phase": phase},
    }


MONGO: Object = {
    "apiVersion": "psmdb.percona.com/v1",
    "kind": "PerconaServerMongoDB",
    "metadata": {"name": "mongo", "namespace": "place", "uid": "9"},
    "spec": {"replsets": [{"name": "rs0", "size": 3}]},
}
MONGO_PATH = "/apis/psmdb.percona.com/v1/namespaces/place/perconaservermongodbs/mongo"


def test_a_replica_set_gets_its_users_and_service_before_it_is_ready(tmp_path: Path) -> None:
    api = recorded(tmp_path, perconaservermongodbs=[MONGO], deployments=[OPERATOR])
    psmdb_stand_in.step(api)
    assert api.changes == [
        ("create", "/api/v1/namespaces/place/secrets/mongo-secrets"),
        ("create", "/api/v1/namespaces/place/services/mongo-rs0"),
        ("merge", f"{MONGO_PATH}/status"),
    ]
    assert psmdb_stand_in.status(MONGO)["state"] == "ready"


def test_a_deleted_replica_set_is_let_go_by_an_operator_alone(tmp_path: Path) -> None:
    metadata: Object = {"name": "mongo", "namespace": "place", "deletionTimestamp": "now", "finalizers": ["one"]}
    deleted: Object = {**MONGO, "metadata": metadata}
    api = recorded(tmp_path, perconaservermongodbs=[deleted])
    psmdb_stand_in.step(api)
    assert api.changes == []
    api.lists["deployments"] = [OPERATOR]
    psmdb_stand_in.step(api)
    assert api.changes == [("merge", MONGO_PATH)]


VOLUMES = "/api/v1/persistentvolumes"
CHOSEN = {
    "volume.kubernetes.io/storage-provisioner": storage_stand_in.PROVISIONER,
    "volume.kubernetes.io/selected-node": "node-1",
}


def test_a_claim_gets_a_volume_once_its_node_is_chosen(tmp_path: Path) -> None:
    api = recorded(tmp_path, persistentvolumeclaims=[claim("Pending", **CHOSEN)])
    storage_stand_in.step(api)
    assert api.changes == [("create", f"{VOLUMES}/pvc-77")]


def test_a_claim_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    claims = [claim("Pending"), claim("Bound", **CHOSEN), claim("Pending", **dict(list(CHOSEN.items())[:1]))]
    api = recorded(tmp_path, persistentvolumeclaims=claims)
    storage_stand_in.step(api)
    assert api.changes == []


@pytest.mark.parametrize(("policy", "changes"), [("Delete", [("delete", f"{VOLUMES}/pvc-77")]), ("Retain", [])])
def test_a_released_volume_goes_unless_it_is_retained(
    tmp_path: Path, policy: str, changes: list[tuple[str, str]]
) -> None:
    volume = storage_stand_in.volume_for(claim("Pending", **CHOSEN))
    spec = volume["spec"]
    assert isinstance(spec, dict)
    spec["persistentVolumeReclaimPolicy"] = policy
    volume["status"] = {"phase": "Released"}
    api = recorded(tmp_path, persistentvolumes=[volume])
    storage_stand_in.step(api)
    assert api.changes == changes
