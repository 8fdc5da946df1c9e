"""The way in from outside: hosts, paths, certificates, annotations, and only the API behind them."""

from __future__ import annotations

import pytest

from tests.support.render import find, render
from tests.support.scenarios import MINIMAL, SCENARIOS, merged

TLS = SCENARIOS["feature-ingress-tls"]


def test_off_by_default() -> None:
    assert [item for item in render(MINIMAL) if item["kind"] == "Ingress"] == []


@pytest.mark.requirement("CHART-14")
def test_tls_names_the_secret_and_its_hosts() -> None:
    ingress = find(render(TLS), "Ingress")
    assert ingress["spec"]["tls"] == [{"secretName": "aeterna-tls", "hosts": ["aeterna.example.org"]}]
    assert ingress["spec"]["ingressClassName"] == "nginx"


@pytest.mark.requirement("CHART-15")
def test_annotations_are_the_users() -> None:
    ingress = find(render(TLS), "Ingress")
    assert ingress["metadata"]["annotations"] == {"cert-manager.io/cluster-issuer": "letsencrypt"}


def test_every_path_of_every_host_leads_to_the_api() -> None:
    hosts = [
        {"host": "one.example.org", "paths": [{"path": "/api", "pathType": "Prefix"}]},
        {
            "host": "two.example.org",
            "paths": [{"path": "/mcp", "pathType": "Exact"}, {"path": "/a", "pathType": "Prefix"}],
        },
    ]
    objects = render(merged(MINIMAL, {"ingress": {"enabled": True, "hosts": hosts}}))
    rules = find(objects, "Ingress")["spec"]["rules"]
    assert [(rule["host"], [path["path"] for path in rule["http"]["paths"]]) for rule in rules] == [
        ("one.example.org", ["/api"]),
        ("two.example.org", ["/mcp", "/a"]),
    ]
    backends = [path["backend"]["service"] for rule in rules for path in rule["http"]["paths"]]
    service = find(objects, "Service")["metadata"]["name"]
    assert backends == [{"name": service, "port": {"name": "http"}}] * 3


def test_the_designs_default_path_is_everything() -> None:
    (rule,) = find(render(merged(MINIMAL, {"ingress": {"enabled": True}})), "Ingress")["spec"]["rules"]
    assert rule["host"] == "aeterna.local"
    assert [(path["path"], path["pathType"]) for path in rule["http"]["paths"]] == [("/", "Prefix")]
