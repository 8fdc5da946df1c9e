"""`install` with everything external: real Helm 3.17, 3.19 and 4, a real API server."""

from __future__ import annotations

import json
import os
import re
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

    from helm_aeterna.formats import Tree

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
    words = r"after \d+ s \(\d+ s left\): Deployment/aeterna: 0 of 1 pods ready: container aeterna: the image"
    assert re.search(words, ran.err), ran.err


def test_without_waiting_it_ends_at_once_and_says_how_things_are(installs: Installs) -> None:
    ran = failing(installs, "image").install("--no-wait")
    assert ran.code == 0, ran.err
    assert "waiting  Deployment/aeterna" in ran.out
    assert "The command did not wait" in ran.out


def test_a_namespace_that_is_not_there_is_made_on_demand(installs: Installs) -> None:
    absent = Installs(**{**installs.__dict__, "namespace": f"{installs.namespace}-new"})
    refused = absent.install()
    assert (refused.code, refused.codes) == (5, ["AET601"])
    assert absent.cluster.get("namespace", absent.namespace) == {}
    dry = absent.install("--create-namespace", "--dry-run=server")
    assert dry.code == 0, dry.err
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


def limited(installs: Installs, folder: Path, role: str) -> Installs:
    """Install as an account that has a ClusterRole in the namespace, and may read Secrets there."""
    here, kubectl = installs.namespace, installs.cluster.kubectl
    account = f"--serviceaccount={here}:limited"
    kubectl("create", "serviceaccount", "limited", "-n", here)
    kubectl("create", "rolebinding", "limited", "-n", here, f"--clusterrole={role}", account)
    kubectl("create", "role", "records", "-n", here, "--verb=get,list", "--resource=secrets")
    kubectl("create", "rolebinding", "records", "-n", here, "--role=records", account)
    token = kubectl("create", "token", "limited", "-n", here).strip()
    tree = installs.cluster.configuration()
    tree["users"] = [{"name": tree["users"][0]["name"], "user": {"token": token}}]
    (folder / "limited").write_text(json.dumps(tree))
    environment = {**installs.environment, "KUBECONFIG": str(folder / "limited")}
    return Installs(**{**installs.__dict__, "environment": environment})


def test_a_user_with_rights_in_one_namespace_alone_can_install(installs: Installs, tmp_path: Path) -> None:
    ran = limited(installs, tmp_path, "admin").install()
    assert ran.code == 0, ran.err
    assert "you have no right to read storage classes" in ran.err


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


def killed(installs: Installs, command: str, status: str) -> None:
    """Kill a Helm that works on the release."""
    files = [f"--values={installs.folder / name}" for name in ("values.yaml", "values.secret.yaml")]
    where = ["--namespace", installs.namespace, "--wait"]
    helm = start(installs, str(require("helm3")), command, "aeterna", str(installs.chart), *files, *where)
    eventually(lambda: status in record(installs))
    helm.kill()
    helm.communicate()


def test_a_release_that_was_left_half_way_is_taken_over_on_demand(installs: Installs) -> None:
    killed(failing(installs, "image"), "install", "pending-install")
    ran = installs.install()
    assert (ran.code, ran.codes[-1]) == (5, "AET603")
    assert "--take-over" in ran.err
    ran = installs.values(EXTERNAL).install("--take-over")
    assert ran.code == 0, ran.err
    assert "take over release aeterna" in ran.err
    killed(failing(installs, "image"), "upgrade", "pending-upgrade")
    assert installs.install().codes[-1] == "AET603"
    ran = installs.values(EXTERNAL).install("--take-over", "--json")
    assert ran.code == 0, ran.err
    assert {one["state"] for one in ran.tree["objects"]} == {"ready"}
    assert installs.install("--take-over").code == 0


def let_migration_fail(installs: Installs) -> str:
    """Replace the migration Job by one of the same name whose pod fails."""
    (job,) = installs.cluster.items("job", namespace=installs.namespace)
    name, pod = job["metadata"]["name"], job["spec"]["template"]
    labels = {key: text for key, text in pod["metadata"]["labels"].items() if key.startswith("app.kubernetes.io/")}
    template = {**pod, "metadata": {"labels": labels, "annotations": {"test.aeterna.dev/outcome": "fail"}}}
    metadata = {"name": name, **{key: job["metadata"][key] for key in ("labels", "annotations")}}
    failing = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata}
    installs.cluster.kubectl("delete", "job", name, "-n", installs.namespace)
    installs.cluster.apply({**failing, "spec": {"backoffLimit": 0, "template": template}}, namespace=installs.namespace)
    installs.cluster.kubectl("wait", "-n", installs.namespace, "--for=condition=Failed", f"job/{name}", "--timeout=20s")
    return str(name)


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
def test_a_failed_migration_runs_again(installs: Installs, helm: str) -> None:
    installs = with_helm(installs, helm)
    assert installs.install().code == 0
    name = let_migration_fail(installs)
    refused = installs.without_kubectl().install()
    assert refused.code == 5
    assert "AET617" in refused.codes
    ran = installs.install()
    assert ran.code == 0, ran.err
    assert f"delete Job {name}, which failed, so that it runs again" in ran.err
    assert f"ready    Job/{name} " in ran.out


