"""Subchart archives on disk: finds them, copies the chart with and without them, keeps Helm's own files out of it."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helm_aeterna.errors import AeternaError, PrerequisiteError, WriteError
from helm_aeterna.formats import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_IGNORED = {"charts", ".git", "__pycache__", ".DS_Store"}
_KEPT_OUT = shutil.ignore_patterns(*_IGNORED)
_ABANDONED = 3600.0  # seconds without a change after which no run can be at work in a staging folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A subchart on disk, packed or unpacked."""

    path: Path
    name: str
    version: str


def cache_root(environment: Mapping[str, str]) -> Path:
    """Say where copies of charts are kept; AETERNA_CACHE moves it."""
    own = environment.get("AETERNA_CACHE")
    if own:
        return Path(own).expanduser() / "charts"
    base = environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME", "~")).expanduser() / ".cache"
    return Path(base) / "helm-aeterna" / "charts"


def read_text(path: Path) -> str | None:
    """Read a file of the chart; None when it is not there.

    Raises:
        PrerequisiteError: It is there and cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise PrerequisiteError(f"cannot be read: {error}", where=str(path), fix="check the chart's files") from error


def content_digest(chart: Path) -> str:
    """Digest every file of a chart but its subcharts, names included."""
    total = hashlib.sha256()
    for path in sorted(chart.rglob("*")):
        inside = path.relative_to(chart)
        if not _IGNORED.intersection(inside.parts) and path.is_file():
            total.update(f"{inside.as_posix()}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return total.hexdigest()


def _metadata(path: Path) -> str | None:
    if path.is_dir():
        return read_text(path / "Chart.yaml")
    import gzip
    import io
    import tarfile
    import zlib

    text = None
    try:
        # Read to its end: gzip's own checksum stands there, and a truncated archive has none.
        with gzip.open(path) as whole, tarfile.open(fileobj=io.BytesIO(whole.read())) as packed:
            for member in packed:
                if member.name.count("/") == 1 and member.name.endswith("/Chart.yaml"):
                    found = packed.extractfile(member)
                    text = found.read().decode() if found else None
    except (OSError, EOFError, zlib.error, tarfile.TarError, UnicodeDecodeError):
        return None  # damaged, or no archive of a chart
    return text


def archives_in(folder: Path) -> tuple[Archive, ...]:
    """List the subcharts in a folder by what their own Chart.yaml says."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        text = _metadata(path) if path.is_dir() or path.suffix == ".tgz" else None
        try:
            tree = load_yaml(text, str(path)) if text else None
        except AeternaError:
            continue
        if isinstance(tree, dict) and "name" in tree:
            found.append(Archive(path=path, name=str(tree["name"]), version=str(tree.get("version", ""))))
    return tuple(found)


def _reason(error: OSError) -> str:
    """Say in one line why something was not copied: `copytree` collects an error for each file."""
    if isinstance(error, shutil.Error) and isinstance(error.args[0], list):
        return str(error.args[0][0][2])
    return str(error)


@contextlib.contextmanager
def staging(root: Path) -> Iterator[Path]:
    """Give a folder on the cache's own file system, `fetched` in it, that is gone afterwards.

    Raises:
        WriteError: The cache cannot be written to.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        _sweep(root)
        folder = Path(tempfile.mkdtemp(prefix=".staging-", dir=root))
        (folder / "fetched").mkdir()
    except OSError as error:
        fix = "give a folder that can be written to by the variable AETERNA_CACHE"
        raise WriteError(f"the cache cannot be written to: {error.strerror}", where=str(root), fix=fix) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(root: Path) -> None:
    """Remove what killed runs left behind."""
    for folder in root.glob(".staging-*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > _ABANDONED:
                shutil.rmtree(folder, ignore_errors=True)


def isolated(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Keep Helm from reading or writing the user's repository list and caches; log-ins to registries stay his."""
    own = {
        "HELM_REPOSITORY_CONFIG": folder / "repositories.yaml",
        "HELM_REPOSITORY_CACHE": folder / "repository",
        "HELM_CACHE_HOME": folder / "cache",
        "HELM_CONTENT_CACHE": folder / "content",
    }
    return {**environment, **{name: str(path) for name, path in own.items()}}


def take_in(chart: Path, archives: Iterable[Path], place: Path, stage: Path) -> Path:
    """Make the copy of a chart with its subcharts, by one rename: it is there whole or not at all.

    Raises:
        WriteError: There is no room for it, or no right.
    """
    copy = stage / "copy"
    try:
        shutil.copytree(chart, copy, ignore=_KEPT_OUT)
        (copy / "charts").mkdir(mode=0o755)
        for archive in archives:
            if archive.is_dir():
                shutil.copytree(archive, copy / "charts" / archive.name)
            else:
                shutil.copyfile(archive, copy / "charts" / archive.name)
        _rename(copy, place, stage)
    except OSError as error:
        fix = "make room, or give another folder by the variable AETERNA_CACHE"
        raise WriteError(f"the chart cannot be copied: {_reason(error)}", where=str(place), fix=fix) from error
    return place


def _rename(copy: Path, place: Path, stage: Path) -> None:
    """Put the copy in place of one that is damaged; it goes with the staging folder."""
    with contextlib.suppress(FileNotFoundError):
        place.rename(stage / "damaged")
    try:
        copy.rename(place)
    except OSError:
        if not place.is_dir():  # another run made the very same copy in the meantime
            raise


@contextlib.contextmanager
def copy_without(chart: Path, metadata: str) -> Iterator[Path]:
    """Give, for a while, a copy of the chart that names no dependencies.

    Args:
        chart: The chart's folder.
        metadata: The text of the copy's Chart.yaml.
    """
    with tempfile.TemporaryDirectory(prefix="helm-aeterna-chart-") as folder:
        copy, ignored = Path(folder) / chart.name, shutil.ignore_patterns("charts", "Chart.lock", ".git")
        try:
            shutil.copytree(chart, copy, ignore=ignored, copy_function=shutil.copyfile)
            (copy / "Chart.yaml").write_text(metadata, encoding="utf-8")
        except OSError as error:
            raise WriteError(f"the chart cannot be copied: {_reason(error)}", where=str(chart)) from error
        yield copy
