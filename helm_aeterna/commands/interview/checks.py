"""Connection checks for the wizard: which choice can be tried, and its result in the wizard's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.answers.conditions import completed
from helm_aeterna.answers.resolve import deployment_of
from helm_aeterna.checks.probes.background import start
from helm_aeterna.checks.probes.facts import fill
from helm_aeterna.checks.probes.result import Probe
from helm_aeterna.checks.probes.result import Verdict as Found
from helm_aeterna.checks.probes.run import probes
from helm_aeterna.wizard.connection_check import Outcome, Verdict

if TYPE_CHECKING:
    from helm_aeterna.catalogue.check import Check
    from helm_aeterna.checks.probes.network import Network
    from helm_aeterna.model.answers import Answers
    from helm_aeterna.outputs.preview import Chart

_VERDICTS = {
    Found.OK: Verdict.GOOD,
    Found.WARNING: Verdict.DOUBTFUL,
    Found.UNTRIED: Verdict.DOUBTFUL,
    Found.FAILED: Verdict.BAD,
}


class ConnectionChecker:
    """Tries the connections of the choices that are made."""

    def __init__(self, chart: Chart, network: Network | None = None) -> None:
        self._chart = chart
        self._network = network

    def subject(self, question: str, answers: Answers) -> str:
        """What would be tried, in a few words; empty when there is nothing to try, or not enough is known."""
        probe = self._probe(question, answers)
        return probe.label if probe is not None and _has_address(probe) else ""

    def run(self, question: str, answers: Answers) -> Outcome:
        """Try it."""
        probe = self._probe(question, answers)
        if probe is None:
            return Outcome(Verdict.GOOD)
        result = start(probe, self._network or _sockets()).result()
        if result is None:
            return Outcome(Verdict.DOUBTFUL, ("Nothing came of it.",))
        verdict = _VERDICTS[result.verdict]
        if verdict is Verdict.GOOD and result.warnings:
            verdict = Verdict.DOUBTFUL
        return Outcome(verdict, result.lines())

    def _probe(self, question: str, answers: Answers) -> Probe | None:
        catalogue = self._chart.catalogue
        axis = next((axis for axis in catalogue if axis.flag == question), None)
        if axis is None:
            return None
        deployment = deployment_of(catalogue, completed(self._chart.script, answers))
        found = probes(catalogue, deployment, axis.id)
        return found[0] if found else None


def _sockets() -> Network:
    from helm_aeterna.adapters.network.services import Sockets

    return Sockets()


def _has_address(probe: Probe) -> bool:
    """Whether the address is complete: some of it may be asked on a later page."""
    return any(fill(form, probe.facts) for form in _addresses(probe.check))


def _addresses(check: Check) -> tuple[str, ...]:
    """The address of a check, in each of its forms."""
    texts = (getattr(check, name, "") for name in ("url", "host", "uri"))
    return tuple(form for text in texts for form in ((text,) if isinstance(text, str) else text) if form)
