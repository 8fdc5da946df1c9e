"""`install`: operators and chart into the cluster, with Helm; waits, and reports what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helm_aeterna.adapters.interrupts import listening
from helm_aeterna.checks.schema import check_schema
from helm_aeterna.commands.chart_check import render
from helm_aeterna.commands.chart_copy import MIRROR, chart_for_installing
from helm_aeterna.commands.releases.installation import Installation
from helm_aeterna.commands.releases.observation import denied, names, operator_facts, refusals, survey
from helm_aeterna.commands.releases.source import read_source
from helm_aeterna.commands.releases.target import RELEASE, find_target, seconds
from helm_aeterna.commands.report import finding_lines
from helm_aeterna.commands.values_files import readable_by_others
from helm_aeterna.errors import AeternaError, CheckError, Finding, PrerequisiteError, Severity
from helm_aeterna.formats import dump_json
from helm_aeterna.release.objects import read_manifest
from helm_aeterna.release.operators import foreign_faults
from helm_aeterna.release.preflight import Facts, is_pending, preflight
from helm_aeterna.release.report import Report
from helm_aeterna.release.steps import plan, retry, take_over

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from helm_aeterna.adapters.runtime import Runtime
    from helm_aeterna.commands.chart_copy import Rendering
    from helm_aeterna.commands.parser import Parser
    from helm_aeterna.commands.releases.source import Source
    from helm_aeterna.commands.releases.target import Target
    from helm_aeterna.release.objects import Object
    from helm_aeterna.release.operators import Presence
    from helm_aeterna.release.steps import Operator, Step

# Refused for the data's sake, not for something that is missing.
_DATA = ("AET607", "AET820", "AET821")

_EXAMPLES = """\
examples:
  helm aeterna install                             values.yaml and values.secret.yaml of this folder
  helm aeterna install -n aeterna --create-namespace --test
  helm aeterna install --dry-run=server            ask the cluster, change nothing
  helm aeterna install my-aeterna -f my-values.yaml --timeout 20m
"""


def configure(parser: Parser) -> None:
    """Add the command's flags."""
    parser.epilog = _EXAMPLES
    add = parser.add_argument
    add("release", nargs="?", default=RELEASE, metavar="RELEASE", help=f"the release's name (default: {RELEASE})")
    add("-f", "--values", action="append", default=[], metavar="FILE", help="a values file; repeatable")
    add("--output", metavar="DIR", help="the folder that init wrote to (default: the current one)")
    add("--chart", metavar="DIR", help="another folder with the chart")
    add("--repository-mirror", metavar="URL", help="one repository (https:// or oci://) that holds all subcharts")
    add(
        "--dry-run",
        nargs="?",
        const="client",
        default="",
        choices=("client", "server"),
        help="change nothing: =client only renders, =server asks the cluster too",
    )
    add("--wait", action="store_true", default=True, help="wait until everything runs (default)")
    add("--no-wait", action="store_false", dest="wait", help="do not wait")
    add("--timeout", default="10m", metavar="TIME", help="for each step, for example 90s, 10m, 1h (default: 10m)")
    add("--test", action="store_true", help="run the chart's tests at the end")
    add("--create-namespace", action="store_true", help="create the namespace if it is not there")
    add("--skip-operators", action="store_true", help="install no operators")
    add("--force-conflicts", action="store_true", help="overwrite what others changed in the release's objects")
    add("--take-over", action="store_true", help="free a release that a killed run left locked, then install")


def run(arguments: argparse.Namespace, runtime: Runtime) -> int:
    """Install, or say why not.

    Raises:
        PrerequisiteError: Helm, the cluster or something in it is missing.
        HelmError: It failed; the findings say what went wrong where.
        Cancelled: The user stopped it.
    """
    timeout = seconds(arguments.timeout)
    with listening() as interrupts:
        target = find_target(arguments.release, runtime, interrupts)
        source = read_source(arguments, runtime)
        _check(check_schema(source.values, source.chart.schema), runtime)
        _tell([finding for file in source.files for finding in readable_by_others(file)], runtime)
        target = target.keeping(source.secrets())
        if arguments.dry_run == "client":
            report = _render_only(target, source, arguments, runtime)
        else:
            report = _install(target, source, arguments, runtime, timeout)
    runtime.console.out(dump_json(report.tree()).rstrip("\n") if arguments.json else report.text())
    return 0


def _tell(findings: Sequence[Finding], runtime: Runtime) -> None:
    for line in finding_lines(findings, runtime.console):
        runtime.console.err(line)


def _complete(target: Target, source: Source, arguments: argparse.Namespace, runtime: Runtime) -> Rendering:
    mirror = arguments.repository_mirror or runtime.environment.get(MIRROR, "")
    return chart_for_installing(source.folder, target.helm, mirror=mirror, say=runtime.console.step)


def _render(target: Target, source: Source, rendering: Rendering) -> list[Object]:
    """Render the chart; its own rules come back as findings."""
    return read_manifest(render(target.helm, target.release, rendering.path, source.paths, source.chart))


def _render_only(target: Target, source: Source, arguments: argparse.Namespace, runtime: Runtime) -> Report:
    objects = _render(target, source, _complete(target, source, arguments, runtime))
    return Report(
        release=target.release,
        namespace=target.namespace,
        context="",
        chart=f"{source.name} {source.version}",
        dry_run="client",
        objects=names(objects),
        remark="No cluster was asked; --dry-run=server does that.",
    )


