"""Every branch of the real questions, forwards and back, with real keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from helm_aeterna.model.question import Kind
from helm_aeterna.wizard.choices import family_of
from helm_aeterna.wizard.pages import build_pages
from tests.terminal.routes import BEGIN, EXTERNAL, take
from tests.terminal.wizard_program import Program, real_script, written
from tests.unit.wizard.robot import given

if TYPE_CHECKING:
    from pathlib import Path

    from helm_aeterna.model.question import Question
    from helm_aeterna.wizard.page import Page

pytestmark = pytest.mark.terminal


SCRIPT = real_script()
CHOICES = [
    question
    for question in SCRIPT
    if question.kind is Kind.CHOICE and any(option.kind for option in question.offered) and not question.when
]


def follow_ups(question: Question, value: str) -> list[Page]:
    """The pages that an option brings, the family's page first."""
    answers = given(**{question.id: value})
    pages = build_pages(SCRIPT, answers, frozenset())
    start = next(place for place, page in enumerate(pages) if page.id == question.id)
    found = []
    for page in pages[start + 1 :]:
        if page.owner != question.id:
            break
        found.append(page)
    return found


def plain_option(question: Question) -> str:
    """The option that asks the least."""
    return min(question.offered, key=lambda option: len(follow_ups(question, option.value))).value


@pytest.mark.requirement("CLI-07", "CLI-08", "CLI-12")
@pytest.mark.parametrize("question", CHOICES, ids=[question.id for question in CHOICES])
def test_every_option_asks_its_own_follow_ups_and_going_back_leads_to_the_list(
    folder: Path, question: Question
) -> None:
    others = [part for other in CHOICES if other != question for part in (other.flag, plain_option(other))]
    program = Program(folder, "--skip-checks", *others)
    take(program, BEGIN)
    program.until_gone(BEGIN.shows)
    while question.ask not in program.screen():  # forms of the options that were given, all with defaults
        before = program.screen()
        program.press("enter").until_changed(before)
    for option in question.offered:
        program.until(question.ask)
        members = family_of(question, option.value)
        program.choose(members[0].label)
        program.until_gone(question.ask)
        pages = follow_ups(question, option.value)
        if len(members) > 1:
            program.until(pages[0].title)
            program.press("home", *["down"] * members.index(option), "enter")
            program.until_gone(pages[0].title)
            pages = pages[1:]
        if pages:
            program.until(pages[0].title, pages[0].why[:40])
        while question.ask not in program.screen():
            before = program.screen()
            program.press("esc").until_changed(before)
    program.press("ctrl-c", "ctrl-c")
    assert program.end() == 130
    assert program.is_restored()
    assert written(folder) == {}


@pytest.mark.requirement("CLI-01", "CLI-13", "CLI-15", "CLI-19", "CLI-26")
def test_the_whole_way_writes_what_was_said(folder: Path) -> None:
    program = Program(folder, "--skip-checks")
    for step in EXTERNAL[:-1]:
        take(program, step)
    assert program.write() == 0
    files = written(folder)
    values = files["values.yaml"].decode()
    for said in ("qdrant.example.org", "redis.example.org", "pg.example.org", "aeterna.example.org"):
        assert said in values
    secrets = files["values.secret.yaml"].decode()
    for secret in ("qdrant-key-1", "redis-pass-1", "pg-pass-1", "sk-key-1"):
        assert secret in secrets
        assert secret.encode() not in program.raw
        assert not any(secret.encode() in content for name, content in files.items() if name != "values.secret.yaml")
    assert (folder / "values.secret.yaml").stat().st_mode & 0o777 == 0o600


def test_going_back_over_the_whole_way_and_forward_again_changes_nothing(
    folder: Path, undisturbed: dict[str, bytes]
) -> None:
    program = Program(folder, "--skip-checks")
    for step in EXTERNAL[:-1]:
        take(program, step)
    program.until(EXTERNAL[-1].shows)
    for step in reversed(EXTERNAL[:-1]):
        program.press("ctrl-b")
        program.until(step.shows)
    program.press("end", "enter")
    for step in EXTERNAL[1:-1]:
        program.until(step.shows)
        program.press(*["enter"] * step.keys.count("enter"))
    assert program.write() == 0
    for name in ("values.yaml", "values.secret.yaml", ".aeterna/answers.yaml"):
        assert written(folder)[name] == undisturbed[name]
