"""Values against a schema: the place, the problem and what to do, without the value."""

from __future__ import annotations

from typing import Any

import pytest

from helm_aeterna.checks.schema import check_schema, check_subcharts
from helm_aeterna.errors import Severity

PORT = {"type": "integer", "minimum": 1, "maximum": 65535, "description": "Port"}
SIZE = {
    "type": "string",
    "pattern": "^[0-9]+Gi$",
    "description": "Size",
    "$comment": "a size with its unit",
    "examples": ["1Gi", "2Gi"],
}
LABELS = {"propertyNames": {"pattern": "^[a-z]+$", "$comment": "a label", "examples": ["team"]}}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["cache"],
    "properties": {
        "cache": {
            "type": "object",
            "properties": {"port": PORT, "size": SIZE, "on": {"type": "boolean"}, "labels": LABELS},
        },
    },
}


@pytest.mark.parametrize(
    ("values", "where", "problem", "fix"),
    [
        ({}, "cache", "is missing", "null"),
        ({"cache": {}, "cahce": {}}, "cahce", "no such key", "did you mean cache?"),
        ({"cache": {"port": "1"}}, "cache.port", "a whole number", "without quotes; Port"),
        ({"cache": {"on": "false"}}, "cache.on", "true or false", "without quotes"),
        ({"cache": {"size": 1}}, "cache.size", "a string", "in quotes; Size"),
        ({"cache": {"size": "canary"}}, "cache.size", "is not a size with its unit", "Size; for example 1Gi or 2Gi"),
        ({"cache": {"labels": {"a b": ""}}}, "cache.labels.a b", "is not a label", "for example team"),
        ({"cache": {"port": 70000}}, "cache.port", "at most 65535", "Port"),
    ],
)
def test_a_problem_has_its_place_and_its_fix(values: dict[str, Any], where: str, problem: str, fix: str) -> None:
    (finding,) = check_schema(values, SCHEMA)
    assert finding.where == where
    assert problem in finding.problem
    assert fix in finding.fix
    assert "canary" not in str(finding)
    assert "^" not in str(finding)


KNOWN = {"qdrant": {"version": "1.2.3", "keys": {"image": {"tag": None}, "config": None}, "comments": ["apiKey"]}}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"image": {"tag": "a"}, "config": {"any": 1}, "apiKey": "canary"}, []),
        ({"image": {"tga": "a"}}, [("qdrant.image.tga", "did you mean tag?")]),
        ({"imgae": {"tag": "canary"}}, [("qdrant.imgae", "did you mean image?")]),
        ({"image": {"apikey": "canary"}}, [("qdrant.image.apikey", "did you mean apiKey?")]),
        ({"zzz": 1}, [("qdrant.zzz", "compare with `helm show values` of qdrant; Helm passes it on either way")]),
    ],
)
def test_a_key_that_a_subchart_does_not_list_is_a_warning(values: dict[str, Any], found: list[tuple[str, str]]) -> None:
    findings = check_subcharts({"qdrant": values, "valkey": {"a": 1}}, KNOWN)
    assert [(one.where, one.fix) for one in findings] == found
    assert {one.severity for one in findings} <= {Severity.WARNING}
    assert "canary" not in str(findings)
