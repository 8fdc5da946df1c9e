"""From answers to the deployment, or to all that keeps it from being one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from helm_aeterna.answers.conditions import applies, completed, holds, is_needed
from helm_aeterna.errors import Finding, Severity
from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.model.deployment import Chosen, Deployment, Existing, Remote
from helm_aeterna.model.question import Kind, Question, Script
from helm_aeterna.model.secret import SecretText

if TYPE_CHECKING:
    from helm_aeterna.catalogue.entry import Catalogue, Part, Setting
    from helm_aeterna.formats import Scalar
    from helm_aeterna.model.deployment import Credential


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What the answers amount to.

    Attributes:
        deployment: None when a finding is an error.
        answers: All that apply, defaults filled in.
        findings: Everything missing, contradictory or worth a warning.
    """

    deployment: Deployment | None
    answers: Answers
    findings: tuple[Finding, ...]


def resolve(
    catalogue: Catalogue,
    script: Script,
    answers: Answers,
    *,
    take_defaults: bool = True,
    unusable: frozenset[str] = frozenset(),
) -> Resolved:
    """Fill in defaults, check that nothing is missing or contradictory, and build the deployment.

    Args:
        catalogue: What can be chosen.
        script: The questions.
        answers: What was answered.
        take_defaults: Whether a question that wants to be answered may be answered by its default.
        unusable: Questions whose answer is wrong: nothing is said of what depends on them.
    """
    answers, warnings = _fall_back(catalogue, script, answers)
    full = completed(script, answers)
    certain = Script(
        tuple(
            question
            for question in script
            if question.id not in unusable and not any(when.question in unusable for when in question.when)
        )
    )
    findings = [
        *warnings,
        *_missing(certain, answers, full, take_defaults=take_defaults),
        *_contradictions(certain, answers, full),
        *_unknown_credentials(script, full),
    ]
    deployment = None
    if all(finding.severity is Severity.WARNING for finding in findings):
        deployment = deployment_of(catalogue, full)
        findings += _notes(script, full)  # of interest once nothing is wrong any more
    return Resolved(deployment=deployment, answers=full, findings=tuple(findings))


def _fall_back(catalogue: Catalogue, script: Script, answers: Answers) -> tuple[Answers, list[Finding]]:
    """Take an axis' fallback where nobody chose and the default needs a secret that nobody gave."""
    findings: list[Finding] = []
    for axis in catalogue:
        if not axis.fallback or axis.flag in answers:
            continue
        lacking = next(
            (
                question
                for question in script
                if question.secret
                and question.required
                and question.id not in answers
                and question.unless not in answers
                and any(when.question == axis.flag and axis.default in when.values for when in question.when)
            ),
            None,
        )
        if lacking is None:
            continue
        answers = answers.with_answer(axis.flag, Answer(value=axis.fallback, source=Source.DEFAULT))
        names = " or ".join((*lacking.variables, lacking.variable))
        findings.append(
            Finding(
                code="AET806",
                where=f"--{axis.flag}",
                problem=f"{axis.fallback} is used: {lacking.id} was not given",
                fix=f"set {names}, or say --{axis.flag} {axis.fallback} to silence this warning",
                severity=Severity.WARNING,
            )
        )
    return answers, findings


def _notes(script: Script, full: Answers) -> list[Finding]:
    """What should be known of the options that are taken; the same words once."""
    told: dict[str, Finding] = {}
    for question in script:
        text = full.text(question.id)
        note = next((option.note for option in question.options if option.value == text), "")
        if note:
            told.setdefault(note, Finding(code="AET813", where=question.flag, problem=note, severity=Severity.WARNING))
    return list(told.values())


def _missing(script: Script, answers: Answers, full: Answers, *, take_defaults: bool) -> list[Finding]:
    findings: list[Finding] = []
    for question in script:
        if not applies(question, full):
            continue
        unsaid = question.explicit and not take_defaults and question.id not in answers
        must = question.required or is_needed(question, full)
        if unsaid or (must and not full.text(question.id)):
            problem = f"is missing{_needed_by(question, full)}"
            findings.append(Finding(code="AET807", where=question.flag, problem=problem, fix=_how(question)))
    return findings


def _needed_by(question: Question, full: Answers) -> str:
    """Which answer makes another one needed."""
    condition = question.needed
    while condition is not None and not holds(replace(condition, or_else=None), full):
        condition = condition.or_else
    return f": --{condition.question} {full.text(condition.question)} needs it" if condition else ""


