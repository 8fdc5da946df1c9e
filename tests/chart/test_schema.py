from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft7Validator

from ci.generators.command import generated, main
from ci.generators.values_file import CommentError, read_values
from tests.support.render import CHART, RenderError, render
from tests.support.scenarios import MINIMAL, SCENARIOS, merged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SCHEMA = json.loads((CHART / "values.schema.json").read_text())
VALUES = yaml.safe_load((CHART / "values.yaml").read_text())
VALIDATOR = Draft7Validator(SCHEMA)
SUBCHARTS = {entry["name"] for entry in yaml.safe_load((CHART / "Chart.yaml").read_text())["dependencies"]}

Path_ = tuple[str, ...]


def nodes(schema: Mapping[str, Any], above: Path_ = ()) -> Iterator[tuple[Path_, Mapping[str, Any]]]:
    """Every key the schema describes, with its description."""
    for name, node in schema.get("properties", {}).items():
        yield (*above, name), node
        yield from nodes(node, (*above, name))


NODES = dict(nodes(SCHEMA))
LEAVES = {path: node for path, node in NODES.items() if "properties" not in node}
# Objects whose keys are all ours: a key nobody knows is a typing error there.
CLOSED = {path for path, node in NODES.items() if node.get("additionalProperties") is False} | {()}


def changed(path: Path_, value: object) -> dict[str, Any]:
    """The default values with one key set."""
    tree: dict[str, Any] = copy.deepcopy(VALUES)
    place = tree
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value
    return tree


def test_generated_files_are_fresh() -> None:
    assert [path.name for path, text in generated().items() if path.read_text() != text] == [], "fix: make generate"


def test_the_schema_is_a_draft_every_helm_understands() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert "$ref" not in json.dumps(SCHEMA)


def test_the_defaults_fit() -> None:
    assert [error.message for error in VALIDATOR.iter_errors(VALUES)] == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_fits(scenario: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(SCENARIOS[scenario])] == []


def test_every_key_is_described_and_typed() -> None:
    for path, node in NODES.items():
        assert node.get("description"), path
        assert node.get("type") or node.get("enum"), path


