"""A made-up program beside the server: rows in the catalogue and a template, no Python."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from helm_aeterna.catalogue.entry import Catalogue, read
from helm_aeterna.catalogue.references import references
from helm_aeterna.formats import load_yaml
from tests.support.catalogue_cases import HELMS, expanded
from tests.support.environment import containers
from tests.support.render import CHART, find, render
from tests.support.scenarios import MINIMAL, merged

if TYPE_CHECKING:
    from pathlib import Path

ROWS = """\
      reporter:
        - {name: DB_PASSWORD, secret: postgresql/password, reader: carrier}
        - name: DATABASE_URL
          value: "postgres://{postgresql/username}:{postgresql/password}@{postgresql/host}:{postgresql/port}/{postgresql/database}"
        - {name: CACHE_PASSWORD, secret: cache/password, reader: carrier}
        - {name: CACHE_URL, value: ["redis://:{cache/password}@{cache/host}:{cache/port}", "redis://{cache/host}:{cache/port}"]}
        - {name: LEVEL, value: "{logLevel}"}
"""
CONTAINER = """\
      reporter:
        image: "{images/aeterna}"
"""
TEMPLATE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: reporter
spec:
  template:
    spec:
      containers:
        - name: reporter
          env:
            {{- include "aeterna.environment.entries" (list . "reporter" true) | trim | nindent 12 }}
"""
OUTSIDE: dict[str, Any] = {
    "postgresql": {
        "enabled": False,
        "external": {"host": "db.example.org", "username": "aeterna", "password": "pg-canary"},
    },
    "cache": {
        "type": "external",
        "dragonfly": {"enabled": False},
        "external": {"host": "r.example.org", "existingSecret": "redis", "existingSecretKey": "pw"},
    },
}


@pytest.fixture(scope="module")
def chart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("consumer") / "chart"
    shutil.copytree(CHART, copy, ignore=shutil.ignore_patterns("charts"))
    file = copy / "files" / "catalogue.yaml"
    before = file.read_text()
    after = before.replace("    clients:\n      opencode:", f"{ROWS}    clients:\n      opencode:", 1)
    after = after.replace("    containers:\n", f"    containers:\n{CONTAINER}", 1)
    assert after.count("reporter:") == 2
    file.write_text(after)
    (copy / "templates" / "reporter.yaml").write_text(TEMPLATE)
    return copy


def environment(values: dict[str, Any], helm: str, chart: Path) -> dict[str, str]:
    objects = render(merged(MINIMAL, values), helm=helm, chart=chart)
    (container,) = find(objects, "Deployment", "reporter")["spec"]["template"]["spec"]["containers"]
    return expanded(container["env"])


def test_the_catalogue_is_still_sound(chart: Path) -> None:
    tree = load_yaml((chart / "files" / "catalogue.yaml").read_text(), "catalogue.yaml")
    assert list(references(read(Catalogue, tree))) == []


@pytest.mark.parametrize("helm", HELMS)
def test_it_gets_facts_and_credentials_of_bundled_parts(helm: str, chart: Path) -> None:
    assert environment({}, helm, chart) == {
        "DB_PASSWORD": "<aeterna-db-app/password>",
        "DATABASE_URL": "postgres://aeterna:<aeterna-db-app/password>@aeterna-db-rw:5432/aeterna",
        "CACHE_URL": "redis://aeterna-dragonfly:6379",
        "LEVEL": "info",
    }


@pytest.mark.parametrize("helm", HELMS)
def test_it_gets_facts_and_credentials_of_external_parts(helm: str, chart: Path) -> None:
    password = "<aeterna-credentials/postgresql-password>"
    assert environment(OUTSIDE, helm, chart) == {
        "DB_PASSWORD": password,
        "DATABASE_URL": f"postgres://aeterna:{password}@db.example.org:5432/aeterna",
        "CACHE_PASSWORD": "<redis/pw>",
        "CACHE_URL": "redis://:<redis/pw>@r.example.org:6379",
        "LEVEL": "info",
    }


def test_the_server_s_environment_stays_as_it_is(chart: Path) -> None:
    with_it, without = (
        containers([one for one in objects if one["metadata"]["name"] != "reporter"], "Deployment")[-1]
        for objects in (render(MINIMAL, chart=chart), render(MINIMAL))
    )
    assert with_it == without
