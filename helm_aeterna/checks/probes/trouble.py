"""Words for connections that came to nothing: what is wrong, what it means, what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helm_aeterna.checks.probes.result import FOREIGN, LOGIN, TLS, UNREACHABLE, failed, untried
from helm_aeterna.model.connection import Trouble

if TYPE_CHECKING:
    from helm_aeterna.checks.probes.result import CheckResult
    from helm_aeterna.model.connection import ConnectionTrouble

_HERE = "This was tried from this machine; pods in the cluster may have another way there"
# A name that only the cluster's own DNS knows: `redis`, `redis.data.svc`, `redis.data.svc.cluster.local`.
_CLUSTER_NAME = re.compile(r"^(?!localhost$)(?:[a-z0-9-]+|[a-z0-9.-]+\.svc(?:\.cluster\.local)?\.?)$", re.IGNORECASE)

_WORDS: dict[Trouble, tuple[str, str, str, str]] = {
    Trouble.INVALID: (
        FOREIGN,
        "the address cannot be used as it is written",
        "",
        "look for spaces, line breaks and missing parts in it and in the key",
    ),
    Trouble.UNRESOLVED: (UNREACHABLE, "the host name could not be resolved", _HERE, "check the spelling of the host"),
    Trouble.REFUSED: (
        UNREACHABLE,
        "the host is there, but nothing listens on this port",
        _HERE,
        "check the port, and whether the service runs",
    ),
    Trouble.UNREACHABLE: (UNREACHABLE, "there is no way to this host", _HERE, "check the address, the VPN and routes"),
    Trouble.TIMEOUT: (
        UNREACHABLE,
        "there was no answer in time",
        f"A firewall or an allow-list drops the connection, or the service is stuck. {_HERE}",
        "check the host, the port and the allow-list of the service",
    ),
    Trouble.PROXY: (
        UNREACHABLE,
        "the proxy of this machine did not let the connection through",
        _HERE,
        "check HTTPS_PROXY, or add the host to NO_PROXY",
    ),
    Trouble.CLOSED: (
        FOREIGN,
        "the connection was closed without an answer",
        "Something else listens there, or it expects TLS",
        "check the port and whether it is the one with TLS",
    ),
    Trouble.TLS_UNTRUSTED: (
        TLS,
        "its certificate is not signed by an authority that this machine trusts",
        "The certificate is self-signed or of a private authority, which the pods would have to know as well",
        "use a certificate of a public authority, or name yours in REQUESTS_CA_BUNDLE for this check",
    ),
    Trouble.TLS_NAME: (
        TLS,
        "its certificate is for another host name",
        "Somebody else may be answering",
        "use the name that stands in the certificate",
    ),
    Trouble.TLS_EXPIRED: (TLS, "its certificate is not valid today", "", "renew the certificate; check this clock"),
    Trouble.TLS_MISSING: (TLS, "it does not speak TLS on this port", "", "use the scheme http, or the port with TLS"),
    Trouble.TLS_WANTED: (TLS, "it speaks nothing but TLS on this port", "", "use the scheme https"),
    Trouble.TLS_FAILED: (
        TLS,
        "no agreement on TLS was reached",
        "The service offers only old versions of TLS, or asks for a client certificate",
        "look at the TLS settings of the service",
    ),
    Trouble.NOT_SPOKEN: (
        FOREIGN,
        "something else answers there",
        "What came back is not what this service says",
        "check host and port",
    ),
    Trouble.TOO_MUCH: (
        FOREIGN,
        "something else answers there",
        "Far more came back than this service says",
        "check host and port",
    ),
    Trouble.REJECTED: (LOGIN, "the service refuses the login", "", "check the credentials"),
}


def in_words(subject: str, host: str, trouble: ConnectionTrouble) -> CheckResult:
    """Say what a trouble means.

    Args:
        subject: What was tried.
        host: Its host name, to tell names that only the cluster knows.
        trouble: What happened.
    """
    if trouble.trouble is Trouble.UNRESOLVED and _CLUSTER_NAME.match(host):
        return untried(
            subject,
            "this name is known inside the cluster alone",
            meaning="The connection cannot be tried from here; the server's pods will look the name up in the cluster",
        )
    code, problem, meaning, fix = _WORDS[trouble.trouble]
    detail = f" ({trouble.detail})" if trouble.detail else ""
    return failed(subject, code, f"{problem}{detail}", meaning=meaning, fix=fix)


def overdue(subject: str) -> CheckResult:
    """Say that the whole check took too long."""
    code, problem, meaning, fix = _WORDS[Trouble.TIMEOUT]
    return failed(subject, code, problem, meaning=meaning, fix=fix)
