"""The stand-ins' small custom resource definitions accept whatever the real ones accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.archives import STAND_INS, pins
from tests.support.kubernetes_schemas import upstream
from tests.support.render import Manifest, load_all, render

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSIONS = {pin.name: pin.version for pin in pins()}
HOMES = {"Cluster": "cloudnative-pg", "ScheduledBackup": "cloudnative-pg", "Database": "cloudnative-pg"}
HOMES["PerconaServerMongoDB"] = "psmdb-operator"
each_kind = pytest.mark.parametrize("kind", HOMES)


def small(kind: str) -> Manifest:
    """The stand-in's definition; the template around CloudNativePG's is one condition."""
    folder = STAND_INS / HOMES[kind]
    path = folder / "crds" / "crd.yaml"
    text = path.read_text() if path.exists() else (folder / "templates" / "crds" / "crds.yaml").read_text()
    return of_kind(text, kind)


def large(kind: str) -> Manifest:
    """The real definition, at the pinned version of the chart that brings it."""
    home = HOMES[kind]
    return of_kind((upstream() / "crds" / f"{home}-{VERSIONS[home]}.yaml").read_text(), kind)


def of_kind(text: str, kind: str) -> Manifest:
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("{{"))
    return next(item for item in load_all(plain) if item["spec"]["names"]["kind"] == kind)


def served(definition: Manifest) -> Manifest:
    (version,) = [item for item in definition["spec"]["versions"] if item["storage"]]
    return dict(version)


def spec_of(definition: Manifest) -> Manifest:
    schema: Manifest = served(definition)["schema"]["openAPIV3Schema"]["properties"]["spec"]
    return schema


def differences(ours: Manifest, theirs: Manifest, at: str) -> Iterator[str]:
    """Where ours would refuse what theirs accepts, or declares what theirs does not know."""
    if ours.get("type") != theirs.get("type"):
        yield f"{at}: {ours.get('type')} is {theirs.get('type')} in the real one"
    if missing := set(ours.get("required", ())) - set(theirs.get("required", ())):
        yield f"{at}: requires {missing}"
    if "enum" in ours and (refused := set(theirs.get("enum", ["anything"])) - set(ours["enum"])):
        yield f"{at}: refuses {refused}"
    if ours.get("minimum", 0) > theirs.get("minimum", 0):
        yield f"{at}: minimum {ours['minimum']}"
    for name, node in ours.get("properties", {}).items():
        yield from property_differences(node, theirs, at, name)
    for key in ("items", "additionalProperties"):
        if isinstance(ours.get(key), dict) and isinstance(theirs.get(key), dict):
            yield from differences(ours[key], theirs[key], f"{at}.{key}")


def property_differences(ours: Manifest, theirs: Manifest, at: str, name: str) -> Iterator[str]:
    real: Any = theirs.get("properties", {}).get(name)
    if real is None:
        yield f"{at}.{name}: the real one has no such field"
    else:
        yield from differences(ours, real, f"{at}.{name}")


@each_kind
def test_names_scope_and_version_are_the_real_ones(kind: str) -> None:
    def identity(definition: Manifest) -> list[Any]:
        spec, version = definition["spec"], served(definition)
        return [definition["metadata"]["name"], spec["group"], spec["scope"], spec["names"], version["name"]]

    assert identity(small(kind)) == identity(large(kind))


@each_kind
def test_subresources_are_the_real_ones(kind: str) -> None:
    assert served(small(kind))["subresources"] == served(large(kind))["subresources"]


@each_kind
def test_nothing_the_real_one_accepts_is_refused(kind: str) -> None:
    assert list(differences(spec_of(small(kind)), spec_of(large(kind)), "spec")) == []


def test_a_definition_that_is_too_narrow_is_seen() -> None:
    narrow = {"type": "object", "required": ["size"], "properties": {"sise": {"type": "string"}}}
    wide = {"type": "object", "properties": {"size": {"type": "integer"}}}
    assert len(list(differences(narrow, wide, "spec"))) == 2


@pytest.mark.helm
def test_the_operators_definitions_can_be_left_out_and_are_kept_on_uninstall(subcharts_alone: Path) -> None:
    def definitions(*, create: bool) -> list[Manifest]:
        values = {
            "operators": {"cloudnativePg": {"install": True}},
            "cloudnative-pg": {"crds": {"create": create}},
            "vectorBackend": {"qdrant": {"enabled": False}},
            "cache": {"dragonfly": {"enabled": False}},
        }
        found = render(values, chart=subcharts_alone)
        return [item for item in found if item["kind"] == "CustomResourceDefinition"]

    assert definitions(create=False) == []
    policies = {item["metadata"]["annotations"]["helm.sh/resource-policy"] for item in definitions(create=True)}
    assert policies == {"keep"}
