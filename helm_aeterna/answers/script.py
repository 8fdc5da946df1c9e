"""The question script: fixed questions and the catalogue's, in the order of asking."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.answers.fixed import MODE, OPAL, OPENCODE, SECRETS, TARGET
from helm_aeterna.answers.fixed_advanced import ADVANCED
from helm_aeterna.model.question import Condition, Kind, Option, Question, Script

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.catalogue.entry import Axis, Catalogue, Choice, Setting
    from helm_aeterna.formats import Tree

_HERE = Condition(question="secrets-provider", values=("helm", "sops"))


def build_script(catalogue: Catalogue, schema: Mapping[str, Tree]) -> Script:
    """Order all questions.

    Args:
        catalogue: Axes and their choices.
        schema: The chart's values.schema.json: types, defaults and limits of the answers.
    """
    asked = {axis.id: _axis_questions(axis, schema) for axis in catalogue}
    rest = [question for axis in asked if axis not in _DESIGN_ORDER for question in asked[axis]]
    head, tail = ("vectorBackend", "cache", "postgresql"), ("llm",)
    questions = (
        TARGET,
        MODE,
        *SECRETS,  # others depend on where credentials live
        *(question for axis in head for question in asked.get(axis, ())),
        OPAL,
        *(question for axis in tail for question in asked.get(axis, ())),
        OPENCODE,
        *rest,
        *ADVANCED,
    )
    return Script(tuple(_described(question, schema) for question in questions))


_DESIGN_ORDER = ("vectorBackend", "cache", "postgresql", "llm")


def _axis_questions(axis: Axis, schema: Mapping[str, Tree]) -> tuple[Question, ...]:
    first = (_choice_question(axis),) if axis.flag else ()
    return (*first, *(question for choice in axis.choices.values() for question in _settings(axis, choice, schema)))


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


def _settings(axis: Axis, choice: Choice, schema: Mapping[str, Tree]) -> list[Question]:
    when = (Condition(question=axis.flag, values=(choice.id,)),) if axis.flag else ()
    questions: list[Question] = []
    for setting in choice.settings.values():
        if not setting.ask:
            continue
        within = choice.settings.get(setting.within)
        inner = (Condition(question=choice.question(within), values=("true",)),) if within else ()
        question = Question(
            id=choice.question(setting),
            ask=setting.ask,
            why=setting.why,
            kind=Kind.SECRET if setting.secret else _kind(schema, choice.path(setting.name)),
            group=axis.label,
            required=setting.required,
            when=(*when, *inner),
            # Further keys of a secret are for the name of an existing Secret, see below.
            paths=(choice.path(setting.name), *(() if setting.secret else setting.also)),
            secret=setting.secret,
            generate=setting.generate,
            advanced=setting.advanced,
            default_reason=setting.because,
            variables=(setting.variable,) if setting.variable else (),
            example=setting.example,
        )
        questions += _with_existing(question, choice, setting) if setting.secret else [question]
    # A block with two secrets has one existing Secret for both.
    return list({question.id: question for question in reversed(questions)}.values())[::-1]


def _with_existing(question: Question, choice: Choice, setting: Setting) -> list[Question]:
    """A secret can be typed, or stand in a Secret that is there already."""
    name = f"{choice.prefix}-existing-secret"
    secret = replace(question, when=(*question.when, _HERE), unless=name)
    existing = Question(
        id=name,
        ask=f"Name of a Secret that holds: {setting.ask}",
        why="Instead of giving the credential: a Secret in the release's namespace that is there already.",
        group=question.group,
        advanced=True,
        when=question.when,
        paths=(f"{choice.block}.existingSecret", *setting.also),
    )
    key = replace(
        existing,
        id=f"{name}-key",
        ask="Key inside that Secret",
        why="",
        when=(*question.when, Condition(question=name, given=True)),
        paths=(f"{choice.block}.existingSecretKey",),
    )
    return [secret, existing, key]


def _kind(schema: Mapping[str, Tree], path: str) -> Kind:
    kinds = {"integer": Kind.NUMBER, "boolean": Kind.SWITCH}
    leaf = schema_of(schema, path)
    if leaf.get("enum"):
        return Kind.CHOICE
    return kinds.get(str(leaf.get("type")), Kind.TEXT)


def _described(question: Question, schema: Mapping[str, Tree]) -> Question:
    """Fill in what values.schema.json knows: limits, default, and the options of an enumeration."""
    leaf = next((found for path in question.paths if (found := schema_of(schema, path))), {})
    if not leaf or question.kind is Kind.SECRET:
        return question
    default = question.default
    if default is None and leaf.get("default") not in (None, "", 0):
        default = leaf["default"]  # type: ignore[assignment] # a leaf's default is a scalar
    values = leaf.get("enum")
    options = question.options or tuple(
        Option(value=str(value), label=str(value)) for value in (values if isinstance(values, list) else ()) if value
    )
    return replace(question, schema={**leaf, **question.schema}, default=default, options=options)


def schema_of(schema: Mapping[str, Tree], path: str) -> Mapping[str, Tree]:
    """The part of a JSON Schema that describes a dotted path; empty where it says nothing."""
    part: Mapping[str, Tree] = schema
    for key in path.split("."):
        inner = part.get("items") if key.isdigit() else (part.get("properties") or {})
        found = inner if key.isdigit() else inner.get(key)  # type: ignore[union-attr] # properties is a map
        if not isinstance(found, dict):
            return {}
        part = found
    return part
