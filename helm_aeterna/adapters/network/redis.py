"""Speaks to Redis and what is compatible with it: AUTH, PING, and what it says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.adapters.network.sockets import connected, read_exactly, speaks_tls
from helm_aeterna.model.connection import ConnectionTrouble, RedisAnswer, Trouble

if TYPE_CHECKING:
    import socket

    from helm_aeterna.model.secret import SecretText

_TLS_ALERT = b"\x15\x03"
_LONGEST = 65536
_NAMES = (("valkey_version", "Valkey"), ("dragonfly_version", "Dragonfly"), ("redis_version", "Redis"))


def ping(host: str, port: int, password: SecretText | None) -> RedisAnswer:
    """Log in and PING.

    Raises:
        ConnectionTrouble: Nothing came of it; REJECTED carries the first word of the server's error.
    """
    try:
        with connected(host, port) as connection:
            return _converse(connection, password)
    except ConnectionTrouble as trouble:
        # A port with TLS says nothing to plain speech, hangs up or sends an alert.
        silent = trouble.trouble in {Trouble.CLOSED, Trouble.TIMEOUT, Trouble.TLS_WANTED}
        if silent and speaks_tls(host, port):
            raise ConnectionTrouble(Trouble.TLS_WANTED) from None
        raise


def _converse(connection: socket.socket, password: SecretText | None) -> RedisAnswer:
    stream = _Stream(connection)
    if password is not None:
        stream.ask(b"AUTH", password.reveal().encode())
    if stream.ask(b"PING") != b"PONG":
        raise ConnectionTrouble(Trouble.NOT_SPOKEN)
    try:
        return RedisAnswer(server=_server(stream.ask(b"INFO", b"server").decode("utf-8", "replace")))
    except ConnectionTrouble:  # some services forbid INFO
        return RedisAnswer()


def _server(info: str) -> str:
    found = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
    return next((f"{name} {found[key]}" for key, name in _NAMES if key in found), "")


class _Stream:
    """One command after the other, in the protocol RESP 2."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def ask(self, *words: bytes) -> bytes:
        """Send a command and give its answer; an error of the server is raised."""
        parts = [b"*%d\r\n" % len(words), *(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)]
        self._connection.sendall(b"".join(parts))
        line = self._line()
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest
        if kind == b"-":
            code = rest.split(b" ", 1)[0].decode("ascii", "replace")
            raise ConnectionTrouble(Trouble.REJECTED, code=code)
        if kind == b"$" and rest.isdigit() and int(rest) <= _LONGEST:
            return read_exactly(self._connection, int(rest) + 2)[:-2]
        raise ConnectionTrouble(Trouble.NOT_SPOKEN)

    def _line(self) -> bytes:
        line = read_exactly(self._connection, 2)
        if line == _TLS_ALERT:
            raise ConnectionTrouble(Trouble.TLS_WANTED)
        if line[:1] not in b"+-$:*":
            raise ConnectionTrouble(Trouble.NOT_SPOKEN)
        while not line.endswith(b"\r\n"):
            if len(line) > _LONGEST:
                raise ConnectionTrouble(Trouble.TOO_MUCH)
            line += read_exactly(self._connection, 1)
        return line[:-2]
