"""What the state of an object means: ready, still waiting, or failed, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from helm_aeterna.release.objects import api_of, is_hook, name_of
from helm_aeterna.release.pods import belongs, reasons

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from helm_aeterna.release.objects import Object


# Kinds whose failure is final; the operators of custom resources try again.
_FINAL = ("Deployment/", "Job/")


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


@dataclass(slots=True, kw_only=True)
class Watch:
    """Watches a release while Helm waits for it, for states that no waiting mends.

    Attributes:
        objects: The release's objects.
        fresh: Whether there was no release before; else the first look may show what the upgrade is about to mend.
        cause: What cannot become ready.
    """

    objects: Sequence[Object] = ()
    fresh: bool = False
    cause: Verdict | None = None
    _ignored: frozenset[str] | None = None
    _suspected: frozenset[str] = frozenset()

    def is_hopeless(self, waiting: Sequence[Verdict]) -> bool:
        """Whether an object is found failed by two looks in a row."""
        failed = {one.what: one for one in waiting if one.state is State.FAILED and one.what.startswith(_FINAL)}
        if self._ignored is None:
            self._ignored = frozenset() if self.fresh else frozenset(failed)
        self._ignored &= failed.keys()
        again = sorted(self._suspected & (failed.keys() - self._ignored))
        self._suspected = frozenset(failed)
        self.cause = failed[again[0]] if again else None
        return bool(again)


def failed_jobs(objects: Iterable[Object], live: Iterable[Object]) -> tuple[str, ...]:
    """Names of the release's Jobs that failed in an earlier run: Helm never runs such a Job again."""
    ours = {one["metadata"]["name"] for one in objects if one["kind"] == "Job" and not is_hook(one)}
    named = ((one["metadata"]["name"], one) for one in live)
    return tuple(name for name, one in named if name in ours and _job(one)[0] is State.FAILED)


def unready(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """Those that are not ready."""
    return (verdict for verdict in verdicts if verdict.state is not State.READY)
