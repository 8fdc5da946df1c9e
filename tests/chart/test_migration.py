from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.environment import containers
from tests.support.render import CHART, Manifest, find, render
from tests.support.scenarios import MINIMAL, SCENARIOS, merged

if TYPE_CHECKING:
    from pathlib import Path

EXISTING = merged(
    SCENARIOS["postgresql-external"],
    {"postgresql": {"external": {"password": "", "existingSecret": "db"}}},
)
HOOK = {"migration": {"mode": "hook"}}


def job(*values: dict[str, Any]) -> Manifest:
    return find(render(merged(MINIMAL, *values)), "Job")


def name(*values: dict[str, Any]) -> str:
    result: str = job(*values)["metadata"]["name"]
    return result


def test_the_job_is_no_hook_and_never_vanishes() -> None:
    item = job()
    assert "annotations" not in item["metadata"]
    assert "ttlSecondsAfterFinished" not in item["spec"]


def test_the_job_runs_the_server_s_own_migrations() -> None:
    (container,) = job()["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["admin", "migrate", "up"]
    assert container["image"] == containers(render(MINIMAL), "Deployment")[-1]["image"]


@pytest.mark.parametrize(
    "unrelated",
    [
        {"aeterna": {"logLevel": "debug"}},
        {"aeterna": {"resources": {"limits": {"memory": "3Gi"}}}},
        {"podDisruptionBudget": {"maxUnavailable": 1, "enabled": True}},
    ],
)
def test_the_same_migration_is_the_same_job(unrelated: dict[str, Any]) -> None:
    assert name(unrelated) == name()


@pytest.mark.parametrize(
    "change",
    [
        {"aeterna": {"image": {"tag": "v9"}}},
        {"migration": {"resources": {"limits": {"memory": "300Mi"}}}},
        {"migration": {"backoffLimit": 1}},
        {"aeterna": {"nodeSelector": {"disk": "ssd"}}},
    ],
)
def test_a_job_that_differs_anywhere_is_another_job_since_jobs_cannot_change(change: dict[str, Any]) -> None:
    assert name(change) != name()


def test_a_chart_version_alone_makes_no_new_job(tmp_path: Path) -> None:
    copy = tmp_path / "aeterna"
    shutil.copytree(CHART, copy, ignore=shutil.ignore_patterns("charts"))
    text = (copy / "Chart.yaml").read_text()
    (copy / "Chart.yaml").write_text(text.replace("\nversion: ", "\nversion: 9"))
    assert find(render(MINIMAL, chart=copy), "Job")["metadata"]["name"] == name()


def test_its_pods_are_not_the_server_s() -> None:
    labels = job()["spec"]["template"]["metadata"]["labels"]
    selector = find(render(MINIMAL), "Deployment")["spec"]["selector"]["matchLabels"]
    assert not selector.items() <= labels.items()


def test_as_a_hook_it_needs_nothing_of_this_release() -> None:
    item = job(EXISTING, HOOK)
    assert item["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    spec = item["spec"]["template"]["spec"]
    assert "serviceAccountName" not in spec
    (container,) = spec["containers"]
    secrets = [entry["valueFrom"]["secretKeyRef"]["name"] for entry in container["env"] if "valueFrom" in entry]
    assert secrets == ["db"]


def test_somebody_else_may_migrate_and_the_server_still_waits() -> None:
    objects = render(merged(MINIMAL, {"migration": {"enabled": False}}))
    assert "Job" not in {item["kind"] for item in objects}
    assert containers(objects, "Deployment")[0]["name"] == "wait-for-schema"


def test_waiting_can_be_switched_off() -> None:
    objects = render(merged(MINIMAL, {"migration": {"waitForSchema": False}}))
    assert [container["name"] for container in containers(objects, "Deployment")] == ["aeterna"]


def wait(tmp_path: Path, *answers: str) -> int:
    """Run the real waiting command with a stand-in for the server's program, which gives these answers in turn.

    Returns how many answers it took; the program fails the command's patience by saying "ready" at the very end.
    """
    command = containers(render(MINIMAL), "Deployment")[0]["command"]
    for number, answer in enumerate(answers):
        (tmp_path / f"answer-{number}").write_text(answer)
    (tmp_path / "asked").write_text("")
    (tmp_path / "aeterna").write_text(
        "#!/bin/sh\n"
        '[ "$*" = "admin migrate status --json" ] || exit 64\n'
        f'n=$(wc -c < "{tmp_path}/asked"); printf x >> "{tmp_path}/asked"\n'
        f'cat "{tmp_path}/answer-$n"\n'
    )
    (tmp_path / "sleep").write_text("#!/bin/sh\nexit 0\n")
    for program in ("aeterna", "sleep"):
        (tmp_path / program).chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.defpath}"
    subprocess.run(command, env={"PATH": path}, check=True, capture_output=True, timeout=20)
    return len((tmp_path / "asked").read_text())


READY = '{"pending_count": 0, "pending": []}'


@pytest.mark.parametrize(
    "not_yet",
    ['{"pending_count": 3}', '{"pending_count":10}', "", "error: connection refused", '{"pending_count": 05}'],
)
def test_the_server_waits_while_migrations_are_pending_or_the_database_is_away(tmp_path: Path, not_yet: str) -> None:
    assert wait(tmp_path, not_yet, not_yet, READY) == 3


@pytest.mark.parametrize(
    "ready",
    [
        READY,
        '{"pending_count":0}',
        '{\n  "pending_count" : 0\n}\n',
        '{"applied_count": 29, "pending_count": 0,\n"x": 1}',
    ],
)
def test_the_server_starts_when_none_is_pending(tmp_path: Path, ready: str) -> None:
    assert wait(tmp_path, ready) == 1
