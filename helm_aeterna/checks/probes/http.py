"""Checks over HTTP: one GET, its status code and a look at the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from helm_aeterna.catalogue.check import Status
from helm_aeterna.checks.probes.facts import EXISTING_SECRET, fill, shown
from helm_aeterna.checks.probes.result import (
    FOREIGN,
    LOGIN,
    MISSING,
    UNSURE,
    doubtful,
    failed,
    passed,
    untried,
)
from helm_aeterna.checks.probes.trouble import in_words
from helm_aeterna.model.connection import ConnectionTrouble, HttpRequest, Trouble
from helm_aeterna.model.secret import SecretText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.catalogue.check import Contained, HttpCheck
    from helm_aeterna.checks.probes.network import Network
    from helm_aeterna.checks.probes.result import CheckResult, Probe
    from helm_aeterna.formats import Tree
    from helm_aeterna.model.connection import HttpAnswer
    from helm_aeterna.model.question import Value

_REDIRECTS = range(300, 400)
_BUSY = (408, 425, 429)
_NOT_TRIED = "the credential is in a Secret of the cluster: the login was not tried"


def check_http(probe: Probe, check: HttpCheck, network: Network) -> CheckResult:
    """Ask, and say what the answer means."""
    url = _address(check, probe.facts)
    try:
        parts = urlsplit(url)
    except ValueError:
        return in_words(probe.label, "", ConnectionTrouble(Trouble.INVALID))
    if not parts.hostname:
        return untried(probe.label, "there is no address to try yet", fix="an address starts with http:// or https://")
    # A user may stand before the host, with a password.
    subject = f"{probe.label} at {parts.netloc.rpartition('@')[2]}"
    if parts.scheme not in {"http", "https"}:
        problem = f"the address starts with {parts.scheme}://"
        return failed(subject, FOREIGN, problem, fix="it must start with http:// or https://")
    try:
        answer = network.http(HttpRequest(url=url, headers=_headers(check, probe.facts)))
    except ConnectionTrouble as trouble:
        return in_words(subject, parts.hostname, trouble)
    return _judged(subject, check, probe.facts, answer)


def _address(check: HttpCheck, facts: Mapping[str, Value]) -> str:
    """The first address whose facts are all set; people end addresses with slashes."""
    plain = {name: value.rstrip("/") if isinstance(value, str) else value for name, value in facts.items()}
    return next((url for template in check.url if (url := fill(template, plain))), "").strip()


def _headers(check: HttpCheck, facts: Mapping[str, Value]) -> dict[str, SecretText]:
    filled = {name: fill(text, facts) for name, text in check.headers.items()}
    return {name: SecretText(text) for name, text in filled.items() if text is not None}


def _judged(subject: str, check: HttpCheck, facts: Mapping[str, Value], answer: HttpAnswer) -> CheckResult:
    status = check.answers.get(answer.status) or Status(verdict=_usual_verdict(answer.status))
    if status.verdict == "rejected" and check.credential and check.credential not in facts:
        return _without_key(subject, facts)
    if status.verdict == "ok":
        return _welcome(subject, check, facts, answer)
    code, usual, meaning, fix = _refusal(status.verdict, answer)
    problem = f"{shown(status.problem, facts) or usual} (status {answer.status})"
    verdict = failed if status.verdict in {"rejected", "missing", "failed"} else doubtful
    return verdict(subject, code, problem, meaning=meaning, fix=shown(status.fix, facts) or fix)


def _usual_verdict(status: int) -> str:
    if status in _BUSY or status >= 500:  # noqa: PLR2004 - the classes of RFC 9110
        return "busy"
    usual = {401: "rejected", 403: "rejected", 404: "missing"}
    return usual.get(status, "ok" if 200 <= status < 300 else "failed")  # noqa: PLR2004


def _without_key(subject: str, facts: Mapping[str, Value]) -> CheckResult:
    if EXISTING_SECRET in facts:
        return passed(subject, _NOT_TRIED)
    return failed(subject, LOGIN, "it asks for a key and none was given", fix="give the key")


def _refusal(verdict: str, answer: HttpAnswer) -> tuple[str, str, str, str]:
    """Code, problem, meaning and fix, where the catalogue says nothing better."""
    if answer.status in _REDIRECTS:
        where = f" to {answer.location}" if answer.location else ""
        return FOREIGN, f"it sends callers on{where}", "The server does not follow", "give the final address"
    words = {
        "rejected": (LOGIN, "it refuses the key", "The key is wrong, expired or of another account", "check the key"),
        "limited": (UNSURE, "the key is good, but may not do this", "It may still do what the server needs", ""),
        "missing": (MISSING, "it does not know this address", "", "check the address, above all what follows the host"),
        "busy": (UNSURE, "it has no time or trouble of its own", "This says nothing of the key", "try again later"),
    }
    usual = (FOREIGN, "it does not understand the question", "Something else may be answering", "check the address")
    return words.get(verdict, usual)


def _welcome(subject: str, check: HttpCheck, facts: Mapping[str, Value], answer: HttpAnswer) -> CheckResult:
    if check.proof and not found_at(answer.body, check.proof):
        problem = "something answers there, but it is not this service"
        return failed(subject, FOREIGN, problem, meaning="A proxy or another program may be in between",
                      fix="check host, port and path")  # fmt: skip
    if check.credential and check.credential not in facts and EXISTING_SECRET in facts:
        return passed(subject, _NOT_TRIED, check.untried)
    for item in check.contains:
        if _lacks(item, answer.body, facts):
            return doubtful(subject, MISSING, shown(item.says, facts), fix=shown(item.fix, facts)).noting(check.untried)
    return passed(subject, check.untried)


def _lacks(item: Contained, body: Tree, facts: Mapping[str, Value]) -> bool:
    wanted = facts.get(item.wanted)
    if not isinstance(wanted, str):
        return False
    return not {wanted, f"{wanted}{item.suffix}"} & {
        text for text in found_at(body, item.path) if isinstance(text, str)
    }


def found_at(tree: Tree, path: str) -> list[Tree]:
    """Everything that stands at a dotted path; `*` is any item of a list."""
    level: list[Tree] = [tree]
    for key in path.split("."):
        if key == "*":
            level = [item for branch in level if isinstance(branch, list) for item in branch]
        else:
            level = [branch[key] for branch in level if isinstance(branch, dict) and key in branch]
    return level
