"""The command that gives the same files without the wizard."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from helm_aeterna.model.answers import Source
from helm_aeterna.model.question import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helm_aeterna.model.answers import Answer, Answers
    from helm_aeterna.model.question import Question, Script

_WIDTH = 76  # columns of the printed command


def equivalent_command(script: Script, answers: Answers, program: str) -> str:
    """The command that gives the same files without asking; secrets stand in variables, never in it.

    Args:
        script: All questions.
        answers: What was submitted.
        program: How the command begins, e.g. `helm aeterna init --non-interactive`.
    """
    words = [program]
    variables: list[str] = []
    for question in script:
        answer = answers.get(question.id)
        if answer is None or answer.source is Source.DEFAULT:
            continue
        if question.generate and answer.source in {Source.GENERATED, Source.KEPT}:
            variables.append(
                f"# in another folder it makes another {question.id}: set {question.variable} to keep this"
            )
        if answer.source is Source.GENERATED:
            continue
        if question.kind is not Kind.SECRET:
            words.append(f"{question.flag} {shlex.quote(answers.text(question.id))}")
        elif answer.source is not Source.KEPT:
            variables += _secret(question, answer)
            words += _secret_file(question, answer)
    return "\n".join([*variables, *_wrapped(words)])


def _secret(question: Question, answer: Answer) -> Iterator[str]:
    source, _, text = answer.place.partition(": ")
    if answer.source is Source.PROMPT and source == "command":
        yield f'export {question.variable}="$({text})"'
    elif answer.source is Source.PROMPT and source != "file":
        yield f"# needs {question.variable}: {question.ask}"
    elif answer.source is Source.VARIABLE:
        yield f"# needs {answer.place or question.variable}: {question.ask}"


def _secret_file(question: Question, answer: Answer) -> Iterator[str]:
    source, _, text = answer.place.partition(": ")
    if answer.source is Source.PROMPT and source == "file":
        yield f"{question.flag} {shlex.quote(text)}"
    elif answer.source is Source.FLAG:
        yield f"{question.flag} FILE"


def _wrapped(words: list[str]) -> Iterator[str]:
    line = words[0]
    for word in words[1:]:
        if len(line) + len(word) + 3 > _WIDTH:
            yield f"{line} \\"
            line = f"  {word}"
        else:
            line = f"{line} {word}"
    yield line
