"""Which Helm, which cluster and which namespace a command works on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from helm_aeterna.adapters.cluster import Cluster, context_name
from helm_aeterna.adapters.helm import Helm, find_helm
from helm_aeterna.adapters.kubectl import find_kubectl
from helm_aeterna.errors import UsageError

if TYPE_CHECKING:
    from helm_aeterna.adapters.interrupts import Interrupts
    from helm_aeterna.adapters.kubectl import Kubectl
    from helm_aeterna.adapters.runtime import Runtime

RELEASE = "aeterna"
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?")
_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a release is, or will be.

    Attributes:
        release: Its name.
        helm: Helm, for the release's namespace.
        context: The context's name, for people; empty when there is none.
        interrupts: Counts the user's wishes to stop.
    """

    release: str
    helm: Helm
    context: str
    interrupts: Interrupts = field(repr=False)

    @property
    def namespace(self) -> str:
        """The release's namespace."""
        return self.helm.namespace

    @property
    def cluster(self) -> Cluster:
        """The live cluster."""
        return Cluster(self.helm)

    @property
    def kubectl(self) -> Kubectl | None:
        """The kubectl for the same cluster, where there is one."""
        return find_kubectl(self.helm)

    def elsewhere(self, release: str, namespace: str) -> Target:
        """Another release in the same cluster."""
        return replace(self, release=release, helm=self.helm.within(namespace))

    def hearing(self, interrupts: Interrupts) -> Target:
        """The same, listening anew."""
        return replace(self, interrupts=interrupts, helm=replace(self.helm, interrupts=interrupts))

    def keeping(self, secrets: tuple[str, ...]) -> Target:
        """The same, with texts that Helm must not be heard saying."""
        return replace(self, helm=replace(self.helm, secrets=secrets))


def find_target(release: str, runtime: Runtime, interrupts: Interrupts) -> Target:
    """Find Helm and ask it for the namespace; the cluster is not touched yet.

    Raises:
        UsageError: The name of the release or of the namespace cannot be one.
        PrerequisiteError: There is no Helm that can be used.
    """
    if not _NAME.fullmatch(release):
        fix = "use up to 53 lower-case letters, digits and hyphens, a letter or digit at both ends"
        raise UsageError(f"{release!r} cannot be the name of a release", where="RELEASE", fix=fix)
    helm = find_helm(runtime.environment, namespace="", interrupts=interrupts)
    # Helm fills it in for a plugin; by itself it finds it in the kubeconfig.
    namespace = runtime.environment.get("HELM_NAMESPACE") or helm.try_run("env", "HELM_NAMESPACE").out.strip()
    if namespace and not _NAMESPACE.fullmatch(namespace):
        fix = "use up to 63 lower-case letters, digits and hyphens, a letter or digit at both ends"
        raise UsageError(f"{namespace!r} cannot be the name of a namespace", where="--namespace", fix=fix)
    context = context_name(runtime.environment)
    return Target(release=release, helm=helm.within(namespace or "default"), context=context, interrupts=interrupts)


def seconds(text: str) -> int:
    """Read a duration as Helm writes them: 90s, 10m, 1h30m; a bare number is seconds.

    Raises:
        UsageError: It is none.
    """
    match = _DURATION.fullmatch(text.strip())
    total = sum(int(part or 0) * unit for part, unit in zip(match.groups(), (3600, 60, 1), strict=True)) if match else 0
    if not total:
        raise UsageError(f"{text!r} is no duration", where="--timeout", fix="for example 90s, 10m or 1h30m")
    return total
