"""Run the program, as the plugin, as `helm-aeterna` or by `python -m helm_aeterna`; help comes without the commands."""

import os
import sys

from helm_aeterna import __version__
from helm_aeterna.overview import overview


def _said_at_once(words: list[str]) -> bool:
    """Say what needs no command; whether that was all, because a stream that cannot be written is for `main`."""
    if words not in (["--help"], ["-h"], ["--version"]):
        return False
    name = "helm aeterna" if os.environ.get("HELM_PLUGIN_NAME") else "helm-aeterna"  # noqa: TID251 - before adapters
    try:
        print(__version__ if words == ["--version"] else overview(name), flush=True)  # noqa: T201
    except (OSError, UnicodeEncodeError):
        return False
    return sys.stdout is not None


def entry() -> None:
    """Run the program with the words of the command line."""
    words = sys.argv[1:]
    if _said_at_once(words):
        return
    from helm_aeterna.adapters.runtime import real_runtime
    from helm_aeterna.cli import main

    sys.exit(main(words, real_runtime()))


if __name__ == "__main__":
    entry()
