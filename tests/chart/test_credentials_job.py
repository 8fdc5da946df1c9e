"""The Job that makes credentials nobody gave, as rendered; tests/cluster/test_credentials_job.py runs its script."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.environment import containers
from tests.support.render import CHART, Manifest, find, render, render_error
from tests.support.scenarios import SCENARIOS, merged

WEAVIATE = merged(
    SCENARIOS["vector-weaviate"], {"aeterna": {"kmsKey": ""}, "vectorBackend": {"weaviate": {"apiKey": ""}}}
)


def jobs(values: dict[str, Any]) -> list[Manifest]:
    objects = render(values)
    return [one for one in objects if one["metadata"]["labels"].get("app.kubernetes.io/component") == "credentials"]


def test_defaults_alone_make_a_release_whose_secret_references_resolve() -> None:
    """Finding C19: nothing given, and every credential the pods name is made by the Job or by an operator."""
    objects = render({})
    wanted = {
        (entry["valueFrom"]["secretKeyRef"]["name"], entry["valueFrom"]["secretKeyRef"]["key"])
        for container in containers(objects, "Deployment")
        for entry in container.get("env", [])
        if "secretKeyRef" in entry.get("valueFrom", {})
    }
    (container,) = job(objects)["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["aeterna-generated kms-key=kms-key"]
    assert wanted == {("aeterna-generated", "kms-key"), ("aeterna-db-app", "password")}  # the latter by CloudNativePG


def job(objects: list[Manifest]) -> Manifest:
    (found,) = (one for one in objects if one["kind"] == "Job" and "credentials" in one["metadata"]["name"])
    return found


def test_its_rights_end_at_the_secrets_it_makes() -> None:
    (role,) = (one for one in jobs(WEAVIATE) if one["kind"] == "Role")
    assert role["rules"] == [
        {
            "apiGroups": [""],
            "resources": ["secrets"],
            "resourceNames": ["aeterna-generated", "weaviate-api-key"],
            "verbs": ["get", "patch"],
        },
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create"]},
    ]


def test_it_is_no_hook_and_runs_the_chart_s_script_in_the_server_s_image() -> None:
    objects = render({})
    found = job(objects)
    (container,) = found["spec"]["template"]["spec"]["containers"]
    assert "annotations" not in found["metadata"]
    assert "ttlSecondsAfterFinished" not in found["spec"]
    assert container["command"][2].strip() == (CHART / "files" / "make-credentials.sh").read_text().strip()
    assert container["image"] == containers(objects, "Deployment")[-1]["image"]


def test_its_name_follows_what_it_makes_and_nothing_else() -> None:
    name = job(render({}))["metadata"]["name"]
    assert job(render({"aeterna": {"logLevel": "debug"}}))["metadata"]["name"] == name
    assert job(render(WEAVIATE))["metadata"]["name"] != name


@pytest.mark.parametrize("scenario", ["minimal", "existing-secrets"])
def test_what_is_given_is_not_made(scenario: str) -> None:
    assert jobs(SCENARIOS[scenario]) == []


def test_external_secrets_are_never_filled_in_by_the_job() -> None:
    values = merged(SCENARIOS["external-secrets"], {})
    values["secrets"] = {**values["secrets"], "externalSecrets": {**values["secrets"]["externalSecrets"], "keys": {}}}
    problems = [one for one in render_error(values) if one.key == "aeterna.kmsKey"]
    assert [(problem.code, problem.key) for problem in problems] == [("AET103", "aeterna.kmsKey")]


def test_the_server_s_own_secret_holds_what_is_given_and_no_made_key() -> None:
    values = merged(SCENARIOS["llm-openai"], {"aeterna": {"kmsKey": ""}})
    objects = render(values)
    assert set(find(objects, "Secret", "aeterna-credentials")["data"]) == {"openai-api-key"}
    assert job(objects)
