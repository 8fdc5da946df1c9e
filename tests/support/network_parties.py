"""Names the two ends of every connection of a release: its pods, its bundled stores, and who is outside."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support.policies import Endpoint, pod
from tests.support.scenarios import Values, merged
from tests.support.workloads import environment, pods

Object = Mapping[str, Any]

DEFAULTS = Path(__file__).parents[2] / "charts" / "aeterna" / "values.yaml"

PUBLIC = Endpoint(address="203.0.113.7")
PUBLIC_6 = Endpoint(address="2001:db8::7")
PRIVATE = Endpoint(address="10.9.8.7")
METADATA = Endpoint(address="169.254.169.254")
API_SERVER = Endpoint(address="10.0.0.1")
NODE_DNS = Endpoint(address="169.254.20.10")
DNS = pod({"k8s-app": "kube-dns"}, namespace="kube-system")
INGRESS = pod({"app.kubernetes.io/name": "ingress-nginx"}, namespace="ingress-nginx")
PROMETHEUS = pod({"app.kubernetes.io/name": "prometheus"}, namespace="monitoring")
OPERATOR = pod({"app.kubernetes.io/name": "cloudnative-pg"}, namespace="cnpg-system")
NEIGHBOUR = pod({"app": "stranger"})
STRANGER = pod({"app": "stranger"}, namespace="elsewhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A bundled store of release `aeterna`: its pods' labels, its Service, and Service port -> pod port."""

    switch: str
    labels: Mapping[str, str]
    service: str
    ports: Mapping[int, int]


def subchart(name: str) -> dict[str, str]:
    """The labels most subcharts give their pods."""
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": "aeterna"}


# As the subcharts and operators document them; tests/contract holds the names against their data.
STORES = {
    "postgresql": Store(
        switch="postgresql",
        labels={"cnpg.io/cluster": "aeterna-db", "cnpg.io/podRole": "instance"},
        service="aeterna-db-rw",
        ports={5432: 5432},
    ),
    "dragonfly": Store(
        switch="cache.dragonfly", labels=subchart("dragonfly"), service="aeterna-dragonfly", ports={6379: 6379}
    ),
    "valkey": Store(switch="cache.valkey", labels=subchart("valkey"), service="aeterna-valkey", ports={6379: 6379}),
    "qdrant": Store(
        switch="vectorBackend.qdrant",
        labels={"app": "qdrant", **subchart("qdrant")},
        service="aeterna-qdrant",
        ports={6333: 6333, 6334: 6334},
    ),
    "weaviate": Store(
        switch="vectorBackend.weaviate", labels={"app": "weaviate"}, service="weaviate", ports={80: 8080}
    ),
    "mongodb": Store(
        switch="vectorBackend.mongodb",
        labels={
            "app.kubernetes.io/instance": "aeterna-psmdb-db",
            "app.kubernetes.io/managed-by": "percona-server-mongodb-operator",
        },
        service="aeterna-psmdb-db-rs0",
        ports={27017: 27017},
    ),
}


@functools.cache
def defaults() -> Values:
    """The chart's own values."""
    loaded: Values = yaml.load(DEFAULTS.read_text(), Loader=yaml.CSafeLoader)
    return loaded


def whole(values: Values) -> Values:
    """The values with the chart's defaults below them."""
    return merged(defaults(), values)


def bundled(values: Values) -> dict[str, Store]:
    """The bundled stores these values switch on."""
    found = {}
    everything = whole(values)
    for name, store in STORES.items():
        block: Any = everything
        for key in store.switch.split("."):
            block = block[key]
        if block["enabled"]:
            found[name] = store
    return found


def parties(objects: Sequence[Object], values: Values) -> dict[str, Endpoint]:
    """The release's own ends: component -> a pod of it."""
    own = {one.component: pod(one.labels) for one in pods(objects)}
    return own | {name: pod(store.labels) for name, store in bundled(values).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """A host and port the server is told to connect to, and the variable that says so."""

    variable: str
    host: str
    port: int


URL = re.compile(r"^([a-z][a-z0-9+]*)://(?:[^@/]*@)?([^:/?]+)(?::(\d+))?")
USUAL_PORTS = {"http": 80, "https": 443, "mongodb": 27017}
# What a provider's library dials without being told an address.
IMPLIED = {
    ("VECTOR_BACKEND", "pinecone"): ("api.pinecone.io", 443),
    ("VECTOR_BACKEND", "vertex_ai"): ("europe-west1-aiplatform.googleapis.com", 443),
    ("AETERNA_LLM_PROVIDER", "openai"): ("api.openai.com", 443),
}


def dials(objects: Sequence[Object]) -> Iterator[Dial]:
    """Every connection the server's variables make it open."""
    (server,) = (one for one in pods(objects) if one.component == "server")
    variables = environment(server, objects)
    for name, value in variables.items():
        if name.endswith("_HOST") and f"{name[:-5]}_PORT" in variables:
            yield Dial(variable=name, host=value.rpartition("@")[2], port=int(variables[f"{name[:-5]}_PORT"]))
        elif match := URL.match(value):
            port = match[3] or USUAL_PORTS[match[1]]
            yield Dial(variable=name, host=match[2], port=int(port))
        elif value.startswith("git@"):
            yield Dial(variable=name, host=value.partition("@")[2].partition(":")[0], port=22)
        if (name, value) in IMPLIED:
            host, port = IMPLIED[name, value]
            yield Dial(variable=name, host=host, port=port)
