"""Looks at the live cluster for install and uninstall: what must hold before, how it goes, what went wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helm_aeterna.adapters.cluster import Answer, Read
from helm_aeterna.errors import Finding, Severity
from helm_aeterna.release.objects import api_of, is_hook, name_of
from helm_aeterna.release.preflight import Facts
from helm_aeterna.release.readiness import Verdict, is_watched, judge, webhooks_missing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from helm_aeterna.commands.releases.target import Target
    from helm_aeterna.formats import Tree
    from helm_aeterna.release.objects import Object
    from helm_aeterna.release.steps import Operator

_WEBHOOKS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
_EVENTS = 8  # the newest warnings; older ones are rarely the cause


def served(target: Target, operators: Sequence[Operator]) -> dict[tuple[str, str], bool]:
    """Say which operators' kinds the cluster serves."""
    answers = target.cluster.read([Read(api=one.api, kind=one.kind, look=False) for one in operators])
    return {(one.api, one.kind): answer.served for one, answer in zip(operators, answers, strict=True)}


def gather(
    target: Target,
    chart: str,
    objects: Sequence[Object],
    generated: Collection[str],
    *,
    found: Mapping[str, Tree] | None,
    create_namespace: bool,
) -> Facts:
    """Collect what the preflight wants to know.

    Args:
        target: The release.
        chart: The chart's name.
        objects: What it renders to.
        generated: Keys of Secrets that are made once and must never change.
        found: What Helm knows of the release.
        create_namespace: Whether the namespace may be created.
    """
    here = target.namespace
    kept = _made_once(objects, generated)
    reads = [
        Read(api="v1", kind="Namespace", name=here),
        Read(api="storage.k8s.io/v1", kind="StorageClass"),
        Read(api="v1", kind="Secret", namespace=here),
    ]
    reads += [Read(api="v1", kind="Secret", namespace=here, name=name, digest=key) for name, key in kept]
    space, classes, secrets, *digests = target.cluster.read(reads)
    return Facts(
        release=target.release,
        namespace=here,
        chart=chart,
        found=found,
        namespace_phase=_phase(space),
        create_namespace=create_namespace,
        storage_classes=classes.objects if classes.allowed else None,
        objects=objects,
        secrets=frozenset(one["metadata"]["name"] for one in secrets.objects) if secrets.allowed else None,
        kept={place: answer.digest for place, answer in zip(kept, digests, strict=True) if answer.digest},
    )


def _made_once(objects: Sequence[Object], keys: Collection[str]) -> list[tuple[str, str]]:
    """Name and key of every Secret value among the objects that must never change."""
    secrets = [one for one in objects if one["kind"] == "Secret"]
    return [(one["metadata"]["name"], key) for one in secrets for key in keys if key in (one.get("data") or {})]


def _phase(space: Answer) -> str | None:
    if not space.allowed:
        return None
    return next((str((one.get("status") or {}).get("phase", "Active")) for one in space.objects), "")


def observe(target: Target, objects: Sequence[Object], must_report: Collection[tuple[str, str]]) -> tuple[Verdict, ...]:
    """Say how the release's objects do now; kinds that the user may not read are left out."""
    wanted = [one for one in objects if is_watched(one) and not is_hook(one)]
    kinds = sorted({api_of(one) for one in wanted})
    here = target.namespace
    reads = [Read(api=api, kind=kind, namespace=here) for api, kind in kinds]
    pods, *answers = target.cluster.read([Read(api="v1", kind="Pod", namespace=here), *reads])
    allowed = {kind for kind, answer in zip(kinds, answers, strict=True) if answer.allowed}
    live = {(*kind, one["metadata"]["name"]): one for kind, a in zip(kinds, answers, strict=True) for one in a.objects}
    return judge([one for one in wanted if api_of(one) in allowed], live, pods.objects, must_report)


def warnings_of(target: Target, objects: Sequence[Object]) -> tuple[Finding, ...]:
    """Give the newest warnings that the cluster has about the release's objects and their pods."""
    names = tuple({one["metadata"]["name"] for one in objects if is_watched(one)})
    (answer,) = target.cluster.read([Read(api="v1", kind="Event", namespace=target.namespace)])
    about = [
        event
        for event in answer.objects
        if event.get("type") == "Warning" and str((event.get("involvedObject") or {}).get("name")).startswith(names)
    ]
    about.sort(key=lambda event: str(event.get("lastTimestamp") or event.get("eventTime") or ""))
    # A quota refuses one pod after the other, each with a name of its own: the last one tells it all.
    last = {(event["involvedObject"].get("kind"), _nameless(event)): event for event in about}
    return tuple(_warning(event) for event in list(last.values())[-_EVENTS:])


def _nameless(event: Object) -> str:
    """The message of an event without the random end of a pod's name."""
    return re.sub(r"-[a-z0-9]{5}\b", "", str(event.get("message")))


def _warning(event: Object) -> Finding:
    about = event["involvedObject"]
    times = event.get("count") or 1
    problem = f"{event.get('reason')}: {event.get('message')}" + (f" ({times} times)" if times > 1 else "")
    return Finding(code="AET621", where=f"{about['kind']}/{about['name']}", problem=problem, severity=Severity.WARNING)


def unanswered_webhooks(target: Target, objects: Sequence[Object]) -> tuple[str, ...]:
    """Say which admission webhooks of an operator would not answer yet; those nobody may read count as fine."""
    hooks = [one for one in objects if one["kind"] in _WEBHOOKS]
    if not hooks:
        return ()
    reads = [Read(api=api_of(one)[0], kind=one["kind"], name=one["metadata"]["name"]) for one in hooks]
    slices, *answers = target.cluster.read(
        [Read(api="discovery.k8s.io/v1", kind="EndpointSlice", namespace=target.namespace), *reads]
    )
    if not slices.allowed:
        return ()
    return webhooks_missing([found for answer in answers for found in answer.objects], _answering(slices))


def _answering(slices: Answer) -> dict[tuple[str, str], bool]:
    """By Service: whether an endpoint of it is ready."""
    found: dict[tuple[str, str], bool] = {}
    for one in slices.objects:
        service = (one["metadata"].get("labels") or {}).get("kubernetes.io/service-name", "")
        place = (str(one["metadata"]["namespace"]), str(service))
        ready = any((end.get("conditions") or {}).get("ready") is not False for end in one.get("endpoints") or ())
        found[place] = found.get(place, False) or ready
    return found


def as_findings(verdicts: Sequence[Verdict], namespace: str) -> tuple[Finding, ...]:
    """Tell objects that are not ready as findings."""
    return tuple(
        Finding(
            code="AET620",
            where=one.what,
            problem=f"{one.state.value}: {one.words}",
            fix=f"kubectl --namespace {namespace} describe {one.what}",
        )
        for one in verdicts
    )


def names(objects: Sequence[Object]) -> tuple[str, ...]:
    """Names of objects, hooks left out."""
    return tuple(name_of(one) for one in objects if not is_hook(one))
