"""Why a pod does not run, in words a person can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from helm_aeterna.release.objects import Object

# Reason of a waiting container to what it means.
_WAITING = {
    "ImagePullBackOff": "the image {image} cannot be pulled",
    "ErrImagePull": "the image {image} cannot be pulled",
    "InvalidImageName": "{image} is no name of an image",
    "ErrImageNeverPull": "the image {image} is not on the node and may not be pulled",
    "CrashLoopBackOff": "the program ends again and again, last with {last}",
    "CreateContainerConfigError": "a ConfigMap, Secret or key it names is not there",
    "CreateContainerError": "the container cannot be created",
    "RunContainerError": "the container cannot be started",
}
# Not worth a word for as long as they last: every pod passes through them.
_PASSING = ("ContainerCreating", "PodInitializing")


def belongs(pod: Object, owner: Object) -> bool:
    """Whether a pod is one of a workload's, by the workload's own selector."""
    wanted = ((owner.get("spec") or {}).get("selector") or {}).get("matchLabels") or {}
    labels = pod["metadata"].get("labels") or {}
    return bool(wanted) and all(labels.get(key) == value for key, value in wanted.items())


def reasons(pods: Iterable[Object]) -> tuple[str, ...]:
    """Say why pods do not run, each reason once, the plainest first."""
    found: dict[str, None] = {}
    for pod in pods:
        for reason in _reasons(pod):
            found.setdefault(reason)
    return tuple(found)


def failed_containers(pod: Object) -> tuple[str, ...]:
    """Containers that ended with an error, now or before their last restart."""
    status = pod.get("status") or {}
    every = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    ends = [(one["name"], (one.get(key) or {}).get("terminated")) for one in every for key in ("state", "lastState")]
    return tuple(dict.fromkeys(name for name, end in ends if end and end.get("exitCode")))


def _reasons(pod: Object) -> Iterator[str]:
    status = pod.get("status") or {}
    if status.get("phase") == "Succeeded":
        return
    # While an init container is at work the others only wait for it.
    init = [_container(one, init=True) for one in status.get("initContainerStatuses") or ()]
    main = [_container(one) for one in status.get("containerStatuses") or ()]
    told = [words for words in init if words] or [words for words in main if words]
    yield from told or _pending(status)


def _pending(status: Mapping[str, Any]) -> Iterator[str]:
    conditions = {one.get("type"): one for one in status.get("conditions") or ()}
    scheduled = conditions.get("PodScheduled") or {}
    if scheduled.get("status") == "False":
        yield f"no node takes it: {scheduled.get('message') or scheduled.get('reason')}"
    elif status.get("phase") == "Failed":
        yield f"it failed: {status.get('message') or status.get('reason') or 'no reason given'}"
    elif status.get("phase") == "Running" and conditions.get("Ready", {}).get("status") == "False":
        yield "its containers run, but its node does not report that it is ready"


def _container(status: Mapping[str, Any], *, init: bool = False) -> str:
    """One container in words; empty for one that does what it should."""
    name, state = status.get("name"), status.get("state") or {}
    if "waiting" in state:
        return _waiting(status, state["waiting"])
    if "terminated" in state:
        ended = state["terminated"]
        return "" if ended.get("exitCode") == 0 else f"container {name}: it ended with {_end(ended)}"
    if "running" in state and init:
        return f"init container {name} is still at work"
    if "running" in state and not status.get("ready"):
        return f"container {name}: it runs, but its readiness probe does not pass"
    return ""


def _waiting(status: Mapping[str, Any], waiting: Mapping[str, Any]) -> str:
    reason = waiting.get("reason") or "waiting"
    if reason in _PASSING:
        return ""
    ended = (status.get("lastState") or {}).get("terminated")
    facts = {"image": status.get("image"), "last": _end(ended) if ended else "an unknown end"}
    words = _WAITING.get(reason, "it waits").format(**facts)
    # A registry's or the kubelet's own words say more than ours; a crash says nothing beyond its back-off.
    more = waiting.get("message") if reason != "CrashLoopBackOff" else ""
    return f"container {status.get('name')}: {words} ({reason})" + (f": {more}" if more else "")


def _end(ended: Mapping[str, Any]) -> str:
    reason = ended.get("reason")
    plain = reason in {None, "", "Error", "Completed"}
    return f"exit code {ended.get('exitCode')}" + ("" if plain else f" ({reason})")
