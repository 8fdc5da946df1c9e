"""Ask a running component whether it is well."""

from __future__ import annotations

import http.client
import ssl
from typing import TYPE_CHECKING

from ci.testbed.components import LOOPBACK

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 2.0
_OK = 200

# Where each component tells about itself; one that is not here has no such page.
_PAGES = {
    "etcd": ("http", "/health"),
    "kube-apiserver": ("https", "/readyz"),
    "kube-controller-manager": ("https", "/healthz"),
    "kube-scheduler": ("https", "/healthz"),
    "kwok": ("http", "/healthz"),
}


def answers(name: str, port: int, authority: Path) -> bool:
    """Tell whether the component's page says yes; one without a page counts as well."""
    if name not in _PAGES:
        return True
    scheme, page = _PAGES[name]
    try:
        connection = _connection(scheme, port, authority)
        try:
            connection.request("GET", page)
            return connection.getresponse().status == _OK
        finally:
            connection.close()
    except (OSError, http.client.HTTPException):
        return False


def _connection(scheme: str, port: int, authority: Path) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(LOOPBACK, port, timeout=_SECONDS)
    context = ssl.create_default_context(cafile=authority)
    return http.client.HTTPSConnection(LOOPBACK, port, timeout=_SECONDS, context=context)
