"""Each command is spelt as the Helm that is there wants it, and its failures are told apart."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from helm_aeterna.adapters.helm import Helm, explained, find_helm
from helm_aeterna.adapters.helm_commands import Order, list_arguments, uninstall_arguments, upgrade_arguments
from helm_aeterna.adapters.process import Ended
from helm_aeterna.errors import HelmError, PrerequisiteError
from tests.support.fake_helm import FakeHelm

ORDER = Order(release="aeterna", chart=Path("/c"), values=(Path("/v.yaml"), Path("/s.yaml")), timeout=90)
COMMON = [
    "upgrade",
    "aeterna",
    "/c",
    "--install",
    "--reset-values",
    "--output=json",
    "--values=/v.yaml",
    "--values=/s.yaml",
]


def helm_of(folder: Path, version: str) -> tuple[FakeHelm, Helm]:
    fake = FakeHelm.make(folder, version)
    return fake, find_helm({"PATH": f"{folder}:{os.defpath}", "HOME": str(folder)}, namespace="here")


@pytest.mark.parametrize(
    ("major", "wait"), [(3, ["--wait", "--wait-for-jobs"]), (4, ["--wait=legacy", "--wait-for-jobs"])]
)
def test_upgrade_waits_in_the_words_of_the_major(major: int, wait: list[str]) -> None:
    assert [*upgrade_arguments(major, ORDER)] == [*COMMON, *wait, "--timeout=90s"]


@pytest.mark.parametrize("major", [3, 4])
def test_a_dry_run_asks_the_server_hides_secrets_and_does_not_wait(major: int) -> None:
    order = Order(release="a", chart=Path("/c"), dry_run="server")
    arguments = upgrade_arguments(major, order)
    assert {"--dry-run=server", "--hide-secret"} <= set(arguments)
    assert not [word for word in arguments if word.startswith("--wait")]


def test_options_of_an_order_become_flags() -> None:
    order = Order(release="a", chart=Path("/c"), text="b: 1\n", wait=False, create_namespace=True, labels=("x=y",))
    arguments = upgrade_arguments(4, order)
    assert {"--values=-", "--create-namespace", "--labels=x=y"} <= set(arguments)
    assert not [word for word in arguments if word.startswith("--wait")]


@pytest.mark.parametrize(("major", "wait"), [(3, "--wait"), (4, "--wait=legacy")])
def test_uninstall_waits_for_what_the_objects_own(major: int, wait: str) -> None:
    expected = ("uninstall", "a", wait, "--cascade=foreground", "--timeout=30s")
    assert uninstall_arguments(major, "a", 30) == expected


def test_list_shows_every_state_on_both_majors() -> None:
    assert "--all" in list_arguments(3, "a")
    assert "--all" not in list_arguments(4, "a")
    assert f"--filter=^{'a-b'.replace('-', chr(92) + '-')}$" in list_arguments(4, "a-b")


@pytest.mark.parametrize(
    ("version", "numbers"), [("v3.17.0", (3, 17, 0)), ("v4.3.1+g12ab", (4, 3, 1)), ("v3.21.5", (3, 21, 5))]
)
def test_the_version_is_asked_once(tmp_path: Path, version: str, numbers: tuple[int, int, int]) -> None:
    fake, helm = helm_of(tmp_path / "bin", version)
    fake.answer("list", out="[]")
    helm.find_release("a")
    helm.find_release("b")
    assert helm.version == numbers
    assert len(fake.heard("version")) == 1


@pytest.mark.parametrize("version", ["v3.10.0", "v3.16.4", "v2.17.0"])
def test_an_old_helm_is_refused_with_the_fix(tmp_path: Path, version: str) -> None:
    with pytest.raises(PrerequisiteError, match=r"is too old: 3\.17 or newer") as caught:
        helm_of(tmp_path / "bin", version)
    assert caught.value.where == str(tmp_path / "bin" / "helm")
    assert "helm.sh" in caught.value.fix


def test_no_helm_is_a_missing_prerequisite(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match="there is no Helm"):
        find_helm({"PATH": str(tmp_path)}, namespace="x")


def test_what_is_no_helm_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match="no Helm that can be used"):
        helm_of(tmp_path / "bin", "hello")


def test_helm_bin_wins_also_as_a_bare_name(tmp_path: Path) -> None:
    FakeHelm.make(tmp_path / "path", "v3.19.0")
    fake = FakeHelm.make(tmp_path / "other", "v4.1.0")
    fake.program.rename(tmp_path / "other" / "helm4")
    search = f"{tmp_path / 'path'}:{tmp_path / 'other'}:{os.defpath}"
    assert find_helm({"PATH": search}, namespace="x").major == 3
    assert find_helm({"PATH": search, "HELM_BIN": "helm4"}, namespace="x").major == 4
    assert find_helm({"PATH": search, "HELM_BIN": str(tmp_path / "other" / "helm4")}, namespace="x").major == 4


def test_every_question_names_the_namespace_and_keeps_the_environment(tmp_path: Path) -> None:
    fake = FakeHelm.make(tmp_path / "bin")
    fake.answer("get", "manifest", out="---\n")
    environment = {"PATH": f"{tmp_path / 'bin'}:{os.defpath}", "HELM_KUBECONTEXT": "mine", "KUBECONFIG": "/k"}
    find_helm(environment, namespace="here").within("there").manifest("a")
    (call,) = fake.heard("manifest")
    assert call.argv == ["get", "manifest", "a", "--namespace=there"]
    assert (call.environment["HELM_KUBECONTEXT"], call.environment["KUBECONFIG"]) == ("mine", "/k")


def test_values_by_text_come_by_standard_input(tmp_path: Path) -> None:
    fake, helm = helm_of(tmp_path / "bin", "v4.3.1")
    fake.answer("upgrade", out="{}")
    helm.upgrade(Order(release="a", chart=Path("/c"), text="a: 1\n"))
    (call,) = fake.heard("upgrade")
    assert call.stdin == "a: 1\n"


@pytest.mark.parametrize(
    ("said", "kind", "message"),
    [
        ('Error: context "prod" does not exist', PrerequisiteError, "the context prod does not exist"),
        ("Error: Kubernetes cluster unreachable: dial tcp: connection refused", PrerequisiteError, "cannot be reached"),
        ("Error: Unauthorized", PrerequisiteError, "cannot be reached"),
        ("Error: UPGRADE FAILED: context deadline exceeded", HelmError, "not everything got ready in time"),
        ("Error: UPGRADE FAILED: post-upgrade hooks failed: x", HelmError, "^do it failed: post-upgrade hooks"),
        ("WARNING: readable\nlevel=WARN msg=x\nError: INSTALLATION FAILED: bad", HelmError, "^do it failed: bad$"),
        (
            "Error: UPGRADE FAILED: execution error at (a.yaml:1): is Unauthorized",
            HelmError,
            "^do it failed: execution",
        ),
        ('Error: failed calling webhook "a.b": connection refused', HelmError, "^do it failed: failed calling webhook"),
        ("", HelmError, "code 1 and said nothing"),
    ],
)
def test_failures_are_told_apart(said: str, kind: type[Exception], message: str) -> None:
    error = explained(Ended(code=1, out="", err=said), "do it", "")
    assert type(error) is kind
    with pytest.raises(kind, match=message):
        raise error


def test_a_release_is_found_by_its_whole_name(tmp_path: Path) -> None:
    fake, helm = helm_of(tmp_path / "bin", "v3.19.0")
    fake.answer("list", out='[{"name": "aeterna", "status": "deployed", "revision": "2"}]')
    found = helm.find_release("aeterna")
    assert found is not None
    assert found["revision"] == "2"
    assert helm.find_release("aet") is None


@pytest.mark.parametrize("words", ["Unauthorized", "connection refused", 'context "a" does not exist'])
def test_what_a_chart_says_is_no_word_of_a_cluster(tmp_path: Path, words: str) -> None:
    fake, helm = helm_of(tmp_path / "bin", "v4.3.1")
    fake.answer("template", err=f"Error: values: {words} is not allowed", code=1)
    with pytest.raises(HelmError, match=f"helm template failed: values: {words}"):
        helm.template("a", Path("/c"), ())


def test_secrets_are_blotted_out_of_what_helm_says(tmp_path: Path) -> None:
    fake, helm = helm_of(tmp_path / "bin", "v4.3.1")
    fake.answer("template", err="Error: values: 'hunter2-hunter2' does not match", code=1)
    secret = Helm(
        program=helm.program, version=helm.version, environment=helm.environment, secrets=("hunter2-hunter2",)
    )
    with pytest.raises(HelmError) as caught:
        secret.template("a", Path("/c"), ())
    assert "hunter2" not in str(caught.value)
    assert "***" in caught.value.message


def test_debug_shows_each_command_without_its_secrets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fake = FakeHelm.make(tmp_path)
    fake.answer("status", out="{}")
    environment = {"PATH": f"{tmp_path}:{os.defpath}", "HELM_DEBUG": "true"}
    helm = replace(find_helm(environment, namespace="here"), secrets=("hunter2-hunter2",))
    helm.ask("status", "hunter2-hunter2", "two words")
    shown = capsys.readouterr().err.splitlines()
    assert shown[0] == f"+ {fake.program} version '--template={{{{.Version}}}}'"
    assert shown[1] == f"+ {fake.program} status *** 'two words' --namespace=here"
    assert "HELM_DEBUG" not in fake.heard("status")[0].environment


def test_debug_of_a_thread_does_not_write_over_a_screen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    FakeHelm.make(tmp_path)
    environment = {"PATH": f"{tmp_path}:{os.defpath}", "HELM_DEBUG": "true"}
    beside = threading.Thread(target=find_helm, args=(environment,), kwargs={"namespace": "here"})
    beside.start()
    beside.join()
    assert capsys.readouterr().err == ""
