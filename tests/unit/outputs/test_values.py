"""The deployment as Helm values, and what values mean as a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from helm_aeterna.answers.resolve import resolve
from helm_aeterna.formats import nest
from helm_aeterna.model.deployment import Chosen, Deployment, Existing, Remote
from helm_aeterna.model.secret import SecretText
from helm_aeterna.outputs.values import answer_schemas, deployment_of, helm_values, places, secrets_in
from tests.support.models import answers, real_chart

if TYPE_CHECKING:
    from helm_aeterna.formats import Tree

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
# Questions whose answer decides what is written, and is not a key itself.
NO_KEY = {"target", "opal", "opencode", "secret-store-prefix", "secret-store-optional"}


def deployed(**given: Tree) -> Deployment:
    chart = real_chart()
    made = resolve(chart.catalogue, chart.script, answers({"kms-key": KEY, "llm": "none"} | given)).deployment
    assert made is not None
    return made


def written(**given: Tree) -> tuple[dict[str, Tree], dict[str, SecretText]]:
    return helm_values(real_chart().catalogue, deployed(**given))


def test_every_answer_has_its_keys_and_every_key_its_schema() -> None:
    chart = real_chart()
    known, axes = places(chart.catalogue), {axis.flag for axis in chart.catalogue}
    local = {question for _, part in chart.catalogue.parts() for _, question, _ in part.local.values()}
    assert {question.id for question in chart.script} - known.keys() - axes - local == NO_KEY
    assert [name for name, schema in answer_schemas(chart.catalogue, chart.schema).items() if not schema] == []


def test_one_answer_goes_to_all_its_keys() -> None:
    values, _ = written(dragonfly_memory_limit="1Gi")
    assert values["cache.dragonfly.resources.limits.memory"] == "1Gi"
    assert values["dragonfly.resources.limits.memory"] == "1Gi"


def test_bundled_parts_that_are_not_chosen_are_switched_off() -> None:
    values, secrets = written(vector_backend="pinecone", pinecone_api_key="k", pinecone_environment="e")
    assert values["vectorBackend.qdrant.enabled"] is False
    assert values["vectorBackend.pinecone.enabled"] is True
    assert values["vectorBackend.type"] == "pinecone"
    assert secrets["vectorBackend.pinecone.apiKey"].reveal() == "k"


def test_credentials_that_are_elsewhere_are_references() -> None:
    values, secrets = written(postgresql="external", postgresql_host="h", postgresql_username="u",
                              postgresql_existing_secret="pg", postgresql_existing_secret_key="pw")  # fmt: skip
    assert values["postgresql.external.existingSecret"] == "pg"
    assert values["postgresql.external.existingSecretKey"] == "pw"
    assert secrets.keys() == {"aeterna.kmsKey"}
    chart = real_chart()
    kms = Chosen(secrets={"kmsKey": Remote("team/kms-key")})
    remote = Deployment(target="kubernetes", parts={"aeterna": kms}, options={"secrets-provider": "external-secrets"})
    assert helm_values(chart.catalogue, remote)[0] == {
        "secrets.externalSecrets.keys.kms-key.key": "team/kms-key",
        "secrets.provider": "external-secrets",
        "secrets.externalSecrets.enabled": True,
    }


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"vector_backend": "weaviate-external", "weaviate_host": "w", "cache": "valkey", "llm": "ollama",
         "ollama_host": "http://o:1"},
        {"postgresql": "external", "postgresql_host": "h", "postgresql_username": "u", "postgresql_password": "p",
         "cache": "external", "cache_host": "c", "cache_existing_secret": "theirs", "vector_backend": "pgvector"},
        {"secrets_provider": "external-secrets", "secret_store_name": "vault", "llm": "openai",
         "kms_key_existing_secret": "x"},
    ],
    ids=["defaults", "outside", "secrets", "remote"],
)  # fmt: skip
def test_values_lead_back_to_the_deployment(given: dict[str, Any]) -> None:
    given = {name: value for name, value in given.items() if name != "kms_key_existing_secret"}
    if "secrets_provider" in given:
        chart = real_chart()
        made = resolve(chart.catalogue, chart.script, answers(given)).deployment
        assert made is not None
    else:
        made = deployed(**given)
    values, secrets = helm_values(real_chart().catalogue, made)
    tree = nest(values | {key: secret.reveal() for key, secret in secrets.items()})
    again = deployment_of(real_chart().catalogue, tree)
    assert again.choices == made.choices
    for name, chosen in made.parts.items():
        assert again.parts[name].secrets == chosen.secrets, name
        assert chosen.settings.items() <= again.parts[name].settings.items(), name


def test_values_are_understood_as_the_chart_does() -> None:
    """As text, and an empty text is none."""
    catalogue = real_chart().catalogue
    tree: dict[str, Tree] = {
        "cache": {"type": "external", "external": {"host": "redis", "password": "", "existingSecret": "s"}}
    }
    found = deployment_of(catalogue, tree | {"postgresql": {"enabled": "true"}})
    assert found.choices == {"cache": "external", "postgresql": "cloudnative-pg"}
    assert found.parts["cache"].secrets == {"password": Existing("s")}
    assert deployment_of(catalogue, {"cache": {"type": "external", "external": {"password": ""}}}).parts[
        "cache"
    ].secrets == {}  # fmt: skip
    assert deployment_of(catalogue, None).choices == {}


def test_credentials_that_are_there_are_found_by_their_questions() -> None:
    tree: dict[str, Tree] = {
        "aeterna": {"kmsKey": "k"},
        "llm": {"openai": {"apiKey": "o"}},
        "cache": {"external": {"password": ""}},
    }
    assert secrets_in(real_chart().catalogue, tree) == {"kms-key": SecretText("k"), "openai-api-key": SecretText("o")}
    assert secrets_in(real_chart().catalogue, None) == {}


def test_a_finding_s_key_leads_to_its_flag() -> None:
    flags = real_chart().flags
    assert flags["aeterna.knowledgeRepo.url"] == "--knowledge-repo-url"
    assert flags["llm.openai.apiKey"] == "--openai-api-key-file"
    assert flags["cache.external.existingSecret"] == "--cache-existing-secret"
