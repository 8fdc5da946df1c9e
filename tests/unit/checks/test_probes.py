"""Which connection checks there are for the choices made, and what is known of their settings."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from helm_aeterna.catalogue.check import PostgresqlCheck, Shape, read_check
from helm_aeterna.catalogue.entry import Choice, Setting
from helm_aeterna.checks.probes import Verdict, chosen_in, known, known_of_values, probes, run_check
from helm_aeterna.checks.probes_background import run_checks, start
from helm_aeterna.checks.probes_facts import fill, form_warnings, shown
from helm_aeterna.checks.probes_result import CheckResult, doubtful, failed, passed, untried
from helm_aeterna.checks.probes_trouble import in_words
from helm_aeterna.errors import Severity
from helm_aeterna.formats import FormatError
from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.model.connection import ConnectionTrouble, HttpAnswer, HttpRequest, RedisAnswer, Trouble
from helm_aeterna.model.question import Question, Script
from helm_aeterna.model.secret import SecretText
from tests.support.probes import catalogue, probe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from helm_aeterna.formats import Tree
    from helm_aeterna.model.connection import MongodbAnswer, PostgresqlAnswer, PostgresqlLogin, Query
    from helm_aeterna.model.question import Value


class FakeNetwork:
    """Answers every question the same way, or makes the same trouble."""

    def __init__(self, answer: Any = None, before: Callable[[], None] = lambda: None) -> None:
        self._answer = answer
        self._before = before
        self.asked: list[Any] = []

    def _reply(self, asked: Any) -> Any:
        self.asked.append(asked)
        self._before()
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def http(self, request: HttpRequest) -> HttpAnswer:
        answer: HttpAnswer = self._reply(request)
        return answer

    def postgresql(self, login: PostgresqlLogin, queries: Iterable[Query]) -> PostgresqlAnswer:
        answer: PostgresqlAnswer = self._reply((login, tuple(queries)))
        return answer

    def redis(self, host: str, port: int, password: SecretText | None) -> RedisAnswer:
        answer: RedisAnswer = self._reply((host, port, password))
        return answer

    def mongodb(self, host: str, port: int, *, tls: bool, verify: bool) -> MongodbAnswer:
        answer: MongodbAnswer = self._reply((host, port, tls, verify))
        return answer


CACHE = {"host": "redis.example.org", "port": 6379, "password": "hunter2"}


# Which checks there are


def test_every_check_of_the_catalogue_can_be_read() -> None:
    checked = {choice.id for axis in catalogue() for choice in axis.choices.values() if read_check(choice)}

    assert checked >= {"qdrant-external", "weaviate-external", "pinecone", "mongodb", "vertex-ai", "databricks"}
    assert checked >= {"pgvector", "external", "openai", "anthropic", "ollama"}


@pytest.mark.parametrize("kind", ["external", "managed"])
def test_everything_outside_the_release_is_checked(kind: str) -> None:
    missing = [
        f"{axis.id} {choice.id}"
        for axis in catalogue()
        for choice in axis.choices.values()
        if choice.kind == kind and not choice.check
    ]
    assert missing == []


def test_the_choices_made_are_checked_and_nothing_else() -> None:
    chosen = {"vectorBackend": "qdrant", "cache": "external", "postgresql": "external", "llm": "none"}
    values: dict[str, Value] = {"cache.external.host": "a", "postgresql.external.host": "b"}

    assert [one.axis for one in probes(catalogue(), chosen, values)] == ["cache", "postgresql"]
    assert [one.axis for one in probes(catalogue(), chosen, values, "cache")] == ["cache"]
    assert probes(catalogue(), {}, values) == ()


def test_pgvector_uses_the_connection_of_postgresql() -> None:
    chosen = {"vectorBackend": "pgvector", "postgresql": "external"}
    (one,) = probes(catalogue(), chosen, {"postgresql.external.host": "db"}, "vectorBackend")

    assert isinstance(one.check, PostgresqlCheck)
    assert one.facts == {"host": "db"}
    assert one.check.extensions == {"pgcrypto": "required", "vector": "required"}
    assert one.label == "pgvector in External PostgreSQL"


def test_pgvector_in_a_bundled_postgresql_cannot_be_tried() -> None:
    assert probes(catalogue(), {"vectorBackend": "pgvector", "postgresql": "cloudnative-pg"}, {}) == ()


# What is known


def test_answers_by_their_keys_of_values() -> None:
    script = Script(
        (
            Question(id="a", ask="?", paths=("x.a", "y.a"), default=1),
            Question(id="b", ask="?", paths=("x.b",)),
            Question(id="c", ask="?", paths=("x.c",), default="old"),
            Question(id="d", ask="?", paths=("x.c",)),
        )
    )
    answers = Answers({"d": Answer(value="new", source=Source.PROMPT)})

    assert known(script, answers) == {"x.a": 1, "y.a": 1, "x.c": "new"}


def test_values_by_their_keys_with_credentials_hidden() -> None:
    values: Tree = {"type": "external", "external": {"host": "redis", "password": "hunter2", "tls": {}}}

    found = known_of_values(catalogue(), {"cache": values})

    assert found["cache.external.host"] == "redis"
    assert found["cache.external.password"] == SecretText("hunter2")
    assert "hunter2" not in repr(found)
    assert chosen_in(catalogue(), found) == {"cache": "external"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{host}:{port}", "redis.example.org:6379"),
        ("{password}", "hunter2"),
        ("{nothing}", None),
        ("plain", "plain"),
    ],
)
def test_texts_are_filled_with_facts(text: str, filled: str | None) -> None:
    assert fill(text, probe("cache", "external", CACHE).facts) == filled


def test_texts_for_people_hold_no_secret() -> None:
    assert shown("{host} {password}", probe("cache", "external", CACHE).facts) == "redis.example.org ***"


def test_empty_settings_are_not_known() -> None:
    assert set(probe("cache", "external", {"host": "a", "password": "", "port": 0}).facts) == {"host", "port"}


# Forms of keys


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


# The words


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


# Connection strings


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


# In the background


def test_checks_run_at_once_and_in_order() -> None:
    together = threading.Barrier(2, timeout=5)
    network = FakeNetwork(RedisAnswer(), before=lambda: (together.wait(), None)[1])
    one, other = probe("cache", "external", CACHE), probe("cache", "external", {**CACHE, "host": "other.example.org"})

    results = run_checks([one, other], network)

    assert [result.subject.split()[-1] for result in results] == ["redis.example.org:6379", "other.example.org:6379"]


def test_a_check_that_hangs_is_given_up_in_time() -> None:
    free = threading.Event()
    began = time.monotonic()

    (result,) = run_checks(
        [probe("cache", "external", CACHE)], FakeNetwork(before=lambda: (free.wait(10), None)[1]), 0.2
    )
    free.set()

    assert time.monotonic() - began < 2
    assert (result.verdict, result.code, result.where) == (Verdict.FAILED, "AET901", "cache.external")


def test_a_check_in_the_background() -> None:
    free = threading.Event()
    running = start(
        probe("cache", "external", CACHE), FakeNetwork(RedisAnswer(), before=lambda: (free.wait(10), None)[1])
    )

    assert running.result(0) is None
    free.set()
    result = running.result()
    assert result is not None
    assert result.verdict is Verdict.OK


def test_a_check_that_is_cancelled_gives_nothing_and_does_not_wait() -> None:
    free = threading.Event()
    running = start(
        probe("cache", "external", CACHE), FakeNetwork(RedisAnswer(), before=lambda: (free.wait(10), None)[1])
    )
    began = time.monotonic()
    running.cancel()

    assert running.result() is None
    assert time.monotonic() - began < 1
    free.set()


def test_a_fault_of_ours_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        start(probe("cache", "external", CACHE), FakeNetwork(ZeroDivisionError())).result()


# The catalogue's data


def choice(check: dict[str, Any]) -> Choice:
    settings = {"host": Setting(name="host", ask="?"), "key": Setting(name="key", ask="?", secret="key")}
    return Choice(id="made-up", label="Made up", kind="external", block="b", settings=settings, check=check)


HTTP: dict[str, Any] = {"protocol": "http", "url": "http://{host}"}


@pytest.mark.parametrize(
    ("check", "says"),
    [
        ({"protocol": "gopher"}, "unknown protocol 'gopher'"),
        ({"url": "x"}, "unknown protocol None"),
        (HTTP | {"method": "POST"}, "unknown key method"),
        ({"protocol": "http"}, "url is missing"),
        ({"protocol": "http", "url": 1}, "url has the wrong type"),
        ({"protocol": "http", "url": "{nothing}"}, "{nothing} is no setting"),
        (HTTP | {"headers": {"a": "{nothing}"}}, "{nothing} is no setting"),
        (HTTP | {"credential": "nothing"}, "nothing is no setting"),
        (HTTP | {"shapes": [{"of": "nothing", "says": "x"}]}, "nothing is no setting"),
        (HTTP | {"shapes": [{"of": "key"}]}, "says is missing"),
        (HTTP | {"answers": {404: {"verdict": "perhaps"}}}, "unknown verdict perhaps"),
        (HTTP | {"contains": [{"path": "a"}]}, "wanted is missing"),
        ({"protocol": "postgresql", "extensions": {"vector": "nice"}}, "required, optional"),
    ],
)
def test_a_check_is_read_strictly(check: dict[str, Any], says: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_check(choice(check))
    assert says in caught.value.message
    assert "made-up" in caught.value.where


def test_a_new_service_needs_no_code() -> None:
    """An entry of the catalogue is all there is to a check."""
    made = choice(HTTP | {"headers": {"X-Key": "{key}"}, "credential": "key", "proof": "ok", "untried": "A lot"})
    check = read_check(made)
    assert check is not None
    base = probe("llm", "ollama", {})
    network = FakeNetwork(HttpAnswer(status=200, body={"ok": True}))

    result = run_check(
        replace(base, check=check, facts={"host": "h.example.org", "key": SecretText("hunter2")}), network
    )

    assert (result.verdict, result.notes) == (Verdict.OK, ("A lot",))
    (request,) = network.asked
    assert request.url == "http://h.example.org"
    assert request.headers["X-Key"].reveal() == "hunter2"
    assert "hunter2" not in repr(request)
