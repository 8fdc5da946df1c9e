"""Finds Helm, starts it, and says in words why it failed."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from helm_aeterna.adapters.helm_commands import Order, list_arguments, uninstall_arguments, upgrade_arguments
from helm_aeterna.adapters.process import Call, Ended, blotted, run
from helm_aeterna.errors import Cancelled, HelmError, PrerequisiteError
from helm_aeterna.formats import load_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from helm_aeterna.adapters.interrupts import Interrupts
    from helm_aeterna.formats import Tree

OLDEST = (3, 17, 0)
_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")
_INSTALL = "install Helm 4 (https://helm.sh/docs/intro/install) and put it on PATH, or set HELM_BIN to it"
_VERSION_SECONDS = 15.0
_LOOK = 3.0  # seconds between two looks at what goes on while Helm works
_QUICK, _SLOW = 60.0, 300.0  # seconds for a question to the cluster; for a download
_MARGIN = 60.0  # seconds Helm gets beyond its own --timeout to say so
_NO_CLUSTER = re.compile(
    r"cluster unreachable|connection refused|no such host|i/o timeout|context deadline exceeded while awaiting headers"
    r"|certificate signed by unknown authority|(?:invalid configuration|no configuration has been provided)"
    r"|You must be logged in|Unauthorized|no route to host|network is unreachable",
    re.IGNORECASE,
)
# What the chart or an admission webhook says may hold the same words.
_NOT_THE_CLUSTER = re.compile(r"execution error at \(|failed calling webhook|^AET\d{3} \| ", re.MULTILINE)
_CHATTER = ("WARNING:", "level=", "time=")
_PREFIX = re.compile(r"^Error: (?:UPGRADE FAILED: |INSTALLATION FAILED: )?")
_TIME_IS_UP = ("context deadline exceeded", "timed out waiting for the condition")
_NO_RIGHT = re.compile(r"is forbidden: User")
_FIXES = {
    r"conflicts? with \"": "undo these changes, or add --force-conflicts to overwrite them",
    r"exists and cannot be imported": "rename or delete that object if nothing needs it, or install under another name",
    r"being terminated": "wait until the namespace is gone, then run the same command again",
    r"localhost:8080": "there is no kubeconfig: set KUBECONFIG, or give --kubeconfig",
}
_NO_CONTEXT = re.compile(r'context "?([^"\s]+)"? does not exist')


def explained(ended: Ended, action: str, context: str | None) -> HelmError | PrerequisiteError:
    """Say in words why Helm failed: no cluster is a missing prerequisite, everything else is Helm's own error.

    Args:
        ended: How Helm ended.
        action: What it was asked to do.
        context: The context of the kubeconfig; None when no cluster was asked.
    """
    lines = [line for line in ended.err.splitlines() if line.strip() and not line.startswith(_CHATTER)]
    message = _PREFIX.sub("", "\n".join(lines)) or f"it ended with code {ended.code} and said nothing"
    if context is None:
        return HelmError(f"{action} failed: {message}")
    missing = _NO_CONTEXT.search(message)
    if missing:
        fix = "see `kubectl config get-contexts`, then give one by --kube-context"
        return PrerequisiteError(f"the context {missing[1]} does not exist", where="--kube-context", fix=fix)
    if _NO_CLUSTER.search(message) and not _NOT_THE_CLUSTER.search(message):
        where = context or "the current context of the kubeconfig"
        fix = _FIXES["localhost:8080"] if "localhost:8080" in message else ""
        fix = fix or "check `kubectl cluster-info`, or name another cluster by --kube-context or KUBECONFIG"
        return PrerequisiteError(f"the cluster cannot be reached: {message}", where=where, fix=fix)
    if message.endswith(_TIME_IS_UP):
        done = "was deleted" if action == "helm uninstall" else "got ready"
        return HelmError(f"{action}: not everything {done} in time", fix="remove the cause, or give a longer --timeout")
    if ended.overdue:
        return HelmError(f"{action} did not end in time: {message}", fix="give it longer by --timeout")
    fix = next((words for pattern, words in _FIXES.items() if re.search(pattern, message)), "")
    if _NO_RIGHT.search(message):
        fix = "use a context with more rights: `admin` in the namespace for the chart, `cluster-admin` for operators"
    return HelmError(f"{action} failed: {message}", fix=fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Helm:
    """Helm, as it is used for one cluster and one namespace.

    Attributes:
        program: The binary.
        version: Major, minor, patch.
        environment: Its environment; it names cluster and context.
        namespace: Where releases are.
        secrets: Texts blotted out of whatever Helm says.
        interrupts: Counts the user's wishes to stop.
        debug: Whether each command is shown before it runs.
    """

    program: str
    version: tuple[int, int, int]
    environment: Mapping[str, str] = field(repr=False)
    namespace: str = "default"
    secrets: tuple[str, ...] = field(default=(), repr=False)
    interrupts: Interrupts | None = field(default=None, repr=False)
    debug: bool = False

    @property
    def major(self) -> int:
        """3 or 4."""
        return self.version[0]

    def within(self, namespace: str) -> Helm:
        """The same Helm, for another namespace."""
        return replace(self, namespace=namespace)

    def try_run(
        self,
        *arguments: str,
        timeout: float = _QUICK,
        text: str = "",
        tick: Callable[[float], bool] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Ended:
        """Run a Helm command and give back how it ended.

        Raises:
            Cancelled: The user stopped it.
        """
        call = Call(
            argv=(self.program, *arguments),
            environment=environment or self.environment,
            timeout=timeout,
            text=text,
            secrets=self.secrets,
            tick=tick,
            every=_LOOK,
        )
        # A thread without a listener works beside a screen, which lines on stderr would spoil.
        if self.debug and (self.interrupts or threading.current_thread() is threading.main_thread()):
            sys.stderr.write(f"+ {blotted(shlex.join(call.argv), self.secrets)}\n")
        ended = run(call, self.interrupts)
        if ended.interrupted:
            raise Cancelled(f"stopped: helm {arguments[0]} was interrupted")
        return ended

    def ask(
        self,
        *arguments: str,
        timeout: float = _QUICK,
        text: str = "",
        tick: Callable[[float], bool] | None = None,
    ) -> str:
        """Run a command in the namespace and give back what it printed.

        Raises:
            HelmError: It failed.
            PrerequisiteError: The cluster is not there.
        """
        ended = self.try_run(*arguments, f"--namespace={self.namespace}", timeout=timeout, text=text, tick=tick)
        if not ended.ok:
            raise explained(ended, f"helm {arguments[0]}", self.environment.get("HELM_KUBECONTEXT", ""))
        return ended.out

    def upgrade(self, order: Order, tick: Callable[[float], bool] | None = None) -> Mapping[str, Any]:
        """Install or upgrade a release; give it as Helm has it: manifest, notes, revision, hooks.

        Raises:
            HelmError: It failed; what there is of it stays for the post-mortem.
        """
        arguments = (*upgrade_arguments(self.major, order), f"--namespace={self.namespace}")
        ended = self.try_run(*arguments, timeout=order.timeout + _MARGIN, text=order.text, tick=tick)
        if not ended.ok:
            action = f"helm upgrade --install {order.release}"
            raise explained(ended, action, self.environment.get("HELM_KUBECONTEXT", ""))
        release = load_json(ended.out or "{}", "helm upgrade")
        return release if isinstance(release, dict) else {}

    def template(self, release: str, chart: Path, values: tuple[Path, ...]) -> str:
        """Render a chart without a cluster; the text may hold secrets."""
        files = (f"--values={path}" for path in values)
        ended = self.try_run("template", release, str(chart), *files, f"--namespace={self.namespace}")
        if not ended.ok:
            raise explained(ended, "helm template", None)
        return ended.out

    def uninstall(self, release: str, timeout: int, tick: Callable[[float], bool] | None = None) -> None:
        """Remove a release."""
        self.ask(*uninstall_arguments(self.major, release, timeout), timeout=timeout + _MARGIN, tick=tick)

    def rollback(self, release: str, timeout: int) -> None:
        """Go back to the revision before the last one, which gives a locked release free."""
        self.ask("rollback", release, f"--timeout={timeout}s", timeout=timeout + _MARGIN)

    def test(self, release: str, names: Iterable[str], timeout: int) -> None:
        """Run some of the tests of a release."""
        only = (f"--filter=name={name}" for name in names)
        self.ask("test", release, *only, f"--timeout={timeout}s", timeout=timeout + _MARGIN)

    def find_release(self, release: str) -> Mapping[str, Tree] | None:
        """Say what is known of a release (name, revision, status, chart); None when there is none."""
        found = load_json(self.ask(*list_arguments(self.major, release)) or "[]", "helm list")
        entries = found if isinstance(found, list) else []
        return next((entry for entry in entries if isinstance(entry, dict) and entry.get("name") == release), None)

    def is_labelled(self, release: str, label: str) -> bool:
        """Whether a release is there and its record carries a label."""
        return (
            load_json(self.ask(*list_arguments(self.major, release), f"--selector={label}") or "[]", "helm list") != []
        )

    def manifest(self, release: str, revision: int = 0) -> str:
        """The objects of a release, of its last revision or another; the text may hold secrets."""
        return self.ask("get", "manifest", release, *((f"--revision={revision}",) if revision else ()))

    def hooks(self, release: str) -> str:
        """The hooks of a release, its tests among them."""
        return self.ask("get", "hooks", release)

    def pull(
        self,
        arguments: tuple[str, ...],
        target: Path,
        environment: Mapping[str, str],
        tick: Callable[[float], bool] | None = None,
    ) -> None:
        """Fetch an archive into a folder, with a repository configuration of its own."""
        command = ("pull", *arguments, f"--destination={target}")
        ended = self.try_run(*command, timeout=_SLOW, environment=environment, tick=tick)
        if not ended.ok:
            raise HelmError((ended.err.strip() or f"code {ended.code}").removeprefix("Error: "))


def locate_helm(environment: Mapping[str, str], *, namespace: str, interrupts: Interrupts | None = None) -> Helm:
    """Find HELM_BIN (Helm sets it for its plugins, often without a path), else `helm` on PATH; do not start it.

    Raises:
        PrerequisiteError: There is none.
    """
    wanted = environment.get("HELM_BIN") or "helm"
    program = shutil.which(wanted, path=environment.get("PATH"))
    if program is None:
        raise PrerequisiteError(f"there is no Helm: {wanted} was not found", where="HELM_BIN, PATH", fix=_INSTALL)
    return Helm(
        program=program,
        version=OLDEST,
        # Without it: what Helm says must stay an answer that can be read.
        environment={name: value for name, value in environment.items() if name != "HELM_DEBUG"},
        namespace=namespace,
        interrupts=interrupts,
        debug=environment.get("HELM_DEBUG") == "true",
    )


def find_helm(environment: Mapping[str, str], *, namespace: str, interrupts: Interrupts | None = None) -> Helm:
    """Find Helm and ask it for its version.

    Raises:
        PrerequisiteError: There is none, or it is too old.
    """
    bare = locate_helm(environment, namespace=namespace, interrupts=interrupts)
    program = bare.program
    ended = bare.try_run("version", "--template={{.Version}}", timeout=_VERSION_SECONDS)
    version = _VERSION.search(ended.out)
    if not ended.ok or version is None:
        said = "it does not answer" if ended.overdue else (ended.err or ended.out).strip()[:200]
        raise PrerequisiteError(f"this is no Helm that can be used: {said}", where=program, fix=_INSTALL)
    numbers = (int(version[1]), int(version[2]), int(version[3]))
    if numbers < OLDEST:
        message = f"Helm {version[0].removeprefix('v')} is too old: {'.'.join(map(str, OLDEST[:2]))} or newer is needed"
        raise PrerequisiteError(message, where=program, fix=_INSTALL)
    return replace(bare, version=numbers)
