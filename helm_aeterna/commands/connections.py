"""Try the services that values name: `validate --connect`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.adapters.network.services import Sockets
from helm_aeterna.checks.probes.background import run_checks
from helm_aeterna.checks.probes.result import Verdict
from helm_aeterna.checks.probes.run import probes
from helm_aeterna.outputs.values import deployment_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.adapters.console import Console
    from helm_aeterna.catalogue.entry import Catalogue
    from helm_aeterna.errors import Finding
    from helm_aeterna.formats import Tree


def try_connections(catalogue: Catalogue, values: Mapping[str, Tree], console: Console) -> tuple[Finding, ...]:
    """Try every external and managed service at once; tell the good ones, give findings for the others.

    Args:
        catalogue: How each service is tried.
        values: The values, the chart's defaults among them.
        console: Is told what is tried and what answered.
    """
    wanted = probes(catalogue, deployment_of(catalogue, values))
    if not wanted:
        console.step("connections: every service is part of the release, there is nothing to try")
        return ()
    console.step(
        f"trying {len(wanted)} connection{'s' if len(wanted) > 1 else ''}: {', '.join(p.label for p in wanted)}"
    )
    results = run_checks(wanted, Sockets())
    for result in results:
        if result.verdict is Verdict.OK:
            first, *notes = result.lines()
            console.done(first)
            for note in notes:
                console.err(f"    {note}")
    return tuple(finding for result in results for finding in result.findings())
