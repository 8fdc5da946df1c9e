"""The chart's script that makes credentials, run for real: bash and curl, the Job's own token, a real API server."""

from __future__ import annotations

import base64
import os
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.support.render import render, render_error
from tests.support.require import require
from tests.support.scenarios import merged

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.live_cluster import LiveCluster, Manifest
    from tests.support.render import Options

pytestmark = pytest.mark.cluster

SECRET = "aeterna-generated"
KINDS = {"ServiceAccount", "Role", "RoleBinding"}


class Pod:
    """The Job's container, as this process plays it."""

    def __init__(self, cluster: LiveCluster, namespace: str, folder: Path) -> None:
        """Apply the Job's rights and take a token of its account."""
        objects = [one for one in render({}) if self.is_part(one)]
        for one in objects:
            one["metadata"]["namespace"] = namespace
            for subject in one.get("subjects", []):
                subject["namespace"] = namespace
        cluster.apply(*(one for one in objects if one["kind"] in KINDS), namespace=namespace)
        (job,) = (one for one in objects if one["kind"] == "Job")
        (self.container,) = job["spec"]["template"]["spec"]["containers"]
        self.account = job["spec"]["template"]["spec"]["serviceAccountName"]
        self.cluster, self.namespace, self.folder = cluster, namespace, folder
        (folder / "token").write_text(cluster.kubectl("create", "token", self.account, "-n", namespace).strip())
        server = cluster.configuration()["clusters"][0]["cluster"]
        (folder / "ca.crt").write_bytes(base64.b64decode(server["certificate-authority-data"]))
        self.address = urlsplit(server["server"])

    @staticmethod
    def is_part(one: Manifest) -> bool:
        return bool(one["metadata"]["labels"].get("app.kubernetes.io/component") == "credentials")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run what the container runs, as root's file system were read-only and with nothing in its environment."""
        command = [str(require("bash")), *self.container["command"][1:], *(arguments or self.container["args"])]
        environment = {
            "PATH": os.environ["PATH"],
            "NAMESPACE": self.namespace,
            "SERVICE_ACCOUNT_FOLDER": str(self.folder),
            "KUBERNETES_SERVICE_HOST": self.address.hostname or "",
            "KUBERNETES_SERVICE_PORT": str(self.address.port),
        }
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    def secret(self) -> Manifest:
        return self.cluster.get("secret", SECRET, namespace=self.namespace)


@pytest.fixture
def pod(cluster: LiveCluster, namespace: str, tmp_path: Path) -> Pod:
    """Give the Job's container in a namespace of its own."""
    require("curl")
    return Pod(cluster, namespace, tmp_path)


def test_it_makes_the_secret_once_and_never_again(pod: Pod) -> None:
    done = pod.run()
    assert (done.returncode, done.stderr) == (0, "")
    made = pod.secret()
    key = base64.b64decode(made["data"]["kms-key"])
    assert len(base64.b64decode(key, validate=True)) == 32
    assert key.decode() not in done.stdout
    again = pod.run()
    assert "has every key" in again.stdout
    assert pod.secret()["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


def test_a_key_that_is_gone_returns_alone(pod: Pod) -> None:
    both = f"{SECRET} kms-key=kms-key a.token=token"
    assert pod.run(both).returncode == 0
    before = pod.secret()["data"]
    removal = '[{"op": "remove", "path": "/data/a.token"}]'
    pod.cluster.kubectl("patch", "secret", SECRET, "-n", pod.namespace, "--type=json", "-p", removal)
    assert pod.run(both).returncode == 0
    after = pod.secret()["data"]
    assert after["kms-key"] == before["kms-key"]
    assert after["a.token"] != before["a.token"]
    assert len(base64.b64decode(after["a.token"])) == 48


def test_two_at_a_time_agree_on_one_value(pod: Pod) -> None:
    with_two = [f"{SECRET} kms-key=kms-key", f"{SECRET} kms-key=kms-key"]
    command = [
        str(require("bash")),
        "-c",
        'for i in 1 2 3 4; do bash -c "$0" x "$@" & done; wait',
        pod.container["command"][2],
    ]
    environment = {**os.environ, "NAMESPACE": pod.namespace, "SERVICE_ACCOUNT_FOLDER": str(pod.folder)}
    environment |= {
        "KUBERNETES_SERVICE_HOST": pod.address.hostname or "",
        "KUBERNETES_SERVICE_PORT": str(pod.address.port),
    }
    done = subprocess.run(
        [*command, *with_two], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    assert set(pod.secret()["data"]) == {"kms-key"}


def test_it_can_read_and_change_no_other_secret(pod: Pod) -> None:
    def can(verb: str, name: str) -> str:
        who = f"--as=system:serviceaccount:{pod.namespace}:{pod.account}"
        target = f"secret/{name}" if name else "secrets"
        review = subprocess.run(
            [
                require("kubectl"),
                "--kubeconfig",
                pod.cluster.kubeconfig,
                "auth",
                "can-i",
                verb,
                target,
                who,
                "-n",
                pod.namespace,
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return review.stdout.strip()

    assert [can(verb, SECRET) for verb in ("get", "patch", "delete", "update")] == ["yes", "yes", "no", "no"]
    assert [can(verb, "other") for verb in ("get", "patch", "delete")] == ["no", "no", "no"]
    assert can("list", "") == "no"


@pytest.mark.parametrize("wrong", ["other kms-key=kms-key", f"{SECRET} kms-key=unheard-of"])
def test_what_it_may_not_or_cannot_do_fails_in_words(pod: Pod, wrong: str) -> None:
    done = pod.run(wrong)
    assert done.returncode == 1
    assert "make-credentials: " in done.stderr
    assert pod.secret() == {}


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
def test_a_key_given_earlier_is_not_replaced_by_a_made_one(cluster: LiveCluster, namespace: str, helm: str) -> None:
    """The chart asks the cluster, as `helm install` and `helm upgrade` do."""
    asked: Options = {
        "helm": helm,
        "namespace": namespace,
        "args": ["--kubeconfig", str(cluster.kubeconfig), "--dry-run=server"],
    }
    outside = {"postgresql": {"enabled": False, "external": {"host": "db", "username": "u", "existingSecret": "pg"}}}
    assert render(outside, **asked)
    cluster.kubectl("create", "secret", "generic", "aeterna-credentials", "-n", namespace, "--from-literal=kms-key=k")
    problems = render_error(merged(outside, {"aeterna": {"logLevel": "debug"}}), **asked)
    assert [(problem.code, problem.key) for problem in problems] == [("AET408", "aeterna.kmsKey")]
