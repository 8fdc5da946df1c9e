"""Draining nodes: a budget keeps the server up, and no budget keeps a node from being drained."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.render import find, render, render_error
from tests.support.scenarios import MINIMAL, SCENARIOS, merged

BUDGET = SCENARIOS["feature-disruption-budget"]


def budget(**changes: object) -> dict[str, Any]:
    spec: dict[str, Any] = find(render(merged(BUDGET, {"podDisruptionBudget": changes})), "PodDisruptionBudget")["spec"]
    return spec


def test_off_by_default() -> None:
    assert [item for item in render(MINIMAL) if item["kind"] == "PodDisruptionBudget"] == []


@pytest.mark.requirement("CHART-19", "CHART-28")
def test_one_pod_stays_up() -> None:
    assert budget()["minAvailable"] == 1
    assert "maxUnavailable" not in budget()


@pytest.mark.requirement("CHART-28")
@pytest.mark.parametrize("given", [2, "50%"])
def test_how_many_stay_up_is_configurable(given: object) -> None:
    assert budget(minAvailable=given)["minAvailable"] == given


@pytest.mark.requirement("CHART-28")
@pytest.mark.parametrize("given", [1, "34%"])
def test_how_many_may_be_down_goes_before_it(given: object) -> None:
    assert budget(maxUnavailable=given)["maxUnavailable"] == given
    assert "minAvailable" not in budget(maxUnavailable=given)


def test_broken_pods_never_block_a_drain() -> None:
    assert budget()["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


@pytest.mark.parametrize(
    ("replicas", "changes"),
    [(1, {}), (3, {"minAvailable": 3}), (3, {"minAvailable": "100%"}), (3, {"maxUnavailable": 0})],
)
def test_a_budget_that_blocks_every_drain_is_refused(replicas: int, changes: dict[str, object]) -> None:
    values = merged(BUDGET, {"aeterna": {"replicas": replicas}, "podDisruptionBudget": changes})
    problems = render_error(values)
    assert any(problem.key.startswith("podDisruptionBudget") for problem in problems)


@pytest.mark.parametrize(("instances", "budgets"), [(1, False), (2, True), (3, True)])
def test_a_lone_database_gets_no_budget_of_its_operator(instances: int, *, budgets: bool) -> None:
    cluster = find(render(merged(MINIMAL, {"postgresql": {"instances": instances}})), "Cluster")
    assert cluster["spec"]["enablePDB"] is budgets
