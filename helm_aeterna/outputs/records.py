"""What a later run needs: the answers, what was generated last, and git's ignore list."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from helm_aeterna.formats import Tree, dump_yaml
from helm_aeterna.model.artefact import Artefact
from helm_aeterna.outputs.values import SECRET_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ANSWERS = ".aeterna/answers.yaml"
LAST = ".aeterna/last"
GITIGNORE = ".gitignore"
IGNORED = (f"/{SECRET_VALUES}", f"/{SECRET_VALUES}.bak*", "/.aeterna/progress.yaml")

_HEADER = """\
The answers this folder was generated from; no secrets.
Use them again: helm aeterna init --answers .aeterna/answers.yaml"""


def answers_artefact(said: Mapping[str, Tree]) -> Artefact:
    """Write the answers as an answers file."""
    return Artefact(path=ANSWERS, text=dump_yaml(said, _HEADER), purpose="your answers, without secrets", keep=True)


def record_artefacts(generated: Iterable[Artefact], gitignore: str | None) -> tuple[Artefact, ...]:
    """Write what a later run starts from.

    Args:
        generated: The files of this run; those that keep the user's changes are remembered as generated, but for
            credentials.
        gitignore: The ignore list that is there.
    """
    last = tuple(
        Artefact(path=last_path(artefact.path), text=artefact.text, purpose="as generated, for merges", backup=False)
        for artefact in generated
        if artefact.keep and not artefact.secret
    )
    secret = [f"/{artefact.path}{end}" for artefact in generated if artefact.secret for end in ("", ".bak*")]
    return (*last, _ignore_list(gitignore or "", tuple(dict.fromkeys((*IGNORED, *secret)))))


def last_path(path: str) -> str:
    """Where a file is remembered as it was generated."""
    return f"{LAST}/{PurePosixPath(path).name}"


def _ignore_list(text: str, wanted: Iterable[str]) -> Artefact:
    """Add to the end, leave everything that is there."""
    missing = [line for line in wanted if line not in text.splitlines()]
    gap = "" if not text or text.endswith("\n") else "\n"
    added = "".join(f"{line}\n" for line in missing)
    return Artefact(path=GITIGNORE, text=text + gap + added, purpose="keeps credentials out of git", backup=False)
