"""Renders many cases of the catalogue at once: each is a subchart with a catalogue and values of its own.

The subcharts share the reader's templates, as Helm keeps one set of names for a whole chart, and Helm lays the values
of a case over the defaults itself, a null included.
"""

from __future__ import annotations

import copy
import functools
import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.support.render import CHART
from tests.support.require import require
from tests.support.scenarios import MINIMAL, merged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Tree = dict[str, Any]

FOLDER = Path(__file__).parents[1] / "chart" / "catalogue"
TABLE: Tree = yaml.safe_load((FOLDER / "cases.yaml").read_text())
CONSUMERS: Tree = yaml.safe_load((FOLDER / "consumers.yaml").read_text())
HELMS = ("helm317", "helm3", "helm4")
READER = ("_catalogue.tpl", "_environment.tpl", "_names.tpl", "_endpoints.tpl")
SMALL_END = '{{- define "aeterna.endpoint.store.bundled" -}}{{ toYaml .Values.store.end }}{{- end -}}'
REFERENCE = re.compile(r"\$(\$|\([^)]*\))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case: a catalogue, the chart's default values, values given, and what must come of them."""

    name: str
    catalogue: Tree
    defaults: Tree
    given: Tree
    expected: Tree


@functools.cache
def cases() -> tuple[Case, ...]:
    """Return all cases of the table."""
    defaults = yaml.safe_load((CHART / "values.yaml").read_text())
    small = TABLE["small"]
    made = [
        Case(
            name=entry["name"],
            catalogue=small_catalogue(entry["rows"]),
            defaults={**small["values"], "nameOverride": "aeterna", "fullnameOverride": ""},
            given=entry.get("values", {}),
            expected=entry,
        )
        for entry in TABLE["grammar"]
    ]
    for kind, catalogue, values in (
        ("consumers", wider_catalogue(), merged(defaults, CONSUMERS["values"])),
        ("shipped", shipped_catalogue(), defaults),
    ):
        made += [
            Case(
                name=entry["name"],
                catalogue=catalogue,
                defaults={**values, "nameOverride": "aeterna"},
                given=laid_over(MINIMAL, entry["values"]),
                expected=entry,
            )
            for entry in TABLE[kind]
        ]
    return tuple(made)


def shipped_catalogue() -> Tree:
    """Return the chart's catalogue."""
    tree: Tree = yaml.safe_load((CHART / "files" / "catalogue.yaml").read_text())
    return tree


def wider_catalogue() -> Tree:
    """Return the chart's catalogue with the parts of consumers.yaml."""
    return merged(shipped_catalogue(), {"images": CONSUMERS["images"], "axes": CONSUMERS["axes"]})


def small_catalogue(rows: Sequence[Tree]) -> Tree:
    """Return the small catalogue with these rows for its consumer `app`."""
    tree: Tree = copy.deepcopy(TABLE["small"]["catalogue"])
    tree["always"]["base"]["env"]["app"] = rows
    return tree


def laid_over(*layers: Mapping[str, Any]) -> Tree:
    """Lay values over each other as Helm does: a null takes a key away."""
    result: Tree = {}
    for layer in layers:
        for key, value in layer.items():
            if value is None:
                result.pop(key, None)
            elif isinstance(value, dict):
                below = result.get(key)
                result[key] = laid_over(below if isinstance(below, dict) else {}, value)
            else:
                result[key] = copy.deepcopy(value)
    return result


@functools.cache
def rendered(helm: str, templates: Path = CHART / "templates") -> dict[str, Tree]:
    """Return what the chart makes of each case, by the case's name: one run of Helm."""
    with tempfile.TemporaryDirectory(prefix="aeterna-cases-") as name:
        folder = Path(name)
        write_chart(folder, templates)
        done = subprocess.run(
            [str(require(helm)), "template", "aeterna", str(folder), "--values", str(folder / "given.json")],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    documents = [document for document in yaml.load_all(done.stdout, Loader=yaml.CSafeLoader) if document]
    return {cases()[int(document["case"].removeprefix("case-"))].name: document for document in documents}


def write_chart(folder: Path, templates: Path) -> None:
    """Write a chart with one subchart for each case, and the values of all in one file."""
    (folder / "templates").mkdir()
    for name in READER:
        shutil.copy(templates / name, folder / "templates")
    (folder / "templates" / "_ends.tpl").write_text(SMALL_END + CONSUMERS["template"])
    write_metadata(folder, "cases")
    for number, case in enumerate(cases()):
        chart = folder / "charts" / f"case-{number}"
        (chart / "files").mkdir(parents=True)
        (chart / "templates").mkdir()
        write_metadata(chart, chart.name)
        # as JSON: PyYAML writes the text 1e3 without quotes, and Go reads a number
        (chart / "files" / "catalogue.yaml").write_text(json.dumps(case.catalogue, ensure_ascii=False))
        (chart / "values.yaml").write_text(json.dumps(case.defaults, ensure_ascii=False))
        shutil.copy(FOLDER / "probe.yaml", chart / "templates")
    given = {f"case-{number}": case.given for number, case in enumerate(cases())}
    (folder / "given.json").write_text(json.dumps(given, ensure_ascii=False))


def write_metadata(folder: Path, name: str) -> None:
    """Write a Chart.yaml."""
    (folder / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: 0.1.0\nappVersion: 0.8.0-rc.9\n")


def expanded(entries: Sequence[Tree]) -> dict[str, str]:
    """Return what a process sees of env entries, $(X) expanded as Kubernetes does it; a credential is <Secret/key>."""
    seen: dict[str, str] = {}

    def fill(found: re.Match[str]) -> str:
        return "$" if found[1] == "$" else seen.get(found[1][1:-1], found[0])

    for entry in entries:
        if "valueFrom" in entry:
            ref = entry["valueFrom"]["secretKeyRef"]
            seen[entry["name"]] = f"<{ref['name']}/{ref['key']}>"
        else:
            assert isinstance(entry["value"], str), entry
            seen[entry["name"]] = REFERENCE.sub(fill, entry["value"])
    return seen
