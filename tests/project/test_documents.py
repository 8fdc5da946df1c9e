"""What the documents name is there: files, tests, commands, exit codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from helm_aeterna import errors
from helm_aeterna.overview import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
TEST = re.compile(r"\btests/[a-z0-9_/]+\.py\b")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files(document: Path) -> None:
    targets = LINK.findall(document.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (document.parent / target).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_named_tests_exist(document: Path) -> None:
    assert not [name for name in TEST.findall(document.read_text(encoding="utf-8")) if not (ROOT / name).is_file()]


@pytest.mark.requirement("CLI-41")
def test_the_readme_lists_every_exit_code() -> None:
    classes = [value for value in vars(errors).values() if isinstance(value, type)]
    codes = {cls.exit_code for cls in classes if issubclass(cls, errors.AeternaError)}
    listed = re.findall(r"^\| (\d+) \|", read("README.md"), re.MULTILINE)
    assert listed == [str(code) for code in sorted(codes | {0})]


def test_the_readme_names_commands_that_exist() -> None:
    assert set(re.findall(r"^\$ .*?helm aeterna ([a-z]+)", read("README.md"), re.MULTILINE)) <= set(COMMANDS)
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)`?", read("README.md") + read("CONTRIBUTING.md"))) <= targets


def test_every_make_command_says_what_it_does() -> None:
    makefile = read("Makefile")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == set(re.findall(r"^([a-z-]+):.* ## ", makefile, re.MULTILINE))


def test_the_readme_shows_screens_as_they_are() -> None:
    """The golden screens of the wizard, three of them, word for word."""
    shown = re.findall(r"```text\n(.*?)\n```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    golden = {path.read_text().rstrip() for path in (ROOT / "tests/terminal/golden/screens").glob("*.txt")}
    assert len(shown) == 3
    assert [screen for screen in shown if screen not in golden] == []
