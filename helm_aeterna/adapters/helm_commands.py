"""How Helm's commands are spelt: the one place that knows what Helm 3 and Helm 4 call things."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HELM_4 = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A release to install or upgrade.

    Attributes:
        release: Its name.
        chart: A folder or an archive.
        values: Files, later ones win; secrets come this way too, never as arguments.
        text: One more values document, given by standard input.
        timeout: Seconds Helm waits.
        wait: Whether it waits until everything runs.
        create_namespace: Whether it makes the namespace.
        dry_run: server, or empty for the real thing.
        labels: Labels of the release's record.
        force_conflicts: Whether fields that something else changed meanwhile are overwritten; Helm 3 always does it.
    """

    release: str
    chart: Path
    values: tuple[Path, ...] = ()
    text: str = field(default="", repr=False)
    timeout: int = 600
    wait: bool = True
    create_namespace: bool = False
    dry_run: str = ""
    labels: tuple[str, ...] = ()
    force_conflicts: bool = False


def wait_arguments(major: int, *, wait: bool) -> tuple[str, ...]:
    """Wait for workloads and Jobs. Helm 4's own default watches custom resources too and never ends for some."""
    if not wait:
        return ()
    return ("--wait=legacy" if major >= HELM_4 else "--wait", "--wait-for-jobs")


def upgrade_arguments(major: int, order: Order) -> tuple[str, ...]:
    """Install or upgrade, with these values and no others."""
    values = (*(str(path) for path in order.values), *(("-",) if order.text else ()))
    return (
        *("upgrade", order.release, str(order.chart), "--install", "--reset-values", "--output=json"),
        *(f"--values={path}" for path in values),
        *wait_arguments(major, wait=order.wait and not order.dry_run),
        f"--timeout={order.timeout}s",
        *(("--create-namespace",) if order.create_namespace else ()),
        *((f"--dry-run={order.dry_run}", "--hide-secret") if order.dry_run else ()),
        *(("--server-side=true", "--force-conflicts") if order.force_conflicts and major >= HELM_4 else ()),
        *((f"--labels={','.join(order.labels)}",) if order.labels else ()),
    )


def uninstall_arguments(major: int, release: str, timeout: int) -> tuple[str, ...]:
    """Remove a release and wait until its objects and what they own are gone."""
    wait = wait_arguments(major, wait=True)[0]
    return ("uninstall", release, wait, "--cascade=foreground", f"--timeout={timeout}s")


def list_arguments(major: int, release: str) -> tuple[str, ...]:
    """List one release whatever its state; Helm 4 lists all states by itself and has no --all."""
    return ("list", f"--filter=^{re.escape(release)}$", "--output=json", *(("--all",) if major < HELM_4 else ()))
