"""Where answers come from: flags, variables and the answers file, the earlier ones winning."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helm_aeterna.answers.parse import AnswerError, parse
from helm_aeterna.errors import Finding, Severity
from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.model.question import VARIABLE_PREFIX, Kind, Question, Script

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from helm_aeterna.formats import Tree
    from helm_aeterna.model.secret import SecretText

FILE_VERSION = 1


def collect(
    script: Script,
    *,
    flags: Mapping[str, str | SecretText],
    variables: Mapping[str, str],
    file: Tree = None,
    file_name: str = "",
    kept: Tree = None,
) -> Collected:
    """Take every given answer; all that is wrong is reported together.

    Args:
        script: The questions.
        flags: Question id to what its flag said; secrets have been read from their files.
        variables: The environment.
        file: The parsed answers file.
        file_name: Its name, for findings.
        kept: The parsed answers of an earlier run, which give way to everything else.
    """
    taken = (
        _from_tree(script, kept, Source.KEPT, ".aeterna/answers.yaml"),
        _from_tree(script, file, Source.FILE, file_name),
        _from_variables(script, variables),
        _take(script, flags, Source.FLAG, lambda question: question.flag),
    )
    given: dict[str, Answer] = {}
    for part in taken:
        given |= part.given
    return Collected(
        answers=Answers(given),
        findings=tuple(finding for part in taken for finding in part.findings),
        unusable=frozenset(identifier for part in taken for identifier in part.unusable) - set(given),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What was said.

    Attributes:
        answers: Every answer that can be used.
        findings: What is wrong with the others.
        unusable: The questions that were answered, but not usably.
    """

    answers: Answers
    findings: tuple[Finding, ...]
    unusable: frozenset[str]


@dataclass(slots=True)
class _Taken:
    given: dict[str, Answer] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)


def _take(
    script: Script, values: Mapping[str, Tree | SecretText], source: Source, place: Callable[[Question], str]
) -> _Taken:
    taken = _Taken()
    for question in script:
        if question.id not in values:
            continue
        try:
            value = parse(question, values[question.id])
        except AnswerError as error:
            taken.findings.append(Finding(code="AET801", where=place(question), problem=error.problem, fix=error.fix))
            taken.unusable.append(question.id)
        else:
            taken.given[question.id] = Answer(value=value, source=source, place=place(question))
    return taken


def _from_variables(script: Script, environment: Mapping[str, str]) -> _Taken:
    named: dict[str, str] = {}
    for question in script:
        for name in (question.variable, *question.variables):
            if environment.get(name):
                named[question.id] = name
                break
    known = {question.variable for question in script}
    findings = [
        Finding(
            code="AET802",
            where=name,
            problem="no question has this variable",
            fix=_near(name, known),
            severity=Severity.WARNING,
        )
        for name in sorted(environment)
        if name.startswith(VARIABLE_PREFIX) and name not in known
    ]
    values = {identifier: environment[name] for identifier, name in named.items()}
    taken = _take(script, values, Source.VARIABLE, lambda question: named[question.id])
    taken.findings = findings + taken.findings
    return taken


def _from_tree(script: Script, tree: Tree, source: Source, place: str) -> _Taken:
    if tree is None:
        return _Taken()
    if not isinstance(tree, dict):
        fix = "write one answer on each line, for example: target: kubernetes"
        return _Taken(findings=[Finding(code="AET803", where=place, problem="is not a map of answers", fix=fix)])
    version = tree.get("version", FILE_VERSION)
    if version is True or version != FILE_VERSION:
        newer = isinstance(version, int) and version > FILE_VERSION
        fix = "update the plugin: helm plugin update aeterna" if newer else f"write version: {FILE_VERSION}"
        problem = f"has version {version!r}, this program reads version {FILE_VERSION}"
        return _Taken(findings=[Finding(code="AET804", where=place, problem=problem, fix=fix)])
    known = {question.id for question in script}
    findings = [
        Finding(code="AET805", where=f"{place}: {key}", problem="no question has this name", fix=_near(str(key), known))
        for key in tree
        if key not in known and key != "version"
    ]
    taken = _take(script, tree, source, lambda question: f"{place}: {question.id}")
    taken.findings = findings + taken.findings
    return taken


def misread(text: str, tree: Tree, where: str) -> tuple[Finding, ...]:
    """Numbers that YAML reads otherwise than they are written: 010 is 8 to it, and 1.10 is 1.1."""
    numbers = (
        {key: value for key, value in tree.items() if type(value) in {int, float}} if isinstance(tree, dict) else {}
    )
    found = {key: re.search(rf"^{re.escape(str(key))}\s*:\s*([^\s#]+)", text, re.MULTILINE) for key in numbers}
    return tuple(
        Finding(
            code="AET801",
            where=f"{where}: {key}",
            problem=f"{said[1]} is {numbers[key]} in YAML",
            fix=f'write "{said[1]}" in quotes, or {numbers[key]}',
        )
        for key, said in found.items()
        if said and said[1] != str(numbers[key])
    )


def _near(name: str, known: set[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else "see helm aeterna init --help"


def dump_answers(script: Script, answers: Answers) -> dict[str, Tree]:
    """The answers as an answers file: what was said, no defaults and no secrets."""
    said: dict[str, Tree] = {"version": FILE_VERSION}
    for question in script:
        answer = answers.get(question.id)
        if (
            answer is not None
            and question.kind is not Kind.SECRET
            and (question.preselected or answer.source is not Source.DEFAULT)
        ):
            said[question.id] = answer.value  # type: ignore[assignment] # only secrets are not scalars
    return said
