"""One given text or value against its question: the typed answer, or what is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helm_aeterna.formats import FormatError, dump_json, load_json
from helm_aeterna.model.question import Kind, Question, Value
from helm_aeterna.model.secret import SecretText

if TYPE_CHECKING:
    from helm_aeterna.formats import Tree

_SWITCH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}

_LONGEST_SECRET = 65_536  # a whole Kubernetes Secret holds a megabyte, an environment variable less
_LARGEST = 999_999_999  # where the schema sets no limit
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\ufeff]")
_ESCAPED = re.compile("[\ud800-\udfff]")  # what Python makes of bytes that are no text


class AnswerError(ValueError):
    """What is wrong with an answer, and how to mend it; never holds a secret."""

    def __init__(self, problem: str, fix: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix


def parse(question: Question, given: Tree | SecretText) -> Value:
    """Turn what was given into an answer.

    Raises:
        AnswerError: With the problem and the fix.
    """
    if isinstance(given, SecretText) or question.kind is Kind.SECRET:
        return _secret(given)
    if isinstance(given, (dict, list)) or given is None:
        raise AnswerError("must be a single value", _example(question) or "give one, or leave the line out")
    text = str(given).strip()
    match question.kind:
        case Kind.SWITCH:
            return _switch(given, text)
        case Kind.NUMBER:
            return _number(question, text)
        case Kind.CHOICE:
            return _choice(question, str(given).lower() if isinstance(given, bool) else text)
        case Kind.TEXT:
            return _text(question, text)
    raise AssertionError(question.kind)


def _secret(given: Tree | SecretText) -> SecretText:
    text = given.reveal() if isinstance(given, SecretText) else str(given or "")
    text = _one_line(text.removesuffix("\n").removesuffix("\r"))
    if not text.strip():
        raise AnswerError("is empty")
    if "\n" in text or "\r" in text:
        raise AnswerError("has more than one line", "give the credential alone")
    if _INVISIBLE.search(text):
        raise AnswerError(
            "contains a control character, a tab or a byte order mark",
            "give the credential alone, as UTF-8 text without a byte order mark",
        )
    if len(text) > _LONGEST_SECRET:
        raise AnswerError(f"has {len(text)} characters", "give the credential alone")
    if _ESCAPED.search(text):
        raise AnswerError("is not UTF-8 text", "give the credential alone")
    return SecretText(text)


def _one_line(text: str) -> str:
    """A key file in JSON (a service account, say) comes in many lines, and means the same in one."""
    if not text.lstrip().startswith("{"):
        return text
    try:
        return dump_json(load_json(text, ""), indent=None).removesuffix("\n")
    except FormatError:
        return text


def _switch(given: Tree, text: str) -> bool:
    if isinstance(given, bool):
        return given
    if text.lower() not in _SWITCH:
        raise AnswerError(f"{text!r} is neither true nor false", "say true or false")
    return _SWITCH[text.lower()]


def _number(question: Question, text: str) -> int:
    low, high = _limit(question, "minimum", 0), _limit(question, "maximum", _LARGEST)
    limits = f"give a number from {low} to {high}"
    if not re.fullmatch(r"-?[0-9]{1,30}", text, re.ASCII):
        raise AnswerError(f"{text!r} is not a whole number", limits)
    number = int(text)
    if not low <= number <= high:
        raise AnswerError(f"{number} is out of range", limits)
    return number


def _limit(question: Question, name: str, otherwise: int) -> int:
    limit = question.schema.get(name)
    return limit if isinstance(limit, int) else otherwise


def _choice(question: Question, text: str) -> str | int:
    for option in question.options:
        if option.value == text:
            if option.unavailable:
                raise AnswerError(f"{text} cannot be chosen: {option.unavailable}", _offer(question))
            return int(text) if question.schema.get("type") == "integer" else text
    from difflib import get_close_matches

    near = get_close_matches(text, [option.value for option in question.offered], n=1)
    raise AnswerError(
        f"{text!r} is not a choice", f"did you mean {near[0]}? {_offer(question)}" if near else _offer(question)
    )


def _offer(question: Question) -> str:
    return "choose " + ", ".join(option.value for option in question.offered)


def _text(question: Question, text: str) -> str:
    if not text and question.required:
        raise AnswerError("is empty", _example(question))
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise AnswerError("contains a control character", _example(question) or "write it on one line, without tabs")
    if _ESCAPED.search(text):
        raise AnswerError("is not UTF-8 text", "set LANG to a UTF-8 locale, for example C.UTF-8")
    pattern = question.schema.get("pattern")
    if text and isinstance(pattern, str) and not re.search(pattern, text):
        raise AnswerError(*_fault(question, text, pattern))
    longest = question.schema.get("maxLength")
    if isinstance(longest, int) and len(text) > longest:
        raise AnswerError(f"has {len(text)} characters", f"give at most {longest}")
    return text


# What people write where a host, an address or an amount is wanted: what to call it, and what to write instead.
_REPAIRS = (
    ("starts with {}", r"^[a-z][a-z0-9+.-]*://", ""),
    ("contains {!r}", r"/.*$", ""),
    ("contains the port {}", r":[0-9]+$", ""),
    ("ends with {!r}", r"[.:]+$", ""),
    ("contains a blank", r"(?<=[0-9])\s+(?=[A-Za-z])", ""),
    ("has the unit {}", r"(?<=[0-9])[kK][iI]?[bB]?$", "Ki"),
    ("has the unit {}", r"(?<=[0-9])[mM][iI]?[bB]$", "Mi"),
    ("has the unit {}", r"(?<=[0-9])[gG][iI]?[bB]?$", "Gi"),
    ("has the unit {}", r"(?<=[0-9])[tT][iI]?[bB]?$", "Ti"),
    ("has no https:// in front", r"^(?!.*://)", "https://"),
)


def _fault(question: Question, text: str, pattern: str) -> tuple[str, str]:
    """What is wrong with the form of a text, in words: the repairs that give it the right one."""
    for repairs in (*((repair,) for repair in _REPAIRS), _REPAIRS):  # one of them, or else several
        repaired, faults = text, []
        for fault, wrong, instead in repairs:
            found = re.search(wrong, repaired)
            if found and not re.search(pattern, repaired):
                repaired = re.sub(wrong, instead, repaired)
                faults.append(fault.format(found.group()))
        if repaired and re.search(pattern, repaired):
            return f"{text!r} {' and '.join(faults)}", f"write {repaired}"
    fault = "contains a blank" if " " in text else "does not have the right form"
    example = question.example or question.default
    return f"{text!r} {fault}", f"for example {example}" if example else question.why or question.ask


def _example(question: Question) -> str:
    return f"for example {question.example}" if question.example else ""
