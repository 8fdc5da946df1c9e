"""Runs `install` and `uninstall` on a real cluster with a real Helm, and looks at what came of it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from helm_aeterna.formats import dump_yaml
from tests.support.program import Ran, run
from tests.support.require import require

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from helm_aeterna.formats import Tree
    from tests.support.live_cluster import LiveCluster

KEY = "a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U="
EXTERNAL: dict[str, Tree] = {
    "vectorBackend": {"type": "qdrant", "qdrant": {"enabled": False, "external": {"host": "qdrant.example.org"}}},
    "cache": {"type": "external", "dragonfly": {"enabled": False}, "external": {"host": "redis.example.org"}},
    "postgresql": {"enabled": False, "external": {"host": "postgresql.example.org", "username": "aeterna"}},
    "llm": {"provider": "none"},
}
# The design's defaults: all three stores bundled. Only the LLM is left out, it needs somebody's key.
BUNDLED: dict[str, Tree] = {"llm": {"provider": "none"}}
SECRETS: dict[str, Tree] = {"aeterna": {"kmsKey": KEY}, "postgresql": {"external": {"password": "pg-canary-password"}}}
# Kinds whose objects must not change by a second installation.
KINDS = (
    "deployment,statefulset,daemonset,job,service,configmap,secret,persistentvolumeclaim,serviceaccount,networkpolicy"
)


@dataclass(frozen=True, kw_only=True)
class Installs:
    """One release: a folder with values, a Helm, a cluster, a namespace."""

    folder: Path
    chart: Path
    cluster: LiveCluster
    namespace: str
    helm: str = "helm4"
    environment: Mapping[str, str] = field(default_factory=dict)

    def values(self, *trees: Tree, secrets: Tree = None) -> Installs:
        """Write values.yaml and values.secret.yaml as `init` does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "values.yaml").write_text("".join(dump_yaml(tree) for tree in trees))
        (self.folder / "values.secret.yaml").write_text(dump_yaml(secrets or SECRETS))
        (self.folder / "values.secret.yaml").chmod(0o600)
        return self

    @property
    def variables(self) -> dict[str, str]:
        """What the program runs with: nothing of the user's."""
        own = {
            "PATH": f"{require('kubectl').parent}{os.pathsep}{os.defpath}",
            "HOME": str(self.folder / "home"),
            "KUBECONFIG": str(self.cluster.kubeconfig),
            "HELM_BIN": str(require(self.helm)),
            "HELM_NAMESPACE": self.namespace,
        }
        return {**own, **self.environment}

    def run(self, command: str, *arguments: str) -> Ran:
        """Run a command of the program; its chart is the one with archives."""
        return run(command, *arguments, f"--chart={self.chart}", cwd=self.folder, environment=self.variables)

    def without_kubectl(self) -> Installs:
        """The same without kubectl on PATH."""
        return replace(self, environment={**self.environment, "PATH": str(self.folder)})

    def install(self, *arguments: str) -> Ran:
        """Install with a time limit that suits a cluster of fake nodes."""
        return self.run("install", "--timeout=60s", *arguments)

    def objects(self) -> dict[str, Any]:
        """Everything but the status of the release's objects, without Helm's own records."""
        found = {}
        for one in self.cluster.items(KINDS, namespace=self.namespace):
            name = f"{one['kind']}/{one['metadata']['name']}"
            if one.get("type") != "helm.sh/release.v1" and "kube-root-ca.crt" not in name:
                kept = {key: value for key, value in one.items() if key not in {"status", "metadata"}}
                metadata = one["metadata"]
                facts = {key: metadata.get(key) for key in ("uid", "generation", "labels", "annotations")}
                found[name] = {**kept, **facts}
        return found
