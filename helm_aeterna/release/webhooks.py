"""Admission webhooks: which of them concern a release, and which would not answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from helm_aeterna.errors import Finding, Severity
from helm_aeterna.release.objects import api_of, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from helm_aeterna.release.objects import Object


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A webhook behind a Service of the cluster.

    Attributes:
        name: Its name.
        namespace: Namespace of its Service.
        service: Name of its Service.
        entry: The webhook as its configuration has it.
        words: Why it would not answer.
    """

    name: str
    namespace: str
    service: str
    entry: Mapping[str, Any] = field(repr=False)
    words: str = ""

    def concerns(self, objects: Iterable[Object]) -> bool:
        """Whether the API server asks it before it accepts one of the objects."""
        kinds = {(api_of(one)[0].rpartition("/")[0], plural(one["kind"])) for one in objects}
        return any(_matches(rule, group, name) for rule in self.entry.get("rules") or () for group, name in kinds)

    def finding(self) -> Finding:
        """Report that it does not answer: an error when that refuses objects for certain."""
        certain = not self.entry.get("namespaceSelector") and not self.entry.get("objectSelector")
        refuses = self.entry.get("failurePolicy", "Fail") == "Fail"
        return Finding(
            code="AET613",
            where=f"webhook {self.name}",
            problem=f"{self.words.partition(': ')[2]}; the API server refuses objects that it has to check",
            fix=f"repair what should answer behind Service {self.service} in namespace {self.namespace}, "
            "or delete the webhook's configuration if nothing needs it",
            severity=Severity.ERROR if certain and refuses else Severity.WARNING,
        )


def _matches(rule: Mapping[str, Any], group: str, name: str) -> bool:
    groups, names, verbs = (rule.get(key) or () for key in ("apiGroups", "resources", "operations"))
    asked = "*" in verbs or "CREATE" in verbs or "UPDATE" in verbs
    return asked and ("*" in groups or group in groups) and any(one in {"*", "*/*", name} for one in names)


def of(configurations: Iterable[Object]) -> tuple[Webhook, ...]:
    """The webhooks behind Services; those elsewhere cannot be seen from the cluster."""
    entries = [entry for one in configurations for entry in one.get("webhooks") or ()]
    services = [(entry, (entry.get("clientConfig") or {}).get("service") or {}) for entry in entries]
    return tuple(
        Webhook(name=entry["name"], namespace=service["namespace"], service=service["name"], entry=entry)
        for entry, service in services
        if service
    )


def silent(hooks: Iterable[Webhook], endpoints: Mapping[tuple[str, str], bool] | None) -> Sequence[Webhook]:
    """Those that would not answer, with the reason.

    Args:
        hooks: Webhooks.
        endpoints: By namespace and name of a Service: whether an endpoint is ready; None when that is not known.
    """
    if endpoints is None:
        return ()
    found = []
    for hook in hooks:
        if not endpoints.get((hook.namespace, hook.service)):
            words = f"{hook.name}: nothing answers behind Service {hook.service}"
        elif not (hook.entry.get("clientConfig") or {}).get("caBundle"):
            words = f"{hook.name}: its certificate is not there yet"
        else:
            continue
        found.append(replace(hook, words=words))
    return found
