"""What is drawn: lines of styled text, measured in columns of a terminal, and the signs they are drawn with."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TypeAlias

Fragment: TypeAlias = tuple[str, str]
"""A style's name and a text."""

Line: TypeAlias = tuple[Fragment, ...]

Drawn: TypeAlias = tuple[list[Line], tuple[int, int] | None]
"""Lines, and the column and row of the cursor among them."""

STYLES = frozenset(
    {"", "title", "dim", "focus", "rule", "key", "head", "field", "warning", "error", "good", "added", "removed"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """The signs of a screen; each goes with words, none says anything alone."""

    pointer: str = "❯"
    on: str = "[✓]"
    off: str = "[ ]"
    rule: str = "─"
    dot: str = "·"
    more_above: str = "↑"
    more_below: str = "↓"
    up_down: str = "↑↓"
    left_right: str = "←→"
    hidden: str = "•"
    cut: str = "…"
    good: str = "✓"
    bad: str = "✗"
    warning: str = "!"
    less: str = "‹"
    more: str = "›"


UNICODE = Glyphs()
ASCII = Glyphs(
    pointer=">",
    on="[x]",
    rule="-",
    dot="|",
    more_above="^",
    more_below="v",
    up_down="Up/Down",
    left_right="Left/Right",
    hidden="*",
    cut="~",
    good="OK",
    bad="X",
    less="<",
    more=">",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is drawn on: size in columns and rows, and the signs."""

    columns: int = 80
    rows: int = 24
    glyphs: Glyphs = UNICODE

    @property
    def width(self) -> int:
        """Columns for text between the margins."""
        return max(20, min(self.columns, 110) - 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One screen.

    Attributes:
        lines: From the top.
        cursor: Shown at column and row when there is one.
        scroll: How far a long text could be scrolled in truth; None where nothing is.
    """

    lines: tuple[Line, ...]
    cursor: tuple[int, int] | None = None
    scroll: int | None = None


def columns_of(text: str) -> int:
    """How many columns a text takes."""
    if text.isascii():
        return len(text)
    wide = sum(1 for letter in text if unicodedata.east_asian_width(letter) in "WF")
    return len(text) + wide - sum(1 for letter in text if unicodedata.category(letter) in {"Mn", "Me", "Cf"})


def cut(text: str, columns: int, glyphs: Glyphs) -> str:
    """The text, shortened with a sign where it would not fit."""
    if columns_of(text) <= columns:
        return text
    while text and columns_of(text) > columns - len(glyphs.cut):
        text = text[:-1]
    return text + glyphs.cut if columns > 0 else ""


def padded(text: str, columns: int) -> str:
    """The text filled up with blanks."""
    return text + " " * max(0, columns - columns_of(text))


def wrapped(text: str, columns: int) -> list[str]:
    """The text in lines that fit; a word that is too long for any line is broken."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        rest = word
        while columns_of(rest) > columns:
            if line:
                lines, line = [*lines, line], ""
            lines.append(rest[:columns])
            rest = rest[columns:]
        joined = f"{line} {rest}" if line else rest
        if columns_of(joined) > columns:
            lines.append(line)
            joined = rest
        line = joined
    return [*lines, line] if line else lines


def sentence(text: str) -> str:
    """The text with a full stop where it has no end."""
    return f"{text}." if text and text[-1] not in ".!?:" else text


def window(count: int, focus: int, height: int) -> tuple[int, int]:
    """Which lines of a long list are seen, the one in focus near their middle."""
    height = max(1, height)
    if count <= height:
        return 0, count
    start = max(0, min(focus - height // 2, count - height))
    return start, start + height
