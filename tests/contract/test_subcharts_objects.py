"""What the subcharts make of our values: names, ports, labels, Pod Security, and nothing while they are off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.archives import Pin, pins
from tests.support.pod_security import violations
from tests.support.render import Manifest, render, render_error
from tests.support.scenarios import SCENARIOS, merged
from tests.support.workloads import Pod, pods

PINS = pins()
FACTS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "subcharts.yaml").read_text())
LONGEST = {name: facts["longest"] for name, facts in FACTS.items() if "longest" in facts}
# Their own name's length limit, where it is not the usual 63.
LIMITS = {"psmdb-db": 21}
RELEASES = ("a", "aeterna", "qdrant", "my-dragonfly", "valkey-cache", "psmdb-db", "r" * 53)
NAMES = """\
apiVersion: v1
kind: ConfigMap
metadata: {{name: names}}
data:
  name: {{{{ include "aeterna.names.subchart" (list . "{chart}" {limit}) }}}}
"""

pytestmark = pytest.mark.helm
each_pin = pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.name)


def switched(pin: Pin, value: object) -> dict[str, Any]:
    """Values that set the pin's condition and turn every other one off."""
    values: dict[str, Any] = {}
    for other in PINS:
        node = values
        *parents, leaf = other.condition.split(".")
        for key in parents:
            node = node.setdefault(key, {})
        node[leaf] = value if other is pin else False
    return values


def objects_of(pin: Pin, chart: Path, extra: dict[str, Any] | None = None, release: str = "aeterna") -> list[Manifest]:
    return render(merged(switched(pin, value=True), extra or {}), chart=chart, release=release)


def is_test(pod: Pod) -> bool:
    return "helm.sh/hook" in pod.annotations


def main_name(pin: Pin, objects: list[Manifest]) -> str:
    kind = FACTS[pin.name]["workload"].partition("/")[0]
    names = [item["metadata"]["name"] for item in objects if item["kind"] == kind]
    assert len(names) == 1, names
    return str(names[0])


def test_the_table_of_facts_speaks_of_every_dependency() -> None:
    assert list(FACTS) == [pin.name for pin in PINS]


@each_pin
def test_a_subchart_that_is_off_renders_nothing(pin: Pin, subcharts_alone: Path) -> None:
    assert render(switched(pin, value=False), chart=subcharts_alone) == []


@each_pin
def test_every_condition_is_a_plain_boolean_in_our_values(pin: Pin, subcharts_alone: Path) -> None:
    """Helm takes all but a real false for true: a missing key, null, and the text "false"."""
    node = yaml.safe_load((subcharts_alone / "values.yaml").read_text())
    for key in pin.condition.split("."):
        node = node[key]
    assert isinstance(node, bool)


@each_pin
def test_services_have_the_names_and_ports_we_rely_on(pin: Pin, subcharts_alone: Path) -> None:
    services = {
        item["metadata"]["name"]: {port.get("name", ""): port["port"] for port in item["spec"]["ports"]}
        for item in objects_of(pin, subcharts_alone)
        if item["kind"] == "Service"
    }
    assert services == FACTS[pin.name]["services"]


@each_pin
def test_the_workload_has_the_kind_and_name_we_rely_on(pin: Pin, subcharts_alone: Path) -> None:
    found = [f"{item['kind']}/{item['metadata']['name']}" for item in objects_of(pin, subcharts_alone)]
    assert FACTS[pin.name]["workload"] in found


@each_pin
def test_no_service_is_open_to_the_world(pin: Pin, subcharts_alone: Path) -> None:
    services = [item for item in objects_of(pin, subcharts_alone) if item["kind"] == "Service"]
    assert {item["spec"].get("type", "ClusterIP") for item in services} <= {"ClusterIP"}


@each_pin
def test_pods_keep_the_restricted_pod_security_standard_with_our_values(pin: Pin, subcharts_alone: Path) -> None:
    """The charts' own test pods take no security context from values; they are left out."""
    found = [pod for pod in pods(objects_of(pin, subcharts_alone)) if not is_test(pod)]
    assert [line for pod in found for line in violations(pod.spec)] == []


@each_pin
def test_containers_have_requests_and_limits_with_our_values(pin: Pin, subcharts_alone: Path) -> None:
    found = [pod for pod in pods(objects_of(pin, subcharts_alone)) if not is_test(pod)]
    bare = [
        container["name"]
        for pod in found
        for container in pod.spec["containers"]
        if set(container.get("resources") or {}) != {"requests", "limits"}
    ]
    assert bare == []


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("pin", [pin for pin in PINS if pin.name != "weaviate"], ids=lambda pin: pin.name)
def test_our_naming_rule_is_the_subcharts_own(pin: Pin, release: str, subcharts_alone: Path, tmp_path: Path) -> None:
    chart = with_names_of(pin, subcharts_alone, tmp_path)
    objects = objects_of(pin, chart, release=release)
    assert told(objects) == main_name(pin, objects)


