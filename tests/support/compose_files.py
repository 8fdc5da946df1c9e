"""A strict reader of Compose projects, written apart from what writes them; Compose itself is not needed.

It finds what Compose lets pass: waiting for the health of a service without a check, a host port twice, a variable that
is not set, a volume that nobody mounts, an image without a pin.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_VARIABLE = re.compile(r"\$(?:(\$)|\{([A-Z_][A-Z0-9_]*)\}|)", re.DOTALL)
_IMAGE = re.compile(r"[a-z0-9./-]+:[\w][\w.-]*")
_DONE = "service_completed_successfully"


def read_dotenv(text: str) -> dict[str, str]:
    """Read a .env file character by character, as seen with Compose."""
    values: dict[str, str] = {}
    at = 0
    while at < len(text):
        if text[at] in "#\n":
            at = text.index("\n", at) + 1
            continue
        name, quote = text[at : text.index("=", at)], text[text.index("=", at) + 1]
        assert quote in "'\"", name
        at, value = text.index("=", at) + 2, ""
        while text[at] != quote:
            escaped = text[at] == "\\" and text[at + 1] in ("'" if quote == "'" else '"\\$')
            value, at = value + text[at + escaped], at + 1 + escaped
        assert name not in values
        values[name], at = value, at + 1
    return values


def filled(text: str, dotenv: Mapping[str, str]) -> str:
    """Fill in variables in the two forms that are written."""

    def one(found: re.Match[str]) -> str:
        if found[1]:
            return "$"
        assert found[2], f"a bare $ in {text!r}"
        return dotenv[found[2]]

    return _VARIABLE.sub(one, text)


def environments(tree: Any, dotenv: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Service to what its process sees."""
    return {
        name: {key: filled(text, dotenv) for key, text in service.get("environment", {}).items()}
        for name, service in tree["services"].items()
    }


def problems(tree: Any, dotenv: Mapping[str, str]) -> Iterator[str]:
    """Everything that is not as it should be."""
    services: Mapping[str, Any] = tree["services"]
    if not services:
        yield "no services"
    ports = [port for service in services.values() for port in service.get("ports", ())]
    yield from (f"{port} is open to the network" for port in ports if not re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port))
    published = [port.split(":")[-2] for port in ports]
    yield from (f"port {port} twice" for port in sorted({port for port in published if published.count(port) > 1}))
    mounted = {mount.split(":")[0] for service in services.values() for mount in service.get("volumes", ())}
    yield from (f"volume {name}" for name in sorted(mounted ^ set(tree["volumes"] or {})))
    used: set[str] = set()
    for name, service in services.items():
        if not _IMAGE.fullmatch(service["image"]):
            yield f"{name}: {service['image']} is no pin"
        texts = [*service.get("environment", {}).values(), *service.get("command", ()), *service.get("entrypoint", ())]
        used |= {found[2] for text in texts for found in _VARIABLE.finditer(text) if found[2]}
        yield from (f"{name}: {problem}" for problem in _waits(services, service))
        yield from (f"{name} waits for itself" for _ in range(name in _all_before(services, name)))
    yield from (f"{name} is used and not set, or set and not used" for name in sorted(used ^ set(dotenv)))


def _waits(services: Mapping[str, Any], service: Mapping[str, Any]) -> Iterator[str]:
    for other, how in service.get("depends_on", {}).items():
        if other not in services:
            yield f"waits for {other}, which is not there"
        elif how["condition"] == "service_healthy" and "healthcheck" not in services[other]:
            yield f"waits for the health of {other}, which has no check"
        elif (how["condition"] == _DONE) != (services[other]["restart"] == "no"):
            yield f"waits for {other}: {how['condition']}"


def _all_before(services: Mapping[str, Any], name: str) -> set[str]:
    found: set[str] = set()
    todo = [name]
    while todo:
        before = set(services.get(todo.pop(), {}).get("depends_on", {})) - found
        found |= before
        todo += before
    return found
