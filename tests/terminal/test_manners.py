"""Manners of a program in a terminal: colours, sizes, environment, secrets, and what it says at its end."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.terminal.routes import BEGIN, EXTERNAL, take, text
from tests.terminal.wizard_program import Program, environment, written

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.terminal

_COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7])m")


@pytest.mark.parametrize(
    ("arguments", "more", "colourful"),
    [
        ((), {}, True),
        ((), {"NO_COLOR": "1"}, False),
        ((), {"HELM_COLOR": "never"}, False),
        (("--no-color",), {}, False),
    ],
)
def test_colour_is_a_wish(folder: Path, arguments: tuple[str, ...], more: dict[str, str], colourful: bool) -> None:  # noqa: FBT001
    program = Program(folder, *arguments, more=more)
    program.until("How would you like to begin?")
    assert bool(_COLOUR.search(program.raw)) is colourful
    program.press("ctrl-c", "ctrl-c")
    assert program.end() == 130
    assert program.is_restored()


@pytest.mark.parametrize("more", [{"ACCESSIBLE": "1"}, {"TERM": "dumb"}, {"ACCESSIBLE": "yes", "NO_COLOR": "1"}])
def test_accessible_mode_never_writes_a_control_code(folder: Path, more: dict[str, str]) -> None:
    program = Program(folder, more=more)
    program.until("Number, 1 to 5")
    program.press("1", "enter").until("Which language model", "Number, 1 to 4")
    program.press("enter").until("API key of OpenAI")
    program.press("ctrl-c").until("Stop here?")
    program.press("1", "enter")
    assert program.end() == 130
    assert b"\x1b" not in program.raw
    assert program.is_restored()


def test_accessible_0_is_the_screen(folder: Path) -> None:
    program = Program(folder, more={"ACCESSIBLE": "0"})
    program.until("How would you like to begin?", "page 1")
    program.press("ctrl-c", "ctrl-c")
    assert program.end() == 130


@pytest.mark.parametrize("size", [(24, 80), (12, 40), (50, 132)])
def test_it_fits_the_terminal(folder: Path, size: tuple[int, int]) -> None:
    program = Program(folder, size=size)
    program.until("How would you like", "Recommended")
    assert "Ctrl-C stop" in program.screen().splitlines()[-1]
    program.press("ctrl-c", "ctrl-c")
    assert program.end() == 130


def test_a_resized_terminal_is_drawn_anew(folder: Path) -> None:
    program = Program(folder)
    program.until("How would you like")
    program.emulator.resize(30, 100)
    program.child.setwinsize(30, 100)
    end = "─" * 100
    program.until(end)
    program.press("ctrl-c", "ctrl-c")
    assert program.end() == 130


@pytest.mark.requirement("CLI-43")
def test_a_secret_in_the_environment_is_not_asked_and_never_shown(folder: Path) -> None:
    program = Program(folder, "--skip-checks", more={"OPENAI_API_KEY": "sk-from-outside"})
    program.until(BEGIN.shows)
    program.press("enter")  # recommended
    screen = program.until("Nothing has been written yet.")
    assert "review" in screen
    program.until_gone("working out")
    program.press(*["down"] * 14)
    program.until("from OPENAI_API_KEY")
    program.press("home")
    assert program.write() == 0
    assert b"sk-from-outside" not in program.raw
    assert b"sk-from-outside" in written(folder)["values.secret.yaml"]
    assert "needs OPENAI_API_KEY" in program.screen()


def test_a_secret_from_a_file_and_from_a_command(folder: Path) -> None:
    key = folder.parent / "key"
    key.write_text("sk-filed\n")
    program = Program(folder, "--skip-checks")
    program.until(BEGIN.shows)
    take_openai(program)
    program.press("down", str(folder / "absent"), "enter").until("cannot be read")
    program.press("down", "false", "enter").until("ended with code 1")
    program.press("ctrl-u", f"cat {key} | tr d D", "enter")
    assert program.write() == 0
    assert b"sk-fileD" in written(folder)["values.secret.yaml"]
    assert b"sk-fileD" not in program.raw
    assert f'OPENAI_API_KEY="$(cat {key} | tr d D)"' in program.screen().replace("\n", "")


def test_a_paste_is_one_line(folder: Path) -> None:
    program = Program(folder, "--skip-checks")
    program.until(BEGIN.shows)
    take_openai(program)
    program.press("\x1b[200~sk-pasted\x1b[201~").until("•••••••••")
    program.press("enter")
    assert program.write() == 0
    assert b"sk-pasted" in written(folder)["values.secret.yaml"]


def test_without_a_terminal_it_ends_at_once_with_what_is_missing(folder: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "helm_aeterna", "init"],
        cwd=folder,
        env=environment(folder.parent),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert ended.returncode == 3
    assert "--vector-backend" in ended.stderr
    assert written(folder) == {}


@pytest.mark.requirement("CLI-03")
def test_reconfigure_keeps_what_is_unchanged_and_the_users_own_edits(folder: Path) -> None:
    program = Program(folder, "--skip-checks")
    for step in EXTERNAL[:-1]:
        take(program, step)
    assert program.write() == 0
    values = folder / "values.yaml"
    values.write_text("# mine\n" + values.read_text() + "podAnnotations:\n  my.own/key: kept # why\n")
    before = written(folder)
    program = Program(folder, "--skip-checks", "--reconfigure")
    program.until("Nothing has been written yet.")
    program.choose("Cache")
    program.until("Which Redis-compatible cache")
    program.choose("Valkey")
    program.until("Nothing has been written yet.")
    program.until_gone("working out")
    program.press("home")
    assert program.write() == 0
    text_now = values.read_text()
    assert text_now.startswith("# mine\n")
    assert "my.own/key: kept # why" in text_now
    assert "type: valkey" in text_now
    assert "pg.example.org" in text_now
    assert written(folder)["values.secret.yaml"] != b""
    assert b"pg-pass-1" in written(folder)["values.secret.yaml"]
    assert before["values.yaml"].decode() != text_now


def test_my_last_answers_are_offered(folder: Path) -> None:
    program = Program(folder, "--llm", "none")
    program.until(BEGIN.shows)
    program.press("enter")
    assert program.write() == 0
    program = Program(folder)
    program.until("My last answers")
    program.choose("My last answers")
    program.until("Nothing has been written yet.", "Write the files")
    program.until_gone("working out")
    program.press("ctrl-c", "ctrl-c")
    assert program.end() == 130


def test_a_full_disk_for_the_progress_file_does_not_end_the_wizard(folder: Path) -> None:
    (folder / ".aeterna").write_text("in the way")
    program = Program(folder)
    take(program, BEGIN)
    program.until("Which vector database")
    program.press("enter").until("bundled or external")
    program.press("ctrl-c", "ctrl-c")
    assert program.end() == 130
    assert program.is_restored()


def test_dry_run_reviews_and_writes_nothing(folder: Path) -> None:
    program = Program(folder, "--dry-run", "--llm", "none")
    program.until(BEGIN.shows)
    program.press("enter")
    assert program.write() == 0
    assert written(folder) == {}


def test_files_that_hold_secrets_are_readable_by_their_owner_alone(folder: Path) -> None:
    program = Program(folder, "--skip-checks")
    program.until(BEGIN.shows)
    take_openai(program)
    program.press(*text("sk-x"))
    assert program.write() == 0
    mode = stat.S_IMODE((folder / "values.secret.yaml").stat().st_mode)
    assert mode == 0o600


def take_openai(program: Program) -> None:
    """On the first page: the recommended way, with the language model that it offers."""
    program.press("enter").until("Which language model")
    program.press("enter").until("API key of OpenAI")


def _cursor(program: Program) -> tuple[int, int] | None:
    """Column and row of the cursor; None while it is hidden."""
    cursor = program.emulator.cursor
    return None if cursor.hidden else (cursor.x, cursor.y)


def test_the_cursor_is_seen_where_something_is_typed_and_nowhere_else(folder: Path) -> None:
    program = Program(folder, "--skip-checks", "--vector-backend", "qdrant-external")
    program.until("How would you like")
    assert _cursor(program) is None
    program.press("enter").until("Host name of Qdrant")
    assert _cursor(program) == (32, 6)
    program.press("漢é", "x" * 30).until("é" + "x" * 30)
    assert _cursor(program) == (32 + 3 + 30, 6)
    program.press("ctrl-c", "ctrl-c")
    assert program.end() == 130


def test_files_that_appeared_in_the_meantime_are_not_replaced(folder: Path) -> None:
    """Two wizards in one folder: the second to write would replace the key of the first."""
    program = Program(folder, "--llm", "none")
    program.until(BEGIN.shows)
    program.press("enter").until("Nothing has been written yet.", "6 new")
    (folder / "values.secret.yaml").write_text("aeterna: {kmsKey: another}\n")
    program.press("enter")
    assert program.end() == 7
    assert "the files changed while you answered" in program.screen()
    assert (folder / "values.secret.yaml").read_text() == "aeterna: {kmsKey: another}\n"
    assert not (folder / "values.yaml").exists()
    program = Program(folder, "--llm", "none")
    program.until("Go on where you stopped")
    program.press("ctrl-c", "ctrl-c")
    assert program.end() == 130
