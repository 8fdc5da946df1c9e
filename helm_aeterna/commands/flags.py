"""One flag for each question, and what was said on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.adapters.files import read_secret
from helm_aeterna.errors import UsageError
from helm_aeterna.model.question import Kind, Question, Script

if TYPE_CHECKING:
    import argparse

    from helm_aeterna.adapters.runtime import Runtime
    from helm_aeterna.model.secret import SecretText


def add_question_flags(parser: argparse.ArgumentParser, script: Script) -> None:
    """Add the flags, in groups as on the review page."""
    groups: dict[str, argparse._ArgumentGroup] = {}
    for question in script:
        group = groups.get(question.group) or parser.add_argument_group(question.group)
        groups[question.group] = group
        optional = {"nargs": "?", "const": "true"} if question.kind is Kind.SWITCH else {}
        group.add_argument(
            question.flag,
            dest=_dest(question),
            metavar=_metavar(question),
            action="append",
            help=_help(question),
            **optional,  # type: ignore[arg-type] # argparse's own overloads
        )


def said(arguments: argparse.Namespace, script: Script, runtime: Runtime) -> dict[str, str | SecretText]:
    """What the flags said, by question id; secrets are read from their files.

    Raises:
        UsageError: A flag was given twice, or a secret cannot be read.
    """
    given: dict[str, str | SecretText] = {}
    for question in script:
        values = getattr(arguments, _dest(question), None)
        if not values:
            continue
        if len(set(values)) > 1:
            raise UsageError(f"{question.flag} is given twice", where=", ".join(values), fix="say it once")
        secret = question.kind is Kind.SECRET
        text = values[-1]
        given[question.id] = read_secret(text, runtime.cwd, runtime.stdin, question.flag) if secret else text
    return given


def _dest(question: Question) -> str:
    return "question_" + question.id.replace("-", "_")


def _metavar(question: Question) -> str:
    names = {Kind.SECRET: "FILE", Kind.NUMBER: "N", Kind.SWITCH: "true|false", Kind.CHOICE: "NAME"}
    return names.get(question.kind, "TEXT")


def _help(question: Question) -> str:
    parts = [question.ask.rstrip("?:.")]
    if question.options:
        parts.append("one of " + ", ".join(option.value for option in question.offered))
    if question.default not in {None, "", False}:
        parts.append(f"default {question.default}")
    if question.kind is Kind.SECRET:
        parts.append(f"from a file, - for stdin; or by {' or '.join((*question.variables, question.variable))}")
    return "; ".join(parts).replace("%", "%%")
