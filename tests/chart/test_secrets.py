from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.support.environment import server_environment
from tests.support.render import Manifest, find, render, render_error, render_text
from tests.support.scenarios import MINIMAL, SCENARIOS, merged

APIS = ("external-secrets.io/v1",)

# Every credential of every choice: values that give it, and the variable that carries it.
CREDENTIALS: dict[str, tuple[dict[str, Any], str, str]] = {
    "kms-key": ({}, "aeterna", "AETERNA_LOCAL_KMS_KEY"),
    "qdrant-api-key": (SCENARIOS["vector-qdrant-external"], "vectorBackend.qdrant.external", "QDRANT_API_KEY"),
    "pinecone-api-key": (SCENARIOS["vector-pinecone"], "vectorBackend.pinecone", "PINECONE_API_KEY"),
    "weaviate-api-key": (SCENARIOS["vector-weaviate-external"], "vectorBackend.weaviate.external", "WEAVIATE_API_KEY"),
    "mongodb-uri": (SCENARIOS["vector-mongodb"], "vectorBackend.mongodb", "MONGODB_URI"),
    "vertex-ai-access-token": (SCENARIOS["vector-vertex-ai"], "vectorBackend.vertexAi", "GOOGLE_ACCESS_TOKEN"),
    "databricks-token": (SCENARIOS["vector-databricks"], "vectorBackend.databricks", "DATABRICKS_TOKEN"),
    "redis-password": (SCENARIOS["cache-external"], "cache.external", "REDIS_PASSWORD"),
    "postgresql-password": (SCENARIOS["postgresql-external"], "postgresql.external", "PG_PASSWORD"),
    "openai-api-key": (SCENARIOS["llm-openai"], "llm.openai", "OPENAI_API_KEY"),
    "anthropic-api-key": (SCENARIOS["llm-anthropic"], "llm.anthropic", "OPENAI_API_KEY"),
}
FIELDS = {
    "kms-key": "kmsKey",
    "mongodb-uri": "uri",
    "vertex-ai-access-token": "accessToken",
    "databricks-token": "token",
    "redis-password": "password",
    "postgresql-password": "password",
}

each_credential = pytest.mark.parametrize("credential", CREDENTIALS)


def at(path: str, tree: dict[str, Any]) -> dict[str, Any]:
    for key in reversed(path.split(".")):
        tree = {key: tree}
    return tree


def secrets_of(objects: list[Manifest]) -> list[Manifest]:
    return [item for item in objects if item["kind"] == "Secret"]


@each_credential
def test_a_given_credential_lies_in_the_release_s_own_secret_and_is_read_from_there(credential: str) -> None:
    values, _, variable = CREDENTIALS[credential]
    objects = render(merged(MINIMAL, values))
    secret = find(objects, "Secret", "aeterna-credentials")
    assert base64.b64decode(secret["data"][credential])
    assert server_environment(objects)[variable] == f"<aeterna-credentials/{credential}>"


@each_credential
@pytest.mark.requirement("CHART-13")
def test_an_existing_secret_is_used_and_none_is_made_for_it(credential: str) -> None:
    values, block, variable = CREDENTIALS[credential]
    field = FIELDS.get(credential, "apiKey")
    existing = at(block, {field: "", "existingSecret": "mine", "existingSecretKey": "k"})
    objects = render(merged(MINIMAL, values, existing))
    assert server_environment(objects)[variable] == "<mine/k>"
    assert credential not in {key for secret in secrets_of(objects) for key in secret["data"]}


@pytest.mark.requirement("CHART-13")
def test_existing_secrets_everywhere_leave_no_secret_to_make() -> None:
    assert secrets_of(render(SCENARIOS["existing-secrets"])) == []


# Defaults that the operator's API fills in: left out, Argo CD would report a difference for ever.
WRITTEN_OUT = {"conversionStrategy": "Default", "decodingStrategy": "None", "metadataPolicy": "None"}


@pytest.mark.requirement("CHART-24")
def test_external_secrets_are_asked_for_each_credential_and_no_secret_is_made() -> None:
    objects = render(SCENARIOS["external-secrets"], api_versions=APIS)
    asked = find(objects, "ExternalSecret", "aeterna-credentials")
    keys = SCENARIOS["external-secrets"]["secrets"]["externalSecrets"]["keys"]
    assert {entry["secretKey"]: entry["remoteRef"] for entry in asked["spec"]["data"]} == {
        credential: {**WRITTEN_OUT, **place} for credential, place in keys.items()
    }
    assert asked["apiVersion"] == "external-secrets.io/v1"
    assert asked["spec"]["target"]["name"] == "aeterna-credentials"
    assert secrets_of(objects) == []


