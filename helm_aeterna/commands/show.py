"""`show`: the configuration as Helm will see it, credentials masked, each value with where it comes from."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from helm_aeterna.adapters.chart import VALUES as CHART_VALUES
from helm_aeterna.adapters.chart import read_chart_file
from helm_aeterna.checks.rules import MASK, masked, secret_paths
from helm_aeterna.commands.project import open_chart, output_folder
from helm_aeterna.commands.values_files import ValuesFile, find_values, load_values
from helm_aeterna.errors import UsageError
from helm_aeterna.formats import Tree, dump_json, flatten

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping, Sequence

    from helm_aeterna.adapters.runtime import Runtime
    from helm_aeterna.commands.parser import Parser

_EXAMPLES = """\
examples:
  helm aeterna show                 what the values files say
  helm aeterna show --all           with the chart's defaults
  helm aeterna show cache --json    one part of it, for a program
"""
_DEFAULT = "chart default"


def configure(parser: Parser) -> None:
    """Add the command's flags."""
    parser.epilog = _EXAMPLES
    parser.add_argument("keys", nargs="*", metavar="KEY", help="only what stands at or below these keys")
    parser.add_argument("-f", "--values", action="append", default=[], metavar="FILE", help="a values file; repeatable")
    parser.add_argument("--all", action="store_true", help="with the chart's defaults")
    parser.add_argument("--output", metavar="DIR", help="the folder that init wrote to (default: the current one)")
    parser.add_argument("--chart", metavar="DIR", help="another folder with the chart")


def run(arguments: argparse.Namespace, runtime: Runtime) -> int:
    """Print every value with its source."""
    folder, chart = open_chart(arguments.chart, runtime)
    files = load_values(find_values(arguments.values, output_folder(arguments.output, runtime), runtime))
    defaults = read_chart_file(folder, CHART_VALUES)
    defaults = defaults if isinstance(defaults, dict) else {}
    rows = sourced(files, defaults if arguments.all else {}, secret_paths(chart.catalogue))
    if arguments.keys:
        _refuse_unknown(arguments.keys, {*rows, *flatten(defaults)})
        rows = {path: row for path, row in rows.items() if any(_below(path, key) for key in arguments.keys)}
        if not rows:
            runtime.console.err("No values file sets these keys; --all shows the chart's defaults.")
    if arguments.json:
        tree: dict[str, Tree] = {path: {"value": value, "source": where} for path, (value, where) in rows.items()}
        runtime.console.out(dump_json(tree).rstrip())
        return 0
    for line in _table(rows, runtime):
        runtime.console.out(line)
    return 0


def sourced(
    files: Sequence[ValuesFile], defaults: Mapping[str, Tree], secrets: frozenset[str]
) -> dict[str, tuple[Tree, str]]:
    """Every leaf, credentials masked, with the file that has the last word on it."""
    rows: dict[str, tuple[Tree, str]] = {path: (value, _DEFAULT) for path, value in flatten(defaults).items()}
    for file in files:
        for path, value in flatten(file.tree).items():
            rows = {known: row for known, row in rows.items() if not _below(known, path)}
            hidden = MASK if file.is_private and value not in ("", None, [], {}) else masked(path, value, secrets)
            rows[path] = (hidden, file.name)
    return dict(sorted(rows.items()))


def _refuse_unknown(keys: Sequence[str], leaves: Iterable[str]) -> None:
    known = {".".join(path.split(".")[:count]) for path in leaves for count in range(1, path.count(".") + 2)}
    unknown = [key for key in keys if key not in known]
    if unknown:
        near = [f"{found[0]}?" for key in unknown if (found := get_close_matches(key, known, n=1))]
        fix = f"did you mean {' '.join(near)}" if near else "list all keys with `helm aeterna show --all`"
        raise UsageError(f"neither the chart nor the values files have the key {', '.join(unknown)}", fix=fix)


def _below(path: str, key: str) -> bool:
    return path == key or path.startswith(f"{key}.")


def _table(rows: Mapping[str, tuple[Tree, str]], runtime: Runtime) -> list[str]:
    texts = {path: (_text(value), where) for path, (value, where) in rows.items()}
    first = min(max((len(path) for path in texts), default=0), 48)
    second = min(max((len(text) for text, _ in texts.values()), default=0), 40)
    paint = runtime.console.paint
    return [f"{path:<{first}}  {text:<{second}}  {paint(where, 'dim')}" for path, (text, where) in texts.items()]


def _text(value: Tree) -> str:
    return value if isinstance(value, str) and value else dump_json(value, indent=None).rstrip()
