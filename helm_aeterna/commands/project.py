"""What `init`, `validate` and `show` start from: the chart's questions and the files of the output folder."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

from helm_aeterna.adapters.chart import CATALOGUE, SCHEMA, SHIPPED, find_chart, read_catalogue_schema, read_chart_file
from helm_aeterna.adapters.files import read_disk
from helm_aeterna.adapters.paths import path_of
from helm_aeterna.answers.conditions import applies, completed, holds
from helm_aeterna.answers.sources import collect, misread
from helm_aeterna.checks.catalogue import load_catalogue
from helm_aeterna.errors import AnswersError, CheckError, Finding
from helm_aeterna.formats import FormatError, load_yaml
from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.model.secret import SecretText
from helm_aeterna.outputs.compose import COMPOSE, ENV, secrets_in_env
from helm_aeterna.outputs.preview import Chart
from helm_aeterna.outputs.records import ANSWERS, GITIGNORE, last_path
from helm_aeterna.outputs.values import SECRET_VALUES, VALUES, secrets_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from helm_aeterna.adapters.runtime import Runtime
    from helm_aeterna.formats import Tree
    from helm_aeterna.model.artefact import Disk
    from helm_aeterna.model.question import Question, Script

_GENERATORS: dict[str, Callable[[], str]] = {
    # The server wants standard base64 of exactly 32 bytes.
    "kms-key": lambda: base64.b64encode(secrets.token_bytes(32)).decode("ascii"),
    "token": lambda: secrets.token_hex(24),
    "login": lambda: f"aeterna-{secrets.token_hex(4)}",
}


def open_chart(given: str | None, runtime: Runtime) -> tuple[Path, Chart]:
    """Find the chart and read its catalogue and schema."""
    folder = find_chart(given or runtime.environment.get("AETERNA_CHART"), runtime.cwd)
    strict = folder not in SHIPPED
    catalogue = load_catalogue(read_chart_file(folder, CATALOGUE), read_catalogue_schema, CATALOGUE, strict=strict)
    schema = read_chart_file(folder, SCHEMA)
    if not isinstance(schema, dict):
        raise CheckError("the schema is not a map", where=str(folder / SCHEMA), fix="install the plugin again")
    return folder, Chart.of(catalogue, schema)


def output_folder(given: str | None, runtime: Runtime) -> Path:
    """The folder that the files are written to or read from."""
    return path_of(given or ".", runtime.cwd).resolve()


def read_folder(folder: Path) -> Disk:
    """Read everything in the output folder that this program writes."""
    last = {path: last_path(path) for path in (VALUES, COMPOSE, ANSWERS)}
    return read_disk(folder, (*last, SECRET_VALUES, ENV, GITIGNORE), last)


def saved_answers(disk: Disk) -> Tree:
    """The answers of the last run; None when there was none.

    Raises:
        CheckError: They cannot be read.
    """
    text = disk.texts.get(ANSWERS)
    tree = None if text is None else load_yaml(text, ANSWERS)
    if findings := misread(text or "", tree, ANSWERS):
        raise AnswersError("the answers of the last run cannot be used, nothing was written", findings=findings)
    return tree


def with_secrets(chart: Chart, answers: Answers, disk: Disk, *, keep_all: bool, replace_lost: bool = False) -> Answers:
    """Keep the secrets that exist, and make those that the program makes.

    Args:
        chart: The questions.
        answers: What was answered.
        disk: The output folder; values.secret.yaml and .env hold what exists.
        keep_all: Keep every secret; else only generated ones, which must never be made twice.
        replace_lost: Make new ones even where those of an earlier run are gone.

    Raises:
        CheckError: A file with credentials cannot be read, or is gone: a second KMS key would lose data.
    """
    existing = _all_existing(chart, disk, secrets_file(answers))
    given, made = answers, []
    for question in chart.script:
        if not question.secret or question.id in answers or not (question.generate or keep_all):
            continue
        if question.id in existing:
            answer = existing[question.id]
        elif question.generate:
            answer = Answer(value=SecretText(_GENERATORS[question.generate]()), source=Source.GENERATED)
            made.append(question)
        else:
            continue
        answers = answers.with_answer(question.id, answer)
    if not replace_lost and (lost := _lost(made, chart.script, completed(chart.script, given), disk)):
        message = "credentials that an earlier run made are gone; data stored with them cannot be read with new ones"
        raise CheckError(f"{message}. Nothing was written", findings=lost)
    return answers


def _lost(made: Iterable[Question], script: Script, answers: Answers, disk: Disk) -> list[Finding]:
    """What would be made although an earlier run made one, or was told where one lies."""
    if ANSWERS not in disk.texts and not disk.last:
        return []
    try:
        said = collect(script, flags={}, variables={}, kept=saved_answers(disk)).answers
    except (FormatError, AnswersError):
        said = Answers()
    earlier = completed(script, said)
    return [
        Finding(
            code="AET816",
            where=f"{secrets_file(answers)}: {question.id}",
            problem=f"is not there any more: {question.ask}",
            fix=f"bring the file back, give {question.flag} FILE, "
            + (f"name a Secret that holds it with --{question.unless}, " if secrets_file(answers) != ENV else "")
            + "or say --replace-lost-keys to make another",
        )
        for question in made
        if applies(question, answers)
        and all(holds(when, earlier) for when in question.when if when.question != "secrets-provider")
    ]


def secrets_file(answers: Answers) -> str:
    """The file that the credentials of these answers are written to."""
    return ENV if answers.text("target") == "docker-compose" else SECRET_VALUES


def _all_existing(chart: Chart, disk: Disk, first: str) -> dict[str, Answer]:
    """Every credential that is there; where both files hold one, that of the file that is written counts."""
    try:
        env = secrets_in_env(chart.script, disk.texts.get(ENV, ""))
    except FormatError as error:
        raise _unreadable(error, ENV) from None
    found = {ENV: env, SECRET_VALUES: secrets_in(chart.catalogue, _existing(disk))}
    return {
        question: Answer(value=secret, source=Source.KEPT, place=place)
        for place in sorted(found, key=lambda place: place == first)
        for question, secret in found[place].items()
    }


def _unreadable(error: FormatError, where: str) -> CheckError:
    return CheckError(
        "the credentials that are there cannot be read; their KMS key must not be lost",
        where=error.where or where,
        fix=f"mend the file, decrypt it, or move it away from {where}",
    )


def _existing(disk: Disk) -> Tree:
    text = disk.texts.get(SECRET_VALUES)
    if text is None:
        return None
    try:
        tree = load_yaml(text, SECRET_VALUES)
    except FormatError as error:
        raise _unreadable(error, SECRET_VALUES) from None
    if isinstance(tree, dict) and "sops" in tree:
        raise CheckError(
            "the credentials that are there are encrypted; their KMS key must not be lost",
            where=SECRET_VALUES,
            fix=f"decrypt it first: sops --decrypt --in-place {SECRET_VALUES}",
        )
    return tree
