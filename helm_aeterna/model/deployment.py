"""The deployment: the one model from which every output is written, and which checks read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from helm_aeterna.model.secret import SecretText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.formats import Scalar


@dataclass(frozen=True, slots=True)
class Existing:
    """A credential in a Kubernetes Secret that exists already; an empty key is the catalogue's."""

    secret: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Remote:
    """A credential in a secret store that External Secrets reads."""

    key: str


# A text is known here: typed, generated or kept.
Credential: TypeAlias = SecretText | Existing | Remote


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One part of the deployment.

    Attributes:
        choice: The choice of its axis; empty for a part that is always there.
        settings: Name of a setting to its answer; without one the target's default holds.
        secrets: Name of a credential to where it is.
    """

    choice: str = ""
    settings: Mapping[str, Scalar] = field(default_factory=dict)
    secrets: Mapping[str, Credential] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What to deploy, complete and free of contradictions; no key of any target's file is in it.

    Attributes:
        target: Where to; it decides which files are written.
        parts: Axis of the catalogue, or part that is always there, to what is chosen.
        options: Id of a question outside the catalogue (ingress, replicas, ...) to its answer.
    """

    target: str
    parts: Mapping[str, Chosen] = field(default_factory=dict)
    options: Mapping[str, Scalar] = field(default_factory=dict)

    @property
    def choices(self) -> dict[str, str]:
        """Axis to the id of its choice."""
        return {axis: chosen.choice for axis, chosen in self.parts.items() if chosen.choice}
