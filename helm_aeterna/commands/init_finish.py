"""The end of `init`, however the answers came: write the plan and report it, or print it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.adapters.files import apply
from helm_aeterna.commands.init_report import report, report_plan
from helm_aeterna.commands.report import finding_lines
from helm_aeterna.errors import Finding, Severity

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from helm_aeterna.adapters.runtime import Runtime
    from helm_aeterna.outputs.preview import Preview


def finish(
    arguments: argparse.Namespace, runtime: Runtime, planned: Preview, findings: tuple[Finding, ...], folder: Path
) -> int:
    """Write the plan and report it; or print it, when that was asked for."""
    if not arguments.json:
        warnings = [finding for finding in findings if finding.severity is Severity.WARNING]
        for line in finding_lines(warnings, runtime.console):
            runtime.console.err(line)
    if arguments.dry_run:
        report_plan(planned, findings, folder, runtime, as_json=arguments.json)
        return 0
    written = apply(planned.plan, folder)
    report(planned, findings, written, folder, runtime, as_json=arguments.json)
    return 0
