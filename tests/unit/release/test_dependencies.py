"""Pins come from Chart.lock, which must belong to Chart.yaml; a mirror changes where from, never what."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helm_aeterna.errors import CheckError, UsageError
from helm_aeterna.formats import load_yaml
from helm_aeterna.release.dependencies import (
    Dependency,
    check_mirror,
    copy_key,
    lock_digest,
    mirrored,
    pinned,
    without_dependencies,
)

if TYPE_CHECKING:
    from helm_aeterna.formats import Tree

CHART = Path(__file__).parents[3] / "charts" / "aeterna"
BLUE = {"name": "blue", "version": "~1.2.0", "repository": "https://charts.example.org", "condition": "blue.enabled"}
LOCKED = {"name": "blue", "version": "1.2.3", "repository": "https://charts.example.org"}
METADATA: dict[str, Tree] = {"name": "tiny", "dependencies": [BLUE]}


def lock() -> dict[str, Tree]:
    tree: dict[str, Tree] = {"dependencies": [LOCKED]}
    return {"digest": lock_digest(METADATA, tree), **tree}


def test_the_digest_is_the_one_helm_wrote_for_our_chart() -> None:
    metadata, written = (load_yaml((CHART / name).read_text(), name) for name in ("Chart.yaml", "Chart.lock"))
    assert isinstance(written, dict)
    assert lock_digest(metadata, written) == written["digest"]


def test_our_chart_has_a_pin_for_every_dependency() -> None:
    metadata, written = (load_yaml((CHART / name).read_text(), name) for name in ("Chart.yaml", "Chart.lock"))
    assert isinstance(metadata, dict)
    assert [pin.name for pin in pinned(metadata, written, "c")] == [one["name"] for one in metadata["dependencies"]]


def test_pins_are_the_versions_of_the_lock() -> None:
    assert pinned(METADATA, lock(), "tiny") == (Dependency(**LOCKED),)


def test_no_dependencies_need_no_lock() -> None:
    assert pinned({"name": "tiny"}, None, "tiny") == ()


@pytest.mark.parametrize("change", [{"condition": "blue.on"}, {"version": "~1.3.0"}, {"repository": "https://x.org"}])
def test_a_lock_of_another_chart_yaml_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(CheckError, match=r"does not belong to this Chart\.yaml"):
        pinned({"dependencies": [BLUE | change]}, lock(), "tiny")


def test_a_missing_lock_is_refused() -> None:
    with pytest.raises(CheckError, match=r"there is no Chart\.lock") as caught:
        pinned(METADATA, None, "tiny")
    assert caught.value.fix


def test_characters_that_go_escapes_are_escaped_in_the_digest() -> None:
    where = '"repository":"https://charts.example.org"'
    compact = (
        rf'[[{{"name":"blue","version":"\u003e=1.2.0 \u003c2",{where},"condition":"blue.enabled"}}],'
        rf'[{{"name":"blue","version":"1.2.3",{where}}}]]'
    )
    plain: Tree = {"dependencies": [{**BLUE, "version": ">=1.2.0 <2"}]}
    expected = f"sha256:{hashlib.sha256(compact.encode()).hexdigest()}"
    assert lock_digest(plain, {"dependencies": [LOCKED]}) == expected


@pytest.mark.parametrize(
    ("repository", "arguments"),
    [
        ("https://charts.example.org", ("blue", "--repo", "https://charts.example.org", "--version", "1.2.3")),
        ("oci://r.example.org/c/", ("oci://r.example.org/c/blue", "--version", "1.2.3")),
        ("oci://127.0.0.1:5000/c", ("oci://127.0.0.1:5000/c/blue", "--version", "1.2.3", "--plain-http")),
        ("oci://localhost/c", ("oci://localhost/c/blue", "--version", "1.2.3", "--plain-http")),
        ("oci://[::1]:5000/c", ("oci://[::1]:5000/c/blue", "--version", "1.2.3", "--plain-http")),
    ],
)
def test_each_kind_of_repository_is_pulled_its_own_way(repository: str, arguments: tuple[str, ...]) -> None:
    assert Dependency(name="blue", version="1.2.3", repository=repository).pull_arguments() == arguments


def test_a_mirror_replaces_every_repository_and_nothing_else() -> None:
    pins = (Dependency(**LOCKED), Dependency(name="green", version="v4", repository="oci://r.example.org"))
    got = mirrored(pins, "https://mirror.example.org/charts/")
    assert [(one.name, one.version) for one in got] == [("blue", "1.2.3"), ("green", "v4")]
    assert {one.repository for one in got} == {"https://mirror.example.org/charts"}
    assert mirrored(pins, "") == pins


@pytest.mark.parametrize(
    "url", ["file:///srv/charts", "charts.example.org", "https://", "ftp://x.org", "https://u:p@x.org", "http://x:y/"]
)
def test_what_is_no_mirror_is_refused(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_mirror(url)
    assert caught.value.where == "--repository-mirror"
    assert ":p@" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "version", "met"),
    [("blue", "1.2.3", True), ("blue", "v1.2.3", True), ("blue", "1.2.4", False), ("bluer", "1.2.3", False)],
)
def test_an_archive_must_have_name_and_version(name: str, version: str, *, met: bool) -> None:
    assert Dependency(**LOCKED).is_met_by(name, version) is met


def test_the_key_of_a_copy_depends_on_pins_source_and_content() -> None:
    pins = (Dependency(**LOCKED),)
    base = copy_key(pins, "a" * 64)
    assert base == copy_key(pins, "a" * 64)
    assert base != copy_key(pins, "b" * 64)
    assert base != copy_key(mirrored(pins, "https://m.example.org"), "a" * 64)
    assert base != copy_key((Dependency(**{**LOCKED, "version": "1.2.4"}),), "a" * 64)


def test_a_chart_without_dependencies_keeps_the_rest() -> None:
    assert without_dependencies(METADATA) == {"name": "tiny"}
