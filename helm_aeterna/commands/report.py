"""Findings and errors as people and programs read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.errors import AeternaError, Finding, Severity
from helm_aeterna.formats import dump_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helm_aeterna.adapters.console import Console
    from helm_aeterna.formats import Tree


def finding_lines(findings: Iterable[Finding], console: Console) -> list[str]:
    """One finding as two lines: where and what, then the fix."""
    lines: list[str] = []
    for finding in findings:
        mark = ("warning", "yellow") if finding.severity is Severity.WARNING else ("error", "red")
        where = f"{console.paint(finding.where, 'bold')} " if finding.where else ""
        lines.append(f"  {console.paint(mark[0], mark[1])} {finding.code} {where}{finding.problem}")
        if finding.fix:
            lines.append(f"      fix: {finding.fix}")
    return lines


def finding_trees(findings: Sequence[Finding]) -> list[Tree]:
    """The findings for --json."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "where": finding.where,
            "problem": finding.problem,
            "fix": finding.fix,
        }
        for finding in findings
    ]


def error_as_json(error: AeternaError) -> str:
    """An error for --json: the same facts as in the text, and the exit code."""
    return dump_json(
        {
            "error": error.message,
            "where": error.where,
            "fix": error.fix,
            "exitCode": error.exit_code,
            "findings": finding_trees(error.findings),
        }
    ).rstrip("\n")
