"""Packages the subcharts' stand-ins with real Helm, or takes the real archives: one folder, all pins, an index."""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from ci.testbed.cache import default_root
from tests.support.render import CHART, digest_of
from tests.support.require import require

if TYPE_CHECKING:
    from collections.abc import Mapping

STAND_INS = Path(__file__).parent / "subcharts"
KIND = "AETERNA_TEST_SUBCHARTS"  # real | stand-in
REAL_FOLDER = "AETERNA_TEST_ARCHIVES"  # where the real archives are
# Read once, at import: a test may have a home folder of its own.
KEPT = default_root().parent / "archives"


class HelmError(AssertionError):
    """Helm ended with an error; the text is what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One dependency of the chart, as Chart.yaml pins it."""

    name: str
    version: str
    repository: str
    condition: str

    @property
    def archive(self) -> str:
        """The file name Helm gives the packaged chart."""
        return f"{self.name}-{self.version}.tgz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Helm:
    """A Helm binary with a home of its own: nothing the user configured gets in or is changed."""

    program: Path
    home: Path

    def environment(self) -> dict[str, str]:
        """Return all the environment a run gets."""
        folders = {f"HELM_{kind}_HOME": str(self.home / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}
        return {"PATH": os.defpath, "HOME": str(self.home), **folders}

    def run(self, *arguments: str | Path) -> str:
        """Run Helm and return its standard output.

        Raises:
            HelmError: it ended with another code than 0.
        """
        command = [str(self.program), *map(str, arguments)]
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise HelmError(f"{' '.join(command[1:])}\n{done.stderr}")
        return done.stdout


def isolated_helm(home: Path, name: str = "helm4") -> Helm:
    """Return one of the pinned Helm binaries, confined to `home`."""
    return Helm(program=require(name), home=home)


def pins(chart: Path = CHART) -> list[Pin]:
    """Return the chart's dependencies in Chart.yaml's order."""
    metadata = yaml.safe_load((chart / "Chart.yaml").read_text())
    return [Pin(**entry) for entry in metadata["dependencies"]]


def package(pin: Pin, helm: Helm, destination: Path) -> None:
    """Package one stand-in, with the file all of them share, into `destination`."""
    with tempfile.TemporaryDirectory(prefix="aeterna-stand-in-") as folder:
        source = Path(folder) / pin.name
        shutil.copytree(STAND_INS / pin.name, source)
        shutil.copy(STAND_INS / "shared" / "_stand-in.tpl", source / "templates")
        helm.run("package", source, "--destination", destination)
    assert (destination / pin.archive).is_file(), (
        f"{pin.archive}: the stand-in has another name or version than the pin"
    )


def copy_real(destination: Path, environment: Mapping[str, str]) -> None:
    """Copy the real archives of every pin into `destination`."""
    given = environment.get(REAL_FOLDER)
    assert given, f"{KIND}=real needs {REAL_FOLDER}, a folder with the real archives"
    for pin in pins():
        source = Path(given) / pin.archive
        assert source.is_file(), f"{REAL_FOLDER} lacks {pin.archive}: helm pull {pin.name} --version {pin.version}"
        shutil.copy(source, destination)


def build_archives(destination: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Put one archive for each pin, and an index of them, into a new folder; return it."""
    kind = environment.get(KIND, "stand-in")
    assert kind in {"real", "stand-in"}, f"{KIND}={kind}: choose real or stand-in"
    destination.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="aeterna-helm-home-") as home:
        helm = isolated_helm(Path(home))
        if kind == "real":
            copy_real(destination, environment)
        else:
            for pin in pins():
                package(pin, helm, destination)
        helm.run("repo", "index", destination)
    return destination


def stand_ins_digest() -> str:
    """Return a digest of all that decides what the stand-ins' archives hold."""
    wanted = " ".join(pin.archive for pin in pins())
    return hashlib.sha256(f"{digest_of(STAND_INS)} {wanted}".encode()).hexdigest()[:16]


@functools.cache
def archives_folder() -> Path:
    """Return a folder with all archives and their index; the stand-ins' is kept while nothing in them changes."""
    if os.environ.get(KIND) == "real":
        return build_archives(scratch() / "real")
    place = KEPT / stand_ins_digest()
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".staging-", dir=place.parent) as staging:
            made = build_archives(Path(staging) / "archives")
            with suppress(OSError):  # another test process was faster; its folder is as good
                made.rename(place)
    return place


@functools.cache
def scratch() -> Path:
    """Return this process's temporary folder; gone when the process ends."""
    folder = tempfile.TemporaryDirectory(prefix="aeterna-archives-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def copy_chart(destination: Path) -> Path:
    """Copy the chart to `destination` with every dependency's archive in place; return it."""
    shutil.copytree(CHART, destination, ignore=shutil.ignore_patterns("charts"))
    (destination / "charts").mkdir()
    for pin in pins():
        shutil.copy(archives_folder() / pin.archive, destination / "charts")
    return destination


def copy_subcharts_alone(destination: Path) -> Path:
    """Copy the chart with its archives but without templates and schema of its own; what is left is the subcharts."""
    chart = copy_chart(destination)
    shutil.rmtree(chart / "templates")
    (chart / "values.schema.json").unlink(missing_ok=True)
    (chart / "templates").mkdir()
    shutil.copy(CHART / "templates" / "_names.tpl", chart / "templates")
    return chart
