"""The cluster's bookkeeping ends the right processes, and its stand-ins make what operators make."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ci.testbed import access, components, processes, state
from ci.testbed.errors import ClusterError
from ci.testbed.processes import Identity
from ci.testbed.state import Folder, Part, State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield process
        process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(root=tmp_path / "cluster")
    made.data.mkdir(parents=True)
    made.authority.parent.mkdir()
    made.authority.write_text("certificate", encoding="utf-8")
    return made


def test_a_process_is_known_by_number_and_beginning(sleeper: subprocess.Popen[bytes]) -> None:
    identity = processes.identify(sleeper.pid)
    assert identity is not None
    assert identity.alive()
    assert not replace(identity, started="another boot").alive()


def test_a_process_that_waits_to_be_reaped_is_gone(sleeper: subprocess.Popen[bytes]) -> None:
    identity = processes.identify(sleeper.pid)
    assert identity is not None
    os.kill(sleeper.pid, signal.SIGKILL)
    processes.end([identity], first=signal.SIGTERM, patience=0)
    assert not identity.alive()


def test_a_number_that_belongs_to_somebody_else_now_is_left_alone(sleeper: subprocess.Popen[bytes]) -> None:
    stranger = Identity(pid=sleeper.pid, started="long ago")
    processes.end([stranger], first=signal.SIGKILL, patience=0)
    assert sleeper.poll() is None


def test_a_process_that_ignores_the_order_is_killed() -> None:
    program = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as stubborn:
        assert stubborn.stdout is not None
        stubborn.stdout.readline()
        identity = processes.identify(stubborn.pid)
        assert identity is not None
        processes.end([identity], first=signal.SIGTERM, patience=0.1)
        assert stubborn.wait() == -signal.SIGKILL


def test_state_survives_the_file(folder: Folder) -> None:
    someone = Identity(pid=1, started="then")
    known = State(phase="ready", supervisor=someone, server="s").with_part(Part(name="etcd", port=1, process=someone))
    state.save(folder, known)
    assert state.load(folder) == known
    assert folder.state.stat().st_mode & 0o777 == 0o600


def test_no_file_is_no_cluster(folder: Folder) -> None:
    assert state.load(folder) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 99}', '{"version": 1, "phase": "ready"}'])
def test_a_state_that_is_not_ours_is_refused(folder: Folder, text: str) -> None:
    folder.state.write_text(text, encoding="utf-8")
    with pytest.raises(ClusterError):
        state.load(folder)


def test_kubeconfigs_are_private_and_name_their_context(folder: Folder) -> None:
    access.make_tokens(folder)
    access.write_kubeconfigs(folder, "https://127.0.0.1:1")
    document = json.loads(folder.kubeconfig.read_text(encoding="utf-8"))
    assert document["current-context"] == "aeterna-test"
    for path in (folder.kubeconfig, access.tokens_file(folder)):
        assert path.stat().st_mode & 0o777 == 0o600


def test_every_part_listens_on_loopback_alone(folder: Folder) -> None:
    ports = components.free_ports()
    assert len(set(ports.values())) == len(ports)
    programs = dict.fromkeys(components.TOOLS, folder.root)
    plan = components.Plan(folder=folder, ports=ports, programs=programs)
    for part in (components.etcd, components.api_server, components.controller_manager, components.scheduler):
        text = " ".join(part(plan).command)
        assert "127.0.0.1" in text
        assert re.findall(r"bind-address=(\S+)", text) in ([], ["127.0.0.1"])
    assert f"--server-address=127.0.0.1:{ports['kwok']}" in components.kwok(plan).command
