"""Proves for every configuration that the policies let through what is needed and nothing that is not."""

from __future__ import annotations

import functools
import itertools

import pytest

from tests.support import network_parties as net
from tests.support.policies import Endpoint, Network, boundaries, selects
from tests.support.render import render
from tests.support.scenarios import MINIMAL, SCENARIOS, Values, guarded, merged

APIS = ("external-secrets.io/v1",)
every_scenario = pytest.mark.parametrize("scenario", SCENARIOS)


class Release:
    """A rendered scenario: its policies under both readings of address blocks, and its ends."""

    def __init__(self, values: Values) -> None:
        self.values = net.whole(guarded(values))
        self.objects = render(guarded(values), api_versions=APIS)
        self.policies = [item for item in self.objects if item["kind"] == "NetworkPolicy"]
        self.ends = net.parties(self.objects, values)
        self.stores = net.bundled(values)

    def passes(self, source: Endpoint, destination: Endpoint, port: int, protocol: str = "TCP") -> bool:
        """Whether a connection passes even if address blocks mean no pods."""
        return Network(policies=self.policies).allows(source, destination, port, protocol)

    def may_pass(self, source: Endpoint, destination: Endpoint, port: int, protocol: str = "TCP") -> bool:
        """Whether a connection passes with any network plugin."""
        return any(
            Network(policies=self.policies, blocks_match_pods=meaning).allows(source, destination, port, protocol)
            for meaning in (True, False)
        )

    def holes(self, source: Endpoint, destination: Endpoint) -> set[tuple[str, int]]:
        """What may pass: every port where a rule begins or ends, and one for the rules that name none."""
        ports = {1, *boundaries(self.policies)}
        every = itertools.product(("TCP", "UDP", "SCTP"), ports)
        return {(name, port) for name, port in every if self.may_pass(source, destination, port, name)}


@functools.cache
def release(scenario: str) -> Release:
    return Release(SCENARIOS[scenario])


def test_off_by_default() -> None:
    assert [item for item in render(MINIMAL) if item["kind"] == "NetworkPolicy"] == []


@every_scenario
@pytest.mark.requirement("CHART-20")
def test_each_pod_has_one_policy_of_both_directions_and_each_policy_its_pods(scenario: str) -> None:
    one = release(scenario)
    for name, end in one.ends.items():
        (policy,) = (p for p in one.policies if selects(p["spec"]["podSelector"], end.labels))
        assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"], name
    for policy in one.policies:
        assert any(selects(policy["spec"]["podSelector"], end.labels) for end in one.ends.values()), policy["metadata"]


@every_scenario
def test_what_the_servers_variables_name_is_reached(scenario: str) -> None:
    one = release(scenario)
    services = {store.service: (name, store) for name, store in one.stores.items()}
    for dial in net.dials(one.objects):
        if dial.host in services:
            name, store = services[dial.host]
            assert one.passes(one.ends["server"], one.ends[name], store.ports[dial.port]), dial
        elif dial.host.endswith(".svc"):
            assert one.passes(one.ends["server"], net.STRANGER, dial.port), dial
        else:
            address = net.PRIVATE if dial.host.startswith("10.") else net.PUBLIC
            assert one.passes(one.ends["server"], address, dial.port), dial


@every_scenario
@pytest.mark.requirement("CHART-31")
def test_every_pod_finds_names(scenario: str) -> None:
    one = release(scenario)
    for end in one.ends.values():
        for resolver in (net.DNS, net.NODE_DNS):
            assert one.passes(end, resolver, 53, "UDP")
            assert one.passes(end, resolver, 53, "TCP")


@every_scenario
def test_the_migration_reaches_the_database(scenario: str) -> None:
    one = release(scenario)
    if "migration" in one.ends:
        database = one.ends.get("postgresql", net.PRIVATE)
        port = 5432 if "postgresql" in one.ends else one.values["postgresql"]["external"]["port"]
        assert one.passes(one.ends["migration"], database, port)


@every_scenario
def test_the_test_pod_reaches_what_it_asks(scenario: str) -> None:
    one = release(scenario)
    if "test" in one.ends:
        assert one.passes(one.ends["test"], one.ends["server"], 8080)
        assert one.passes(one.ends["test"], one.ends["server"], 9090)


@every_scenario
def test_cloudnative_pg_works(scenario: str) -> None:
    one = release(scenario)
    if "postgresql" in one.ends:
        database = one.ends["postgresql"]
        assert all(one.passes(net.OPERATOR, database, port) for port in (5432, 8000))
        assert all(one.passes(database, database, port) for port in (5432, 8000))
        assert all(one.passes(database, net.API_SERVER, port) for port in (443, 6443))


@pytest.mark.parametrize(
    ("scenario", "port"), [("backup-s3", 443), ("backup-s3-compatible", 9000), ("backup-azure", 443)]
)
def test_backups_reach_their_store(scenario: str, port: int) -> None:
    one = release(scenario)
    for store in (net.PUBLIC, net.PRIVATE, net.STRANGER):
        assert one.passes(one.ends["postgresql"], store, port)


@every_scenario
def test_cloud_identities_are_for_backups_that_inherit_them(scenario: str) -> None:
    one = release(scenario)
    backup = one.values["postgresql"]["backup"]
    wanted = {"postgresql"} if backup["enabled"] and backup["credentials"]["inherit"] else set()
    assert {name for name, end in one.ends.items() if one.may_pass(end, net.METADATA, 80)} == wanted
    assert not one.may_pass(one.ends["server"], net.METADATA, 443)


