"""Stand in for Percona's operator for MongoDB: replica sets get ready, and deleted ones can go.

It acts only while an operator seems to be installed. Without one, a deleted resource keeps its
finalizers and stays, as it does with the real operator, which would wait for a MongoDB that no fake node runs.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from ci.testbed import owned
from ci.testbed.fields import entries, number, section, text

if TYPE_CHECKING:
    from ci.testbed.api import Api, Object

_GROUP = "/apis/psmdb.percona.com/v1"
_KIND = "PerconaServerMongoDB"
_PLURAL = "perconaservermongodbs"
_OPERATOR = "psmdb-operator"
_MANAGER = "percona-server-mongodb-operator"
_PORT = 27017
_USERS = {
    "BACKUP": "backup",
    "CLUSTER_ADMIN": "clusterAdmin",
    "CLUSTER_MONITOR": "clusterMonitor",
    "DATABASE_ADMIN": "databaseAdmin",
    "USER_ADMIN": "userAdmin",
}


def step(api: Api) -> None:
    """Look once at all databases, and do what is due."""
    databases = api.items(f"{_GROUP}/{_PLURAL}")
    owned.clear(api, kind=_KIND, label=f"app.kubernetes.io/managed-by={_MANAGER}", living=databases)
    if not databases or not owned.operated(api, _OPERATOR):
        return
    for database in databases:
        place = owned.path(_GROUP, _PLURAL, database)
        if text(database, "metadata", "deletionTimestamp"):
            api.merge(place, {"metadata": {"finalizers": []}})
        elif not _settled(database):
            _provide(api, database)
            api.merge(f"{place}/status", {"status": status(database)})


def _settled(database: Object) -> bool:
    wanted, found = status(database), section(database, "status")
    return all(found.get(key) == wanted[key] for key in ("state", "size", "ready"))


def _provide(api: Api, database: Object) -> None:
    place = f"/api/v1/namespaces/{text(database, 'metadata', 'namespace')}"
    api.create(f"{place}/secrets", users(database))
    for replica_set in entries(database, "spec", "replsets"):
        api.create(f"{place}/services", _service(database, text(replica_set, "name")))


def status(database: Object) -> Object:
    """Return the status the operator would report in the end."""
    sets = entries(database, "spec", "replsets")
    size = sum(number(replica_set, "size") for replica_set in sets)
    ready = not owned.asks_for_trouble(database)
    state = "ready" if ready else "initializing"
    name, namespace = text(database, "metadata", "name"), text(database, "metadata", "namespace")
    reports: Object = {
        text(each, "name"): {
            "size": number(each, "size"),
            "ready": number(each, "size") if ready else 0,
            "status": state,
            "initialized": ready,
        }
        for each in sets
    }
    return {
        "state": state,
        "size": size,
        "ready": size if ready else 0,
        "host": f"{name}-{text(sets[0], 'name')}.{namespace}.svc.cluster.local" if sets else "",
        "replsets": reports,
        "conditions": [{"type": state, "status": "True", "lastTransitionTime": owned.now()}],
    }


def _labels(database: Object) -> Object:
    name = text(database, "metadata", "name")
    return {"app.kubernetes.io/managed-by": _MANAGER, "app.kubernetes.io/instance": name}


def _service(database: Object, replica_set: str) -> Object:
    labels = _labels(database)
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": f"{text(database, 'metadata', 'name')}-{replica_set}",
            "labels": labels,
            "ownerReferences": [owned.reference(database)],
        },
        "spec": {
            "clusterIP": "None",
            "ports": [{"name": "mongodb", "port": _PORT, "targetPort": _PORT}],
            "selector": {**labels, "app.kubernetes.io/replset": replica_set},
        },
    }


def users(database: Object) -> Object:
    """Return the Secret with the system users; it has no owner, because it outlives the database."""
    name = text(database, "spec", "secrets", "users") or f"{text(database, 'metadata', 'name')}-secrets"
    content: Object = {}
    for user, login in _USERS.items():
        content |= {f"MONGODB_{user}_USER": login, f"MONGODB_{user}_PASSWORD": secrets.token_urlsafe(16)}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "labels": _labels(database)},
        "stringData": content,
    }
