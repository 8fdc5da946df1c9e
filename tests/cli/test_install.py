"""`install` and `uninstall` without a cluster: what they refuse, what they ask Helm, what they say."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.support.fake_helm import FakeHelm
from tests.support.program import Ran, run

if TYPE_CHECKING:
    from pathlib import Path

KEY = "a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U="
SEEN = {"answers": [], "version": "v1.36.0"}


@pytest.fixture
def fake(tmp_path: Path) -> FakeHelm:
    fake = FakeHelm.make(tmp_path / "bin")
    fake.answer("list", out="[]")
    fake.answer("template", out="kind: Service\nmetadata: {name: aeterna}\n")
    return fake


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "values.yaml").write_text("postgresql: {enabled: false}\n")
    (folder / "values.secret.yaml").write_text(f"aeterna: {{kmsKey: {KEY}}}\n")
    (folder / "values.secret.yaml").chmod(0o600)
    return folder


def install(folder: Path, *arguments: str, command: str = "install", **environment: str) -> Ran:
    own = {
        "PATH": f"{folder.parent / 'bin'}:{os.defpath}",
        "HELM_NAMESPACE": "here",
        "HOME": str(folder.parent / "home"),
    }
    return run(command, *arguments, cwd=folder, environment={**own, **environment})


def seen(fake: FakeHelm, *answers: dict[str, object]) -> None:
    """Let the stand-in say what the cluster holds, whatever it is asked."""
    notes = json.dumps({"answers": list(answers), "version": "v1.36.0"})
    fake.answer("install", "--dry-run=server", out=json.dumps({"info": {"notes": notes}}))


def test_without_helm_it_says_how_to_get_it(folder: Path) -> None:
    ran = install(folder, PATH="/nowhere")
    assert ran.code == 5
    assert "there is no Helm" in ran.err
    assert "fix: install Helm 4" in ran.err


def test_an_old_helm_is_refused(folder: Path, tmp_path: Path) -> None:
    FakeHelm.make(tmp_path / "bin", "v3.10.0")
    ran = install(folder)
    assert ran.code == 5
    assert "Helm 3.10.0 is too old" in ran.err


def test_without_values_it_says_how_to_make_them(fake: FakeHelm, tmp_path: Path) -> None:
    assert fake.program.is_file()
    (tmp_path / "empty").mkdir()
    ran = install(tmp_path / "empty")
    assert ran.code == 5
    assert "helm aeterna init" in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Not_A_Name"], "cannot be the name of a release"),
        (["a" * 54], "cannot be the name of a release"),
        (["--timeout", "soon"], "is no duration"),
        (["--dry-run=maybe"], "--dry-run"),
        (["--repository-mirror", "file:///x"], "not a chart repository"),
        (["--atomic"], "unknown flag --atomic"),
    ],
)
def test_wrong_usage_is_refused(fake: FakeHelm, folder: Path, arguments: list[str], words: str) -> None:
    ran = install(folder, *arguments)
    assert ran.code == 2
    assert words in ran.err
    assert "fix:" in ran.err
    assert fake.heard("upgrade") == []


def test_no_cluster_is_a_missing_prerequisite(fake: FakeHelm, folder: Path) -> None:
    fake.answer("list", err="Error: Kubernetes cluster unreachable: connection refused", code=1)
    ran = install(folder, "--json")
    assert ran.code == 5
    assert ran.tree["exitCode"] == 5
    assert "cannot be reached" in ran.tree["error"]
    assert fake.heard("pull") == []


def test_the_charts_refusals_come_back_as_findings(fake: FakeHelm, folder: Path) -> None:
    fake.answer("template", err="Error: execution error: \nAET123 | cache.type | is wrong | set it right\n", code=1)
    archives_at_hand(fake, folder)
    ran = install(folder, "--dry-run")
    assert ran.code == 4
    assert ran.codes == ["AET123"]


def archives_at_hand(fake: FakeHelm, folder: Path) -> None:
    """Let `helm pull` deliver an archive for every pin."""
    from tests.support.archives import pins
    from tests.support.tiny_chart import make_archive

    made = tuple(make_archive(folder.parent / "archives", pin.name, pin.version) for pin in pins())
    fake.answer("pull", copies=made)


def test_a_dry_run_of_the_client_asks_no_cluster(fake: FakeHelm, folder: Path) -> None:
    archives_at_hand(fake, folder)
    ran = install(folder, "--dry-run=client")
    assert ran.code == 0, ran.err
    assert "would be there: Service/aeterna" in ran.out
    assert {call.argv[0] for call in fake.heard()} == {"version", "pull", "template"}


def test_secrets_go_by_file_never_by_argument_or_text(fake: FakeHelm, folder: Path) -> None:
    archives_at_hand(fake, folder)
    fake.answer("template", err=f"Error: wrong: {KEY}", code=1)
    ran = install(folder, "--dry-run")
    assert ran.code == 6
    assert KEY not in ran.out + ran.err
    for call in fake.heard():
        assert KEY not in " ".join(call.argv)
    (template,) = fake.heard("template")
    assert f"--values={folder / 'values.secret.yaml'}" in template.argv


def test_a_secret_file_that_others_can_read_is_told(fake: FakeHelm, folder: Path) -> None:
    archives_at_hand(fake, folder)
    (folder / "values.secret.yaml").chmod(0o644)
    ran = install(folder, "--dry-run")
    assert ran.code == 0
    assert "others can read it" in ran.err


def test_offline_the_ways_out_are_named(fake: FakeHelm, folder: Path) -> None:
    fake.answer("pull", err="Error: no such host", code=1)
    ran = install(folder, "--dry-run")
    assert ran.code == 5
    assert "--repository-mirror" in ran.err


def test_the_mirror_may_be_named_by_a_variable(fake: FakeHelm, folder: Path) -> None:
    archives_at_hand(fake, folder)
    assert install(folder, "--dry-run", AETERNA_SETUP_REPOSITORY_MIRROR="oci://mirror.example.org/c").code == 0
    assert {call.argv[1].rpartition("/")[0] for call in fake.heard("pull")} == {"oci://mirror.example.org/c"}


def test_uninstalling_what_is_not_there_is_told(fake: FakeHelm, folder: Path) -> None:
    seen(fake, {"served": True, "objects": []})
    ran = install(folder, command="uninstall")
    assert ran.code == 5
    assert "there is no release aeterna" in ran.err
    assert fake.heard("uninstall") == []


def test_uninstall_asks_nothing_without_a_terminal(fake: FakeHelm, folder: Path) -> None:
    fake.answer("list", out='[{"name": "aeterna", "status": "deployed", "chart": "aeterna-0.1.0", "revision": "1"}]')
    fake.answer("list", "--selector=helm-aeterna=operator", out="[]")
    fake.answer("get", "manifest", out="kind: Service\nmetadata: {name: aeterna}\n")
    fake.answer("get", "hooks", out="")
    fake.answer("uninstall", out="release uninstalled")
    seen(fake, {"served": True, "objects": []})
    ran = install(folder, "--json", command="uninstall")
    assert ran.code == 0, ran.err
    assert ran.tree["removed"] == ["release aeterna in namespace here"]
    (call,) = fake.heard("uninstall")
    assert "--namespace=here" in call.argv


def test_rights_in_one_namespace_are_enough_to_uninstall(fake: FakeHelm, folder: Path) -> None:
    forbidden = 'Error: list: secrets is forbidden: User "dev" cannot list resource "secrets" in the namespace "x"'
    fake.answer("list", out='[{"name": "aeterna", "status": "deployed", "chart": "aeterna-0.1.0", "revision": "1"}]')
    fake.answer("list", "--selector=helm-aeterna=operator", err=forbidden, code=1)
    fake.answer("get", "manifest", out="kind: Service\nmetadata: {name: aeterna}\n")
    fake.answer("get", "hooks", out="")
    fake.answer("uninstall", out="release uninstalled")
    seen(fake, {"served": True, "objects": []})
    ran = install(folder, command="uninstall")
    assert ran.code == 0, ran.err
    assert "release aeterna in namespace here" in ran.out
    ran = install(folder, "--operators", command="uninstall")
    assert ran.code == 6
    assert "more rights" in ran.err
