"""Looks at the live cluster for install and uninstall: what must hold before, how it goes, what went wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.adapters.cluster import Answer, Read
from helm_aeterna.errors import Finding, Severity
from helm_aeterna.formats import dump_json
from helm_aeterna.release import webhooks
from helm_aeterna.release.objects import api_of, is_hook, is_kept, name_of
from helm_aeterna.release.operators import LABEL, Presence
from helm_aeterna.release.pods import belongs, failed_containers
from helm_aeterna.release.preflight import Facts, preflight
from helm_aeterna.release.readiness import Verdict, failed_jobs, is_watched, judge
from helm_aeterna.release.rights import rights_missing, rights_needed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from helm_aeterna.commands.releases.target import Target
    from helm_aeterna.release.objects import Object
    from helm_aeterna.release.steps import Operator
    from helm_aeterna.release.webhooks import Webhook

_ADMISSION = "admissionregistration.k8s.io/v1"
_LOGS = 2  # containers whose last lines are shown
_EVENTS = 8  # the newest warnings; older ones are rarely the cause


def survey(
    target: Target, facts: Facts, generated: Collection[str], wanted: Sequence[Operator]
) -> tuple[Facts, list[Presence]]:
    """Look at everything in the cluster that an installation depends on.

    Args:
        target: The release.
        facts: What is known without the cluster.
        generated: Keys of Secrets that are made once and must never change.
        wanted: The operators that the release needs.
    """
    here, kept = target.namespace, _made_once(facts.objects, generated)
    reads = [
        Read(api="v1", kind="Namespace", name=here),
        Read(api="storage.k8s.io/v1", kind="StorageClass"),
        Read(api="v1", kind="Secret", namespace=here),
        Read(api="batch/v1", kind="Job", namespace=here),
        *(Read(api="v1", kind="Secret", namespace=here, name=name, digest=key) for name, key in kept),
    ]
    answers = target.cluster.read([*reads, *_operator_reads(wanted)])
    space, classes, secrets, jobs, *digests = answers[: len(reads)]
    presences, silent = _operators(target, wanted, answers[len(reads) :], facts.objects)
    known = replace(
        facts,
        namespace_phase=_phase(space),
        storage_classes=classes.objects if classes.allowed else None,
        secrets=frozenset(one["metadata"]["name"] for one in secrets.objects) if secrets.allowed else None,
        kept={place: answer.digest for place, answer in zip(kept, digests, strict=True) if answer.digest},
        failed_jobs=failed_jobs(facts.objects, jobs.objects),
        silent=silent,
    )
    return known, presences


def denied(target: Target, facts: Facts, operators: Sequence[Operator]) -> tuple[Finding, ...]:
    """The rights that the user lacks, asked for all at once; a warning where they cannot be asked for."""
    absent = facts.namespace_phase == ""
    needed = rights_needed(facts.objects, target.namespace, operators, create_namespace=absent)
    allowed = target.kubectl.reviews(needed) if target.kubectl else None
    return (_unchecked("your rights"),) if allowed is None else rights_missing(needed, allowed)


def refusals(target: Target, objects: Sequence[Object], absent: Sequence[Presence]) -> tuple[Finding, ...]:
    """What the API server refuses of the objects in a dry run; kinds that an operator will bring are left out."""
    if target.kubectl is None:
        return (_unchecked("whether the API server accepts each object"),)
    unserved = {(one.operator.api.partition("/")[0]) for one in absent if not one.served}
    asked = [one for one in objects if not is_hook(one) and api_of(one)[0].partition("/")[0] not in unserved]
    said = target.kubectl.refusals(dump_json({"apiVersion": "v1", "kind": "List", "items": asked}))
    return tuple(
        Finding(code="AET614", where="kubectl apply", problem=line, fix="change the values that lead to it")
        for line in said
        if f'namespaces "{target.namespace}" not found' not in line  # the installation makes it
    )


def _unchecked(what: str) -> Finding:
    problem, fix = f"not checked: {what}; there is no kubectl that can be used", "put kubectl on PATH"
    return Finding(code="AET609", where="cluster", problem=problem, fix=fix, severity=Severity.WARNING)


def look_at_operator(target: Target, operator: Operator) -> Presence:
    """Look at one operator."""
    answers = target.cluster.read(_operator_reads((operator,)))
    return _operators(target, (operator,), answers, ())[0][0]


def operator_facts(target: Target, operator: Operator, *, take_over: bool) -> tuple[Facts, list[Finding]]:
    """What Helm knows of an operator's release, and what is wrong with it."""
    place = target.elsewhere(operator.release, operator.namespace)
    other = f"install the operator {operator.dependency} yourself under another name; `install` then uses it"
    facts = Facts(
        release=operator.release,
        namespace=operator.namespace,
        chart=operator.dependency,
        found=place.helm.find_release(operator.release),
        take_over=take_over,
        other_name=other,
    )
    return facts, list(preflight(facts))


