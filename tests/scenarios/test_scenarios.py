"""Answers in, files out: byte for byte what stands in the scenario's folder. `make golden` writes them anew."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from helm_aeterna.commands.values_files import laid_over
from helm_aeterna.formats import load_yaml
from helm_aeterna.model.question import Kind
from tests.support.answer_scenarios import CI, CI_FOLDER, COMPOSE, FOLDER, SCENARIOS, Scenario
from tests.support.models import real_chart
from tests.support.program import CHART

if TYPE_CHECKING:
    from pathlib import Path

WRITE = os.environ.get("AETERNA_WRITE_GOLDEN") == "1"
EACH = pytest.mark.parametrize("scenario", (ALL := {**SCENARIOS, **COMPOSE}).values(), ids=list(ALL))


@EACH
def test_the_files_are_the_expected_ones(scenario: Scenario, tmp_path: Path) -> None:
    written = scenario.write(tmp_path)
    if WRITE:
        shutil.rmtree(scenario.expected, ignore_errors=True)
        for name, text in written.items():
            path = scenario.expected / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    expected = {
        path.relative_to(scenario.expected).as_posix(): path.read_text()
        for path in scenario.expected.rglob("*")
        if path.is_file()
    }
    assert written == expected


@EACH
def test_no_credential_stands_outside_the_private_file(scenario: Scenario) -> None:
    secrets = set(scenario.environment.values())
    for path in scenario.expected.rglob("*"):
        if path.is_file() and path.name not in {"values.secret.yaml", "env"}:
            assert not any(secret in path.read_text() for secret in secrets), path


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=list(SCENARIOS))
def test_what_is_left_out_is_the_charts_default(scenario: Scenario, tmp_path: Path) -> None:
    scenario.write(tmp_path, "--full")
    defaults, short, full = (
        load_yaml(path.read_text(), path.name)
        for path in (CHART / "values.yaml", scenario.expected / "values.yaml", tmp_path / "values.yaml")
    )
    assert short != full
    assert laid_over(defaults, short) == laid_over(defaults, full)


@pytest.mark.parametrize("name", CI)
def test_the_values_for_chart_testing_are_those_of_the_scenarios(name: str) -> None:
    path = CI_FOLDER / f"{name}-values.yaml"
    if WRITE:
        path.write_text(SCENARIOS[name].ci_values())
    assert path.read_text() == SCENARIOS[name].ci_values()
    assert {path.name for path in CI_FOLDER.iterdir()} == {f"{name}-values.yaml" for name in CI}


def test_every_choice_and_every_question_is_in_some_scenario() -> None:
    said: dict[str, set[str]] = {}
    for name in SCENARIOS:
        tree = load_yaml((FOLDER / name / "answers.yaml").read_text(), name)
        assert isinstance(tree, dict)
        for key, value in tree.items():
            said.setdefault(key, set()).add(str(value))
    chart = real_chart()
    for axis in chart.catalogue:
        if axis.flag:
            assert said[axis.flag] == set(axis.choices), axis.flag
    unsaid = {
        question.id
        for question in chart.script
        if question.kind is not Kind.SECRET and not question.id.endswith("-existing-secret-key")
    } - set(said)
    # Existing Secrets are one mechanism; four scenarios show it.
    assert {name for name in unsaid if not name.endswith("-existing-secret")} == _SHOWN_ELSEWHERE


_SHOWN_ELSEWHERE = {
    "opal",
    "opencode",
}
