"""Forms of values that occur again and again, named by `@schema {"definition": ...}`; definitions.yaml has them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping


def _cron() -> str:
    """The schedules that CloudNativePG reads: fields of cron in their ranges, or a descriptor."""
    months = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
    days = "SUN|MON|TUE|WED|THU|FRI|SAT"
    numbers = (
        "[0-5]?[0-9]",
        "[01]?[0-9]|2[0-3]",
        "0?[1-9]|[12][0-9]|3[01]",
        f"0?[1-9]|1[0-2]|{months}|{months.lower()}",
        f"[0-6]|{days}|{days.lower()}",
    )
    parts = [rf"([*?]|({number})(-({number}))?)(/[1-9][0-9]*)?" for number in numbers]
    minute, *others = (f"{part}(,{part})*" for part in parts)
    fields = r"\s+".join((minute, *others))
    words = "@(yearly|annually|monthly|weekly|daily|midnight|hourly)"
    return rf"^({words}|@every\s+([0-9]+(s|m|h))+|({minute}\s+)?{fields})$"


_FORMS: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
_FORMS["cron"]["pattern"] = _cron()


def has_free_keys(fragment: Mapping[str, Any]) -> bool:
    """Whether the keys of a map are the user's, as those of labels: then it is one value."""
    form = _FORMS.get(fragment.get("definition", ""), {})
    return "additionalProperties" in fragment or isinstance(form.get("additionalProperties"), dict)


def laid_over(derived: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Put a form over the schema that the default value alone shows, whose descriptions and defaults are kept."""
    return _laid_over(derived, _FORMS[name])


def _laid_over(derived: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: derived[key] for key in ("description", "default") if key in derived}
    inner = {
        key: _laid_over(derived[key], value)
        for key, value in form.items()
        if isinstance(value, dict) and isinstance(derived.get(key), dict)
    }
    # The form comes first, too: files are written in the order of its keys.
    return {**form, **derived, **form, **inner, **kept}
