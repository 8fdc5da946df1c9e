"""The deployment: the one model from which every output file is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.formats import Tree
    from helm_aeterna.model.secret import SecretText


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What shall be deployed, complete and free of contradictions.

    Attributes:
        target: Where to: kubernetes.
        mode: How: local.
        choices: Axis of the catalogue to the id of its choice.
        values: Dotted key of values.yaml to what it gets; no secret among them.
        secrets: Dotted key of values.yaml to the secret it gets.
    """

    target: str
    mode: str
    choices: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Tree] = field(default_factory=dict)
    secrets: Mapping[str, SecretText] = field(default_factory=dict)
