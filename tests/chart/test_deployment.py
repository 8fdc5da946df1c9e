from __future__ import annotations

from typing import Any

import pytest

from tests.support.render import Manifest, find, render
from tests.support.scenarios import MINIMAL, SCENARIOS, merged

REMOTE = {"aeterna": {"knowledgeRepo": {"url": "https://git.example.org/knowledge.git"}}}


def deployment(*values: dict[str, Any]) -> Manifest:
    return find(render(merged(MINIMAL, *values)), "Deployment")


def pod(*values: dict[str, Any]) -> Manifest:
    spec: Manifest = deployment(*values)["spec"]["template"]["spec"]
    return spec


def server(*values: dict[str, Any]) -> Manifest:
    (container,) = pod(*values)["containers"]
    result: Manifest = container
    return result


@pytest.mark.parametrize(
    ("probe", "path"),
    [
        pytest.param("livenessProbe", "/live", marks=pytest.mark.requirement("CHART-07")),
        pytest.param("readinessProbe", "/ready", marks=pytest.mark.requirement("CHART-08")),
        pytest.param("startupProbe", "/live", marks=pytest.mark.requirement("CHART-09")),
    ],
)
def test_probes_ask_the_paths_the_server_serves(probe: str, path: str) -> None:
    container = server()
    assert container[probe]["httpGet"] == {"path": path, "port": "http"}
    assert {"name": "http", "containerPort": 8080} in container["ports"]


def test_the_server_may_take_minutes_to_start_before_it_is_killed() -> None:
    probe = server()["startupProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] >= 300


def test_timing_of_probes_can_be_set() -> None:
    assert server({"aeterna": {"probes": {"liveness": {"periodSeconds": 42}}}})["livenessProbe"]["periodSeconds"] == 42


@pytest.mark.requirement("CHART-11")
def test_replicas_come_from_the_values() -> None:
    assert deployment()["spec"]["replicas"] == 1
    assert deployment(REMOTE, {"aeterna": {"replicas": 4}})["spec"]["replicas"] == 4
    assert deployment({"aeterna": {"replicas": 0}})["spec"]["replicas"] == 0


@pytest.mark.requirement("CHART-10")
def test_the_autoscaler_alone_owns_the_number_of_pods() -> None:
    assert "replicas" not in deployment(REMOTE, {"autoscaling": {"enabled": True}})["spec"]


def test_one_pod_at_a_time_writes_a_repository_on_a_volume() -> None:
    assert deployment()["spec"]["strategy"] == {"type": "Recreate"}


def test_pods_overlap_where_the_knowledge_has_a_remote() -> None:
    strategy = deployment(REMOTE)["spec"]["strategy"]
    assert strategy == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}


def knowledge(*values: dict[str, Any]) -> Manifest:
    (volume,) = [volume for volume in pod(*values)["volumes"] if volume["name"] == "knowledge"]
    result: Manifest = volume
    return result


def test_knowledge_without_a_remote_lies_on_a_volume_that_outlives_the_release() -> None:
    objects = render(MINIMAL)
    claim = find(objects, "PersistentVolumeClaim")
    assert knowledge()["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert claim["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
    assert claim["spec"] == {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "5Gi"}}}


