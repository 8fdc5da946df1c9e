"""What connection checks ask the network, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.formats import Scalar, Tree
    from helm_aeterna.model.secret import SecretText


class Trouble(StrEnum):
    """Why nothing came of a connection."""

    INVALID = "invalid"  # the address or a header cannot be sent at all
    UNRESOLVED = "unresolved"  # nobody knows the name
    REFUSED = "refused"  # nobody listens there
    UNREACHABLE = "unreachable"  # no way there
    TIMEOUT = "timeout"  # no answer in time
    PROXY = "proxy"  # the proxy of this machine did not let it through
    CLOSED = "closed"  # closed without an answer
    TLS_UNTRUSTED = "tls-untrusted"  # nobody this machine trusts signed the certificate
    TLS_NAME = "tls-name"  # the certificate is for another name
    TLS_EXPIRED = "tls-expired"  # the certificate is not valid any more, or not yet
    TLS_MISSING = "tls-missing"  # plain speech where TLS was expected
    TLS_WANTED = "tls-wanted"  # TLS where plain speech was expected
    TLS_FAILED = "tls-failed"  # no agreement on anything else of TLS
    NOT_SPOKEN = "not-spoken"  # something answers, but not in this protocol
    TOO_MUCH = "too-much"  # far more came than such an answer is long
    REJECTED = "rejected"  # the server says no; `code` says why


class ConnectionTrouble(Exception):  # noqa: N818 - a trouble is what it is
    """Nothing came of a connection.

    Args:
        trouble: Why.
        code: The server's own code, where it gave one.
        detail: The server's own words; never a secret, never the address.
    """

    def __init__(self, trouble: Trouble, *, code: str = "", detail: str = "") -> None:
        super().__init__(f"{trouble.value} {code}".strip())
        self.trouble = trouble
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One GET; keys travel in headers, never in the address."""

    url: str
    headers: Mapping[str, SecretText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What came back.

    Attributes:
        status: The status code.
        body: The JSON in it, None where there is none.
        location: Where a redirect points to, without its query.
    """

    status: int
    body: Tree = None
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresqlLogin:
    """How to log in to PostgreSQL; without a password only the greeting is tried."""

    host: str
    port: int
    database: str
    username: str
    password: SecretText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question in SQL, with `:name` for its arguments."""

    sql: str
    arguments: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresqlAnswer:
    """What PostgreSQL says.

    Attributes:
        encrypted: Whether the connection is under TLS.
        rows: Per query its rows, by column; empty without a login.
    """

    encrypted: bool
    rows: tuple[tuple[Mapping[str, Scalar], ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisAnswer:
    """What a cache says of itself: `valkey 8.1.8`; empty where it keeps that to itself."""

    server: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MongodbAnswer:
    """What MongoDB says before a login.

    Attributes:
        wire_version: Highest version of its protocol.
        replica_set: Its name; empty for a single server and for a router.
    """

    wire_version: int
    replica_set: str = ""