def test_external_secrets_bring_the_bundled_weaviate_its_key_where_it_reads_it() -> None:
    external: dict[str, Any] = {
        "aeterna": {"kmsKey": ""},
        "vectorBackend": {"weaviate": {"apiKey": ""}},
        "secrets": {
            "provider": "external-secrets",
            "externalSecrets": {
                "enabled": True,
                "secretStoreRef": {"name": "vault"},
                "keys": {"kms-key": {"key": "a/kms"}, "weaviate-api-key": {"key": "a/weaviate", "property": "key"}},
            },
        },
    }
    objects = render(merged(SCENARIOS["vector-weaviate"], external), api_versions=APIS)
    asked = find(objects, "ExternalSecret", "weaviate-api-key")
    assert asked["spec"]["data"] == [
        {
            "secretKey": "AUTHENTICATION_APIKEY_ALLOWED_KEYS",
            "remoteRef": {"key": "a/weaviate", "property": "key", **WRITTEN_OUT},
        }
    ]


def test_a_credential_of_a_part_that_is_not_chosen_is_not_asked_for() -> None:
    values = merged(
        SCENARIOS["external-secrets"], {"secrets": {"externalSecrets": {"keys": {"redis-password": {"key": "r"}}}}}
    )
    chosen = merged(values, {"cache": {"type": "dragonfly", "dragonfly": {"enabled": True}, "external": {"host": ""}}})
    keys = [
        entry["secretKey"]
        for item in render(chosen, api_versions=APIS)
        if item["kind"] == "ExternalSecret"
        for entry in item["spec"]["data"]
    ]
    assert "redis-password" not in keys


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_credentials_stand_in_secrets_alone(scenario: str) -> None:
    values = SCENARIOS[scenario]
    planted = [text for text in strings(values) if "canary" in text]
    others = [item for item in render(values, api_versions=APIS) if item["kind"] != "Secret"]
    assert [text for text in planted if text in json.dumps(others)] == []


def strings(tree: object) -> list[str]:
    if isinstance(tree, dict):
        return [text for value in tree.values() for text in strings(value)]
    if isinstance(tree, list):
        return [text for value in tree for text in strings(value)]
    return [tree] if isinstance(tree, str) else []


def test_a_credential_nothing_reads_is_stored_nowhere() -> None:
    file = {"vectorBackend": {"vertexAi": {"serviceAccountJson": "canary-file"}}}
    text = render_text(merged(SCENARIOS["vector-vertex-ai"], file))
    assert "canary-file" not in text
    assert base64.b64encode(b"canary-file").decode() not in text


@pytest.mark.requirement("CHART-25")
def test_a_changed_credential_restarts_the_pods() -> None:
    def checksum(key: str) -> str:
        values = merged(SCENARIOS["llm-openai"], {"llm": {"openai": {"apiKey": key}}})
        annotations = find(render(values), "Deployment")["spec"]["template"]["metadata"]["annotations"]
        text: str = annotations["checksum/credentials"]
        return text

    assert checksum("one") == checksum("one") != checksum("two")


def test_secrets_of_others_have_no_checksum_to_compare() -> None:
    annotations = find(render(SCENARIOS["existing-secrets"]), "Deployment")["spec"]["template"]["metadata"][
        "annotations"
    ]
    assert "checksum/credentials" not in annotations


def test_the_own_secret_outlives_the_release_as_the_data_it_opens_does() -> None:
    annotations = find(render(MINIMAL), "Secret")["metadata"]["annotations"]
    assert annotations["helm.sh/resource-policy"] == "keep"
    assert annotations["argocd.argoproj.io/sync-options"] == "Prune=false"


def test_sops_hands_values_over_as_helm_does() -> None:
    sops = merged(SCENARIOS["llm-openai"], {"secrets": {"provider": "sops"}})
    assert render(sops) == render(SCENARIOS["llm-openai"])


@pytest.mark.requirement("CHART-24")
def test_plain_credentials_are_refused_beside_external_secrets() -> None:
    problems = render_error(
        merged(SCENARIOS["external-secrets"], {"aeterna": {"kmsKey": MINIMAL["aeterna"]["kmsKey"]}})
    )
    assert [(problem.code, problem.key) for problem in problems] == [("AET106", "aeterna.kmsKey")]
