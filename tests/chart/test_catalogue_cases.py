"""The two readers of files/catalogue.yaml, the chart and evaluate.py, held to one table of cases."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from helm_aeterna.catalogue.entry import Catalogue, read
from helm_aeterna.catalogue.evaluate import Endpoint, environments, know, parts_of, spell
from helm_aeterna.outputs.values import deployment_of
from tests.support.catalogue_cases import (
    HELMS,
    Case,
    cases,
    expanded,
    laid_over,
    rendered,
    write_metadata,
)
from tests.support.render import CHART
from tests.support.require import require

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

each_helm = pytest.mark.parametrize("helm", HELMS)


def test_the_table_is_as_long_as_it_was() -> None:
    assert len(cases()) >= 81
    assert len({case.name for case in cases()}) == len(cases())


@each_helm
def test_the_chart_makes_of_values_what_the_table_says(helm: str) -> None:
    found = [f"{case.name}: {line}" for case in cases() for line in wrong(case, rendered(helm)[case.name])]
    assert found == []


@each_helm
def test_both_readers_make_the_same_of_values(helm: str) -> None:
    found = [f"{case.name}: {line}" for case in cases() for line in unequal(case, rendered(helm)[case.name])]
    assert found == []


@each_helm
def test_helm_and_python_read_the_file_alike(helm: str, tmp_path: Path) -> None:
    """One of YAML 1.1's surprises (on, 1e3, 012) would part the two readers before they start."""
    (tmp_path / "templates").mkdir()
    write_metadata(tmp_path, "file")
    (tmp_path / "files").mkdir()
    shutil.copy(CHART / "files" / "catalogue.yaml", tmp_path / "files")
    text = 'text: {{ .Files.Get "files/catalogue.yaml" | fromYaml | toJson | quote }}'
    (tmp_path / "templates" / "file.yaml").write_text(text)
    command = [str(require(helm)), "template", "x", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    theirs = json.loads(yaml.safe_load(done.stdout)["text"])
    ours = yaml.safe_load((CHART / "files" / "catalogue.yaml").read_text())
    assert theirs == json.loads(json.dumps(ours))


def wrong(case: Case, document: dict[str, Any]) -> Iterator[str]:
    """Differences between what the chart prints and what the table says."""
    told = json.loads(document["told"])
    made = {consumer: expanded(of["inline"]) for consumer, of in document["environments"].items()}
    for consumer, of in document["environments"].items():
        if {**of["plain"], **expanded(of["entries"])} != made[consumer]:
            yield f"{consumer}: split into ConfigMap and entries it is {of}"
    for key in {"own", "remote", "choices"} & case.expected.keys():
        if told[key] != case.expected[key]:
            yield f"{key}: {told[key]}"
    yield from wrong_variables(case.expected, made)


def wrong_variables(expected: dict[str, Any], made: dict[str, dict[str, str]]) -> Iterator[str]:
    for consumer, variables in expected.get("env", {}).items():
        there = made.get(consumer, {})
        if not variables.items() <= there.items():
            yield f"{consumer} has {there}"
        if consumer in expected.get("exactly", ()) and variables.keys() != there.keys():
            yield f"{consumer} has {sorted(there.keys() ^ variables.keys())}"
    for consumer, names in expected.get("absent", {}).items():
        if extra := set(names) & made.get(consumer, {}).keys():
            yield f"{consumer} has {sorted(extra)}"


def unequal(case: Case, document: dict[str, Any]) -> Iterator[str]:
    """Differences between what the chart and evaluate.py make of the same values."""
    told = json.loads(document["told"])
    catalogue: Catalogue = read(Catalogue, case.catalogue)
    deployment = deployment_of(catalogue, laid_over(case.defaults, case.given))
    parts = parts_of(catalogue, deployment)
    ends = {
        part: Endpoint(facts=end.get("facts") or {}, credentials=frozenset(end.get("refs") or {}))
        for part, end in (document["ends"] or {}).items()
    }
    known = know(parts, deployment, ends, {})
    places = {id_: f"<{ref['name']}/{ref['key']}>" for id_, ref in told["refs"].items()}
    chart = {consumer: expanded(of["inline"]) for consumer, of in document["environments"].items()}
    twin = {
        consumer: {name: spell(text, str, lambda id_: places.get(id_, f"<{id_}>")) for name, text in variables.items()}
        for consumer, variables in environments(parts, known).items()
    }
    if twin != chart:
        yield f"the chart makes {chart}, evaluate.py {twin}"
    if known.facts != told["facts"]:
        yield f"the chart knows {told['facts']}, evaluate.py {known.facts}"
    if set(known.credentials) != told["refs"].keys():
        yield f"the chart has the credentials {sorted(told['refs'])}, evaluate.py {sorted(known.credentials)}"
