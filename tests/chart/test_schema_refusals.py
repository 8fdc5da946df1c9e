"""Mistakes in values that only Kubernetes, or a template in its own words, would find: nulls, numbers for text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.chart.test_schema import NODES, SUBCHARTS, Path_
from tests.support.render import RenderError, render
from tests.support.scenarios import MINIMAL, SCENARIOS, merged

if TYPE_CHECKING:
    from collections.abc import Mapping

CODE = re.compile(r"^AET\d{3} ", re.MULTILINE)
MAPS = [path for path, node in NODES.items() if node.get("properties") and path[0] not in SUBCHARTS and len(path) < 4]


@pytest.mark.parametrize("path", MAPS, ids=".".join)
def test_a_null_in_place_of_a_map_is_taken_or_refused_by_name(path: Path_) -> None:
    values: Any = None
    for key in reversed(path):
        values = {key: values}
    try:
        render(merged(SCENARIOS["everything-outside"], values))
    except RenderError as refused:
        assert CODE.search(refused.stderr), refused.stderr  # noqa: PT017 - either way is right


@pytest.mark.parametrize("entry", [{"name": "A", "value": 1}, {"name": "A", "value": True}, {"name": "A=B"}])
def test_variables_are_text(entry: Mapping[str, Any]) -> None:
    with pytest.raises(RenderError, match="extraEnv"):
        render(merged(MINIMAL, {"aeterna": {"extraEnv": [entry]}}))


@pytest.mark.parametrize("host", ["a b", "http://a.example", "A.example", "*", "a.example:80"])
def test_an_ingress_is_for_host_names(host: str) -> None:
    with pytest.raises(RenderError, match="host"):
        render(merged(MINIMAL, {"ingress": {"enabled": True, "hosts": [{"host": host}]}}))
