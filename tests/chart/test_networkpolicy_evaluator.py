"""Holds the policy evaluator to the rules Kubernetes documents, since other tests believe it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.policies import Endpoint, Network, pod

WEB = pod({"app": "web"})
DATABASE = pod({"app": "db"})
OTHER_NAMESPACE = pod({"app": "web"}, namespace="elsewhere")
PUBLIC = Endpoint(address="203.0.113.7")
PRIVATE = Endpoint(address="10.0.0.7")


def policy(spec: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"name": "p", "namespace": "default"}, "spec": {"podSelector": {}, **spec}}


def network(*specs: dict[str, Any], blocks_match_pods: bool = False) -> Network:
    return Network(policies=[policy(spec) for spec in specs], blocks_match_pods=blocks_match_pods)


DATABASE_ONLY = {"podSelector": {"matchLabels": {"app": "db"}}, "policyTypes": ["Ingress"]}
FROM_WEB = {**DATABASE_ONLY, "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "web"}}}]}]}


def test_without_a_policy_everything_passes() -> None:
    assert network().allows(PUBLIC, DATABASE, 5432)


def test_a_policy_isolates_the_pods_it_selects_and_no_others() -> None:
    assert not network(DATABASE_ONLY).allows(WEB, DATABASE, 5432)
    assert network(DATABASE_ONLY).allows(DATABASE, WEB, 80)


def test_a_pod_selector_alone_means_the_policys_own_namespace() -> None:
    assert network(FROM_WEB).allows(WEB, DATABASE, 5432)
    assert not network(FROM_WEB).allows(OTHER_NAMESPACE, DATABASE, 5432)


def test_namespace_and_pod_selector_in_one_entry_must_both_hold() -> None:
    peer = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "elsewhere"}},
        "podSelector": {"matchLabels": {"app": "web"}},
    }
    guarded = network({**DATABASE_ONLY, "ingress": [{"from": [peer]}]})
    assert guarded.allows(OTHER_NAMESPACE, DATABASE, 5432)
    assert not guarded.allows(WEB, DATABASE, 5432)
    assert not guarded.allows(pod({"app": "x"}, namespace="elsewhere"), DATABASE, 5432)


def test_several_policies_add_up() -> None:
    from_other = {**DATABASE_ONLY, "ingress": [{"from": [{"namespaceSelector": {}}]}]}
    assert network(FROM_WEB, from_other).allows(OTHER_NAMESPACE, DATABASE, 5432)


def test_egress_of_the_source_counts_too() -> None:
    closed = {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Egress"]}
    assert not network(FROM_WEB, closed).allows(WEB, DATABASE, 5432)


def test_a_rule_without_peers_or_ports_lets_everything_through_and_an_empty_list_nothing() -> None:
    assert network({**DATABASE_ONLY, "ingress": [{}]}).allows(PUBLIC, DATABASE, 1)
    assert not network({**DATABASE_ONLY, "ingress": []}).allows(PUBLIC, DATABASE, 1)


@pytest.mark.parametrize(
    ("port", "protocol", "passes"), [(53, "UDP", True), (53, "TCP", False), (8005, "TCP", True), (8011, "TCP", False)]
)
def test_ports_and_protocols(port: int, protocol: str, *, passes: bool) -> None:
    ports = [{"port": 53, "protocol": "UDP"}, {"port": 8000, "endPort": 8010}]
    assert network({**DATABASE_ONLY, "ingress": [{"ports": ports}]}).allows(WEB, DATABASE, port, protocol) is passes


def test_a_named_port_is_refused() -> None:
    with pytest.raises(TypeError, match="postgres"):
        network({**DATABASE_ONLY, "ingress": [{"ports": [{"port": "postgres"}]}]}).allows(WEB, DATABASE, 5432)


def test_blocks_and_their_exceptions() -> None:
    block = {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}
    guarded = network({"policyTypes": ["Egress"], "egress": [{"to": [block]}]})
    assert guarded.allows(WEB, PUBLIC, 443)
    assert not guarded.allows(WEB, PRIVATE, 443)


@pytest.mark.parametrize("blocks_match_pods", [True, False])
def test_whether_a_block_means_pods_is_the_callers_choice(*, blocks_match_pods: bool) -> None:
    spec = {"policyTypes": ["Egress"], "egress": [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]}
    assert network(spec, blocks_match_pods=blocks_match_pods).allows(WEB, DATABASE, 1) is blocks_match_pods


@pytest.mark.parametrize(
    ("operator", "values", "picked"),
    [("In", ["web"], True), ("NotIn", ["web"], False), ("Exists", [], True), ("DoesNotExist", [], False)],
)
def test_expressions(operator: str, values: list[str], *, picked: bool) -> None:
    selector = {"matchExpressions": [{"key": "app", "operator": operator, "values": values}]}
    spec = {"podSelector": selector, "policyTypes": ["Ingress"]}
    assert (network(spec).selecting(WEB) != []) is picked


def test_egress_rules_alone_isolate_both_directions_by_default() -> None:
    assert not network({"egress": [{}]}).allows(PUBLIC, WEB, 80)
