"""The command line of one command: wrong usage is an error with a fix, flags are never guessed."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, NoReturn

from helm_aeterna.errors import UsageError

if TYPE_CHECKING:
    from helm_aeterna.adapters.runtime import Runtime


class Parser(argparse.ArgumentParser):
    """A parser that knows what it will be given.

    Attributes:
        words: The arguments to come, for flags that decide about other flags (--chart).
        runtime: Where the command runs.
    """

    def __init__(self, *, prog: str, description: str, words: list[str], runtime: Runtime) -> None:
        super().__init__(
            prog=prog,
            usage=f"{prog} [flags]",
            description=description[0].upper() + description[1:] + ".",
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self.words = words
        self.runtime = runtime
        self.add_argument("--json", action="store_true", help="print the result as JSON on stdout")
        self.add_argument(
            "--debug", action="store_true", help="show each Helm command that runs, and the trace of a bug"
        )

    def said(self, flag: str) -> str | None:
        """The value of a flag before the command line is parsed."""
        for word, following in zip(self.words, [*self.words[1:], ""], strict=False):  # no words: nothing was said
            if word == flag:
                return following
            if word.startswith(f"{flag}="):
                return word.partition("=")[2]
        return None

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing and leaving."""
        unknown = re.match(r"unrecognized arguments: (\S+)", message)
        fix = f"see {self.prog} --help"
        if unknown:
            flag = unknown[1].partition("=")[0]
            from difflib import get_close_matches

            near = get_close_matches(flag, self._option_string_actions, n=1)
            message = f"unknown flag {flag}" if flag.startswith("-") else f"unexpected argument {flag!r}"
            fix = f"did you mean {near[0]}? see {self.prog} --help" if near else fix
        raise UsageError(message, fix=fix)
