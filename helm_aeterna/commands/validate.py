"""`validate`: schema, the chart's own rules, credentials in the wrong place, connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.adapters.interrupts import listening
from helm_aeterna.checks.rules import misplaced_secrets, secret_paths
from helm_aeterna.commands.chart_check import rendering, unchecked
from helm_aeterna.commands.project import open_chart, output_folder
from helm_aeterna.commands.report import finding_lines, finding_trees
from helm_aeterna.commands.values_files import find_values, load_values, merged, readable_by_others
from helm_aeterna.errors import CheckError, Finding, PrerequisiteError, Severity
from helm_aeterna.formats import dump_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from helm_aeterna.adapters.runtime import Runtime
    from helm_aeterna.commands.parser import Parser

_EXAMPLES = """\
examples:
  helm aeterna validate                          values.yaml and values.secret.yaml of this folder
  helm aeterna validate -f my-values.yaml --json
  helm aeterna validate --connect                log in to every external and managed service
"""


def configure(parser: Parser) -> None:
    """Add the command's flags."""
    parser.epilog = _EXAMPLES
    parser.add_argument("-f", "--values", action="append", default=[], metavar="FILE", help="a values file; repeatable")
    parser.add_argument("--output", metavar="DIR", help="the folder that init wrote to (default: the current one)")
    parser.add_argument("--connect", action="store_true", help="try the services outside the release, too")
    parser.add_argument("--chart", metavar="DIR", help="another folder with the chart")


def run(arguments: argparse.Namespace, runtime: Runtime) -> int:
    """Check everything, then report all of it at once.

    Raises:
        CheckError: Something is wrong.
    """
    folder, chart = open_chart(arguments.chart, runtime)
    files = load_values(find_values(arguments.values, output_folder(arguments.output, runtime), runtime))
    secrets = secret_paths(chart.catalogue)
    findings = [finding for file in files for finding in readable_by_others(file)]
    for file in files:
        if not file.is_private:
            findings += misplaced_secrets(file.tree, secrets, file.name)
    values = merged(files, folder)
    with listening() as interrupts:
        refused = rendering([file.path for file in files], folder, chart, runtime, interrupts)
        from helm_aeterna.checks.schema import check_schema  # loaded and compiled while Helm renders

        wrong = check_schema(values, chart.schema)
        findings += wrong
        rules = () if wrong else _rules(refused)
    if arguments.connect and not wrong:
        from helm_aeterna.commands.connections import try_connections

        findings += try_connections(chart.catalogue, values, runtime.console)
    findings += rules
    return _report(arguments, runtime, tuple(findings), [file.name for file in files])


def _rules(refused: Callable[[], tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """What the chart refuses; without Helm, that this was not found out."""
    try:
        return refused()
    except PrerequisiteError as error:
        return (unchecked(error),)


def _report(arguments: argparse.Namespace, runtime: Runtime, findings: tuple[Finding, ...], names: list[str]) -> int:
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if arguments.json and not errors:
        runtime.console.out(
            dump_json({"valid": True, "files": list(names), "findings": finding_trees(findings)}).rstrip()
        )
        return 0
    if errors:
        count = f"{len(errors)} problem{'s' if len(errors) > 1 else ''}"
        raise CheckError(f"{count} in {', '.join(names)}", findings=findings)
    for line in finding_lines(findings, runtime.console):
        runtime.console.err(line)
    runtime.console.done(f"{', '.join(names)}: valid")
    return 0
