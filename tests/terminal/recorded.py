"""Golden files: what a page looked like when somebody last looked at it; `make golden` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "golden"
WRITE = os.environ.get("AETERNA_WRITE_GOLDEN") == "1"


def same_as_golden(name: str, text: str) -> None:
    """Compare with the golden file, or write it."""
    path = FOLDER / f"{name}.txt"
    if WRITE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path} is missing: make golden"
    assert text == path.read_text(encoding="utf-8"), f"{name} looks different; look at it, then: make golden"
