"""Takes the steps of an installation, one after the other, and says all the time how it goes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from helm_aeterna.adapters.helm_commands import Order
from helm_aeterna.commands.releases.observation import as_findings, observe, served, unanswered_webhooks, warnings_of
from helm_aeterna.errors import AeternaError, Cancelled, HelmError
from helm_aeterna.formats import dump_yaml
from helm_aeterna.release.objects import read_manifest
from helm_aeterna.release.readiness import unready
from helm_aeterna.release.report import Done
from helm_aeterna.release.steps import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from helm_aeterna.adapters.console import Console
    from helm_aeterna.commands.chart_copy import Rendering
    from helm_aeterna.commands.releases.target import Target
    from helm_aeterna.release.objects import Object
    from helm_aeterna.release.readiness import Verdict
    from helm_aeterna.release.steps import Operator, Step

LABEL = "helm-aeterna=operator"
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
        must_report: Kinds whose operator tells when they are ready.
        done: Steps that were taken.
        verdicts: What the last look at the cluster showed.
    """

    target: Target
    rendering: Rendering
    files: tuple[Path, ...]
    console: Console
    timeout: int
    wait: bool = True
    create_namespace: bool = False
    dry_run: str = ""
    must_report: Collection[tuple[str, str]] = ()
    done: list[Done] = field(default_factory=list)
    verdicts: tuple[Verdict, ...] = ()

    def take(self, steps: Sequence[Step]) -> None:
        """Take all steps.

        Raises:
            HelmError: A step failed; the message holds the post-mortem.
            Cancelled: The user stopped it.
        """
        actions: dict[Action, Callable[[Step], None]] = {
            Action.OPERATOR: self._operator,
            Action.CHART: self._chart,
            Action.READY: self._ready,
            Action.TEST: self._test,
        }
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
        )
        self._upgrade(target, order)
        if not self.dry_run:
            self._until_operated(target, operator)

    def _until_operated(self, target: Target, operator: Operator) -> None:
        """Wait until the operator's kinds are served and its webhooks answer."""
        objects = read_manifest(target.helm.manifest(target.release))

        def look() -> tuple[str, ...]:
            if not served(target, (operator,))[operator.api, operator.kind]:
                return (f"{operator.kind} is not served yet",)
            return unanswered_webhooks(target, objects)

        missing = self._until_empty(look)
        if missing:
            fix = f"kubectl --namespace {target.namespace} get pods; then run the same command again"
            raise HelmError(f"the operator {target.release} is not ready: {'; '.join(missing)}", fix=fix)

    def _until_empty(self, look: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        deadline = time.monotonic() + self.timeout
        while (missing := look()) and time.monotonic() < deadline:
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
        )
        operators = any(one.title.startswith("operator") for one in self.done)
        for attempt in range(1, _TRIES + 1):
            try:
                self._upgrade(self.target, order)
            except HelmError as error:
                if not operators or attempt == _TRIES or "failed calling webhook" not in error.message:
                    raise
                self.console.err("  the operator's webhook does not answer yet, trying again")
                self._pause()
            else:
                return

    def _upgrade(self, target: Target, order: Order) -> None:
        """Let Helm do it, and tell how it goes meanwhile."""
        known: list[Object] = []

        def tick(seconds: float) -> None:
            try:
                known[:] = known or read_manifest(target.helm.manifest(order.release))
                waiting = list(unready(observe(target, known, ())))
            except AeternaError:
                waiting = []  # the release may not be there yet; Helm is the one to complain
            told = "; ".join(f"{one.what}: {one.words}" for one in waiting[:3]) or "Helm is at work"
            more = f" and {len(waiting) - 3} more" if waiting[3:] else ""
            self.console.err(f"  after {seconds:.0f} s: {told}{more}")

        try:
            target.helm.upgrade(order, tick)
        except HelmError as error:
            self._failed(target, error)

    def _ready(self, _: Step) -> None:
        """Wait until everything is ready that Helm does not wait for: custom resources."""
        objects = read_manifest(self.target.helm.manifest(self.target.release))
        told = ""

        def look() -> tuple[str, ...]:
            nonlocal told
            self.verdicts = observe(self.target, objects, self.must_report)
            missing = tuple(f"{one.what}: {one.words}" for one in unready(self.verdicts))
            if missing and missing[0] != told:
                told = missing[0]
                self.console.err(f"  waiting for {told}")
            return missing

        if self._until_empty(look):
            self._failed(self.target, HelmError("not everything got ready in time", fix="give it longer by --timeout"))

    def look(self) -> None:
        """Look at the release once, where nobody waits for it."""
        objects = read_manifest(self.target.helm.manifest(self.target.release))
        self.verdicts = observe(self.target, objects, self.must_report)

    def _test(self, step: Step) -> None:
        try:
            self.target.helm.test(step.release, self.timeout)
        except HelmError as error:
            self._failed(self.target, error)

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
            findings = (*as_findings(verdicts, target.namespace), *warnings_of(target, objects))
        except AeternaError as second:
            self.console.warn(f"the cluster could not be asked what went wrong: {second.message}")
        fix = error.fix or "mend the cause and run the same command again: it goes on where it stopped"
        where = f"release {target.release}, namespace {target.namespace}"
        raise HelmError(error.message, where=where, fix=fix, findings=findings) from error

    def _stopped(self, step: Step, error: Cancelled) -> Cancelled:
        """Say what there is after the user stopped it."""
        target = self.target.elsewhere(step.release, step.namespace)
        try:
            found = target.helm.find_release(step.release)
            state = f"the release is {found['status']}" if found else "there is no release yet"
        except AeternaError:
            state = "what there is of the release could not be read"
        fix = "run the same command again to go on, or `helm aeterna uninstall` to take it away"
        return Cancelled(f"{error.message} ({step.title}); {state}", fix=fix)
