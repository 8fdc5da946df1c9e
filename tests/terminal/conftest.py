"""What the tests in a terminal share: a folder to work in, and the files of a run that nothing disturbed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal.routes import EXTERNAL, take
from tests.terminal.wizard_program import Program, written

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder below a home of its own."""
    work = tmp_path / "work"
    work.mkdir()
    return work


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the whole way writes."""
    work = tmp_path_factory.mktemp("home") / "whole"
    work.mkdir()
    program = Program(work, "--skip-checks")
    for step in EXTERNAL[:-1]:
        take(program, step)
    assert program.write() == 0
    assert program.is_restored()
    return written(work)
