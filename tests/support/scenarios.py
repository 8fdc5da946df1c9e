"""The configurations every rule of the chart is shown for: each choice of each axis, each mix, each feature."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

Values = dict[str, Any]

CI_VALUES = Path(__file__).parents[2] / "charts" / "aeterna" / "ci"

# base64 of 32 bytes, for tests alone
KMS_KEY = "VEhJUy1JUy1OT1QtQS1TRUNSRVQtSVQtSVMtQS1URVM="
REMOTE = "https://git.example.org/team/knowledge.git"


def merged(*layers: Mapping[str, Any]) -> Values:
    """Lay mappings over one another, later ones winning, lists replaced whole: what Helm does with several files."""
    result: Values = {}
    for layer in layers:
        for key, value in layer.items():
            below = result.get(key)
            if isinstance(below, dict) and isinstance(value, dict):
                result[key] = merged(below, value)
            else:
                result[key] = copy.deepcopy(value)
    return result


# What cannot have a default: the key of all keys, and an LLM provider that asks for no key.
MINIMAL: Values = {"aeterna": {"kmsKey": KMS_KEY}, "llm": {"provider": "none"}}

EXTERNAL_POSTGRESQL: Values = {
    "postgresql": {
        "enabled": False,
        "external": {"host": "db.example.org", "port": 6432, "username": "aeterna", "password": "pg-canary"},
    }
}
EXTERNAL_CACHE: Values = {
    "cache": {
        "type": "external",
        "dragonfly": {"enabled": False},
        "external": {"host": "10.1.2.3", "port": 6380, "password": "redis-canary"},
    }
}
VALKEY: Values = {"cache": {"type": "valkey", "dragonfly": {"enabled": False}, "valkey": {"enabled": True}}}


def vector(choice: str, **block: Any) -> Values:  # noqa: ANN401 - values of any shape
    """Values that choose a vector backend other than the bundled Qdrant."""
    key = {"vertex-ai": "vertexAi"}.get(choice, choice)
    return {"vectorBackend": {"type": choice, "qdrant": {"enabled": False}, key: block}}


VECTOR: dict[str, Values] = {
    "qdrant": {},
    "qdrant-external": {
        "vectorBackend": {
            "qdrant": {
                "enabled": False,
                "external": {"host": "qdrant.example.org", "grpcPort": 16334, "scheme": "https", "apiKey": "q-canary"},
            }
        }
    },
    "pgvector": vector("pgvector", enabled=True),
    "pinecone": vector("pinecone", enabled=True, apiKey="pc-canary", environment="us-east-1-aws", indexName="memories"),
    "weaviate": vector("weaviate", enabled=True, apiKey="wv-canary"),
    "weaviate-external": vector("weaviate", external={"host": "weaviate.example.org", "port": 18080, "apiKey": "wv-canary"}),
    "mongodb": vector("mongodb", uri="mongodb+srv://u:m-canary@cluster0.example.mongodb.net/"),
    "mongodb-bundled": vector("mongodb", enabled=True),
    "vertex-ai": vector(
        "vertex-ai",
        enabled=True,
        projectId="project-1",
        region="europe-west1",
        indexEndpoint="1234567890123456789",
        deployedIndexId="memories_1",
        accessToken="va-canary",
    ),
    "databricks": vector(
        "databricks", enabled=True, workspaceUrl="https://adb-1.2.azuredatabricks.net", token="db-canary", catalog="main"
    ),
}  # fmt: skip

CACHE: dict[str, Values] = {"dragonfly": {}, "valkey": VALKEY, "external": EXTERNAL_CACHE}
POSTGRESQL: dict[str, Values] = {"cloudnative-pg": {}, "external": EXTERNAL_POSTGRESQL}
LLM: dict[str, Values] = {
    "openai": {"llm": {"provider": "openai", "openai": {"apiKey": "llm-canary"}}},
    "openai-gateway": {
        "llm": {
            "provider": "openai",
            "openai": {"apiKey": "llm-canary", "baseUrl": "http://gateway.example.org:4000/v1"},
        }
    },
    "anthropic": {"llm": {"provider": "anthropic", "anthropic": {"apiKey": "llm-canary"}}},
    "ollama": {"llm": {"provider": "ollama", "ollama": {"host": "http://ollama.models.svc:11434"}}},
    "none": {},
}

FEATURES: dict[str, Values] = {
    "ingress": {"ingress": {"enabled": True, "hosts": [{"host": "aeterna.example.org", "paths": [{"path": "/", "pathType": "Prefix"}]}]}},
    "ingress-tls": {
        "ingress": {
            "enabled": True,
            "className": "nginx",
            "annotations": {"cert-manager.io/cluster-issuer": "letsencrypt"},
            "hosts": [
                {"host": "aeterna.example.org", "paths": [{"path": "/api", "pathType": "Prefix"}, {"path": "/mcp", "pathType": "Prefix"}]}
            ],
            "tls": [{"secretName": "aeterna-tls", "hosts": ["aeterna.example.org"]}],
        }
    },
    "autoscaling": {"aeterna": {"knowledgeRepo": {"url": REMOTE}}, "autoscaling": {"enabled": True}},
    "disruption-budget": {
        "aeterna": {"replicas": 3, "knowledgeRepo": {"url": REMOTE}},
        "podDisruptionBudget": {"enabled": True},
    },
    "replicas-over-ssh": {"aeterna": {"replicas": 2, "knowledgeRepo": {"url": "git@git.example.org:team/knowledge.git"}}},
    "service-monitor": {"observability": {"serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}}}},
    "token-review": {"aeterna": {"tokenReview": True}},
    "mirror": {"global": {"imageRegistry": "mirror.example:5000/team", "imagePullSecrets": ["pull", {"name": "also"}]}},
    "no-tests": {"tests": {"enabled": False}},
    "no-migration": {"migration": {"mode": "disabled"}},
    "own-service-account": {"serviceAccount": {"create": False, "name": "ready-made"}},
    "one-instance": {"postgresql": {"instances": 1, "pgvector": {"enabled": False}}},
}  # fmt: skip


def backup(**changes: Any) -> Values:  # noqa: ANN401 - values of any shape
    """Values with backups of the bundled database switched on."""
    return {
        "postgresql": {
            "backup": merged({"enabled": True, "destination": {"bucket": "backups", "path": "/aeterna"}}, changes)
        }
    }


S3_KEYS = {"accessKeyId": "AKIA", "secretAccessKey": "s3-canary"}
BACKUP: dict[str, Values] = {
    "backup-s3": backup(credentials=S3_KEYS, destination={"region": "eu-central-1"}),
    "backup-s3-compatible": backup(
        method="plugin",
        credentials={"existingSecret": "minio", "existingSecretKeys": {"accessKeyId": "user", "secretAccessKey": "password"}},
        destination={
            "endpoint": "https://minio.storage.svc:9000",
            "endpointCA": {"existingSecret": "minio-ca"},
            "region": "us-east-1",
        },
        schedule="0 30 1 * * *",
    ),
    "backup-s3-identity": backup(credentials={"inherit": True}),
    "backup-gcs": backup(destination={"type": "gcs"}, credentials={"applicationCredentials": '{"canary": true}'}),
    "backup-gcs-identity": backup(method="plugin", destination={"type": "gcs"}, credentials={"inherit": True}),
    "backup-azure": backup(
        method="plugin",
        destination={"type": "azure", "storageAccount": "aeternabackups"},
        credentials={"storageKey": "az-canary"},
    ),
    "backup-azure-identity": backup(
        destination={"type": "azure", "storageAccount": "aeternabackups"}, credentials={"inherit": True}
    ),
}  # fmt: skip

EVERYTHING_OUTSIDE: Values = merged(
    EXTERNAL_POSTGRESQL, EXTERNAL_CACHE, VECTOR["qdrant-external"], LLM["openai-gateway"], FEATURES["autoscaling"]
)

# Every credential in a Secret the user made; no values hold one.
EXISTING_SECRETS: Values = {
    "aeterna": {"kmsKey": "", "existingSecret": "kms", "existingSecretKey": "key"},
    "vectorBackend": {
        "qdrant": {"enabled": False, "external": {"host": "qdrant.example.org", "existingSecret": "vectors"}}
    },
    "cache": {
        "type": "external",
        "dragonfly": {"enabled": False},
        "external": {"host": "redis.example.org", "existingSecret": "redis"},
    },
    "postgresql": {
        "enabled": False,
        "external": {
            "host": "db.example.org",
            "username": "aeterna",
            "existingSecret": "pg",
            "existingSecretKey": "pw",
        },
    },
    "llm": {"provider": "openai", "openai": {"existingSecret": "llm"}},
}
EXTERNAL_SECRETS: Values = merged(
    EXISTING_SECRETS,
    {
        "aeterna": {"existingSecret": "", "existingSecretKey": "kms-key"},
        "vectorBackend": {"qdrant": {"external": {"existingSecret": ""}}},
        "cache": {"external": {"existingSecret": ""}},
        "postgresql": {"external": {"existingSecret": ""}},
        "llm": {"openai": {"existingSecret": ""}},
        "secrets": {
            "provider": "external-secrets",
            "externalSecrets": {
                "enabled": True,
                "secretStoreRef": {"name": "vault"},
                "keys": {
                    name: {"key": f"aeterna/{name}"}
                    for name in ("kms-key", "qdrant-api-key", "redis-password", "postgresql-password", "openai-api-key")
                },
            },
        },
    },
)


EVERYTHING_ON: Values = merged(
    FEATURES["ingress-tls"],
    FEATURES["autoscaling"],
    FEATURES["disruption-budget"],
    FEATURES["service-monitor"],
    FEATURES["token-review"],
    FEATURES["mirror"],
    VALKEY,
    VECTOR["weaviate"],
    LLM["ollama"],
    BACKUP["backup-s3"],
)

AXES: dict[str, dict[str, Values]] = {
    "vector": VECTOR,
    "cache": CACHE,
    "postgresql": POSTGRESQL,
    "llm": LLM,
    "feature": FEATURES,
    "backup": BACKUP,
}
WHOLE: dict[str, Values] = {
    "everything-outside": EVERYTHING_OUTSIDE,
    "everything-on": EVERYTHING_ON,
    "existing-secrets": EXISTING_SECRETS,
    "external-secrets": EXTERNAL_SECRETS,
}


def scenarios() -> dict[str, Values]:
    """Every scenario: its name and its values; with them the values files chart-testing installs."""
    named = {"minimal": MINIMAL, **{name: merged(MINIMAL, values) for name, values in WHOLE.items()}}
    for axis, choices in AXES.items():
        named |= {f"{axis}-{name}": merged(MINIMAL, values) for name, values in choices.items() if values}
    for path in sorted(CI_VALUES.glob("*-values.yaml")):
        named[f"ci-{path.name.removesuffix('-values.yaml')}"] = yaml.safe_load(path.read_text())
    return named


def guarded(values: Values) -> Values:
    """The same configuration with network policies."""
    return merged(values, {"security": {"networkPolicy": {"enabled": True}}})


SCENARIOS = scenarios()
