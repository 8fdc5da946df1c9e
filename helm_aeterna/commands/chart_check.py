"""Let the chart itself say what is wrong with values: render it with the Helm that is there."""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

from helm_aeterna.adapters.files import temporary_files
from helm_aeterna.adapters.helm import find_helm, locate_helm
from helm_aeterna.checks.rules import chart_findings
from helm_aeterna.commands.chart_copy import chart_for_rendering
from helm_aeterna.errors import CheckError, Finding, HelmError, PrerequisiteError, Severity
from helm_aeterna.outputs.values import SECRET_VALUES, VALUES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from helm_aeterna.adapters.helm import Helm
    from helm_aeterna.adapters.interrupts import Interrupts
    from helm_aeterna.adapters.runtime import Runtime
    from helm_aeterna.outputs.preview import Chart, Preview

RELEASE = "aeterna"
_RENDERED = "# Source: "  # stands above each object; asking every Helm for its version would cost as much as the chart


def render(helm: Helm, release: str, folder: Path, files: Sequence[Path], chart: Chart) -> str:
    """Render the chart.

    Args:
        helm: The Helm that does it.
        release: The name of the release.
        folder: The chart's folder, its subcharts in it.
        files: Values files, later ones win.
        chart: Tells which flag sets a key.

    Raises:
        CheckError: The chart's own rules refuse the values.
        HelmError: Helm fails for another reason.
    """
    try:
        return helm.template(release, folder, tuple(files))
    except HelmError as error:
        findings = chart_findings(error.message, chart.flags)
        if not findings:
            raise
        raise CheckError("the chart refuses these values", findings=findings) from error


def rendering(
    files: Sequence[Path], folder: Path, chart: Chart, runtime: Runtime, interrupts: Interrupts
) -> Callable[[], tuple[Finding, ...]]:
    """Begin to render in a thread; give what waits for the end, and returns or raises as `check_values` does."""
    box: SimpleQueue[tuple[Finding, ...] | BaseException] = SimpleQueue()

    def work() -> None:
        try:
            box.put(check_values(files, folder, chart, runtime, interrupts))
        except BaseException as error:  # noqa: BLE001 - raised again where somebody waits
            box.put(error)

    def wait() -> tuple[Finding, ...]:
        result = box.get()
        if isinstance(result, BaseException):
            raise result
        return result

    threading.Thread(target=work).start()
    return wait


def check_values(
    files: Sequence[Path], folder: Path, chart: Chart, runtime: Runtime, interrupts: Interrupts | None = None
) -> tuple[Finding, ...]:
    """Render the chart with values files; give what it refuses, and what was not looked at.

    Args:
        files: Values files, later ones win.
        folder: The chart's folder.
        chart: Tells which flag sets a key.
        runtime: Where Helm is looked for.
        interrupts: Counts the wishes to stop where the caller listens already.

    Raises:
        PrerequisiteError: There is no Helm that can be used.
    """
    namespace = runtime.environment.get("HELM_NAMESPACE") or "default"
    helm = locate_helm(runtime.environment, namespace=namespace, interrupts=interrupts)
    with chart_for_rendering(folder, runtime.environment) as ready:
        notes = (_note("AET811", "", ready.note),) if ready.note else ()
        try:
            if _RENDERED not in render(helm, RELEASE, ready.path, files, chart):
                find_helm(runtime.environment, namespace=namespace, interrupts=interrupts)
        except CheckError as error:
            return (*error.findings, *notes)
        except HelmError as error:  # perhaps this is no Helm, or one that is too old
            find_helm(runtime.environment, namespace=namespace, interrupts=interrupts)
            return (_unread(error), *notes)
    return notes


def check_with_chart(planned: Preview, folder: Path, chart: Chart, runtime: Runtime) -> tuple[Finding, ...]:
    """Render values that are not written yet; without Helm say that this was not done."""
    written = (write.artefact for write in planned.plan.writes)
    texts = {artefact.path: artefact.text for artefact in written if artefact.path in {VALUES, SECRET_VALUES}}
    if not texts:
        return ()
    with temporary_files(texts) as files:
        try:
            findings = check_values(files, folder, chart, runtime)
        except PrerequisiteError as error:
            return (unchecked(error),)
    # That subcharts are not at hand is of no interest before there is anything to install.
    return tuple(finding for finding in findings if finding.code != "AET811")


def unchecked(error: PrerequisiteError) -> Finding:
    """Say that the chart was not asked, and why."""
    return _note("AET810", "Helm", f"the chart's own rules were not checked: {error.message}", error.fix)


def _note(code: str, where: str, problem: str, fix: str = "") -> Finding:
    return Finding(code=code, where=where, problem=problem, fix=fix, severity=Severity.WARNING)


def _unread(error: HelmError) -> Finding:
    """Helm failed in words that are not ours; only its first line, the rest may quote values."""
    first = error.message.splitlines()[0] if error.message else "it said nothing"
    fix = "run `helm template` with these values files to see all of it"
    return Finding(code="AET812", where="helm template", problem=first, fix=fix)
