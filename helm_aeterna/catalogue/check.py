"""The connection check of a part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a credential usually looks like; something else is worth a warning, never a refusal.

    Attributes:
        of: The setting.
        says: The warning.
        like: What its value should match.
        unlike: What its value should not match.
        members: What it should hold, being a JSON object.
        unless: No warning when this setting is answered.
    """

    of: str
    says: str
    like: str = ""
    unlike: str = ""
    members: tuple[str, ...] = ()
    unless: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What a status code means: its verdict, and words where the usual ones would mislead."""

    verdict: str
    problem: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contained:
    """Something the answer should list.

    Attributes:
        path: Dotted path of the texts in the answer; `*` is any item.
        wanted: The setting whose value should be among them.
        says: The warning when it is not.
        suffix: What the service may add to a name.
        fix: What to do then.
    """

    path: str
    wanted: str
    says: str
    suffix: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Common:
    """What all checks share.

    Attributes:
        credential: The setting that is the key; empty where nobody logs in.
        shapes: What credentials usually look like.
        untried: What this check cannot see, in one sentence.
    """

    credential: str = ""
    shapes: tuple[Shape, ...] = ()
    untried: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCheck(_Common):
    """One GET.

    Attributes:
        url: Alternatives; the first whose facts are all set wins.
        headers: A header whose fact is not set is not sent.
        proof: Dotted path that the answer must have to come from this service.
        answers: Status codes that mean something of their own.
        contains: What the answer should list.
    """

    url: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    proof: str = ""
    answers: Mapping[int, Status] = field(default_factory=dict)
    contains: tuple[Contained, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresqlCheck(_Common):
    """A login, and whether the database lets the server do its work.

    Attributes:
        via: Another axis whose connection is used instead.
        migrator: The role that the migrations need.
        minimum: The oldest version that lets a role without superuser rights migrate.
        extensions: Name to `required` or `optional`.
    """

    host: str = ""
    port: str = ""
    database: str = ""
    username: str = ""
    password: str = ""
    via: str = ""
    migrator: str = ""
    minimum: int = 0
    extensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisCheck(_Common):
    """A login and a PING."""

    host: str
    port: str
    password: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MongodbCheck(_Common):
    """The form of the connection string, and a greeting."""

    uri: str


Check: TypeAlias = HttpCheck | PostgresqlCheck | RedisCheck | MongodbCheck

_PROTOCOLS: Mapping[str, Any] = {
    "http": HttpCheck,
    "postgresql": PostgresqlCheck,
    "redis": RedisCheck,
    "mongodb": MongodbCheck,
}


def read_check(tree: Mapping[str, Any]) -> Check:
    """Build a check from its tree; schema.json says what is wrong with one that does not build.

    Raises:
        KeyError: The protocol is unknown.
        TypeError: A key is unknown or missing.
    """
    built = dict(tree)
    kind = _PROTOCOLS[built.pop("protocol")]
    for key, item in (("shapes", Shape), ("contains", Contained)):
        if key in built:
            built[key] = tuple(item(**each) for each in built[key])
    if "url" in built:
        built["url"] = (built["url"],) if isinstance(built["url"], str) else tuple(built["url"])
    if "answers" in built:
        built["answers"] = {int(status): Status(**said) for status, said in built["answers"].items()}
    check: Check = kind(**built)
    return check