def test_the_volume_is_as_asked_for() -> None:
    persistence = {"size": "9Gi", "storageClass": "fast", "accessModes": ["ReadWriteOncePod"]}
    claim = find(
        render(merged(MINIMAL, {"aeterna": {"knowledgeRepo": {"persistence": persistence}}})), "PersistentVolumeClaim"
    )
    assert claim["spec"]["storageClassName"] == "fast"
    assert claim["spec"]["accessModes"] == ["ReadWriteOncePod"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "9Gi"


def test_the_global_storage_class_is_taken_where_none_is_named() -> None:
    claim = find(render(merged(MINIMAL, {"global": {"storageClass": "slow"}})), "PersistentVolumeClaim")
    assert claim["spec"]["storageClassName"] == "slow"


@pytest.mark.parametrize(
    ("values", "volume"),
    [
        (REMOTE, {"emptyDir": {}}),
        ({"aeterna": {"knowledgeRepo": {"persistence": {"enabled": False}}}}, {"emptyDir": {}}),
        (
            {"aeterna": {"knowledgeRepo": {"persistence": {"existingClaim": "mine"}}}},
            {"persistentVolumeClaim": {"claimName": "mine"}},
        ),
    ],
)
def test_no_volume_is_made_where_none_is_needed(values: dict[str, Any], volume: dict[str, Any]) -> None:
    assert knowledge(values) == {"name": "knowledge", **volume}
    assert "PersistentVolumeClaim" not in {item["kind"] for item in render(merged(MINIMAL, values))}


def test_knowledge_is_mounted_where_the_server_looks_for_it() -> None:
    mounts = {
        mount["name"]: mount["mountPath"]
        for mount in server({"aeterna": {"knowledgeRepo": {"path": "/k"}}})["volumeMounts"]
    }
    assert mounts == {"tmp": "/tmp", "knowledge": "/k"}


def test_kubernetes_adds_no_variables_of_its_own() -> None:
    assert pod()["enableServiceLinks"] is False


def test_a_pod_that_ends_waits_for_the_proxies_within_its_grace_period() -> None:
    command = server()["lifecycle"]["preStop"]["exec"]["command"]
    assert command == ["sleep", "5"]
    assert int(command[1]) < pod()["terminationGracePeriodSeconds"]


def test_pods_are_spread_over_zones_and_nodes_by_default() -> None:
    constraints = pod()["topologySpreadConstraints"]
    assert [item["topologyKey"] for item in constraints] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
    labels = deployment()["spec"]["selector"]["matchLabels"]
    assert all(item["labelSelector"]["matchLabels"] == labels for item in constraints)
    assert all(item["whenUnsatisfiable"] == "ScheduleAnyway" for item in constraints)


def test_a_spread_of_ones_own_is_taken_and_completed() -> None:
    own = {"topologyKey": "rack", "whenUnsatisfiable": "DoNotSchedule"}
    (constraint,) = pod({"aeterna": {"topologySpreadConstraints": [own]}})["topologySpreadConstraints"]
    assert own.items() <= constraint.items()
    assert constraint["labelSelector"]["matchLabels"] == deployment()["spec"]["selector"]["matchLabels"]


def test_everything_about_placement_is_handed_on() -> None:
    given: dict[str, Any] = {
        "nodeSelector": {"disk": "ssd"},
        "tolerations": [{"key": "a", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {}},
        "priorityClassName": "high",
        "terminationGracePeriodSeconds": 90,
    }
    assert given.items() <= pod({"aeterna": given}).items()


def test_additions_are_handed_on() -> None:
    added: dict[str, Any] = {
        "extraVolumes": [{"name": "ca", "configMap": {"name": "ca"}}],
        "extraVolumeMounts": [{"name": "ca", "mountPath": "/etc/ssl/own"}],
        "extraEnv": [{"name": "SSL_CERT_DIR", "value": "/etc/ssl/own"}],
        "podAnnotations": {"team": "memory"},
        "podLabels": {"team": "memory"},
    }
    template = deployment({"aeterna": added})["spec"]["template"]
    (container,) = template["spec"]["containers"]
    assert added["extraVolumes"][0] in template["spec"]["volumes"]
    assert added["extraVolumeMounts"][0] in container["volumeMounts"]
    assert added["extraEnv"][0] in container["env"]
    assert template["metadata"]["annotations"]["team"] == "memory"
    assert template["metadata"]["labels"]["team"] == "memory"


def test_labels_of_ones_own_do_not_change_who_is_selected() -> None:
    wrong = {"aeterna": {"podLabels": {"app.kubernetes.io/component": "other"}}}
    template = deployment(wrong)["spec"]["template"]
    assert template["metadata"]["labels"]["app.kubernetes.io/component"] == "server"


def test_security_contexts_come_from_the_values() -> None:
    values = {
        "security": {"podSecurityContext": {"runAsUser": 12345}, "containerSecurityContext": {"privileged": False}}
    }
    assert pod(values)["securityContext"]["runAsUser"] == 12345
    assert server(values)["securityContext"]["privileged"] is False


def test_a_token_is_mounted_only_for_token_reviews() -> None:
    assert pod()["automountServiceAccountToken"] is False
    assert pod({"aeterna": {"tokenReview": True}})["automountServiceAccountToken"] is True


@pytest.mark.parametrize("helm", ["helm3", "helm317"])
def test_older_helm_renders_the_same_objects(helm: str) -> None:
    assert render(SCENARIOS["everything-on"], helm=helm) == render(SCENARIOS["everything-on"])


def test_large_numbers_keep_their_digits() -> None:
    long = {"terminationGracePeriodSeconds": 2000000, "preStopSleepSeconds": 1000000}
    spec = find(render(merged(MINIMAL, {"aeterna": long})), "Deployment")["spec"]["template"]["spec"]
    assert spec["terminationGracePeriodSeconds"] == 2000000
    assert spec["containers"][0]["lifecycle"]["preStop"]["exec"]["command"] == ["sleep", "1000000"]
