"""Roles and databases for a test, and the check of the login they give."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from helm_aeterna.adapters.network.services import Sockets
from helm_aeterna.checks.probes.run import run_check
from tests.support.probes import probe
from tests.support.servers import HOST, SUPERUSER, Postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helm_aeterna.checks.probes.result import CheckResult

MIGRATOR_PASSWORD = "migrator-secret-2"


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
