"""What a person reads after an install: what runs, how to reach it, what to mind, what stays."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.support.render import CHART, find, render
from tests.support.require import require
from tests.support.scenarios import MINIMAL, SCENARIOS, Values, guarded, merged

if TYPE_CHECKING:
    from pathlib import Path

APIS = ("external-secrets.io/v1",)
UNCONNECTED = "does not connect to a vector database yet"


@pytest.fixture(scope="module")
def printing_chart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the chart that renders its notes into a ConfigMap: `helm template` prints none."""
    copy = tmp_path_factory.mktemp("notes") / "aeterna"
    shutil.copytree(CHART, copy, ignore=shutil.ignore_patterns("charts", "Chart.lock"))
    metadata = yaml.safe_load((copy / "Chart.yaml").read_text())
    (copy / "Chart.yaml").write_text(yaml.safe_dump({**metadata, "dependencies": []}))
    (copy / "templates" / "NOTES.txt").rename(copy / "files" / "notes.txt")
    text = """
kind: ConfigMap
apiVersion: v1
metadata: {name: notes}
data:
  notes: {{ tpl (.Files.Get "files/notes.txt") . | quote }}
"""
    (copy / "templates" / "notes.yaml").write_text(text)
    return copy


@pytest.fixture(params=["helm4", "helm3"])
def helm(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def notes(chart: Path, values: Values, helm: str = "helm4") -> str:
    objects = render(values, chart=chart, helm=helm, namespace="ns", api_versions=APIS)
    return str(find(objects, "ConfigMap", "notes")["data"]["notes"])


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_they_are_short_and_hold_no_credential(printing_chart: Path, scenario: str, helm: str) -> None:
    text = notes(printing_chart, guarded(SCENARIOS[scenario]), helm)
    lines = text.splitlines()
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 160
    assert "canary" not in text
    assert MINIMAL["aeterna"]["kmsKey"] not in text
    assert "<no value>" not in text
    assert "\n\n\n" not in text


def test_helm_prints_them(tmp_path: Path) -> None:
    chart = tmp_path / "aeterna"
    shutil.copytree(CHART, chart, ignore=shutil.ignore_patterns("charts", "Chart.lock"))
    metadata = yaml.safe_load((chart / "Chart.yaml").read_text())
    (chart / "Chart.yaml").write_text(yaml.safe_dump({**metadata, "dependencies": []}))
    values = tmp_path / "values.yaml"
    values.write_text(yaml.safe_dump(MINIMAL))
    command = [str(require("helm4")), "install", "aeterna", str(chart), "-f", str(values), "--dry-run=client"]
    done = subprocess.run(command, env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=True)
    printed = done.stdout.partition("NOTES:\n")[2]
    assert printed.startswith("Aeterna 0.8.0-rc.9 as release aeterna in namespace default")


def test_they_say_what_runs(printing_chart: Path) -> None:
    text = notes(printing_chart, SCENARIOS["everything-outside"])
    for line in (
        "  PostgreSQL       External PostgreSQL at db.example.org",
        "  Cache            External Redis at 10.1.2.3",
        "  Vector database  Qdrant at qdrant.example.org",
        "  Language model   OpenAI",
    ):
        assert line in text.splitlines()
    assert "  Cache            Dragonfly, part of this release" in notes(printing_chart, MINIMAL)


def test_without_an_ingress_they_forward_a_port(printing_chart: Path) -> None:
    text = notes(printing_chart, merged(MINIMAL, {"service": {"port": 80}}))
    assert "kubectl --namespace ns port-forward service/aeterna 8080:80" in text


def test_they_run_our_test_and_no_other_charts(printing_chart: Path) -> None:
    # Qdrant brings a test pod of its own, which the Pod Security standard "restricted" would turn away.
    name = find(render(MINIMAL), "Pod")["metadata"]["name"]
    assert f"helm --namespace ns test aeterna --filter name={name}\n" in notes(printing_chart, MINIMAL)


def test_with_an_ingress_they_name_its_addresses(printing_chart: Path) -> None:
    assert "  https://aeterna.example.org\n" in notes(printing_chart, SCENARIOS["feature-ingress-tls"])
    assert "  http://aeterna.example.org\n" in notes(printing_chart, SCENARIOS["feature-ingress"])


def test_an_ingress_may_leave_paths_and_certificate_hosts_to_the_chart(printing_chart: Path) -> None:
    ingress = {"enabled": True, "hosts": [{"host": "a.example.org"}], "tls": [{"secretName": "tls"}]}
    text = notes(printing_chart, merged(MINIMAL, {"ingress": ingress}))
    assert "  https://a.example.org\n" in text
    assert "/ws and /a2a" in text


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("minimal", UNCONNECTED),
        ("minimal", "Business Source Licence"),
        ("minimal", "volume of a single pod"),
        ("minimal", "no backups"),
        ("llm-anthropic", "no embeddings"),
        ("cache-external", "password included"),
        ("vector-mongodb-bundled", "SSPL"),
        ("backup-s3", "1.31 drops its built-in backup"),
        ("feature-ingress", "/ws and /a2a"),
    ],
)
def test_they_warn(printing_chart: Path, scenario: str, words: str) -> None:
    assert words in notes(printing_chart, SCENARIOS[scenario])


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("cache-valkey", "Business Source Licence"),
        ("feature-autoscaling", "volume of a single pod"),
        ("backup-azure", "1.31"),
        ("backup-s3", "no backups"),
        ("postgresql-external", "no backups"),
        ("feature-ingress-tls", "/a2a"),
        ("minimal", "password included"),
        ("minimal", "Network policies"),
    ],
)
def test_they_do_not_warn_of_what_is_not(printing_chart: Path, scenario: str, words: str) -> None:
    assert words not in notes(printing_chart, SCENARIOS[scenario])


