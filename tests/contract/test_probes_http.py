"""The checks over HTTP against services that behave as documented: good key, bad key, and all that goes wrong."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from helm_aeterna.adapters.network import Sockets
from helm_aeterna.catalogue.check import HttpCheck
from helm_aeterna.checks.probes import CheckResult, Probe, Verdict, run_check
from tests.support.probes import probe
from tests.support.servers import free_port, make_certificate, make_expired_certificate
from tests.support.stub_services import Received, Reply, stub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.network

KEY = "Secret-Key-0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service as its documentation describes it.

    Attributes:
        axis, choice: In the catalogue.
        settings: Answers; {base}, {host} and {port} stand for the stub.
        path: What must be asked.
        header: Where the key must stand, and in which form.
        good: The answer to a good key.
        bad: The answer to a bad one.
        home: The address of a service that has only one, replaced by the stub's.
    """

    axis: str
    choice: str
    settings: dict[str, Any]
    path: str
    header: tuple[str, str] = ("", "")
    good: dict[str, Any] = field(default_factory=dict)
    bad: tuple[int, dict[str, Any]] = (401, {})
    home: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def reply(self, received: Received) -> Reply:
        name, form = self.header
        if received.path != self.path:
            return Reply(status=404, body=b"404 page not found")
        if any(received.headers.get(header) != value for header, value in self.extra.items()):
            return Reply(status=400)
        if name and received.headers.get(name) != form.format(KEY):
            return Reply(status=self.bad[0], body=json.dumps(self.bad[1]).encode())
        return Reply(body=json.dumps(self.good).encode())

    def probe(self, base: str, **changes: Any) -> Probe:
        host, port = base.partition("://")[2].split(":")
        places = {"base": base, "host": host}
        filled = {
            name: value.format_map(places) if isinstance(value, str) else value for name, value in self.settings.items()
        }
        if filled.get("port") == 0:
            filled |= {"port": int(port), "scheme": base.partition("://")[0]}
        made = probe(self.axis, self.choice, {key: value for key, value in (filled | changes).items() if value != ""})
        assert isinstance(made.check, HttpCheck)
        url = tuple(one.replace(self.home, base) if self.home else one for one in made.check.url)
        return replace(made, check=replace(made.check, url=url))


SERVICES = [
    Service(
        axis="vectorBackend", choice="qdrant-external",
        settings={"host": "{host}", "port": 0, "apiKey": KEY},
        path="/collections", header=("api-key", "{}"),
        good={"result": {"collections": []}, "status": "ok", "time": 0.1},
        bad=(401, {"status": {"error": "Unauthorized"}}),
    ),
    Service(
        axis="vectorBackend", choice="weaviate-external",
        settings={"host": "{host}", "port": 0, "apiKey": KEY},
        path="/v1/meta", header=("authorization", "Bearer {}"),
        good={"hostname": "http://[::]:8080", "modules": {}, "version": "1.35.2"},
        bad=(401, {"code": 401, "message": "unauthorized: invalid api key"}),
    ),
    Service(
        axis="vectorBackend", choice="pinecone", home="https://api.pinecone.io",
        settings={"apiKey": KEY, "environment": "us-east-1-aws", "indexName": "memories"},
        path="/indexes", header=("api-key", "{}"), extra={"x-pinecone-api-version": "2025-10"},
        good={"indexes": [{"name": "memories", "host": "memories-x.svc.pinecone.io"}]},
        bad=(401, {"error": {"code": "UNAUTHENTICATED"}}),
    ),
    Service(
        axis="vectorBackend", choice="vertex-ai", home="https://{region}-aiplatform.googleapis.com",
        settings={
            "projectId": "p", "region": "europe-west1", "indexEndpoint": "12", "deployedIndexId": "d1",
            "accessToken": KEY,
        },
        path="/v1/projects/p/locations/europe-west1/indexEndpoints/12", header=("authorization", "Bearer {}"),
        good={"name": "projects/1/locations/europe-west1/indexEndpoints/12", "deployedIndexes": [{"id": "d1"}]},
        bad=(401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}}),
    ),
    Service(
        axis="vectorBackend", choice="databricks",
        settings={"workspaceUrl": "{base}/", "token": KEY, "catalog": "main"},
        path="/api/2.1/unity-catalog/catalogs/main", header=("authorization", "Bearer {}"),
        good={"name": "main", "owner": "me"},
        bad=(403, {"error_code": 403, "message": "Invalid access token."}),
    ),
    Service(
        axis="llm", choice="openai", home="https://api.openai.com",
        settings={"apiKey": KEY, "chatModel": "gpt-4o", "embeddingModel": "text-embedding-3-small", "baseUrl": ""},
        path="/v1/models", header=("authorization", "Bearer {}"),
        good={"object": "list", "data": [{"id": "gpt-4o"}, {"id": "text-embedding-3-small"}]},
        bad=(401, {"error": {"code": "invalid_api_key"}}),
    ),
    Service(
        axis="llm", choice="anthropic",
        settings={"apiKey": KEY, "model": "claude-3-haiku-20240307", "baseUrl": "{base}/v1"},
        path="/v1/models?limit=1000", header=("x-api-key", "{}"), extra={"anthropic-version": "2023-06-01"},
        good={"data": [{"type": "model", "id": "claude-3-haiku-20240307"}], "has_more": False},
        bad=(401, {"type": "error", "error": {"type": "authentication_error"}}),
    ),
    Service(
        axis="llm", choice="ollama",
        settings={"host": "{base}", "model": "llama3.2", "embeddingModel": "nomic-embed-text"},
        path="/api/tags",
        good={"models": [{"name": "llama3.2:latest"}, {"name": "nomic-embed-text:latest"}]},
    ),
]  # fmt: skip
BY_CHOICE = {service.choice: service for service in SERVICES}
WITH_KEY = [service for service in SERVICES if service.header[0]]
QDRANT = BY_CHOICE["qdrant-external"]


