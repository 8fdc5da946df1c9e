"""The checks over HTTP against services that behave as documented: what each answer means."""

from __future__ import annotations

from typing import Any

import pytest

from helm_aeterna.adapters.network.services import Sockets
from helm_aeterna.checks.probes.result import Verdict
from helm_aeterna.checks.probes.run import run_check
from tests.support.documented_services import BY_CHOICE, KEY, QDRANT, SERVICES, WITH_KEY, Service, ask
from tests.support.stub_services import Reply, stub

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("no_proxy")]


def named(services: list[Service]) -> list[Any]:
    return [pytest.param(service, id=service.choice) for service in services]


@pytest.mark.requirement("CLI-08", "CLI-09", "CLI-19", "CLI-20", "CLI-21")
@pytest.mark.parametrize("service", named(SERVICES))
def test_a_good_key(service: Service) -> None:
    result = ask(service)

    assert result.verdict is Verdict.OK, result
    assert all("not" not in finding.problem or finding.code == "AET910" for finding in result.findings())


@pytest.mark.requirement("CLI-08", "CLI-09", "CLI-32")
@pytest.mark.parametrize("service", named(WITH_KEY))
def test_a_bad_key(service: Service) -> None:
    key = next(name for name, value in service.settings.items() if value == KEY)
    result = ask(service, None, **{key: "another-Secret-Key-98765"})

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET903"), result
    assert "refuses the key" in result.problem
    assert result.fix
    assert "Secret" not in repr(result)
    assert "Secret" not in "\n".join(result.lines())


@pytest.mark.parametrize("service", named(WITH_KEY))
def test_no_key(service: Service) -> None:
    key = next(name for name, value in service.settings.items() if value == KEY)

    assert ask(service, None, **{key: ""}).problem == "it asks for a key and none was given"
    kept = ask(service, None, **{key: "", "existingSecret": "theirs"})
    assert kept.verdict is Verdict.OK
    assert any("not tried" in note for note in kept.notes)


@pytest.mark.parametrize("service", named(SERVICES))
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
def test_trouble_of_its_own_is_no_bad_key(service: Service, status: int) -> None:
    result = ask(service, lambda _: Reply(status=status))

    assert (result.verdict, result.code) == (Verdict.WARNING, "AET909")
    assert f"status {status}" in result.problem


@pytest.mark.parametrize("service", named(SERVICES))
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>hello</html>", b"\xff\xfe\x00", b"[]", b"null", b'{"hello": "world"}', b"[" * 100_000],
    ids=["empty", "html", "bytes", "list", "null", "another", "deep"],
)
def test_something_else_answers(service: Service, body: bytes) -> None:
    result = ask(service, lambda _: Reply(body=body))

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET904"), result


@pytest.mark.parametrize("service", named(SERVICES))
def test_a_redirect_is_not_followed(service: Service) -> None:
    target = {"Location": "https://user:hunter2@login.example.org/sign-in?token=hunter2"}
    with stub(lambda _: Reply(status=302, headers=target)) as running:
        result = run_check(service.probe(running.base), Sockets())

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET904")
    assert "https://login.example.org/sign-in" in result.problem
    assert "hunter2" not in repr(result)
    assert len(running.asked) == 1


@pytest.mark.requirement("CLI-09", "CLI-10", "CLI-21")
@pytest.mark.parametrize(
    ("choice", "changes", "problem"),
    [
        ("pinecone", {"indexName": "other"}, "there is no index other"),
        ("vertex-ai", {"deployedIndexId": "d2"}, "no index d2 is deployed on it"),
        ("openai", {"chatModel": "gpt-9"}, "does not list the model gpt-9"),
        ("anthropic", {"model": "claude-9"}, "does not list the model claude-9"),
        ("ollama", {"model": "mistral"}, "does not have the model mistral"),
    ],
)
def test_what_should_be_there_is_not(choice: str, changes: dict[str, Any], problem: str) -> None:
    result = ask(BY_CHOICE[choice], **changes)

    assert (result.verdict, result.code) == (Verdict.WARNING, "AET905")
    assert problem in result.problem
    assert result.fix


@pytest.mark.parametrize(
    ("choice", "status", "verdict", "problem"),
    [
        ("databricks", 404, Verdict.FAILED, "there is no catalog main"),
        ("vertex-ai", 404, Verdict.FAILED, "there is no index endpoint 12 in europe-west1"),
        ("vertex-ai", 403, Verdict.WARNING, "may not read the index endpoint"),
        ("openai", 403, Verdict.WARNING, "may not list models"),
        ("anthropic", 402, Verdict.WARNING, "want of credit"),
        ("qdrant-external", 403, Verdict.FAILED, "refuses the key"),
        ("qdrant-external", 404, Verdict.FAILED, "does not know this address"),
        ("qdrant-external", 418, Verdict.FAILED, "does not understand the question"),
    ],
)
def test_what_a_status_means_for_this_service(choice: str, status: int, verdict: Verdict, problem: str) -> None:
    result = ask(BY_CHOICE[choice], lambda _: Reply(status=status))

    assert result.verdict is verdict, result
    assert problem in result.problem


def test_another_server_with_the_same_interface() -> None:
    with stub(BY_CHOICE["openai"].reply) as running:
        result = run_check(BY_CHOICE["openai"].probe(running.base, baseUrl=f"{running.base}/v1/"), Sockets())

    assert result.verdict is Verdict.OK
    assert running.asked[0].path == "/v1/models"


def test_the_request_says_who_asks() -> None:
    with stub(QDRANT.reply) as running:
        run_check(QDRANT.probe(running.base), Sockets())

    assert running.asked[0].headers["user-agent"].startswith("helm-aeterna/")
