"""Odd surroundings, in a real process: closed streams, full disks, limits, text that is none."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import ROOT

PROGRAM = f"{shlex.quote(sys.executable)} -m helm_aeterna"
INIT = f"{PROGRAM} init --non-interactive --defaults --llm none --skip-checks"
ALL = {"values.yaml", "values.secret.yaml", ".aeterna", ".gitignore"}


def shell(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of sh in a folder."""
    whole = {"PATH": os.defpath, "HOME": str(folder), "PYTHONPATH": str(ROOT), "HELM_BIN": "/nowhere", **environment}
    command = ["bash", "-c", f"{script}; echo code=$?"]
    return subprocess.run(
        command, cwd=folder, env=whole, capture_output=True, text=True, timeout=60, check=False, errors="replace"
    )


def code(ran: subprocess.CompletedProcess[str]) -> int:
    assert "Traceback" not in ran.stderr
    assert "this is a bug" not in ran.stderr
    return int(ran.stdout.rpartition("code=")[2])


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams_are_no_obstacle(tmp_path: Path, closed: str) -> None:
    assert code(shell(f"{INIT} {closed}", tmp_path)) == 0
    assert {path.name for path in tmp_path.iterdir()} == ALL


def test_answers_from_a_closed_stream_are_none(tmp_path: Path) -> None:
    assert code(shell(f"{PROGRAM} init --answers - <&-", tmp_path)) == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_what_cannot_be_said_is_told(tmp_path: Path) -> None:
    ran = shell(f"{PROGRAM} version > /dev/full", tmp_path)
    assert code(ran) == 7
    assert "cannot be written" in ran.stderr


def test_nobody_listening_does_not_change_how_it_ends(tmp_path: Path) -> None:
    ran = shell(f"{PROGRAM} show 2>&1 | head -0; echo code=${{PIPESTATUS[0]}}; true", tmp_path)
    assert ran.stdout.splitlines()[0] == "code=5"


def test_a_folder_that_was_deleted(tmp_path: Path) -> None:
    ran = shell(f"mkdir gone; cd gone; rmdir ../gone; {PROGRAM} show", tmp_path)
    assert code(ran) == 5


def test_no_space_for_what_is_temporary(tmp_path: Path) -> None:
    ran = shell(f"ulimit -f 0; {INIT}", tmp_path)
    assert code(ran) == 7
    assert "fix:" in ran.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "script",
    [
        f"{INIT} --log-level $'a\\xffb'",
        f"AETERNA_SETUP_LOG_LEVEL=$'a\\xffb' {INIT}",
        f"OPENAI_API_KEY=$'sk-canary\\xff' {PROGRAM} init --non-interactive --defaults --llm openai",
    ],
)
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, script: str) -> None:
    ran = shell(script, tmp_path)
    assert code(ran) == 3
    assert "is not UTF-8 text" in ran.stderr
    assert "canary" not in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_umask_of_the_user_counts(tmp_path: Path) -> None:
    assert code(shell(f"umask 077; {INIT}", tmp_path)) == 0
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    assert code(shell(f"mkfifo values.yaml; {INIT}", tmp_path)) == 7


def test_answers_come_through_a_pipe_and_end_somewhere(tmp_path: Path) -> None:
    assert code(shell(f"{INIT} --answers <(echo 'cache: valkey')", tmp_path)) == 0
    assert "valkey" in (tmp_path / "values.yaml").read_text()
    ran = shell(f"{INIT} --answers /dev/zero", tmp_path)
    assert code(ran) == 3
    assert "too large" in ran.stderr
