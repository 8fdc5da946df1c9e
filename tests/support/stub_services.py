"""HTTP services that behave as documented: one answer for each path, over plain HTTP or TLS, on loopback."""

from __future__ import annotations

import contextlib
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a stub answers; `body` may be a call that gives it piece by piece."""

    status: int = 200
    body: bytes | Callable[[], Iterator[bytes]] = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Received:
    """What a stub was asked."""

    path: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Stub:
    """A running stub."""

    base: str
    asked: list[Received] = field(default_factory=list)


@contextlib.contextmanager
def stub(answer: Callable[[Received], Reply], certificate: tuple[Path, Path] | None = None) -> Iterator[Stub]:
    """Start a service; with a certificate it speaks TLS."""
    running = Stub(base="")

    class Handler(BaseHTTPRequestHandler):
        timeout: ClassVar[float | None] = 5

        def do_GET(self) -> None:
            received = Received(self.path, {name.lower(): value for name, value in self.headers.items()})
            running.asked.append(received)
            with contextlib.suppress(OSError):
                _send(self, answer(received))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of http.server
            """Keep quiet."""

    server = _Quiet((HOST, 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        # The handshake belongs to the thread of its connection, not to the one that accepts.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    running.base = f"{'https' if certificate else 'http'}://{HOST}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Callers hang up on purpose."""


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    if isinstance(reply.body, bytes):
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body)
        return
    handler.end_headers()
    for piece in reply.body():
        handler.wfile.write(piece)
        handler.wfile.flush()
