"""Manifests are read whatever is in them; reports say the same to people and to programs."""

from __future__ import annotations

from helm_aeterna.release.objects import is_hook, is_kept, name_of, read_manifest
from helm_aeterna.release.readiness import State, Verdict
from helm_aeterna.release.report import Done, Removal, Report

MANIFEST = """---
# Source: a
apiVersion: v1
kind: Service
metadata: {name: a}
---
# only a comment
---
kind: Twice
metadata: {name: b}
data: {x: 1, x: 2}
--- # tail
kind: ConfigMap\t
metadata:
  name: c
  annotations: {helm.sh/resource-policy: keep}
---
- not an object
---
kind: Pod
metadata: {name: d, annotations: {helm.sh/hook: test}}
"""


def test_what_cannot_be_read_is_left_out() -> None:
    objects = read_manifest(MANIFEST)
    assert [name_of(one) for one in objects] == ["Service/a", "ConfigMap/c", "Pod/d"]
    assert [is_kept(one) for one in objects] == [False, True, False]
    assert [is_hook(one) for one in objects] == [False, False, True]


def report(**more: object) -> Report:
    verdict = Verdict(what="Deployment/a", state=State.READY, words="1 of 1 pods ready")
    facts = {
        "release": "a",
        "namespace": "n",
        "context": "c",
        "chart": "aeterna 1",
        "revision": "2",
        "verdicts": [verdict],
    }
    return Report(**{**facts, **more})  # type: ignore[arg-type]


def test_the_report_says_what_runs_where_and_what_comes_next() -> None:
    text = report(notes="Mind the gap", next=[("helm test a", "To test it")]).text()
    assert text.startswith(
        "Release a (aeterna 1, revision 2), namespace n, context c\n\n  ready    Deployment/a  1 of 1 pods ready"
    )
    assert text.endswith("Mind the gap\n\nTo test it:\n  helm test a")


def test_a_dry_run_says_that_nothing_was_changed() -> None:
    text = report(dry_run="server", verdicts=(), objects=["Service/a"], remark="Only that.").text()
    assert text == (
        "Dry run (server), nothing was changed: release a (aeterna 1), namespace n, context c\n\n"
        "  would be there: Service/a\n\nOnly that."
    )


def test_programs_get_the_same_facts() -> None:
    tree = report(steps=[Done(title="chart", seconds=1.26)], next=[("helm test a", "To test it")]).tree()
    assert tree["steps"] == [{"title": "chart", "seconds": 1.3}]
    assert tree["objects"] == [{"name": "Deployment/a", "state": "ready", "words": "1 of 1 pods ready"}]
    assert tree["next"] == ["helm test a"]


def test_a_removal_names_what_stays_and_its_command() -> None:
    removal = Removal(
        release="a", namespace="n", context="", removed=["release a"], stays=[("Secret/s", "kubectl delete secret s")]
    )
    assert removal.text().endswith("  Secret/s\n    kubectl delete secret s")
    assert removal.tree()["stays"] == [{"what": "Secret/s", "command": "kubectl delete secret s"}]
