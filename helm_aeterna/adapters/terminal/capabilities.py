"""What the terminal can show: accessible lines or a screen, unicode or ASCII."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Sixteen colours, so that they follow the terminal's own; nothing is said by colour alone.
STYLES = {
    "title": "bold",
    "head": "bold",
    "dim": "ansibrightblack",
    "rule": "ansibrightblack",
    "focus": "bold ansicyan",
    "key": "bold",
    "field": "underline",
    "warning": "ansiyellow",
    "error": "bold ansired",
    "good": "ansigreen",
    "added": "ansigreen",
    "removed": "ansired",
}
# Without colour, what is grey stays as readable as the rest.
PLAIN_STYLES = {"title": "bold", "head": "bold", "focus": "bold", "key": "bold", "field": "underline", "error": "bold"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalCapabilities:
    """How to draw.

    Attributes:
        accessible: Plain numbered lines instead of a screen.
        unicode: Whether signs beyond ASCII can be shown.
    """

    accessible: bool
    unicode: bool


def terminal_capabilities(environment: Mapping[str, str], encoding: str) -> TerminalCapabilities:
    """Follow ACCESSIBLE, TERM and the locale.

    Args:
        environment: The variables.
        encoding: The output stream's encoding.
    """
    wish = environment.get("ACCESSIBLE", "").strip().lower()
    dumb = environment.get("TERM", "") in {"", "dumb"}
    return TerminalCapabilities(
        accessible=dumb or wish not in {"", "0", "false"}, unicode=_unicode(environment, encoding)
    )


def _unicode(environment: Mapping[str, str], encoding: str) -> bool:
    """Whether the locale says UTF-8; Python itself writes UTF-8 in the C locale too, the terminal may not."""
    if "utf" not in encoding.lower():
        return False
    everything, language = environment.get("LC_ALL", ""), environment.get("LANG", "")
    letters = environment.get("LC_CTYPE", "")
    if not everything and language in {"C", "POSIX"} and letters in {"", "C.UTF-8"}:
        return False  # Python puts LC_CTYPE=C.UTF-8 there by itself
    locale = everything or letters or language
    return not locale or "utf" in locale.lower()
