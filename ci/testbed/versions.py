"""Compare program versions: three numbers, nothing more.

Written by hand because ci/setup runs on any Python, before there is an environment to install `packaging` into.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"(?<![\d.])v?(\d+)\.(\d+)(?:\.(\d+))?([-+][0-9A-Za-z.+-]+)?")

Version = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Range:
    """A half-open range of versions, at or above `low` and below `high`."""

    low: Version
    high: Version

    def holds(self, version: Version) -> bool:
        """Tell whether a version lies in the range."""
        return self.low <= version < self.high


def read(text: str) -> Version | None:
    """Return the first released version in a program's output.

    A pre-release or a distribution's own build ("v1.32.4-vendor") gives None: it is not the
    program that was pinned. Build metadata after "+" says nothing about behaviour and is dropped.
    """
    found = _NUMBER.search(text)
    if found is None:
        return None
    major, minor, patch, suffix = found.groups()
    if suffix is not None and suffix.startswith("-"):
        return None
    return int(major), int(minor), int(patch or 0)


def parse_range(text: str) -> Range | None:
    """Read ">=A,<B"; the empty text means that no version is accepted.

    Raises:
        ValueError: the text has another shape.
    """
    if not text:
        return None
    low_text, comma, high_text = text.partition(",")
    if not (comma and low_text.startswith(">=") and high_text.startswith("<")):
        message = f"not a version range of the form '>=A,<B': {text!r}"
        raise ValueError(message)
    low, high = read(low_text[2:]), read(high_text[1:] + ".0" if "." not in high_text else high_text[1:])
    if low is None or high is None or low >= high:
        message = f"not an ascending version range: {text!r}"
        raise ValueError(message)
    return Range(low=low, high=high)