def _install(target: Target, source: Source, arguments: argparse.Namespace, runtime: Runtime, timeout: int) -> Report:
    console, dry_run = runtime.console, arguments.dry_run
    found = target.helm.find_release(target.release)
    console.step(
        f"cluster {target.context or 'of the kubeconfig'}, namespace {target.namespace}, Helm {target.helm.major}"
    )
    rendering = _complete(target, source, arguments, runtime)
    facts = Facts(
        release=target.release,
        namespace=target.namespace,
        chart=source.name,
        found=found,
        create_namespace=arguments.create_namespace,
        take_over=arguments.take_over,
        can_delete=target.kubectl is not None,
        objects=_render(target, source, rendering),
    )
    absent, first = _before(target, source, facts, arguments, runtime)
    operators, served = [one.operator for one in absent], all(one.served for one in absent)
    installation = Installation(
        target=target,
        rendering=rendering,
        files=source.paths,
        console=console,
        timeout=timeout,
        wait=arguments.wait,
        create_namespace=arguments.create_namespace,
        dry_run=dry_run,
        objects=facts.objects,
        fresh=found is None,
        force_conflicts=arguments.force_conflicts,
        must_report={(one.api, one.kind) for one in source.operators},
    )
    flags = {"dry_run": dry_run, "test": arguments.test, "wait": arguments.wait}
    steps = plan(target.release, target.namespace, operators, served=served, **flags)
    installation.take([*first, *steps])
    if dry_run:
        _check(refusals(target, facts.objects, absent), runtime)
        return _dry_report(installation, source, facts.objects, () if served else operators)
    return _report(installation, source, arguments, runtime)


def _before(
    target: Target, source: Source, facts: Facts, arguments: argparse.Namespace, runtime: Runtime
) -> tuple[list[Presence], list[Step]]:
    """Check all that must hold; give the operators to install, and the steps that clear the way."""
    wanted = [one for one in source.operators if one.is_wanted(source.values)]
    facts, presences = survey(target, facts, source.generated(), wanted)
    absent = [one for one in presences if one.is_to_install()]
    findings = [*preflight(facts), *foreign_faults(presences)]
    if arguments.skip_operators:
        findings += [_skipped(one) for one in absent]
    releases = [facts]
    for one in absent if not arguments.skip_operators else ():
        release, found = operator_facts(target, one.operator, take_over=arguments.take_over)
        findings += found
        releases.append(release)
    operators = () if arguments.skip_operators else [one.operator for one in absent]
    findings += denied(target, facts, operators)
    _check(findings, runtime)
    steps = [take_over(one.release, one.namespace, one.found) for one in releases if is_pending(one.found or {})]
    return absent, [*steps, *(retry(job, target.namespace) for job in facts.failed_jobs)]


def _skipped(one: Presence) -> Finding:
    """An operator that is missing and that the user does not want installed."""
    problem = f"the operator {one.operator.dependency} cannot be used: {'; '.join(one.faults())}"
    fix = f"install the operator {one.operator.dependency}, or leave out --skip-operators"
    return Finding(code="AET610", where=one.operator.wanted, problem=problem, fix=fix)


def _check(findings: Sequence[Finding], runtime: Runtime) -> None:
    errors = [one for one in findings if one.severity is Severity.ERROR]
    if not errors:
        _tell(findings, runtime)
        return
    kind: type[AeternaError] = CheckError if any(one.code in _DATA for one in errors) else PrerequisiteError
    raise kind("this cannot be installed as it is", findings=findings)


def _dry_report(
    installation: Installation, source: Source, objects: Sequence[Object], absent: Sequence[Operator]
) -> Report:
    target, remark = installation.target, ""
    if absent:
        missing = ", ".join(f"{one.dependency} (release {one.release} in namespace {one.namespace})" for one in absent)
        remark = (
            f"The cluster lacks {missing}: only the operator was checked. The chart can be checked once it is there."
        )
    return Report(
        release=target.release,
        namespace=target.namespace,
        context=target.context,
        chart=f"{source.name} {source.version}",
        dry_run=installation.dry_run,
        steps=installation.done,
        objects=() if absent else names(objects),
        remark=remark,
    )


def _report(installation: Installation, source: Source, arguments: argparse.Namespace, runtime: Runtime) -> Report:
    target = installation.target
    if not arguments.wait:
        installation.look()
    released = installation.released
    place = f"{target.release} --namespace {target.namespace}"
    test = () if arguments.test else ((f"helm test {place}", "To test the connection"),)
    ours = "helm aeterna" if runtime.as_plugin else "helm-aeterna"
    return Report(
        release=target.release,
        namespace=target.namespace,
        context=target.context,
        chart=f"{source.name} {source.version}",
        revision=str(released.get("version", "")),
        steps=installation.done,
        verdicts=installation.verdicts,
        remark="" if arguments.wait else "The command did not wait: this is the state right after Helm ended.",
        notes=str((released.get("info") or {}).get("notes", "")).strip(),
        next=(*test, (f"{ours} uninstall {place}", "To take it away")),
    )
