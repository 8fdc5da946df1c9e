"""An operator is there when it runs, answers and has a version that fits; definitions alone are no operator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from helm_aeterna.release.operators import Presence, foreign_faults
from helm_aeterna.release.steps import Operator

OPERATOR = Operator(
    dependency="blue",
    wanted="want.blue",
    installs="own.blue",
    api="blue.org/v1",
    kind="Blue",
    oldest="1.26",
    release="b",
    namespace="bs",
)


def deployment(*, ready: bool = True, release: str = "b", version: str = "1.30.0") -> dict[str, Any]:
    annotations = {"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": "bs"}
    labels = {"app.kubernetes.io/version": version}
    metadata = {"name": "blue", "namespace": "bs", "annotations": annotations, "labels": labels, "generation": 1}
    status = {"observedGeneration": 1, "availableReplicas": int(ready), "updatedReplicas": 1}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {}, "status": status}


FINE = Presence(operator=OPERATOR, served=True, deployments=(deployment(),))


def test_an_operator_that_runs_is_left_alone() -> None:
    assert FINE.faults() == ()
    assert not FINE.is_to_install()


@pytest.mark.parametrize(
    ("presence", "words"),
    [
        (replace(FINE, deployments=()), "it is not installed"),
        (replace(FINE, served=False), "Blue is not served"),
        (replace(FINE, deployments=(deployment(ready=False),)), "is not ready: 0 of 1 pods ready"),
        (replace(FINE, deployments=({**deployment(), "spec": {"replicas": 0}},)), "is scaled to 0 replicas"),
        (replace(FINE, deployments=(deployment(version="1.25.4"),)), "version 1.25.4, older than 1.26"),
        (replace(FINE, unanswered={"bs": ("hook: nothing answers",)}), "hook: nothing answers"),
    ],
)
def test_anything_less_is_installed_or_repaired(presence: Presence, words: str) -> None:
    assert words in presence.faults()[0]
    assert presence.is_to_install()
    assert foreign_faults([presence]) == ()


def test_an_operator_of_someone_else_is_reported_and_not_changed() -> None:
    foreign = replace(FINE, deployments=(deployment(ready=False, release="theirs"),))
    assert not foreign.is_to_install()
    (finding,) = foreign_faults([foreign, FINE])
    assert (finding.code, finding.where) == ("AET611", "operator blue")


def test_one_healthy_operator_is_enough() -> None:
    assert replace(FINE, deployments=(deployment(ready=False, release="old"), deployment())).faults() == ()


def test_without_the_right_to_look_its_kind_has_to_do() -> None:
    unseen = replace(FINE, deployments=None)
    assert unseen.faults() == ()
    assert replace(unseen, served=False).is_to_install()
