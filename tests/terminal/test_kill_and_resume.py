"""Whatever ends the wizard, on whatever page: nothing is written, and the next run ends as if nothing had been."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests.terminal.routes import EXTERNAL, Step, take
from tests.terminal.wizard_program import Program, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.terminal


def interrupt_key(program: Program) -> None:
    program.press("ctrl-c").until("Stop here?")
    program.press("enter")
    assert program.end() == 130
    assert program.is_restored()


def by_signal(number: signal.Signals) -> Callable[[Program], None]:
    def end(program: Program) -> None:
        assert program.kill(number) == 130
        assert program.is_restored()

    return end


def kill_hard(program: Program) -> None:
    assert program.kill(signal.SIGKILL) == -signal.SIGKILL


ENDS = {
    "ctrl-c": interrupt_key,
    "SIGINT": by_signal(signal.SIGINT),
    "SIGTERM": by_signal(signal.SIGTERM),
    "SIGKILL": kill_hard,
    "closed-terminal": Program.hang_up,
}


def take_up(folder: Path, here: Step, passed: tuple[Step, ...]) -> Program:
    """Start again, go on where it stopped, and give the secrets once more that are asked for on the way."""
    program = Program(folder, "--skip-checks")
    program.until("Go on where you stopped")
    program.press("enter").until_gone("Go on where you stopped")
    lost = [step for step in passed if step.secret]
    for step in lost:
        take(program, step)
    program.until(here.shows)
    return program


@pytest.mark.requirement("CLI-39")
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_wizard_that_is_ended_on_every_page_ends_the_same(
    folder: Path, undisturbed: dict[str, bytes], end: Callable[[Program], None]
) -> None:
    memory = folder / ".aeterna" / "progress.yaml"
    program = Program(folder, "--skip-checks")
    take(program, EXTERNAL[0])
    for number, step in enumerate(EXTERNAL[1:-1], 1):
        program.until(step.shows)
        end(program)
        assert written(folder) == {}, "nothing is written before the review"
        assert memory.stat().st_mode & 0o777 == 0o600
        assert not any(secret in memory.read_text() for secret in ("key-1", "pass-1"))
        program = take_up(folder, step, EXTERNAL[1:number])
        program.press(*step.keys)
    program.until(EXTERNAL[-1].shows)
    end(program)
    program = take_up(folder, EXTERNAL[-1], EXTERNAL[1:-1])
    assert program.write() == 0
    assert written(folder) == undisturbed
    assert not memory.exists()


@pytest.mark.requirement("CLI-39")
def test_the_hint_how_to_go_on_is_printed(folder: Path) -> None:
    program = Program(folder)
    take(program, EXTERNAL[0])
    program.until("Which vector database")
    program.press("ctrl-c", "ctrl-c")
    assert program.end() == 130
    assert "go on with: helm-aeterna init" in program.screen()


def test_forgetting_leaves_nothing_behind(folder: Path) -> None:
    program = Program(folder)
    take(program, EXTERNAL[0])
    program.until("Which vector database")
    program.press("ctrl-c").until("Stop here?")
    program.choose("Leave, and forget")
    assert program.end() == 130
    assert list(folder.iterdir()) == []


def test_defaults_for_the_rest_lead_to_the_review(folder: Path) -> None:
    program = Program(folder, "--llm", "none")
    take(program, EXTERNAL[0])
    program.until("Which vector database")
    program.choose("pgvector")
    program.until("Which Redis-compatible cache")
    program.press("ctrl-c").until("Stop here?")
    program.choose("Take the defaults")
    assert program.write() == 0
    assert b"type: pgvector" in written(folder)["values.yaml"]
