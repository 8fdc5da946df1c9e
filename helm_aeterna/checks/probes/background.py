"""Connection checks in the background, bounded in time."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.checks.probes.run import run_check
from helm_aeterna.checks.probes.trouble import overdue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helm_aeterna.checks.probes.network import Network
    from helm_aeterna.checks.probes.result import CheckResult, Probe

# Longer than any single step of a check; looking up a name has no limit of its own.
TOTAL_SECONDS = 8.0


class Running:
    """A check that runs; made by `start`."""

    def __init__(self, probe: Probe, network: Network, seconds: float) -> None:
        self._probe = probe
        self._network = network
        self._until = time.monotonic() + seconds
        self._done = threading.Event()
        self._result: CheckResult | None = None
        self._error: BaseException | None = None
        # A daemon: a name server that does not answer must not keep the program from ending.
        threading.Thread(target=self._run, name=f"check {probe.choice}", daemon=True).start()

    def result(self, timeout: float | None = None) -> CheckResult | None:
        """Wait for the result.

        Args:
            timeout: How many seconds to wait at most; None waits until the check is due.

        Returns:
            None while it still runs.
        """
        left = self._until - time.monotonic()
        finished = self._done.wait(max(0.0, left if timeout is None else min(left, timeout)))
        if self._error is not None:
            raise self._error
        if finished:
            return self._result
        if time.monotonic() < self._until:
            return None
        return replace(overdue(self._probe.label), where=self._probe.where)

    def _run(self) -> None:
        try:
            self._result = run_check(self._probe, self._network)
        except BaseException as error:  # noqa: BLE001 - raised again where somebody waits
            self._error = error
        self._done.set()


def start(probe: Probe, network: Network, seconds: float = TOTAL_SECONDS) -> Running:
    """Run a check in the background."""
    return Running(probe, network, seconds)


def run_checks(probes: Sequence[Probe], network: Network, seconds: float = TOTAL_SECONDS) -> tuple[CheckResult, ...]:
    """Run all checks at once; the results are in the order of the checks, within `seconds`."""
    running = [start(probe, network, seconds) for probe in probes]
    results = [one.result() for one in running]
    return tuple(result for result in results if result is not None)