@pytest.mark.parametrize(
    ("tag", "warned"),
    [("latest", True), ("v0.8.0-rc.12", True), ("0.8.0-rc.10", True), ("v0.8.0-rc.9", False), ("", False)],
)
def test_a_tag_that_cannot_migrate_an_empty_database_is_told(printing_chart: Path, tag: str, *, warned: bool) -> None:
    text = notes(printing_chart, merged(MINIMAL, {"aeterna": {"image": {"tag": tag}}}))
    assert (f"fail on an empty database; aeterna.image.tag is {tag}. v0.8.0-rc.9 works." in text) is warned


@pytest.mark.parametrize(
    ("model", "dimensions"), [("nomic-embed-text", "768"), ("bge-m3:567m", "1024"), ("gte-qwen2:1.5b", None)]
)
def test_embeddings_of_another_size_are_told(printing_chart: Path, model: str, dimensions: str | None) -> None:
    values = merged(SCENARIOS["llm-ollama"], {"llm": {"ollama": {"embeddingModel": model}}})
    text = notes(printing_chart, values)
    assert ("embeddings of 1536 dimensions" in text) is bool(dimensions)
    assert (f"; {model} (llm.ollama.embeddingModel) makes {dimensions}." in text) is bool(dimensions)


def test_scratch_knowledge_is_called_lost(printing_chart: Path) -> None:
    values = merged(MINIMAL, {"aeterna": {"knowledgeRepo": {"persistence": {"enabled": False}}}})
    assert "The knowledge is lost with the pod" in notes(printing_chart, values)


def test_network_policies_need_somebody_to_enforce_them(printing_chart: Path) -> None:
    assert "where the cluster's network plugin enforces them" in notes(printing_chart, guarded(MINIMAL))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_stays_is_exactly_what_carries_the_keep_annotation(printing_chart: Path, scenario: str) -> None:
    objects = render(SCENARIOS[scenario], api_versions=APIS)
    kinds = {"Cluster": "cluster.postgresql.cnpg.io", "ObjectStore": "objectstore.barmancloud.cnpg.io"}
    kept = {
        f"{kinds.get(item['kind'], item['kind'].lower())}/{item['metadata']['name']}"
        for item in objects
        if (item["metadata"].get("annotations") or {}).get("helm.sh/resource-policy") == "keep"
    }
    listed = notes(printing_chart, SCENARIOS[scenario]).partition("An uninstall leaves")[2]
    assert {line.strip() for line in listed.splitlines() if line.startswith("  ")} == kept
