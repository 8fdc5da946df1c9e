"""The program's front door: finds the command by name, and turns every error into its message and exit code."""

from __future__ import annotations

import contextlib
import importlib
from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna import __version__
from helm_aeterna.errors import AeternaError, Cancelled, UsageError, WriteError
from helm_aeterna.overview import COMMANDS, overview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helm_aeterna.adapters.runtime import Runtime


def program(runtime: Runtime) -> str:
    """What the user typed to get here."""
    return "helm aeterna" if runtime.as_plugin else "helm-aeterna"


def main(arguments: Sequence[str], runtime: Runtime) -> int:
    """Run one command; give its exit code."""
    words, as_json = list(arguments), "--json" in arguments
    try:
        words, runtime = _helm_flags(_colour(words, runtime), runtime)
        if "--debug" in words:
            runtime = replace(runtime, environment={**runtime.environment, "HELM_DEBUG": "true"})
        return _run(words, runtime)
    except AeternaError as error:
        _report(error, runtime, as_json=as_json)
        return error.exit_code
    except KeyboardInterrupt:
        runtime.console.err("\ncancelled")
        return 130
    except BrokenPipeError:
        return 0
    except Exception as error:
        if runtime.environment.get("HELM_DEBUG") == "true":
            raise
        if isinstance(error, OSError):
            return _refused(error, runtime)
        runtime.console.err(f"error: this is a bug: {type(error).__name__}")
        runtime.console.err("  fix: run it again with --debug and report what it prints")
        return 1


def _refused(error: OSError, runtime: Runtime) -> int:
    """The system refused something no command expects: a full disk below TMPDIR, a limit of the process."""
    fix = "check permissions, limits and free space, of TMPDIR too; --debug says more"
    told = WriteError(f"the system refused: {error.strerror or error}", where=str(error.filename or ""), fix=fix)
    _report(told, runtime, as_json=False)
    return told.exit_code


def _colour(words: list[str], runtime: Runtime) -> list[str]:
    """Take the colour flags out, wherever they stand: Helm 4 hands them on in front of the command."""
    left: list[str] = []
    for word in words:
        if word in {"--no-color", "--color=never", "--colour=never"}:
            runtime.console.colour = False
        elif word in {"--color=always", "--colour=always"}:
            runtime.console.colour = True
        elif word not in {"--color=auto", "--colour=auto"}:
            left.append(word)
    return left


def _run(words: list[str], runtime: Runtime) -> int:
    command = next((word for word in words if not word.startswith("-")), None)
    if command is None or words[0] in {"-h", "--help"}:
        return _without_command(words, runtime)
    if command == "help":
        rest = [word for word in words if word != "help"]
        return _run([*rest, "--help"], runtime)
    if command not in COMMANDS:
        import difflib

        near = difflib.get_close_matches(command, COMMANDS, n=1)
        fix = f"did you mean {near[0]}?" if near else f"one of {', '.join(COMMANDS)}"
        raise UsageError(f"unknown command {command!r}", fix=fix)
    words.remove(command)
    if runtime.as_plugin:
        from helm_aeterna.adapters.interrupts import end_with_parent

        end_with_parent()
    module = importlib.import_module(f"helm_aeterna.commands.{command}")
    from helm_aeterna.commands.parser import Parser

    parser = Parser(prog=f"{program(runtime)} {command}", description=COMMANDS[command], words=words, runtime=runtime)
    module.configure(parser)
    return int(module.run(parser.parse_args(words), runtime))


# Helm takes these out of a plugin's arguments and says them in variables; without Helm we do the same.
_HELM_FLAGS = {
    "--namespace": "HELM_NAMESPACE",
    "-n": "HELM_NAMESPACE",
    "--kube-context": "HELM_KUBECONTEXT",
    "--kubeconfig": "KUBECONFIG",
}


def _helm_flags(words: list[str], runtime: Runtime) -> tuple[list[str], Runtime]:
    left: list[str] = []
    said: dict[str, str] = {}
    waiting = ""
    for word in words:
        flag, equals, value = word.partition("=")
        if waiting:
            said[waiting], waiting = word, ""
        elif flag in _HELM_FLAGS and equals:
            said[_HELM_FLAGS[flag]] = value
        elif flag in _HELM_FLAGS:
            waiting = _HELM_FLAGS[flag]
        else:
            left.append(word)
    if waiting:
        raise UsageError(f"{words[-1]} needs a value", fix=f"for example {words[-1]} aeterna")
    return left, replace(runtime, environment={**runtime.environment, **said})


def _without_command(words: list[str], runtime: Runtime) -> int:
    if words and words[0] == "--version":
        runtime.console.out(__version__)
        return 0
    if words and words[0] not in {"-h", "--help"}:
        raise UsageError(f"unknown flag {words[0]}", fix=f"see {program(runtime)} --help")
    runtime.console.out(overview(program(runtime)))
    return 0 if words else 2


def _report(error: AeternaError, runtime: Runtime, *, as_json: bool) -> None:
    """Tell what is wrong, where, and how to mend it; all problems at once."""
    console = runtime.console
    if as_json:
        from helm_aeterna.commands.report import error_as_json

        with contextlib.suppress(BrokenPipeError, WriteError):  # the exit code still tells
            console.out(error_as_json(error))
        return
    # Who leaves on purpose made no error.
    prefix = "" if isinstance(error, Cancelled) else console.paint("error:", "red", "bold") + " "
    console.err(f"{prefix}{error.message}")
    if error.where:
        console.err(f"  at: {error.where}")
    if error.findings:
        from helm_aeterna.commands.report import finding_lines

        for line in finding_lines(error.findings, console):
            console.err(line)
    if error.fix:
        console.err(f"  fix: {error.fix}")
