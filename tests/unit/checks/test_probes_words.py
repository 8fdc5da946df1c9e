"""What connection checks say: of keys of an odd form, of troubles, of connection strings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helm_aeterna.catalogue.check import Shape
from helm_aeterna.checks.probes.facts import form_warnings
from helm_aeterna.checks.probes.result import CheckResult, Verdict, doubtful, failed, passed, untried
from helm_aeterna.checks.probes.run import run_check
from helm_aeterna.checks.probes.trouble import in_words
from helm_aeterna.errors import Severity
from helm_aeterna.model.connection import ConnectionTrouble, HttpAnswer, Trouble
from helm_aeterna.model.secret import SecretText
from tests.support.fake_network import FakeNetwork
from tests.support.probes import probe


@pytest.mark.requirement("CLI-19")
@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("sk-proj-abcdefghijklmnopqrstuvwx", ""),
        ("sk-ant-api03-abcdefghijklmnopqrst", "key of Anthropic"),
        ("sk-short", "usually start with sk-"),
        ("abcdefghijklmnopqrstuvwxyz", "usually start with sk-"),
        (" sk-proj-abcdefghijklmnopqrstuvwx", "has white space around it"),
        ("sk-proj-abcdefghij klmnopqrstuvwx", "has white space inside"),
        ('"sk-proj-abcdefghijklmnopqrstuvwx"', "stands in quotes"),
        ("Bearer sk-proj-abcdefghijklmnopqrst", "starts with the word Bearer"),
        ("sk-proj-abcdefghijklmnopqrstuvwé", "has characters that keys do not have"),
        ("sk-...", "looks like a placeholder"),
        ("<your key>", "white space inside"),
        ("${OPENAI_API_KEY}", "looks like a placeholder"),
    ],
)
def test_the_form_of_a_key_warns_and_never_refuses(key: str, says: str) -> None:
    network = FakeNetwork(HttpAnswer(status=200, body={"data": []}))
    result = run_check(probe("llm", "openai", {"apiKey": key}), network)

    assert result.verdict is Verdict.OK
    assert len(network.asked) == 1
    assert (says in result.warnings[0]) if says else not result.warnings
    assert all(finding.severity is Severity.WARNING for finding in result.findings())
    assert key not in repr(result)


def test_gateways_take_any_key() -> None:
    one = probe("llm", "openai", {"apiKey": "anything", "baseUrl": "http://gateway.example.org/v1"})

    assert form_warnings(one.check.shapes, one.check.credential, one.facts) == ()


@pytest.mark.parametrize(
    ("text", "warns"), [('{"type": "x", "id": "1"}', False), ('{"type": "x"}', True), ("no", True)]
)
def test_the_members_of_a_file(text: str, warns: bool) -> None:  # noqa: FBT001
    shape = Shape(of="file", says="odd", members=("type", "id"))

    assert bool(form_warnings((shape,), "", {"file": SecretText(text)})) is warns


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_has_words(trouble: Trouble) -> None:
    result = in_words("Qdrant at q:1", "q.example.org", ConnectionTrouble(trouble))

    assert result.verdict is Verdict.FAILED
    assert result.problem
    assert result.fix
    assert result.code.startswith("AET9")


@pytest.mark.parametrize("host", ["localhost", "db.example.org", "db.svc.example.org", "10.0.0.1"])
def test_names_that_should_be_known_here(host: str) -> None:
    assert in_words("x", host, ConnectionTrouble(Trouble.UNRESOLVED)).verdict is Verdict.FAILED


def test_a_result_in_lines_and_findings() -> None:
    result = replace(
        failed("Redis at r:1", "AET903", "it says no", meaning="Why.", fix="do it"), where="cache.external"
    )
    result = replace(result.noting("one more", ""), warnings=("odd",))

    assert result.lines() == ("Redis at r:1: it says no", "Why.", "To do: do it", "one more", "odd")
    first, second = result.findings()
    assert (first.code, first.where, first.fix, first.severity) == ("AET903", "cache.external", "do it", Severity.ERROR)
    assert (second.code, second.severity) == ("AET910", Severity.WARNING)


@pytest.mark.parametrize(
    ("result", "findings"),
    [
        (passed("x", "note"), 0),
        (doubtful("x", "AET909", "p"), 1),
        (untried("x", "p"), 1),
    ],
)
def test_what_is_not_wrong_is_no_error(result: CheckResult, findings: int) -> None:
    assert [finding.severity for finding in result.findings()] == [Severity.WARNING] * findings


@pytest.mark.parametrize(("axis", "choice"), [("cache", "external"), ("postgresql", "external"), ("llm", "ollama")])
def test_nothing_is_tried_without_an_address(axis: str, choice: str) -> None:
    network = FakeNetwork()

    assert run_check(probe(axis, choice, {}), network).verdict is Verdict.UNTRIED
    assert network.asked == []


def test_a_user_in_an_address_is_not_shown() -> None:
    network = FakeNetwork(HttpAnswer(status=200, body={"models": []}))
    result = run_check(probe("llm", "ollama", {"host": "http://me:hunter2@o.example.org:1"}), network)

    assert result.subject == "Ollama at o.example.org:1"
    assert "hunter2" not in repr(result)


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("redis://me:hunter2@host", "does not start with mongodb://"),
        ("mongodb://me:hunt@er2@host/", "unescaped"),
        ("mongodb://me:hunt:er2@host/", "unescaped"),
        ("mongodb://me:hunt/er2@host/", "unescaped"),
        ("mongodb://", "no host can be read"),
        ("mongodb://a b/", "no host can be read"),
        ("mongodb://host:port/", "no host can be read"),
    ],
)
def test_connection_strings_that_are_none(uri: str, problem: str) -> None:
    result = run_check(probe("vectorBackend", "mongodb", {"uri": uri}), FakeNetwork())

    assert result.verdict is Verdict.FAILED
    assert problem in result.problem
    assert "er2" not in repr(result)


def test_a_name_that_is_looked_up_in_the_dns_is_said_to_be_untried() -> None:
    network = FakeNetwork()
    result = run_check(probe("vectorBackend", "mongodb", {"uri": "mongodb+srv://u:hunter2@c.mongodb.net/d"}), network)

    assert (result.verdict, result.subject) == (Verdict.UNTRIED, "MongoDB Atlas at c.mongodb.net")
    assert network.asked == []
    assert "hunter2" not in repr(result)
