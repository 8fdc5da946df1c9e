"""Logs in to PostgreSQL as the server of Aeterna does: under TLS where it is offered, whoever signed it."""

from __future__ import annotations

import struct
from contextlib import closing
from typing import TYPE_CHECKING, Any

from helm_aeterna.adapters.network.sockets import connected, read_exactly, trouble_of, under_tls
from helm_aeterna.model.connection import ConnectionTrouble, PostgresqlAnswer, Trouble

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable, Mapping

    from helm_aeterna.formats import Scalar
    from helm_aeterna.model.connection import PostgresqlLogin, Query

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)


def ask(login: PostgresqlLogin, queries: Iterable[Query]) -> PostgresqlAnswer:
    """Log in and ask; without a password only the greeting is exchanged.

    Raises:
        ConnectionTrouble: Nothing came of it; REJECTED carries the SQLSTATE.
    """
    with connected(login.host, login.port) as plain:
        if not _offers_tls(plain):
            return PostgresqlAnswer(encrypted=False, rows=_rows(plain, login, queries))
        with under_tls(plain, login.host, verify=False) as connection:
            return PostgresqlAnswer(encrypted=True, rows=_rows(connection, login, queries))


def _offers_tls(connection: socket.socket) -> bool:
    """Ask for TLS; only PostgreSQL answers this question with one of two letters."""
    connection.sendall(_SSL_REQUEST)
    answer = read_exactly(connection, 1)
    if answer not in {b"S", b"N"}:
        raise ConnectionTrouble(Trouble.NOT_SPOKEN)
    return answer == b"S"


def _rows(
    connection: socket.socket, login: PostgresqlLogin, queries: Iterable[Query]
) -> tuple[tuple[Mapping[str, Scalar], ...], ...]:
    import pg8000.exceptions
    import pg8000.native

    if login.password is None:
        return ()
    try:
        # TLS is agreed on already.
        session = pg8000.native.Connection(
            login.username,
            database=login.database,
            password=login.password.reveal(),
            sock=connection,
            ssl_context=False,
        )
        with closing(session):
            return tuple(_run(session, query) for query in queries)
    except pg8000.exceptions.DatabaseError as error:
        raise _rejection(error) from None
    except pg8000.exceptions.InterfaceError as error:
        trouble = trouble_of(error.__cause__) if error.__cause__ else Trouble.CLOSED
        raise ConnectionTrouble(trouble) from None
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - the library breaks in many ways when it reads something else
        raise ConnectionTrouble(Trouble.NOT_SPOKEN, detail=type(error).__name__) from None


def _run(session: Any, query: Query) -> tuple[Mapping[str, Scalar], ...]:  # noqa: ANN401 - the library has no types
    rows = session.run(query.sql, **query.arguments)
    names = [column["name"] for column in session.columns]
    return tuple(dict(zip(names, row, strict=True)) for row in rows)


def _rejection(error: Exception) -> ConnectionTrouble:
    said = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    return ConnectionTrouble(Trouble.REJECTED, code=str(said.get("C", "")))
