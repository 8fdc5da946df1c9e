"""The services that connection checks ask over HTTP, as their documentation describes them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from helm_aeterna.adapters.network.services import Sockets
from helm_aeterna.catalogue.check import HttpCheck
from helm_aeterna.checks.probes.run import run_check
from tests.support.probes import probe
from tests.support.stub_services import Received, Reply, stub

if TYPE_CHECKING:
    from collections.abc import Callable

    from helm_aeterna.checks.probes.result import CheckResult, Probe

KEY = "Secret-Key-0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service as its documentation describes it.

    Attributes:
        axis, choice: In the catalogue.
        settings: Answers; {base}, {host} and {port} stand for the stub.
        path: What must be asked.
        header: Where the key must stand, and in which form.
        good: The answer to a good key.
        bad: The answer to a bad one.
        home: The address of a service that has only one, replaced by the stub's.
    """

    axis: str
    choice: str
    settings: dict[str, Any]
    path: str
    header: tuple[str, str] = ("", "")
    good: dict[str, Any] = field(default_factory=dict)
    bad: tuple[int, dict[str, Any]] = (401, {})
    home: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def reply(self, received: Received) -> Reply:
        name, form = self.header
        if received.path != self.path:
            return Reply(status=404, body=b"404 page not found")
        if any(received.headers.get(header) != value for header, value in self.extra.items()):
            return Reply(status=400)
        if name and received.headers.get(name) != form.format(KEY):
            return Reply(status=self.bad[0], body=json.dumps(self.bad[1]).encode())
        return Reply(body=json.dumps(self.good).encode())

    def probe(self, base: str, **changes: Any) -> Probe:
        host, port = base.partition("://")[2].split(":")
        places = {"base": base, "host": host}
        filled = {
            name: value.format_map(places) if isinstance(value, str) else value for name, value in self.settings.items()
        }
        if filled.get("port") == 0:
            filled |= {"port": int(port), "scheme": base.partition("://")[0]}
        made = probe(self.axis, self.choice, {key: value for key, value in (filled | changes).items() if value != ""})
        assert isinstance(made.check, HttpCheck)
        url = tuple(one.replace(self.home, base) if self.home else one for one in made.check.url)
        return replace(made, check=replace(made.check, url=url))


SERVICES = [
    Service(
        axis="vectorBackend", choice="qdrant-external",
        settings={"host": "{host}", "port": 0, "apiKey": KEY},
        path="/collections", header=("api-key", "{}"),
        good={"result": {"collections": []}, "status": "ok", "time": 0.1},
        bad=(401, {"status": {"error": "Unauthorized"}}),
    ),
    Service(
        axis="vectorBackend", choice="weaviate-external",
        settings={"host": "{host}", "port": 0, "apiKey": KEY},
        path="/v1/meta", header=("authorization", "Bearer {}"),
        good={"hostname": "http://[::]:8080", "modules": {}, "version": "1.35.2"},
        bad=(401, {"code": 401, "message": "unauthorized: invalid api key"}),
    ),
    Service(
        axis="vectorBackend", choice="pinecone", home="https://api.pinecone.io",
        settings={"apiKey": KEY, "environment": "us-east-1-aws", "indexName": "memories"},
        path="/indexes", header=("api-key", "{}"), extra={"x-pinecone-api-version": "2025-10"},
        good={"indexes": [{"name": "memories", "host": "memories-x.svc.pinecone.io"}]},
        bad=(401, {"error": {"code": "UNAUTHENTICATED"}}),
    ),
    Service(
        axis="vectorBackend", choice="vertex-ai", home="https://{region}-aiplatform.googleapis.com",
        settings={
            "projectId": "p", "region": "europe-west1", "indexEndpoint": "12", "deployedIndexId": "d1",
            "accessToken": KEY,
        },
        path="/v1/projects/p/locations/europe-west1/indexEndpoints/12", header=("authorization", "Bearer {}"),
        good={"name": "projects/1/locations/europe-west1/indexEndpoints/12", "deployedIndexes": [{"id": "d1"}]},
        bad=(401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}}),
    ),
    Service(
        axis="vectorBackend", choice="databricks",
        settings={"workspaceUrl": "{base}/", "token": KEY, "catalog": "main"},
        path="/api/2.1/unity-catalog/catalogs/main", header=("authorization", "Bearer {}"),
        good={"name": "main", "owner": "me"},
        bad=(403, {"error_code": 403, "message": "Invalid access token."}),
    ),
    Service(
        axis="llm", choice="openai", home="https://api.openai.com",
        settings={"apiKey": KEY, "chatModel": "gpt-4o", "embeddingModel": "text-embedding-3-small", "baseUrl": ""},
        path="/v1/models", header=("authorization", "Bearer {}"),
        good={"object": "list", "data": [{"id": "gpt-4o"}, {"id": "text-embedding-3-small"}]},
        bad=(401, {"error": {"code": "invalid_api_key"}}),
    ),
    Service(
        axis="llm", choice="anthropic",
        settings={"apiKey": KEY, "model": "claude-3-haiku-20240307", "baseUrl": "{base}/v1"},
        path="/v1/models?limit=1000", header=("x-api-key", "{}"), extra={"anthropic-version": "2023-06-01"},
        good={"data": [{"type": "model", "id": "claude-3-haiku-20240307"}], "has_more": False},
        bad=(401, {"type": "error", "error": {"type": "authentication_error"}}),
    ),
    Service(
        axis="llm", choice="ollama",
        settings={"host": "{base}", "model": "llama3.2", "embeddingModel": "nomic-embed-text"},
        path="/api/tags",
        good={"models": [{"name": "llama3.2:latest"}, {"name": "nomic-embed-text:latest"}]},
    ),
]  # fmt: skip
BY_CHOICE = {service.choice: service for service in SERVICES}
WITH_KEY = [service for service in SERVICES if service.header[0]]
QDRANT = BY_CHOICE["qdrant-external"]


def ask(service: Service, answer: Callable[[Received], Reply] | None = None, **changes: Any) -> CheckResult:
    with stub(answer or service.reply) as running:
        return run_check(service.probe(running.base, **changes), Sockets())
