"""Find the chart, and read what the program needs of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from helm_aeterna.adapters.paths import path_of
from helm_aeterna.errors import PrerequisiteError
from helm_aeterna.formats import load_json, load_yaml

if TYPE_CHECKING:
    from helm_aeterna.formats import Tree

_PACKAGE = Path(__file__).resolve().parents[1]
# Beside the package in the plugin's folder, inside it in an installed wheel.
SHIPPED = (_PACKAGE.parent / "charts" / "aeterna", _PACKAGE / "chart")
CATALOGUE, SCHEMA, VALUES = "files/catalogue.yaml", "values.schema.json", "values.yaml"


def find_chart(given: str | None, cwd: Path) -> Path:
    """Give the chart's folder.

    Args:
        given: What --chart said.
        cwd: What a relative path is relative to.

    Raises:
        PrerequisiteError: There is no chart there.
    """
    places = (path_of(given, cwd),) if given else SHIPPED
    for place in places:
        if (place / "Chart.yaml").is_file():
            return place.resolve()
    where = str(places[0])
    fix = "give --chart the folder that holds Chart.yaml" if given else "install the plugin again"
    raise PrerequisiteError("there is no chart", where=where, fix=fix)


def read_catalogue_schema() -> Tree:
    """Read the JSON Schema of files/catalogue.yaml."""
    return load_json((_PACKAGE / "catalogue" / "schema.json").read_text(encoding="utf-8"), "schema.json")


def read_chart_file(chart: Path, name: str) -> Tree:
    """Read one YAML or JSON file of the chart.

    Raises:
        PrerequisiteError: The chart has no such file.
    """
    try:
        text = (chart / name).read_text(encoding="utf-8")
    except OSError as error:
        fix = "give --chart the chart of this program"
        raise PrerequisiteError(f"the chart has no {name}", where=str(chart), fix=fix) from error
    return load_json(text, name) if name.endswith(".json") else load_yaml(text, name)
