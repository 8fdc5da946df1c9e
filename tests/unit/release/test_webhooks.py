"""Webhooks that concern a release and would not answer are found before the API server refuses its objects."""

from __future__ import annotations

from typing import Any

import pytest

from helm_aeterna.errors import Severity
from helm_aeterna.release import webhooks

POLICY = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p"}}


def entry(service: dict[str, str] | None = None, ca: str = "x", **more: object) -> dict[str, Any]:
    rule = {"apiGroups": ["networking.k8s.io"], "resources": ["networkpolicies"], "operations": ["CREATE"]}
    client: dict[str, object] = {"service": service or {"namespace": "n", "name": "s"}, "caBundle": ca}
    return {"name": "hook", "clientConfig": client, "rules": [rule], **more}


def hook(**more: object) -> webhooks.Webhook:
    return webhooks.of([{"webhooks": [entry(**more)]}])[0]  # type: ignore[arg-type]


def test_a_webhook_answers_when_an_endpoint_is_ready_and_its_certificate_is_there() -> None:
    assert webhooks.silent([hook()], {("n", "s"): True}) == []
    assert "nothing answers behind Service s" in webhooks.silent([hook()], {})[0].words
    assert "certificate" in webhooks.silent([hook(ca="")], {("n", "s"): True})[0].words
    assert webhooks.silent([hook()], None) == ()


def test_webhooks_outside_the_cluster_cannot_be_seen() -> None:
    assert webhooks.of([{"webhooks": [{"name": "x", "clientConfig": {"url": "https://x"}}]}]) == ()


def test_a_webhook_concerns_the_kinds_of_its_rules() -> None:
    assert hook().concerns([POLICY])
    assert not hook().concerns([{**POLICY, "kind": "Ingress"}])
    assert not hook().concerns([{**POLICY, "apiVersion": "v1"}])


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        ({}, Severity.ERROR),
        ({"failurePolicy": "Ignore"}, Severity.WARNING),
        ({"namespaceSelector": {"matchLabels": {"a": "b"}}}, Severity.WARNING),
    ],
)
def test_only_one_that_refuses_for_certain_is_an_error(more: dict[str, object], severity: Severity) -> None:
    (silent,) = webhooks.silent([hook(**more)], {})
    finding = silent.finding()
    assert (finding.code, finding.where, finding.severity) == ("AET613", "webhook hook", severity)
    assert "Service s in namespace n" in finding.fix
