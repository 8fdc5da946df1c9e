"""`version`: what is needed to report a problem, on one screen."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

from helm_aeterna import __version__
from helm_aeterna.adapters.chart import find_chart, read_chart_file
from helm_aeterna.adapters.helm import find_helm
from helm_aeterna.errors import PrerequisiteError
from helm_aeterna.formats import dump_json, lookup

if TYPE_CHECKING:
    import argparse

    from helm_aeterna.adapters.runtime import Runtime


def configure(parser: argparse.ArgumentParser) -> None:
    """Take no flags but those of every command."""
    parser.epilog = "A Helm that is missing or too old is told and is no error here."


def run(arguments: argparse.Namespace, runtime: Runtime) -> int:
    """Print the versions of everything that takes part."""
    chart = find_chart(None, runtime.cwd)
    metadata = read_chart_file(chart, "Chart.yaml")
    facts = {
        "version": __version__,
        "chart": str(lookup(metadata, "version")),
        "server": str(lookup(metadata, "appVersion")),
        "python": f"{platform.python_version()} ({sys.executable})",
        "helm": _helm(runtime),
        "namespace": runtime.environment.get("HELM_NAMESPACE", "default"),
        "chartFolder": str(chart),
    }
    if arguments.json:
        runtime.console.out(dump_json(facts).rstrip("\n"))
        return 0
    width = max(map(len, facts))
    for name, text in facts.items():
        runtime.console.out(f"{name:<{width}}  {text}")
    return 0


def _helm(runtime: Runtime) -> str:
    try:
        helm = find_helm(runtime.environment, namespace="default")
    except PrerequisiteError as error:
        return f"none: {error.message}"
    return f"{'.'.join(map(str, helm.version))} ({helm.program})"
