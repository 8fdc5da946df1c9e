"""The end of `init`, however the answers came: write the plan or print it, and say what to do next."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from helm_aeterna.adapters.files import apply
from helm_aeterna.adapters.git import is_tracked
from helm_aeterna.answers.conditions import holds
from helm_aeterna.commands.project import secrets_file
from helm_aeterna.commands.report import finding_lines, finding_trees
from helm_aeterna.errors import Finding, Severity
from helm_aeterna.formats import credentials, dump_json
from helm_aeterna.model.answers import Source
from helm_aeterna.model.artefact import Action
from helm_aeterna.model.question import Kind
from helm_aeterna.outputs.compose import COMPOSE, ENV
from helm_aeterna.outputs.values import SECRET_VALUES, VALUES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from helm_aeterna.adapters.files import Written
    from helm_aeterna.adapters.runtime import Runtime
    from helm_aeterna.formats import Tree
    from helm_aeterna.model.answers import Answers
    from helm_aeterna.model.artefact import Write
    from helm_aeterna.model.question import Script
    from helm_aeterna.outputs.preview import Preview


def finish(
    arguments: argparse.Namespace, runtime: Runtime, planned: Preview, findings: tuple[Finding, ...], folder: Path
) -> int:
    """Write the plan and report it; or print it, when that was asked for."""
    findings = (*findings, *_in_git(folder, runtime))
    if not arguments.json:
        warnings = [finding for finding in findings if finding.severity is Severity.WARNING]
        for line in finding_lines(warnings, runtime.console):
            runtime.console.err(line)
    if arguments.dry_run:
        report_plan(planned, findings, folder, runtime, as_json=arguments.json)
        return 0
    written = apply(planned.plan, folder)
    script = arguments.known_chart.script
    report(planned, findings, written, folder, runtime, script=script, as_json=arguments.json)
    return 0


def _in_git(folder: Path, runtime: Runtime) -> tuple[Finding, ...]:
    """Credentials that git has already: its ignore list does not help any more."""
    if not is_tracked(folder / SECRET_VALUES, runtime.environment):
        return ()
    fix = f"git rm --cached {SECRET_VALUES}, and replace what was pushed"
    problem = "is tracked by git, with its credentials"
    return (Finding(code="AET832", where=SECRET_VALUES, problem=problem, fix=fix, severity=Severity.WARNING),)


def report(
    planned: Preview,
    findings: Sequence[Finding],
    written: Sequence[Written],
    folder: Path,
    runtime: Runtime,
    *,
    script: Script,
    as_json: bool,
) -> None:
    """List the files and their backups, and say how to go on."""
    console = runtime.console
    if as_json:
        console.out(_as_json(planned, findings, written, folder, done=True))
        return
    console.out(f"Written to {folder}:")
    backups = {done.write.artefact.path: done.backup for done in written}
    for write in planned.plan.writes:
        console.out(_line(write, runtime, backups.get(write.artefact.path)))
    if made := _made(planned):
        console.out(f"Made for you, in {secrets_file(planned.resolved.answers)}: {', '.join(made)}")
    console.out("")
    console.out(next_steps(planned, script, folder, runtime))


def _made(planned: Preview) -> list[str]:
    """The credentials that this run generated."""
    return [name for name, answer in planned.resolved.answers.items() if answer.source is Source.GENERATED]


def report_plan(
    planned: Preview, findings: Sequence[Finding], folder: Path, runtime: Runtime, *, as_json: bool
) -> None:
    """Print what would be written, credentials masked."""
    console = runtime.console
    if as_json:
        console.out(_as_json(planned, findings, (), folder, done=False))
        return
    console.out(f"Would be written to {folder} (--dry-run, nothing was):")
    for write in planned.plan.writes:
        console.out(_line(write, runtime, None))
    for write in planned.plan.writes:
        if write.artefact.path in {VALUES, COMPOSE}:
            console.out("")
            console.out(f"{write.artefact.path}:")
            console.out("\n".join(f"  {line}".rstrip() for line in write.artefact.text.splitlines()))
    for write in planned.plan.writes:
        if write.artefact.secret:
            console.out("")
            console.out(f"{write.artefact.path} (readable by you alone):")
            for name in sorted(credentials(write.artefact.path, write.artefact.text)):
                console.out(f"  {name}: ***")


def next_steps(planned: Preview, script: Script, folder: Path, runtime: Runtime) -> str:
    """Say how to go on from here."""
    program = "helm aeterna" if runtime.as_plugin else "helm-aeterna"
    output = "" if folder == runtime.cwd.resolve() else f" --output {shlex.quote(str(folder))}"
    lines = ["Next steps:"]
    place = secrets_file(planned.resolved.answers)
    if "kms-key" in planned.resolved.answers:
        lines.append(f"  Keep {place} safe: its KMS key encrypts stored data, and cannot be made again.")
    if place == ENV:
        return "\n".join((*lines, *_compose_steps(f"{program} init --reconfigure{output}", folder, runtime)))
    if planned.resolved.answers.text("secrets-provider") == "sops":
        lines.append(f"  Encrypt the credentials:       sops --encrypt --in-place {SECRET_VALUES}")
    namespace = runtime.environment.get("HELM_NAMESPACE", "default").replace("default", "aeterna")
    lines += _to_provide(script, planned.resolved.answers, namespace)
    lines += [
        f"  Check the configuration:       {program} validate{output}",
        f"  Install it:                    {program} install -n {namespace} --create-namespace{output}",
        f"  Change it later:               {program} init --reconfigure{output}",
    ]
    return "\n".join(lines)


def _to_provide(script: Script, answers: Answers, namespace: str) -> list[str]:
    """The credentials that lie elsewhere: where each is looked for."""
    away = answers.text("secrets-provider") == "external-secrets"
    optional = {name.strip() for name in answers.text("secret-store-optional").split(",")}
    lines: list[str] = []
    for question in script:
        wanted = all(when.question == "secrets-provider" or holds(when, answers) for when in question.when)
        if question.kind is not Kind.SECRET or not wanted:
            continue
        if name := answers.text(question.unless):
            key = answers.text(f"{question.unless}-key") or question.secret
            lines.append(f"  Secret {name} in {namespace} needs the key {key}: {question.ask}")
        elif away and (question.required or question.secret in optional):
            path = f"{answers.text('secret-store-prefix')}/{question.secret}"
            lines.append(f"  Your secret store needs {path}: {question.ask}")
    return lines


def _compose_steps(again: str, folder: Path, runtime: Runtime) -> tuple[str, ...]:
    at = "" if folder == runtime.cwd.resolve() else f" --project-directory {shlex.quote(str(folder))}"
    return (
        f"  Start it:                      docker compose{at} up -d",
        f"  See what it says:              docker compose{at} logs -f server",
        "  The server then answers at:    http://localhost:8080/health",
        f"  Stop it, the data stays:       docker compose{at} down",
        f"  Change it later:               {again}",
    )


_MARKS = {Action.CREATE: "new", Action.REPLACE: "changed", Action.MERGE: "merged", Action.SAME: "unchanged"}


def _line(write: Write, runtime: Runtime, backup: Path | None) -> str:
    kept = f", the old one is {backup.name}" if backup else ""
    action = runtime.console.paint(f"{_MARKS[write.action]:<9}", "green" if write.action is Action.CREATE else "cyan")
    return f"  {action} {write.artefact.path:<28} {write.artefact.purpose}{kept}"


def _as_json(
    planned: Preview, findings: Sequence[Finding], written: Sequence[Written], folder: Path, *, done: bool
) -> str:
    backups = {each.write.artefact.path: str(each.backup) for each in written if each.backup}
    files: list[Tree] = [
        {
            "path": write.artefact.path,
            "action": write.action.value,
            "mode": f"{write.artefact.mode:04o}",
            "backup": backups.get(write.artefact.path),
            "conflicts": list(write.conflicts),
        }
        for write in planned.plan.writes
    ]
    deployment = planned.resolved.deployment
    choices: Tree = dict(deployment.choices) if deployment else {}
    return dump_json(
        {
            "written": done,
            "folder": str(folder),
            "choices": choices,
            "files": files,
            "generated": list(_made(planned)),
            "findings": finding_trees(findings),
        }
    ).rstrip("\n")
