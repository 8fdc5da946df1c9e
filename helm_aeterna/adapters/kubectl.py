"""What Helm cannot do, by kubectl where it is on PATH: access reviews, server-side dry runs, logs, deletions."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helm_aeterna.adapters.process import Call, Ended, blotted, run
from helm_aeterna.errors import Cancelled
from helm_aeterna.formats import dump_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from helm_aeterna.adapters.helm import Helm
    from helm_aeterna.formats import Tree

_FLAGS = {
    "HELM_KUBECONTEXT": "context",
    "HELM_KUBEAPISERVER": "server",
    "HELM_KUBECAFILE": "certificate-authority",
    "HELM_KUBETLS_SERVER_NAME": "tls-server-name",
    "HELM_KUBEINSECURE_SKIP_TLS_VERIFY": "insecure-skip-tls-verify",
    "HELM_KUBEASUSER": "as",
}
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Kubectl:
    """kubectl, for the cluster and the namespace that Helm works on."""

    program: str
    helm: Helm

    def run(self, *arguments: str, text: str = "", timeout: float = _SECONDS) -> Ended:
        """Run a command and give back how it ended.

        Raises:
            Cancelled: The user stopped it.
        """
        argv = (self.program, *_flags(self.helm.environment), f"--namespace={self.helm.namespace}", *arguments)
        environment, secrets = self.helm.environment, self.helm.secrets
        call = Call(argv=argv, environment=environment, text=text, timeout=timeout, secrets=secrets)
        ended = run(call, self.helm.interrupts)
        if ended.interrupted:
            raise Cancelled(f"stopped: kubectl {arguments[0]} was interrupted")
        return ended

    def reviews(self, attributes: Sequence[Mapping[str, str]]) -> list[bool] | None:
        """Ask the API server what the user may do; None when it does not say."""
        items: list[Tree] = [
            {"apiVersion": "authorization.k8s.io/v1", "kind": _REVIEW, "spec": {"resourceAttributes": dict(one)}}
            for one in attributes
        ]
        text = dump_json({"apiVersion": "v1", "kind": "List", "items": items})
        said = "--output=jsonpath={.status.allowed} "
        found = self.run("create", "--filename=-", said, "--validate=false", text=text).out.split()
        return [word == "true" for word in found] if len(found) == len(items) else None

    def refusals(self, manifest: str) -> list[str]:
        """Ask the API server to accept objects in a dry run; give what it refuses, a line for each object."""
        ended = self.run(*_DRY, text=manifest)
        return [line for line in ended.err.splitlines() if line.strip() and not line.startswith("Warning:")]

    def log(self, pod: str, container: str) -> str:
        """The last lines a container wrote, before its restart where it restarted; secrets blotted out."""
        for more in (("--previous",), ()):
            ended = self.run("logs", pod, f"--container={container}", "--tail=8", *more, timeout=10)
            if ended.ok and ended.out.strip():
                return blotted(ended.out.strip(), self.helm.secrets)
        return ""

    def delete(self, kind: str, name: str) -> str:
        """Delete an object and wait until it is gone; give what kubectl complains about."""
        ended = self.run("delete", kind, name, "--ignore-not-found", "--timeout=50s")
        return "" if ended.ok else ended.err.strip()


_REVIEW = "SelfSubjectAccessReview"
_DRY = ("apply", "--server-side", "--dry-run=server", "--force-conflicts", "--field-manager=helm", "--filename=-")


def _flags(environment: Mapping[str, str]) -> Iterator[str]:
    yield from (f"--{flag}={environment[name]}" for name, flag in _FLAGS.items() if environment.get(name))
    for group in filter(None, environment.get("HELM_KUBEASGROUPS", "").split(",")):
        yield f"--as-group={group}"


def find_kubectl(helm: Helm) -> Kubectl | None:
    """Find kubectl; None when it is not there, or when Helm has a token that would have to be an argument."""
    program = shutil.which("kubectl", path=helm.environment.get("PATH"))
    return Kubectl(program, helm) if program and not helm.environment.get("HELM_KUBETOKEN") else None
