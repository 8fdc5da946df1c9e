"""The check of PostgreSQL: the login, and whether the role can run the migrations with the extensions at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helm_aeterna.checks.probes.facts import EXISTING_SECRET, fill
from helm_aeterna.checks.probes.result import (
    EXTENSION,
    LOGIN,
    MISSING,
    RIGHTS,
    UNSURE,
    VERSION,
    doubtful,
    failed,
    passed,
    untried,
)
from helm_aeterna.checks.probes.trouble import in_words
from helm_aeterna.model.connection import ConnectionTrouble, PostgresqlLogin, Query, Trouble
from helm_aeterna.model.secret import SecretText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helm_aeterna.catalogue.check import PostgresqlCheck
    from helm_aeterna.checks.probes.network import Network
    from helm_aeterna.checks.probes.result import CheckResult, Probe
    from helm_aeterna.formats import Scalar

_ROLE = Query(
    sql="""
    SELECT CAST(current_setting('server_version_num') AS int) AS version_number,
           current_setting('server_version') AS version,
           rolname AS name, rolsuper AS superuser, rolcreaterole AS createrole, rolbypassrls AS bypassrls,
           has_database_privilege(current_database(), 'CREATE') AS creates,
           to_regnamespace('public') IS NOT NULL AND has_schema_privilege('public', 'CREATE') AS writes
    FROM pg_roles WHERE rolname = current_user
    """
)
_EXTENSIONS = Query(
    sql="""
    SELECT extension.name, extension.installed_version IS NOT NULL AS installed, versions.trusted
    FROM pg_available_extensions extension
    JOIN pg_available_extension_versions versions
      ON versions.name = extension.name AND versions.version = extension.default_version
    """
)
_IS_THERE = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :name) AS there"

# SQLSTATE: code of the finding, problem, fix.
_REFUSALS = {
    "28P01": (LOGIN, "it refuses user or password", "check both; PostgreSQL does not say which of them is wrong"),
    "28000": (LOGIN, "it does not let this user in from here", "check that the role may log in, and pg_hba.conf"),
    "3D000": (MISSING, "the database is not there", "create it, or check its name"),
    "42501": (RIGHTS, "this user may not connect to the database", "grant CONNECT on it"),
}
_NOT_NOW = {
    "53300": "all its connections are in use",
    "57P03": "it is starting or stopping",
    "53400": "it has reached a limit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shortfall:
    """One thing that is missing."""

    code: str
    problem: str
    fix: str
    severe: bool = True


def check_postgresql(probe: Probe, check: PostgresqlCheck, network: Network) -> CheckResult:
    """Log in, look around, and say what the migrations would miss."""
    texts = {key: fill(getattr(check, key), probe.facts) for key in ("host", "port", "database", "username")}
    port = texts["port"] or ""
    if not all(texts.values()) or not port.isdigit():
        return untried(probe.label, "there is no address to try yet")
    host, database, username = (texts[key] or "" for key in ("host", "database", "username"))
    subject = f"{probe.label} at {host}:{port}"
    password = fill(check.password, probe.facts)
    kept = password is None and EXISTING_SECRET in probe.facts
    login = PostgresqlLogin(
        host=host,
        port=int(port),
        database=database,
        username=username,
        password=None if kept else SecretText(password or ""),
    )
    queries = (_ROLE, _EXTENSIONS, Query(sql=_IS_THERE, arguments={"name": check.migrator}))
    try:
        answer = network.postgresql(login, queries)
    except ConnectionTrouble as trouble:
        return _refused(subject, host, database, trouble)
    if kept:
        return passed(
            subject, "the password is in a Secret of the cluster: login, rights and extensions were not tried"
        )
    role, extensions, there = (rows for rows in answer.rows)
    plain = "" if answer.encrypted else "The connection is not encrypted: it does not offer TLS"
    found = [
        *_rights(check, role[0], migrator_there=bool(there[0]["there"])),
        *_extensions(check, role[0], {str(row["name"]): row for row in extensions}),
    ]
    return _result(subject, found, f"PostgreSQL {role[0]['version']}, as {role[0]['name']}", plain)


def _refused(subject: str, host: str, database: str, trouble: ConnectionTrouble) -> CheckResult:
    if trouble.trouble is not Trouble.REJECTED:
        return in_words(subject, host, trouble)
    if trouble.code in _NOT_NOW:
        return doubtful(
            subject, UNSURE, _NOT_NOW[trouble.code], meaning="The login may be right", fix="try again later"
        )
    usual = (LOGIN, f"it refuses the login ({trouble.code or trouble.detail})", "look into its log")
    code, problem, fix = _REFUSALS.get(trouble.code, usual)
    return failed(subject, code, problem.replace("the database", f"the database {database}", 1), fix=fix)


def _rights(check: PostgresqlCheck, role: Mapping[str, Scalar], *, migrator_there: bool) -> Iterator[_Shortfall]:
    """What the migrations need: a superuser, or exactly the named role with two attributes on a newer version."""
    name, user = check.migrator, str(role["name"])
    if not name:
        return
    if role["superuser"]:
        if not migrator_there:
            fix = f"CREATE ROLE {name}"
            yield _Shortfall(
                code=RIGHTS, problem=f"the migrations need a role named {name}, which is not there", fix=fix
            )
        return
    if int(str(role["version_number"])) < check.minimum * 10000:
        yield _Shortfall(
            code=VERSION,
            problem=f"version {role['version']} lets only a superuser run the migrations",
            fix=f"PostgreSQL {check.minimum} or newer, or a superuser for the migrations",
        )
    if user != name:
        problem = f"the migrations must be run by a role named {name}, not {user}"
        yield _Shortfall(code=RIGHTS, problem=problem, fix=f"give the user {name}, owner of the database")
    wanted = [word.upper() for word in ("createrole", "bypassrls") if not role[word]]
    if wanted:
        problem = f"the role {user} lacks {' and '.join(wanted)}, which the migrations need"
        yield _Shortfall(code=RIGHTS, problem=problem, fix=f"as a superuser: ALTER ROLE {user} {' '.join(wanted)}")
    if not (role["creates"] and role["writes"]):
        problem = f"the role {user} may not create objects in this database"
        yield _Shortfall(code=RIGHTS, problem=problem, fix=f"make {user} the owner of the database")


def _extensions(
    check: PostgresqlCheck, role: Mapping[str, Scalar], there: Mapping[str, Mapping[str, Any]]
) -> Iterator[_Shortfall]:
    for name, need in check.extensions.items():
        severe = need == "required"
        row = there.get(name)
        if row is None:
            problem = f"the extension {name} is not installed on the server"
            fix = "install its package on the database server"
            yield _Shortfall(code=EXTENSION, problem=problem, fix=fix, severe=severe)
        elif not row["installed"] and not (role["superuser"] or (row["trusted"] and role["creates"])):
            problem = f"the extension {name} is not in this database, and this role may not create it"
            fix = f"as a superuser: CREATE EXTENSION {name}"
            yield _Shortfall(code=EXTENSION, problem=problem, fix=fix, severe=severe)


def _result(subject: str, found: list[_Shortfall], *notes: str) -> CheckResult:
    severe = [shortfall for shortfall in found if shortfall.severe]
    slight = [f"{shortfall.problem}; it is not needed so far" for shortfall in found if not shortfall.severe]
    if not severe:
        return passed(subject, *notes, *slight)
    problem = "; ".join(shortfall.problem for shortfall in severe)
    fix = "; ".join(shortfall.fix for shortfall in severe)
    return failed(subject, severe[0].code, problem, fix=fix).noting(*notes, *slight)
