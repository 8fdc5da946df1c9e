"""Run commands in turn, many times, and keep how long each run took."""

from __future__ import annotations

import os
import pty
import statistics
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One command to measure.

    Attributes:
        name: What the table calls it.
        command: The command line; a function gives one for each run.
        baseline: The name of the case that it is compared with.
        until: What ends the measurement when it appears in a terminal; empty waits for the command's end.
    """

    name: str
    command: Sequence[str] | Callable[[], Sequence[str]]
    baseline: str = ""
    until: str = ""

    def words(self) -> list[str]:
        """Return the command line of the next run."""
        return list(self.command() if callable(self.command) else self.command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the runs of one case took, in seconds."""

    times: tuple[float, ...]

    @property
    def least(self) -> float:
        """The shortest run: the one least disturbed by others."""
        return min(self.times)

    @property
    def median(self) -> float:
        """The usual run."""
        return statistics.median(self.times)


def measure(
    cases: Sequence[Case], *, runs: int, environment: Mapping[str, str], folder: Path, tell: Callable[[str], None]
) -> dict[str, Result]:
    """Measure all cases, one run of each in turn, so that a busy moment of the machine meets all of them.

    Raises:
        RuntimeError: A command failed; what it said is in the message.
    """
    times: dict[str, list[float]] = {case.name: [] for case in cases}
    for number in range(-1, runs):  # the first round fills caches and is not counted
        tell(f"round {number + 1} of {runs}")
        for case in cases:
            run = _first_sight if case.until else _whole_run
            took = run(case, environment, folder)
            if number >= 0:
                times[case.name].append(took)
    return {name: Result(times=tuple(taken)) for name, taken in times.items()}


def _whole_run(case: Case, environment: Mapping[str, str], folder: Path) -> float:
    words = case.words()
    begin = time.perf_counter()
    done = subprocess.run(
        words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    took = time.perf_counter() - begin
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    return took


def _first_sight(case: Case, environment: Mapping[str, str], folder: Path) -> float:
    """Run a command in a terminal until it shows something, then end it."""
    ours, its = pty.openpty()
    seen = b""
    begin = time.perf_counter()
    with subprocess.Popen(
        case.words(), cwd=folder, env=environment, stdin=its, stdout=its, stderr=its, start_new_session=True
    ) as process:
        os.close(its)
        while case.until.encode() not in seen:
            try:
                seen += os.read(ours, 65536)
            except OSError as gone:  # the terminal's other end is closed
                raise RuntimeError(f"{case.name} never showed {case.until!r}: {seen[-2000:]!r}") from gone
        took = time.perf_counter() - begin
        process.kill()
    os.close(ours)
    return took


def table(cases: Sequence[Case], results: Mapping[str, Result]) -> str:
    """Write the results as a table; ratios are of medians, and of the shortest runs."""
    lines = [f"{'':<46} {'median':>9} {'min':>9}   ratio to"]
    for case in cases:
        result = results[case.name]
        line = f"{case.name:<46} {result.median * 1000:>6.1f} ms {result.least * 1000:>6.1f} ms"
        if case.baseline:
            base = results[case.baseline]
            ratios = f"{result.median / base.median:.2f} (min {result.least / base.least:.2f})"
            line += f"   {ratios} {case.baseline}"
        lines.append(line)
    return "\n".join(lines)
