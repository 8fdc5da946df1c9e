"""Metrics for the Prometheus operator."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.render import find, render
from tests.support.scenarios import MINIMAL, merged


def monitor(**changes: object) -> dict[str, Any]:
    values = merged(MINIMAL, {"observability": {"serviceMonitor": {"enabled": True, **changes}}})
    return find(render(values), "ServiceMonitor")


def test_off_by_default() -> None:
    assert [item for item in render(MINIMAL) if item["kind"] == "ServiceMonitor"] == []


@pytest.mark.requirement("CHART-16")
def test_it_scrapes_the_metrics_port_every_thirty_seconds() -> None:
    assert monitor()["spec"]["endpoints"] == [{"port": "metrics", "path": "/metrics", "interval": "30s"}]


@pytest.mark.requirement("CHART-16")
def test_interval_and_limit_are_the_users() -> None:
    (endpoint,) = monitor(interval="1m", scrapeTimeout="20s")["spec"]["endpoints"]
    assert (endpoint["interval"], endpoint["scrapeTimeout"]) == ("1m", "20s")


@pytest.mark.requirement("CHART-16")
def test_prometheus_can_find_it_by_a_label() -> None:
    labels = monitor(labels={"release": "prometheus", "app.kubernetes.io/name": "never"})["metadata"]["labels"]
    assert labels["release"] == "prometheus"
    assert labels["app.kubernetes.io/name"] == "aeterna"


def test_series_can_be_thinned_out() -> None:
    drop = {"action": "labeldrop", "regex": "path"}
    assert monitor(metricRelabelings=[drop])["spec"]["endpoints"][0]["metricRelabelings"] == [drop]
