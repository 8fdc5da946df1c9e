from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from helm_aeterna.answers.conditions import asked
from helm_aeterna.answers.resolve import Resolved, resolve
from helm_aeterna.errors import Finding, Severity
from helm_aeterna.model.answers import Answers, Source
from helm_aeterna.model.deployment import Existing, Remote
from tests.support.models import answers, real_chart

if TYPE_CHECKING:
    from helm_aeterna.formats import Tree

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def resolved(source: Source = Source.FLAG, *, take_defaults: bool = True, **given: Tree) -> Resolved:
    return resolved_from(given, source, take_defaults=take_defaults)


def resolved_from(given: dict[str, Tree], source: Source = Source.FLAG, *, take_defaults: bool = True) -> Resolved:
    chart = real_chart()
    made = answers({"kms-key": KEY, "llm": "none"} | given, source)
    return resolve(chart.catalogue, chart.script, made, take_defaults=take_defaults)


def told(result: Resolved) -> list[Finding]:
    """What is said beside the notes of the options that are taken."""
    return [finding for finding in result.findings if finding.code != "AET813"]


def problems(result: Resolved) -> list[tuple[str, str]]:
    return [(finding.where, finding.code) for finding in result.findings if finding.severity is Severity.ERROR]


def test_defaults_make_a_deployment() -> None:
    deployment = resolved().deployment
    assert deployment is not None
    assert deployment.choices == {
        "vectorBackend": "qdrant",
        "cache": "dragonfly",
        "postgresql": "cloudnative-pg",
        "llm": "none",
    }
    assert set(deployment.parts["aeterna"].secrets) == {"kmsKey"}


def test_answers_are_sorted_into_parts_and_options() -> None:
    deployment = resolved(dragonfly_memory_limit="1Gi", log_level="debug", ingress=True, ingress_host="a.b").deployment
    assert deployment is not None
    assert deployment.parts["cache"].settings["resources.limits.memory"] == "1Gi"
    assert deployment.parts["aeterna"].settings["logLevel"] == "debug"
    assert deployment.parts["aeterna"].settings["mode"] == "local"
    assert (deployment.options["ingress"], deployment.options["ingress-host"]) == (True, "a.b")
    assert not deployment.options.keys() & {"log-level", "mode", "target", "cache", "dragonfly-memory-limit", "kms-key"}


def test_everything_missing_is_told_at_once() -> None:
    result = resolved(take_defaults=False, cache="external", vector_backend="databricks")
    assert [where for where, _ in problems(result)] == [
        "--target",
        "--mode",
        "--databricks-workspace-url",
        "--databricks-token-file",
        "--cache-host",
        "--postgresql",
    ]


def test_a_flag_that_means_nothing_is_a_contradiction_with_a_way_out() -> None:
    (finding,) = resolved(pinecone_environment="e").findings
    assert finding.code == "AET808"
    assert finding.problem == "does not apply: vector-backend is qdrant"
    assert "--vector-backend pinecone" in finding.fix


def test_a_variable_that_means_nothing_is_a_warning() -> None:
    made = answers({"kms-key": KEY, "llm": "none"})
    made = Answers({**made, **answers({"pinecone-environment": "e"}, Source.VARIABLE)})
    result = resolve(real_chart().catalogue, real_chart().script, made)
    assert [finding.severity for finding in told(result)] == [Severity.WARNING]


def test_a_credential_can_stand_in_a_secret_that_is_there() -> None:
    deployment = resolved(postgresql="external", postgresql_host="h", postgresql_username="u",
                          postgresql_existing_secret="pg").deployment  # fmt: skip
    assert deployment is not None
    assert deployment.parts["postgresql"].secrets == {"password": Existing("pg", "password")}


def test_a_credential_and_a_secret_that_is_there_contradict_each_other() -> None:
    result = resolved(cache="external", cache_host="h", cache_password="p", cache_existing_secret="s")
    assert problems(result) == [("--cache-password-file", "AET808")]


def test_without_a_key_the_default_provider_gives_way_with_a_warning() -> None:
    chart = real_chart()
    result = resolve(chart.catalogue, chart.script, answers({"kms-key": KEY}))
    assert result.deployment is not None
    assert result.deployment.choices["llm"] == "none"
    assert [(finding.code, finding.severity) for finding in told(result)] == [("AET806", Severity.WARNING)]


def test_with_a_key_the_default_provider_stays() -> None:
    chart = real_chart()
    result = resolve(chart.catalogue, chart.script, answers({"kms-key": KEY, "openai-api-key": "k"}))
    assert result.deployment is not None
    assert result.deployment.choices["llm"] == "openai"
    assert told(result) == []


@pytest.mark.parametrize("switch", ["hpa", "pdb"])
def test_several_servers_need_a_repository_for_their_knowledge(switch: str) -> None:
    assert ("--knowledge-repo-url", "AET807") in problems(resolved_from({switch: True}))


def test_replicas_alone_need_it_too() -> None:
    assert problems(resolved(replicas=3)) == [("--knowledge-repo-url", "AET807")]
    assert problems(resolved(replicas=1)) == []


def test_external_secrets_get_references_instead_of_credentials() -> None:
    deployment = resolved(Source.GENERATED, secrets_provider="external-secrets", secret_store_name="vault",
                          llm="openai", secret_store_prefix="team/aeterna").deployment  # fmt: skip
    assert deployment is not None
    assert deployment.parts["aeterna"].secrets == {"kmsKey": Remote("team/aeterna/kms-key")}
    assert deployment.parts["llm"].secrets == {"apiKey": Remote("team/aeterna/openai-api-key")}


def test_optional_credentials_are_referenced_when_they_are_named() -> None:
    given: dict[str, Tree] = {"cache": "external", "cache-host": "h", "secrets-provider": "external-secrets"}
    given |= {"secret-store-name": "vault", "secret-store-optional": "redis-password"}
    deployment = resolved_from(given, Source.GENERATED).deployment
    assert deployment is not None
    assert deployment.parts["cache"].secrets == {"password": Remote("aeterna/redis-password")}


def test_nothing_is_asked_that_nothing_reads() -> None:
    questions = {question.id for question in asked(real_chart().script, Answers())}
    assert questions.isdisjoint({"mode", "opal", "opencode", "replicas", "pinecone-api-key"})
    assert {"vector-backend", "cache", "postgresql", "llm", "ingress"} <= questions


def test_what_is_needed_after_all_is_asked() -> None:
    questions = [question.id for question in asked(real_chart().script, answers({"hpa": True}))]
    assert "knowledge-repo-url" in questions
    assert questions.index("knowledge-repo-url") > questions.index("hpa-max-replicas")


@pytest.mark.requirement("CLI-17")
def test_what_should_be_known_of_a_choice_is_told_once() -> None:
    told_of = {finding.where: finding.problem for finding in resolved(cache="dragonfly").findings}
    assert "single tenant" in told_of["--opal"]
    assert "not open source" in told_of["--cache"]
    assert "does not connect to a vector database yet" in told_of["--vector-backend"]
    assert all(finding.severity is Severity.WARNING for finding in resolved().findings)


def test_every_default_that_is_shown_has_its_reason() -> None:
    shown = [question for question in real_chart().script if not question.advanced and len(question.offered) != 1]
    unsaid = [q.id for q in shown if q.default not in {None, ""} and not q.default_reason]
    assert unsaid == []
