"""The question script: fixed questions and the catalogue's, in the order of asking."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.answers.fixed import fixed_questions
from helm_aeterna.model.question import Condition, Kind, Option, Question, Script

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.catalogue.entry import Axis, Catalogue, Part, Setting
    from helm_aeterna.formats import Tree

_KUBERNETES = Condition(question="target", values=("kubernetes",))
_LOCAL = Condition(question="target", values=("docker-compose",))
_HERE = Condition(question="secrets-provider", values=("helm", "sops"), or_else=_LOCAL)


def build_script(catalogue: Catalogue, schemas: Mapping[str, Mapping[str, Tree]]) -> Script:
    """Order all questions.

    Args:
        catalogue: Axes and their choices.
        schemas: Question id to the JSON Schema of its answer: type, default and limits.
    """
    asked = {axis.id: _axis_questions(catalogue, axis, schemas) for axis in catalogue}
    rest = [question for axis in asked if axis not in _DESIGN_ORDER for question in asked[axis]]
    fixed = fixed_questions()
    head, tail = ("vectorBackend", "cache", "postgresql"), ("llm",)
    questions = (
        *fixed["first"],  # others depend on where credentials live
        *(question for axis in head for question in asked.get(axis, ())),
        *fixed["opal"],
        *(question for axis in tail for question in asked.get(axis, ())),
        *fixed["opencode"],
        *(question for part in catalogue.always.values() for question in _settings(part, part.label, (), schemas)),
        *rest,
        *fixed["advanced"],
    )
    return Script(tuple(_described(question, schemas.get(question.id, {})) for question in questions))


_DESIGN_ORDER = ("vectorBackend", "cache", "postgresql", "llm")


def _axis_questions(
    catalogue: Catalogue, axis: Axis, schemas: Mapping[str, Mapping[str, Tree]]
) -> tuple[Question, ...]:
    within = tuple(
        Condition(question=catalogue.axes[outer].flag, values=(choice,)) for outer, choice in axis.within.items()
    )
    questions = [replace(_choice_question(axis), when=within)]
    for choice in axis.choices.values():
        when = (Condition(question=axis.flag, values=(choice.id,)),)
        questions += _settings(choice, axis.label, when, schemas)
        questions += _local(choice, axis.label, when)
    return tuple(questions)


def _local(part: Part, group: str, when: tuple[Condition, ...]) -> list[Question]:
    """The credentials of containers: made by the program, unless somebody gives them."""
    return [
        Question(
            id=identifier,
            ask=f"{name.capitalize()} of the container {service}",
            kind=Kind.SECRET,
            group=group,
            required=True,
            when=(*when, _LOCAL),
            secret=setting.secret,
            generate=setting.generate,
            advanced=True,
        )
        for name, (setting, identifier, service) in part.local.items()
    ]


def _choice_question(axis: Axis) -> Question:
    return Question(
        id=axis.flag,
        ask=axis.ask,
        why=axis.why,
        kind=Kind.CHOICE,
        group=axis.label,
        default=axis.default,
        default_reason=axis.because,
        explicit=not axis.fallback,
        options=tuple(
            Option(
                value=choice.id,
                label=choice.label,
                why=choice.why,
                licence=choice.licence,
                open_source=choice.open_source,
                note=choice.note,
                family=choice.family,
                kind=choice.kind,
            )
            for choice in axis.choices.values()
        ),
    )


def _settings(
    part: Part, group: str, when: tuple[Condition, ...], schemas: Mapping[str, Mapping[str, Tree]]
) -> list[Question]:
    questions: list[Question] = []
    for setting in part.settings.values():
        if not setting.ask:
            continue
        within = part.settings.get(setting.within)
        inner = (Condition(question=part.question(within), values=("true",)),) if within else ()
        # A bundled part's settings are those of its objects on Kubernetes: volumes, replicas, limits.
        inner = (*inner, _KUBERNETES) if part.kind == "bundled" and not setting.secret else inner
        question = Question(
            id=part.question(setting),
            ask=setting.ask,
            why=setting.why,
            kind=Kind.SECRET if setting.secret else _kind(schemas.get(part.question(setting), {})),
            group=group,
            required=setting.required,
            when=(*when, *inner),
            secret=setting.secret,
            generate=setting.generate,
            advanced=setting.advanced,
            default_reason=setting.because,
            variables=(setting.variable,) if setting.variable else (),
            example=setting.example,
        )
        questions += _with_existing(question, part, setting) if setting.secret else [question]
    # A part with two credentials has one existing Secret for both.
    return list({question.id: question for question in reversed(questions)}.values())[::-1]


def _with_existing(question: Question, part: Part, setting: Setting) -> list[Question]:
    """A secret can be typed, or stand in a Secret that is there already."""
    name = part.existing
    secret = replace(question, when=(*question.when, _HERE), unless=name)
    existing = Question(
        id=name,
        ask=f"Name of a Secret that holds: {setting.ask}",
        why="Instead of giving the credential: a Secret in the release's namespace that is there already.",
        group=question.group,
        advanced=True,
        when=(*question.when, _KUBERNETES),
    )
    key = replace(
        existing,
        id=f"{name}-key",
        ask="Key inside that Secret",
        why="",
        when=(*existing.when, Condition(question=name, given=True)),
    )
    return [secret, existing, key]


def _kind(schema: Mapping[str, Tree]) -> Kind:
    kinds = {"integer": Kind.NUMBER, "boolean": Kind.SWITCH}
    return Kind.CHOICE if schema.get("enum") else kinds.get(str(schema.get("type")), Kind.TEXT)


def _described(question: Question, schema: Mapping[str, Tree]) -> Question:
    """Fill in what the schema knows: limits, default, and the options of an enumeration."""
    if not schema or question.kind is Kind.SECRET:
        return question
    default = question.default
    if default is None and schema.get("default") not in (None, "", 0):
        default = schema["default"]  # type: ignore[assignment] # the default of an answer is a scalar
    values = schema.get("enum")
    options = question.options or tuple(
        Option(value=str(value), label=str(value)) for value in (values if isinstance(values, list) else ()) if value
    )
    return replace(question, schema={**schema, **question.schema}, default=default, options=options)
