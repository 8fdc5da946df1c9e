"""The greeting of MongoDB, byte by byte: what is sent, and what is understood of what comes back."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from typing import TYPE_CHECKING

import pytest

from helm_aeterna.adapters.network.services import Sockets
from helm_aeterna.checks.probes.result import CheckResult, Verdict
from helm_aeterna.checks.probes.run import run_check
from tests.support.probes import probe
from tests.support.servers import HOST, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.network


def element(kind: int, name: str, value: bytes) -> bytes:
    return bytes([kind]) + name.encode() + b"\x00" + value


def text(value: str) -> bytes:
    return struct.pack("<i", len(value) + 1) + value.encode() + b"\x00"


def document(*elements: bytes) -> bytes:
    body = b"".join(elements) + b"\x00"
    return struct.pack("<i", len(body) + 4) + body


def message(body: bytes, kind: int = 2013) -> bytes:
    content = struct.pack("<IB", 0, 0) + body
    return struct.pack("<iiii", 16 + len(content), 7, 1, kind) + content


# What a member of a replica set says, with one field of every type that occurs.
HELLO = document(
    element(0x03, "topologyVersion", document(element(0x07, "processId", b"x" * 12), element(0x12, "n", b"\x00" * 8))),
    element(0x04, "hosts", document(element(0x02, "0", text("a:27017")))),
    element(0x02, "setName", text("rs0")),
    element(0x08, "isWritablePrimary", b"\x01"),
    element(0x09, "localTime", b"\x00" * 8),
    element(0x10, "maxWireVersion", struct.pack("<i", 25)),
    element(0x11, "clusterTime", b"\x00" * 8),
    element(0x05, "signature", struct.pack("<iB", 3, 0) + b"abc"),
    element(0x0A, "nothing", b""),
    element(0x01, "ok", struct.pack("<d", 1.0)),
)


@contextlib.contextmanager
def answers(reply: bytes, certificate: tuple[Path, Path] | None = None) -> Iterator[tuple[int, list[bytes]]]:
    heard: list[bytes] = []
    with socket.create_server((HOST, 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, reply, heard, certificate))
        thread.start()
        try:
            yield server.getsockname()[1], heard
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _serve(server: socket.socket, reply: bytes, heard: list[bytes], certificate: tuple[Path, Path] | None) -> None:
    with contextlib.suppress(OSError):
        while True:
            peer, _ = server.accept()
            peer.settimeout(5)
            with contextlib.suppress(OSError), _encrypted(peer, certificate) as connection:
                heard.append(connection.recv(1024))
                connection.sendall(reply)
            peer.close()


def _encrypted(peer: socket.socket, certificate: tuple[Path, Path] | None) -> socket.socket:
    if certificate is None:
        return peer
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context.wrap_socket(peer, server_side=True)


def check(uri: str) -> CheckResult:
    return run_check(probe("vectorBackend", "mongodb", {"uri": uri}), Sockets())


@pytest.mark.requirement("CLI-08")
def test_a_greeting() -> None:
    with answers(message(HELLO)) as (port, heard):
        result = check(f"mongodb://me:hunter2@{HOST}:{port}/memory?replicaSet=rs0")

    assert result.verdict is Verdict.OK, result
    assert result.notes == ("It belongs to the replica set rs0", "User and password were not tried")
    assert "hunter2" not in repr(result)
    (asked,) = heard
    length, _, _, kind, flags, section = struct.unpack_from("<iiiiIB", asked)
    assert (length, kind, flags, section) == (len(asked), 2013, 0, 0)
    assert asked[21:] == document(element(0x10, "hello", struct.pack("<i", 1)), element(0x02, "$db", text("admin")))
    assert b"hunter2" not in asked


def test_the_next_server_is_asked_when_one_is_down() -> None:
    with answers(message(HELLO)) as (port, _):
        result = check(f"mongodb://{HOST}:{free_port()},{HOST}:{port}/")

    assert result.verdict is Verdict.OK
    assert result.subject.endswith(f":{port}")


@pytest.mark.requirement("CLI-32")
@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.0 200 OK\r\n\r\nIt looks like you are trying to access MongoDB over HTTP",
        message(HELLO, kind=1),
        message(b"\x05\x00\x00\x00\x00"),
        message(document(element(0x7E, "maxWireVersion", b""))),
        message(HELLO[:-20]),
        message(document(element(0x02, "maxWireVersion", text("25")))),
        struct.pack("<iiii", 1 << 30, 7, 1, 2013),
    ],
    ids=["nothing", "http", "kind", "empty", "type", "cut", "text", "huge"],
)
def test_something_else_answers(reply: bytes) -> None:
    with answers(reply) as (port, _):
        result = check(f"mongodb://{HOST}:{port}/")

    assert (result.verdict, result.code) == (Verdict.FAILED, "AET904"), result


def test_nobody_listens() -> None:
    assert check(f"mongodb://{HOST}:{free_port()}").code == "AET901"


def test_tls(certificate: tuple[Path, Path]) -> None:
    with answers(message(HELLO), certificate) as (port, _):
        untrusted = check(f"mongodb://{HOST}:{port}/?tls=true")
        accepted = check(f"mongodb://{HOST}:{port}/?ssl=true&tlsAllowInvalidCertificates=true")

    assert (untrusted.verdict, untrusted.code) == (Verdict.FAILED, "AET902")
    assert accepted.verdict is Verdict.OK
