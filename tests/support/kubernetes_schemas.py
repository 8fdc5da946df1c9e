"""Checks rendered objects against closed JSON schemas: Kubernetes' own and those of the custom resources we render.

An API server prunes or ignores what it does not know; here an unknown field is an error, as with `fieldValidation:
Strict`. Kubernetes' schemas come with the package kubernetes-validate, those of custom resources are made from the
CustomResourceDefinitions kept beside the project (AETERNA_SHARED_UPSTREAM).
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import referencing
import yaml

from tests.support.require import missing

Object = Mapping[str, Any]

PROJECT = Path(__file__).parents[2]
# The oldest and the newest minor version the chart claims and the schemas cover.
VERSIONS = ("1.29", "1.37")
BUILT_IN_GROUPS = re.compile(r"^([^./]+|[a-z.]+\.k8s\.io)(/|$)")


def problems(manifest: Object, version: str) -> list[str]:
    """What is wrong with an object, one line each, as a server of this version or the CRD would see it."""
    if BUILT_IN_GROUPS.match(manifest["apiVersion"]):
        validator = built_in(manifest["kind"], manifest["apiVersion"], version)
    else:
        validator = custom(manifest["kind"], manifest["apiVersion"])
    label = f"{manifest['kind']}/{manifest['metadata']['name']}"
    return [f"{label} {error.json_path}: {error.message}" for error in validator.iter_errors(manifest)]


@functools.cache
def built_in(kind: str, api_version: str, version: str) -> jsonschema.protocols.Validator:
    """A strict validator of a built-in kind."""
    folder = importlib.resources.files("kubernetes_validate") / "kubernetes-json-schema" / f"v{version}.0-local-strict"
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    schema = json.loads((folder / f"{kind.lower()}-{group}.json").read_text())
    return jsonschema.Draft202012Validator(schema, registry=definitions(version))


@functools.cache
def definitions(version: str) -> referencing.Registry[Any]:
    """The shared definitions of one Kubernetes version; 8 MB, so read once."""
    folder = importlib.resources.files("kubernetes_validate") / "kubernetes-json-schema" / f"v{version}.0-local-strict"
    text = (folder / "_definitions.json").read_text()
    resource: referencing.Resource[Any] = referencing.Resource.from_contents(json.loads(text))
    return resource @ referencing.Registry()


@functools.cache
def custom(kind: str, api_version: str) -> jsonschema.protocols.Validator:
    """A strict validator of a custom kind, from its CustomResourceDefinition."""
    for definition in definitions_of_custom_kinds():
        spec = definition["spec"]
        for version in spec["versions"]:
            if spec["names"]["kind"] == kind and f"{spec['group']}/{version['name']}" == api_version:
                schema = closed(version["schema"]["openAPIV3Schema"])
                schema["properties"]["metadata"] = {"type": "object"}
                return jsonschema.Draft202012Validator(schema)
    raise LookupError(f"no CustomResourceDefinition for {kind} {api_version}")


@functools.cache
def definitions_of_custom_kinds() -> tuple[Object, ...]:
    """Every CustomResourceDefinition at hand, the newest chart versions first."""
    return tuple(read_definitions(upstream() / "crds"))


def read_definitions(folder: Path) -> Iterator[Object]:
    """The CustomResourceDefinitions of a folder; libyaml, since they are megabytes."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(folder.glob("*.yaml"), reverse=True):
        for document in yaml.load_all(path.read_text(), Loader=loader):
            if document and document.get("kind") == "CustomResourceDefinition":
                yield document


def upstream() -> Path:
    """The folder with other projects' charts and CRDs; absent: the test is skipped, in CI it fails."""
    folder = PROJECT / os.environ.get("AETERNA_SHARED_UPSTREAM", "../shared/upstream")
    if not folder.is_dir():
        missing(f"{folder} is absent", fix="set AETERNA_SHARED_UPSTREAM to a folder with crds/ and charts/")
    return folder


def closed(node: Any) -> Any:
    """A CRD's structural schema as a strict JSON schema: no field but the declared ones.

    `x-kubernetes-int-or-string` and `x-kubernetes-preserve-unknown-fields` are what the API server makes of them;
    `nullable` becomes a type; formats are left to the server.
    """
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    out = {key: closed(value) for key, value in node.items() if not key.startswith("x-") and key != "format"}
    if isinstance(out.get("properties"), dict) and not (
        "additionalProperties" in out or node.get("x-kubernetes-preserve-unknown-fields")
    ):
        out["additionalProperties"] = False
    if node.get("nullable") is True and isinstance(out.get("type"), str):
        out["type"] = [out["type"], "null"]
    return out
