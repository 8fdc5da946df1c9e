"""Load the catalogue, refusing whatever it does not know, and saying where it stands."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from helm_aeterna.catalogue.entry import KINDS, READERS, Axis, Catalogue, Choice, Row, Setting
from helm_aeterna.errors import CheckError, Finding, PrerequisiteError

if TYPE_CHECKING:
    from helm_aeterna.formats import Tree

VERSION = 1
FACT = re.compile(r"\{([a-zA-Z][a-zA-Z0-9.]*)\}")
_WORD = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_VARIABLE = re.compile(r"^[A-Z][A-Z0-9_]*$")
_KEY = re.compile(r"^[a-zA-Z][a-zA-Z0-9-]*(?:\.[a-zA-Z][a-zA-Z0-9_-]*)*$")

_SETTING = {
    "ask": str, "why": str, "secret": str, "required": bool, "also": list, "id": str, "generate": str,
    "advanced": bool, "variable": str, "example": str, "within": str, "because": str,
}  # fmt: skip
_ROW = {"name": str, "value": (str, list), "secret": str, "reader": str}
_CHOICE = {
    "label": str, "licence": str, "openSource": bool, "why": str, "note": str, "kind": str, "family": str,
    "chosen": dict, "switch": str, "block": str, "prefix": str, "settings": dict, "env": list, "check": dict,
}  # fmt: skip
_AXIS = {
    "because": str,
    "label": str,
    "ask": str,
    "why": str,
    "flag": str,
    "default": str,
    "fallback": str,
    "env": list,
    "choices": dict,
}


def load_catalogue(tree: Tree, where: str) -> Catalogue:
    """Read the parsed catalogue.

    Args:
        tree: The content of files/catalogue.yaml.
        where: Its name, for the errors.

    Raises:
        PrerequisiteError: It was written for a newer program.
        CheckError: With every problem and its place.
    """
    reader = _Reader(where)
    top = reader.fields(tree, "", {"version": int, "axes": dict}, required=("version", "axes"))
    if isinstance(top.get("version"), int) and top["version"] > VERSION:
        raise PrerequisiteError(
            f"the catalogue has version {top['version']}, this program reads up to {VERSION}",
            where=where,
            fix="update the plugin: helm plugin update aeterna",
        )
    axes = {name: reader.axis(name, axis) for name, axis in (top.get("axes") or {}).items()}
    reader.unique_questions(axes)
    if reader.findings:
        raise CheckError("the catalogue cannot be used", where=where, findings=reader.findings)
    return Catalogue(axes)


class _Reader:
    """Reads one catalogue and keeps every problem it meets."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.findings: list[Finding] = []

    def problem(self, place: str, problem: str, fix: str = "") -> None:
        self.findings.append(Finding(code="AET900", where=f"{self.where}: {place or 'top'}", problem=problem, fix=fix))

    def fields(self, tree: Tree, place: str, known: Mapping[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
        """Check the keys and types of one map; give only what is known and well typed."""
        if not isinstance(tree, Mapping):
            self.problem(place, "must be a map")
            return {}
        good: dict[str, Any] = {}
        for key, value in tree.items():
            if key not in known:
                near = difflib.get_close_matches(str(key), known, n=1)
                self.problem(f"{place}.{key}".lstrip("."), "unknown key", f"did you mean {near[0]}?" if near else "")
            elif not isinstance(value, known[key]) or (known[key] is int and isinstance(value, bool)):
                self.problem(f"{place}.{key}".lstrip("."), f"has the wrong type ({type(value).__name__})")
            else:
                good[key] = value
        for key in required:
            if key not in tree:
                self.problem(f"{place}.{key}".lstrip("."), "is missing")
        return good

    def match(self, text: str, pattern: re.Pattern[str], place: str) -> str:
        if not pattern.match(text):
            self.problem(place, f"{text!r} does not look like {pattern.pattern}")
        return text

    def one_of(self, text: str, allowed: Sequence[str], place: str) -> str:
        if text not in allowed:
            self.problem(place, f"{text!r} is not one of {', '.join(allowed)}")
        return text

    def axis(self, name: str, tree: Tree) -> Axis:
        place = f"axes.{name}"
        good = self.fields(tree, place, _AXIS, required=("label", "choices"))
        choices = {
            key: self.choice(f"{place}.choices.{key}", key, choice) for key, choice in good.pop("choices", {}).items()
        }
        if "flag" in good:
            self.match(good["flag"], _WORD, f"{place}.flag")
            if good.get("default") not in choices:
                self.problem(f"{place}.default", f"{good.get('default')!r} is not one of its choices")
            if "fallback" in good and good["fallback"] not in choices:
                self.problem(f"{place}.fallback", f"{good['fallback']!r} is not one of its choices")
        axis = Axis(
            id=name, choices=choices, **({"label": ""} | good | {"env": self.rows(f"{place}.env", good.get("env", []))})
        )
        for choice in choices.values():
            self.own_facts(f"{place}.choices.{choice.id}", choice)
            self.facts(f"{place}.choices.{choice.id}", choice, (*axis.env, *choice.env))
        return axis

    def choice(self, place: str, name: str, tree: Tree) -> Choice:
        good = self.fields(tree, place, _CHOICE, required=("label", "kind", "chosen", "block"))
        self.match(name, _WORD, place)
        self.one_of(str(good.setdefault("kind", "")), KINDS, f"{place}.kind")
        for key in ("block", "switch"):
            if good.get(key):
                self.match(good[key], _KEY, f"{place}.{key}")
        settings = {
            key: self.setting(f"{place}.settings.{key}", key, setting)
            for key, setting in (good.pop("settings", None) or {}).items()
        }
        if settings and not good.get("prefix"):
            self.problem(f"{place}.prefix", "is missing: it starts the question ids of the settings")
        good["env"] = self.rows(f"{place}.env", good.get("env", []))
        if "openSource" in good:
            good["open_source"] = good.pop("openSource")
        return Choice(id=name, settings=settings, **({"label": "", "block": ""} | good))

    def setting(self, place: str, name: str, tree: Tree) -> Setting:
        good = self.fields(tree, place, _SETTING)
        self.match(name, _KEY, place)
        if "id" in good:
            self.match(good["id"], _WORD, f"{place}.id")
        good["also"] = tuple(self.match(str(path), _KEY, f"{place}.also") for path in good.get("also", []))
        return Setting(name=name, **good)

    def rows(self, place: str, rows: Sequence[Tree]) -> tuple[Row, ...]:
        return tuple(self.row(f"{place}[{index}]", row) for index, row in enumerate(rows))

    def row(self, place: str, tree: Tree) -> Row:
        good = self.fields(tree, place, _ROW, required=("name", "reader"))
        name = self.match(str(good.get("name", "")), _VARIABLE, f"{place}.name")
        self.one_of(str(good.get("reader", "")), READERS, f"{place}.reader")
        if ("value" in good) == ("secret" in good):
            self.problem(place, "needs either value or secret")
        value = good.get("value", [])
        forms = tuple(str(form) for form in value) if isinstance(value, list) else (value,)
        return Row(name=name, forms=forms, secret=good.get("secret", ""), reader=str(good.get("reader", "")))

    def facts(self, place: str, choice: Choice, rows: Sequence[Row]) -> None:
        """Every fact of an external choice must be a setting, and a secret row stands before its user."""
        if choice.kind == "bundled":
            return  # its endpoint template says further facts, which the chart's tests hold
        carried: set[str] = set()
        for row in rows:
            if row.secret:
                carried.add(row.secret)
                setting = choice.settings.get(row.secret)
                if setting is not None and not setting.secret:
                    self.problem(place, f"{row.name} carries {row.secret}, which is not a secret setting")
            for fact in {fact for form in row.forms for fact in FACT.findall(form)}:
                setting = choice.settings.get(fact)
                if setting is not None and setting.secret and fact not in carried:
                    self.problem(place, f"{row.name} uses the secret {fact} before a row carries it")

    def own_facts(self, place: str, choice: Choice) -> None:
        """A choice that is not bundled has no endpoint template: its own rows use its own settings."""
        if choice.kind == "bundled":
            return
        used = {fact for row in choice.env for form in row.forms for fact in FACT.findall(form)}
        used |= {row.secret for row in choice.env if row.secret}
        for fact in sorted(used - set(choice.settings)):
            self.problem(place, f"{{{fact}}} is not one of its settings")

    def unique_questions(self, axes: Mapping[str, Axis]) -> None:
        """One question id, one setting: flags and variables are the same for everybody."""
        owner: dict[str, str] = {axis.flag: axis.id for axis in axes.values() if axis.flag}
        for axis in axes.values():
            for choice in axis.choices.values():
                place = f"axes.{axis.id}.choices.{choice.id}"
                for setting in filter(lambda setting: setting.ask, choice.settings.values()):
                    identifier = choice.question(setting)
                    if owner.setdefault(identifier, place) != place:
                        self.problem(
                            f"{place}.settings.{setting.name}", f"the id {identifier} is taken by {owner[identifier]}"
                        )
