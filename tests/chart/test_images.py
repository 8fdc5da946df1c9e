from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.support.render import CHART, find, render
from tests.support.scenarios import MINIMAL, merged

if TYPE_CHECKING:
    from pathlib import Path

DIGEST = "sha256:" + "0123456789abcdef" * 4
VERSION = yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"]
PINS = yaml.safe_load((CHART / "files" / "catalogue.yaml").read_text())["images"]
OURS = f"ghcr.io/kikokikok/aeterna:v{VERSION}"


def images(values: dict[str, Any], chart: Path = CHART) -> set[str]:
    spec = find(render(merged(MINIMAL, values), chart=chart), "Deployment")["spec"]["template"]["spec"]
    return {container["image"] for container in (*spec["containers"], *spec["initContainers"])}


@pytest.mark.parametrize(
    ("image", "registry", "expected"),
    [
        ({}, "", OURS),
        ({"tag": "v1"}, "", "ghcr.io/kikokikok/aeterna:v1"),
        ({"digest": DIGEST}, "", f"ghcr.io/kikokikok/aeterna@{DIGEST}"),
        ({"tag": "v1", "digest": DIGEST}, "", f"ghcr.io/kikokikok/aeterna:v1@{DIGEST}"),
        ({"registry": "mirror.example"}, "", f"mirror.example/kikokikok/aeterna:v{VERSION}"),
        ({}, "mirror.example:5000/team", f"mirror.example:5000/team/kikokikok/aeterna:v{VERSION}"),
        ({}, "mirror.example/", f"mirror.example/kikokikok/aeterna:v{VERSION}"),
        ({"registry": "other.example"}, "mirror.example", f"mirror.example/kikokikok/aeterna:v{VERSION}"),
        ({"repository": "team/aeterna"}, "mirror.example", f"mirror.example/team/aeterna:v{VERSION}"),
        ({"repository": "localhost/aeterna"}, "mirror.example", f"mirror.example/aeterna:v{VERSION}"),
        ({"repository": "host:5000/a/b"}, "mirror.example", f"mirror.example/a/b:v{VERSION}"),
        ({"repository": "aeterna"}, "", f"aeterna:v{VERSION}"),
    ],
)
def test_the_reference_is_composed(image: dict[str, str], registry: str, expected: str) -> None:
    assert images({"aeterna": {"image": image}, "global": {"imageRegistry": registry}}) == {expected}


def test_the_default_is_the_chart_s_own_version_and_never_latest() -> None:
    assert images({}) == {OURS}
    assert PINS["aeterna"] == OURS


def test_the_default_tag_is_the_pin_in_the_catalogue(tmp_path: Path) -> None:
    copy = tmp_path / "chart"
    shutil.copytree(CHART, copy, ignore=shutil.ignore_patterns("charts"))
    catalogue = copy / "files" / "catalogue.yaml"
    pin = f"ghcr.io/kikokikok/aeterna:v9@{DIGEST}"
    catalogue.write_text(catalogue.read_text().replace(f"aeterna: {OURS}", f"aeterna: {pin}"))
    assert images({}, chart=copy) == {pin}


def test_pull_secrets_are_merged_unique_and_taken_in_both_spellings() -> None:
    values = {
        "global": {"imagePullSecrets": ["first", {"name": "second"}]},
        "aeterna": {"image": {"pullSecrets": [{"name": "first"}, "third"]}},
    }
    objects = render(merged(MINIMAL, values))
    for kind in ("Deployment", "Job"):
        spec = find(objects, kind)["spec"]["template"]["spec"]
        assert spec["imagePullSecrets"] == [{"name": "first"}, {"name": "second"}, {"name": "third"}]


def test_no_pull_secrets_are_no_key() -> None:
    assert "imagePullSecrets" not in find(render(MINIMAL), "Deployment")["spec"]["template"]["spec"]


def test_the_pull_policy_is_taken() -> None:
    objects = render(merged(MINIMAL, {"aeterna": {"image": {"pullPolicy": "Always"}}}))
    (container,) = find(objects, "Deployment")["spec"]["template"]["spec"]["containers"]
    assert container["imagePullPolicy"] == "Always"
