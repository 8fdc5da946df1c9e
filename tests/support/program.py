"""Run the program in this process: arguments and an outside world in, exit code and texts out."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helm_aeterna.adapters.console import Console
from helm_aeterna.adapters.runtime import Runtime
from helm_aeterna.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts" / "aeterna"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def tree(self) -> Any:
        """What --json printed."""
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """The codes of all findings in the text on stderr, in order."""
        words = [line.split() for line in self.err.splitlines()]
        return [line[1] for line in words if len(line) > 1 and line[1].startswith("AET")]


def run(*arguments: str, cwd: Path, environment: Mapping[str, str] | None = None, stdin: str = "") -> Ran:
    """Run one command. Without PATH in the environment there is no Helm."""
    out, err = io.StringIO(), io.StringIO()
    runtime = Runtime(
        environment={"PATH": "/nowhere", "HOME": str(cwd), **(environment or {})},
        cwd=cwd,
        stdin=io.StringIO(stdin),
        console=Console(stdout=out, stderr=err),
    )
    code = main(list(arguments), runtime)
    return Ran(code=code, out=out.getvalue(), err=err.getvalue())