@pytest.mark.parametrize("override", ["fullnameOverride", "nameOverride"])
@pytest.mark.parametrize("name", ["dragonfly", "valkey", "qdrant", "psmdb-db", "psmdb-operator"])
def test_our_naming_rule_follows_overrides(name: str, override: str, subcharts_alone: Path, tmp_path: Path) -> None:
    pin = next(pin for pin in PINS if pin.name == name)
    chart = with_names_of(pin, subcharts_alone, tmp_path)
    objects = objects_of(pin, chart, {name: {override: "other"}})
    assert told(objects) == main_name(pin, objects)
    assert "other" in told(objects)


def with_names_of(pin: Pin, chart: Path, folder: Path) -> Path:
    """A chart of links to the given one, with a template that tells what our helper calls the subchart."""
    copy = folder / "aeterna"
    (copy / "templates").mkdir(parents=True)
    for path in [path for path in chart.iterdir() if path.name != "templates"]:
        (copy / path.name).symlink_to(path)
    (copy / "templates" / "_names.tpl").symlink_to(chart / "templates" / "_names.tpl")
    (copy / "templates" / "names.yaml").write_text(NAMES.format(chart=pin.name, limit=LIMITS.get(pin.name, 63)))
    return copy


def told(objects: list[Manifest]) -> str:
    return next(str(item["data"]["name"]) for item in objects if item["metadata"]["name"] == "names")


@pytest.mark.parametrize("name", LONGEST)
def test_the_longest_name_we_allow_gives_valid_objects(name: str, subcharts_alone: Path) -> None:
    assert too_long(objects_called("n" * LONGEST[name], name, subcharts_alone)) == []


@pytest.mark.parametrize("name", ["valkey", "qdrant"])
def test_one_character_more_gives_objects_the_api_server_refuses(name: str, subcharts_alone: Path) -> None:
    assert too_long(objects_called("n" * (LONGEST[name] + 1), name, subcharts_alone)) != []


@pytest.mark.parametrize("name", ["valkey", "qdrant"])
def test_the_chart_allows_the_longest_name_and_refuses_one_character_more(name: str, chart_with_archives: Path) -> None:
    def values(length: int) -> dict[str, Any]:
        return merged(SCENARIOS["cache-valkey"], {name: {"fullnameOverride": "n" * length}})

    assert render(values(LONGEST[name]), chart=chart_with_archives)
    problems = render_error(values(LONGEST[name] + 1), chart=chart_with_archives)
    assert [(problem.code, problem.key) for problem in problems] == [("AET310", f"{name}.fullnameOverride")]


def objects_called(full_name: str, name: str, chart: Path) -> list[Manifest]:
    pin = next(pin for pin in PINS if pin.name == name)
    return objects_of(pin, chart, {name: {"fullnameOverride": full_name}})


def too_long(objects: list[Manifest]) -> list[str]:
    limits = {"Service": 63, "StatefulSet": 52}
    names = [
        item["metadata"]["name"] for item in objects if len(item["metadata"]["name"]) > limits.get(item["kind"], 253)
    ]
    containers = [container["name"] for pod in pods(objects) for container in pod.containers]
    return [*names, *(name for name in containers if len(name) > 63)]


def test_the_operator_keeps_the_label_by_which_it_finds_itself(subcharts_alone: Path) -> None:
    operator = next(pin for pin in PINS if pin.name == "cloudnative-pg")
    deployment = next(item for item in objects_of(operator, subcharts_alone) if item["kind"] == "Deployment")
    assert deployment["metadata"]["labels"]["app.kubernetes.io/name"] == "cloudnative-pg"


def test_the_operator_sends_no_usage_data(subcharts_alone: Path) -> None:
    operator = next(pin for pin in PINS if pin.name == "psmdb-operator")
    (pod,) = pods(objects_of(operator, subcharts_alone))
    variables = {entry["name"]: entry.get("value") for entry in pod.spec["containers"][0]["env"]}
    assert variables["DISABLE_TELEMETRY"] == "true"


def test_all_subcharts_together_give_every_object_a_name_of_its_own(subcharts_alone: Path) -> None:
    values = merged(*map(on, PINS))
    names = [(item["kind"], item["metadata"]["name"]) for item in render(values, chart=subcharts_alone)]
    assert len(names) == len(set(names))


def on(pin: Pin) -> dict[str, Any]:
    tree: Any = True
    for key in reversed(pin.condition.split(".")):
        tree = {key: tree}
    return dict(tree)