def _unknown_credentials(script: Script, full: Answers) -> list[Finding]:
    """Names of credentials that no question has."""
    known = {question.secret for question in script if question.secret}
    named = {name.strip() for name in full.text("secret-store-optional").split(",")} - {""}
    return [
        Finding(
            code="AET801",
            where="--secret-store-optional",
            problem=f"{name!r} is not a credential",
            fix=f"name some of {', '.join(sorted(known))}",
        )
        for name in sorted(named - known)
    ]


def _how(question: Question) -> str:
    if question.kind is Kind.SECRET:
        names = " or ".join((*question.variables, question.variable))
        other = f", or {question.unless} for a Secret that is there" if question.unless else ""
        return f"set {names}, or give {question.flag} FILE{other}"
    if question.options:
        return "one of " + ", ".join(option.value for option in question.offered)
    example = f", for example {question.example}" if question.example else ""
    return f"{question.ask}{example}"


def _contradictions(script: Script, answers: Answers, full: Answers) -> list[Finding]:
    """Given answers that mean nothing beside the others; what was only kept is left out silently."""
    findings: list[Finding] = []
    for question in script:
        answer = answers.get(question.id)
        if answer is None or question.id in full or answer.source in {Source.KEPT, Source.GENERATED, Source.PROMPT}:
            continue
        if answer.source is Source.VARIABLE and question.variables and answer.place in question.variables:
            continue  # a key that is in the environment for other programs
        weak = answer.source is Source.VARIABLE
        findings.append(
            Finding(
                code="AET808",
                where=answer.place or question.flag,
                problem=_why_not(question, full),
                fix=_instead(script, question),
                severity=Severity.WARNING if weak else Severity.ERROR,
            )
        )
    return findings


def _why_not(question: Question, full: Answers) -> str:
    if question.unless and full.text(question.unless):
        return f"does not apply: --{question.unless} is given"
    for condition in question.when:
        said = full.text(condition.question)
        if said not in condition.values:
            return f"does not apply: {condition.question} is {said or 'not answered'}"
    return "does not apply"


def _instead(script: Script, question: Question) -> str:
    for condition in question.when:
        other = script.get(condition.question)
        if other is not None and condition.values:
            return f"leave it out, or say {other.flag} {condition.values[0]}"
    return "leave one of the two out"


def deployment_of(catalogue: Catalogue, full: Answers) -> Deployment:
    """Sort answers into parts and options.

    Args:
        catalogue: What can be chosen.
        full: Answers that apply, defaults filled in: see `completed`.
    """
    there = dict(catalogue.always)
    for axis in catalogue:
        if axis.flag in full:
            there[axis.id] = axis.choices[full.text(axis.flag)]
    taken = {"target", *(axis.flag for axis in catalogue)}
    for part in there.values():
        taken |= {part.existing, f"{part.existing}-key", *map(part.question, part.settings.values())}
    return Deployment(
        target=full.text("target"),
        parts={name: _chosen(part, part.id if name in catalogue.axes else "", full) for name, part in there.items()},
        options={
            name: answer.value
            for name, answer in full.items()
            if name not in taken and not isinstance(answer.value, SecretText) and answer.value != ""
        },
    )


def _chosen(part: Part, choice: str, full: Answers) -> Chosen:
    settings: dict[str, Scalar] = {}
    secrets: dict[str, Credential] = {}
    for name, setting in part.settings.items():
        value = full.value(part.question(setting))
        if setting.secret:
            secrets |= {name: kept} if (kept := _credential(part, setting, full)) else {}
        elif value is not None and value != "" and not isinstance(value, SecretText):
            settings[name] = value
    for name, (_, question, _) in part.local.items():
        made = full.value(question)
        secrets |= {name: made} if isinstance(made, SecretText) else {}
    return Chosen(choice=choice, settings=settings, secrets=secrets)


def _credential(part: Part, setting: Setting, full: Answers) -> Credential | None:
    """Where a credential is: in a Secret, in a secret store, here, or nowhere."""
    if existing := full.text(part.existing):
        return Existing(existing, full.text(f"{part.existing}-key"))
    if full.text("secrets-provider") == "external-secrets":
        optional = {name.strip() for name in full.text("secret-store-optional").split(",")}
        wanted = setting.required or setting.secret in optional
        return Remote(f"{full.text('secret-store-prefix')}/{setting.secret}") if wanted else None
    value = full.value(part.question(setting))
    return value if isinstance(value, SecretText) else None
