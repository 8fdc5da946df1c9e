"""Talk to the cluster's API server: JSON in, JSON out.

Written by hand because ci/cluster runs on any Python, before there is an environment to install a client into.
"""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pathlib import Path

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Object: TypeAlias = dict[str, Json]

NOT_FOUND = 404
CONFLICT = 409
_FIRST_ERROR = 400
_SECONDS = 10.0


class ApiError(Exception):
    """The server refused a request; `status` is the HTTP status, or 0 when no answer came."""

    def __init__(self, status: int, message: str) -> None:
        """Keep the status for callers that can live with some refusals."""
        super().__init__(message)
        self.status = status


@dataclass(kw_only=True)
class Api:
    """One connection, kept open between requests and renewed when it breaks.

    `certificates` holds the administrator's certificate and key, and the authority that signed them.
    """

    server: str
    certificates: Path
    _connection: http.client.HTTPSConnection | None = field(default=None, repr=False)

    def get(self, path: str) -> Object:
        """Return an object or a list of objects."""
        return self._request("GET", path, None)

    def items(self, path: str) -> list[Object]:
        """Return the objects of a list, or none when the server does not know the kind."""
        try:
            found = self.get(path).get("items")
        except ApiError as problem:
            if problem.status == NOT_FOUND:
                return []
            raise
        return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []

    def create(self, path: str, body: Object) -> None:
        """Create an object; one that is already there is left as it is."""
        try:
            self._request("POST", path, body)
        except ApiError as problem:
            if problem.status != CONFLICT:
                raise

    def merge(self, path: str, body: Object) -> None:
        """Change fields of an object."""
        self._request("PATCH", path, body)

    def delete(self, path: str) -> None:
        """Delete an object; one that is gone already is fine."""
        try:
            self._request("DELETE", path, None)
        except ApiError as problem:
            if problem.status != NOT_FOUND:
                raise

    def ready(self) -> bool:
        """Tell whether the server calls itself ready."""
        try:
            self._request("GET", "/readyz", None)
        except ApiError:
            return False
        return True

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _request(self, method: str, path: str, body: Object | None) -> Object:
        status, text = self._exchange(method, path, None if body is None else json.dumps(body))
        if status >= _FIRST_ERROR:
            raise ApiError(status, f"{method} {path}: {status} {text[:500]}")
        found = json.loads(text) if text.startswith("{") else {}
        return found if isinstance(found, dict) else {}

    def _exchange(self, method: str, path: str, text: str | None) -> tuple[int, str]:
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        headers = {"Content-Type": kind, "Accept": "application/json"}
        try:
            if self._connection is None:
                self._connection = self._connect()
            self._connection.request(method, path, text, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException) as problem:
            self.close()
            raise ApiError(0, f"{method} {path}: {problem}") from problem

    def _connect(self) -> http.client.HTTPSConnection:
        place = urlsplit(self.server)
        context = ssl.create_default_context(cafile=self.certificates / "ca.crt")
        context.load_cert_chain(self.certificates / "admin.crt", self.certificates / "admin.key")
        return http.client.HTTPSConnection(place.hostname or "", place.port, timeout=_SECONDS, context=context)
