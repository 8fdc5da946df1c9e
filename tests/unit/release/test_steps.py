"""Operators that are wanted and absent come before the chart; nothing else does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helm_aeterna.errors import CheckError
from helm_aeterna.formats import load_yaml, lookup, nest
from helm_aeterna.release.steps import Action, Operator, plan, read_operators

if TYPE_CHECKING:
    from helm_aeterna.formats import Tree

CHART = Path(__file__).parents[3] / "charts" / "aeterna"
ONE = Operator(
    dependency="blue",
    wanted="want.blue",
    installs="own.blue",
    api="blue.org/v1",
    kind="Blue",
    oldest="1.2",
    release="b",
    namespace="bs",
)


def values(**said: bool) -> dict[str, Tree]:
    return nest({key.replace("_", "."): value for key, value in said.items()})


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"want_blue": True}, True),
        ({"want_blue": True, "own_blue": False}, True),
        ({"want_blue": True, "own_blue": True}, False),
        ({"want_blue": False}, False),
        ({}, False),
    ],
)
def test_an_operator_is_wanted_by_its_key_unless_the_chart_brings_it(said: dict[str, bool], *, wanted: bool) -> None:
    assert ONE.is_wanted(values(**said)) is wanted


def test_the_order_is_operators_chart_readiness_tests() -> None:
    steps = plan("aeterna", "here", (ONE,), test=True)
    assert [(step.action, step.release, step.namespace) for step in steps] == [
        (Action.OPERATOR, "b", "bs"),
        (Action.CHART, "aeterna", "here"),
        (Action.READY, "aeterna", "here"),
        (Action.TEST, "aeterna", "here"),
    ]


def test_nobody_waits_when_told_not_to() -> None:
    assert [step.action for step in plan("a", "n", (), wait=False)] == [Action.CHART]


def test_a_dry_run_stops_at_an_absent_operator() -> None:
    assert [step.action for step in plan("a", "n", (ONE,), dry_run="server", test=True)] == [Action.OPERATOR]
    both = plan("a", "n", (ONE,), served=True, dry_run="server")
    assert [step.action for step in both] == [Action.OPERATOR, Action.CHART]
    assert [step.action for step in plan("a", "n", (), dry_run="server", test=True)] == [Action.CHART]


def test_the_charts_own_table_names_its_dependencies_and_its_keys() -> None:
    operators = read_operators(load_yaml((CHART / "files" / "operators.yaml").read_text(), ""), "")
    metadata = load_yaml((CHART / "Chart.yaml").read_text(), "")
    defaults = load_yaml((CHART / "values.yaml").read_text(), "")
    assert isinstance(metadata, dict)
    conditions = {one["name"]: one["condition"] for one in metadata["dependencies"]}
    assert operators
    for one in operators:
        assert conditions[one.dependency] == one.installs
        for key in (one.wanted, one.installs):
            assert isinstance(lookup(defaults, key), bool), key


@pytest.mark.parametrize(
    "tree", [{"version": 2, "operators": []}, [], "x", {"version": 1, "operators": [{"api": "x"}]}]
)
def test_another_table_is_refused(tree: Tree) -> None:
    with pytest.raises(CheckError):
        read_operators(tree, "operators.yaml")


def test_a_chart_without_operators_has_none() -> None:
    assert read_operators(None, "") == ()
