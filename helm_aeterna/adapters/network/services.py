"""The real network of connection checks: each kind of service by its own protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.adapters.network import http, mongodb, postgresql, redis

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


class Sockets:
    """The real network; every method raises ConnectionTrouble when nothing comes of it."""

    def http(self, request: HttpRequest) -> HttpAnswer:
        """Send one GET and read the answer."""
        return http.get(request)

    def postgresql(self, login: PostgresqlLogin, queries: Iterable[Query]) -> PostgresqlAnswer:
        """Log in and ask."""
        return postgresql.ask(login, queries)

    def redis(self, host: str, port: int, password: SecretText | None) -> RedisAnswer:
        """Log in and PING."""
        return redis.ping(host, port, password)

    def mongodb(self, host: str, port: int, *, tls: bool, verify: bool) -> MongodbAnswer:
        """Greet one server."""
        return mongodb.greet(host, port, tls=tls, verify=verify)
