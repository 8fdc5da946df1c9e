"""The wizard as a plugin of real Helm: Ctrl-C is the wizard's, and the wizard ends with its Helm."""

from __future__ import annotations

import os
import signal
import sys
import termios
import time
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.support.require import require
from tests.terminal.wizard_program import environment

pytestmark = [pytest.mark.terminal, pytest.mark.helm]
PLUGIN = """\
name: aeterna
version: 0.1.0
usage: the program, straight from its sources
description: the program, straight from its sources
command: "$HELM_PLUGIN_DIR/run"
"""


@pytest.fixture(params=["helm317", "helm4"])
def helm(request: pytest.FixtureRequest) -> Path:
    return require(request.param)


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    plugin = tmp_path / "plugins" / "aeterna"
    plugin.mkdir(parents=True)
    (plugin / "plugin.yaml").write_text(PLUGIN)
    (plugin / "run").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m helm_aeterna "$@"\n')
    (plugin / "run").chmod(0o755)
    return environment(tmp_path, HELM_PLUGINS=str(tmp_path / "plugins"), PS1="shell> ")


def spawn(program: str, arguments: list[str], folder: Path, variables: dict[str, str]) -> Any:
    child = pexpect.spawn(program, arguments, env=variables, cwd=str(folder), encoding="utf-8", timeout=20)
    child.delaybeforesend = None
    return child


def child_of(pid: int) -> int:
    (child,) = [int(word) for file in Path(f"/proc/{pid}/task").glob("*/children") for word in file.read_text().split()]
    return child


def ended(pid: int) -> bool:
    """Wait for the end of a process that is no child of ours."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_control_c_in_plain_lines_asks_and_helm_stays(helm: Path, variables: dict[str, str], folder: Path) -> None:
    child = spawn(str(helm), ["aeterna", "init"], folder, {**variables, "ACCESSIBLE": "1"})
    before = termios.tcgetattr(child.child_fd)
    child.expect("Number, 1 to")
    child.send("half a line\x03")
    child.expect("Stop here")
    child.expect("Number, 1 to")
    assert child.isalive(), "helm died of the Ctrl-C"
    child.send("1\r")
    child.expect("stopped: ")
    child.expect(pexpect.EOF)
    assert termios.tcgetattr(child.child_fd) == before
    child.close()
    assert child.exitstatus == 130


@pytest.mark.parametrize(("accessible", "shown"), [("1", "Number, 1 to"), ("0", "How would you like")])
def test_the_wizard_ends_when_helm_is_killed(
    helm: Path, variables: dict[str, str], folder: Path, accessible: str, shown: str
) -> None:
    shell = spawn("/bin/bash", ["--norc", "--noprofile", "-i"], folder, {**variables, "ACCESSIBLE": accessible})
    shell.expect("shell> ")
    shell.send(f"{helm} aeterna init\r")
    shell.expect(shown)
    outer = child_of(shell.pid)
    plugin = child_of(outer)
    os.kill(outer, signal.SIGTERM)
    shell.expect("Terminated")
    assert ended(plugin), "the plugin went on without its Helm"
    shell.send("echo the shell $((40 + 2))\r")
    shell.expect("the shell 42")
    assert "Error" not in shell.before
    assert "bug" not in shell.before
    shell.close(force=True)
