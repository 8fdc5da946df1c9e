"""The values files of a folder, read and merged with the chart's defaults as Helm merges them."""

from __future__ import annotations

import shlex
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helm_aeterna.adapters.chart import VALUES as CHART_VALUES
from helm_aeterna.adapters.chart import read_chart_file
from helm_aeterna.adapters.files import read_text
from helm_aeterna.adapters.paths import path_of
from helm_aeterna.errors import CheckError, Finding, PrerequisiteError, Severity
from helm_aeterna.formats import FormatError, Tree, load_yaml
from helm_aeterna.model.artefact import PRIVATE
from helm_aeterna.outputs.values import SECRET_VALUES, VALUES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from helm_aeterna.adapters.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesFile:
    """One values file.

    Attributes:
        path: Where it is.
        name: As people know it.
        tree: Its content.
        mode: Its permission bits.
    """

    path: Path
    name: str
    tree: Mapping[str, Tree] = field(repr=False)
    mode: int

    @property
    def is_private(self) -> bool:
        """Whether every value in it is treated as a credential: its name says so, or only its owner can read it."""
        return "secret" in self.name.lower() or not (self.mode & 0o077 or self.name == VALUES)


def find_values(given: Sequence[str], folder: Path, runtime: Runtime) -> tuple[Path, ...]:
    """The files named by -f, else values.yaml and values.secret.yaml of the folder.

    Raises:
        PrerequisiteError: There is nothing to look at.
    """
    if given:
        return tuple(path_of(name, runtime.cwd) for name in given)
    if not (folder / VALUES).is_file():
        fix = "run `helm aeterna init` first, or name files with -f, or a folder with --output"
        raise PrerequisiteError(f"there is no {VALUES}", where=str(folder), fix=fix)
    return tuple(path for path in (folder / VALUES, folder / SECRET_VALUES) if path.is_file())


def load_values(paths: Sequence[Path]) -> tuple[ValuesFile, ...]:
    """Read values files.

    Raises:
        CheckError: With everything that cannot be read.
    """
    files: list[ValuesFile] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            tree = load_yaml(read_text(path, "the values file"), path.name) or {}
        except FormatError as error:
            findings.append(Finding(code="AET822", where=error.where, problem=error.message, fix="mend the line"))
            continue
        except CheckError as error:
            findings.append(Finding(code="AET823", where=error.where, problem=error.message, fix="check its name"))
            continue
        if not isinstance(tree, dict):
            findings.append(Finding(code="AET824", where=path.name, problem="is not a map of values"))
            continue
        if isinstance(tree.get("sops"), dict):
            findings.append(_encrypted(path))
            continue
        files.append(ValuesFile(path=path, name=path.name, tree=tree, mode=stat.S_IMODE(path.stat().st_mode)))
    if findings:
        raise CheckError("values files cannot be used", findings=findings)
    return tuple(files)


def _encrypted(path: Path) -> Finding:
    name = shlex.quote(path.name)
    others = "" if path.name == VALUES else f"-f {VALUES} "
    fix = (
        "let SOPS decrypt it for one command, for example: "
        f"sops exec-file --no-fifo {name} 'helm aeterna validate {others}-f {{}}'"
    )
    return Finding(code="AET825", where=path.name, problem="is encrypted by SOPS, which Helm cannot read", fix=fix)


def merged(files: Sequence[ValuesFile], chart: Path) -> Mapping[str, Tree]:
    """The chart's defaults with the files laid over them, later ones winning; null takes a key away."""
    tree = read_chart_file(chart, CHART_VALUES)
    for file in files:
        tree = laid_over(tree, file.tree)
    return tree if isinstance(tree, dict) else {}


def laid_over(base: Tree, upper: Tree) -> Tree:
    """Merge two values trees as Helm does: maps key by key, everything else whole."""
    if not isinstance(base, dict) or not isinstance(upper, dict):
        return upper
    tree = dict(base)
    for key, value in upper.items():
        if value is None:
            tree.pop(key, None)
        else:
            tree[key] = laid_over(base.get(key), value)
    return tree


def readable_by_others(file: ValuesFile) -> tuple[Finding, ...]:
    """Warn of a file with credentials that other users of this machine can read."""
    if not (file.is_private and file.mode & 0o077):
        return ()
    problem = f"others can read it (mode {file.mode:04o})"
    fix = f"chmod {PRIVATE:o} {file.name}"
    return (Finding(code="AET831", where=file.name, problem=problem, fix=fix, severity=Severity.WARNING),)
