"""Who may talk to the API server: one random token for each identity, and their kubeconfigs."""

from __future__ import annotations

import base64
import json
import secrets
from typing import TYPE_CHECKING

from ci.testbed.api import Api
from ci.testbed.state import CONTEXT, write_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ci.testbed.state import Folder

ADMIN = "admin"

# Identity to its group; RBAC's built-in roles know the names.
_GROUPS: Mapping[str, str] = {
    ADMIN: "system:masters",
    "system:kube-controller-manager": "",
    "system:kube-scheduler": "",
}


def tokens_file(folder: Folder) -> Path:
    """Return the file kube-apiserver reads tokens from."""
    return folder.data / "tokens.csv"


def kubeconfig(folder: Folder, identity: str) -> Path:
    """Return the kubeconfig of an identity."""
    if identity == ADMIN:
        return folder.kubeconfig
    return folder.data / f"{identity.rpartition(':')[2]}.kubeconfig"


def make_tokens(folder: Folder) -> None:
    """Give every identity a fresh token."""
    rows = (f'{secrets.token_urlsafe(32)},{name},{name},"{group}"\n' for name, group in _GROUPS.items())
    write_private(tokens_file(folder), "".join(rows))


def _tokens(folder: Folder) -> dict[str, str]:
    rows = tokens_file(folder).read_text(encoding="utf-8").splitlines()
    return {name: token for token, name, *_ in (row.split(",") for row in rows)}


def write_kubeconfigs(folder: Folder, server: str) -> None:
    """Write one kubeconfig for each identity. JSON is YAML too, and needs no library."""
    authority = base64.b64encode(folder.authority.read_bytes()).decode()
    cluster = {"server": server, "certificate-authority-data": authority}
    for name, token in _tokens(folder).items():
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": CONTEXT, "cluster": cluster}],
            "users": [{"name": name, "user": {"token": token}}],
            "contexts": [{"name": CONTEXT, "context": {"cluster": CONTEXT, "user": name}}],
            "current-context": CONTEXT,
        }
        write_private(kubeconfig(folder, name), json.dumps(document, indent=2) + "\n")


def admin(folder: Folder, server: str) -> Api:
    """Return a connection with all rights."""
    return Api(server=server, token=_tokens(folder)[ADMIN], authority=folder.authority)
