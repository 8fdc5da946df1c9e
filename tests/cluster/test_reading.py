"""The cluster is read through Helm: what is there, what is not served, what is forbidden, and no secret in it."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from helm_aeterna.adapters.cluster import Cluster, Read, context_name
from helm_aeterna.adapters.helm import find_helm
from helm_aeterna.adapters.interrupts import Interrupts
from helm_aeterna.commands.releases.observation import look_at_operator
from helm_aeterna.commands.releases.target import Target
from helm_aeterna.release.steps import Operator
from tests.support.require import require

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.live_cluster import LiveCluster

pytestmark = [pytest.mark.cluster, pytest.mark.helm]
CANARY = "reader-canary-value"
OPERATOR = Operator(
    dependency="x", wanted="x", installs="x", api="x.example.org/v1", kind="X", oldest="1.0", release="x", namespace="x"
)


def variables(cluster: LiveCluster, helm: str, home: Path) -> dict[str, str]:
    own = {"KUBECONFIG": str(cluster.kubeconfig), "HELM_BIN": str(require(helm)), "HOME": str(home)}
    return {"PATH": os.defpath, **own}


@pytest.mark.parametrize("helm", ["helm317", "helm3", "helm4"])
def test_objects_lists_and_kinds_are_told_apart(
    cluster: LiveCluster, namespace: str, helm: str, tmp_path: Path
) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"b": CANARY, "a": "x"}}
    cluster.apply(secret, namespace=namespace)
    reader = Cluster(find_helm(variables(cluster, helm, tmp_path), namespace=namespace))
    one, none, listed, foreign, served = reader.read(
        [
            Read(api="v1", kind="Secret", namespace=namespace, name="s", digest="b"),
            Read(api="v1", kind="Secret", namespace=namespace, name="nobody"),
            Read(api="v1", kind="ServiceAccount", namespace=namespace),
            Read(api="nobody.example.org/v1", kind="Thing"),
            Read(api="apps/v1", kind="Deployment", look=False),
        ]
    )
    assert one.digest == hashlib.sha256(CANARY.encode()).hexdigest()
    assert one.objects[0]["keys"] == ["a", "b"]
    assert CANARY not in repr(one.objects)
    assert none.objects == ()
    assert [found["metadata"]["name"] for found in listed.objects] == ["default"]
    assert (foreign.served, served.served, served.objects) == (False, True, ())
    assert cluster.items("secret", namespace=namespace, selector="owner=helm") == []


def test_what_is_forbidden_spoils_nothing_else(cluster: LiveCluster, namespace: str, tmp_path: Path) -> None:
    cluster.kubectl("create", "serviceaccount", "limited", "-n", namespace)
    account = f"--serviceaccount={namespace}:limited"
    cluster.kubectl("create", "rolebinding", "limited", "-n", namespace, "--clusterrole=view", account)
    tree = cluster.configuration()
    token = cluster.kubectl("create", "token", "limited", "-n", namespace).strip()
    tree["users"] = [{"name": tree["users"][0]["name"], "user": {"token": token}}]
    (tmp_path / "limited").write_text(json.dumps(tree))
    environment = {**variables(cluster, "helm4", tmp_path), "KUBECONFIG": str(tmp_path / "limited")}
    allowed, forbidden = Cluster(find_helm(environment, namespace=namespace)).read(
        [Read(api="v1", kind="ConfigMap", namespace=namespace), Read(api="v1", kind="Secret", namespace=namespace)]
    )
    assert [found["metadata"]["name"] for found in allowed.objects] == ["kube-root-ca.crt"]
    assert (forbidden.allowed, forbidden.objects) == (False, ())


def test_a_webhook_is_waited_for_until_something_answers(cluster: LiveCluster, namespace: str, tmp_path: Path) -> None:
    helm = find_helm(variables(cluster, "helm4", tmp_path), namespace=namespace)
    target = Target(release="x", helm=helm, context="", interrupts=Interrupts())
    name = f"hook-{namespace}"
    client = {"service": {"namespace": namespace, "name": "hook"}, "caBundle": "eA=="}
    webhook = {
        "name": "hook.example.org",
        "clientConfig": client,
        "rules": [
            {"apiGroups": ["nobody.example.org"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["x"]}
        ],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    }
    kind = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration"}
    configuration = {**kind, "metadata": {"name": name}, "webhooks": [webhook]}
    # The certificate stays out: the API server wants a real one, and an operator fills it in later.
    del client["caBundle"]
    cluster.apply(configuration)
    operator = replace(OPERATOR, namespace=namespace)

    def faults() -> list[str]:
        return list(look_at_operator(target, operator).unanswered[namespace])

    assert faults() == ["hook.example.org: nothing answers behind Service hook"]
    slices = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": "hook-1", "labels": {"kubernetes.io/service-name": "hook"}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": ["10.1.2.3"], "conditions": {"ready": True}}],
        "ports": [],
    }
    cluster.apply(slices, namespace=namespace)
    assert faults() == ["hook.example.org: its certificate is not there yet"]
    cluster.kubectl("delete", kind["kind"], name)


@pytest.mark.parametrize(
    ("environment", "name"),
    [({"HELM_KUBECONTEXT": "said"}, "said"), ({"KUBECONFIG": "{a}:{b}"}, "second"), ({"KUBECONFIG": "/nowhere"}, "")],
)
def test_the_context_is_named_for_people(tmp_path: Path, environment: dict[str, str], name: str) -> None:
    (tmp_path / "a").write_text("clusters: []\n")
    (tmp_path / "b").write_text("current-context: second\n")
    filled = {key: text.format(a=tmp_path / "a", b=tmp_path / "b") for key, text in environment.items()}
    assert context_name({"HOME": str(tmp_path), **filled}) == name
