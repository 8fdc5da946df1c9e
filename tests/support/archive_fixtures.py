"""Fixtures of the subcharts' archives: the folder, two repositories that hold it, the chart with them in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.archives import archives_folder, copy_chart, copy_subcharts_alone
from tests.support.repositories import serve_http, serve_oci

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def archives() -> Path:
    """Return a folder with the archive of every dependency; do not write to it."""
    return archives_folder()


@pytest.fixture(scope="session")
def http_mirror(archives: Path) -> Iterator[str]:
    """Return the URL of an index repository with every dependency."""
    with serve_http(archives) as url:
        yield url


@pytest.fixture(scope="session")
def oci_mirror(archives: Path) -> Iterator[str]:
    """Return the oci:// prefix of a registry with every dependency."""
    with serve_oci(archives) as prefix:
        yield prefix


@pytest.fixture(scope="session")
def chart_with_archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the chart that renders its subcharts; do not write to it."""
    return copy_chart(tmp_path_factory.mktemp("chart") / "aeterna")


@pytest.fixture(scope="session")
def subcharts_alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the chart that renders nothing but its subcharts, with our values for them."""
    return copy_subcharts_alone(tmp_path_factory.mktemp("subcharts") / "aeterna")
