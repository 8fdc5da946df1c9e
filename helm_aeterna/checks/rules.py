"""What precedes or bypasses the chart: credentials where they do not belong, and what the chart's own check said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helm_aeterna.errors import Finding, Severity
from helm_aeterna.formats import flatten

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.formats import Tree
    from helm_aeterna.model.question import Script

_LINE = re.compile(r"^\W*(AET\d{3}) \| (.*?) \| (.*?) \| (.*)$")
_SECRET_KEY = re.compile(
    r"(?:^|\.)(?:\w*password\w*|\w*token|apiKey|kmsKey|uri|\w*secretAccessKey|storageKey|\w*Json|applicationCredentials)$",
    re.IGNORECASE,
)


def secret_paths(script: Script) -> frozenset[str]:
    """The keys of values.yaml that hold credentials."""
    return frozenset(path for question in script if question.secret for path in question.paths)


def is_secret(path: str, secrets: frozenset[str]) -> bool:
    """Whether what stands at a key must not be shown."""
    words = path.split(".")
    if "existingSecretKeys" in words or path.endswith(("existingSecret", "existingSecretKey")):
        return False
    return path in secrets or bool(_SECRET_KEY.search(path))


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
            problem="a credential stands in a file that is not private",
            fix="move it to values.secret.yaml, or name a Secret with existingSecret",
            severity=Severity.WARNING,
        )
        for path, value in flatten(values).items()
        if isinstance(value, str) and value and is_secret(path, secrets)
    )


def chart_findings(said: str, script: Script) -> tuple[Finding, ...]:
    """Read the lines that the chart's own validation prints when it refuses to render.

    Args:
        said: Helm's error text.
        script: Tells which flag sets a key.
    """
    flags = {path: question.flag for question in script for path in question.paths}
    findings = []
    for line in said.splitlines():
        match = _LINE.match(line.strip())
        if match:
            code, key, problem, fix = (part.strip() for part in match.groups())
            where = f"{key} ({flags[key]})" if key in flags else key
            findings.append(Finding(code=code, where=where, problem=problem, fix=fix))
    return tuple(findings)
