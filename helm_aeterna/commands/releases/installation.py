"""Takes the steps of an installation, one after the other, and says all the time how it goes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from helm_aeterna.adapters.helm_commands import Order
from helm_aeterna.commands.releases.observation import as_findings, last_words, look_at_operator, observe, warnings_of
from helm_aeterna.errors import AeternaError, Cancelled, HelmError
from helm_aeterna.formats import dump_yaml
from helm_aeterna.release.objects import read_manifest
from helm_aeterna.release.preflight import is_first, is_pending
from helm_aeterna.release.readiness import Watch, unready
from helm_aeterna.release.report import Done
from helm_aeterna.release.steps import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from helm_aeterna.adapters.console import Console
    from helm_aeterna.commands.chart_copy import Rendering
    from helm_aeterna.commands.releases.target import Target
    from helm_aeterna.release.objects import Object
    from helm_aeterna.release.readiness import Verdict
    from helm_aeterna.release.steps import Operator, Step

LABEL = "helm-aeterna=operator"
_TELL = 9.0  # seconds between two words about progress
_PAUSE = 1.5  # seconds between two looks at the cluster
_TRIES = 4  # an operator's webhook may refuse for a moment after it began to answer


@dataclass(slots=True, kw_only=True)
class Installation:
    """An installation under way.

    Attributes:
        target: The release.
        rendering: The chart with its archives.
        files: Values files.
        console: Where progress is told.
        timeout: Seconds for each step.
        wait: Whether to wait until everything runs.
        create_namespace: Whether the namespace may be created.
        dry_run: server, or empty.
        force_conflicts: Whether fields that something else changed are overwritten.
        must_report: Kinds whose operator tells when they are ready.
        done: Steps that were taken.
        verdicts: What the last look at the cluster showed.
        objects: What the chart renders to.
        fresh: Whether there was no release before.
        steps: All steps.
        released: The release as Helm gave it after the chart's step.
    """

    target: Target
    rendering: Rendering
    files: tuple[Path, ...]
    console: Console
    timeout: int
    wait: bool = True
    create_namespace: bool = False
    dry_run: str = ""
    force_conflicts: bool = False
    must_report: Collection[tuple[str, str]] = ()
    done: list[Done] = field(default_factory=list)
    verdicts: tuple[Verdict, ...] = ()
    objects: Sequence[Object] = field(default=(), repr=False)
    fresh: bool = False
    steps: Sequence[Step] = ()
    released: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def take(self, steps: Sequence[Step]) -> None:
        """Take all steps.

        Raises:
            HelmError: A step failed; the message holds the post-mortem.
            Cancelled: The user stopped it.
        """
        actions: dict[Action, Callable[[Step], None]] = {
            Action.TAKE_OVER: self._take_over,
            Action.RETRY: self._retry,
            Action.OPERATOR: self._operator,
            Action.CHART: self._chart,
            Action.READY: self._ready,
            Action.TEST: self._test,
        }
        self.steps = steps
        for number, step in enumerate(steps, start=1):
            self.console.step(f"step {number} of {len(steps)}: {step.title}")
            start = time.monotonic()
            try:
                actions[step.action](step)
            except Cancelled as error:
                raise self._stopped(step, error) from error
            seconds = time.monotonic() - start
            self.done.append(Done(title=step.title, seconds=seconds))
            self.console.done(f"{step.title} ({seconds:.0f} s)")

    def _take_over(self, step: Step) -> None:
        """Free a release that an earlier run left locked: uninstall a first revision, else go back to the last one."""
        target = self.target.elsewhere(step.release, step.namespace)
        found = target.helm.find_release(step.release)
        if not found or self.dry_run:
            return
        if is_first(found):
            target.helm.uninstall(step.release, self.timeout)
        else:
            target.helm.rollback(step.release, self.timeout)

    def _retry(self, step: Step) -> None:
        """Delete a failed Job: no pod and no data of it is needed any more."""
        kubectl = self.target.kubectl
        problem = kubectl.delete("job", step.release) if kubectl and not self.dry_run else ""
        if problem:
            fix = f"run `kubectl --namespace {step.namespace} delete job {step.release}`, then the same command again"
            raise HelmError(f"the Job {step.release} cannot be deleted: {problem}", fix=fix)

    def _operator(self, step: Step) -> None:
        operator = step.operator
        if operator is None:
            return
        target = self.target.elsewhere(step.release, step.namespace)
        order = Order(
            release=step.release,
            chart=self.rendering.archives[operator.dependency],
            text=dump_yaml(operator.values) if operator.values else "",
            timeout=self.timeout,
            create_namespace=True,
            dry_run=self.dry_run,
            labels=(LABEL,),
            force_conflicts=True,
        )
        self._upgrade(target, order)
        if not self.dry_run:
            self._until_operated(target, operator)

    def _until_operated(self, target: Target, operator: Operator) -> None:
        """Wait until the operator's kinds are served, its Deployment is ready and its webhooks answer."""
        missing = self._until_empty(lambda: look_at_operator(target, operator).faults())
        if missing:
            fix = f"kubectl --namespace {target.namespace} get pods; then run the same command again"
            raise HelmError(f"the operator {target.release} is not ready: {'; '.join(missing)}", fix=fix)

    def _until_empty(self, look: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        """Look again and again until nothing is missing or the time is over, and say what is missing."""
        start = told = time.monotonic()
        while (missing := look()) and (now := time.monotonic()) < start + self.timeout:
            if told == start or now - told >= _TELL:
                told = now
                left = start + self.timeout - now
                self.console.err(f"  after {now - start:.0f} s ({left:.0f} s left): {missing[0]}")
            self._pause()
        return missing

    def _chart(self, step: Step) -> None:
        order = Order(
            release=step.release,
            chart=self.rendering.path,
            values=self.files,
            timeout=self.timeout,
            wait=self.wait,
            create_namespace=self.create_namespace,
            dry_run=self.dry_run,
            force_conflicts=self.force_conflicts,
        )
        for attempt in range(1, _TRIES + 1):
            try:
                self.released = self._upgrade(self.target, order)
            except HelmError as error:
                if attempt == _TRIES or not self._is_hasty(error):
                    raise
                self.console.err("  the operator's webhook does not answer yet, trying again")
                self._pause()
            else:
                return

    def _is_hasty(self, error: HelmError) -> bool:
        """Whether the webhook of an operator of this very run refused: it may need a moment more."""
        namespaces = [step.namespace for step in self.steps if step.action is Action.OPERATOR]
        return "failed calling webhook" in error.message and any(f".{one}.svc" in error.message for one in namespaces)

    def _upgrade(self, target: Target, order: Order) -> Mapping[str, Any]:
        """Let Helm do it, tell how it goes meanwhile, and stop it where it cannot succeed."""
        watch = Watch(objects=self.objects if target is self.target else (), fresh=self.fresh)
        told = 0.0

        def tick(seconds: float) -> bool:
            nonlocal told
            try:
                watch.objects = watch.objects or read_manifest(target.helm.manifest(order.release))
                waiting = list(unready(observe(target, watch.objects, ())))
            except AeternaError:
                waiting = []  # the release may not be there yet; Helm is the one to complain
            if seconds - told >= _TELL:
                told = seconds
                words = "; ".join(f"{one.what}: {one.words}" for one in waiting[:3]) or "Helm is at work"
                more = f" and {len(waiting) - 3} more" if waiting[3:] else ""
                self.console.err(f"  after {seconds:.0f} s ({order.timeout - seconds:.0f} s left): {words}{more}")
            return target is self.target and watch.is_hopeless(waiting)

        try:
            return target.helm.upgrade(order, tick)
        except HelmError as error:
            cause = f"it cannot succeed: {watch.cause.what}: {watch.cause.words}" if watch.cause else error.message
            self._failed(target, HelmError(cause, fix=error.fix, findings=error.findings))

    def _ready(self, _: Step) -> None:
        """Wait until everything is ready that Helm does not wait for: custom resources."""

        def look() -> tuple[str, ...]:
            self.look()
            return tuple(f"{one.what}: {one.words}" for one in unready(self.verdicts))

        if self._until_empty(look):
            self._failed(self.target, HelmError("not everything got ready in time", fix="give it longer by --timeout"))

    def look(self) -> None:
        """Look at the release once."""
        self.verdicts = observe(self.target, read_manifest(str(self.released.get("manifest", ""))), self.must_report)

    def _test(self, step: Step) -> None:
        """Run the chart's own tests; those of subcharts need rights and images that this release does not have."""
        hooks = [one for one in self.released.get("hooks") or () if "test" in one.get("events", ())]
        own = [one for one in hooks if "/charts/" not in one.get("path", "")]
        try:
            self.target.helm.test(step.release, [one["name"] for one in own], self.timeout)
        except HelmError as error:
            fix = "read the last lines of the test's pod below, or run `kubectl logs` for it"
            findings = last_words(self.target, [{"kind": "Pod", "metadata": one} for one in own])
            self._failed(self.target, HelmError(error.message, fix=fix, findings=findings))

    def _pause(self) -> None:
        if self.target.interrupts.pause(_PAUSE):
            raise Cancelled("stopped")

    def _failed(self, target: Target, error: HelmError) -> NoReturn:
        """Raise the error with what the cluster says about it.

        Raises:
            HelmError: Always.
        """
        findings = error.findings
        try:
            objects = read_manifest(target.helm.manifest(target.release)) if not self.dry_run else []
            verdicts = list(unready(observe(target, objects, self.must_report)))
            told = (*as_findings(verdicts, target.namespace), *warnings_of(target, objects))
            findings = (*findings, *told, *last_words(target, objects))
        except AeternaError as second:
            self.console.warn(f"the cluster could not be asked what went wrong: {second.message}")
        fix = error.fix or "remove the cause, then run the same command again"
        if self._pending(target):
            fix += ", with --take-over: Helm left the release locked"
        where = f"release {target.release}, namespace {target.namespace}"
        raise HelmError(error.message, where=where, fix=fix, findings=findings) from error

    def _stopped(self, step: Step, error: Cancelled) -> Cancelled:
        """Say what there is after the user stopped it."""
        target = self.target.elsewhere(step.release, step.namespace)
        fix = "run the same command again to go on"
        try:
            found = target.helm.find_release(step.release)
            state = f"the release is {found['status']}" if found else "there is no release yet"
            fix += ", with --take-over" if found and is_pending(found) else ""
            fix += f", or `helm uninstall {step.release} --namespace {step.namespace}` to remove it" if found else ""
        except AeternaError:
            state = "the state of the release could not be read"
        return Cancelled(f"{error.message} ({step.title}); {state}", fix=fix)

    def _pending(self, target: Target) -> bool:
        try:
            return not self.dry_run and is_pending(target.helm.find_release(target.release) or {})
        except AeternaError:
            return False
