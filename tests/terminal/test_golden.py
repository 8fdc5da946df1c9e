"""How every page looks: 80 by 24 as a terminal emulator shows it, and as plain lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pexpect
import pytest

from tests.support.require import require
from tests.terminal.recorded import FOLDER, golden, same_as_golden
from tests.terminal.routes import text
from tests.terminal.wizard_program import Program, written

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.terminal, pytest.mark.helm]

# Name, a text that shows the page is there, the keys that lead to the next one.
_SCREENS = (
    ("01-start", "How would you like to begin?", ("end", "enter")),
    ("02-vector-database", "Which vector database", ("enter",)),
    ("03-bundled-or-external", "Qdrant: bundled or external?", ("down", "enter")),
    ("04-form", "Vector database: Qdrant", ("enter",)),
    ("05-form-wrong", "An answer is needed here.", text("127.0.0.1", "1", "")),
    ("06-secret-optional", "There is none", ("up", "up")),
    ("07-secret-existing", "Name of the Secret", ("home", "up", "up", "up", "secret-123")),
    ("08-secret-typed", "••••••••••", ("enter",)),
    ("09-check-failed", "✗ Failed", ("down", "down", "enter")),
    ("10-cache", "Which Redis-compatible cache", ("down", "enter")),
    ("11-cache-form", "Cache: Valkey", ("enter",)),
    ("12-postgresql", "Who runs PostgreSQL?", ("enter",)),
    ("13-postgresql-form", "PostgreSQL: CloudNativePG", ("", "down", "down", "down", "space")),
    ("14-postgresql-backup", "‹ yes ›", ("enter",)),
    ("15-backup-form", "PostgreSQL: Make backups", ("down", "down", *text("my-backups", "", "backup-store", ""))),
    ("16-llm", "Which language model", ("down", "down", "enter")),
    ("17-llm-form", "Language model: Ollama", text("http://127.0.0.1:1", "", "")),
    ("18-check-failed-http", "✗ Failed", ("down", "down", "enter")),
    ("19-advanced", "Advanced options", ("space", "end", "space")),
    ("20-advanced-on", "[✓] More settings", ("enter",)),
    ("21-ingress", "Host name of the Ingress", text("aeterna.example.org", "", "")),
    ("22-more-settings", "More settings", ("f1",)),
    ("23-help", "AETERNA_SETUP_", ("esc", *["enter"] * 11)),
)


@pytest.mark.requirement("CLI-01", "CLI-14", "CLI-21", "CLI-25", "CLI-26", "CLI-37")
def test_screens(folder: Path) -> None:
    program = Program(folder, more={"HELM_BIN": str(require("helm4"))})
    for name, shows, keys in _SCREENS:
        program.until(shows)
        look(program, name)
        program.press(*keys)
    program.until("Nothing has been written yet.")
    program.until_gone("working out")
    look(program, "24-review")
    program.press("end").until("keeps credentials out of git")
    look(program, "25-review-end")
    program.press("d").until("What changes in the files")
    look(program, "26-changes")
    program.press("esc").until("Nothing has been written yet.")
    program.press("ctrl-c").until("Stop here?")
    look(program, "27-leave")
    program.press("esc", "home", "enter")
    assert program.end() == 0
    assert "values.yaml" in written(folder)


def look(program: Program, name: str) -> None:
    """Nothing may be cut off, and every screen says how to go on."""
    recorded = golden(f"screens/{name}")
    screen = program.until_screen(recorded) if recorded else program.screen()
    lines = screen.splitlines()
    assert len(lines) == 24
    assert "Enter" in lines[-1] or "Esc" in lines[-1]
    assert "…" not in screen
    same_as_golden(f"screens/{name}", screen)


def test_no_golden_screen_is_left_over() -> None:
    known = {name for name, _, _ in _SCREENS} | {"24-review", "25-review-end", "26-changes", "27-leave", "28-ascii"}
    assert {path.stem for path in (FOLDER / "screens").iterdir()} == known


def test_a_locale_without_unicode_gets_ascii(folder: Path) -> None:
    program = Program(folder, more={"LC_ALL": "C", "LANG": "C"})
    program.until("How would you like to begin?")
    assert program.screen().isascii()
    look(program, "28-ascii")
    program.press("ctrl-c", "ctrl-c")
    assert program.end() == 130


# A text of the prompt, and the line that answers it.
_LINES = (
    ("Number, 1 to 5", "5"),
    ("Number, 1 to 7", "?"),
    ("Number, 1 to 7", "1"),
    ("Number, 1 to 2", "2"),
    ("Host name of Qdrant", ""),
    ("Host name of Qdrant", "qdrant.example.org"),
    ("Port of its HTTP", "ninety"),
    ("Port of its HTTP", ""),
    ("Port of its gRPC", ""),
    ("Number, 1 to 6", "1"),
    ("Secret", "hush-hush"),
    ("Number, 1 to 3", "3"),
    ("Host name of the cache", "redis.example.org"),
    ("Port of the cache", ""),
    ("Number, 1 to 6", "4"),
    ("Name of the Secret", "redis-secret"),
    ("Key in that Secret", ""),
    ("Number, 1 to 2", "1"),
    ("Size of every", "<"),
    ("Number, 1 to 2", "1"),
    ("Size of every", "20Gi"),
    ("Storage class", ""),
    ("Number of PostgreSQL", ""),
    ("Make backups", "yes"),
    ("When backups", ""),
    ("Kind of object", "gcs"),
    ("Bucket", "my-backups"),
    ("Path", ""),
    ("Secret with", "backup-store"),
    ("identity", ""),
    ("Number, 1 to 4", "3"),
    ("Address of Ollama", "http://ollama.example.org:11434"),
    ("Model for answers", ""),
    ("Model for embeddings", ""),
    ("Numbers to turn", "1 3"),
    ("Numbers to turn", ""),
    ("Host name of the Ingress", "aeterna.example.org"),
    ("IngressClass", ""),
    ("TLS certificate", "aeterna-tls"),
    ("Number, 1 to", "2"),
)


@pytest.mark.requirement("CLI-01", "CLI-38")
def test_accessible_transcript(folder: Path) -> None:
    """Everything in plain lines: numbered, complete, no control code, no secret."""
    more = {"ACCESSIBLE": "1", "HELM_BIN": str(require("helm4"))}
    program = Program(folder, "--skip-checks", more=more, size=(24, 200))
    child = program.child
    child.logfile_read = None
    transcript = b""
    for prompt, line in _LINES:
        child.expect(re.escape(prompt.encode()) + rb"[^\r\n]*: $")
        transcript += child.before + child.after
        child.send(line + "\n")
    child.expect_exact(b"What changes in the files")
    transcript += child.before + child.after
    child.expect(rb"Number, 1 to[^\r\n]*: $")
    transcript += child.before + child.after
    child.send("1\n")
    child.expect(pexpect.EOF)
    transcript += child.before
    said = transcript.decode().replace("\r\n", "\n").replace(str(folder), "FOLDER")
    assert "\x1b" not in said
    assert "\r" not in said
    assert "hush" not in said
    same_as_golden("accessible", said)
    assert program.end() == 0
