"""What is written into the three files by hand survives every way to start, whatever the record beside them is like."""

from __future__ import annotations

import io
import os
import shutil
import stat
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from helm_aeterna.adapters.console import Console
from helm_aeterna.adapters.runtime import Runtime
from helm_aeterna.cli import main
from helm_aeterna.formats import load_yaml, lookup
from helm_aeterna.wizard.choice_page import choices_of
from helm_aeterna.wizard.events import Event, Picked, Press
from tests.support.program import Ran, run
from tests.terminal.person import Person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helm_aeterna.wizard.page import Page
    from helm_aeterna.wizard.state import State

VALUES, SECRETS, ANSWERS, LAST = "values.yaml", "values.secret.yaml", ".aeterna/answers.yaml", ".aeterna/last"
FIRST = {"OPENAI_API_KEY": "sk-first"}
KEY = "VEhJUy1JUy1OT1QtQS1TRUNSRVQtSVQtSVMtQS1URVM="
GIVEN = ("--defaults", "--postgresql-storage-size", "20Gi", "--log-level", "error")
EDITED = (VALUES, SECRETS, ANSWERS)


class Tty(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Starter(Person):
    """Begins in one way, takes what every page offers, and writes."""

    def __init__(self, preset: str) -> None:
        super().__init__({})
        self.preset = preset

    def events(self, state: State, page: Page) -> list[Event]:
        if page.kind == "start":
            place = next(place for place, row in enumerate(choices_of(state)) if row.value == self.preset)
            return [Picked(place), Press.ENTER]
        return [Press.HOME, Press.ENTER] if page.kind == "review" else [Press.ENTER]


def by_wizard(folder: Path, preset: str, *flags: str) -> Ran:
    """Take the wizard from its first page to its last."""
    out, err = Tty(), io.StringIO()
    console = Console(stdout=out, stderr=err)
    environment = {"PATH": "/nowhere", "HOME": str(folder), **FIRST}
    runtime = Runtime(environment=environment, cwd=folder, stdin=Tty(), console=console)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("helm_aeterna.commands.interview.run._run", Starter(preset).run)
        code = main(["init", "--skip-checks", *flags], runtime)
    return Ran(code=code, out=out.getvalue(), err=err.getvalue())


def plain(*arguments: str) -> Callable[[Path], Ran]:
    return lambda folder: run("init", "--non-interactive", *arguments, cwd=folder, environment=FIRST)


HERE = ("--target", "kubernetes")
WAYS: dict[str, Callable[[Path], Ran]] = {
    "the same again": plain("--defaults"),
    "other answers": plain("--defaults", "--cache", "valkey", "--network-policy", "true"),
    "reconfigure": plain("--reconfigure", "--cache", "valkey"),
    "open source": plain("--defaults", "--open-source-only"),
    "answers file": plain("--defaults", "--answers", ANSWERS),
    "wizard, last answers": lambda folder: by_wizard(folder, "last"),
    "wizard, reconfigure": lambda folder: by_wizard(folder, "last", "--reconfigure"),
    "wizard, recommended": lambda folder: by_wizard(folder, "recommended", *HERE),
    "wizard, open source": lambda folder: by_wizard(folder, "open-source", "--llm", "none", *HERE),
    "wizard, trial": lambda folder: by_wizard(folder, "trial", *HERE),
}


def damage(text: str | None) -> Callable[[Path, Path], None]:
    def put(folder: Path, _other: Path) -> None:
        for name in ("values.yaml", "answers.yaml"):
            (folder / LAST / name).unlink()
            if text is not None:
                (folder / LAST / name).write_text(text)

    return put


def as_folder(folder: Path, _other: Path) -> None:
    (folder / LAST / "values.yaml").unlink()
    (folder / LAST / "values.yaml").mkdir()


def truncated(folder: Path, _other: Path) -> None:
    for path in (folder / LAST).iterdir():
        text = path.read_text()
        path.write_text(text[: len(text) // 2] + '\nx: "')


def stale(folder: Path, other: Path) -> None:
    run("init", "--defaults", "--cache", "valkey", "--vector-backend", "pgvector", cwd=other, environment=FIRST)
    shutil.rmtree(folder / LAST)
    shutil.copytree(other / LAST, folder / LAST)


def newer(folder: Path, _other: Path) -> None:
    for path in (folder / LAST).iterdir():
        path.write_text(path.read_text() + "aFutureKey: {is: on}\n")


STATES: dict[str, Callable[[Path, Path], None]] = {
    "whole": lambda _folder, _other: None,
    "absent": lambda folder, _other: shutil.rmtree(folder / LAST),
    "empty": damage(""),
    "not YAML": truncated,
    "of another version": damage("version: 2\nvalues: {}\n"),
    "a list": damage("- 1\n"),
    "a folder": as_folder,
    "bytes": damage("\x00\x01"),
    "stale": stale,
    "with secrets": damage(f"aeterna: {{kmsKey: {KEY}, replicas: 1}}\nllm: {{openai: {{apiKey: sk-canary}}}}\n"),
    "newer": newer,
}


def first_run_and_edits(folder: Path) -> dict[str, str]:
    """Write the files, then work on them by hand; what the program wrote."""
    ran = run("init", *GIVEN, cwd=folder, environment=FIRST)
    assert ran.code == 0, ran.err
    generated = {name: (folder / name).read_text() for name in EDITED}
    text = generated[VALUES].replace("    size: 20Gi\n", "    size: 50Gi # mine\n", 1)
    assert text != generated[VALUES]
    (folder / VALUES).write_text(f"# ours, {text}\npodLabels:\n    team: a   # four spaces\n")
    text = generated[SECRETS].replace("sk-first", "sk-rotated # in May")
    (folder / SECRETS).write_text(f"{text}\n# the operator's\nbackup: {{ password: 'mine' }}\n")
    (folder / SECRETS).chmod(0o600)
    text = generated[ANSWERS].replace("version: 1", "version: 1 # the format")
    (folder / ANSWERS).write_text(f"{text}# asked for by Ada\nstorage-class:   fast\n")
    return generated


def lost(before: str, generated: str, after: str) -> list[str]:
    """The lines that somebody wrote and that are not there any more."""
    mine = Counter(before.splitlines()) - Counter(generated.splitlines())
    return list((mine - Counter(after.splitlines())).elements())


@pytest.mark.requirement("CLI-03")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("way", WAYS)
def test_what_was_written_by_hand_stays(tmp_path: Path, way: str, state: str) -> None:
    folder, other = tmp_path / "folder", tmp_path / "other"
    folder.mkdir()
    other.mkdir()
    generated = first_run_and_edits(folder)
    before = {name: (folder / name).read_text() for name in EDITED}
    STATES[state](folder, other)

    ran = WAYS[way](folder)

    after = {name: (folder / name).read_text() for name in EDITED}
    if state == "a folder":
        assert (ran.code, after) == (7, before)
        assert f"{LAST}/values.yaml" in ran.err
        return
    assert ran.code == 0, ran.err
    for name in EDITED:
        assert lost(before[name], generated[name], after[name]) == [], name
    assert lookup(load_yaml(after[SECRETS], SECRETS), "llm.openai.apiKey") == "sk-rotated"
    assert stat.S_IMODE((folder / SECRETS).stat().st_mode) == 0o600
    assert "sk-" not in ran.out + ran.err
    for path in (folder / LAST).iterdir():
        assert "sk-" not in path.read_text()
        assert KEY not in path.read_text()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_record_that_cannot_be_read_stops_the_run(tmp_path: Path) -> None:
    first_run_and_edits(tmp_path)
    before = {name: (tmp_path / name).read_text() for name in EDITED}
    (tmp_path / LAST / "values.yaml").chmod(0)
    ran = run("init", "--defaults", cwd=tmp_path)
    assert ran.code == 7
    assert before == {name: (tmp_path / name).read_text() for name in EDITED}


def test_without_news_no_byte_changes(tmp_path: Path) -> None:
    first_run_and_edits(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in EDITED}
    assert run("init", *GIVEN, cwd=tmp_path, environment=FIRST).code == 0
    assert before == {name: (tmp_path / name).read_bytes() for name in EDITED}
    assert not list(tmp_path.glob("*.bak"))


@pytest.mark.parametrize("more", [("--dry-run",), ("--dry-run", "--json"), (), ("--json",)], ids=" ".join)
def test_a_conflict_is_said_with_its_fix(tmp_path: Path, more: tuple[str, ...]) -> None:
    first_run_and_edits(tmp_path)
    text = (tmp_path / VALUES).read_text()
    (tmp_path / VALUES).write_text(text.replace("logLevel: error", "logLevel: warn"))
    ran = run("init", "--defaults", "--log-level", "debug", *more, cwd=tmp_path, environment=FIRST)
    assert ran.code == 0, ran.err
    if "--json" in more:
        said = {finding["where"]: finding["fix"] for finding in ran.tree["findings"]}
    else:
        assert ran.err.index("AET814") >= 0
        said = {f"{VALUES}: aeterna.logLevel": ran.err}
    assert 'write "debug" there' in said[f"{VALUES}: aeterna.logLevel"]
    assert "sk-" not in ran.out + ran.err


def test_a_credential_that_is_given_now_beats_the_file(tmp_path: Path) -> None:
    first_run_and_edits(tmp_path)
    (tmp_path / "key").write_text("sk-given-now\n")
    ran = run("init", "--defaults", "--openai-api-key-file", "key", cwd=tmp_path)
    assert ran.code == 0, ran.err
    text = (tmp_path / SECRETS).read_text()
    assert "apiKey: sk-given-now # in May\n" in text
    assert "backup: { password: 'mine' }" in text
    assert "sk-rotated" in (tmp_path / f"{SECRETS}.bak").read_text()


def test_a_credential_that_lies_elsewhere_now_leaves_the_file(tmp_path: Path) -> None:
    first_run_and_edits(tmp_path)
    ran = run(
        "init", "--non-interactive", "--reconfigure", "--llm", "openai", "--openai-existing-secret", "s", cwd=tmp_path
    )
    assert ran.code == 0, ran.err
    text = (tmp_path / SECRETS).read_text()
    assert "apiKey" not in text
    assert "kmsKey" in text
    assert "# the operator's" in text


def test_a_file_that_cannot_be_merged_stops_the_run(tmp_path: Path) -> None:
    first_run_and_edits(tmp_path)
    (tmp_path / VALUES).write_text("a: [\n")
    ran = run("init", "--defaults", cwd=tmp_path, environment=FIRST)
    assert ran.code == 4
    assert "values.yaml:2:1" in ran.err
    assert "move the file away" in ran.err
    assert (tmp_path / VALUES).read_text() == "a: [\n"


def test_a_file_without_a_record_is_held_against_the_defaults_that_are_not_written(tmp_path: Path) -> None:
    first_run_and_edits(tmp_path)
    shutil.rmtree(tmp_path / LAST)
    (tmp_path / VALUES).write_text("autoscaling: {enabled: true}\n")
    ran = run("init", "--defaults", cwd=tmp_path, environment=FIRST)
    assert ran.code == 0, ran.err
    assert "AET814 values.yaml: autoscaling.enabled" in ran.err
    assert "write false there" in ran.err
    assert ran.err.count("AET814 values.yaml") == 1


def test_the_file_can_hold_every_answer(tmp_path: Path) -> None:
    assert run("init", *GIVEN, cwd=tmp_path, environment=FIRST).code == 0
    short = (tmp_path / VALUES).read_text()
    assert run("init", *GIVEN, "--full", cwd=tmp_path, environment=FIRST).code == 0
    assert lookup(load_yaml((tmp_path / VALUES).read_text(), VALUES), "autoscaling.enabled") is False
    assert run("init", *GIVEN, cwd=tmp_path, environment=FIRST).code == 0
    assert (tmp_path / VALUES).read_text() == short


def test_the_file_of_an_older_version_gets_comments_and_keeps_what_was_added(tmp_path: Path) -> None:
    assert run("init", "--defaults", "--full", cwd=tmp_path, environment=FIRST).code == 0
    lines = (tmp_path / VALUES).read_text().splitlines(keepends=True)
    old = "# An older header\n" + "".join(line for line in lines if line.strip() and line[0] != "#")
    (tmp_path / LAST / "values.yaml").write_text(old)
    (tmp_path / VALUES).write_text(old + "# mine\nnameOverride: a\n")
    assert run("init", "--defaults", cwd=tmp_path, environment=FIRST).code == 0
    merged = (tmp_path / VALUES).read_text()
    assert "  # mine" not in merged
    assert merged.endswith("# mine\nnameOverride: a\n")
    assert "\n\n# Cache: Dragonfly (BUSL-1.1)\n" in merged
    assert "An older header" not in merged
    other = tmp_path / "fresh"
    other.mkdir()
    assert run("init", "--defaults", cwd=other, environment=FIRST).code == 0
    fresh = load_yaml((other / VALUES).read_text(), VALUES)
    assert isinstance(fresh, dict)
    assert load_yaml(merged, VALUES) == fresh | {"nameOverride": "a"}
