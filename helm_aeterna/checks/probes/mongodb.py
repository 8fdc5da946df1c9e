"""The check of MongoDB: the form of the connection string, and a greeting of its first server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from helm_aeterna.checks.probes.facts import EXISTING_SECRET, fill
from helm_aeterna.checks.probes.result import FORM, failed, passed, untried
from helm_aeterna.checks.probes.trouble import in_words
from helm_aeterna.model.connection import ConnectionTrouble

if TYPE_CHECKING:
    from helm_aeterna.catalogue.check import MongodbCheck
    from helm_aeterna.checks.probes.network import Network
    from helm_aeterna.checks.probes.result import CheckResult, Probe

_SRV, _PLAIN = "mongodb+srv://", "mongodb://"
_HOST = re.compile(r"^(?P<host>\[[0-9a-fA-F:.]+\]|[^:@/\s\[\]]+)(?::(?P<port>\d{1,5}))?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Address:
    """Where a connection string points to; no user, no password.

    Attributes:
        srv: The servers are to be looked up in the DNS.
        hosts: Host and port of each server.
        tls: Whether TLS is asked for.
        verify: Whether the certificate counts.
        login: Whether a user is named.
    """

    srv: bool
    hosts: tuple[tuple[str, int], ...]
    tls: bool
    verify: bool
    login: bool


def check_mongodb(probe: Probe, check: MongodbCheck, network: Network) -> CheckResult:
    """Read the connection string, greet the first server that answers."""
    text = fill(check.uri, probe.facts)
    if text is None:
        kept = EXISTING_SECRET in probe.facts
        return untried(
            probe.label, "the connection string is in a Secret of the cluster" if kept else "there is none yet"
        )
    try:
        address = _read(text.strip())
    except ValueError as error:
        return failed(probe.label, FORM, str(error), fix="mongodb://user:password@host:27017/?options")
    host, port = address.hosts[0]
    if address.srv:
        return untried(
            f"{probe.label} at {host}",
            "the form of the connection string is right, but its servers are to be looked up in the DNS",
            meaning="That is not tried from here: the name, the allow-list and the login stay open",
        )
    return _greet(probe, address, network, f"{probe.label} at {host}:{port}")


def _greet(probe: Probe, address: _Address, network: Network, subject: str) -> CheckResult:
    first: CheckResult | None = None
    for host, port in address.hosts:
        try:
            answer = network.mongodb(host.strip("[]"), port, tls=address.tls, verify=address.verify)
        except ConnectionTrouble as trouble:
            first = first or in_words(f"{probe.label} at {host}:{port}", host, trouble)
            continue
        member = f"It belongs to the replica set {answer.replica_set}" if answer.replica_set else ""
        login = "User and password were not tried" if address.login else "No user is named; most servers want one"
        return passed(f"{probe.label} at {host}:{port}", member, login)
    return first or untried(subject, "no server is named")


def _read(text: str) -> _Address:
    """Take a connection string apart.

    Raises:
        ValueError: It is not one; the words never repeat what stands in it.
    """
    scheme = next((scheme for scheme in (_SRV, _PLAIN) if text.startswith(scheme)), None)
    if scheme is None:
        raise ValueError("the connection string does not start with mongodb:// or mongodb+srv://")
    place, _, options = text.removeprefix(scheme).partition("?")
    user, _, servers = place.partition("/")[0].rpartition("@")
    if "@" in user or user.count(":") > 1 or (not user and place.count("@") > 0):
        raise ValueError("user or password hold one of the characters : / ? # [ ] @ unescaped")
    named = [_HOST.match(server) for server in servers.split(",")]
    if not all(named):
        raise ValueError("no host can be read from the connection string, or a password holds an unescaped character")
    hosts = tuple((match["host"], int(match["port"] or 27017)) for match in named if match)
    settings = {key.lower(): value.lower() for key, value in parse_qsl(options)}
    lax = {"tlsinsecure", "tlsallowinvalidcertificates"}
    return _Address(
        srv=scheme == _SRV,
        hosts=hosts,
        tls=settings.get("tls", settings.get("ssl", "true" if scheme == _SRV else "false")) == "true",
        verify=not any(settings.get(key) == "true" for key in lax),
        login=bool(user),
    )
