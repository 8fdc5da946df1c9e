"""What an installation or its removal says at its end: for people, and the same facts for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helm_aeterna.formats import Tree
    from helm_aeterna.release.readiness import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A step that was done, and how long it took."""

    title: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The end of an installation.

    Attributes:
        release: The release's name.
        namespace: Where it is.
        context: The context that was used; empty when the kubeconfig names none.
        chart: Chart and version.
        revision: Number of the release's revision; empty after a dry run.
        dry_run: client, server, or empty.
        steps: What was done.
        verdicts: What runs.
        objects: What would be created, after a dry run.
        remark: One more sentence, where something was left out.
        notes: What the chart says.
        next: Commands that make sense now, each with its purpose.
    """

    release: str
    namespace: str
    context: str
    chart: str
    revision: str = ""
    dry_run: str = ""
    steps: Sequence[Done] = ()
    verdicts: Sequence[Verdict] = ()
    objects: Sequence[str] = ()
    remark: str = ""
    notes: str = ""
    next: Sequence[tuple[str, str]] = ()

    def tree(self) -> dict[str, Tree]:
        """The report for --json."""
        return {
            "release": self.release,
            "namespace": self.namespace,
            "context": self.context,
            "chart": self.chart,
            "revision": self.revision,
            "dryRun": self.dry_run,
            "steps": [{"title": one.title, "seconds": round(one.seconds, 1)} for one in self.steps],
            "objects": [{"name": one.what, "state": one.state.value, "words": one.words} for one in self.verdicts]
            or list(self.objects),
            "remark": self.remark,
            "notes": self.notes,
            "next": [command for command, _ in self.next],
        }

    def text(self) -> str:
        """The report for people."""
        where = f"namespace {self.namespace}" + (f", context {self.context}" if self.context else "")
        parts = [self._headline(where), self._table()]
        if self.remark:
            parts.append(self.remark)
        if self.notes:
            parts.append(self.notes)
        parts.append(commands(self.next))
        return "\n\n".join(part for part in parts if part)

    def _headline(self, where: str) -> str:
        if self.dry_run:
            return f"Dry run ({self.dry_run}), nothing was changed: release {self.release} ({self.chart}), {where}"
        return f"Release {self.release} ({self.chart}, revision {self.revision}), {where}"

    def _table(self) -> str:
        if self.objects:
            return "\n".join(f"  would be there: {name}" for name in self.objects)
        width = max((len(one.what) for one in self.verdicts), default=0)
        return "\n".join(f"  {one.state.value:<7}  {one.what:<{width}}  {one.words}" for one in self.verdicts)


def commands(entries: Sequence[tuple[str, str]]) -> str:
    """Commands to type, each below its purpose."""
    return "\n".join(f"{purpose}:\n  {command}" for command, purpose in entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """The end of an uninstallation.

    Attributes:
        release: The release's name.
        namespace: Where it was.
        context: The context that was used.
        removed: What was removed.
        stays: What is still there, and the command that removes it.
    """

    release: str
    namespace: str
    context: str
    removed: Sequence[str]
    stays: Sequence[tuple[str, str]]

    def tree(self) -> dict[str, Tree]:
        """The report for --json."""
        return {
            "release": self.release,
            "namespace": self.namespace,
            "context": self.context,
            "removed": list(self.removed),
            "stays": [{"what": what, "command": command} for what, command in self.stays],
        }

    def text(self) -> str:
        """The report for people."""
        lines = [f"Removed: {', '.join(self.removed)}" if self.removed else "Nothing was there to remove"]
        if self.stays:
            lines += ["", "What stays, so that no data is lost, and how to remove it:"]
            lines += [line for what, command in self.stays for line in (f"  {what}", f"    {command}")]
        return "\n".join(lines)
