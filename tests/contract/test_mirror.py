"""Archives come from real repositories by real Helm, and the user's own Helm configuration does not notice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from helm_aeterna.adapters.helm import find_helm
from helm_aeterna.adapters.helm_commands import Order, list_arguments, uninstall_arguments, upgrade_arguments
from helm_aeterna.adapters.process import Call
from helm_aeterna.adapters.process import run as start
from helm_aeterna.commands.chart_copy import chart_for_installing, chart_for_rendering
from helm_aeterna.errors import PrerequisiteError
from tests.support.archives import pins
from tests.support.program import CHART
from tests.support.require import require

pytestmark = [pytest.mark.helm, pytest.mark.network]
HELMS = ("helm317", "helm3", "helm4")
# A user's list, which must stay as it is to the byte.
REPOSITORIES = (
    "apiVersion: ''\ngenerated: '2026-01-01T00:00:00Z'\nrepositories:\n- name: mine\n  url: http://127.0.0.1:9/\n"
)


def variables(folder: Path, helm: str) -> dict[str, str]:
    own = folder / "config" / "repositories.yaml"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(REPOSITORIES)
    return {
        "PATH": os.defpath,
        "HOME": str(folder / "home"),
        "AETERNA_CACHE": str(folder / "cache"),
        "HELM_BIN": str(require(helm)),
        "HELM_CONFIG_HOME": str(folder / "config"),
        "HELM_REPOSITORY_CONFIG": str(own),
        "HELM_REPOSITORY_CACHE": str(folder / "repositories"),
        "HELM_CACHE_HOME": str(folder / "helm-cache"),
    }


@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize("mirror", ["http_mirror", "oci_mirror"])
def test_every_archive_comes_from_the_mirror_in_its_pinned_version(
    tmp_path: Path, helm: str, mirror: str, request: pytest.FixtureRequest
) -> None:
    environment = variables(tmp_path, helm)
    url = str(request.getfixturevalue(mirror))
    found = find_helm(environment, namespace="default")
    rendering = chart_for_installing(CHART, found, mirror=url)
    names = {path.name for path in (rendering.path / "charts").iterdir()}
    assert names == {f"{pin.name}-{pin.version}.tgz" for pin in pins()}
    assert found.template("aeterna", rendering.path, (CHART / "ci" / "external-values.yaml",))
    assert Path(environment["HELM_REPOSITORY_CONFIG"]).read_text() == REPOSITORIES
    for untouched in ("HELM_REPOSITORY_CACHE", "HELM_CACHE_HOME"):
        assert not Path(environment[untouched]).exists()
    assert not (CHART / "charts").exists()


def test_once_fetched_nothing_is_fetched_again(tmp_path: Path, http_mirror: str) -> None:
    environment = variables(tmp_path, "helm4")
    said: list[str] = []
    helm = find_helm(environment, namespace="default")
    first = chart_for_installing(CHART, helm, mirror=http_mirror, say=said.append)
    assert len(said) == len(pins())
    assert chart_for_installing(CHART, helm, mirror=http_mirror, say=said.append).path == first.path
    assert len(said) == len(pins())
    with chart_for_rendering(CHART, {**environment, "AETERNA_SETUP_REPOSITORY_MIRROR": http_mirror}) as rendering:
        assert not rendering.note
    with chart_for_rendering(CHART, environment) as rendering:
        # What a mirror sent is not taken for what the original repositories would send.
        assert rendering.note


def test_a_repository_that_is_not_there_is_told_with_the_ways_out(tmp_path: Path) -> None:
    helm = find_helm(variables(tmp_path, "helm4"), namespace="default")
    with pytest.raises(PrerequisiteError, match="cannot be fetched") as caught:
        chart_for_installing(CHART, helm, mirror="http://127.0.0.1:9/charts")
    assert "--repository-mirror" in caught.value.fix


@pytest.mark.parametrize("helm", HELMS)
def test_every_command_is_accepted_by_helms_own_parser(tmp_path: Path, helm: str) -> None:
    """Each fails for want of a cluster, none for a flag it does not know."""
    environment = variables(tmp_path, helm) | {"KUBECONFIG": str(tmp_path / "none")}
    found = find_helm(environment, namespace="here")
    orders = [
        Order(release="a", chart=CHART, values=(CHART / "values.yaml",), create_namespace=True, labels=("x=y",)),
        Order(release="a", chart=CHART, dry_run="server", text="a: 1\n"),
        Order(release="a", chart=CHART, wait=False),
    ]
    commands = [upgrade_arguments(found.major, order) for order in orders]
    commands += [uninstall_arguments(found.major, "a", 5), list_arguments(found.major, "a")]
    commands += [(*list_arguments(found.major, "a"), "--selector=x=y"), ("test", "a", "--timeout=5s")]
    commands += [("get", what, "a") for what in ("manifest", "hooks", "notes")]
    for command in commands:
        argv = (found.program, *command, "--namespace=here")
        ended = start(Call(argv=argv, environment=environment, text="a: 1\n"))
        assert ended.code != 0
        assert "unknown" not in ended.err, (command, ended.err)
        assert "invalid argument" not in ended.err, (command, ended.err)
