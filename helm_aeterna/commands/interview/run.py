"""`init` in a terminal: the wizard, its screen or its lines, its checks, and what it leaves behind."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.adapters.terminal.capabilities import TerminalCapabilities, terminal_capabilities
from helm_aeterna.adapters.terminal.progress_file import delete_progress, read_progress, write_progress
from helm_aeterna.answers.sources import collect
from helm_aeterna.commands.interview.checks import ConnectionChecker
from helm_aeterna.commands.interview.effects import Work
from helm_aeterna.commands.project import read_folder, saved_answers, with_secrets
from helm_aeterna.errors import AeternaError, Cancelled, WriteError
from helm_aeterna.formats import dump_yaml, load_yaml
from helm_aeterna.model.answers import Answers, Source
from helm_aeterna.model.secret import SecretText
from helm_aeterna.outputs.records import ANSWERS
from helm_aeterna.wizard.equivalent import equivalent_command
from helm_aeterna.wizard.page import START
from helm_aeterna.wizard.page_kinds import PAGE_KINDS
from helm_aeterna.wizard.presets import begin
from helm_aeterna.wizard.progress import dump_progress, load_progress
from helm_aeterna.wizard.state import Exit, Progress, State

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from helm_aeterna.adapters.runtime import Runtime
    from helm_aeterna.model.artefact import Disk
    from helm_aeterna.model.question import Script
    from helm_aeterna.outputs.preview import Chart
    from helm_aeterna.wizard.connection_check import Checker

PROGRESS = ".aeterna/progress.yaml"
_HEADER = "How far the wizard came; no secrets. It is taken away when the files are written."


def interview(
    arguments: argparse.Namespace, runtime: Runtime, *, chart: Chart, answers: Answers, disk: Disk, folder: Path
) -> int:
    """Ask, then write what was reviewed.

    Args:
        arguments: Flags of `init`.
        runtime: The world.
        chart: Its questions.
        answers: What flags, variables and files said; generated secrets.
        disk: What is in the output folder.
        folder: The output folder.

    Raises:
        Cancelled: The user left; no file was written.
        WriteError: The files are no longer those that were reviewed, or cannot be written.
    """
    checker = None if arguments.skip_checks else ConnectionChecker(chart)
    memory = folder / PROGRESS
    last, progress = _last(chart, disk), _progress(memory, chart.script)
    state = _first_state(chart, answers, last=last, progress=progress, checker=checker, again=arguments.reconfigure)
    state = replace(state, notices=tuple(_notices(memory, last=last, progress=progress)))
    work = Work(arguments=arguments, runtime=runtime, chart=chart, disk=disk, checker=checker)

    def keep(now: State) -> None:
        if now.at != START:
            write_progress(memory, dump_yaml(dump_progress(now), _HEADER))

    state = _run(state, work, runtime, keep)
    if state.exit is Exit.FORGET:
        delete_progress(memory)
        raise Cancelled("stopped: nothing was written, nothing was kept")
    keep(state)
    if state.exit is not Exit.WRITE:
        raise _stopped(arguments, runtime, kept=memory.exists())
    _check_untouched(disk, folder)
    code = _written(arguments, runtime, state, folder)
    if not arguments.dry_run:
        delete_progress(memory)
    return code


def _stopped(arguments: argparse.Namespace, runtime: Runtime, *, kept: bool) -> Cancelled:
    fix = f"go on with: {_program(runtime)} init{_folder(arguments)}" if kept else ""
    return Cancelled(f"stopped: nothing was written{', your answers are kept' if kept else ''}", fix=fix)


def _check_untouched(disk: Disk, folder: Path) -> None:
    """What was written to the folder in the meantime, a key among it perhaps, is not replaced by what was reviewed.

    Raises:
        WriteError: The files are others than those that were reviewed.
    """
    now = read_folder(folder)
    changed = sorted(name for name in {*disk.texts, *now.texts} if disk.texts.get(name) != now.texts.get(name))
    if changed:
        raise WriteError(
            "the files changed while you answered, nothing was written",
            where=", ".join(str(folder / name) for name in changed),
            fix="start again and go on where you stopped: the review shows what changes now",
        )


def _written(arguments: argparse.Namespace, runtime: Runtime, state: State, folder: Path) -> int:
    """Write what was reviewed, and print the command that says the same."""
    from helm_aeterna.commands.init_report import finish
    from helm_aeterna.outputs.preview import Preview

    arguments.reconfigure = state.merge
    plan = state.plan
    assert plan is not None  # noqa: S101 - only the review page ends like this, and only with its plan
    assert isinstance(plan.preview, Preview)  # noqa: S101 - made by Work
    code = finish(arguments, runtime, plan.preview, plan.review.findings, folder)
    begins = _called(arguments, runtime, merge=state.merge) + (" --full" if arguments.full else "")
    runtime.console.out("")
    runtime.console.out("The same without questions:")
    for line in equivalent_command(state.script, state.submitted, begins).splitlines():
        runtime.console.out(f"  {line}")
    return code


def _program(runtime: Runtime) -> str:
    return "helm aeterna" if runtime.as_plugin else "helm-aeterna"


def _folder(arguments: argparse.Namespace) -> str:
    return f" --output {shlex.quote(arguments.output)}" if arguments.output else ""


def _called(arguments: argparse.Namespace, runtime: Runtime, *, merge: bool) -> str:
    """How the command without questions begins."""
    chart = f" --chart {shlex.quote(arguments.chart)}" if arguments.chart else ""
    again = " --reconfigure" if merge else ""
    return f"{_program(runtime)} init --non-interactive{again}{chart}{_folder(arguments)}"


def _progress(path: Path, script: Script) -> Progress | None:
    text = read_progress(path)
    try:
        return load_progress(script, load_yaml(text, PROGRESS)) if text else None
    except AeternaError:
        return None


def _notices(memory: Path, *, last: Answers | None, progress: Progress | None) -> Iterator[str]:
    """What is left of an earlier run and cannot be used, and where it is."""
    if last is None:
        yield f"The answers of the last run cannot be read: {ANSWERS} is broken. Correct it, or move it away."
    if progress is None and read_progress(memory):
        broken = f"{PROGRESS} is broken, or of another version"
        yield f"What was kept of an unfinished run cannot be read: {broken}; going on replaces it."


def _first_state(
    chart: Chart,
    answers: Answers,
    *,
    last: Answers | None,
    progress: Progress | None,
    checker: Checker | None,
    again: bool,
) -> State:
    """What is given now, what was said the last time, and what an unfinished run left."""
    given = {name: answer for name, answer in answers.items() if answer.source is not Source.KEPT or _made(chart, name)}
    known = last or Answers()
    said = Answers({name: answer for name, answer in known.items() if not isinstance(answer.value, SecretText)})
    state = State(
        script=chart.script,
        kinds=PAGE_KINDS,
        answers=Answers(given),
        suggested=said,
        last=known if said else Answers(),
        progress=progress,
        subject=checker.subject if checker else None,
    )
    return begin(state, "last") if again and state.last and progress is None else state


def _made(chart: Chart, name: str) -> bool:
    """Whether the program makes it: such a secret is kept in any case."""
    question = chart.script.get(name)
    return question is not None and bool(question.generate)


def _last(chart: Chart, disk: Disk) -> Answers | None:
    """The answers of the last run with their secrets; None where they cannot be read."""
    try:
        said = collect(chart.script, flags={}, variables={}, kept=saved_answers(disk)).answers
        kept = with_secrets(chart, said, disk, keep_all=True, replace_lost=True)
    except AeternaError:
        return None
    return Answers({name: answer for name, answer in kept.items() if answer.source is Source.KEPT})


def _run(state: State, work: Work, runtime: Runtime, keep: Callable[[State], None]) -> State:
    """Ask on a screen, or in lines."""
    capabilities = terminal_capabilities(runtime.environment, runtime.console.stdout.encoding or "")
    if capabilities.accessible:
        runtime.console.colour = False  # no control code, to the very end
        from helm_aeterna.adapters.terminal.plain import PlainTerminal
        from helm_aeterna.commands.interview.plain_session import ask_in_plain_lines

        return ask_in_plain_lines(state, work, keep, PlainTerminal(runtime.stdin, runtime.console.stdout))
    return _on_screen(state, work, runtime, capabilities, keep)


def _on_screen(
    state: State, work: Work, runtime: Runtime, capabilities: TerminalCapabilities, keep: Callable[[State], None]
) -> State:
    from helm_aeterna.adapters.terminal.full_screen import Stopped, Terminal
    from helm_aeterna.commands.interview.screen_session import Session
    from helm_aeterna.wizard.drawing.frame import ASCII, UNICODE

    terminal = Terminal(colour=runtime.console.colour)
    session = Session(state, work, terminal, keep, UNICODE if capabilities.unicode else ASCII)
    try:
        terminal.run(session)
    except Stopped:
        return replace(session.state, exit=Exit.LEAVE)
    return session.state