def named(services: list[Service]) -> list[Any]:
    return [pytest.param(service, id=service.choice) for service in services]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def ask(service: Service, answer: Callable[[Received], Reply] | None = None, **changes: Any) -> CheckResult:
    with stub(answer or service.reply) as running:
        return run_check(service.probe(running.base, **changes), Sockets())


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


def test_a_huge_answer_is_not_read_to_its_end() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b" " * 65536

    assert (result := ask(QDRANT, lambda _: Reply(body=endless))).code == "AET904"
    assert "Far more came back" in result.meaning


def test_an_answer_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helm_aeterna.adapters.network.ANSWER_SECONDS", 0.4)

    def drops() -> Iterator[bytes]:
        for _ in range(40):
            time.sleep(0.1)
            yield b" " * 65536

    began = time.monotonic()
    result = ask(QDRANT, lambda _: Reply(body=drops))

    assert "no answer in time" in result.problem
    assert time.monotonic() - began < 3


def test_no_answer_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helm_aeterna.adapters.network.ANSWER_SECONDS", 0.3)

    def slow(_: Received) -> Reply:
        time.sleep(1.5)
        return Reply()

    result = ask(QDRANT, slow)

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET901")
    assert "no answer in time" in result.problem


def test_nobody_listens() -> None:
    result = run_check(QDRANT.probe(f"http://127.0.0.1:{free_port()}"), Sockets())

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET901")
    assert "nothing listens" in result.problem


def test_no_such_host() -> None:
    result = run_check(QDRANT.probe("http://no-such-host.invalid:6333"), Sockets())

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET901")
    assert "nobody knows this host name" in result.problem


def test_a_certificate_nobody_knows(certificate: tuple[Path, Path]) -> None:
    with stub(QDRANT.reply, certificate) as running:
        result = run_check(QDRANT.probe(running.base), Sockets())

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET902"), result
    assert "nobody this machine trusts" in result.problem


@pytest.mark.parametrize("expired", [False, True])
def test_a_certificate_of_another_name_or_time(
    server_folder: Path, monkeypatch: pytest.MonkeyPatch, *, expired: bool
) -> None:
    if expired:
        certificate = make_expired_certificate(server_folder)
    else:
        certificate = make_certificate(server_folder, "another-name", "DNS:elsewhere.example.org")
    # The user trusts its signer, as the message on that says.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    with stub(QDRANT.reply, certificate) as running:
        result = run_check(QDRANT.probe(running.base), Sockets())

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET902"), result
    assert ("not valid today" if expired else "another host name") in result.problem


def test_a_certificate_the_user_trusts(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    with stub(QDRANT.reply, certificate) as running:
        assert run_check(QDRANT.probe(running.base), Sockets()).verdict is Verdict.OK


def test_plain_speech_where_tls_was_expected() -> None:
    with stub(QDRANT.reply) as running:
        result = run_check(QDRANT.probe(running.base.replace("http:", "https:")), Sockets())

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET902")
    assert "does not speak TLS" in result.problem


def test_tls_where_plain_speech_was_expected(certificate: tuple[Path, Path]) -> None:
    with stub(QDRANT.reply, certificate) as running:
        result = run_check(QDRANT.probe(running.base.replace("https:", "http:")), Sockets())

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET904")
    assert "one with TLS" in result.fix


@pytest.mark.parametrize(
    ("choice", "changes", "problem"),
    [
        ("ollama", {"host": "ollama.example.org:11434"}, "no address"),
        ("ollama", {"host": "ftp://ollama.example.org"}, "the address starts with ftp://"),
        ("ollama", {"host": "http://[broken"}, "cannot be used"),
        ("ollama", {"host": "http://bad host/"}, "cannot be used"),
        ("ollama", {"host": "http://127.0.0.1:99999"}, "cannot be used"),
        ("qdrant-external", {"apiKey": "Secret\nline"}, "cannot be used"),
        ("qdrant-external", {"apiKey": "Secret-ключ"}, "cannot be used"),
    ],
)
def test_answers_that_cannot_be_sent(choice: str, changes: dict[str, Any], problem: str) -> None:
    result = ask(BY_CHOICE[choice], **changes)

    assert result.verdict is not Verdict.OK
    assert problem in result.problem, result
    assert "Secret" not in repr(result)


def test_a_login_in_netrc_does_not_replace_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login me password mine\n")
    monkeypatch.setenv("NETRC", str(file))

    assert ask(BY_CHOICE["weaviate-external"]).verdict is Verdict.OK


def test_a_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    result = run_check(QDRANT.probe("http://qdrant.example.org:6333"), Sockets())

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET901")
    assert "proxy" in result.problem


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
