from __future__ import annotations

from typing import Any

import pytest

from helm_aeterna.answers.sources import collect, dump_answers
from helm_aeterna.errors import Severity
from helm_aeterna.model.answers import Source
from helm_aeterna.model.secret import SecretText
from tests.support.models import real_chart

SCRIPT = real_chart().script


def take(**given: Any) -> Any:
    return collect(SCRIPT, **({"flags": {}, "variables": {}} | given))


@pytest.mark.requirement("CLI-42")
def test_a_flag_beats_a_variable_beats_the_file_beats_what_was_kept() -> None:
    given: dict[str, Any] = {
        "kept": {"cache": "external", "llm": "ollama", "target": "kubernetes", "mode": "local"},
        "file": {"cache": "dragonfly", "llm": "none", "target": "kubernetes"},
        "variables": {"AETERNA_SETUP_CACHE": "valkey", "AETERNA_SETUP_LLM": "openai"},
        "flags": {"cache": "dragonfly"},
    }
    answers = take(**given).answers
    assert [answers[name].source for name in ("cache", "llm", "target", "mode")] == [
        Source.FLAG,
        Source.VARIABLE,
        Source.FILE,
        Source.KEPT,
    ]
    assert answers.value("cache") == "dragonfly"
    assert answers.value("llm") == "openai"


@pytest.mark.requirement("CLI-43")
def test_secrets_are_found_in_the_environment() -> None:
    answers = take(variables={"OPENAI_API_KEY": "sk-natural", "AETERNA_SETUP_CACHE_PASSWORD": "hidden"}).answers
    assert answers.value("openai-api-key") == SecretText("sk-natural")
    assert answers.value("cache-password") == SecretText("hidden")
    assert "sk-natural" not in repr(answers)


def test_the_programs_own_variable_comes_before_the_common_one() -> None:
    answers = take(variables={"OPENAI_API_KEY": "common", "AETERNA_SETUP_OPENAI_API_KEY": "own"}).answers
    assert answers.value("openai-api-key") == SecretText("own")


def test_an_unknown_answer_is_refused_with_the_near_name() -> None:
    findings = take(file={"vector-bakend": "qdrant"}, file_name="a.yaml").findings
    assert [(finding.where, finding.fix) for finding in findings] == [
        ("a.yaml: vector-bakend", "did you mean vector-backend?")
    ]


def test_an_unknown_variable_is_a_warning() -> None:
    (finding,) = take(variables={"AETERNA_SETUP_CASH": "valkey"}).findings
    assert finding.severity is Severity.WARNING
    assert "AETERNA_SETUP_CACHE" in finding.fix


@pytest.mark.parametrize(
    ("tree", "code"),
    [
        ("text", "AET803"),
        ([1], "AET803"),
        ({"version": 2}, "AET804"),
        ({"version": "1"}, "AET804"),
        ({"version": True}, "AET804"),
    ],
)
def test_a_file_that_is_no_answers_file_is_refused(tree: Any, code: str) -> None:
    assert [finding.code for finding in take(file=tree, file_name="a.yaml").findings] == [code]


def test_an_empty_variable_is_no_answer() -> None:
    assert "cache" not in take(variables={"AETERNA_SETUP_CACHE": ""}).answers


def test_answers_are_saved_without_defaults_and_without_secrets() -> None:
    answers = take(flags={"cache": "external", "cache-password": SecretText("hidden")}).answers
    assert dump_answers(SCRIPT, answers) == {"version": 1, "cache": "external"}
