"""Gives Helm a chart it can work with: with its subcharts where they can be had, the chart itself untouched."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helm_aeterna.adapters import dependencies as disk
from helm_aeterna.errors import HelmError, PrerequisiteError
from helm_aeterna.formats import dump_yaml, load_yaml
from helm_aeterna.release import dependencies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from helm_aeterna.adapters.helm import Helm
    from helm_aeterna.formats import Tree
    from helm_aeterna.release.dependencies import Dependency

MIRROR = "AETERNA_SETUP_REPOSITORY_MIRROR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A chart to give to Helm.

    Attributes:
        path: The folder.
        note: What to tell people when the subcharts are not in it; empty otherwise.
        archives: Where each subchart lies.
    """

    path: Path
    note: str = ""
    archives: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The chart as it was found: its folder, its Chart.yaml, its pins."""

    folder: Path
    metadata: Mapping[str, Tree]
    pins: tuple[Dependency, ...]


def _source(folder: Path, mirror: str = "") -> Source:
    text = disk.read_text(folder / "Chart.yaml")
    if text is None:
        raise PrerequisiteError("there is no Chart.yaml here", where=str(folder), fix="give the chart by --chart")
    metadata = load_yaml(text, str(folder / "Chart.yaml"))
    lock = disk.read_text(folder / "Chart.lock")
    locked = None if lock is None else load_yaml(lock, str(folder / "Chart.lock"))
    pins = dependencies.pinned(metadata, locked, str(folder))
    tree = metadata if isinstance(metadata, dict) else {}
    return Source(folder=folder, metadata=tree, pins=dependencies.mirrored(pins, mirror))


def _matching(pins: Sequence[Dependency], folder: Path) -> dict[str, Path]:
    """Find the archives of a folder that are what Chart.lock asks for."""
    found = disk.archives_in(folder)
    return {pin.name: one.path for pin in pins for one in found if pin.is_met_by(one.name, one.version)}


def _cached(pins: Sequence[Dependency], root: Path, prefix: str) -> dict[str, Path]:
    """Find archives in the copies of other states of the chart that have the same pins."""
    found: dict[str, Path] = {}
    for place in sorted(root.glob(f"{prefix}-*")):
        found |= _matching(pins, place / "charts")
    return found


@contextlib.contextmanager
def chart_for_rendering(chart: Path, environment: Mapping[str, str]) -> Iterator[Rendering]:
    """Give the chart for `helm template` and `helm lint`, without network and without Helm.

    Archives in the chart's own folder or in the cache are used; otherwise the copy names no dependencies, because
    Helm refuses to render while one is missing, even one that is switched off.

    Args:
        chart: The chart's folder.
        environment: Says where the cache is, and which mirror its archives came from.

    Raises:
        PrerequisiteError: There is no chart.
        CheckError: Chart.lock does not belong to Chart.yaml.
    """
    source = _source(chart, environment.get(MIRROR, ""))
    ready = _at_hand(source, disk.cache_root(environment))
    if ready:
        yield ready
        return
    names = ", ".join(pin.name for pin in source.pins)
    with disk.copy_without(chart, dump_yaml(dependencies.without_dependencies(source.metadata))) as copy:
        note = f"subcharts were not rendered, their archives are not at hand: {names}"
        yield Rendering(path=copy, note=note)


def _at_hand(source: Source, root: Path) -> Rendering | None:
    own = _matching(source.pins, source.folder / "charts")
    if len(own) == len(source.pins):
        return Rendering(path=source.folder, archives=own)
    if not any(root.glob(f"{dependencies.copy_key(source.pins, '')[0]}-*")):
        return None  # to digest the chart would take longer than to look
    pins, content = dependencies.copy_key(source.pins, disk.content_digest(source.folder))
    place = root / f"{pins}-{content}"
    copied = _matching(source.pins, place / "charts")
    whole = len(copied) == len(source.pins) and disk.content_digest(place).startswith(content)
    return Rendering(path=place, archives=copied) if whole else None


def chart_for_installing(
    chart: Path, helm: Helm, *, mirror: str = "", say: Callable[[str], None] = lambda _: None
) -> Rendering:
    """Give the chart with all its subcharts, fetching what is not at hand.

    Args:
        chart: The chart's folder.
        helm: Fetches the archives, with a repository configuration of its own.
        mirror: One repository that holds all subcharts, instead of their own.
        say: Told what is being fetched.

    Raises:
        PrerequisiteError: There is no chart, or an archive can be had nowhere.
        CheckError: Chart.lock does not belong to Chart.yaml, or an archive is not what it asks for.
    """
    source = _source(chart, mirror)
    root = disk.cache_root(helm.environment)
    return _at_hand(source, root) or _complete(source, helm, root, say)


def _complete(source: Source, helm: Helm, root: Path, say: Callable[[str], None]) -> Rendering:
    pins_key, content = dependencies.copy_key(source.pins, disk.content_digest(source.folder))
    have = _cached(source.pins, root, pins_key) | _matching(source.pins, source.folder / "charts")
    with disk.staging(root) as stage:
        missing = [pin for pin in source.pins if pin.name not in have]
        for number, pin in enumerate(missing, start=1):
            say(f"fetching subchart {number} of {len(missing)}: {pin.name} {pin.version} from {pin.repository}")
            have[pin.name] = _fetch(pin, helm, stage, source.folder, say)
        place = disk.take_in(source.folder, have.values(), root / f"{pins_key}-{content}", stage)
    return Rendering(path=place, archives=_matching(source.pins, place / "charts"))


def _fetch(pin: Dependency, helm: Helm, stage: Path, chart: Path, say: Callable[[str], None]) -> Path:
    def tick(seconds: float) -> bool:
        if seconds % 9 < 3:  # noqa: PLR2004 - every third look
            say(f"{pin.repository} has not sent {pin.name} after {seconds:.0f} s; Ctrl-C stops it")
        return False

    target = stage / "fetched"
    try:
        helm.pull(pin.pull_arguments(), target, disk.isolated(helm.environment, stage), tick)
    except HelmError as error:
        raise PrerequisiteError(
            f"the subchart {pin.name} {pin.version} cannot be fetched: {error.message}",
            where=pin.repository,
            fix=f"connect to the network; or give a repository that holds all subcharts by --repository-mirror URL; "
            f"or put {pin.archive} and the others into {chart / 'charts'} (`helm dependency build` on a machine with "
            f"network makes them); or copy {disk.cache_root(helm.environment)} from a machine that has it",
        ) from error
    found = _matching([pin], target)
    if pin.name not in found:
        raise HelmError(
            f"what the repository sent is damaged, or not {pin.name} {pin.version}",
            where=pin.repository,
            fix="run the same command again; if it fails again, check the repository or give --repository-mirror",
        )
    return found[pin.name]
