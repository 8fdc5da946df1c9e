"""The check of a cache against a real Valkey, and against what a port may hold instead."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any

import pytest

from helm_aeterna.adapters.network.services import Sockets
from helm_aeterna.checks.probes.result import CheckResult, Verdict
from helm_aeterna.checks.probes.run import run_check
from tests.support.probes import probe
from tests.support.servers import HOST, PASSWORD, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.network


def check(port: int, password: str = "", **more: Any) -> CheckResult:
    return run_check(probe("cache", "external", {"host": HOST, "port": port, "password": password} | more), Sockets())


@contextlib.contextmanager
def says(reply: bytes) -> Iterator[int]:
    """A server that answers everything with the same bytes and hangs up."""
    with socket.create_server((HOST, 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, reply))
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _serve(server: socket.socket, reply: bytes) -> None:
    with contextlib.suppress(OSError):
        while True:
            peer, _ = server.accept()
            with contextlib.suppress(OSError), peer:
                peer.settimeout(5)
                if peer.recv(1024):
                    peer.sendall(reply)


@pytest.mark.requirement("CLI-13")
def test_the_right_password(valkey: int) -> None:
    result = check(valkey, PASSWORD)

    assert result.verdict is Verdict.OK, result
    assert any(note.startswith("It is Valkey ") for note in result.notes)
    assert result.findings() == ()


@pytest.mark.requirement("CLI-13", "CLI-32")
@pytest.mark.parametrize(
    ("password", "problem"),
    [("wrong-secret-3", "refuses the password"), ("", "asks for a password and none was given")],
)
def test_no_way_in(valkey: int, password: str, problem: str) -> None:
    result = check(valkey, password)

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET903")
    assert problem in result.problem
    assert result.fix
    assert "wrong-secret-3" not in repr(result)


def test_without_a_password(open_valkey: int) -> None:
    assert check(open_valkey).verdict is Verdict.OK


def test_a_password_nobody_asks_for(open_valkey: int) -> None:
    result = check(open_valkey, PASSWORD)

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET903")
    assert "it has no password, but one was given" in result.problem


def test_the_password_is_in_a_secret(valkey: int) -> None:
    result = check(valkey, existingSecret="cache")

    assert result.verdict is Verdict.OK
    assert any("not tried" in note for note in result.notes)


def test_nobody_listens() -> None:
    result = check(free_port())

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET901")


@pytest.mark.parametrize("host", ["cache", "cache.data.svc", "cache.data.svc.cluster.local"])
def test_a_name_of_the_cluster_cannot_be_tried_from_here(host: str) -> None:
    result = check(6379, host=host)

    assert (result.verdict, result.code) == (Verdict.UNTRIED, "AET909")
    assert "inside the cluster" in result.problem


@pytest.mark.parametrize(
    ("reply", "verdict", "code", "problem"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", Verdict.FAILED, "AET904", "something else answers there"),
        (b"", Verdict.FAILED, "AET904", "closed without an answer"),
        (b"+OK\r\n", Verdict.FAILED, "AET904", "something else answers there"),
        (b"-LOADING reading the data set\r\n", Verdict.WARNING, "AET909", "not ready"),
        (b"-DENIED protected mode\r\n", Verdict.FAILED, "AET903", "protected mode"),
        (b"-NOPERM no\r\n", Verdict.FAILED, "AET903", "may not do this"),
        (b"-WHATEVER it is\r\n", Verdict.FAILED, "AET903", "WHATEVER"),
        (b"$99999999999\r\n", Verdict.FAILED, "AET904", "something else answers there"),
        (b"+" + b"x" * 70000, Verdict.FAILED, "AET904", "something else answers there"),
    ],
)
def test_other_answers(reply: bytes, verdict: Verdict, code: str, problem: str) -> None:
    with says(reply) as port:
        result = check(port)

    assert (result.verdict, result.code) == (verdict, code), result
    assert problem in result.problem


@pytest.mark.requirement("CLI-13")
def test_a_cache_that_speaks_tls_alone(certificate: tuple[Path, Path]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with socket.create_server((HOST, 0)) as server:
        thread = threading.Thread(target=_handshakes, args=(server, context))
        thread.start()
        result = check(server.getsockname()[1], PASSWORD)
        thread.join(10)

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET902")
    assert "nothing but TLS" in result.problem
    assert "cannot use TLS to its cache" in result.meaning


def _handshakes(server: socket.socket, context: ssl.SSLContext) -> None:
    for _ in range(2):  # plain speech, then the question whether it is TLS
        peer, _ = server.accept()
        with contextlib.suppress(OSError), context.wrap_socket(peer, server_side=True) as encrypted:
            encrypted.recv(1)
        peer.close()
