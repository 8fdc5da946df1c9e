"""What must hold before anything is installed: facts about cluster and release in, findings out."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from helm_aeterna.errors import Finding, Severity
from helm_aeterna.release.objects import is_hook, secrets_made, secrets_wanted, storage_wishes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from helm_aeterna.formats import Tree
    from helm_aeterna.release.objects import Object
    from helm_aeterna.release.webhooks import Webhook

_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known before an installation.

    Attributes:
        release: The release's name.
        namespace: Its namespace.
        chart: The chart's name.
        found: What Helm knows of a release of that name; None when there is none.
        namespace_phase: Active, Terminating; empty when the namespace is not there; None when nobody may look.
        create_namespace: Whether it may be created.
        other_name: What to do when the name is taken.
        storage_classes: The cluster's; None when nobody may look.
        objects: What the chart renders to; it may hold secrets.
        secrets: Names of the Secrets in the namespace; None when nobody may look.
        kept: Digests of generated secrets in the cluster, by Secret and key.
        failed_jobs: Jobs of the release that failed in an earlier run.
        can_delete: Whether the program can delete them.
        silent: Webhooks that check these objects and would not answer.
        take_over: Whether a release that was left half-way is taken over.
    """

    release: str
    namespace: str
    chart: str
    found: Mapping[str, Tree] | None = None
    namespace_phase: str | None = "Active"
    create_namespace: bool = False
    other_name: str = "choose another name: helm aeterna install NAME"
    storage_classes: Sequence[Object] | None = ()
    objects: Sequence[Object] = field(default=(), repr=False)
    secrets: frozenset[str] | None = frozenset()
    kept: Mapping[tuple[str, str], str] = field(default_factory=dict)
    failed_jobs: tuple[str, ...] = ()
    can_delete: bool = True
    silent: Sequence[Webhook] = ()
    take_over: bool = False


def preflight(facts: Facts) -> tuple[Finding, ...]:
    """Find everything that would keep this installation from working."""
    rules = (_namespace, _release, _storage, _kept, _jobs, _secrets, _unseen)
    return (*(one for rule in rules for one in rule(facts)), *(hook.finding() for hook in facts.silent))


def _namespace(facts: Facts) -> Iterator[Finding]:
    where = f"namespace {facts.namespace}"
    if facts.namespace.startswith("kube-"):
        fix = "name another one by --namespace, for example --namespace aeterna --create-namespace"
        yield Finding(code="AET616", where=where, problem="it belongs to Kubernetes itself", fix=fix)
    if facts.namespace_phase == "Terminating":
        fix = f"wait until it is gone (`kubectl get namespace {facts.namespace}`), or choose another one"
        yield Finding(code="AET602", where=where, problem="it is being deleted", fix=fix)
    elif facts.namespace_phase == "" and not facts.create_namespace:
        yield Finding(code="AET601", where=where, problem="it does not exist", fix="add --create-namespace")


def _release(facts: Facts) -> Iterator[Finding]:
    if facts.found is None:
        return
    where = f"release {facts.release}"
    status, chart = str(facts.found.get("status", "")), str(facts.found.get("chart", ""))
    if not chart.startswith(f"{facts.chart}-"):
        problem = f"a release of this name holds another chart, {chart}"
        yield Finding(code="AET604", where=where, problem=problem, fix=facts.other_name)
    elif is_pending(facts.found) and not facts.take_over:
        since = f" since {str(facts.found['updated'])[:19]}" if facts.found.get("updated") else ""
        problem = f"it is {status}{since}: another Helm works on it, or one was killed half-way"
        verb = "uninstalls" if is_first(facts.found) else "rolls back"
        fix = (
            f"if no other Helm works on it, add --take-over, which {verb} the unfinished revision first and keeps data"
        )
        yield Finding(code="AET603", where=where, problem=problem, fix=fix)


