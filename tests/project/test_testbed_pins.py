"""The pins are complete, agree with the Go modules, and name nothing but packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ci.testbed import pins
from ci.testbed.pins import PINS, Module, Tool

if TYPE_CHECKING:
    from pathlib import Path

TOOLS = pins.load()


@pytest.fixture(params=TOOLS.values(), ids=list(TOOLS))
def tool(request: pytest.FixtureRequest) -> Tool:
    chosen = request.param
    assert isinstance(chosen, Tool)
    return chosen


def test_the_go_module_requires_exactly_the_pinned_version(tool: Tool) -> None:
    text = (tool.module.folder / "go.mod").read_text(encoding="utf-8")
    path = re.sub(r"/(cmd(/.*)?|ct)$", "", tool.package)
    assert re.search(rf"\b{re.escape(path)} v{re.escape(tool.module.version)}\b", text)


def test_the_go_module_lists_the_program_and_its_sums(tool: Tool) -> None:
    text = (tool.module.folder / "go.mod").read_text(encoding="utf-8")
    assert re.search(rf"^(tool |\t){re.escape(tool.package)}$", text, re.MULTILINE)
    assert (tool.module.folder / "go.sum").stat().st_size > 0


@pytest.mark.parametrize("name", [name for name, tool in TOOLS.items() if tool.accept is not None])
@pytest.mark.parametrize("platform", ["linux/amd64", "darwin/arm64"])
def test_a_program_on_path_in_the_pinned_version_would_be_taken(name: str, platform: str) -> None:
    tool = TOOLS[name]
    major, minor, patch = map(int, tool.version(platform).split("."))
    assert tool.accept is not None
    assert tool.accept.holds((major, minor, patch))


def test_every_digest_is_a_whole_sha256(tool: Tool) -> None:
    assert tool.wheel is None or re.fullmatch(r"[0-9a-f]{64}", tool.wheel.sha256)


def test_a_platform_without_a_wheel_builds(tool: Tool) -> None:
    assert isinstance(tool.source("darwin/arm64"), Module)
    assert (tool.source("linux/amd64") == tool.wheel) == (tool.wheel is not None)


def test_kubernetes_calls_itself_by_its_own_version() -> None:
    module = TOOLS["kube-apiserver"].module
    major, minor, _ = module.version.split(".")
    flags = module.linker_flags()
    assert f"version.gitVersion=v{module.version}" in flags
    assert f"version.gitMajor={major}" in flags
    assert f"version.gitMinor={minor}" in flags


@pytest.mark.parametrize("name", ["helm3", "helm317"])
def test_helm_3_knows_the_kubernetes_release_it_was_made_for(name: str) -> None:
    module = TOOLS[name].module
    text = (module.folder / "go.mod").read_text(encoding="utf-8")
    found = re.search(r"^\tk8s\.io/api v0\.(\d+)\.", text, re.MULTILINE)
    assert found is not None
    assert f"chartutil.k8sVersionMinor={found.group(1)}" in module.linker_flags()


def test_staging_modules_are_all_of_the_same_release() -> None:
    module = TOOLS["kube-apiserver"].module
    text = (module.folder / "go.mod").read_text(encoding="utf-8")
    replaced = set(re.findall(r"=> k8s\.io/\S+ (\S+)", text))
    assert replaced == {"v0." + module.version.partition(".")[2]}
    # The proxy's v0.0.0 of a staging module does not exist: each one needs its line.
    for name in re.findall(r"^\t(k8s\.io/\S+) v0\.0\.0(?: |$)", text, re.MULTILINE):
        assert f"\t{name} => {name} " in text


def test_the_digest_of_a_module_follows_its_sums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "MODULES", tmp_path)
    folder = tmp_path / "sample"
    folder.mkdir()
    (folder / "go.mod").write_text("module sample\n", encoding="utf-8")
    (folder / "go.sum").write_text("one\n", encoding="utf-8")
    module = Module(name="sample", version="1.0.0")
    before = module.digest()
    (folder / "go.sum").write_text("two\n", encoding="utf-8")
    assert module.digest() != before
    assert Module(name="sample", version="1.0.0", stamp={"a": "b"}).digest() != module.digest()


def test_no_file_names_a_registry() -> None:
    addresses = re.compile(r"https?://(?!127\.0\.0\.1)[\w.-]+")
    for path in [PINS, *pins.MODULES.glob("*/go.mod"), *pins.MODULES.glob("*/go.sum")]:
        assert not addresses.search(path.read_text(encoding="utf-8")), path