def _operator_reads(operators: Sequence[Operator]) -> list[Read]:
    """The questions about operators; the two about webhooks come first."""
    reads = [Read(api=_ADMISSION, kind=f"{which}WebhookConfiguration") for which in ("Mutating", "Validating")]
    for one in operators:
        reads.append(Read(api=one.api, kind=one.kind, look=False))
        reads.append(Read(api="apps/v1", kind="Deployment", label=LABEL, among=one.names))
    return reads


def _operators(
    target: Target, operators: Sequence[Operator], answers: Sequence[Answer], objects: Sequence[Object]
) -> tuple[list[Presence], list[Webhook]]:
    """What the answers say about operators, and which webhooks of others would not answer for the objects."""
    hooks = webhooks.of(one for answer in answers[:2] for one in answer.objects)
    found, places = [], set[str]()
    for number, operator in enumerate(operators, start=1):
        served, seen = answers[2 * number : 2 * number + 2]
        deployments = seen.objects if seen.allowed else None
        found.append(Presence(operator=operator, served=served.served, deployments=deployments))
        places |= {operator.namespace, *(one["metadata"]["namespace"] for one in deployments or ())}
    concerned = [hook for hook in hooks if hook.namespace in places or hook.concerns(objects)]
    silent = webhooks.silent(concerned, _answering(target, {hook.namespace for hook in concerned}))
    unanswered = {place: tuple(hook.words for hook in silent if hook.namespace == place) for place in places}
    presences = [replace(one, unanswered=unanswered) for one in found]
    return presences, [hook for hook in silent if hook.namespace not in places]


def _answering(target: Target, namespaces: Collection[str]) -> dict[tuple[str, str], bool] | None:
    """By Service: whether an endpoint of it is ready; None when the user may not look."""
    reads = [Read(api="discovery.k8s.io/v1", kind="EndpointSlice", namespace=name) for name in sorted(namespaces)]
    answers = target.cluster.read(reads)
    found: dict[tuple[str, str], bool] = {}
    for one in (one for answer in answers for one in answer.objects):
        service = (one["metadata"].get("labels") or {}).get("kubernetes.io/service-name", "")
        place = (str(one["metadata"]["namespace"]), str(service))
        ready = any((end.get("conditions") or {}).get("ready") is not False for end in one.get("endpoints") or ())
        found[place] = found.get(place, False) or ready
    return found if all(answer.allowed for answer in answers) else None


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


def last_words(target: Target, objects: Sequence[Object]) -> tuple[Finding, ...]:
    """The last lines of containers that failed, where kubectl can get them."""
    kubectl, names = target.kubectl, {one["metadata"]["name"] for one in objects if one["kind"] == "Pod"}
    if kubectl is None:
        return ()
    (pods,) = target.cluster.read([Read(api="v1", kind="Pod", namespace=target.namespace)])
    ours = [
        pod for pod in pods.objects if pod["metadata"]["name"] in names or any(belongs(pod, one) for one in objects)
    ]
    failed = [(pod["metadata"]["name"], name) for pod in ours for name in failed_containers(pod)][:_LOGS]
    texts = [(pod, name, kubectl.log(pod, name)) for pod, name in failed]
    return tuple(
        Finding(
            code="AET622",
            where=f"Pod/{pod}, container {name}",
            problem="\n        ".join(("its last lines are:", *text.splitlines())),
            severity=Severity.WARNING,
        )
        for pod, name, text in texts
        if text
    )


def still_there(target: Target, objects: Sequence[Object]) -> tuple[Finding, ...]:
    """The objects of a release that its removal did not remove, and what holds them."""
    going = {(api_of(one), one["metadata"]["name"]) for one in objects if not is_kept(one) and not is_hook(one)}
    kinds = sorted({kind for kind, _ in going})
    answers = target.cluster.read([Read(api=api, kind=kind, namespace=target.namespace) for api, kind in kinds])
    live = [one for answer in answers for one in answer.objects if (api_of(one), one["metadata"]["name"]) in going]
    return tuple(
        Finding(
            code="AET623",
            where=name_of(one),
            problem="it is still there" + (f", held by {', '.join(held)}" if held else ""),
            fix=f"kubectl --namespace {target.namespace} describe {name_of(one)}",
        )
        for one, held in ((one, one["metadata"].get("finalizers") or ()) for one in live)
    )


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
