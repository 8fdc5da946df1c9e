"""Scaling by load: who owns the number of pods, and what the autoscaler is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.render import find, render
from tests.support.scenarios import MINIMAL, SCENARIOS, merged

SCALED = SCENARIOS["feature-autoscaling"]


def autoscaler(**changes: object) -> dict[str, Any]:
    return find(render(merged(SCALED, {"autoscaling": changes})), "HorizontalPodAutoscaler")


@pytest.mark.requirement("CHART-10")
def test_on_it_scales_between_the_bounds_by_seventy_percent_cpu() -> None:
    spec = autoscaler(minReplicas=3, maxReplicas=8)["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (3, 8)
    assert spec["metrics"] == [
        {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}
    ]


@pytest.mark.requirement("CHART-10")
def test_on_the_deployment_leaves_the_number_to_it() -> None:
    objects = render(merged(SCALED, {"aeterna": {"replicas": 5}}))
    deployment = find(objects, "Deployment")
    assert "replicas" not in deployment["spec"]
    target = find(objects, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", deployment["metadata"]["name"])


@pytest.mark.requirement("CHART-11")
def test_off_there_is_none_and_the_number_is_the_users() -> None:
    remote = {"aeterna": {"replicas": 3, "knowledgeRepo": {"url": "https://git.example.org/k.git"}}}
    objects = render(merged(MINIMAL, remote))
    assert [item for item in objects if item["kind"] == "HorizontalPodAutoscaler"] == []
    assert find(objects, "Deployment")["spec"]["replicas"] == 3


def test_memory_counts_on_request() -> None:
    metrics = autoscaler(targetMemoryUtilizationPercentage=80)["spec"]["metrics"]
    assert [(m["resource"]["name"], m["resource"]["target"]["averageUtilization"]) for m in metrics] == [
        ("cpu", 70),
        ("memory", 80),
    ]


def test_it_shrinks_slowly() -> None:
    behaviour = autoscaler()["spec"]["behavior"]["scaleDown"]
    assert behaviour["stabilizationWindowSeconds"] == 300
    assert behaviour["policies"] == [{"type": "Pods", "value": 1, "periodSeconds": 60}]


def test_its_behaviour_is_the_users() -> None:
    changes = {"scaleUp": {"stabilizationWindowSeconds": 5}, "scaleDown": {"stabilizationWindowSeconds": 600}}
    behaviour = autoscaler(behavior=changes)["spec"]["behavior"]
    assert behaviour["scaleUp"]["stabilizationWindowSeconds"] == 5
    assert behaviour["scaleDown"]["stabilizationWindowSeconds"] == 600
