"""The state of an object means ready, waiting or failed, with the reason a person can act on."""

from __future__ import annotations

from typing import Any

import pytest

from helm_aeterna.release.pods import reasons
from helm_aeterna.release.readiness import State, Verdict, judge, unready

LABELS = {"app": "x"}


def thing(kind: str, api: str = "apps/v1", spec: dict[str, Any] | None = None, **status: object) -> dict[str, Any]:
    metadata = {"name": "x", "generation": 2}
    full = {"selector": {"matchLabels": LABELS}, **(spec or {})}
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": metadata,
        "spec": full,
        "status": {"observedGeneration": 2, **status},
    }


def condition(kind: str, status: str, reason: str = "", message: str = "") -> dict[str, str]:
    return {"type": kind, "status": status, "reason": reason, "message": message}


def verdict(
    one: dict[str, Any], *pods: dict[str, Any], must_report: tuple[tuple[str, str], ...] = ()
) -> Verdict | None:
    live = {(one["apiVersion"], one["kind"], one["metadata"]["name"]): one}
    found = judge([one], live, pods, must_report)
    return found[0] if found else None


def pod(
    *containers: dict[str, Any], init: tuple[dict[str, Any], ...] = (), phase: str = "Running", **status: object
) -> dict[str, Any]:
    statuses = {"containerStatuses": list(containers), "initContainerStatuses": list(init), "phase": phase, **status}
    return {"metadata": {"name": "x-1", "labels": LABELS}, "status": statuses}


def container(
    state: str, reason: str = "", *, ready: bool = False, message: str = "", code: int = 0, **more: object
) -> dict[str, Any]:
    return {
        "name": "c",
        "image": "i:1",
        "ready": ready,
        "state": {state: {"reason": reason, "message": message, "exitCode": code}},
        **more,
    }


CASES = [
    (thing("Deployment", availableReplicas=1, updatedReplicas=1), State.READY, "1 of 1 pods ready"),
    (
        thing("Deployment", spec={"replicas": 3}, availableReplicas=3, updatedReplicas=1),
        State.WAITING,
        "1 of 3 pods ready",
    ),
    (thing("Deployment", spec={"replicas": 0}), State.READY, "0 of 0 pods ready"),
    (
        thing("Deployment", availableReplicas=1, observedGeneration=1),
        State.WAITING,
        "controller has not looked at it yet",
    ),
    (
        thing("Deployment", conditions=[condition("ReplicaFailure", "True", message="exceeded quota: small")]),
        State.FAILED,
        "exceeded quota: small",
    ),
    (
        thing("Deployment", conditions=[condition("Progressing", "False", "ProgressDeadlineExceeded")]),
        State.FAILED,
        "time limit is over",
    ),
    (
        thing("StatefulSet", spec={"replicas": 3}, readyReplicas=2, updatedReplicas=3),
        State.WAITING,
        "2 of 3 pods ready",
    ),
    (thing("StatefulSet", readyReplicas=1, updatedReplicas=1), State.READY, "1 of 1 pods ready"),
    (thing("DaemonSet", desiredNumberScheduled=3, numberReady=2), State.WAITING, "2 of 3 pods ready"),
    (thing("DaemonSet", desiredNumberScheduled=0), State.READY, "0 of 0 pods ready"),
    (thing("Job", "batch/v1", conditions=[condition("Complete", "True")]), State.READY, "completed"),
    (
        thing("Job", "batch/v1", conditions=[condition("Failed", "True", message="BackoffLimit")]),
        State.FAILED,
        "BackoffLimit",
    ),
    (thing("Job", "batch/v1", active=1), State.WAITING, "still at work"),
    (thing("PersistentVolumeClaim", "v1", phase="Pending"), State.WAITING, "no volume is bound"),
    (thing("PersistentVolumeClaim", "v1", phase="Lost"), State.FAILED, "its volume is lost"),
    (
        thing(
            "Cluster",
            "db.org/v1",
            {"instances": 3},
            readyInstances=1,
            phase="Setting up",
            conditions=[condition("Ready", "False")],
        ),
        State.WAITING,
        "1 of 3 instances ready: Setting up",
    ),
    (
        thing(
            "Cluster",
            "db.org/v1",
            {"instances": 3},
            readyInstances=3,
            phase="Fine",
            conditions=[condition("Ready", "True")],
        ),
        State.READY,
        "3 of 3 instances ready: Fine",
    ),
    (thing("Mongo", "m.org/v1", state="ready"), State.READY, "ready"),
    (thing("Mongo", "m.org/v1", state="initializing"), State.WAITING, "initializing"),
    (thing("Mongo", "m.org/v1", state="error"), State.FAILED, "error"),
    (
        thing("ExternalSecret", "e.io/v1", conditions=[condition("Ready", "False", "SecretSyncedError", "no store")]),
        State.WAITING,
        "no store",
    ),
]


