"""The Helm values: values.yaml without any secret, values.secret.yaml with nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.formats import Tree, dump_yaml, nest
from helm_aeterna.model.artefact import PRIVATE, Artefact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.model.deployment import Deployment

VALUES, SECRET_VALUES = "values.yaml", "values.secret.yaml"

_HEADER = """\
Values of the Helm chart "aeterna", written by `helm aeterna init`.
Edit freely: `helm aeterna init --reconfigure` keeps your changes and comments.
All keys: docs/values.md, or `helm show values` of the chart."""

_CREDENTIALS_HEADER = """\
Credentials for the Helm chart "aeterna", written by `helm aeterna init`.
Keep this file to yourself: out of git, readable by you alone.
The KMS key encrypts stored data: without it that data cannot be read again."""


def values_artefacts(deployment: Deployment, schema: Mapping[str, Tree]) -> tuple[Artefact, ...]:
    """Write the deployment as Helm values.

    Args:
        deployment: What to deploy.
        schema: values.schema.json; its order of keys is that of values.yaml.
    """
    artefacts = [
        Artefact(
            path=VALUES,
            text=dump_yaml(ordered(nest(deployment.values), schema), _HEADER),
            purpose="Helm values",
            keep=True,
        )
    ]
    if deployment.secrets:
        revealed = {path: secret.reveal() for path, secret in deployment.secrets.items()}
        artefacts.append(
            Artefact(
                path=SECRET_VALUES,
                text=dump_yaml(ordered(nest(revealed), schema), _CREDENTIALS_HEADER),
                mode=PRIVATE,
                purpose="credentials, readable by you alone",
                keep=True,
            )
        )
    return tuple(artefacts)


def ordered(tree: Tree, schema: Mapping[str, Tree]) -> Tree:
    """Put the keys of a tree into the order of its schema; unknown ones last."""
    if isinstance(tree, list):
        items = schema.get("items")
        return [ordered(item, items if isinstance(items, dict) else {}) for item in tree]
    if not isinstance(tree, dict):
        return tree
    properties = schema.get("properties")
    known: dict[str, Tree] = properties if isinstance(properties, dict) else {}
    keys = [key for key in known if key in tree] + [key for key in tree if key not in known]
    parts = {key: known.get(key) for key in keys}
    return {key: ordered(tree[key], part if isinstance(part, dict) else {}) for key, part in parts.items()}
