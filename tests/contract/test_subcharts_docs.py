"""docs/subcharts.md says the pins, conditions and licences that Chart.yaml and the catalogue say."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.support.archives import Pin, pins
from tests.support.render import CHART

PAGE = (CHART.parents[1] / "docs" / "subcharts.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]
CATALOGUE: dict[str, Any] = yaml.safe_load((CHART / "files" / "catalogue.yaml").read_text())
each_pin = pytest.mark.parametrize("pin", pins(), ids=lambda pin: pin.name)


def pin_row(pin: Pin) -> list[str]:
    (row,) = [row for row in ROWS if len(row) == 5 and row[1].split(" ")[0] == pin.name]
    return row


@each_pin
def test_the_pin_is_the_one_in_the_chart(pin: Pin) -> None:
    assert pin_row(pin)[1] == f"{pin.name} {pin.version}"


@each_pin
def test_the_condition_is_the_one_in_the_chart(pin: Pin) -> None:
    assert [pin.name, f"`{pin.condition}`"] in ROWS


@pytest.mark.parametrize(
    ("axis", "choice", "chart"),
    [
        ("cache", "dragonfly", "dragonfly"),
        ("cache", "valkey", "valkey"),
        ("vectorBackend", "qdrant", "qdrant"),
        ("vectorBackend", "weaviate", "weaviate"),
        ("vectorBackend", "mongodb-bundled", "psmdb-db"),
    ],
)
def test_the_licence_is_the_one_the_wizard_shows(axis: str, choice: str, chart: str) -> None:
    entry = CATALOGUE["axes"][axis]["choices"][choice]
    (pin,) = [pin for pin in pins() if pin.name == chart]
    said = pin_row(pin)[3]
    assert re.sub(r"-\d.*", "", entry["licence"]) in said
    assert ("not open source" in said) is (entry["openSource"] is False)


@pytest.mark.requirement("CHART-26")
@each_pin
def test_the_changelog_names_every_exact_version(pin: Pin) -> None:
    changes = (CHART.parents[1] / "CHANGELOG.md").read_text()
    assert re.fullmatch(r"v?\d+\.\d+\.\d+", pin.version)
    assert f"{pin.name} {pin.version}" in " ".join(changes.split())
