"""The wizard alone sets the terminal's mode: no echo on any page, in every way to start, while Helm is slow."""

from __future__ import annotations

import termios
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.require import require
from tests.terminal.wizard_program import ROOT, Program

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.terminal, pytest.mark.helm]
ANSWERS = "llm: none\ncache: valkey\nvector-backend: qdrant\npostgresql: cloudnative-pg\n"
REVIEW = "Nothing has been written yet."


@pytest.fixture
def slow(tmp_path: Path) -> dict[str, str]:
    """A Helm that takes its time before each answer."""
    helm = tmp_path / "slow-helm"
    helm.write_text(f'#!/bin/sh\nsleep 0.7\nexec "{require("helm4")}" "$@"\n')
    helm.chmod(0o755)
    return {"HELM_BIN": str(helm)}


@pytest.fixture
def late(tmp_path: Path, slow: dict[str, str]) -> dict[str, str]:
    """The screen takes the terminal while Helm already runs: a mode that is put back then is the wrong one."""
    (tmp_path / "late").mkdir()
    (tmp_path / "late" / "sitecustomize.py").write_text(
        "import time\n"
        "from prompt_toolkit.input.vt100 import raw_mode\n"
        "enter = raw_mode.__enter__\n"
        "raw_mode.__enter__ = lambda self: (time.sleep(1.5), enter(self))[1]\n"
    )
    helm = tmp_path / "slow-helm"
    helm.write_text(helm.read_text().replace("sleep 0.7", "sleep 4"))
    return {**slow, "PYTHONPATH": f"{tmp_path / 'late'}:{ROOT}"}


def is_raw(program: Program) -> bool:
    """Whether nothing that is typed appears by itself, and every key is seen at once."""
    local = termios.tcgetattr(program.child.fileno())[3]
    return not local & (termios.ECHO | termios.ICANON)


def watch(program: Program, text: str) -> None:
    """Read the mode again and again until a page is there, and for a while on it."""
    end, seen = time.monotonic() + 20, 0.0
    while not seen or time.monotonic() < seen + 0.3:
        program.read(0.02)
        assert time.monotonic() < end, program.screen()
        if not seen and text in program.screen() and "working out" not in program.screen():
            seen = time.monotonic()
        assert not program.emulator.display[1].startswith("─") or is_raw(program), program.screen()


def walk(program: Program, *pages: str) -> None:
    """Take each page by Enter; read the mode on each, and on the review, where Helm runs."""
    for page in pages:
        watch(program, page)
        program.press("enter")
    watch(program, REVIEW)
    program.press("ctrl-c", "ctrl-c")
    assert program.end() == 130
    assert program.is_restored()


def test_a_fresh_start(folder: Path, slow: dict[str, str]) -> None:
    program = Program(folder, "--skip-checks", more={**slow, "OPENAI_API_KEY": "sk-x"})
    walk(program, "How would you like to begin?")


def test_a_secret_is_not_echoed_after_helm_ran(folder: Path, slow: dict[str, str]) -> None:
    """Finding W1: on the page of a secret, behind a review, what was typed appeared."""
    program = Program(folder, "--skip-checks", more={**slow, "OPENAI_API_KEY": "sk-x"})
    watch(program, "How would you like to begin?")
    program.press("enter")
    program.until(REVIEW)  # and Helm goes on in the background
    program.choose("  API key of OpenAI")
    watch(program, "API key of OpenAI")
    program.press("home", "up", "up", "up", "up", "down", "hush-hush")
    watch(program, "•••••••••")
    assert b"hush" not in program.raw
    program.press("ctrl-c", "ctrl-c")
    assert program.end() == 130
    assert program.is_restored()


@pytest.mark.parametrize("way", ["--reconfigure", "resume", "answers"])
def test_a_later_start(way: str, folder: Path, slow: dict[str, str]) -> None:
    answers = folder / "answers.yaml"
    answers.write_text(ANSWERS)
    if way == "answers":
        program = Program(folder, "--skip-checks", "--answers", str(answers), more=slow)
        walk(program, "How would you like to begin?")
        return
    first = Program(folder, "--skip-checks", "--answers", str(answers), more=slow)
    first.until("How would you like to begin?")
    first.press("enter").until(REVIEW)
    first.until_gone("working out")
    if way == "resume":
        first.press("ctrl-c", "ctrl-c")
        assert first.end() == 130
        walk(Program(folder, "--skip-checks", "--answers", str(answers), more=slow), "Go on where you stopped")
    else:
        first.press("enter")
        assert first.end() == 0
        walk(Program(folder, "--skip-checks", "--reconfigure", more=slow))


def test_helm_that_runs_before_the_screen_is_there(folder: Path, slow: dict[str, str], late: dict[str, str]) -> None:
    """Finding W1: a start on the review had its terminal put back to lines with echo when Helm ended."""
    flags = ("--skip-checks", "--llm", "none")
    first = Program(folder, *flags, more={**slow, "HELM_BIN": "/nowhere/helm"})
    first.until("How would you like to begin?")
    first.press("enter")
    assert first.write() == 0
    walk(Program(folder, *flags, "--reconfigure", more=late))
