"""Ready-made sets of choices, computed from what the catalogue says of each choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.errors import Finding
from helm_aeterna.model.answers import Answer, Answers, Source

if TYPE_CHECKING:
    from helm_aeterna.catalogue.entry import Axis, Catalogue


def open_choice(axis: Axis) -> str:
    """The default where its licence is open source, else the first choice of its kind that is."""
    default = axis.choices[axis.default]
    if default.open_source is not False:
        return default.id
    same = [choice for choice in axis.choices.values() if choice.open_source and choice.kind == default.kind]
    return same[0].id if same else default.id


def open_source_only(catalogue: Catalogue, answers: Answers) -> tuple[Answers, tuple[Finding, ...]]:
    """Choose software with an open-source licence where nobody chose; refuse a choice of other software."""
    findings: list[Finding] = []
    for axis in catalogue:
        if not axis.flag:
            continue
        said = answers.value(axis.flag)
        if said is None:
            if open_choice(axis) != axis.default:
                answer = Answer(value=open_choice(axis), source=Source.FLAG, place="--open-source-only")
                answers = answers.with_answer(axis.flag, answer)
        elif axis.choices[str(said)].open_source is False:
            findings.append(
                Finding(
                    code="AET809",
                    where=f"--{axis.flag}",
                    problem=f"{said} is under {axis.choices[str(said)].licence}, which is no open-source licence",
                    fix=f"say --{axis.flag} {open_choice(axis)}, or leave --open-source-only out",
                )
            )
    return answers, tuple(findings)