@pytest.mark.parametrize(
    ("one", "state", "words"), CASES, ids=[f"{c[0]['kind']}-{c[1]}-{n}" for n, c in enumerate(CASES)]
)
def test_states_in_words(one: dict[str, Any], state: State, words: str) -> None:
    found = verdict(one)
    assert found is not None
    assert found.state is state
    assert words in found.words


@pytest.mark.parametrize(
    "one", [thing("Service", "v1"), thing("Role", "rbac.authorization.k8s.io/v1"), thing("Monitor", "m.io/v1")]
)
def test_what_has_no_state_is_not_told(one: dict[str, Any]) -> None:
    assert verdict(one) is None


def test_a_custom_resource_that_must_report_waits_for_its_operator() -> None:
    found = verdict(thing("Cluster", "db.org/v1"), must_report=(("db.org/v1", "Cluster"),))
    assert found is not None
    assert (found.state, found.words) == (State.WAITING, "its operator has not looked at it yet")


def test_an_object_that_is_not_there_is_told() -> None:
    (found,) = judge([thing("Deployment")], {})
    assert (found.state, found.words) == (State.WAITING, "it is not in the cluster")
    assert list(unready([found])) == [found]


def test_a_workload_that_waits_says_why_its_pods_do() -> None:
    crash = container("waiting", "CrashLoopBackOff", lastState={"terminated": {"exitCode": 137, "reason": "OOMKilled"}})
    found = verdict(
        thing("Deployment"), pod(crash), {"metadata": {"name": "other", "labels": {"app": "y"}}, "status": {}}
    )
    assert found is not None
    assert found.words == (
        "0 of 1 pods ready: container c: the program ends again and again, "
        "last with exit code 137 (OOMKilled) (CrashLoopBackOff)"
    )


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (
            pod(container("waiting", "ImagePullBackOff", message="not found")),
            "the image i:1 cannot be pulled (ImagePullBackOff): not found",
        ),
        (
            pod(container("waiting", "CreateContainerConfigError", message='secret "s" not found')),
            'is not there (CreateContainerConfigError): secret "s"',
        ),
        (pod(container("running")), "it runs, but its readiness probe does not pass"),
        (pod(container("terminated", "Error", code=1)), "it ended with exit code 1"),
        (
            pod(container("waiting", "PodInitializing"), init=(container("running"),)),
            "init container c is still at work",
        ),
        (
            pod(phase="Pending", conditions=[condition("PodScheduled", "False", message="0/3 nodes: unbound claim")]),
            "no node takes it: 0/3",
        ),
        (pod(phase="Failed", reason="Evicted", message="low on memory"), "it failed: low on memory"),
        (pod(container("running", ready=True), conditions=[condition("Ready", "False")]), "its node does not report"),
    ],
)
def test_pods_say_why_they_do_not_run(broken: dict[str, Any], words: str) -> None:
    found = reasons([broken, broken])
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    "fine",
    [
        pod(container("running", ready=True)),
        pod(container("terminated", "Completed"), phase="Succeeded"),
        pod(container("waiting", "ContainerCreating"), phase="Pending"),
    ],
)
def test_pods_that_do_what_they_should_have_nothing_to_say(fine: dict[str, Any]) -> None:
    assert reasons([fine]) == ()
