"""Decides what a set of NetworkPolicy objects lets through, the way the Kubernetes API describes it.

No test cluster of ours carries packets, so the rendered policies are evaluated instead. Kubernetes leaves open
whether an `ipBlock` may match a pod's address (Calico: yes, Cilium: no). A proof that something works must not lean on
it, a proof that something is cut off must not lean on its absence: callers say which world they ask about.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Object = Mapping[str, Any]
Direction = Literal["ingress", "egress"]

NAMESPACE_LABEL = "kubernetes.io/metadata.name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One end of a connection: a pod (namespace set) or an address outside the cluster (namespace None)."""

    address: str
    namespace: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    namespace_labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_namespace_labels(self) -> Mapping[str, str]:
        """The labels of the endpoint's namespace, with the one Kubernetes itself sets."""
        return {**self.namespace_labels, NAMESPACE_LABEL: self.namespace or ""}


def pod(labels: Mapping[str, str], *, namespace: str = "default", address: str = "10.20.30.40") -> Endpoint:
    """An endpoint for a pod with these labels; the address is of the usual pod ranges."""
    return Endpoint(address=address, namespace=namespace, labels=labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """All policies of one rendered release and the namespace they live in."""

    policies: Sequence[Object]
    namespace: str = "default"
    blocks_match_pods: bool = False

    def allows(self, source: Endpoint, destination: Endpoint, port: int, protocol: str = "TCP") -> bool:
        """Whether a connection passes: the source's egress and the destination's ingress must both let it."""
        return self.passes(source, destination, port, protocol, direction="egress") and self.passes(
            destination, source, port, protocol, direction="ingress"
        )

    def passes(self, own: Endpoint, other: Endpoint, port: int, protocol: str, *, direction: Direction) -> bool:
        """Whether the policies that select `own` let the connection with `other` pass in this direction."""
        selecting = [policy for policy in self.selecting(own) if direction in types_of(policy)]
        if not selecting:
            return True
        rules = [rule for policy in selecting for rule in policy["spec"].get(direction) or ()]
        return any(self.matches_rule(rule, other, port, protocol, direction) for rule in rules)

    def selecting(self, endpoint: Endpoint) -> list[Object]:
        """The policies whose pod selector picks this endpoint."""
        return [
            policy
            for policy in self.policies
            if endpoint.namespace == policy["metadata"].get("namespace", self.namespace)
            and selects(policy["spec"]["podSelector"], endpoint.labels)
        ]

    def matches_rule(self, rule: Object, other: Endpoint, port: int, protocol: str, direction: Direction) -> bool:
        """Whether one ingress or egress rule covers this peer and port."""
        peers = rule.get("from" if direction == "ingress" else "to")
        ports = rule.get("ports")
        return (not ports or any(covers(entry, port, protocol) for entry in ports)) and (
            not peers or any(self.matches_peer(peer, other) for peer in peers)
        )

    def matches_peer(self, peer: Object, other: Endpoint) -> bool:
        """Whether a peer entry (ipBlock, or namespace and pod selectors) means this endpoint."""
        if "ipBlock" in peer:
            return (other.namespace is None or self.blocks_match_pods) and in_block(peer["ipBlock"], other.address)
        if other.namespace is None:
            return False
        if "namespaceSelector" in peer:
            if not selects(peer["namespaceSelector"], other.all_namespace_labels):
                return False
        elif other.namespace != self.namespace:
            return False
        return selects(peer.get("podSelector", {}), other.labels)


def boundaries(policies: Iterable[Object]) -> set[int]:
    """The ports at which a rule of these policies begins or ends."""
    rules = (rule for policy in policies for way in ("ingress", "egress") for rule in policy["spec"].get(way) or ())
    entries = [entry for rule in rules for entry in rule.get("ports") or ()]
    return {entry[key] for entry in entries for key in ("port", "endPort") if key in entry}


def types_of(policy: Object) -> set[str]:
    """The directions a policy isolates, lower case, with the API server's default."""
    spec = policy["spec"]
    given: Iterable[str] = spec.get("policyTypes") or ["Ingress", *(["Egress"] if "egress" in spec else [])]
    return {name.lower() for name in given}


def covers(entry: Object, port: int, protocol: str) -> bool:
    """Whether a port entry covers this port; named ports would hide what is open, so they are refused."""
    if entry.get("protocol", "TCP") != protocol:
        return False
    first = entry.get("port")
    if first is None:
        return True
    if not isinstance(first, int):
        raise TypeError(f"named port {first!r}: write the number")
    last: int = entry.get("endPort", first)
    return first <= port <= last


def in_block(block: Object, address: str) -> bool:
    """Whether an ipBlock contains the address, its exceptions taken out."""
    ip = ipaddress.ip_address(address)
    return ip in ipaddress.ip_network(block["cidr"]) and not any(
        ip in ipaddress.ip_network(out) for out in block.get("except") or ()
    )


def selects(selector: Object, labels: Mapping[str, str]) -> bool:
    """Whether a label selector picks something with these labels; an empty selector picks everything."""
    wanted: Mapping[str, str] = selector.get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        holds(requirement, labels) for requirement in selector.get("matchExpressions") or ()
    )


def holds(requirement: Object, labels: Mapping[str, str]) -> bool:
    """Whether one matchExpressions entry is true of these labels."""
    value = labels.get(requirement["key"])
    match requirement["operator"]:
        case "In":
            return value in requirement["values"]
        case "NotIn":
            return value not in requirement["values"]
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case other:
            raise ValueError(f"unknown operator {other}")
