"""The command ci/cluster: a Kubernetes control plane with fake nodes, on this machine alone."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ci.testbed import cluster
from ci.testbed.cluster import PROJECT
from ci.testbed.errors import TestbedError
from ci.testbed.folder import Folder
from ci.testbed.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ci.testbed.cluster import Report

_ABOUT = """Run a real Kubernetes control plane with fake nodes, on loopback, without root or containers.

  ci/cluster up      start it, or leave a healthy one alone; prints how to use it
  ci/cluster status  exit code 0 when it is healthy, 4 when not
  ci/cluster down    end every process of it and remove its files
"""
_UNHEALTHY = 4


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ci/cluster", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("action", choices=("up", "status", "down"))
    parser.add_argument("--dir", type=Path, default=PROJECT / ".cluster", help="the cluster's folder (.cluster)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _json(report: Report | None) -> str:
    if report is None:
        return '{"phase": "down", "healthy": false}\n'
    return json.dumps({**asdict(report), "healthy": report.healthy}, indent=2, default=str) + "\n"


def _table(report: Report | None) -> str:
    if report is None:
        return "cluster: down\n"
    lines = [f"{'COMPONENT':<24} {'PID':>7}  STATE"]
    lines += [f"{part.name:<24} {part.pid:>7}  {'runs' if part.alive else 'gone'}" for part in report.components]
    lines.append(f"cluster: {report.phase}")
    if report.failure:
        lines.append(report.failure)
    lines.append(f"kubeconfig: {report.kubeconfig}")
    return "\n".join(lines) + "\n"


def _up(arguments: argparse.Namespace, folder: Folder) -> int:
    report = cluster.up(folder, Progress(stream=sys.stderr))
    sys.stdout.write(_json(report) if arguments.json else f"export KUBECONFIG={report.kubeconfig}\n")
    return 0


def _status(arguments: argparse.Namespace, folder: Folder) -> int:
    report = cluster.status(folder)
    sys.stdout.write(_json(report) if arguments.json else _table(report))
    return 0 if report is not None and report.healthy else _UNHEALTHY


def _down(arguments: argparse.Namespace, folder: Folder) -> int:
    del arguments
    was_there = cluster.down(folder)
    sys.stderr.write("cluster: down\n" if was_there else "cluster: there was none\n")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 done, 2 usage, 4 not healthy, 5 prerequisite missing, 1 bug."""
    arguments = _parser().parse_args(argv)
    folder = Folder(root=arguments.dir.expanduser().resolve())
    act = {"up": _up, "status": _status, "down": _down}[arguments.action]
    try:
        return act(arguments, folder)
    except TestbedError as problem:
        sys.stderr.write(problem.report())
        return problem.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("cancelled\n")
        return 130
