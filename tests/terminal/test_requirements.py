"""What each choice asks, and where its answers end up: the real questions, the real `init`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from helm_aeterna.formats import load_yaml, lookup
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.pages import build_pages
from tests.terminal.test_four_ways import by_prompts
from tests.terminal.wizard_program import real_script
from tests.unit.wizard.robot import given

if TYPE_CHECKING:
    from pathlib import Path

    from helm_aeterna.model.question import Value

pytestmark = pytest.mark.terminal
SCRIPT = real_script()


def asked(**choices: str) -> list[str]:
    """The questions on the pages, for some choices."""
    pages = build_pages(SCRIPT, given(**choices), frozenset())
    return [question.id for page in pages for question in page.questions if page.owner in {"", *_ids(choices)}]


def _ids(choices: dict[str, str]) -> set[str]:
    return {name.replace("_", "-") for name in choices}


def files(folder: Path, wanted: dict[str, Value]) -> tuple[Any, Any]:
    """values.yaml and values.secret.yaml of a person who answers this, no key of OpenAI at hand."""
    by_prompts(folder, {"llm": "none", **wanted})
    texts = [(folder / name).read_text() for name in ("values.yaml", "values.secret.yaml")]
    return load_yaml(texts[0], "values"), load_yaml(texts[1], "secret")


@pytest.mark.requirement("CLI-04")
def test_a_local_deployment_asks_for_all_parts_and_has_them_all(folder: Path) -> None:
    pages = [page.id for page in build_pages(SCRIPT, given(), frozenset())]
    assert [name for name in pages if name in {"vector-backend", "cache", "postgresql", "llm"}] == [
        "vector-backend",
        "cache",
        "postgresql",
        "llm",
    ], "in the design's order"
    values, _ = files(folder, {})
    assert lookup(values, "vectorBackend.qdrant.enabled") is True
    assert lookup(values, "cache.dragonfly.enabled") is True
    assert lookup(values, "postgresql.enabled") is True


@pytest.mark.requirement("CLI-08", "CLI-09")
def test_pinecone_asks_key_environment_and_index(folder: Path) -> None:
    assert {"pinecone-environment", "pinecone-index-name", "pinecone-api-key"} <= set(asked(vector_backend="pinecone"))
    values, secret = files(
        folder,
        {
            "vector-backend": "pinecone",
            "pinecone-environment": "us-east-1-aws",
            "pinecone-index-name": "mine",
            "pinecone-api-key": SecretText("pc-1"),
        },
    )
    assert lookup(values, "vectorBackend.pinecone.environment") == "us-east-1-aws"
    assert lookup(values, "vectorBackend.pinecone.indexName") == "mine"
    assert lookup(values, "vectorBackend.pinecone.apiKey") is None
    assert lookup(secret, "vectorBackend.pinecone.apiKey") == "pc-1"
    assert lookup(values, "vectorBackend.qdrant.enabled") is False


@pytest.mark.requirement("CLI-10")
def test_vertex_ai_asks_project_region_endpoint_and_service_account() -> None:
    assert {
        "vertex-ai-project-id",
        "vertex-ai-region",
        "vertex-ai-index-endpoint",
        "vertex-ai-deployed-index-id",
        "vertex-ai-access-token",
        "vertex-ai-service-account-json",
    } <= set(asked(vector_backend="vertex-ai"))


@pytest.mark.requirement("CLI-11")
def test_dragonfly_asks_its_limit_and_writes_it_to_both_places(folder: Path) -> None:
    values, _ = files(folder, {"cache": "dragonfly", "dragonfly-memory-limit": "3Gi", "dragonfly-cpu-limit": "2"})
    for block in ("cache.dragonfly", "dragonfly"):
        assert lookup(values, f"{block}.resources.limits.memory") == "3Gi"
        assert str(lookup(values, f"{block}.resources.limits.cpu")) == "2"


@pytest.mark.requirement("CLI-12")
def test_valkey_takes_dragonfly_out(folder: Path) -> None:
    values, _ = files(folder, {"cache": "valkey"})
    assert lookup(values, "cache.type") == "valkey"
    assert lookup(values, "cache.valkey.enabled") is True
    assert lookup(values, "cache.dragonfly.enabled") is False


@pytest.mark.requirement("CLI-13")
def test_an_external_cache_asks_host_port_and_password(folder: Path) -> None:
    assert {"cache-host", "cache-port", "cache-password"} <= set(asked(cache="external"))
    values, secret = files(
        folder, {"cache": "external", "cache-host": "r.example.org", "cache-password": SecretText("pw12345")}
    )
    assert lookup(values, "cache.external.host") == "r.example.org"
    assert lookup(secret, "cache.external.password") == "pw12345"


@pytest.mark.requirement("CLI-14")
def test_cloudnative_pg_asks_size_class_instances_and_backup(folder: Path) -> None:
    assert {
        "postgresql-storage-size",
        "postgresql-storage-class",
        "postgresql-instances",
        "postgresql-backup",
    } <= set(asked(postgresql="cloudnative-pg"))
    values, _ = files(
        folder,
        {
            "postgresql": "cloudnative-pg",
            "postgresql-instances": 5,
            "postgresql-backup": True,
            "postgresql-backup-bucket": "mine",
            "postgresql-backup-inherit": True,
        },
    )
    assert lookup(values, "postgresql.instances") == 5
    assert lookup(values, "postgresql.backup.destination.bucket") == "mine"


@pytest.mark.requirement("CLI-15")
def test_external_postgresql_asks_its_fields() -> None:
    wanted = {f"postgresql-{name}" for name in ("host", "port", "database", "username", "password")}
    assert wanted <= set(asked(postgresql="external"))


@pytest.mark.requirement("CLI-20")
def test_anthropic_asks_key_and_model(folder: Path) -> None:
    assert {"anthropic-api-key", "anthropic-model"} <= set(asked(llm="anthropic"))
    values, secret = files(
        folder, {"llm": "anthropic", "anthropic-model": "claude-x", "anthropic-api-key": SecretText("sk-ant-1")}
    )
    assert lookup(values, "llm.anthropic.model") == "claude-x"
    assert lookup(secret, "llm.anthropic.apiKey") == "sk-ant-1"


@pytest.mark.requirement("CLI-19")
def test_openai_asks_key_and_models() -> None:
    assert {"openai-api-key", "openai-embedding-model", "openai-chat-model"} <= set(asked(llm="openai"))


@pytest.mark.requirement("CLI-26")
def test_ingress_asks_host_class_and_tls() -> None:
    pages = build_pages(SCRIPT, given(ingress=True), frozenset())
    form = next(page for page in pages if page.id == "ingress-host")
    assert [question.id for question in form.questions] == ["ingress-host", "ingress-class", "ingress-tls-secret"]