def test_every_key_of_the_values_is_in_the_schema_with_its_default() -> None:
    def walk(tree: Mapping[str, Any], above: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
        for key, value in tree.items():
            free = "additionalProperties" in NODES[(*above, key)] and "properties" not in NODES[(*above, key)]
            if isinstance(value, dict) and value and not free:
                yield from walk(value, (*above, key))
            else:
                yield (*above, key), value

    for path, value in walk(VALUES):
        assert NODES[path].get("default", {}) == value, path


WRONG: Mapping[str, object] = {
    "string": 7,
    "integer": "seven",
    "number": "seven",
    "boolean": "true",
    "array": "seven",
    "object": "seven",
}


def kinds(node: Mapping[str, Any]) -> list[str]:
    given = node.get("type", [])
    return given if isinstance(given, list) else [given]


@pytest.mark.parametrize("path", NODES, ids=".".join)
def test_a_value_of_the_wrong_type_is_refused(path: Path_) -> None:
    wrong: object = ["wrong"] if len(kinds(NODES[path])) != 1 else WRONG[kinds(NODES[path])[0]]
    errors = [
        ".".join(str(key) for key in error.absolute_path) for error in VALIDATOR.iter_errors(changed(path, wrong))
    ]
    assert ".".join(path) in errors


def typo(name: str) -> str:
    """The name with its last two letters swapped, or one of them doubled where that changes nothing."""
    swapped = name[:-2] + name[-1] + name[-2]
    return swapped if swapped != name else name + name[-1]


@pytest.mark.parametrize("path", [path for path in NODES if path[:-1] in CLOSED], ids=".".join)
def test_a_typing_error_in_a_key_is_refused(path: Path_) -> None:
    values = changed((*path[:-1], typo(path[-1])), NODES[path].get("default", {}))
    errors = [error.message for error in VALIDATOR.iter_errors(values)]
    assert any(typo(path[-1]) in message for message in errors)


def test_only_what_belongs_to_others_is_open() -> None:
    """Kubernetes' own structures, free labels, and the subcharts' values."""
    opened = {
        path[0] if path[0] in SUBCHARTS else ".".join(path)
        for path, node in NODES.items()
        if "object" in kinds(node) and "properties" in node and node.get("additionalProperties") is not False
    }
    assert opened - SUBCHARTS == {
        *(
            "global",
            "aeterna.affinity",
            "postgresql.affinity",
            "autoscaling.behavior",
            "autoscaling.behavior.scaleDown",
        ),
        *("security.podSecurityContext", "security.podSecurityContext.seccompProfile"),
        *("security.containerSecurityContext", "security.containerSecurityContext.capabilities"),
    }


@pytest.mark.parametrize("chart", sorted(SUBCHARTS))
def test_a_subchart_takes_keys_of_its_own_and_global_ones(chart: str) -> None:
    values = {chart: {"any": {"key": ["of", "theirs"]}, "global": {}}, "global": {"theirs": True}}
    assert VALIDATOR.is_valid(values)


def test_the_chart_may_be_a_dependency_itself() -> None:
    assert VALIDATOR.is_valid({"enabled": True, "global": {}})


@pytest.mark.parametrize(
    ("path", "good", "bad"),
    [
        ("aeterna.resources.limits.memory", ["2Gi", "1.5G", 1024, "1e9"], ["2GB", "lots", "-1", "1 Gi", -1]),
        ("aeterna.resources.limits.cpu", ["500m", 2, 0.5, "0.1"], ["2 cores", "m"]),
        ("postgresql.external.host", ["", "db", "db.example.org", "10.0.0.1", "[fd00::1]"], ["http://db", "db:1"]),
        ("postgresql.external.port", [1, 65535], [0, 65536, "5432", 1.5]),
        ("postgresql.external.database", ["a", "a?sslmode=require"], ["a/b", "a#"]),
        ("postgresql.external.username", ["", "aeterna"], ["a@b", "a:b"]),
        ("llm.ollama.host", ["", "http://o:11434", "https://o/x"], ["o:11434", "http://o/", "ftp://o", "http://u:p@o"]),
        ("llm.openai.baseUrl", ["", "https://gw/v1"], ["gw", "https://gw/v1/"]),
        ("aeterna.knowledgeRepo.url", ["", "https://g/k.git", "git@g:t/k.git", "ssh://git@g/k"], ["g/k", "/srv/k"]),
        ("aeterna.knowledgeRepo.path", ["/k"], ["k", ""]),
        ("aeterna.image.digest", ["", "sha256:" + "a" * 64], ["sha256:abc", "a" * 64]),
        ("aeterna.image.tag", ["", "v1"], [1.0]),
        ("vectorBackend.vertexAi.indexEndpoint", ["1234567890123456789"], [1234567890123456789]),
        ("secrets.externalSecrets.refreshInterval", ["1h", "30m", "1h30m"], ["1", "1 h", "hourly"]),
        ("secrets.externalSecrets.keys", [{}, {"kms-key": {"key": "a"}}], [{"kms": {"key": "a"}}, {"kms-key": {}}]),
        ("cache.type", ["dragonfly", "valkey", "external"], ["redis", "Dragonfly"]),
        ("postgresql.backup.schedule", ["0 2 * * *", "0 0 2 * * *"], ["daily", "0 2 * *"]),
        ("vectorBackend.qdrant.enabled", [True, False], ["false", None, 0]),
    ],
)  # fmt: skip
def test_values_of_a_kind_are_told_apart(path: str, good: list[object], bad: list[object]) -> None:
    keys = tuple(path.split("."))
    assert [value for value in good if not VALIDATOR.is_valid(changed(keys, value))] == []
    assert [value for value in bad if VALIDATOR.is_valid(changed(keys, value))] == []


@pytest.mark.parametrize("helm", ["helm4", "helm3", "helm317"])
@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"aeterna": {"replicsa": 2}}, "replicsa"),
        ({"cahce": {"type": "valkey"}}, "cahce"),
        ({"postgresql": {"external": {"hots": "db"}}}, "hots"),
        ({"aeterna": {"resources": {"limits": {"memroy": "1Gi"}}}}, "memroy"),
        ({"aeterna": {"replicas": "two"}}, "replicas"),
        ({"vectorBackend": {"type": "chroma"}}, "type"),
        ({"cache": {"external": {"port": 70000}}}, "port"),
        ({"vectorBackend": {"qdrant": {"enabled": "false"}}}, "enabled"),
    ],
)
def test_real_helm_refuses_it_and_names_the_key(helm: str, values: dict[str, Any], key: str) -> None:
    with pytest.raises(RenderError, match=key):
        render(merged(MINIMAL, values), helm=helm)


def test_a_key_without_a_description_is_refused_with_its_line() -> None:
    with pytest.raises(CommentError, match=r"values\.yaml:3: a\.b has no description"):
        read_values("# -- one\na:\n  b: 1\n")


@pytest.mark.parametrize("fragment", ["{", "[1]"])
def test_a_fragment_that_is_no_object_is_refused_with_its_line(fragment: str) -> None:
    with pytest.raises(CommentError, match=r"values\.yaml:3: a: what follows @schema is not"):
        read_values(f"# -- one\n# @schema {fragment}\na: 1\n")


def test_a_description_may_go_on_for_several_lines() -> None:
    (entry,) = read_values("# -- one\n# two\na: 1\n")
    assert entry.description == "one two"


def test_a_stale_file_is_found_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "page.md"
    stale.write_text("old")
    monkeypatch.setattr("ci.generators.command.ROOT", tmp_path)
    monkeypatch.setattr("ci.generators.command.generated", lambda: {stale: "new"})
    assert main(["--check"]) == 4
    assert stale.read_text() == "old"
    assert "stale: page.md" in capsys.readouterr().out
    assert main([]) == 0
    assert stale.read_text() == "new"
    assert main(["--check"]) == 0
