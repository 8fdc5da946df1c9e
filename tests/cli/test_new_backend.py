"""A made-up managed backend: one entry in the catalogue, one block in values.yaml, no Python."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ci.generators.command import generated
from helm_aeterna.formats import load_yaml, lookup
from tests.support.program import CHART, run
from tests.support.render import find, render
from tests.support.require import require

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = """\
      milkyway:
        label: Milky Way
        why: Made up for a test
        kind: managed
        licence: ""
        values:
          block: vectorBackend.milkyway
          chosen: {vectorBackend.type: milkyway}
          switch: vectorBackend.milkyway.enabled
        prefix: milkyway
        settings:
          apiKey: {ask: API key, secret: milkyway-api-key, required: true, variable: MILKYWAY_API_KEY}
          galaxy: {ask: Galaxy, required: true}
          arm: {ask: Spiral arm}
        env:
          server:
            - {name: VECTOR_BACKEND, value: milkyway, reader: library}
            - {name: MILKYWAY_API_KEY, secret: apiKey, reader: library}
            - {name: MILKYWAY_URL, value: "https://{galaxy}.example.org/{arm}", reader: library}
"""
BLOCK = """\
  # -- Made up for a test
  milkyway:
    # -- Chosen
    enabled: false
    # -- API key
    apiKey: ""
    # -- Galaxy
    galaxy: ""
    # -- Spiral arm
    arm: orion
    # -- Existing Secret with the key
    existingSecret: ""
    # -- Key inside that Secret
    existingSecretKey: api-key
"""


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    """The chart with the backend added, its schema generated anew."""
    copy = tmp_path / "chart"
    shutil.copytree(CHART, copy, ignore=shutil.ignore_patterns("charts"))
    catalogue = (copy / "files" / "catalogue.yaml").read_text()
    (copy / "files" / "catalogue.yaml").write_text(
        catalogue.replace("      databricks:\n", ENTRY + "      databricks:\n", 1)
    )
    values = (copy / "values.yaml").read_text()
    place = values.index("\n# -- ", values.index("\nvectorBackend:"))
    (copy / "values.yaml").write_text(values[: place + 1].rstrip("\n") + "\n" + BLOCK + values[place:])
    for path, text in generated(copy, tmp_path).items():
        if path.name == "values.schema.json":
            path.write_text(text)
    return copy


@pytest.mark.helm
def test_it_is_asked_written_checked_and_rendered(chart: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    environment = {"HELM_BIN": str(require("helm4")), "MILKYWAY_API_KEY": "mw-canary"}
    ran = run(
        *("init", "--chart", str(chart), "--defaults", "--vector-backend", "milkyway", "--milkyway-galaxy", "m31"),
        cwd=folder,
        environment=environment,
    )
    assert ran.code == 0, ran.err
    values = load_yaml((folder / "values.yaml").read_text(), "values.yaml")
    secrets = load_yaml((folder / "values.secret.yaml").read_text(), "values.secret.yaml")
    assert lookup(values, "vectorBackend.milkyway.galaxy") == "m31"
    assert lookup(secrets, "vectorBackend.milkyway.apiKey") == "mw-canary"
    checked = run("validate", "--chart", str(chart), cwd=folder, environment=environment)
    assert checked.code == 0, checked.err
    assert isinstance(values, dict)
    assert isinstance(secrets, dict)
    both = {**values, "aeterna": secrets["aeterna"]}
    both["vectorBackend"]["milkyway"]["apiKey"] = "mw-canary"
    objects = render(both, chart=chart)
    container = find(objects, "Deployment", "aeterna")["spec"]["template"]["spec"]["containers"][0]
    names = {entry["name"] for entry in container["env"]}
    names |= {name for item in objects if item["kind"] == "ConfigMap" for name in item["data"]}
    assert {"VECTOR_BACKEND", "MILKYWAY_API_KEY", "MILKYWAY_URL"} <= names


def test_what_it_needs_is_asked_for(chart: Path, tmp_path: Path) -> None:
    ran = run("init", "--chart", str(chart), "--defaults", "--vector-backend", "milkyway", cwd=tmp_path)
    assert ran.code == 3
    assert "--milkyway-galaxy is missing" in ran.err
    assert "MILKYWAY_API_KEY" in ran.err
