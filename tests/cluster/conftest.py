"""Clusters for the tests of this ring: one for all, and fresh ones for tests that need an empty one."""

from __future__ import annotations

import io
import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ci.testbed import cluster as testbed
from ci.testbed.folder import Folder
from ci.testbed.progress import Progress
from tests.support.live_cluster import LiveCluster
from tests.support.require import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Read at import, before any fixture puts the environment aside.
_GIVEN = os.environ.get("AETERNA_TEST_KUBECONFIG", "")
_NUMBERS = itertools.count(1)


def start(folder: Folder) -> LiveCluster:
    """Start a cluster that ends with this test run, however the run ends."""
    for program in testbed.TOOLS:
        require(program)
    report = testbed.up(folder, Progress(stream=io.StringIO()), owned=True)
    return LiveCluster(kubeconfig=report.kubeconfig)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveCluster]:
    """Give the cluster that the tests of this process share, or the one AETERNA_TEST_KUBECONFIG names."""
    if _GIVEN:
        yield LiveCluster(kubeconfig=Path(_GIVEN))
        return
    folder = Folder(root=tmp_path_factory.mktemp("shared") / "cluster")
    yield start(folder)
    testbed.down(folder)


@pytest.fixture
def fresh_cluster(tmp_path: Path) -> Iterator[Callable[[], LiveCluster]]:
    """Give a function that starts a cluster where nothing was ever installed."""
    folder = Folder(root=tmp_path / "cluster")
    yield lambda: start(folder)
    testbed.down(folder)


@pytest.fixture
def namespace(cluster: LiveCluster, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give an empty namespace of the shared cluster, deleted afterwards."""
    name = f"test-{os.getpid()}-{next(_NUMBERS)}"
    cluster.kubectl("create", "namespace", name)
    cluster.kubectl("label", "namespace", name, f"test.aeterna.dev/module={request.module.__name__.rpartition('.')[2]}")
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false")
