"""Files: read once, written all or nothing, nothing lost."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helm_aeterna.adapters.paths import path_of
from helm_aeterna.errors import AnswersError, CheckError, UsageError, WriteError
from helm_aeterna.model.artefact import Action, Disk
from helm_aeterna.model.secret import SecretText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TextIO

    from helm_aeterna.model.artefact import Write, WritePlan

_LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that was written, and the copy of what it replaced."""

    path: Path
    write: Write
    backup: Path | None = None


def read_text(path: Path, what: str) -> str:
    """Read a text file that the user named.

    Raises:
        CheckError: It is not there or not a text.
    """
    try:
        with path.open("rb") as file:  # a pipe will do too, and has no size
            found = file.read(_LARGEST + 1)
        if len(found) > _LARGEST:
            raise CheckError(f"{what} is too large", where=str(path))
        return found.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise CheckError(f"{what} is not UTF-8 text", where=str(path)) from error
    except OSError as error:
        raise CheckError(f"{what} cannot be read: {error.strerror}", where=str(path)) from error


def read_answers(name: str, cwd: Path, stdin: TextIO) -> str:
    """Read the answers file, `-` being standard input.

    Raises:
        AnswersError: It cannot be read.
    """
    if name == "-":
        return stdin.read()
    try:
        return read_text(path_of(name, cwd), "the answers file")
    except CheckError as error:
        raise AnswersError(error.message, where=error.where, fix="give --answers a file, or - for stdin") from error


def read_secret(name: str, cwd: Path, stdin: TextIO, flag: str) -> SecretText:
    """Read one secret from a file, `-` being standard input.

    Raises:
        UsageError: It cannot be read.
    """
    if name == "-":
        return SecretText(stdin.read())
    try:
        return SecretText(read_text(path_of(name, cwd), "the file"))
    except CheckError as error:
        raise UsageError(
            error.message, where=f"{flag} {name}", fix="give the path of a file with the secret"
        ) from error


@contextlib.contextmanager
def temporary_files(texts: Mapping[str, str]) -> Iterator[tuple[Path, ...]]:
    """Write texts where only this user can read them, for as long as they are needed."""
    with tempfile.TemporaryDirectory(prefix="helm-aeterna-") as folder:
        paths = []
        for name, text in texts.items():
            path = Path(folder) / name
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
            paths.append(path)
        yield tuple(paths)


def read_disk(folder: Path, paths: Iterable[str], last: Mapping[str, str]) -> Disk:
    """Read what is there of the files that may be written; `last` says where each is remembered as generated."""
    texts = {name: text for name in (*paths, *last.values()) if (text := _text(folder / name)) is not None}
    remembered = {name: texts[kept] for name, kept in last.items() if kept in texts}
    return Disk(texts=texts, last=remembered)


def _text(path: Path) -> str | None:
    reason, cause = "it is a pipe", None  # nobody may ever write to it
    try:
        if not path.is_fifo():
            return path.read_bytes().decode("utf-8", errors="surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        reason, cause = error.strerror or type(error).__name__, error
    fix = "check the permissions, or use --output"
    raise WriteError(f"cannot read what is there: {reason}", where=str(path), fix=fix) from cause


def apply(plan: WritePlan, folder: Path) -> tuple[Written, ...]:
    """Write the plan: every file is staged first, then all are replaced; on failure all is put back.

    Raises:
        WriteError: Nothing was changed.
    """
    transaction = _Transaction()
    try:
        for write in plan.changes:
            transaction.stage(write, folder)
        for write in plan.changes:
            transaction.replace(write)
    except OSError as error:
        transaction.undo()
        raise WriteError(
            f"cannot write: {error.strerror or error}; everything was put back",
            where=str(error.filename2 or error.filename or folder),
            fix="check the folder's permissions and free space, or choose another with --output",
        ) from error
    except BaseException:
        transaction.undo()
        raise
    transaction.finish()
    for write in plan.writes:  # one that others could read and that stays as it is
        if write.artefact.secret and (folder / write.artefact.path).stat().st_mode & 0o077:
            (folder / write.artefact.path).chmod(write.artefact.mode)
    return tuple(transaction.written)


class _Transaction:
    """The files of one plan on their way to the disk."""

    def __init__(self) -> None:
        self.staged: dict[str, tuple[Path, Path]] = {}
        self.folders: list[Path] = []
        self.undone: list[tuple[Path, Path | None]] = []
        self.written: list[Written] = []

    def stage(self, write: Write, folder: Path) -> None:
        """Write the new text beside its place, with its final mode: the user's umask takes away from it."""
        target = Path(os.path.realpath(folder / write.artefact.path))
        self._make(target.parent)
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, write.artefact.mode)
        self.staged[write.artefact.path] = (temporary, target)
        with os.fdopen(descriptor, "wb") as file:
            file.write(write.artefact.text.encode("utf-8", errors="surrogateescape"))
            file.flush()
            os.fsync(file.fileno())
        if not write.artefact.secret and target.exists():
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))

    def _make(self, folder: Path) -> None:
        for parent in reversed([folder, *folder.parents]):
            if not parent.exists():
                parent.mkdir()
                self.folders.append(parent)

    def replace(self, write: Write) -> None:
        """Keep a copy of what is there, then put the new file into its place."""
        temporary, target = self.staged[write.artefact.path]
        backup = None
        if write.action is not Action.CREATE or target.exists():
            backup = self._copy(target, secret=write.artefact.secret)
        self.undone.append((target, backup))
        temporary.replace(target)
        del self.staged[write.artefact.path]
        self.written.append(Written(path=target, write=write, backup=backup))

    @staticmethod
    def _copy(target: Path, *, secret: bool) -> Path:
        number = 1
        while True:
            backup = target.with_name(f"{target.name}.bak" + (f".{number}" if number > 1 else ""))
            try:
                descriptor = os.open(backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                number += 1
                continue
            with os.fdopen(descriptor, "wb") as file:
                file.write(target.read_bytes())
            backup.chmod(0o600 if secret else stat.S_IMODE(target.stat().st_mode))
            return backup

    def undo(self) -> None:
        """Put everything back as it was."""
        for target, backup in reversed(self.undone):
            with contextlib.suppress(OSError):
                if backup is None:
                    target.unlink()
                else:
                    backup.replace(target)
        for temporary, _ in self.staged.values():
            with contextlib.suppress(OSError):
                temporary.unlink()
        for folder in reversed(self.folders):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def finish(self) -> None:
        """Drop the copies that nobody wants to keep."""
        kept: list[Written] = []
        for done in self.written:
            if done.backup is not None and not done.write.artefact.backup:
                done.backup.unlink(missing_ok=True)
                kept.append(Written(path=done.path, write=done.write))
            else:
                kept.append(done)
        self.written = kept
