"""What precedes or bypasses the chart: credentials where they do not belong, and what the chart's own check said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helm_aeterna.errors import Finding, Severity
from helm_aeterna.formats import flatten

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.catalogue.entry import Catalogue
    from helm_aeterna.formats import Tree

_LINE = re.compile(r"^\W*(AET\d{3}) \| (.*?) \| (.*?) \| (.*)$")
# A key that ends in such a word holds a credential; existingSecret, secretName and the like name a Secret.
_SECRET_KEY = re.compile(
    r"(?:pas+w(?:or)?d|passphrase|token|secret|(?:api|access|private|kms|storage|encryption)[_-]?key|_keys|credentials?|json)$"
    r"|(?:^|\.)uri$",
    re.IGNORECASE,
)
_SECRET_NAME = re.compile(r"(?:existingSecret(?:Keys?)?|envSecrets)(?:\.|$)", re.IGNORECASE)
_SECRET_FLAG = re.compile(r"^-+[\w-]*(?:pass\w*|token|secret|key)$", re.IGNORECASE)
_SECRET_TEXT = re.compile(
    r"(?:pass\w*|token|secret|api[_-]?key)\s*[=:]\s*\S|https?://[^/\s@]+@|://[^/\s@]*:[^/\s@]+@", re.IGNORECASE
)
MASK = "***"


def secret_paths(catalogue: Catalogue) -> frozenset[str]:
    """The keys of values.yaml that hold credentials."""
    return frozenset(
        f"{part.values.block}.{setting.name}"
        for _, part in catalogue.parts()
        for setting in part.settings.values()
        if setting.secret
    )


def is_secret(path: str, secrets: frozenset[str]) -> bool:
    """Whether what stands at a key must not be shown."""
    return path in secrets or bool(_SECRET_KEY.search(path) and not _SECRET_NAME.search(path))


def masked(path: str, value: Tree, secrets: frozenset[str]) -> Tree:
    """What may be shown of a value in a file that is not private: every credential in it is replaced."""
    if value in ("", None, [], {}) or isinstance(value, bool):
        return value
    if is_secret(path, secrets) or (isinstance(value, str) and _SECRET_TEXT.search(value)):
        return MASK
    if isinstance(value, dict):
        # An entry of an environment: the name tells what the value is.
        named = {"value": value["name"]} if isinstance(value.get("name"), str) else {}
        return {key: masked(f"{path}.{named.get(key, key)}", inner, secrets) for key, inner in value.items()}
    if isinstance(value, list):
        return [
            MASK if isinstance(flag, str) and _SECRET_FLAG.search(flag) else masked(path, item, secrets)
            for flag, item in zip(["", *value], value, strict=False)
        ]
    return value


def misplaced_secrets(values: Mapping[str, Tree], secrets: frozenset[str], where: str) -> tuple[Finding, ...]:
    """Credentials in a file that others read.

    Args:
        values: The content of the file.
        secrets: The keys that hold credentials.
        where: The file's name.
    """
    return tuple(
        Finding(
            code="AET830",
            where=f"{where}: {path}",
            problem="holds a credential, and the file is not private",
            fix="move it to values.secret.yaml, or name a Secret with existingSecret",
            severity=Severity.WARNING,
        )
        for path, value in flatten(values).items()
        if masked(path, value, secrets) != value
    )


def chart_findings(said: str, flags: Mapping[str, str]) -> tuple[Finding, ...]:
    """Read the lines that the chart's own validation prints when it refuses to render.

    Args:
        said: Helm's error text.
        flags: Key of values.yaml to the flag that sets it.
    """
    findings = []
    for line in said.splitlines():
        match = _LINE.match(line.strip())
        if match:
            code, key, problem, fix = (part.strip() for part in match.groups())
            where = f"{key} ({flags[key]})" if key in flags else key
            findings.append(Finding(code=code, where=where, problem=problem, fix=fix))
    return tuple(findings)
