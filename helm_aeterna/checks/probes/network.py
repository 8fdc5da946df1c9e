"""What the checks need of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helm_aeterna.model.connection import (
        HttpAnswer,
        HttpRequest,
        MongodbAnswer,
        PostgresqlAnswer,
        PostgresqlLogin,
        Query,
        RedisAnswer,
    )
    from helm_aeterna.model.secret import SecretText


class Network(Protocol):
    """The way to the services; every method raises ConnectionTrouble when nothing comes of it."""

    def http(self, request: HttpRequest) -> HttpAnswer:
        """Send one GET and read the answer."""
        ...

    def postgresql(self, login: PostgresqlLogin, queries: Iterable[Query]) -> PostgresqlAnswer:
        """Log in and ask; without a password only the greeting is exchanged."""
        ...

    def redis(self, host: str, port: int, password: SecretText | None) -> RedisAnswer:
        """Log in and PING."""
        ...

    def mongodb(self, host: str, port: int, *, tls: bool, verify: bool) -> MongodbAnswer:
        """Greet one server."""
        ...
