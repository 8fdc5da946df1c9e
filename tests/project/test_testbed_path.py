"""Which programs on PATH are taken, by the version they print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ci.testbed import on_path, pins, tools, versions
from ci.testbed.cache import Cache

if TYPE_CHECKING:
    from pathlib import Path

HELM = pins.load()["helm4"]
ETCD = pins.load()["etcd"]


def write_program(path: Path, text: str, code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{text}'\nexit {code}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(root=tmp_path / "cache", platform="linux/amd64")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v4.3.1+gc0d08d0", (4, 3, 1)),
        ("Client Version: v1.37.1\nKustomize Version: v5.8.1", (1, 37, 1)),
        ("Version:\t v3.14.0", (3, 14, 0)),
        ("registry github.com/distribution/distribution/v3 v3.1.2+unknown", (3, 1, 2)),
        ("etcd Version: 3.6.8", (3, 6, 8)),
        ("1.26", (1, 26, 0)),
        ("v1.32.4-vendor", None),
        ("4.3.1-rc.1", None),
        ("dev", None),
    ],
)
def test_a_version_is_read_from_what_a_program_prints(text: str, expected: versions.Version | None) -> None:
    assert versions.read(text) == expected


@pytest.mark.parametrize("text", ["4.3", ">=4.3", "<5,>=4", ">=5,<4", ">=a,<b"])
def test_a_range_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="version range"):
        versions.parse_range(text)


@pytest.mark.parametrize("printed", ["v4.3.1", "v4.3.7+gabcdef0"])
def test_path_is_taken_in_a_good_version(tmp_path: Path, printed: str) -> None:
    program = write_program(tmp_path / "helm", printed)
    assert on_path.find(HELM, search=str(tmp_path)) == program


@pytest.mark.parametrize("printed", ["v4.3.0", "v4.4.0", "v3.19.0", "nothing"])
def test_path_is_not_taken_in_any_other_version(tmp_path: Path, printed: str) -> None:
    write_program(tmp_path / "helm", printed)
    assert on_path.find(HELM, search=str(tmp_path)) is None


def test_a_program_that_fails_is_not_taken(tmp_path: Path) -> None:
    write_program(tmp_path / "helm", "v4.3.1", code=1)
    assert on_path.find(HELM, search=str(tmp_path)) is None


def test_parts_of_the_cluster_are_never_taken_from_path(tmp_path: Path) -> None:
    write_program(tmp_path / "kwok", "v0.7.0")
    assert on_path.find(pins.load()["kwok"], search=str(tmp_path)) is None


def test_a_good_program_on_path_comes_before_the_cache(
    tmp_path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_program(cache.path(ETCD), "cached")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert tools.find("etcd", where=cache) == cache.path(ETCD)
    here = write_program(tmp_path / "bin" / "etcd", "etcd Version: 3.6.9")
    assert tools.find("etcd", where=cache) == here