def test_a_release_of_another_chart_is_not_touched(installs: Installs, tmp_path: Path) -> None:
    (tmp_path / "other" / "templates").mkdir(parents=True)
    (tmp_path / "other" / "Chart.yaml").write_text("apiVersion: v2\nname: other\nversion: 1.0.0\n")
    helm = start(installs, str(require("helm4")), "install", "aeterna", str(tmp_path / "other"))
    assert helm.wait(60) == 0
    helm.communicate()
    assert installs.install().codes[-1] == "AET604"
    removed = installs.run("uninstall")
    assert (removed.code, removed.codes) == (5, ["AET604"])
    assert record(installs) == ["deployed"]


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


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
def test_what_cannot_succeed_ends_at_once_with_its_cause(installs: Installs, helm: str) -> None:
    installs = with_helm(installs, helm)
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "none"}, "spec": {"hard": {"pods": "0"}}}
    installs.cluster.apply(quota, namespace=installs.namespace)
    start = time.monotonic()
    ran = installs.install("--json")
    assert time.monotonic() - start < 45
    assert ran.code == 6
    assert "it cannot succeed: Deployment/aeterna" in ran.tree["error"]
    assert ran.tree["error"].count("exceeded quota") == 1
    assert record(installs) == ["failed"]
    installs.cluster.kubectl("delete", "resourcequota", "none", "-n", installs.namespace)
    again = installs.install()
    assert again.code == 0, again.err


def test_changes_of_others_are_overwritten_on_demand(installs: Installs) -> None:
    assert installs.install().code == 0
    installs.cluster.kubectl("scale", "-n", installs.namespace, "deployment/aeterna", "--replicas=2")
    ran = installs.install()
    assert ran.code == 6
    assert "--force-conflicts" in ran.err
    ran = installs.install("--force-conflicts")
    assert ran.code == 0, ran.err
    assert installs.objects()["Deployment/aeterna"]["spec"]["replicas"] == 1


def test_a_namespace_of_kubernetes_is_refused(installs: Installs) -> None:
    ran = Installs(**{**installs.__dict__, "namespace": "kube-system"}).install()
    assert (ran.code, ran.codes[-1]) == (5, "AET616")


def test_an_object_of_someone_else_is_named_with_the_way_out(installs: Installs) -> None:
    installs.cluster.kubectl("create", "serviceaccount", "aeterna", "-n", installs.namespace)
    ran = installs.install()
    assert ran.code == 6
    assert "rename or delete that object" in ran.err


def test_a_foreign_secret_without_our_key_holds_no_other_key(installs: Installs) -> None:
    installs.cluster.kubectl("create", "secret", "generic", "aeterna-credentials", "-n", installs.namespace)
    assert "AET607" not in installs.install().codes


def test_values_that_break_the_schema_are_refused_as_validate_does(installs: Installs) -> None:
    ran = installs.values(EXTERNAL, {"service": {"port": "many"}}).install()
    assert (ran.code, ran.codes) == (4, ["AET820"])


def test_uninstall_that_times_out_names_what_is_stuck_and_what_stays(installs: Installs) -> None:
    assert installs.install().code == 0
    where = ["-n", installs.namespace]
    hold = '{"metadata": {"finalizers": ["example.org/hold"]}}'
    installs.cluster.kubectl("patch", *where, "service/aeterna", "--type=merge", f"--patch={hold}")
    ran = installs.run("uninstall", "--timeout=4s", "--json")
    free = '{"metadata": {"finalizers": null}}'
    installs.cluster.kubectl("patch", *where, "service/aeterna", "--type=merge", f"--patch={free}")
    assert ran.code == 6
    assert "not everything was deleted in time" in ran.tree["error"]
    problems = {one["where"]: one["problem"] for one in ran.tree["findings"]}
    assert problems["Service/aeterna"] == "it is still there, held by example.org/hold"
    assert problems["Secret/aeterna-credentials"] == "stays"
    again = installs.run("uninstall", "--json")
    assert again.code == 0, again.err
    assert "Secret/aeterna-credentials" in [one["what"] for one in again.tree["stays"]]


def test_what_stays_includes_the_volume_of_a_store_that_was_used_before(installs: Installs) -> None:
    bundled = {**EXTERNAL, "vectorBackend": {"type": "qdrant"}}
    assert installs.values(bundled).install().code == 0
    assert installs.values(EXTERNAL).install().code == 0
    for _ in range(2):  # the second time there is no release any more
        ran = installs.run("uninstall", "--json")
        assert ran.code == 0, ran.err
        stays = [one["what"] for one in ran.tree["stays"]]
        assert "Secret/aeterna-credentials" in stays
        assert [what for what in stays if what.startswith("PersistentVolumeClaim/") and "qdrant" in what]


def test_missing_rights_are_named_all_at_once_before_any_change(installs: Installs, tmp_path: Path) -> None:
    ran = limited(installs, tmp_path, "view").install("--json")
    assert ran.code == 5
    (finding,) = [one for one in ran.tree["findings"] if one["code"] == "AET618"]
    assert finding["where"] == f"namespace {installs.namespace}"
    for right in ("create deployments.apps", "patch configmaps", "create secrets"):
        assert right in finding["problem"]
    assert "Deployment/aeterna" not in installs.objects()


def test_a_dry_run_tells_what_the_api_server_refuses(installs: Installs) -> None:
    store: dict[str, Tree] = {"type": "qdrant", "qdrant": {"enabled": True}}
    assert installs.values({**EXTERNAL, "vectorBackend": store}).install().code == 0
    changed = {**EXTERNAL, "vectorBackend": store, "qdrant": {"persistence": {"size": "1Gi"}}}
    ran = installs.values(changed).install("--dry-run=server", "--json")
    assert ran.code == 5
    assert "updates to statefulset spec" in next(
        one["problem"] for one in ran.tree["findings"] if one["code"] == "AET614"
    )
