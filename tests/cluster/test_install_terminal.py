"""Ctrl-C in a real terminal, under `helm aeterna`: Helm, its plugin and the inner Helm end in good order."""

from __future__ import annotations

import sys
import termios
from typing import TYPE_CHECKING

import pexpect
import pytest

from tests.support.installs import EXTERNAL, Installs
from tests.support.live_cluster import LiveCluster, eventually
from tests.support.program import ROOT
from tests.support.require import require

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.cluster, pytest.mark.helm, pytest.mark.terminal]
PLUGIN = """\
name: aeterna
version: 0.1.0
usage: the program, straight from its sources
description: the program, straight from its sources
platformCommand:
  - {os: linux, command: "$HELM_PLUGIN_DIR/run"}
  - {os: darwin, command: "$HELM_PLUGIN_DIR/run"}
"""


@pytest.fixture(params=["helm3", "helm4"])
def installs(
    request: pytest.FixtureRequest, tmp_path: Path, chart_with_archives: Path, cluster: LiveCluster, namespace: str
) -> Installs:
    plugin = tmp_path / "plugins" / "aeterna"
    plugin.mkdir(parents=True)
    (plugin / "plugin.yaml").write_text(PLUGIN)
    (plugin / "run").write_text(
        f'#!/bin/sh\nexport PYTHONPATH="{ROOT}"\nexec "{sys.executable}" -m helm_aeterna "$@"\n'
    )
    (plugin / "run").chmod(0o755)
    made = Installs(
        folder=tmp_path / "out",
        chart=chart_with_archives,
        cluster=cluster,
        namespace=namespace,
        helm=request.param,
        environment={"HELM_PLUGINS": str(tmp_path / "plugins"), "TERM": "dumb"},
    )
    return made.values(EXTERNAL, {"aeterna": {"podAnnotations": {"test.aeterna.dev/outcome": "image"}}})


def start(installs: Installs, *arguments: str) -> pexpect.spawn[str]:
    command = ["aeterna", *arguments, "--namespace", installs.namespace]
    environment = {key: value for key, value in installs.variables.items() if key != "HELM_NAMESPACE"}
    program = str(require(installs.helm))
    return pexpect.spawn(
        program,
        command,
        env=environment,
        cwd=str(installs.folder),
        encoding="utf-8",
        timeout=40,
        dimensions=(24, 120),
    )


def record(installs: Installs) -> list[str]:
    secrets = installs.cluster.items("secret", namespace=installs.namespace, selector="owner=helm")
    return [one["metadata"]["labels"]["status"] for one in secrets]


def test_control_c_stops_once_reports_and_leaves_the_terminal_as_it_was(installs: Installs) -> None:
    helm = start(installs, "install", f"--chart={installs.chart}", "--timeout=90s")
    before = termios.tcgetattr(helm.child_fd)[3]
    helm.expect("step 1 of 2")
    eventually(lambda: record(installs) == ["pending-install"])
    assert not termios.tcgetattr(helm.child_fd)[3] & termios.ISIG, "Ctrl-C would kill helm before its plugin"
    helm.send("\x03")
    helm.expect("helm upgrade was interrupted")
    helm.expect("the release is failed")
    helm.expect("run the same command again")
    helm.expect(pexpect.EOF)
    assert termios.tcgetattr(helm.child_fd)[3] == before
    helm.close()
    assert helm.exitstatus == 130
    assert record(installs) == ["failed"]


def test_uninstall_asks_in_a_terminal_and_no_means_no(installs: Installs) -> None:
    assert installs.values(EXTERNAL).install().code == 0
    helm = start(installs, "uninstall", f"--chart={installs.chart}")
    helm.expect(r"Remove release aeterna from namespace .* \[y/N\]")
    helm.sendline("n")
    helm.expect("n\r\n.*nothing was removed")
    helm.expect(pexpect.EOF)
    helm.close()
    assert helm.exitstatus == 130
    assert record(installs) == ["deployed"]
    helm = start(installs, "uninstall", f"--chart={installs.chart}")
    helm.expect(r"\[y/N\]")
    helm.sendline("y")
    helm.expect("Removed: release aeterna")
    helm.expect(pexpect.EOF)
    helm.close()
    assert helm.exitstatus == 0
    assert record(installs) == []
