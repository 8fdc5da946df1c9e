"""What is known of a part of the deployment, and the texts of a check filled with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helm_aeterna.catalogue.entry import FACT
from helm_aeterna.catalogue.evaluate import text_of
from helm_aeterna.formats import FormatError, load_json
from helm_aeterna.model.secret import SecretText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.catalogue.check import Shape
    from helm_aeterna.model.deployment import Chosen
    from helm_aeterna.model.question import Value

# The fact that a credential is in the cluster or in a secret store, where it cannot be read from here.
EXISTING_SECRET = "existingSecret"  # noqa: S105 - the name of a fact
_PLACEHOLDER = re.compile(r"^(?:<.*>|\$\{.*\}|\$\(.*\)|.*\.\.\.|x{4,}|change[-_ ]?me|your[-_ ].*)$", re.IGNORECASE)


def facts_of(chosen: Chosen) -> dict[str, Value]:
    """The settings and credentials of a part that are not empty; credentials do not show themselves."""
    facts: dict[str, Value] = {
        name: value for name, value in chosen.settings.items() if isinstance(value, str | int) and value != ""
    }
    for name, credential in chosen.secrets.items():
        if isinstance(credential, SecretText):
            facts[name] = credential
        else:
            facts[EXISTING_SECRET] = True
    return facts


def fill(text: str, facts: Mapping[str, Value]) -> str | None:
    """Put facts into a text; None when one of them is not set.

    The result may hold a secret: it is for the network alone.
    """
    names = FACT.findall(text)
    if any(name not in facts for name in names):
        return None
    return FACT.sub(lambda found: _plain(facts[found.group(1)]), text)


def shown(text: str, facts: Mapping[str, Value]) -> str:
    """Put facts into a text for people: secrets do not show themselves."""
    return FACT.sub(lambda found: str(facts.get(found.group(1), "")), text)


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
    return text_of(value)
