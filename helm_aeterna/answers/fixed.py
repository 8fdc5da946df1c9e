"""The questions outside the catalogue: questions.json, read as strictly as its types allow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from helm_aeterna.formats import load_json
from helm_aeterna.model.question import Condition, Kind, Option, Question

if TYPE_CHECKING:
    from collections.abc import Mapping

# JSON, because it is read at each start: YAML would take ten times as long.
_FILE = Path(__file__).with_name("questions.json")


def fixed_questions() -> Mapping[str, tuple[Question, ...]]:
    """Read the questions by their place in the script: first, opal, opencode, advanced."""
    tree: Any = load_json(_FILE.read_text(encoding="utf-8"), _FILE.name)
    return {place: tuple(_question(**each) for each in questions) for place, questions in tree.items()}


def _question(**keys: Any) -> Question:  # noqa: ANN401 - as in the file; an unknown key is a TypeError
    keys["kind"] = Kind(keys.get("kind", Kind.TEXT))
    keys["options"] = tuple(Option(**option) for option in keys.get("options", ()))
    keys["when"] = tuple(_condition(**each) for each in keys.get("when", ()))
    if "needed" in keys:
        keys["needed"] = _condition(**keys["needed"])
    return Question(**keys)


def _condition(values: tuple[str, ...] = (), or_else: Any = None, **keys: Any) -> Condition:  # noqa: ANN401 - as above
    return Condition(values=tuple(values), or_else=_condition(**or_else) if or_else else None, **keys)
