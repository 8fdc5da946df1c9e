"""From answers to the plan of writing: one pure function, called again whenever an answer changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helm_aeterna.answers.resolve import Resolved, resolve
from helm_aeterna.answers.script import build_script
from helm_aeterna.answers.sources import dump_answers
from helm_aeterna.errors import Finding, Severity
from helm_aeterna.formats import FormatError, dump_json, load_yaml, lookup
from helm_aeterna.model.answers import Source
from helm_aeterna.model.artefact import PRIVATE, Artefact, Disk, Write, WritePlan
from helm_aeterna.model.question import Kind
from helm_aeterna.outputs.compose import compose_artefacts, variable_of
from helm_aeterna.outputs.plan import plan_writes
from helm_aeterna.outputs.records import GITIGNORE, answers_artefact, record_artefacts
from helm_aeterna.outputs.values import SECRET_VALUES, answer_schemas, places, setting_defaults, values_artefacts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helm_aeterna.catalogue.entry import Catalogue
    from helm_aeterna.formats import Tree
    from helm_aeterna.model.answers import Answers
    from helm_aeterna.model.deployment import Deployment
    from helm_aeterna.model.question import Script


BROKEN = "AET815"  # a file cannot be merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What the program knows of the chart: its catalogue, its schema and the questions that follow from them.

    `full` says that files repeat the chart's defaults.
    """

    catalogue: Catalogue
    schema: Mapping[str, Tree]
    script: Script
    full: bool = False

    @classmethod
    def of(cls, catalogue: Catalogue, schema: Mapping[str, Tree]) -> Chart:
        """Build the questions from the catalogue and values.schema.json."""
        script = build_script(catalogue, answer_schemas(catalogue, schema))
        return cls(catalogue=catalogue, schema=schema, script=script)

    @property
    def flags(self) -> dict[str, str]:
        """Key of values.yaml to the flag that sets it."""
        keys = places(self.catalogue)
        return {key: question.flag for question in self.script for key in keys.get(question.id, ())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be written.

    Attributes:
        resolved: The deployment, the complete answers and all findings.
        artefacts: The files, as generated.
        plan: What happens to which file.
        conflicts: What the files and this run say differently.
    """

    resolved: Resolved
    artefacts: tuple[Artefact, ...] = ()
    plan: WritePlan = field(default_factory=lambda: WritePlan(writes=()))
    conflicts: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything missing, contradictory or worth a warning."""
        return (*self.resolved.findings, *self.conflicts)


def preview(
    chart: Chart,
    answers: Answers,
    disk: Disk,
    *,
    take_defaults: bool = True,
    unusable: frozenset[str] = frozenset(),
) -> Preview:
    """Say what the answers would write: no clock, no environment, no disk, no randomness.

    Args:
        chart: Catalogue, schema and questions.
        answers: What was answered, generated secrets among them.
        disk: What is there.
        take_defaults: Whether defaults may answer the questions that want to be answered.
        unusable: Questions whose answer is wrong.
    """
    resolved = resolve(chart.catalogue, chart.script, answers, take_defaults=take_defaults, unusable=unusable)
    if resolved.deployment is None:
        return Preview(resolved=resolved)
    artefacts = _artefacts(chart, resolved.deployment, resolved.answers, disk)
    settled = _settled(chart, resolved.answers)
    try:
        plan = plan_writes(artefacts, disk, settled=settled)
    except FormatError as error:
        fix = "correct the line, or move the file away"
        broken = Finding(code=BROKEN, where=error.where, problem=f"is {error.message}", fix=fix)
        return Preview(resolved=resolved, artefacts=artefacts, conflicts=(broken,))
    conflicts = tuple(found for pair in zip(artefacts, plan.writes, strict=True) for found in _conflicts(*pair))
    return Preview(resolved=resolved, artefacts=artefacts, plan=plan, conflicts=conflicts)


def _artefacts(chart: Chart, deployment: Deployment, given: Answers, disk: Disk) -> tuple[Artefact, ...]:
    generated = _OUTPUTS[deployment.target](chart, deployment, disk)
    answers = answers_artefact(dump_answers(chart.script, given))
    return (*generated, answers, *record_artefacts((*generated, answers), disk.texts.get(GITIGNORE)))


def _helm(chart: Chart, deployment: Deployment, disk: Disk) -> tuple[Artefact, ...]:
    generated = values_artefacts(chart.catalogue, chart.schema, deployment, full=chart.full)
    if SECRET_VALUES in disk.texts and all(artefact.path != SECRET_VALUES for artefact in generated):
        purpose = "credentials, readable by you alone"
        generated = (*generated, Artefact(path=SECRET_VALUES, text="{}\n", mode=PRIVATE, purpose=purpose, keep=True))
    return generated


def _compose(chart: Chart, deployment: Deployment, _disk: Disk) -> tuple[Artefact, ...]:
    defaults = setting_defaults(chart.catalogue, chart.schema, deployment)
    return compose_artefacts(chart.catalogue, deployment, defaults)


# Target of a deployment to the files it is written as.
_OUTPUTS = {"kubernetes": _helm, "docker-compose": _compose}


def _settled(chart: Chart, answers: Answers) -> frozenset[str]:
    """The keys of credentials that were given on purpose in this run, or that the answers keep elsewhere."""
    elsewhere = answers.text("secrets-provider") == "external-secrets"
    known = places(chart.catalogue)
    keys: set[str] = set()
    for question in chart.script:
        answer = answers.get(question.id)
        given = answer is not None and answer.source in {Source.FLAG, Source.PROMPT}
        if question.secret and question.kind is Kind.SECRET and (elsewhere or given or answers.text(question.unless)):
            keys |= {*known.get(question.id, ()), variable_of(question.id)}
    return frozenset(keys)


def _conflicts(artefact: Artefact, write: Write) -> Iterator[Finding]:
    """What is changed by hand in a file and differently by this run."""
    wanted = None if artefact.secret or not write.conflicts else load_yaml(artefact.text, artefact.path)
    for key in write.conflicts:
        value = artefact.implied.get(key, lookup(wanted, key))
        fix = f"write {dump_json(value, None).strip()} there" if value is not None else "change it there"
        yield Finding(
            code="AET814",
            where=f"{artefact.path}: {key}",
            problem="differs in the file and in this run; the file's value stays",
            fix=f"to have this run's, {fix}, or move the file away",
            severity=Severity.WARNING,
        )
