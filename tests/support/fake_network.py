"""A network that answers every question the same way, or makes the same trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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

# Answers of an external cache
CACHE = {"host": "redis.example.org", "port": 6379, "password": "hunter2"}


class FakeNetwork:
    """Answers every question the same way, or makes the same trouble."""

    def __init__(self, answer: Any = None, before: Callable[[], None] = lambda: None) -> None:
        self._answer = answer
        self._before = before
        self.asked: list[Any] = []

    def _reply(self, asked: Any) -> Any:
        self.asked.append(asked)
        self._before()
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def http(self, request: HttpRequest) -> HttpAnswer:
        answer: HttpAnswer = self._reply(request)
        return answer

    def postgresql(self, login: PostgresqlLogin, queries: Iterable[Query]) -> PostgresqlAnswer:
        answer: PostgresqlAnswer = self._reply((login, tuple(queries)))
        return answer

    def redis(self, host: str, port: int, password: SecretText | None) -> RedisAnswer:
        answer: RedisAnswer = self._reply((host, port, password))
        return answer

    def mongodb(self, host: str, port: int, *, tls: bool, verify: bool) -> MongodbAnswer:
        answer: MongodbAnswer = self._reply((host, port, tls, verify))
        return answer
