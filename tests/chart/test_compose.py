"""The Compose files: sound by our own reading and by Compose's, and their containers get what the chart's pods get."""

from __future__ import annotations

import base64
import copy
import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.support.answer_scenarios import COMPOSE, FOLDER, Scenario
from tests.support.catalogue_cases import expanded
from tests.support.compose_files import environments, problems, read_dotenv
from tests.support.environment import containers, entries
from tests.support.program import run
from tests.support.render import render
from tests.support.require import require

if TYPE_CHECKING:
    from pathlib import Path

each_scenario = pytest.mark.parametrize("scenario", COMPOSE.values(), ids=list(COMPOSE))
pytestmark = pytest.mark.requirement("CLI-29")

# What the release "aeterna" calls a part on Kubernetes, and what its container is called.
HOSTS = {
    "aeterna-dragonfly": "dragonfly",
    "aeterna-valkey": "valkey",
    "aeterna-qdrant": "qdrant",
    "http://weaviate:80": "http://weaviate:8080",
    "aeterna-db-rw": "postgresql",
}
OPERATORS = {
    "<aeterna-db-app/password>": "made-up-postgresql-password",
    "<aeterna-psmdb-db-secrets/MONGODB_DATABASE_ADMIN_USER>": "made-up-mongodb-user",
    "<aeterna-psmdb-db-secrets/MONGODB_DATABASE_ADMIN_PASSWORD>": "made-up-mongodb-password",
}

# Percona's operator makes a replica set; here, one server runs.
MONGODB = "mongodb://made-up-mongodb-user:made-up-mongodb-password@"
DIFFERENT = {
    "compose-mongodb": {
        "server: MONGODB_URI": (
            f"{MONGODB}aeterna-psmdb-db-rs0:27017/?replicaSet=rs0&authSource=admin",
            f"{MONGODB}mongodb:27017/?authSource=admin",
        )
    }
}


def project(scenario: Scenario) -> tuple[Any, dict[str, str]]:
    tree = yaml.safe_load((scenario.expected / "docker-compose.yaml").read_text())
    return tree, read_dotenv((scenario.expected / "env").read_text())


@each_scenario
def test_the_files_are_sound(scenario: Scenario) -> None:
    assert list(problems(*project(scenario))) == []


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda tree: tree["services"]["qdrant"].pop("healthcheck"), "server: waits for the health of qdrant"),
        (lambda tree: tree["services"]["qdrant"].update(ports=["127.0.0.1:8080:6333"]), "port 8080 twice"),
        (lambda tree: tree["services"]["qdrant"].update(ports=["6333:6333"]), "6333:6333 is open"),
        (lambda tree: tree["services"].pop("migration"), "waits for migration, which is not there"),
        (lambda tree: tree["services"]["qdrant"].update(environment={"A": "${NO}"}), "NO is used and not set"),
        (lambda tree: tree["volumes"].pop("qdrant"), "volume qdrant"),
    ],
)
def test_what_compose_lets_pass_is_found(spoil: Any, found: str) -> None:
    tree, dotenv = project(COMPOSE["compose-trial"])
    spoilt = copy.deepcopy(tree)
    spoil(spoilt)
    assert any(found in problem for problem in problems(spoilt, dotenv)), list(problems(spoilt, dotenv))


@each_scenario
def test_compose_itself_takes_them_and_reads_the_same(scenario: Scenario, tmp_path: Path) -> None:
    tree, dotenv = project(scenario)
    for name, ours in (("docker-compose.yaml", "docker-compose.yaml"), (".env", "env")):
        (tmp_path / name).write_text((scenario.expected / ours).read_text())
    command = [str(require("docker-compose")), "config", "--format", "json"]
    done = subprocess.run(
        command, cwd=tmp_path, env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)["services"]
    # `config` writes $ as $$, to be read again
    theirs = {
        name: {key: text.replace("$$", "$") for key, text in (of.get("environment") or {}).items()}
        for name, of in told.items()
    }
    assert theirs == environments(tree, dotenv)


def chart_environments(scenario: Scenario, folder: Path) -> dict[str, dict[str, str]]:
    """What server and migration get from the chart, for the same answers with the other target."""
    said = yaml.safe_load((FOLDER / scenario.name / "answers.yaml").read_text()) | {"target": "kubernetes"}
    (folder / "answers").write_text(yaml.safe_dump(said))
    ran = run("init", "--defaults", "--answers", "answers", cwd=folder, environment=scenario.environment)
    assert ran.code == 0, ran.err
    files = [yaml.safe_load((folder / name).read_text()) for name in ("values.yaml", "values.secret.yaml")]
    objects = render(laid_over(*files))
    texts = dict(OPERATORS)
    for secret in (one for one in objects if one["kind"] == "Secret"):
        for key, data in secret.get("data", {}).items():
            texts[f"<{secret['metadata']['name']}/{key}>"] = base64.b64decode(data).decode()
    job = next(one for one in containers(objects, "Job") if one["name"] == "migrate")
    pods = {"server": containers(objects, "Deployment")[-1], "migration": job}
    return {name: {key: mapped(text, texts) for key, text in seen(of, objects).items()} for name, of in pods.items()}


def seen(container: Any, objects: list[Any]) -> dict[str, str]:
    """What a process sees: ConfigMaps, then entries, expanded as the kubelet does."""
    plain = dict(entries({"envFrom": container.get("envFrom")}, objects))
    return plain | expanded(container["env"])


def mapped(text: str, credentials: dict[str, str]) -> str:
    for there, here in {**credentials, **HOSTS}.items():
        text = text.replace(there, here)
    return text


def laid_over(one: Any, other: Any) -> Any:
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return other
    return {key: laid_over(one.get(key), other[key]) if key in other else one[key] for key in {**one, **other}}


@each_scenario
def test_containers_get_what_the_pods_of_the_chart_get(scenario: Scenario, tmp_path: Path) -> None:
    here = environments(*project(scenario))
    there = chart_environments(scenario, tmp_path)
    differences = {
        f"{service}: {name}": (there[service].get(name), here[service].get(name))
        for service in there
        for name in {*there[service], *here[service]}
        if there[service].get(name) != here[service].get(name)
    }
    assert differences == DIFFERENT.get(scenario.name, {})
