"""Whether an operator is there: it is installed, ready, answers its webhooks, and has a version that fits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helm_aeterna.errors import Finding
from helm_aeterna.release.readiness import State, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from helm_aeterna.release.objects import Object
    from helm_aeterna.release.steps import Operator

LABEL = "app.kubernetes.io/name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """What the cluster holds of an operator.

    Attributes:
        operator: The operator.
        served: Whether the cluster serves its kind: definitions stay when an operator is removed.
        deployments: Its Deployments, in any namespace; None when the user may not read them.
        unanswered: Webhooks of a namespace that would not answer, by namespace.
    """

    operator: Operator
    served: bool
    deployments: tuple[Object, ...] | None = None
    unanswered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def is_ours(self) -> bool:
        """Whether a Deployment belongs to the release that `install` makes."""
        wanted = (self.operator.release, self.operator.namespace)
        return any(_release_of(one) == wanted for one in self.deployments or ())

    def is_to_install(self) -> bool:
        """Whether `install` has to install it, or to repair what it installed before."""
        return bool(self.faults()) and (not self.deployments or self.is_ours())

    def faults(self) -> tuple[str, ...]:
        """Why the operator cannot be used; empty when it can."""
        if self.deployments is None:
            return () if self.served else (f"{self.operator.kind} is not served",)
        if not self.deployments:
            return ("it is not installed",)
        found = [tuple(self._faults_of(one)) for one in self.deployments]
        return min(found, key=len)

    def _faults_of(self, one: Object) -> Iterator[str]:
        name, here = one["metadata"]["name"], one["metadata"]["namespace"]
        version = (one["metadata"].get("labels") or {}).get("app.kubernetes.io/version", "")
        if not self.served:
            yield f"{self.operator.kind} is not served"
        if (one.get("spec") or {}).get("replicas") == 0:
            yield f"Deployment {name} in namespace {here} is scaled to 0 replicas"
        for verdict in judge([one], {("apps/v1", "Deployment", name): one}):
            if verdict.state is not State.READY:
                yield f"Deployment {name} in namespace {here} is not ready: {verdict.words}"
        if version and _numbers(version) < _numbers(self.operator.oldest):
            yield f"Deployment {name} in namespace {here} has version {version}, older than {self.operator.oldest}"
        yield from self.unanswered.get(here, ())


def _release_of(one: Object) -> tuple[str, str]:
    annotations = one["metadata"].get("annotations") or {}
    return annotations.get("meta.helm.sh/release-name", ""), annotations.get("meta.helm.sh/release-namespace", "")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def foreign_faults(presences: Iterable[Presence]) -> tuple[Finding, ...]:
    """Report operators that someone else installed and that cannot be used: `install` does not change them."""
    return tuple(
        Finding(
            code="AET611",
            where=f"operator {one.operator.dependency}",
            problem="; ".join(one.faults()),
            fix="repair or update it the way it was installed, then run the same command again",
        )
        for one in presences
        if one.deployments and one.faults() and not one.is_ours()
    )
