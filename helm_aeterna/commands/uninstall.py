"""`uninstall`: takes the release away with Helm, and says what stays and how to remove that too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.adapters.chart import find_chart, read_chart_file
from helm_aeterna.adapters.cluster import Read
from helm_aeterna.adapters.interrupts import listening
from helm_aeterna.commands.releases.installation import LABEL
from helm_aeterna.commands.releases.leftovers import leftovers, objects_of, serving
from helm_aeterna.commands.releases.observation import still_there
from helm_aeterna.commands.releases.source import read_operator_table
from helm_aeterna.commands.releases.target import RELEASE, find_target, seconds
from helm_aeterna.errors import Cancelled, Finding, HelmError, PrerequisiteError, Severity
from helm_aeterna.formats import dump_json, lookup
from helm_aeterna.release.objects import read_manifest
from helm_aeterna.release.preflight import Facts, preflight
from helm_aeterna.release.report import Removal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from helm_aeterna.adapters.runtime import Runtime
    from helm_aeterna.commands.parser import Parser
    from helm_aeterna.commands.releases.target import Target
    from helm_aeterna.formats import Tree
    from helm_aeterna.release.objects import Object
    from helm_aeterna.release.steps import Operator

_EXAMPLES = """\
examples:
  helm aeterna uninstall                     data and credentials stay, and are listed
  helm aeterna uninstall -n aeterna --operators --yes
"""


def configure(parser: Parser) -> None:
    """Add the command's flags."""
    parser.epilog = _EXAMPLES
    add = parser.add_argument
    add("release", nargs="?", default=RELEASE, metavar="RELEASE", help=f"the release's name (default: {RELEASE})")
    add("--operators", action="store_true", help="remove operators that `install` brought, unless something uses them")
    add("--timeout", default="5m", metavar="TIME", help="for each release, for example 90s or 10m (default: 5m)")
    add("--chart", metavar="DIR", help="another folder with the chart")
    add(
        "--yes", "-y", action="store_true", help="ask nothing; without a terminal nothing is asked either, as with Helm"
    )


def run(arguments: argparse.Namespace, runtime: Runtime) -> int:
    """Remove the release, and the operators if asked.

    Raises:
        PrerequisiteError: There is no such release, or no cluster.
        HelmError: Helm failed.
        Cancelled: The user said no, or stopped it.
    """
    timeout = seconds(arguments.timeout)
    folder = find_chart(arguments.chart or runtime.environment.get("AETERNA_CHART"), runtime.cwd)
    operators, chart = read_operator_table(folder), str(lookup(read_chart_file(folder, "Chart.yaml"), "name"))
    with listening() as interrupts:
        target = find_target(arguments.release, runtime, interrupts)
        found = target.helm.find_release(target.release)
        objects = objects_of(target, int(str(found["revision"]))) if found else []
    _refuse_strangers(found, chart, target)
    if found and not arguments.yes and runtime.interactive:
        _ask(target, runtime)  # the terminal is as usual here: what is typed can be seen
    with listening() as interrupts:
        target = target.hearing(interrupts)
        removed = [_remove(target, objects, timeout, runtime, operators)] if found else []
        kept: list[tuple[str, str]] = []
        for operator in operators:
            gone, stays = _operator(target, operator, arguments, runtime, timeout)
            removed += gone
            kept += stays
        left = (*leftovers(target, objects, operators), *kept)
    if not found and not left and not arguments.operators:
        where, fix = f"namespace {target.namespace}", "see `helm list --all-namespaces`, and name its --namespace"
        raise PrerequisiteError(f"there is no release {target.release}", where=where, fix=fix)
    report = Removal(
        release=target.release, namespace=target.namespace, context=target.context, removed=removed, stays=left
    )
    runtime.console.out(dump_json(report.tree()).rstrip("\n") if arguments.json else report.text())
    return 0


def _refuse_strangers(found: Mapping[str, Tree] | None, chart: str, target: Target) -> None:
    """Refuse to remove a release of another chart."""
    facts = Facts(release=target.release, namespace=target.namespace, chart=chart, found=found)
    findings = [one for one in preflight(facts) if one.code == "AET604"]
    if findings:
        fix = f"name the release of {chart}; see `helm list --namespace {target.namespace}`"
        raise PrerequisiteError("this release is not removed", fix=fix, findings=[replace(findings[0], fix="")])


def _ask(target: Target, runtime: Runtime) -> None:
    where = f"namespace {target.namespace}" + (f" of {target.context}" if target.context else "")
    runtime.console.err(f"Remove release {target.release} from {where}? [y/N]")
    if runtime.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise Cancelled("nothing was removed")


def _remove(
    target: Target, objects: Sequence[Object], timeout: int, runtime: Runtime, operators: Sequence[Operator] = ()
) -> str:
    """Remove a release, and say meanwhile and at the end what does not go."""
    title = f"release {target.release} in namespace {target.namespace}"
    runtime.console.step(f"removing {title}")

    def tick(seconds: float) -> bool:
        if seconds % 9 < 3:  # noqa: PLR2004 - every third look
            runtime.console.err(f"  after {seconds:.0f} s ({timeout - seconds:.0f} s left): Helm is at work")
        return False

    try:
        target.helm.uninstall(target.release, timeout, tick)
    except HelmError as error:
        stays = [
            Finding(code="AET624", where=what, problem="stays", fix=command, severity=Severity.WARNING)
            for what, command in leftovers(target, objects, operators)
        ]
        raise HelmError(
            error.message, where=title, fix=error.fix, findings=[*still_there(target, objects), *stays]
        ) from error
    runtime.console.done(f"removed {title}")
    return title


def _operator(
    target: Target,
    operator: Operator,
    arguments: argparse.Namespace,
    runtime: Runtime,
    timeout: int,
) -> tuple[list[str], Sequence[tuple[str, str]]]:
    """Remove an operator that this program installed and nothing uses; say what went and what stays of it."""
    place = target.elsewhere(operator.release, operator.namespace)
    try:
        if not place.helm.is_labelled(operator.release, LABEL):
            return [], ()  # somebody else's, or not there
    except HelmError:
        if arguments.operators:
            raise
        return [], ()  # who may not look there did not bring it
    users = _users(target, operator)
    if not arguments.operators or users:
        who = f", used by {', '.join(users)}" if users else ""
        command = f"helm uninstall {operator.release} --namespace {operator.namespace}"
        return [], ((f"operator {operator.dependency} in namespace {operator.namespace}{who}", command),)
    objects = read_manifest(place.helm.manifest(place.release))
    return [_remove(place, objects, timeout, runtime)], serving(place, operator, objects)


def _users(target: Target, operator: Operator) -> list[str]:
    """Name the objects, in any namespace, that need the operator."""
    (answer,) = target.cluster.read([Read(api=operator.api, kind=operator.kind)])
    if not answer.allowed:
        return [f"perhaps some {operator.kind}, which you may not read"]
    return [_place(one) for one in answer.objects]


def _place(one: Object) -> str:
    return f"{one['kind']}/{one['metadata']['name']} in {one['metadata'].get('namespace')}"
