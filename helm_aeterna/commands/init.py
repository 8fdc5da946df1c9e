"""`init`: from questions, flags, variables and files to the configuration."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.adapters.files import read_answers
from helm_aeterna.answers.sources import collect, misread
from helm_aeterna.commands.chart_check import check_with_chart
from helm_aeterna.commands.flags import add_question_flags, said
from helm_aeterna.commands.init_report import finish
from helm_aeterna.commands.project import open_chart, output_folder, read_folder, saved_answers, with_secrets
from helm_aeterna.commands.report import finding_lines
from helm_aeterna.errors import AnswersError, CheckError, Finding, Severity
from helm_aeterna.formats import load_json, load_yaml
from helm_aeterna.outputs.preview import BROKEN, preview

if TYPE_CHECKING:
    import argparse

    from helm_aeterna.adapters.runtime import Runtime
    from helm_aeterna.commands.parser import Parser
    from helm_aeterna.formats import Tree
    from helm_aeterna.model.answers import Answers
    from helm_aeterna.model.artefact import Disk
    from helm_aeterna.outputs.preview import Chart, Preview

_EXAMPLES = """\
examples:
  helm aeterna init
      ask everything in the terminal, show what will be written, then write it

  helm aeterna init --non-interactive --defaults
      the chart's defaults, no question

  OPENAI_API_KEY=... helm aeterna init --non-interactive --target kubernetes --mode local \\
      --vector-backend pgvector --cache valkey --postgresql cloudnative-pg --llm openai
      everything by flags, secrets by variables

  helm aeterna init --answers answers.yaml --non-interactive --dry-run
      answers from a file (- reads stdin); only print what would be written

Each question is a flag, a variable (AETERNA_SETUP_ and the flag in upper snake case) and a key
of the answers file; a flag beats a variable, a variable beats the file, the file beats defaults.
"""


def configure(parser: Parser) -> None:
    """Add the command's flags: its own, and one for each question of the chart."""
    parser.epilog = _EXAMPLES
    how = parser.add_argument_group("how to run")
    how.add_argument("--non-interactive", action="store_true", help="ask nothing; report every missing answer")
    how.add_argument("--defaults", action="store_true", help="take the default of everything that is not answered")
    how.add_argument("--open-source-only", action="store_true", help="choose only software with an open-source licence")
    how.add_argument("--answers", metavar="FILE", help="read answers from a YAML file, - for stdin")
    how.add_argument(
        "--reconfigure", action="store_true", help="start from the answers and credentials of the last run"
    )
    how.add_argument("--replace-lost-keys", action="store_true", help="make new keys where an earlier run's are gone")
    how.add_argument("--full", action="store_true", help="write the answers that equal the chart's defaults, too")
    how.add_argument("--output", metavar="DIR", help="the folder to write to (default: the current one)")
    how.add_argument("--dry-run", action="store_true", help="print what would be written, write nothing")
    how.add_argument("--skip-checks", action="store_true", help="do not try connections while asking")
    how.add_argument("--chart", metavar="DIR", help="another folder with the chart")
    folder, chart = open_chart(parser.said("--chart"), parser.runtime)
    parser.set_defaults(chart_folder=folder, known_chart=chart)
    add_question_flags(parser, chart.script)


def run(arguments: argparse.Namespace, runtime: Runtime) -> int:
    """Collect the answers, check them, and write the files or say what is missing."""
    chart: Chart = replace(arguments.known_chart, full=arguments.full)
    folder = output_folder(arguments.output, runtime)
    disk = read_folder(folder)
    answers = _answers(arguments, runtime, chart, disk)
    if runtime.interactive and not (arguments.non_interactive or arguments.defaults or arguments.json):
        from helm_aeterna.commands.interview.run import interview

        return interview(arguments, runtime, chart=chart, answers=answers, disk=disk, folder=folder)
    defaults = _takes_defaults(arguments, disk)
    planned = preview(chart, answers, disk, take_defaults=defaults)
    findings = checked(planned, arguments, runtime)
    return finish(arguments, runtime, planned, findings, folder)


def _answers(arguments: argparse.Namespace, runtime: Runtime, chart: Chart, disk: Disk) -> Answers:
    """Everything that was said, secrets kept and generated among it.

    Raises:
        AnswersError: With everything that is wrong about it.
    """
    file: Tree = None
    if arguments.answers:
        file = load_answers(arguments.answers, runtime)
    collected = collect(
        chart.script,
        flags=said(arguments, chart.script, runtime),
        variables=runtime.environment,
        file=file,
        file_name="stdin" if arguments.answers == "-" else arguments.answers or "",
        kept=saved_answers(disk) if arguments.reconfigure else None,
    )
    answers, findings = collected.answers, collected.findings
    if arguments.open_source_only:
        from helm_aeterna.answers.presets import open_source_only

        answers, more = open_source_only(chart.script, answers)
        findings = (*findings, *more)
    answers = with_secrets(
        chart, answers, disk, keep_all=arguments.reconfigure, replace_lost=arguments.replace_lost_keys
    )
    if any(finding.severity is Severity.ERROR for finding in findings):
        # What is missing beside what is wrong: everything at once.
        defaults = _takes_defaults(arguments, disk)
        planned = preview(chart, answers, disk, take_defaults=defaults, unusable=collected.unusable)
        raise AnswersError("the answers cannot be used, nothing was written", findings=(*findings, *planned.findings))
    for line in finding_lines(findings, runtime.console):
        runtime.console.err(line)
    return answers


def _takes_defaults(arguments: argparse.Namespace, disk: Disk) -> bool:
    """Whether what nobody answered is left to the defaults; the run that is changed left it to them, too."""
    return bool(arguments.defaults or (arguments.reconfigure and saved_answers(disk) is not None))


def load_answers(name: str, runtime: Runtime) -> Tree:
    """Read an answers file; what is wrong with it is an answers error."""
    from helm_aeterna.formats import FormatError

    text = read_answers(name, runtime.cwd, runtime.stdin)
    where = "stdin" if name == "-" else name
    try:
        # Nearly all JSON is YAML; what programs write for an emoji is not.
        if "\\ud" in text and text.lstrip().startswith("{"):
            return load_json(text, where)
        tree = load_yaml(text, where) or {}
    except FormatError as error:
        fix = "write one answer on each line, for example: target: kubernetes"
        raise AnswersError(f"the answers file is {error.message}", where=error.where, fix=fix) from None
    if findings := misread(text, tree, where):
        raise AnswersError("the answers cannot be used, nothing was written", findings=findings)
    return tree


def checked(planned: Preview, arguments: argparse.Namespace, runtime: Runtime) -> tuple[Finding, ...]:
    """The findings of the answers, and what the chart itself says of the values.

    Raises:
        AnswersError: One of them is an error.
    """
    findings = planned.findings
    if planned.resolved.deployment is not None:
        chart = arguments.known_chart
        findings = (*findings, *check_with_chart(planned, arguments.chart_folder, chart, runtime))
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if any(finding.code == BROKEN for finding in errors):
        raise CheckError("a file that is there cannot be merged, nothing was written", findings=findings)
    if errors:
        missing = all(finding.code == "AET807" for finding in errors)
        message = "answers are missing" if missing else "the answers do not fit together"
        raise AnswersError(f"{message}, nothing was written", findings=findings)
    return findings
