"""The checks over HTTP when nothing, too much or nonsense comes back: time limits, TLS, proxies, bad addresses."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from helm_aeterna.adapters.network.services import Sockets
from helm_aeterna.checks.probes.result import Verdict
from helm_aeterna.checks.probes.run import run_check
from tests.support.certificates import make_certificate, make_expired_certificate
from tests.support.documented_services import BY_CHOICE, QDRANT, ask
from tests.support.servers import free_port
from tests.support.stub_services import Received, Reply, stub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("no_proxy")]


def test_a_huge_answer_is_not_read_to_its_end() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b" " * 65536

    assert (result := ask(QDRANT, lambda _: Reply(body=endless))).code == "AET904"
    assert "Far more came back" in result.meaning


def test_an_answer_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helm_aeterna.adapters.network.http.ANSWER_SECONDS", 0.4)

    def drops() -> Iterator[bytes]:
        for _ in range(40):
            time.sleep(0.1)
            yield b" " * 65536

    began = time.monotonic()
    result = ask(QDRANT, lambda _: Reply(body=drops))

    assert "no answer in time" in result.problem
    assert time.monotonic() - began < 3


def test_no_answer_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helm_aeterna.adapters.network.http.ANSWER_SECONDS", 0.3)

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
    assert "the host name could not be resolved" in result.problem


def test_a_certificate_nobody_knows(certificate: tuple[Path, Path]) -> None:
    with stub(QDRANT.reply, certificate) as running:
        result = run_check(QDRANT.probe(running.base), Sockets())

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET902"), result
    assert "authority that this machine trusts" in result.problem


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
