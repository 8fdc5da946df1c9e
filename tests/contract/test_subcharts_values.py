"""Every key we hand to a subchart is one the real chart knows, and one its stand-in understands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from tests.support.archives import STAND_INS, Pin, pins
from tests.support.kubernetes_schemas import upstream
from tests.support.render import CHART

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Tree = dict[str, Any]
PINS = pins()
each_pin = pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.name)

# Maps the real charts' templates pass on whole, so that their keys are Kubernetes' or the program's own.
PASSED_ON = {
    "qdrant.config",
    "qdrant.containerSecurityContext",
    "qdrant.podSecurityContext",
    "weaviate.env",
    "weaviate.envSecrets",
    "psmdb-db.replsets.rs0.containerSecurityContext",
    "psmdb-db.replsets.rs0.podSecurityContext",
}
# Keys the real charts' templates read although their values.yaml shows them in comments alone, or not at all.
UNLISTED = {
    "psmdb-db.imagePullSecrets",
    "psmdb-db.replsets.rs0.containerSecurityContext",
    "psmdb-db.replsets.rs0.podSecurityContext",
    "weaviate.affinity",
    "weaviate.nodeSelector",
    "weaviate.tolerations",
}


def read(path: Path) -> Tree:
    tree: Tree = yaml.safe_load(path.read_text())
    return tree


def real(pin: Pin, name: str) -> Path:
    return upstream() / "charts" / f"{pin.name}-{pin.version}" / name


CATALOGUE = read(CHART / "files" / "catalogue.yaml")


def ours(pin: Pin) -> Tree:
    block: Tree = read(CHART / "values.yaml").get(pin.name, {})
    return block


def leaves(tree: Tree, at: str) -> Iterator[tuple[str, Any]]:
    """Paths and values; what is passed on whole counts as one."""
    for key, value in tree.items():
        path = f"{at}.{key}"
        if isinstance(value, dict) and value and path not in PASSED_ON:
            yield from leaves(value, path)
        else:
            yield path, value


def knows(tree: Any, path: str) -> bool:
    """Whether a tree of defaults has the key; an empty map or nothing at all takes any keys."""
    node = tree
    for key in path.split(".")[1:]:
        if node is None or node == {}:
            return True
        if not isinstance(node, dict) or key not in node:
            return False
        node = node[key]
    return True


def at(tree: Tree, path: str) -> Any:
    """The default at a path; None where there is none."""
    node: Any = tree
    for key in path.split(".")[1:]:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def merged(base: Any, over: Any) -> Any:
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{key: merged(base.get(key), value) for key, value in over.items()}}
    return over


@each_pin
def test_a_stand_in_is_called_what_the_real_chart_is_called(pin: Pin) -> None:
    keys = ("name", "version", "appVersion", "kubeVersion")
    theirs, stand_in = read(real(pin, "Chart.yaml")), read(STAND_INS / pin.name / "Chart.yaml")
    assert [stand_in.get(key) for key in keys] == [theirs.get(key) for key in keys]
    assert stand_in["version"] == pin.version


@each_pin
def test_a_stand_in_has_the_real_charts_defaults(pin: Pin) -> None:
    theirs = read(real(pin, "values.yaml"))
    stand_in = dict(leaves(read(STAND_INS / pin.name / "values.yaml"), pin.name))
    listed = {path: value for path, value in stand_in.items() if path not in UNLISTED}
    different = {path: value for path, value in listed.items() if (at(theirs, path) or None) != (value or None)}
    assert different == {}


@each_pin
def test_the_real_chart_knows_every_key_we_set(pin: Pin) -> None:
    theirs = read(real(pin, "values.yaml"))
    unknown = [path for path, _ in leaves(ours(pin), pin.name) if path not in UNLISTED and not knows(theirs, path)]
    assert unknown == []


@each_pin
def test_the_stand_in_understands_every_key_we_set(pin: Pin) -> None:
    stand_in = read(STAND_INS / pin.name / "values.yaml")
    unknown = [path for path, _ in leaves(ours(pin), pin.name) if path not in PASSED_ON and not knows(stand_in, path)]
    assert unknown == []


@each_pin
def test_we_set_values_of_the_real_charts_types(pin: Pin) -> None:
    theirs = read(real(pin, "values.yaml"))
    wrong = {path: value for path, value in leaves(ours(pin), pin.name) if not same_type(value, at(theirs, path))}
    assert wrong == {}


@pytest.mark.parametrize("image", ["dragonfly", "valkey", "qdrant", "weaviate"])
def test_compose_runs_the_release_that_the_subchart_does(image: str) -> None:
    """The pins of the catalogue; a tag among our values goes before the subchart's own."""
    pin = next(pin for pin in PINS if pin.name == image)
    tag = CATALOGUE["images"][image].split(":")[1]
    wanted = at(ours(pin), "values.image.tag") or read(STAND_INS / image / "Chart.yaml")["appVersion"]
    assert tag.removeprefix("v") == str(wanted).removeprefix("v")


def test_compose_runs_the_mongodb_that_the_operator_does() -> None:
    stand_in = read(STAND_INS / "psmdb-db" / "values.yaml")
    assert CATALOGUE["images"]["mongodb"].split(":")[1] == at(stand_in, "values.image.tag")


def same_type(value: object, default: object) -> bool:
    return default is None or isinstance(value, type(default)) or (default == {} and not isinstance(value, list))


@pytest.mark.parametrize("pin", [pin for pin in PINS if pin.name in {"cloudnative-pg", "valkey"}], ids=lambda p: p.name)
def test_the_real_charts_schema_accepts_our_values_over_its_defaults(pin: Pin) -> None:
    schema = json.loads(real(pin, "values.schema.json").read_text())
    together = merged(read(real(pin, "values.yaml")), ours(pin))
    found = jsonschema.validators.validator_for(schema)(schema).iter_errors(together)
    assert [f"{error.json_path}: {error.message}" for error in found] == []


def test_the_schemas_refuse_a_wrong_type_so_the_test_above_can_fail() -> None:
    valkey = next(pin for pin in PINS if pin.name == "valkey")
    schema = json.loads(real(valkey, "values.schema.json").read_text())
    wrong = merged(read(real(valkey, "values.yaml")), {"deploymentStrategy": 3})
    assert not jsonschema.validators.validator_for(schema)(schema).is_valid(wrong)


@pytest.mark.parametrize("key", ["replica", "image.tagg", "persistence.sise"])
def test_a_misspelt_key_is_seen(key: str) -> None:
    """Helm accepts unknown keys in silence, so this is the only place they show."""
    qdrant = next(pin for pin in PINS if pin.name == "qdrant")
    assert not knows(read(STAND_INS / "qdrant" / "values.yaml"), f"qdrant.{key}")
    assert not knows(read(real(qdrant, "values.yaml")), f"qdrant.{key}")
