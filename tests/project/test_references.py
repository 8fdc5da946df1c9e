"""ci/upstream brings what the contract tests read, from repositories of the shapes the pins name."""

from __future__ import annotations

import http.server
from typing import TYPE_CHECKING

import pytest

from ci import references
from tests.support.archives import STAND_INS, pins
from tests.support.repositories import serve_http

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.helm, pytest.mark.network]


def mirrored(repository: str, name: str = "") -> list[dict[str, str]]:
    chosen = [pin for pin in pins() if name in {"", pin.name}]
    return [{"name": pin.name, "version": pin.version, "repository": repository} for pin in chosen]


def test_charts_come_without_templates_and_with_their_definitions(http_mirror: str, tmp_path: Path) -> None:
    references.fetch_charts(mirrored(http_mirror), tmp_path)
    brought = {path.parent.name: path.read_text() for path in tmp_path.glob("charts/*/values.yaml")}
    assert brought == {
        f"{pin.name}-{pin.version}": (STAND_INS / pin.name / "values.yaml").read_text() for pin in pins()
    }
    assert {path.name for path in tmp_path.glob("crds/*")} == {
        "cloudnative-pg-0.29.0.yaml",
        "psmdb-operator-1.21.3.yaml",
    }
    assert "kind: ScheduledBackup" in (tmp_path / "crds" / "cloudnative-pg-0.29.0.yaml").read_text()
    assert list(tmp_path.glob("charts/*/templates")) == []


def test_a_chart_that_is_not_there_is_told_with_a_fix(http_mirror: str, tmp_path: Path) -> None:
    wrong = [{"name": "qdrant", "version": "0.0.1", "repository": http_mirror}]
    with pytest.raises(references.FetchError, match=r"0\.0\.1") as caught:
        references.fetch_charts(wrong, tmp_path)
    assert caught.value.fix
    assert caught.value.exit_code == 6


def test_single_definitions_are_fetched_and_anything_else_is_refused(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "crds").mkdir()
    (site / "good.yaml").write_text("kind: CustomResourceDefinition\n")
    (site / "bad.yaml").write_text("<html>not found</html>\n")
    with serve_http(site) as url:
        references.fetch_definitions({"kept.yaml": f"{url}/good.yaml"}, tmp_path)
        with pytest.raises(references.FetchError, match="no CustomResourceDefinition"):
            references.fetch_definitions({"bad.yaml": f"{url}/bad.yaml"}, tmp_path)
        with pytest.raises(references.FetchError, match=str(http.HTTPStatus.NOT_FOUND.value)):
            references.fetch_definitions({"none.yaml": f"{url}/none.yaml"}, tmp_path)
    assert [path.name for path in (tmp_path / "crds").iterdir()] == ["kept.yaml"]
