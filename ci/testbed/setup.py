"""The command ci/setup: make ready what the tests start, or say where it is."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

from ci.testbed import cache, tools
from ci.testbed.errors import PrerequisiteError, TestbedError
from ci.testbed.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ci.testbed.pins import Tool

_ABOUT = """Make ready the pinned programs that the tests start.

What PATH holds in a good version is taken first; the rest is fetched or built once and kept in
$AETERNA_CACHE, or else in helm-aeterna below the user's cache folder. Nothing needs root.
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ci/setup", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="tools or groups; all when none is given")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="show names, versions, groups and what is ready")
    what.add_argument("--where", action="store_true", help="print JSON, name to path, of what is ready")
    what.add_argument("--path", action="store_true", help="print the path of each named tool; 5 if not ready")
    return parser


def _list(chosen: Sequence[Tool]) -> str:
    where = cache.default()
    rows = [("NAME", "VERSION", "GROUP", "READY AT")]
    for tool in chosen:
        path = tools.find(tool.name, where=where)
        rows.append((tool.name, tool.version(where.platform), " ".join(tool.groups), str(path or "-")))
    return "".join(f"{name:<24} {version:<8} {group:<9} {path}\n" for name, version, group, path in rows)


def _where(chosen: Sequence[Tool]) -> str:
    found = {tool.name: tools.find(tool.name) for tool in chosen}
    return json.dumps({name: str(path) for name, path in found.items() if path is not None}, indent=2) + "\n"


def _paths(chosen: Sequence[Tool]) -> str:
    found = {tool.name: tools.find(tool.name) for tool in chosen}
    absent = [name for name, path in found.items() if path is None]
    if absent:
        message = f"not ready: {', '.join(absent)}"
        raise PrerequisiteError(message, fix=f"ci/setup {' '.join(absent)}")
    return "".join(f"{path}\n" for path in found.values())


def _prepare(chosen: Sequence[Tool]) -> str:
    begin = time.monotonic()
    progress = Progress(stream=sys.stderr)
    tools.ensure(chosen, progress)
    progress.line(f"setup: {len(chosen)} tools ready in {time.monotonic() - begin:.1f} s")
    return ""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 ready, 2 usage, 5 prerequisite missing, 1 bug."""
    arguments = _parser().parse_args(argv)
    actions = {"list": _list, "where": _where, "path": _paths}
    act = next((action for name, action in actions.items() if getattr(arguments, name)), _prepare)
    try:
        sys.stdout.write(act(tools.select(arguments.names)))
    except TestbedError as problem:
        sys.stderr.write(problem.report())
        return problem.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("cancelled: what was ready stays ready\n")
        return 130
    return 0
