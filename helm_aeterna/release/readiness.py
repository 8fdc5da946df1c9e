"""What the state of an object means: ready, still waiting, or failed, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from helm_aeterna.release.objects import api_of, name_of
from helm_aeterna.release.pods import belongs, reasons

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from helm_aeterna.release.objects import Object


class State(StrEnum):
    """Where an object stands."""

    READY = "ready"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One object in words.

    Attributes:
        what: Kind and name.
        state: Where it stands.
        words: How far it is, and why it is no further.
    """

    what: str
    state: State
    words: str


Judgement = tuple[State, str]


def judge(
    wanted: Sequence[Object],
    live: Mapping[tuple[str, str, str], Object],
    pods: Sequence[Object] = (),
    must_report: Collection[tuple[str, str]] = (),
) -> tuple[Verdict, ...]:
    """Say how every object of a release does whose state matters.

    Args:
        wanted: The release's objects, as rendered.
        live: The same as the cluster has them, by API version, kind and name.
        pods: The pods of the namespace.
        must_report: API version and kind of custom resources whose operator tells when they are ready.
    """
    verdicts = []
    for one in wanted:
        found = live.get((*api_of(one), one["metadata"]["name"]))
        rule = _RULES.get(one["kind"]) or (_custom(must_report) if _is_custom(one) else None)
        if rule is None:
            continue
        state, words = rule(found) if found else (State.WAITING, "it is not in the cluster")
        why = (
            "; ".join(reasons(pod for pod in pods if belongs(pod, found))) if found and state is not State.READY else ""
        )
        if words:
            verdicts.append(Verdict(what=name_of(one), state=state, words=f"{words}: {why}" if why else words))
    return tuple(verdicts)


def is_watched(one: Object) -> bool:
    """Whether the state of an object says something about the release."""
    return one["kind"] in _RULES or _is_custom(one)


def _is_custom(one: Object) -> bool:
    """Whether an object is of a kind that an operator brought; Kubernetes' own groups end in k8s.io."""
    group = api_of(one)[0].rpartition("/")[0]
    return "." in group and not group.endswith(".k8s.io")


def conditions_of(found: Object) -> dict[str, Mapping[str, Any]]:
    """The conditions of an object by their type."""
    return {str(one.get("type")): one for one in (found.get("status") or {}).get("conditions") or ()}


def _counted(found: Object, key: str, total: int, what: str = "pods") -> Judgement:
    """Compare a count of the status with what is wanted, once the controller has seen the newest spec."""
    status = found.get("status") or {}
    if status.get("observedGeneration", 0) < found["metadata"].get("generation", 0):
        return State.WAITING, "its controller has not looked at it yet"
    ready = min(status.get(key) or 0, status.get("updatedReplicas", total) if key != "numberReady" else total)
    return (State.READY if ready >= total else State.WAITING), f"{min(ready, total)} of {total} {what} ready"


def _replicas(found: Object) -> int:
    count = (found.get("spec") or {}).get("replicas")
    return 1 if count is None else int(count)


def _deployment(found: Object) -> Judgement:
    state, words = _counted(found, "availableReplicas", _replicas(found))
    conditions = conditions_of(found)
    refused = conditions.get("ReplicaFailure", {})
    if state is State.WAITING and refused.get("status") == "True":
        return State.FAILED, f"{words}: {refused.get('message')}"
    if state is State.WAITING and conditions.get("Progressing", {}).get("reason") == "ProgressDeadlineExceeded":
        return State.FAILED, f"{words}, and the Deployment's own time limit is over"
    return state, words


def _stateful_set(found: Object) -> Judgement:
    return _counted(found, "readyReplicas", _replicas(found))


def _daemon_set(found: Object) -> Judgement:
    return _counted(found, "numberReady", (found.get("status") or {}).get("desiredNumberScheduled") or 0)


def _job(found: Object) -> Judgement:
    conditions = conditions_of(found)
    failed = conditions.get("Failed", {})
    if failed.get("status") == "True":
        return State.FAILED, f"it failed: {failed.get('message') or failed.get('reason')}"
    if conditions.get("Complete", {}).get("status") == "True":
        return State.READY, "completed"
    return State.WAITING, "still at work"


def _claim(found: Object) -> Judgement:
    phase = (found.get("status") or {}).get("phase")
    if phase == "Bound":
        return State.READY, ""
    return (State.FAILED, "its volume is lost") if phase == "Lost" else (State.WAITING, "no volume is bound to it yet")


def _custom(must_report: Collection[tuple[str, str]]) -> Callable[[Object], Judgement]:
    """Judge a custom resource by its condition Ready, or by the word its operator writes."""

    def rule(found: Object) -> Judgement:
        status = found.get("status") or {}
        ready = conditions_of(found).get("Ready")
        word = status.get("phase") or status.get("state") or ""
        if ready or (isinstance(word, str) and word):
            good = ready.get("status") == "True" if ready else word.lower() in {"ready", "active", "bound"}
            words = word or str((ready or {}).get("message") or (ready or {}).get("reason") or "ready")
            return (State.READY if good else _bad(word)), f"{_progress(found)}{words}"
        if api_of(found) in must_report:
            return State.WAITING, "its operator has not looked at it yet"
        return State.READY, ""

    return rule


def _bad(word: str) -> State:
    return State.FAILED if word.lower() in {"error", "failed"} else State.WAITING


def _progress(found: Object) -> str:
    """How many of a database's instances are up, where its operator counts them."""
    status, total = found.get("status") or {}, (found.get("spec") or {}).get("instances")
    return f"{status.get('readyInstances') or 0} of {total} instances ready: " if total else ""


_RULES: Mapping[str, Callable[[Object], Judgement]] = {
    "Deployment": _deployment,
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemon_set,
    "Job": _job,
    "PersistentVolumeClaim": _claim,
}


def unready(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """Those that are not ready."""
    return (verdict for verdict in verdicts if verdict.state is not State.READY)


def webhooks_missing(objects: Iterable[Object], endpoints: Mapping[tuple[str, str], bool]) -> tuple[str, ...]:
    """Say which admission webhooks would not answer: an operator that is up may not listen yet.

    Args:
        objects: Webhook configurations as the cluster has them.
        endpoints: By namespace and name of a Service: whether something ready stands behind it.
    """
    missing = []
    for found in objects:
        for webhook in found.get("webhooks") or ():
            client = webhook.get("clientConfig") or {}
            service = client.get("service")
            if not service:
                continue
            if not endpoints.get((service.get("namespace", ""), service.get("name", ""))):
                missing.append(f"{webhook.get('name')}: nothing answers behind Service {service.get('name')} yet")
            elif not client.get("caBundle"):
                missing.append(f"{webhook.get('name')}: its certificate is not there yet")
    return tuple(missing)
