"""The check of PostgreSQL against real servers: what it says is what the migrations would meet."""

from __future__ import annotations

import contextlib

import pg8000.native
import pytest

from helm_aeterna.adapters.network.services import Sockets
from helm_aeterna.checks.probes.result import Verdict
from helm_aeterna.checks.probes.run import run_check
from tests.support.database_roles import MIGRATOR_PASSWORD, check, role
from tests.support.probes import probe
from tests.support.servers import HOST, PASSWORD, SUPERUSER, Postgresql

pytestmark = pytest.mark.network


# What the migrations do that needs rights: two roles, one of which bypasses row security, default privileges of the
# role `aeterna`, an extension, tables. Everything is taken back.
MIGRATION = (
    "CREATE ROLE probe_app NOLOGIN NOBYPASSRLS",
    "CREATE ROLE probe_admin NOLOGIN BYPASSRLS",
    "ALTER DEFAULT PRIVILEGES FOR ROLE aeterna IN SCHEMA public GRANT SELECT ON TABLES TO probe_app",
    "CREATE EXTENSION IF NOT EXISTS pgcrypto",
    "CREATE TABLE probe_table (id int)",
)


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
            assert "lets only a superuser run the migrations" in result.problem
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