@every_scenario
@pytest.mark.requirement("CHART-30")
def test_the_ingress_controller_reaches_the_api_alone_and_only_with_an_ingress(scenario: str) -> None:
    one = release(scenario)
    assert one.passes(net.INGRESS, one.ends["server"], 8080) is one.values["ingress"]["enabled"]
    assert not one.may_pass(net.INGRESS, one.ends["server"], 9090)


@every_scenario
def test_prometheus_reaches_the_metrics_alone_and_only_with_a_service_monitor(scenario: str) -> None:
    one = release(scenario)
    wanted = one.values["observability"]["serviceMonitor"]["enabled"]
    assert one.passes(net.PROMETHEUS, one.ends["server"], 9090) is wanted
    assert not one.may_pass(net.PROMETHEUS, one.ends["server"], 8080)


@every_scenario
@pytest.mark.requirement("CHART-20", "CHART-30", "CHART-32")
def test_strangers_reach_nothing(scenario: str) -> None:
    one = release(scenario)
    for end in one.ends.values():
        for source in (net.NEIGHBOUR, net.STRANGER, net.PUBLIC, net.PRIVATE):
            assert one.holes(source, end) == set()


@pytest.mark.parametrize(
    ("ports", "found"),
    [
        ([{"port": 27017}], {("TCP", 27017)}),
        ([{"port": 30000, "endPort": 30009}], {("TCP", 30000), ("TCP", 30009)}),
        ([{"port": 8125, "protocol": "UDP"}], {("UDP", 8125)}),
        ([{"protocol": "SCTP"}], {("SCTP", 1)}),
    ],
)
def test_a_hole_on_any_port_is_seen(ports: list[dict[str, object]], found: set[tuple[str, int]]) -> None:
    one = Release(MINIMAL)
    hole = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"ports": ports}]}
    one.policies = [*release("minimal").policies, {"metadata": {}, "spec": hole}]
    assert found <= one.holes(net.STRANGER, one.ends["server"])


@every_scenario
@pytest.mark.requirement("CHART-32")
def test_stores_serve_the_server_and_the_database_its_migration_too(scenario: str) -> None:
    one = release(scenario)
    for name, store in one.stores.items():
        for port in store.ports.values():
            callers = {other for other, end in one.ends.items() if one.may_pass(end, one.ends[name], port)}
            migration = {"migration"} & one.ends.keys() if name == "postgresql" else set()
            assert callers == {"server", name} | migration


@every_scenario
@pytest.mark.requirement("CHART-31")
def test_only_who_must_gets_out(scenario: str) -> None:
    one = release(scenario)
    for name, end in one.ends.items():
        assert not any(one.may_pass(end, address, 25) for address in (net.PUBLIC, net.PUBLIC_6, net.PRIVATE))
        if name not in {"server", "postgresql"}:
            outside = {hole for address in (net.PUBLIC, net.PUBLIC_6, net.PRIVATE) for hole in one.holes(end, address)}
            database = {("TCP", one.values["postgresql"]["external"]["port"])}
            assert outside == (database if name == "migration" and "postgresql" not in one.ends else set())


@every_scenario
def test_the_kubernetes_api_is_for_those_who_use_it(scenario: str) -> None:
    one = release(scenario)
    users = {"postgresql"} & one.ends.keys()
    if one.values["aeterna"]["tokenReview"]:
        users |= {"server"}
    assert {name for name, end in one.ends.items() if one.may_pass(end, net.API_SERVER, 6443)} == users


def changed(**policy: object) -> Release:
    return Release(merged(MINIMAL, {"security": {"networkPolicy": policy}}))


def test_https_leaves_out_private_networks_and_can_be_closed() -> None:
    server = release("minimal").ends["server"]
    assert release("minimal").passes(server, net.PUBLIC, 443)
    assert release("minimal").passes(server, net.PUBLIC_6, 443)
    assert not release("minimal").may_pass(server, net.PRIVATE, 443)
    assert not changed(https={"enabled": False}).may_pass(server, net.PUBLIC, 443)


def test_further_callers_and_ports() -> None:
    client = {"podSelector": {"matchLabels": {"app": "stranger"}}}
    opened = changed(clients=[client], external={"ports": [4317]})
    assert opened.passes(net.NEIGHBOUR, opened.ends["server"], 8080)
    assert not opened.may_pass(net.NEIGHBOUR, opened.ends["server"], 9090)
    assert opened.passes(opened.ends["server"], net.PRIVATE, 4317)


def test_external_services_can_be_narrowed_to_their_addresses() -> None:
    values = merged(
        SCENARIOS["postgresql-external"],
        {"security": {"networkPolicy": {"external": {"blocks": [{"cidr": "10.9.8.0/24"}]}}}},
    )
    one = Release(values)
    assert one.passes(one.ends["server"], net.PRIVATE, 6432)
    assert not one.may_pass(one.ends["server"], net.PUBLIC, 6432)


@pytest.mark.parametrize(
    ("values", "port"),
    [
        ({"uri": "mongodb://db.example.org:27099/"}, 27099),
        ({"uri": "mongodb+srv://cluster0.example.net/"}, 27017),
        ({"existingSecret": "mongo"}, 27017),
    ],
)
def test_a_connection_strings_port_is_open(values: Values, port: int) -> None:
    backend = {"vectorBackend": {"type": "mongodb", "qdrant": {"enabled": False}, "mongodb": values}}
    one = Release(merged(MINIMAL, backend))
    assert one.passes(one.ends["server"], net.PUBLIC, port)
    assert port == 27017 or not one.may_pass(one.ends["server"], net.PUBLIC, 27017)
