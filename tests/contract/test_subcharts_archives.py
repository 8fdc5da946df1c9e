"""The locked dependencies resolve, with real Helm, from an index repository and from an OCI registry."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.support.archives import HelmError, Pin, isolated_helm, pins
from tests.support.render import CHART

if TYPE_CHECKING:
    from pathlib import Path

HELMS = ("helm4", "helm3", "helm317")
PINS = pins()
EXACT = re.compile(r"v?\d+\.\d+\.\d+")

pytestmark = [pytest.mark.helm, pytest.mark.network]


def lock() -> dict[str, object]:
    loaded: dict[str, object] = yaml.safe_load((CHART / "Chart.lock").read_text())
    return loaded


def digest(requirements: list[dict[str, str]], locked: list[dict[str, str]]) -> str:
    """The digest Helm writes: of the compact JSON of both lists, keys in Helm's own order."""
    text = json.dumps([requirements, locked], separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def requirement(pin: Pin) -> dict[str, str]:
    return {"name": pin.name, "version": pin.version, "repository": pin.repository, "condition": pin.condition}


def locked(pin: Pin) -> dict[str, str]:
    return {"name": pin.name, "version": pin.version, "repository": pin.repository}


def mirrored_copy(folder: Path, mirror: str) -> Path:
    """A copy of the chart whose dependencies, lock included, come from the mirror."""
    chart = folder / "aeterna"
    shutil.copytree(CHART, chart, ignore=shutil.ignore_patterns("charts"))
    moved = [Pin(name=p.name, version=p.version, repository=mirror, condition=p.condition) for p in PINS]
    metadata = yaml.safe_load((chart / "Chart.yaml").read_text())
    metadata["dependencies"] = [requirement(pin) for pin in moved]
    (chart / "Chart.yaml").write_text(yaml.safe_dump(metadata))
    body = {
        "dependencies": [locked(pin) for pin in moved],
        "digest": digest([requirement(pin) for pin in moved], [locked(pin) for pin in moved]),
        "generated": "2026-11-23T12:00:00Z",
    }
    (chart / "Chart.lock").write_text(yaml.safe_dump(body))
    return chart


def test_every_dependency_is_pinned_exactly_and_locked_at_that_version() -> None:
    assert [pin.version for pin in PINS if not EXACT.fullmatch(pin.version)] == []
    assert lock()["dependencies"] == [locked(pin) for pin in PINS]


def test_the_lock_digest_is_the_one_helm_computes() -> None:
    assert lock()["digest"] == digest([requirement(pin) for pin in PINS], [locked(pin) for pin in PINS])


@pytest.mark.parametrize("helm", HELMS)
def test_helm_takes_the_committed_lock_for_in_step(helm: str, tmp_path: Path) -> None:
    """Unknown repositories are looked at only once the lock is accepted."""
    chart = tmp_path / "aeterna"
    shutil.copytree(CHART, chart, ignore=shutil.ignore_patterns("charts"))
    with pytest.raises(HelmError, match="no repository definition"):
        isolated_helm(tmp_path / "home", helm).run("dependency", "build", chart)


@pytest.mark.parametrize("helm", HELMS)
def test_helm_refuses_a_lock_that_is_out_of_step(helm: str, tmp_path: Path) -> None:
    chart = tmp_path / "aeterna"
    shutil.copytree(CHART, chart, ignore=shutil.ignore_patterns("charts"))
    wrong = (chart / "Chart.lock").read_text().replace("0.29.0", "0.28.0")
    (chart / "Chart.lock").write_text(wrong)
    with pytest.raises(HelmError, match="out of sync"):
        isolated_helm(tmp_path / "home", helm).run("dependency", "build", chart)


@pytest.mark.parametrize("helm", HELMS)
def test_an_http_mirror_serves_every_dependency(helm: str, http_mirror: str, tmp_path: Path) -> None:
    chart = mirrored_copy(tmp_path, http_mirror)
    confined = isolated_helm(tmp_path / "home", helm)
    confined.run("repo", "add", "mirror", http_mirror)
    confined.run("dependency", "build", chart)
    assert {path.name for path in (chart / "charts").iterdir()} == {pin.archive for pin in PINS}


@pytest.mark.parametrize("helm", HELMS)
def test_an_oci_mirror_serves_every_dependency(helm: str, oci_mirror: str, tmp_path: Path) -> None:
    chart = mirrored_copy(tmp_path, oci_mirror)
    isolated_helm(tmp_path / "home", helm).run("dependency", "build", chart, "--plain-http")
    assert {path.name for path in (chart / "charts").iterdir()} == {pin.archive for pin in PINS}


def test_an_update_from_a_mirror_writes_the_very_digest_we_compute(http_mirror: str, tmp_path: Path) -> None:
    chart = mirrored_copy(tmp_path, http_mirror)
    ours = yaml.safe_load((chart / "Chart.lock").read_text())
    (chart / "Chart.lock").unlink()
    isolated_helm(tmp_path / "home").run("dependency", "update", chart)
    theirs = yaml.safe_load((chart / "Chart.lock").read_text())
    assert theirs["digest"] == ours["digest"]


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.name)
def test_an_archive_holds_the_chart_its_pin_names(pin: Pin, archives: Path, tmp_path: Path) -> None:
    shown = yaml.safe_load(isolated_helm(tmp_path).run("show", "chart", archives / pin.archive))
    assert (shown["name"], shown["version"]) == (pin.name, pin.version)


def test_the_dragonfly_pin_keeps_the_v_and_the_folder_of_its_registry() -> None:
    """Helm drops tags with a v when it looks for ranges, and appends the chart's name to the URL."""
    dragonfly = next(pin for pin in PINS if pin.name == "dragonfly")
    assert dragonfly.version.startswith("v")
    assert dragonfly.repository == "oci://ghcr.io/dragonflydb/dragonfly/helm"
