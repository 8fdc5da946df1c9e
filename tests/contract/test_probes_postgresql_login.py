"""The check of PostgreSQL when the login fails, in all ways a login can be asked for, and before something else."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pg8000.native
import pytest

from helm_aeterna.adapters.network.services import Sockets
from helm_aeterna.checks.probes.result import Verdict
from helm_aeterna.checks.probes.run import run_check
from tests.support.database_roles import MIGRATOR_PASSWORD, check, role
from tests.support.probes import probe
from tests.support.servers import HOST, PASSWORD, SUPERUSER, Postgresql, free_port

if TYPE_CHECKING:
    from collections.abc import Callable

    from helm_aeterna.checks.probes.result import CheckResult

pytestmark = pytest.mark.network


@pytest.mark.requirement("CLI-32")
@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"password": "wrong-secret-3"}, "AET903", "refuses user or password"),
        ({"username": "nobody-of-that-name"}, "AET903", "refuses user or password"),
        ({"password": ""}, "AET903", "refuses user or password"),
        ({"database": "elsewhere"}, "AET905", "the database elsewhere is not there"),
        ({"port": "closed"}, "AET901", "nothing listens on this port"),
        ({"host": "no-such-host.invalid"}, "AET901", "the host name could not be resolved"),
    ],
)
def test_logins_that_fail(postgresql: Postgresql, change: dict[str, Any], code: str, says: str) -> None:
    facts: dict[str, Any] = {"database": "postgres", "username": SUPERUSER, "password": PASSWORD, "host": HOST}
    facts |= {"port": postgresql.port} | change
    facts["port"] = free_port() if facts["port"] == "closed" else facts["port"]

    result = run_check(probe("postgresql", "external", facts), Sockets())

    assert (result.verdict, result.code) == (Verdict.FAILED, code), result
    assert says in result.problem
    assert result.fix
    assert "secret" not in repr(result)


def test_a_role_that_may_not_log_in(postgresql: Postgresql) -> None:
    with role(postgresql, "aeterna"):
        postgresql.sql("ALTER ROLE aeterna NOLOGIN")
        result = check(postgresql, "aeterna", MIGRATOR_PASSWORD)

        assert result.code == "AET903"
        assert "does not let this user in" in result.problem


def test_a_full_server_is_no_wrong_password(postgresql: Postgresql) -> None:
    with role(postgresql, "aeterna", "CREATEROLE BYPASSRLS CONNECTION LIMIT 0"):
        result = check(postgresql, "aeterna", MIGRATOR_PASSWORD)

        assert (result.verdict, result.code) == (Verdict.WARNING, "AET909")


@pytest.mark.parametrize("method", ["md5", "password", "trust"])
def test_older_ways_to_log_in(postgresql: Postgresql, method: str) -> None:
    with contextlib.closing(
        pg8000.native.Connection(SUPERUSER, host=HOST, port=postgresql.port, password=PASSWORD)
    ) as connection:
        rules = Path(str(connection.run("SHOW hba_file")[0][0]))
        before = rules.read_text()
        postgresql.sql(
            "ALTER SYSTEM SET password_encryption = 'md5'", "SELECT pg_reload_conf()", "SELECT pg_sleep(0.2)"
        )
        try:
            with role(postgresql, "aeterna", "CREATEROLE BYPASSRLS"):
                rules.write_text(f"host memory aeterna {HOST}/32 {method}\n{before}")
                _read_anew(connection, method)

                assert check(postgresql, "aeterna", MIGRATOR_PASSWORD).verdict is Verdict.OK
        finally:
            rules.write_text(before)
            postgresql.sql("ALTER SYSTEM RESET password_encryption", "SELECT pg_reload_conf()")


def _read_anew(connection: pg8000.native.Connection, method: str) -> None:
    connection.run("SELECT pg_reload_conf()")
    rows = connection.run("SELECT auth_method FROM pg_hba_file_rules WHERE 'memory' = ANY(database)")
    assert rows == [[method]]
    connection.run("SELECT pg_sleep(0.2)")


@pytest.mark.parametrize(
    ("greeting", "says"), [(b"HTTP/1.1 400 Bad Request\r\n\r\n", "something else answers"), (b"", "closed without")]
)
def test_a_port_of_something_else(greeting: bytes, says: str) -> None:
    with socket.create_server((HOST, 0)) as server:
        server.settimeout(5)
        port = server.getsockname()[1]
        running = _later(port)
        peer, _ = server.accept()
        with peer:
            peer.recv(64)
            peer.sendall(greeting)
        result = running()

    assert result is not None
    assert (result.verdict, result.code) == (Verdict.FAILED, "AET904")
    assert says in result.problem


def _later(port: int) -> Callable[[], CheckResult | None]:
    from helm_aeterna.checks.probes.background import start

    facts = {"host": HOST, "port": port, "database": "d", "username": "u", "password": "p"}
    return start(probe("postgresql", "external", facts), Sockets()).result


def test_with_the_password_in_a_secret_only_the_greeting_is_tried(postgresql: Postgresql) -> None:
    facts = {"host": HOST, "port": postgresql.port, "database": "d", "username": "u", "existingSecret": "db"}
    result = run_check(probe("postgresql", "external", facts), Sockets())

    assert result.verdict is Verdict.OK
    assert any("not tried" in note for note in result.notes)
