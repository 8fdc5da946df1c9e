"""The check of a cache: log in, PING."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.checks.probes.facts import EXISTING_SECRET, fill
from helm_aeterna.checks.probes.result import LOGIN, TLS, UNSURE, doubtful, failed, passed, untried
from helm_aeterna.checks.probes.trouble import in_words
from helm_aeterna.model.connection import ConnectionTrouble, Trouble
from helm_aeterna.model.secret import SecretText

if TYPE_CHECKING:
    from helm_aeterna.catalogue.check import RedisCheck
    from helm_aeterna.checks.probes.network import Network
    from helm_aeterna.checks.probes.result import CheckResult, Probe

# First word of the server's error: problem, fix.
_REFUSALS = {
    "NOAUTH": ("it asks for a password and none was given", "give the password"),
    "WRONGPASS": ("it refuses the password", "check the password"),
    "NOPERM": ("the password is right, but its user may not do this", "let the user run all commands the server needs"),
    "DENIED": ("it refuses connections from other hosts (protected mode)", "set a password on it"),
}


def check_redis(probe: Probe, check: RedisCheck, network: Network) -> CheckResult:
    """Log in, and say what the answer means."""
    host, port = fill(check.host, probe.facts), fill(check.port, probe.facts)
    if not host or not port or not port.isdigit():
        return untried(probe.label, "there is no address to try yet")
    subject = f"{probe.label} at {host}:{port}"
    password = fill(check.password, probe.facts) if check.password else None
    try:
        answer = network.redis(host, int(port), SecretText(password) if password else None)
    except ConnectionTrouble as trouble:
        if trouble.code == "NOAUTH" and EXISTING_SECRET in probe.facts:
            return passed(subject, "the password is in a Secret of the cluster: the login was not tried")
        return _refused(subject, host, trouble)
    return passed(subject, answer.server and f"It is {answer.server}", check.untried)


def _refused(subject: str, host: str, trouble: ConnectionTrouble) -> CheckResult:
    if trouble.trouble is Trouble.TLS_WANTED:
        return failed(
            subject,
            TLS,
            "it speaks nothing but TLS on this port",
            meaning="The server of this version cannot use TLS to its cache",
            fix="give the port without TLS, or let a proxy beside the cache end TLS",
        )
    if trouble.trouble is not Trouble.REJECTED:
        return in_words(subject, host, trouble)
    if trouble.code in {"LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN"}:
        return doubtful(
            subject, UNSURE, "it is not ready", meaning="This says nothing of the password", fix="try again"
        )
    if trouble.code == "ERR":  # what AUTH answers where nobody set a password
        problem, fix = "it has no password, but one was given", "leave the password empty, or set one on it"
    else:
        problem, fix = _REFUSALS.get(trouble.code, (f"it refuses: {trouble.code}", "look into its log"))
    return failed(subject, LOGIN, problem, fix=fix)
