"""What the wizard asks of its surroundings: previews, connection checks, secrets from files and commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.adapters.files import read_secret
from helm_aeterna.adapters.interrupts import listening
from helm_aeterna.adapters.process import Call, run
from helm_aeterna.commands.chart_check import check_with_chart
from helm_aeterna.errors import AeternaError, Finding, Severity
from helm_aeterna.model.secret import SecretText
from helm_aeterna.outputs.preview import preview
from helm_aeterna.wizard.connection_check import Outcome, Verdict
from helm_aeterna.wizard.events import CheckEnded, Effect, Event, Fetch, Fetched, MakePreview, Previewed, RunCheck
from helm_aeterna.wizard.plan import Plan, make_review

if TYPE_CHECKING:
    import argparse

    from helm_aeterna.adapters.runtime import Runtime
    from helm_aeterna.model.artefact import Disk
    from helm_aeterna.outputs.preview import Chart
    from helm_aeterna.wizard.connection_check import Checker
    from helm_aeterna.wizard.state import State

_PATIENCE = 120.0  # seconds a command gets to print a secret: somebody may have to unlock a password store


class Work:
    """Does what the wizard wants done; remembers nothing."""

    def __init__(
        self, *, arguments: argparse.Namespace, runtime: Runtime, chart: Chart, disk: Disk, checker: Checker | None
    ) -> None:
        self._arguments = arguments
        self._runtime = runtime
        self._chart = chart
        self._disk = disk
        self._checker = checker

    def done(self, effect: Effect, state: State) -> Event:
        """Do it; what came of it."""
        match effect:
            case MakePreview():
                return self._preview(state)
            case RunCheck(check, turn):
                return CheckEnded(check, turn, self._check(check, state))
            case Fetch():
                return self._fetch(effect)

    def _preview(self, state: State) -> Previewed:
        planned = preview(self._chart, state.submitted, self._disk, take_defaults=True)
        findings = planned.findings
        if planned.resolved.deployment is not None:
            try:
                folder = self._arguments.chart_folder
                findings = (*findings, *check_with_chart(planned, folder, self._chart, self._runtime))
            except AeternaError as error:
                findings = (*findings, *(error.findings or (_as_finding(error),)))
        review = make_review(planned.plan, findings, self._chart.flags)
        return Previewed(Plan(answers=state.submitted, merge=state.merge, review=review, preview=planned))

    def _check(self, check: str, state: State) -> Outcome:
        if self._checker is None:
            return Outcome(Verdict.GOOD)
        return self._checker.run(check, state.submitted)

    def _fetch(self, wanted: Fetch) -> Fetched:
        try:
            if wanted.source == "file":
                secret = read_secret(wanted.text, self._runtime.cwd, self._runtime.stdin, "the file")
            else:
                secret = self._printed(wanted.text)
        except AeternaError as error:
            return Fetched(wanted.question, problem=f"{error.message[:1].upper()}{error.message[1:]}.")
        return Fetched(wanted.question, secret=secret)

    def _printed(self, command: str) -> SecretText:
        """What a command prints; a shell reads it, so that pipes work."""
        call = Call(argv=("sh", "-c", command), environment=self._runtime.environment, timeout=_PATIENCE)
        with listening(terminal=True) as interrupts:  # the screen lends it to the command
            ended = run(call, interrupts)
        if not ended.ok:
            reason = "it took too long" if ended.overdue else f"it ended with code {ended.code}"
            said = ended.err.strip().splitlines()[-1:] or [""]
            raise AeternaError(f"the command gave nothing: {reason}. {said[0]}".strip().rstrip("."))
        return SecretText(ended.out)


def _as_finding(error: AeternaError) -> Finding:
    return Finding(
        code="AET812", where=error.where or "chart", problem=error.message, fix=error.fix, severity=Severity.ERROR
    )
