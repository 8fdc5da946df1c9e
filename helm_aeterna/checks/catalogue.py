"""What is wrong with a catalogue, each with its exact place: what its schema says, then what no schema can say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from helm_aeterna.catalogue.entry import Catalogue, read
from helm_aeterna.errors import CheckError, Finding, PrerequisiteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jsonschema.exceptions import ValidationError

    from helm_aeterna.formats import Tree

VERSION = 2
_TYPES = {"string": "text", "array": "a list", "object": "a map", "boolean": "true or false", "integer": "a number"}


def load_catalogue(tree: Tree, schema: Callable[[], Tree], where: str, *, strict: bool = False) -> Catalogue:
    """Read the parsed catalogue.

    Args:
        tree: The content of files/catalogue.yaml.
        schema: Reads its schema. It is asked only when the catalogue does not build: the tests hold the shipped one
            to it, and the library that reads it takes longer to load than everything else.
        where: The file's name, for the errors.
        strict: Ask in any case.

    Raises:
        PrerequisiteError: It was written for a newer program.
        CheckError: With every problem and its place.
    """
    version = tree.get("version") if isinstance(tree, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise PrerequisiteError(
            f"the catalogue has version {version}, this program reads version {VERSION}",
            where=where,
            fix="update the plugin: helm plugin update aeterna",
        )
    try:
        catalogue: Catalogue | None = read(Catalogue, tree)
    except (TypeError, ValueError, AttributeError, KeyError):
        catalogue = None
    if catalogue is not None and not strict:
        return catalogue
    from helm_aeterna.catalogue.references import references

    found = schema_problems(tree, schema())
    if catalogue is not None and not found:
        found = references(catalogue)
    if catalogue is None or found:
        raise CheckError("the catalogue cannot be used", where=where, findings=found)
    return catalogue


def schema_problems(tree: Tree, schema: Any) -> list[Finding]:  # noqa: ANN401 - a JSON Schema, which is trusted
    """Everything its schema has to say against a catalogue."""
    from jsonschema import Draft202012Validator

    return sorted({found for error in Draft202012Validator(schema).iter_errors(tree) for found in _explained(error)})


def _problem(place: str, problem: str, fix: str = "") -> Finding:
    return Finding(code="AET900", where=place, problem=problem, fix=fix)


def _explained(error: ValidationError) -> Iterator[Finding]:
    place, rule, value, rules = _place(error.absolute_path), str(error.validator), error.instance, error.validator_value
    schema: Any = error.schema
    if rule in {"additionalProperties", "required", "dependentRequired"}:
        yield from _keys(place, rule, schema, value)
    elif rule == "type":
        wanted = " or ".join(_TYPES[name] for name in ([rules] if isinstance(rules, str) else rules))  # type: ignore[union-attr] # names
        quote = wanted.startswith("text") and isinstance(value, int | float)
        yield _problem(place, f"must be {wanted}, is {value!r}", "put it in quotes" if quote else "")
    elif rule == "pattern":
        yield _problem(place, f"{value!r} does not have the right form", schema.get("x-says", rules))
    elif rule in {"enum", "const"}:
        allowed = schema["enum"] if rule == "enum" else [rules]
        yield _problem(place, f"{value!r} is not offered", _near(str(value), [str(each) for each in allowed]))
    elif rule in {"oneOf", "anyOf"}:
        yield _problem(place, schema[f"x-{rule}"])
    else:
        yield _problem(place, {"minLength": "is empty", "minItems": "is too short"}.get(rule, error.message))


def _keys(place: str, rule: str, schema: Mapping[str, Any], value: Any) -> Iterator[Finding]:  # noqa: ANN401 - a map
    if rule == "additionalProperties":
        known = schema.get("properties", {})
        for key in set(map(str, value)) - known.keys():
            yield _problem(_join(place, key), "unknown key", _near(key, known))
        return
    for key, wanted in {"": schema["required"]}.items() if rule == "required" else schema["dependentRequired"].items():
        for other in wanted if key == "" or key in value else ():
            if other not in value:
                why = f": {key} means nothing without it" if key else ""
                yield _problem(_join(place, other), f"is missing{why}")


def _near(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]}?" if near else f"one of {', '.join(known)}"


def _place(path: Iterable[str | int]) -> str:
    place = ""
    for step in path:
        place = f"{place}[{step}]" if isinstance(step, int) else _join(place, step)
    return place or "top"


def _join(place: str, key: str) -> str:
    key = key if re.fullmatch(r"[\w-]+", key) else f'"{key}"'
    return key if place in {"", "top"} else f"{place}.{key}"
