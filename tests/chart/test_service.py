"""The Service in front of the server, and the probes that decide who stands behind it."""

from __future__ import annotations

import pytest

from tests.support.render import find, render
from tests.support.scenarios import MINIMAL, merged
from tests.support.workloads import pods


def test_it_offers_the_api_and_the_metrics_inside_the_cluster() -> None:
    service = find(render(MINIMAL), "Service")
    assert service["spec"]["type"] == "ClusterIP"
    assert [(port["name"], port["port"], port["targetPort"]) for port in service["spec"]["ports"]] == [
        ("http", 8080, "http"),
        ("metrics", 9090, "metrics"),
    ]


def test_type_ports_and_annotations_are_the_users() -> None:
    changes = {"type": "LoadBalancer", "port": 80, "metricsPort": 81, "annotations": {"example.org/pool": "a"}}
    service = find(render(merged(MINIMAL, {"service": changes})), "Service")
    assert service["spec"]["type"] == "LoadBalancer"
    assert [port["port"] for port in service["spec"]["ports"]] == [80, 81]
    assert service["metadata"]["annotations"] == {"example.org/pool": "a"}


@pytest.mark.parametrize(
    ("probe", "path"),
    [
        # The server answers 404 on /health/live and /health/ready: docs/deviations.md
        pytest.param("livenessProbe", "/live", marks=pytest.mark.requirement("CHART-07")),
        pytest.param("readinessProbe", "/ready", marks=pytest.mark.requirement("CHART-08")),
        pytest.param("startupProbe", "/live", marks=pytest.mark.requirement("CHART-09")),
    ],
)
def test_each_probe_asks_a_path_the_server_serves(probe: str, path: str) -> None:
    (server,) = (pod for pod in pods(render(MINIMAL)) if pod.component == "server")
    assert server.spec["containers"][0][probe]["httpGet"] == {"path": path, "port": "http"}


def test_the_service_account_has_no_token_and_no_rights() -> None:
    objects = render(MINIMAL)
    assert find(objects, "ServiceAccount")["automountServiceAccountToken"] is False
    assert {item["kind"] for item in objects} & {"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"} == set()


def test_token_review_is_the_one_right_there_is() -> None:
    objects = render(merged(MINIMAL, {"aeterna": {"tokenReview": True}}), namespace="ns")
    binding = find(objects, "ClusterRoleBinding")
    assert binding["roleRef"]["name"] == "system:auth-delegator"
    account = find(objects, "ServiceAccount")["metadata"]
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": account["name"], "namespace": "ns"}]


def test_a_service_account_can_be_brought_along() -> None:
    objects = render(merged(MINIMAL, {"serviceAccount": {"create": False, "name": "mine"}}))
    assert [item for item in objects if item["kind"] == "ServiceAccount"] == []
    assert {pod.spec["serviceAccountName"] for pod in pods(objects)} == {"mine"}


def test_a_made_service_account_takes_name_and_annotations() -> None:
    account = {"name": "mine", "annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/x"}}
    made = find(render(merged(MINIMAL, {"serviceAccount": account})), "ServiceAccount")["metadata"]
    assert (made["name"], made["annotations"]) == ("mine", account["annotations"])
