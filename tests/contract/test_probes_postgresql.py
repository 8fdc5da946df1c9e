"""The check of PostgreSQL against real servers: what it says is what the migrations would meet."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pg8000.native
import pytest

from helm_aeterna.adapters.network import Sockets
from helm_aeterna.checks.probes import Verdict, run_check
from tests.support.probes import probe
from tests.support.servers import HOST, PASSWORD, SUPERUSER, Postgresql, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from helm_aeterna.checks.probes import CheckResult

pytestmark = pytest.mark.network

RIGHT, MIGRATOR_PASSWORD = "aeterna", "migrator-secret-2"

# What the migrations do that needs rights: two roles, one of which bypasses row security, default privileges of the
# role `aeterna`, an extension, tables. Everything is taken back.
MIGRATION = (
    "CREATE ROLE probe_app NOLOGIN NOBYPASSRLS",
    "CREATE ROLE probe_admin NOLOGIN BYPASSRLS",
    "ALTER DEFAULT PRIVILEGES FOR ROLE aeterna IN SCHEMA public GRANT SELECT ON TABLES TO probe_app",
    "CREATE EXTENSION IF NOT EXISTS pgcrypto",
    "CREATE TABLE probe_table (id int)",
)


@contextlib.contextmanager
def role(server: Postgresql, name: str, rights: str = "", *, owner: bool = True) -> Iterator[None]:
    """A role with a password and, usually, a database of its own."""
    server.sql(f"CREATE ROLE {name} LOGIN PASSWORD '{MIGRATOR_PASSWORD}' {rights}")
    server.sql(f"CREATE DATABASE memory OWNER {name if owner else SUPERUSER} TEMPLATE template0")
    try:
        yield
    finally:
        server.sql("DROP DATABASE memory WITH (FORCE)", f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def check(server: Postgresql, username: str, password: str, *, database: str = "memory") -> CheckResult:
    facts = {"host": HOST, "port": server.port, "database": database, "username": username, "password": password}
    return run_check(probe("postgresql", "external", facts), Sockets())


def migrates(server: Postgresql, username: str, password: str) -> bool:
    connection = pg8000.native.Connection(username, host=HOST, port=server.port, database="memory", password=password)
    with contextlib.closing(connection):
        connection.run("BEGIN")
        try:
            for statement in MIGRATION:
                connection.run(statement)
        except pg8000.native.DatabaseError:
            return False
        finally:
            connection.run("ROLLBACK")
    return True


@pytest.mark.requirement("CLI-15")
@pytest.mark.parametrize(
    ("name", "rights", "verdict", "says"),
    [
        ("aeterna", "CREATEROLE BYPASSRLS", Verdict.OK, ""),
        ("aeterna", "SUPERUSER", Verdict.OK, ""),
        ("aeterna", "", Verdict.FAILED, "the role aeterna lacks CREATEROLE and BYPASSRLS"),
        ("aeterna", "CREATEROLE", Verdict.FAILED, "the role aeterna lacks BYPASSRLS"),
        ("aeterna", "BYPASSRLS", Verdict.FAILED, "the role aeterna lacks CREATEROLE"),
        ("another", "CREATEROLE BYPASSRLS", Verdict.FAILED, "must be run by a role named aeterna, not another"),
        ("another", "SUPERUSER", Verdict.FAILED, "the migrations need a role named aeterna, which is not there"),
    ],
)
def test_rights_of_the_role(postgresql: Postgresql, name: str, rights: str, verdict: Verdict, says: str) -> None:
    with role(postgresql, name, rights):
        result = check(postgresql, name, MIGRATOR_PASSWORD)

        assert result.verdict is verdict, result
        assert says in result.problem
        assert bool(result.fix) is (verdict is Verdict.FAILED)
        assert migrates(postgresql, name, MIGRATOR_PASSWORD) is (verdict is Verdict.OK)


def test_the_fix_it_names_is_the_right_one(postgresql: Postgresql) -> None:
    with role(postgresql, "aeterna"):
        fix = check(postgresql, "aeterna", MIGRATOR_PASSWORD).fix
        postgresql.sql(fix.removeprefix("as a superuser: "))

        assert check(postgresql, "aeterna", MIGRATOR_PASSWORD).verdict is Verdict.OK


def test_somebody_elses_database(postgresql: Postgresql) -> None:
    with role(postgresql, "aeterna", "CREATEROLE BYPASSRLS", owner=False):
        result = check(postgresql, "aeterna", MIGRATOR_PASSWORD)

        assert result.verdict is Verdict.FAILED
        assert "may not create objects in this database" in result.problem
        assert not migrates(postgresql, "aeterna", MIGRATOR_PASSWORD)


def test_a_superuser_beside_the_role(postgresql: Postgresql) -> None:
    with role(postgresql, "aeterna"):
        assert check(postgresql, SUPERUSER, PASSWORD).verdict is Verdict.OK
        assert migrates(postgresql, SUPERUSER, PASSWORD)


@pytest.mark.parametrize(("rights", "verdict"), [("CREATEROLE BYPASSRLS", Verdict.FAILED), ("SUPERUSER", Verdict.OK)])
def test_an_old_version_needs_a_superuser(old_postgresql: Postgresql, rights: str, verdict: Verdict) -> None:
    with role(old_postgresql, "aeterna", rights):
        result = check(old_postgresql, "aeterna", MIGRATOR_PASSWORD)

        assert migrates(old_postgresql, "aeterna", MIGRATOR_PASSWORD) is (verdict is Verdict.OK)
        assert result.verdict is verdict
        assert any("vector is not installed on the server" in note for note in result.notes)
        if verdict is Verdict.FAILED:
            assert "lets nobody but a superuser run the migrations" in result.problem
            assert "PostgreSQL 16 or newer" in result.fix


def test_it_says_the_version_and_whether_it_is_encrypted(postgresql: Postgresql, old_postgresql: Postgresql) -> None:
    plain = check(postgresql, SUPERUSER, PASSWORD, database="postgres")
    encrypted = check(old_postgresql, SUPERUSER, PASSWORD, database="postgres")

    assert any(note.startswith("PostgreSQL 16.") for note in plain.notes)
    assert any("not encrypted" in note for note in plain.notes)
    assert any(note.startswith("PostgreSQL 15.") for note in encrypted.notes)
    assert not any("not encrypted" in note for note in encrypted.notes)


@pytest.mark.requirement("CLI-15")
def test_extensions_that_are_there(postgresql: Postgresql) -> None:
    with role(postgresql, "aeterna", "CREATEROLE BYPASSRLS"):
        facts = {"host": HOST, "port": postgresql.port, "database": "memory", "username": "aeterna"}
        result = run_check(probe("vectorBackend", "pgvector", facts | {"password": MIGRATOR_PASSWORD}), Sockets())

        # Whether a role that is no superuser may create it is up to the extension: ask the server itself.
        trusted = "CREATE EXTENSION vector"
        with contextlib.closing(
            pg8000.native.Connection(
                "aeterna", host=HOST, port=postgresql.port, database="memory", password=MIGRATOR_PASSWORD
            )
        ) as connection:
            try:
                connection.run(trusted)
            except pg8000.native.DatabaseError:
                assert result.verdict is Verdict.FAILED
                assert "may not create it" in result.problem
                postgresql.sql(trusted, database="memory")
                result = run_check(
                    probe("vectorBackend", "pgvector", facts | {"password": MIGRATOR_PASSWORD}), Sockets()
                )
        assert result.verdict is Verdict.OK, result


@pytest.mark.requirement("CLI-15")
@pytest.mark.parametrize("axis", ["postgresql", "vectorBackend"])
def test_extensions_that_are_missing(bare_postgresql: Postgresql, axis: str) -> None:
    with role(bare_postgresql, "aeterna", "CREATEROLE BYPASSRLS"):
        facts = {"host": HOST, "port": bare_postgresql.port, "database": "memory", "username": "aeterna"}
        choice = "external" if axis == "postgresql" else "pgvector"
        result = run_check(probe(axis, choice, facts | {"password": MIGRATOR_PASSWORD}), Sockets())

        assert (result.verdict, result.code) == (Verdict.FAILED, "AET908")
        assert "the extension pgcrypto is not installed on the server" in result.problem
        # pgvector is needed by the vector backend of that name alone
        assert ("vector is not installed on the server" in result.problem) is (axis == "vectorBackend")
        assert not migrates(bare_postgresql, "aeterna", MIGRATOR_PASSWORD)


@pytest.mark.requirement("CLI-32")
@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"password": "wrong-secret-3"}, "AET903", "refuses user or password"),
        ({"username": "nobody-of-that-name"}, "AET903", "refuses user or password"),
        ({"password": ""}, "AET903", "refuses user or password"),
        ({"database": "elsewhere"}, "AET905", "the database elsewhere is not there"),
        ({"port": "closed"}, "AET901", "nothing listens on this port"),
        ({"host": "no-such-host.invalid"}, "AET901", "nobody knows this host name"),
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
    from helm_aeterna.checks.probes_background import start

    facts = {"host": HOST, "port": port, "database": "d", "username": "u", "password": "p"}
    return start(probe("postgresql", "external", facts), Sockets()).result


def test_with_the_password_in_a_secret_only_the_greeting_is_tried(postgresql: Postgresql) -> None:
    facts = {"host": HOST, "port": postgresql.port, "database": "d", "username": "u", "existingSecret": "db"}
    result = run_check(probe("postgresql", "external", facts), Sockets())

    assert result.verdict is Verdict.OK
    assert any("not tried" in note for note in result.notes)
