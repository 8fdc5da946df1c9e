"""Sockets for connection checks: connected in time, under TLS where wanted, every failure named."""

from __future__ import annotations

import errno
import socket
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from helm_aeterna.model.connection import ConnectionTrouble, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 5.0

_NO_WAY = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM}
# X509_V_ERR_… of OpenSSL, as `verify_code` gives them
_NOT_YET_VALID, _EXPIRED, _HOSTNAME, _ADDRESS = 9, 10, 62, 64


@contextmanager
def connected(host: str, port: int) -> Iterator[socket.socket]:
    """Open a connection and close it at the end; whatever fails in between is named.

    Raises:
        ConnectionTrouble: Nothing came of it.
    """
    with named_failures():
        if not 0 < port < 65536:  # noqa: PLR2004 - the range of ports
            raise ConnectionTrouble(Trouble.INVALID, detail=f"port {port}")
        with socket.create_connection((host, port), timeout=CONNECT_SECONDS) as connection:
            connection.settimeout(ANSWER_SECONDS)
            yield connection


@contextmanager
def named_failures() -> Iterator[None]:
    """Turn failures of sockets into troubles."""
    try:
        yield
    except (OSError, UnicodeError) as error:
        raise ConnectionTrouble(trouble_of(error)) from None


def trouble_of(error: BaseException) -> Trouble:
    """Name the failure of a socket."""
    if isinstance(error, ssl.SSLError):
        return _trouble_of_tls(error)
    if isinstance(error, TimeoutError):
        return Trouble.TIMEOUT
    if isinstance(error, socket.gaierror):
        return Trouble.UNRESOLVED
    if isinstance(error, ConnectionRefusedError):
        return Trouble.REFUSED
    if isinstance(error, UnicodeError):  # a host name that no DNS can hold
        return Trouble.INVALID
    number = error.errno if isinstance(error, OSError) else None
    return Trouble.UNREACHABLE if number in _NO_WAY else Trouble.CLOSED


def _trouble_of_tls(error: ssl.SSLError) -> Trouble:
    if isinstance(error, ssl.SSLCertVerificationError):
        codes = {
            _HOSTNAME: Trouble.TLS_NAME,
            _ADDRESS: Trouble.TLS_NAME,
            _EXPIRED: Trouble.TLS_EXPIRED,
            _NOT_YET_VALID: Trouble.TLS_EXPIRED,
        }
        return codes.get(error.verify_code, Trouble.TLS_UNTRUSTED)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Trouble.CLOSED
    plain = {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST"}
    return Trouble.TLS_MISSING if error.reason in plain else Trouble.TLS_FAILED


def under_tls(connection: socket.socket, host: str, *, verify: bool) -> ssl.SSLSocket:
    """Put a connection under TLS; without `verify` anybody's certificate will do."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(connection, server_hostname=host)


def speaks_tls(host: str, port: int) -> bool:
    """Whether a port that keeps silent in plain speech is one with TLS."""
    try:
        with connected(host, port) as connection, under_tls(connection, host, verify=False):
            return True
    except ConnectionTrouble:
        return False


def read_exactly(connection: socket.socket, count: int) -> bytes:
    """Read that many bytes.

    Raises:
        ConnectionTrouble: The other side closed before.
    """
    received = b""
    while len(received) < count:
        piece = connection.recv(count - len(received))
        if not piece:
            raise ConnectionTrouble(Trouble.CLOSED)
        received += piece
    return received
