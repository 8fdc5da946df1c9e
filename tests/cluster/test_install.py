"""`install` with everything external: real Helm 3.17, 3.19 and 4, a real API server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.installs import EXTERNAL, KEY, Installs
from tests.support.live_cluster import LiveCluster, eventually
from tests.support.program import ROOT
from tests.support.require import require

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.cluster, pytest.mark.helm]


@pytest.fixture
def installs(tmp_path: Path, chart_with_archives: Path, cluster: LiveCluster, namespace: str) -> Installs:
    made = Installs(folder=tmp_path / "out", chart=chart_with_archives, cluster=cluster, namespace=namespace)
    return made.values(EXTERNAL)


def with_helm(installs: Installs, helm: str) -> Installs:
    return Installs(**{**installs.__dict__, "helm": helm})


def failing(installs: Installs, outcome: str) -> Installs:
    pods = {"aeterna": {"podAnnotations": {"test.aeterna.dev/outcome": outcome}}}
    return installs.values(EXTERNAL, pods)


@pytest.mark.requirement("CHART-03", "CHART-04", "CHART-05")
@pytest.mark.parametrize("helm", ["helm317", "helm3", "helm4"])
def test_a_release_runs_and_a_second_installation_changes_no_object(installs: Installs, helm: str) -> None:
    installs = with_helm(installs, helm)
    first = installs.install("--test")
    assert first.code == 0, first.err
    assert "ready    Deployment/aeterna " in first.out
    before = installs.objects()
    assert "Deployment/aeterna" in before
    second = installs.install("--json")
    assert second.code == 0, second.err
    assert installs.objects() == before
    assert second.tree["revision"] == "2"
    assert second.tree["namespace"] == installs.namespace
    assert {one["state"] for one in second.tree["objects"]} == {"ready"}


def test_progress_is_told_and_secrets_are_not(installs: Installs) -> None:
    ran = installs.install("--json")
    assert ran.code == 0, ran.err
    assert "step 1 of 2: release aeterna" in ran.err
    for canary in (KEY, "pg-canary-password"):
        assert canary not in ran.out + ran.err


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("image", "ImagePullBackOff"), ("crash", "the program ends again and again"), ("unready", "readiness probe")],
)
def test_failing_pods_are_told_in_words(installs: Installs, outcome: str, words: str) -> None:
    ran = failing(installs, outcome).install("--timeout=6s", "--json")
    assert ran.code == 6
    assert "not everything got ready in time" in ran.tree["error"]
    problems = {one["where"]: one["problem"] for one in ran.tree["findings"]}
    assert words in problems["Deployment/aeterna"]


def test_a_failed_installation_is_mended_by_the_next_one(installs: Installs) -> None:
    assert failing(installs, "image").install("--timeout=4s").code == 6
    ran = installs.values(EXTERNAL).install()
    assert ran.code == 0, ran.err


def test_progress_names_the_reason_while_helm_waits(installs: Installs) -> None:
    ran = failing(installs, "image").install("--timeout=13s")
    assert "after 10 s: Deployment/aeterna: 0 of 1 pods ready: container aeterna: the image" in ran.err


def test_without_waiting_it_ends_at_once_and_says_how_things_are(installs: Installs) -> None:
    ran = failing(installs, "image").install("--no-wait")
    assert ran.code == 0, ran.err
    assert "waiting  Deployment/aeterna" in ran.out
    assert "Nobody waited" in ran.out


def test_a_namespace_that_is_not_there_is_made_on_demand(installs: Installs) -> None:
    absent = Installs(**{**installs.__dict__, "namespace": f"{installs.namespace}-new"})
    refused = absent.install()
    assert (refused.code, refused.codes) == (5, ["AET601"])
    assert absent.cluster.get("namespace", absent.namespace) == {}
    assert absent.install("--create-namespace").code == 0
    absent.cluster.kubectl("delete", "namespace", absent.namespace, "--wait=false")


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
def test_a_dry_run_changes_nothing(installs: Installs, helm: str) -> None:
    for where in ("client", "server"):
        ran = with_helm(installs, helm).install(f"--dry-run={where}", "--json")
        assert ran.code == 0, ran.err
        assert "Deployment/aeterna" in ran.tree["objects"]
        assert ran.tree["dryRun"] == where
    assert {name for name in installs.objects() if name != "ServiceAccount/default"} == set()


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
def test_no_cluster_and_a_wrong_context_are_missing_prerequisites(
    installs: Installs, helm: str, tmp_path: Path
) -> None:
    tree = installs.cluster.configuration()
    tree["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:9"
    (tmp_path / "nobody").write_text(json.dumps(tree))
    cases = {
        "cannot be reached": {"KUBECONFIG": str(tmp_path / "nobody")},
        "the context nowhere does not exist": {"HELM_KUBECONTEXT": "nowhere"},
    }
    for words, environment in cases.items():
        other = Installs(**{**installs.__dict__, "helm": helm, "environment": environment})
        ran = other.install()
        assert ran.code == 5
        assert words in ran.err
        assert "fix:" in ran.err


def test_the_context_helm_was_told_decides_for_everything(installs: Installs, tmp_path: Path) -> None:
    tree = installs.cluster.configuration()
    good = tree["current-context"]
    tree["clusters"].append({"name": "dead", "cluster": {"server": "https://127.0.0.1:9"}})
    tree["contexts"].append({"name": "dead", "context": {"cluster": "dead", "user": tree["users"][0]["name"]}})
    tree["current-context"] = "dead"
    (tmp_path / "both").write_text(json.dumps(tree))
    environment = {"KUBECONFIG": str(tmp_path / "both"), "HELM_KUBECONTEXT": good}
    ran = Installs(**{**installs.__dict__, "environment": environment}).install("--json")
    assert ran.code == 0, ran.err
    assert ran.tree["context"] == good


def test_a_user_with_rights_in_one_namespace_alone_can_install(installs: Installs, tmp_path: Path) -> None:
    here, kubectl = installs.namespace, installs.cluster.kubectl
    kubectl("create", "serviceaccount", "limited", "-n", here)
    kubectl("create", "rolebinding", "limited", "-n", here, "--clusterrole=admin", f"--serviceaccount={here}:limited")
    token = kubectl("create", "token", "limited", "-n", here).strip()
    tree = installs.cluster.configuration()
    tree["users"] = [{"name": tree["users"][0]["name"], "user": {"token": token}}]
    (tmp_path / "limited").write_text(json.dumps(tree))
    ran = Installs(**{**installs.__dict__, "environment": {"KUBECONFIG": str(tmp_path / "limited")}}).install()
    assert ran.code == 0, ran.err
    assert "you have no right to read storage classes" in ran.err
    assert token not in ran.err


def test_a_storage_class_the_cluster_lacks_is_found_before_anything_is_made(installs: Installs) -> None:
    ran = installs.values(EXTERNAL, {"global": {"storageClass": "gold"}}).install()
    assert (ran.code, ran.codes[-1]) == (5, "AET606")
    assert "Deployment/aeterna" not in installs.objects()


def start(installs: Installs, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*command],
        cwd=installs.folder,
        env={**installs.variables, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def record(installs: Installs) -> list[str]:
    secrets = installs.cluster.items("secret", namespace=installs.namespace, selector="owner=helm")
    return [one["metadata"]["labels"]["status"] for one in secrets]


def test_a_release_that_was_left_half_way_is_not_touched(installs: Installs) -> None:
    failing(installs, "image")
    files = [f"--values={installs.folder / name}" for name in ("values.yaml", "values.secret.yaml")]
    where = ["--namespace", installs.namespace, "--wait"]
    helm = start(installs, str(require("helm3")), "install", "aeterna", str(installs.chart), *files, *where)
    eventually(lambda: record(installs) == ["pending-install"])
    helm.kill()
    helm.communicate()
    ran = installs.install()
    assert (ran.code, ran.codes[-1]) == (5, "AET603")
    assert f"helm uninstall aeterna --namespace {installs.namespace}" in ran.err


def test_a_release_of_another_chart_is_not_touched(installs: Installs, tmp_path: Path) -> None:
    (tmp_path / "other" / "templates").mkdir(parents=True)
    (tmp_path / "other" / "Chart.yaml").write_text("apiVersion: v2\nname: other\nversion: 1.0.0\n")
    helm = start(installs, str(require("helm4")), "install", "aeterna", str(tmp_path / "other"))
    assert helm.wait(60) == 0
    helm.communicate()
    assert installs.install().codes[-1] == "AET604"


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
def test_an_interrupt_stops_helm_in_good_order(installs: Installs, helm: str) -> None:
    installs = with_helm(failing(installs, "image"), helm)
    command = [sys.executable, "-m", "helm_aeterna", "install", f"--chart={installs.chart}", "--timeout=120s"]
    program = start(installs, *command)
    eventually(lambda: record(installs) == ["pending-install"])
    time.sleep(0.5)
    os.kill(program.pid, signal.SIGINT)
    _, err = program.communicate(timeout=30)
    assert program.returncode == 130, err
    assert "helm upgrade was interrupted (release aeterna" in err
    assert "the release is failed" in err
    ran = installs.values(EXTERNAL).install()
    assert ran.code == 0, ran.err
