"""Say what stops the test bed, and what to do about it."""

from __future__ import annotations


class TestbedError(Exception):
    """The test bed cannot go on; `str()` says why, `fix` says what would help."""

    exit_code = 1
    __test__ = False  # pytest would otherwise take the name for a test class

    def __init__(self, message: str, *, fix: str = "") -> None:
        """Keep the fix apart, so that it can be shown on a line of its own."""
        super().__init__(message)
        self.fix = fix

    def report(self) -> str:
        """Return the lines a person reads on stderr."""
        fix = f"\n  fix: {self.fix}" if self.fix else ""
        return f"error: {self}{fix}\n"


class PrerequisiteError(TestbedError):
    """Something that must be on the machine, or be reached from it, is missing."""

    exit_code = 5


class ClusterError(TestbedError):
    """The cluster did not come up, or is not healthy."""

    exit_code = 4
