"""What is known of a choice: its settings from answers or values, and the texts of a check filled with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helm_aeterna.formats import FormatError, flatten, load_json
from helm_aeterna.model.secret import SecretText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.catalogue.check import Shape
    from helm_aeterna.catalogue.entry import Catalogue, Choice
    from helm_aeterna.formats import Tree
    from helm_aeterna.model.answers import Answers
    from helm_aeterna.model.question import Script, Value

EXISTING_SECRET = "existingSecret"  # noqa: S105 - the name of a key
_FACT = re.compile(r"\{([^{}]*)\}")
_PLACEHOLDER = re.compile(r"^(?:<.*>|\$\{.*\}|\$\(.*\)|.*\.\.\.|x{4,}|change[-_ ]?me|your[-_ ].*)$", re.IGNORECASE)


def known(script: Script, answers: Answers) -> dict[str, Value]:
    """What the answers say, by keys of values.yaml; questions nobody answered have their defaults."""
    defaults: dict[str, Value] = {}
    given: dict[str, Value] = {}
    for question in script:
        value = answers.value(question.id)
        if value is not None:
            given |= dict.fromkeys(question.paths, value)
        elif question.default is not None:
            defaults |= dict.fromkeys(question.paths, question.default)
    return defaults | given


def known_of_values(catalogue: Catalogue, values: Mapping[str, Tree]) -> dict[str, Value]:
    """What values files say, by keys of values.yaml; credentials become texts that do not show themselves."""
    secrets = {
        choice.path(setting.name)
        for axis in catalogue
        for choice in axis.choices.values()
        for setting in choice.settings.values()
        if setting.secret
    }
    return {
        path: SecretText(str(value)) if path in secrets else value
        for path, value in flatten(values).items()
        if isinstance(value, str | int | bool)
    }


def chosen_in(catalogue: Catalogue, values: Mapping[str, Value]) -> dict[str, str]:
    """Which choice of each axis the values select, the first that fits."""
    chosen: dict[str, str] = {}
    for axis in catalogue:
        for choice in axis.choices.values():
            fits = all(values.get(path) == value for path, value in choice.chosen.items())
            if fits and choice.chosen:
                chosen.setdefault(axis.id, choice.id)
    return chosen


def facts_of(choice: Choice, values: Mapping[str, Value]) -> dict[str, Value]:
    """The settings of a choice, and the name of the Secret that holds its credential."""
    names = [*choice.settings, EXISTING_SECRET]
    found = {name: values.get(choice.path(name)) for name in names}
    return {name: value for name, value in found.items() if value is not None and not _blank(value)}


def fill(text: str, facts: Mapping[str, Value]) -> str | None:
    """Put facts into a text; None when one of them is not set.

    The result may hold a secret: it is for the network alone.
    """
    names = _FACT.findall(text)
    if any(name not in facts for name in names):
        return None
    return _FACT.sub(lambda found: _plain(facts[found.group(1)]), text)


def shown(text: str, facts: Mapping[str, Value]) -> str:
    """Put facts into a text for people: secrets do not show themselves."""
    return _FACT.sub(lambda found: str(facts.get(found.group(1), "")), text)


def form_warnings(shapes: tuple[Shape, ...], credential: str, facts: Mapping[str, Value]) -> tuple[str, ...]:
    """What looks odd about a credential's form; never a reason to refuse it."""
    warnings = []
    value = facts.get(credential)
    if isinstance(value, SecretText):
        odd = _odd(value.reveal())
        if odd:
            warnings.append(f"the value of {credential} {odd}")
    warnings += [shape.says for shape in shapes if not warnings and _differs(shape, facts)]
    return tuple(warnings)


def _odd(text: str) -> str:
    """What is wrong with a key from any service."""
    bare = text.strip()
    oddities = {
        "has white space around it": bare != text,
        "has white space inside": bool(re.search(r"\s", bare)) and not bare.lower().startswith("bearer "),
        "starts with the word Bearer, which is added later": bare.lower().startswith("bearer "),
        "stands in quotes": len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "'\"",
        "has characters that keys do not have": not bare.isascii() or not bare.isprintable(),
        "looks like a placeholder": bool(_PLACEHOLDER.match(bare)),
    }
    return next((words for words, is_so in oddities.items() if is_so), "")


def _differs(shape: Shape, facts: Mapping[str, Value]) -> bool:
    value = facts.get(shape.of)
    if value is None or (shape.unless and shape.unless in facts):
        return False
    text = _plain(value)
    if shape.members:
        return not _has_members(text, shape.members)
    return bool((shape.like and not re.search(shape.like, text)) or (shape.unlike and re.search(shape.unlike, text)))


def _has_members(text: str, members: tuple[str, ...]) -> bool:
    try:
        tree = load_json(text, "")
    except FormatError:
        return False
    return isinstance(tree, dict) and all(tree.get(member) for member in members)


def _plain(value: Value) -> str:
    if isinstance(value, SecretText):
        return value.reveal()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _blank(value: Value) -> bool:
    return not value if isinstance(value, str | SecretText) else False
