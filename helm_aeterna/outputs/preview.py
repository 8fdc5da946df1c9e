"""From answers to the plan of writing: one pure function, called again whenever an answer changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helm_aeterna.answers.resolve import Resolved, resolve
from helm_aeterna.answers.sources import dump_answers
from helm_aeterna.model.artefact import Artefact, Disk, WritePlan
from helm_aeterna.outputs.plan import plan_writes
from helm_aeterna.outputs.records import GITIGNORE, record_artefacts
from helm_aeterna.outputs.values import values_artefacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.catalogue.entry import Catalogue
    from helm_aeterna.errors import Finding
    from helm_aeterna.formats import Tree
    from helm_aeterna.model.answers import Answers
    from helm_aeterna.model.question import Script


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What the program knows of the chart: its catalogue, its schema and the questions that follow from them."""

    catalogue: Catalogue
    schema: Mapping[str, Tree]
    script: Script


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be written.

    Attributes:
        resolved: The deployment, the complete answers and all findings.
        artefacts: The files, as generated.
        plan: What happens to which file.
    """

    resolved: Resolved
    artefacts: tuple[Artefact, ...] = ()
    plan: WritePlan = field(default_factory=lambda: WritePlan(writes=()))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything missing, contradictory or worth a warning."""
        return self.resolved.findings


def preview(
    chart: Chart,
    answers: Answers,
    disk: Disk,
    *,
    take_defaults: bool = True,
    merge: bool = False,
    unusable: frozenset[str] = frozenset(),
) -> Preview:
    """Say what the answers would write: no clock, no environment, no disk, no randomness.

    Args:
        chart: Catalogue, schema and questions.
        answers: What was answered, generated secrets among them.
        disk: What is there.
        take_defaults: Whether defaults may answer the questions that want to be answered.
        merge: Keep the user's own changes in generated files.
        unusable: Questions whose answer is wrong.
    """
    resolved = resolve(chart.catalogue, chart.script, answers, take_defaults=take_defaults, unusable=unusable)
    if resolved.deployment is None:
        return Preview(resolved=resolved)
    generated = values_artefacts(resolved.deployment, chart.schema)
    said = dump_answers(chart.script, resolved.answers)
    records = record_artefacts(said, generated, disk.texts.get(GITIGNORE))
    artefacts = (*generated, *records)
    return Preview(resolved=resolved, artefacts=artefacts, plan=plan_writes(artefacts, disk, merge=merge))
