"""The chart passes real chart-testing, lint and install, on both Helm majors and with every file in its ci folder."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.archives import KIND, isolated_helm, pins
from tests.support.chart_testing import ChartTesting
from tests.support.render import CHART

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.live_cluster import LiveCluster

CI_FILES = sorted(path.name for path in (CHART / "ci").glob("*-values.yaml"))
HELMS = ("helm4", "helm3")

pytestmark = pytest.mark.helm


@pytest.fixture
def cluster_with_operator(fresh_cluster: Callable[[], LiveCluster], archives: Path, tmp_path: Path) -> LiveCluster:
    """A cluster of this test's own with the CloudNativePG operator, which is there once for a whole cluster."""
    if os.environ.get(KIND) == "real":
        pytest.skip("the real operator's webhooks answer on no fake node; the chart workflow installs it on kind")
    cluster = fresh_cluster()
    operator = next(pin for pin in pins() if pin.name == "cloudnative-pg")
    confined = isolated_helm(tmp_path / "operator")
    where = ("--namespace", "cnpg-system", "--create-namespace", "--kubeconfig", cluster.kubeconfig)
    confined.run("install", "cnpg", archives / operator.archive, "--wait=legacy", *where)
    return cluster


@pytest.mark.cluster
@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.requirement("CHART-01", "CHART-03", "CHART-04", "CHART-05", "CHART-06")
def test_ct_lints_and_installs_the_chart_with_every_ci_file(
    helm: str, cluster_with_operator: LiveCluster, chart_with_archives: Path, tmp_path: Path
) -> None:
    ct = ChartTesting(helm=helm, folder=tmp_path, cluster=cluster_with_operator)
    done = ct.run("lint-and-install", chart_with_archives)
    assert done.code == 0, done.log
    linted = re.findall(r"Linting chart with values file \"[^\"]*/([^\"/]+)\"", done.log)
    installed = re.findall(r"Installing chart with values file \"[^\"]*/([^\"/]+)\"", done.log)
    assert (sorted(linted), sorted(installed)) == (CI_FILES, CI_FILES)
    assert done.log.count("Phase:          Succeeded") >= len(CI_FILES)  # helm test, once for each file


WRONG = {
    "unknown-key": ("Chart.yaml", "type: application", "typo: application"),
    "range-in-place-of-a-pin": ("Chart.yaml", "version: 0.29.0", "version: ~0.29.0"),
    "untidy-yaml": ("values.yaml", "nameOverride:", "nameOverride:  "),
    "values-the-chart-refuses": ("ci/bundled-values.yaml", "type: valkey", "type: memcached"),
}


@pytest.mark.parametrize("case", WRONG)
def test_ct_refuses(case: str, chart_with_archives: Path, tmp_path: Path) -> None:
    file, old, new = WRONG[case]
    chart = tmp_path / "aeterna"
    shutil.copytree(chart_with_archives, chart)
    text = (chart / file).read_text()
    assert old in text
    (chart / file).write_text(text.replace(old, new, 1))
    done = ChartTesting(helm="helm4", folder=tmp_path).run("lint", chart)
    assert done.code != 0
    assert file in done.log
