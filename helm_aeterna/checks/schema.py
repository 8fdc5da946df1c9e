"""Values against the chart's JSON Schema: every problem, in words."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from jsonschema import Draft7Validator

from helm_aeterna.errors import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jsonschema.exceptions import ValidationError

    from helm_aeterna.formats import Tree

_WRITE = {
    "integer": "write a number without quotes",
    "boolean": "write true or false without quotes",
    "string": "put it in quotes",
}
_TYPES = {"integer": "a whole number", "boolean": "true or false", "object": "a map", "array": "a list", "null": "null"}


def check_schema(values: Tree, schema: Mapping[str, Tree]) -> tuple[Finding, ...]:
    """Check values that have been merged with the chart's defaults.

    Args:
        values: The merged values.
        schema: values.schema.json; it is trusted, the project's tests check it.
    """
    errors = Draft7Validator(schema).iter_errors(values)
    findings = {finding for error in errors for finding in _findings(error)}
    return tuple(sorted(findings, key=lambda finding: finding.where))


def _findings(error: ValidationError) -> list[Finding]:
    where = ".".join(str(part) for part in error.absolute_path) or "top level"
    if error.validator == "additionalProperties":
        return _unknown_keys(error, where)
    if error.validator == "required":
        return _missing_keys(error, where)
    problem, fix = _words(error)
    return [Finding(code="AET820", where=where, problem=problem, fix=fix)]


def _unknown_keys(error: ValidationError, where: str) -> list[Finding]:
    properties: Mapping[str, Any] = error.schema.get("properties", {})  # type: ignore[union-attr] # a schema that forbids keys is a map
    instance: Mapping[str, Any] = error.instance  # type: ignore[assignment] # and so is what it forbids keys in
    unknown = [key for key in instance if key not in properties]
    prefix = "" if where == "top level" else f"{where}."
    findings = []
    for key in unknown:
        near = difflib.get_close_matches(key, properties, n=1)
        fix = f"did you mean {near[0]}?" if near else "take it away; docs/values.md lists all keys"
        findings.append(Finding(code="AET821", where=f"{prefix}{key}", problem="the chart has no such key", fix=fix))
    return findings


def _missing_keys(error: ValidationError, where: str) -> list[Finding]:
    needed: Any = error.validator_value
    prefix = "" if where == "top level" else f"{where}."
    problem, fix = "is missing", "give it; a null takes defaults away: take that line out"
    return [
        Finding(code="AET820", where=f"{prefix}{key}", problem=problem, fix=fix)
        for key in needed
        if key not in error.instance  # type: ignore[operator] # a map
    ]


_SAY = {
    "pattern": "does not have the right form",
    "minimum": "is too small, it must be at least {}",
    "exclusiveMinimum": "is too small, it must be more than {}",
    "maximum": "is too large, it must be at most {}",
    "exclusiveMaximum": "is too large, it must be less than {}",
}


def _join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _words(error: ValidationError) -> tuple[str, str]:
    expected: Any = error.validator_value
    fix = str(error.schema.get("description", "")) if isinstance(error.schema, dict) else ""
    rule = str(error.validator)
    if rule == "type":
        names = [expected] if isinstance(expected, str) else list(expected)
        how = _WRITE.get(names[0], "")
        return f"must be {' or '.join(_TYPES.get(name, f'a {name}') for name in names)}", _join(how, fix)
    if rule == "pattern":
        return _SAY[rule], fix
    if rule == "enum":
        return "is not a choice", "one of " + ", ".join(str(value) or '""' for value in expected)
    # The library's own words may quote the value; a credential must not be shown.
    return _SAY.get(rule, f"breaks the rule {rule}").format(expected), fix
