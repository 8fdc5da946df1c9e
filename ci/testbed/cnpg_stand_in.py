"""Stand in for the CloudNativePG operator: databases get ready, with the Secrets and Services it makes.

It acts only while an operator seems to be installed: the Cluster kind is served, and a Deployment
with the operator's own label is available. A Cluster annotated `test.aeterna.dev/outcome: unready`
stays in its first phase.

The real operator cannot take this place: no PostgreSQL runs on the fake nodes, so its databases never get ready.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from ci.testbed import owned
from ci.testbed.fields import entries, labelled, number, section, text

if TYPE_CHECKING:
    from ci.testbed.api import Api, Json, Object

_GROUP = "/apis/postgresql.cnpg.io/v1"
_HEALTHY = "Cluster in healthy state"
_PORT = "5432"
_SELECTORS = {
    "rw": {"cnpg.io/instanceRole": "primary"},
    "ro": {"cnpg.io/instanceRole": "replica"},
    "r": {"cnpg.io/podRole": "instance"},
}


def step(api: Api) -> None:
    """Look once at all Clusters and Databases, and do what is due."""
    clusters = api.items(f"{_GROUP}/clusters")
    owned.clear(api, kind="Cluster", label="cnpg.io/cluster", living=clusters)
    if not clusters or not owned.operated(api, "cloudnative-pg"):
        return
    for cluster in clusters:
        if not text(cluster, "metadata", "deletionTimestamp") and not _settled(cluster):
            _provide(api, cluster)
    for database in api.items(f"{_GROUP}/databases"):
        if section(database, "status").get("applied") is not True:
            generation = section(database, "metadata").get("generation")
            status: Object = {"applied": True, "observedGeneration": generation}
            api.merge(f"{owned.path(_GROUP, 'databases', database)}/status", {"status": status})


def _settled(cluster: Object) -> bool:
    """Tell whether the status already says what it should, so that nothing is left to do."""
    wanted = _status(cluster)
    found = section(cluster, "status")
    same = all(found.get(key) == wanted[key] for key in ("phase", "instances", "readyInstances"))
    state = "True" if wanted["phase"] == _HEALTHY else "False"
    conditions = entries(found, "conditions")
    return same and any(labelled(condition, type="Ready", status=state) for condition in conditions)


def _provide(api: Api, cluster: Object) -> None:
    place = f"/api/v1/namespaces/{text(cluster, 'metadata', 'namespace')}"
    for service in services(cluster):
        api.create(f"{place}/services", service)
    for secret in secrets_of(cluster):
        api.create(f"{place}/secrets", secret)
    # The status comes last: whoever waits for it may count on the rest.
    api.merge(f"{owned.path(_GROUP, 'clusters', cluster)}/status", {"status": _status(cluster)})


def _status(cluster: Object) -> Object:
    name = text(cluster, "metadata", "name")
    instances = number(cluster, "spec", "instances")
    ready = not owned.asks_for_trouble(cluster)
    condition: Object = {
        "type": "Ready",
        "status": "True" if ready else "False",
        "reason": "ClusterIsReady" if ready else "ClusterIsNotReady",
        "message": "Cluster is Ready" if ready else "Cluster Is Not Ready",
        "lastTransitionTime": owned.now(),
    }
    return {
        "phase": _HEALTHY if ready else "Setting up primary",
        "instances": instances,
        "readyInstances": instances if ready else 0,
        "currentPrimary": f"{name}-1",
        "targetPrimary": f"{name}-1",
        "instanceNames": [f"{name}-{number}" for number in range(1, instances + 1)],
        "writeService": f"{name}-rw",
        "readService": f"{name}-r",
        "conditions": [condition],
    }


def _metadata(cluster: Object, suffix: str, **labels: str) -> Object:
    name = text(cluster, "metadata", "name")
    tags: Object = {"cnpg.io/cluster": name}
    tags |= {f"cnpg.io/{key}": value for key, value in labels.items()}
    return {"name": f"{name}-{suffix}", "labels": tags, "ownerReferences": [owned.reference(cluster)]}


def services(cluster: Object) -> list[Object]:
    """Return the three Services: to write, to read from replicas, to read from anywhere."""
    name = text(cluster, "metadata", "name")
    ports: list[Json] = [{"name": "postgres", "port": int(_PORT), "targetPort": int(_PORT), "protocol": "TCP"}]
    return [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": _metadata(cluster, suffix),
            "spec": {"type": "ClusterIP", "ports": ports, "selector": {"cnpg.io/cluster": name, **selector}},
        }
        for suffix, selector in _SELECTORS.items()
    ]


def secrets_of(cluster: Object) -> list[Object]:
    """Return the Secrets with connection data that the operator would make for this Cluster.

    The application's is left out when the Cluster names one of its own; the superuser's is made
    only on demand.
    """
    first = section(cluster, "spec", "bootstrap", "initdb")
    database = text(first, "database") or "app"
    made: list[Object] = []
    if not text(first, "secret", "name"):
        made.append(_credentials(cluster, "app", user=text(first, "owner") or database, database=database))
    if section(cluster, "spec").get("enableSuperuserAccess") is True:
        made.append(_credentials(cluster, "superuser", user="postgres", database="*"))
    return made


def _credentials(cluster: Object, suffix: str, *, user: str, database: str) -> Object:
    host = f"{text(cluster, 'metadata', 'name')}-rw"
    near = f"{host}.{text(cluster, 'metadata', 'namespace')}"
    far = f"{near}.svc.cluster.local"
    password = secrets.token_urlsafe(48)
    login, query = f"{quote(user)}:{quote(password)}", urlencode({"password": password, "user": user})
    content: Object = {
        "username": user,
        "user": user,
        "password": password,
        "dbname": database,
        "host": host,
        "port": _PORT,
        "pgpass": f"{host}:{_PORT}:{database}:{user}:{password}\n",
        "uri": f"postgresql://{login}@{near}:{_PORT}/{database}",
        "jdbc-uri": f"jdbc:postgresql://{near}:{_PORT}/{database}?{query}",
        "fqdn-uri": f"postgresql://{login}@{far}:{_PORT}/{database}",
        "fqdn-jdbc-uri": f"jdbc:postgresql://{far}:{_PORT}/{database}?{query}",
    }
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/basic-auth",
        "metadata": _metadata(cluster, suffix, userType=suffix, reload="true"),
        "stringData": content,
    }
