"""Values against a schema: the place, the problem and what to do, without the value."""

from __future__ import annotations

from typing import Any

import pytest

from helm_aeterna.checks.schema import check_schema

PORT = {"type": "integer", "minimum": 1, "maximum": 65535, "description": "Port"}
SIZE = {"type": "string", "pattern": "^[0-9]+Gi$", "description": "Size"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["cache"],
    "properties": {
        "cache": {"type": "object", "properties": {"port": PORT, "size": SIZE, "on": {"type": "boolean"}}},
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
        ({"cache": {"size": "canary"}}, "cache.size", "right form", "Size"),
        ({"cache": {"port": 70000}}, "cache.port", "at most 65535", "Port"),
    ],
)
def test_a_problem_has_its_place_and_its_fix(values: dict[str, Any], where: str, problem: str, fix: str) -> None:
    (finding,) = check_schema(values, SCHEMA)
    assert finding.where == where
    assert problem in finding.problem
    assert fix in finding.fix
    assert "canary" not in str(finding)
