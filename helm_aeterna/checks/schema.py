"""Values against the chart's JSON Schema: every problem, in words."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from jsonschema import Draft7Validator

from helm_aeterna.errors import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

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
    if "propertyNames" in error.absolute_schema_path:  # the key itself is wrong, and no credential
        where = f"{where}.{error.instance}"
    problem, fix = _words(error)
    return [Finding(code="AET820", where=where, problem=problem, fix=fix)]


def _unknown_keys(error: ValidationError, where: str) -> list[Finding]:
    properties: Mapping[str, Any] = error.schema.get("properties", {})  # type: ignore[union-attr] # a schema that forbids keys is a map
    instance: Mapping[str, Any] = error.instance  # type: ignore[assignment] # and so is what it forbids keys in
    unknown = [key for key in instance if key not in properties]
    prefix = "" if where == "top level" else f"{where}."
    findings = []
    for key in unknown:
        fix = _meant(key, properties) or "remove it; docs/values.md lists all keys"
        findings.append(Finding(code="AET821", where=f"{prefix}{key}", problem="the chart has no such key", fix=fix))
    return findings


def _meant(key: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return f"did you mean {near[0]}?" if near else ""


def check_subcharts(values: Mapping[str, Tree], known: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Warn of keys that a subchart does not list.

    Args:
        values: The merged values.
        known: For each subchart its version, the tree of keys in its values.yaml, and keys that its comments name.
    """
    return tuple(
        Finding(
            code="AET826",
            where=f"{name}.{path}",
            problem=f"the values of the subchart {name} {chart['version']} list no such key",
            fix=fix or f"compare with `helm show values` of {name}; Helm passes it on either way",
            severity=Severity.WARNING,
        )
        for name, chart in known.items()
        for path, fix in _unlisted(values.get(name), chart["keys"], frozenset(chart["comments"]))
    )


def _unlisted(values: Tree, known: Any, comments: frozenset[str]) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a tree of keys
    """Paths that are not known, each with what is probably meant; where nothing is listed, everything may stand."""
    if not known or not isinstance(values, dict):
        return
    for key, value in values.items():
        if key in known:
            yield from ((f"{key}.{path}", fix) for path, fix in _unlisted(value, known[key], comments))
        elif key not in comments:
            yield key, _meant(key, [*known, *comments])


def _missing_keys(error: ValidationError, where: str) -> list[Finding]:
    needed: Any = error.validator_value
    prefix = "" if where == "top level" else f"{where}."
    problem, fix = "is missing", "set it; if it is null in your values, remove that line: a null removes the default"
    return [
        Finding(code="AET820", where=f"{prefix}{key}", problem=problem, fix=fix)
        for key in needed
        if key not in error.instance  # type: ignore[operator] # a map
    ]


_SAY = {
    "maxLength": "is too long, it must have at most {} characters",
    "minLength": "is empty",
    "minItems": "is empty",
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
    if rule == "pattern" and isinstance(error.schema, dict):
        form, examples = error.schema.get("$comment"), error.schema.get("examples", [])
        shown = f"for example {' or '.join(str(example) for example in examples)}" if examples else ""
        return f"is not {form}" if form else "does not have the right form", _join(fix, shown)
    if rule == "enum":
        return "is not a choice", "one of " + ", ".join(str(value) or '""' for value in expected)
    # The library's own words may quote the value; a credential must not be shown.
    return _SAY.get(rule, f"breaks the rule {rule}").format(expected), fix