def is_pending(found: Mapping[str, Tree]) -> bool:
    """Whether a release is locked: by a Helm that is at work, or by one that was killed."""
    status = str(found.get("status", ""))
    return status.startswith("pending-") or status == "uninstalling"


def is_first(found: Mapping[str, Tree]) -> bool:
    """Whether there is no earlier revision to roll back to, or the release was on its way out."""
    return str(found.get("revision", "1")) == "1" or found.get("status") == "uninstalling"


def _storage(facts: Facts) -> Iterator[Finding]:
    if facts.storage_classes is None:
        return
    names = {one["metadata"]["name"] for one in facts.storage_classes}
    default = any(
        (one["metadata"].get("annotations") or {}).get(_DEFAULT_CLASS) == "true" for one in facts.storage_classes
    )
    for who, wanted in storage_wishes(facts.objects):
        if wanted is None and not default:
            known = ", ".join(sorted(names)) or "it has none at all"
            fix = f"set global.storageClass to one the cluster has: {known}"
            yield Finding(code="AET605", where=who, problem="the cluster has no default StorageClass", fix=fix)
        elif wanted and wanted not in names:
            known = ", ".join(sorted(names)) or "none"
            fix = f"name one the cluster has: {known}"
            yield Finding(code="AET606", where=who, problem=f"there is no StorageClass {wanted}", fix=fix)


def _kept(facts: Facts) -> Iterator[Finding]:
    """A generated key that is in the cluster already must not be replaced: what it encrypted would be lost."""
    for found in facts.objects:
        for key, digest in ((key, facts.kept.get((found["metadata"]["name"], key))) for key in _data(found)):
            if found["kind"] == "Secret" and digest and digest != value_digest(found, key):
                yield Finding(
                    code="AET607",
                    where=f"Secret {found['metadata']['name']}, key {key}",
                    problem="the cluster holds another key; replacing it makes what it encrypted unreadable",
                    fix="put the cluster's key into values.secret.yaml, or name the Secret as existingSecret; "
                    "delete the Secret first only if its data may be lost",
                )


def _data(found: Object) -> Mapping[str, Any]:
    return found.get("data") or {} if found["kind"] == "Secret" else {}


def value_digest(secret: Object, key: str) -> str:
    """SHA-256 of a rendered Secret's value, as the cluster's reader computes it."""
    try:
        value = base64.b64decode(str(_data(secret)[key]), validate=True)
    except (KeyError, binascii.Error):
        value = b""
    return hashlib.sha256(value).hexdigest()


def _jobs(facts: Facts) -> Iterator[Finding]:
    for name in facts.failed_jobs if not facts.can_delete else ():
        problem = "it failed in an earlier run, and cannot run again while it is there"
        fix = f"put kubectl on PATH, or run `kubectl --namespace {facts.namespace} delete job {name}`"
        yield Finding(code="AET617", where=f"Job/{name}", problem=problem, fix=fix)


def _secrets(facts: Facts) -> Iterator[Finding]:
    if facts.secrets is None:
        return
    objects = [found for found in facts.objects if not is_hook(found)]
    made, prefixes = secrets_made(objects)
    for name, who in secrets_wanted(objects).items():
        if name not in facts.secrets | made and not name.startswith(prefixes):
            yield Finding(
                code="AET608",
                where=who,
                problem=f"it needs the Secret {name}, which is not in namespace {facts.namespace}",
                fix=f"create it before its pods are to start; they wait for it: kubectl create secret generic {name} …",
                severity=Severity.WARNING,
            )


def _unseen(facts: Facts) -> Iterator[Finding]:
    unseen = {"namespaces": facts.namespace_phase, "storage classes": facts.storage_classes, "Secrets": facts.secrets}
    for what, seen in unseen.items():
        if seen is None:
            problem = f"not checked: you have no right to read {what}"
            yield Finding(code="AET609", where="cluster", problem=problem, severity=Severity.WARNING)
