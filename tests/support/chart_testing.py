"""Runs real chart-testing on a copy of the chart, with the Helm of one's choice and no network."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from tests.support.archives import isolated_helm
from tests.support.require import require

if TYPE_CHECKING:
    from tests.support.live_cluster import LiveCluster

PROJECT = Path(__file__).parents[2]
TIME_LIMIT_SECONDS = 120
# The clean-up is ct's own and slow here: before it looks again, a namespace waits for half of the longest grace period
# of the pods it saw, 300 s with Weaviate's.
NO_CLEAN_UP = "--skip-clean-up"
# ct waits with a bare --wait. On Helm 4 that waits for custom resources to say Ready in words of their own; the last
# --wait wins, and extra "set" arguments come last.
ARGUMENTS = {"helm4": ["--helm-extra-set-args=--wait=legacy"], "helm3": []}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run of ct ended."""

    code: int
    log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartTesting:
    """ct with one Helm, confined to a folder; `cluster` is what it installs to, None for lint alone."""

    helm: str
    folder: Path
    cluster: LiveCluster | None = None

    def run(self, command: str, chart: Path) -> Outcome:
        """Run `ct COMMAND` on a chart whose archives are in place; ct.log in the folder grows as it does."""
        arguments = [str(require("ct")), command, "--config", str(self.configuration()), "--charts", str(chart)]
        installs = [] if command == "lint" else [NO_CLEAN_UP, *ARGUMENTS[self.helm]]
        log = self.folder / "ct.log"
        with log.open("w") as sink:
            code = subprocess.run(
                [*arguments, *installs],
                cwd=PROJECT,
                env=self.environment(),
                stdout=sink,
                stderr=subprocess.STDOUT,
                timeout=TIME_LIMIT_SECONDS,
                check=False,
            ).returncode
        return Outcome(code=code, log=log.read_text())

    def configuration(self) -> Path:
        """Write the project's own configuration but for what needs the network; return its path."""
        tree = yaml.safe_load((PROJECT / "ci" / "ct.yaml").read_text())
        del tree["chart-repos"]
        tree["skip-helm-dependencies"] = True
        path = self.folder / "ct.yaml"
        path.write_text(yaml.safe_dump(tree))
        return path

    def environment(self) -> dict[str, str]:
        """Return an environment in which ct finds the pinned programs, this cluster and nothing of the user's."""
        programs = self.folder / "bin"
        programs.mkdir(exist_ok=True)
        for name, program in {"helm": self.helm, "kubectl": "kubectl"}.items():
            (programs / name).unlink(missing_ok=True)
            (programs / name).symlink_to(require(program))
        for name in ("yamllint", "yamale"):
            (programs / name).unlink(missing_ok=True)
            (programs / name).symlink_to(require(name))
        git = shutil.which("git") or "git"
        path = os.pathsep.join([str(programs), str(Path(git).parent), os.defpath])
        own = isolated_helm(self.folder / "home", self.helm).environment()
        target = {"KUBECONFIG": str(self.cluster.kubeconfig)} if self.cluster else {}
        return {**own, **target, "PATH": path}
