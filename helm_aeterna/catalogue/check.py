"""The connection check of a choice: read strictly from the catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from helm_aeterna.formats import FormatError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.catalogue.entry import Choice
    from helm_aeterna.formats import Tree

VERDICTS = ("ok", "rejected", "limited", "missing", "busy", "failed")
NEEDS = ("required", "optional")

_FACT = re.compile(r"\{([^{}]*)\}")


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

_TEXT = (str,)
_COMMON: dict[str, tuple[type, ...]] = {"credential": _TEXT, "shapes": (list,), "untried": _TEXT}
_PROTOCOLS: dict[str, tuple[Any, dict[str, tuple[type, ...]]]] = {
    "http": (
        HttpCheck,
        {"url": (str, list), "headers": (dict,), "proof": _TEXT, "answers": (dict,), "contains": (list,)},
    ),
    "postgresql": (
        PostgresqlCheck,
        dict.fromkeys(("host", "port", "database", "username", "password", "via", "migrator"), _TEXT)
        | {"minimum": (int,), "extensions": (dict,)},
    ),
    "redis": (RedisCheck, {"host": _TEXT, "port": _TEXT, "password": _TEXT}),
    "mongodb": (MongodbCheck, {"uri": _TEXT}),
}
_NEEDED = {"http": ("url",), "redis": ("host", "port"), "mongodb": ("uri",), "postgresql": ()}


def read_check(choice: Choice) -> Check | None:
    """Read the check of a choice; None where it has none.

    Raises:
        FormatError: Something in it is unknown, of the wrong type or not a fact of this choice.
    """
    if not choice.check:
        return None
    where = f"check of {choice.id}"
    raw = dict(choice.check)
    protocol = raw.pop("protocol", None)
    if protocol not in _PROTOCOLS:
        raise FormatError(f"unknown protocol {protocol!r}", where=where, fix=f"one of {', '.join(_PROTOCOLS)}")
    kind, fields = _PROTOCOLS[str(protocol)]
    good = _fields(raw, _COMMON | fields, _NEEDED[str(protocol)], where)
    _facts({key: value for key, value in good.items() if key != "shapes"}, choice, where)
    check: Check = kind(**_typed(good, where))
    for setting in [check.credential, *(shape.of for shape in check.shapes)]:
        if setting and setting not in choice.settings:
            raise FormatError(f"{setting} is no setting of it", where=where)
    return check


def _fields(
    raw: Mapping[str, Tree], known: Mapping[str, tuple[type, ...]], needed: tuple[str, ...], where: str
) -> dict[str, Any]:
    """Refuse what is unknown, missing or of the wrong type."""
    for key, value in raw.items():
        if key not in known:
            raise FormatError(f"unknown key {key}", where=where)
        if not isinstance(value, known[key]):
            raise FormatError(f"{key} has the wrong type", where=where)
    for key in needed:
        if key not in raw:
            raise FormatError(f"{key} is missing", where=where)
    return dict(raw)


def _facts(tree: Tree, choice: Choice, where: str) -> None:
    """Every `{fact}` must be a setting of the choice."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, list):
        for item in tree:
            _facts(item, choice, where)
    elif isinstance(tree, str):
        for name in _FACT.findall(tree):
            if name not in choice.settings:
                raise FormatError(f"{{{name}}} is no setting of it", where=where)


def _typed(raw: dict[str, Any], where: str) -> dict[str, Any]:
    typed = dict(raw)
    if "url" in raw:
        typed["url"] = tuple([raw["url"]] if isinstance(raw["url"], str) else raw["url"])
    typed["shapes"] = tuple(_shape(item, where) for item in raw.get("shapes", ()))
    if "contains" in raw:
        keys = dict.fromkeys(("path", "wanted", "says", "suffix", "fix"), _TEXT)
        items = (_fields(item, keys, ("path", "wanted", "says"), where) for item in raw["contains"])
        typed["contains"] = tuple(Contained(**item) for item in items)
    if "answers" in raw:
        typed["answers"] = {int(status): _status(words, where) for status, words in raw["answers"].items()}
    if any(need not in NEEDS for need in raw.get("extensions", {}).values()):
        raise FormatError(f"an extension is one of {', '.join(NEEDS)}", where=where)
    return typed


def _shape(raw: Mapping[str, Tree], where: str) -> Shape:
    keys: dict[str, tuple[type, ...]] = dict.fromkeys(("of", "says", "like", "unlike", "unless"), _TEXT)
    good = _fields(raw, keys | {"members": (list,)}, ("of", "says"), where)
    return Shape(**good | {"members": tuple(good.get("members", ()))})


def _status(raw: Mapping[str, Tree], where: str) -> Status:
    status = Status(**_fields(raw, dict.fromkeys(("verdict", "problem", "fix"), _TEXT), ("verdict",), where))
    if status.verdict not in VERDICTS:
        raise FormatError(f"unknown verdict {status.verdict}", where=where, fix=f"one of {', '.join(VERDICTS)}")
    return status
