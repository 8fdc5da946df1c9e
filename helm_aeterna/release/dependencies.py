"""What the chart depends on: read and verified from Chart.yaml and Chart.lock, and where each archive comes from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from helm_aeterna.errors import CheckError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from helm_aeterna.formats import Tree

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# Go's JSON writes these escaped, and Helm's digest is taken over Go's JSON.
_GO = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
# The order of the fields in Helm's own structure.
_FIELDS = ("name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias")
_ALWAYS = ("name", "repository")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """One subchart, pinned.

    Attributes:
        name: The chart's name.
        version: The exact version, as Chart.lock has it.
        repository: Where it comes from.
    """

    name: str
    version: str
    repository: str

    @property
    def archive(self) -> str:
        """The file name Helm gives it."""
        return f"{self.name}-{self.version}.tgz"

    def is_met_by(self, name: str, version: str) -> bool:
        """Whether a chart with this name and version is the one; a leading v makes no difference."""
        return name == self.name and version.removeprefix("v") == self.version.removeprefix("v")

    def pull_arguments(self) -> tuple[str, ...]:
        """The arguments of `helm pull` that fetch it."""
        if not self.repository.startswith("oci://"):
            return (self.name, "--repo", self.repository, "--version", self.version)
        plain = ("--plain-http",) if is_loopback(self.repository) else ()
        return (f"{self.repository.rstrip('/')}/{self.name}", "--version", self.version, *plain)


def is_loopback(url: str) -> bool:
    """Whether a repository runs on this very machine, where registries rarely speak TLS."""
    return urlsplit(url).hostname in _LOOPBACK


def _maps(tree: Tree, key: str) -> list[Mapping[str, Tree]]:
    found = tree.get(key) if isinstance(tree, dict) else None
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _entry(entry: Mapping[str, Tree], fields: Sequence[str] = _FIELDS) -> dict[str, Tree]:
    """Keep what Helm's structure writes: name and repository always, the others when they are set."""
    return {field: entry.get(field) or "" for field in fields if field in _ALWAYS or entry.get(field)}


def lock_digest(metadata: Tree, lock: Tree) -> str:
    """Compute the digest a Chart.lock must carry for this Chart.yaml."""
    wanted = [_entry(entry) for entry in _maps(metadata, "dependencies")]
    locked = [_entry(entry, _FIELDS[:3]) for entry in _maps(lock, "dependencies")]
    compact = json.dumps([wanted, locked], separators=(",", ":"), ensure_ascii=False).translate(_GO)
    return f"sha256:{hashlib.sha256(compact.encode()).hexdigest()}"


def pinned(metadata: Tree, lock: Tree, where: str) -> tuple[Dependency, ...]:
    """Say which subcharts in which versions the chart needs.

    Args:
        metadata: Chart.yaml.
        lock: Chart.lock; None when there is none.
        where: The chart folder, for the error.

    Raises:
        CheckError: There is no lock, or it does not belong to this Chart.yaml.
    """
    if not _maps(metadata, "dependencies"):
        return ()
    fix = "run `helm dependency update` in a copy of the chart and take its Chart.lock, or get the chart anew"
    if not isinstance(lock, dict):
        raise CheckError("Chart.yaml names dependencies but there is no Chart.lock", where=where, fix=fix)
    digest = lock_digest(metadata, lock)
    if lock.get("digest") != digest:
        message = f"Chart.lock does not belong to this Chart.yaml: its digest should be {digest}"
        raise CheckError(message, where=f"{where}/Chart.lock", fix=fix)
    return tuple(
        Dependency(name=str(entry["name"]), version=str(entry["version"]), repository=str(entry["repository"]))
        for entry in _maps(lock, "dependencies")
    )


def check_mirror(url: str) -> str:
    """Accept the address of a mirror: http(s):// for an index repository, oci:// for a registry prefix.

    Raises:
        UsageError: It is something else, or it carries credentials.
    """
    where = "--repository-mirror"
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        fix = "give one URL, for example oci://HOST/charts"
        raise UsageError(f"not an address: {error}", where=where, fix=fix) from error
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            "the address carries credentials", where=where, fix="log in with `helm registry login` and leave them out"
        )
    if parts.scheme not in {"http", "https", "oci"} or not host:
        raise UsageError(
            f"not a chart repository: {url}", where=where, fix="give an http://, https:// or oci:// address with a host"
        )
    return url.rstrip("/")


def mirrored(dependencies: Sequence[Dependency], mirror: str) -> tuple[Dependency, ...]:
    """Take every subchart from one mirror; names and versions stay what Chart.lock says."""
    if not mirror:
        return tuple(dependencies)
    url = check_mirror(mirror)
    return tuple(Dependency(name=one.name, version=one.version, repository=url) for one in dependencies)


def copy_key(dependencies: Sequence[Dependency], content: str) -> tuple[str, str]:
    """Name the copy of a chart: by its pins and where they come from, and by its own content."""
    pins = "\n".join(f"{one.name} {one.version} {one.repository}" for one in dependencies)
    return hashlib.sha256(pins.encode()).hexdigest()[:16], content[:16]


def without_dependencies(metadata: Mapping[str, Tree]) -> dict[str, Tree]:
    """Return Chart.yaml as Helm renders it where archives are absent: it refuses while one it knows of is missing."""
    return {key: value for key, value in metadata.items() if key != "dependencies"}
