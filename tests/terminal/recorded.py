"""Golden files: what a page looked like when somebody last looked at it; `make golden` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "golden"
WRITE = os.environ.get("AETERNA_WRITE_GOLDEN") == "1"


def golden(name: str) -> str:
    """What is recorded; empty while it is being recorded, or never was."""
    path = FOLDER / f"{name}.txt"
    return "" if WRITE or not path.is_file() else path.read_text(encoding="utf-8")


def same_as_golden(name: str, text: str) -> None:
    """Compare with the golden file, or write it."""
    path = FOLDER / f"{name}.txt"
    if WRITE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path} is missing: make golden"
    assert text == path.read_text(encoding="utf-8"), f"{name} looks different; look at it, then: make golden"
