"""Fetches the files of other projects that the contract tests compare ours with: charts' values, schemas and CRDs."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import tomllib
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ci.testbed import tools
from ci.testbed.errors import PrerequisiteError, TestbedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ROOT = Path(__file__).resolve().parent.parent
_CHART = _ROOT / "charts" / "aeterna" / "Chart.yaml"
_TABLE = _ROOT / "ci" / "references.toml"
_KEPT = ("Chart.yaml", "values.yaml", "values.schema.json")
_SECONDS = 60

_ABOUT = """Fetch the files of other projects that the contract tests compare ours with.

The folder gets charts/<name>-<version>/ and crds/. Point AETERNA_SHARED_UPSTREAM at it. Needs the
network; nothing of what it brings belongs into the repository.
"""


class FetchError(TestbedError):
    """A repository does not answer, or holds something else than was asked for."""

    exit_code = 6


def _helm(*arguments: str) -> str:
    program = tools.find("helm4")
    if program is None:
        raise PrerequisiteError("Helm is not ready", fix="ci/setup helm4")
    done = subprocess.run([str(program), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise FetchError(f"helm {' '.join(arguments)}: {done.stderr.strip()}", fix="check the network and the pin")
    return done.stdout


def pull(pin: Mapping[str, str], folder: Path) -> Path:
    """Bring a dependency's archive into a folder and return its path.

    Raises:
        FetchError: the repository has no such chart, or does not answer.
    """
    name, version, repository = pin["name"], pin["version"], pin["repository"]
    where = [f"{repository}/{name}"] if repository.startswith("oci://") else [name, "--repo", repository]
    _helm("pull", *where, "--version", version, "--destination", str(folder))
    return folder / f"{name}-{version}.tgz"


def unpack(archive: Path, destination: Path) -> None:
    """Put the files that say what a chart takes, without its templates, into charts/<name>-<version>/."""
    target = destination / "charts" / archive.name.removesuffix(".tgz")
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as packed:
        for member in packed.getmembers():
            inside = member.name.partition("/")[2]
            content = packed.extractfile(member) if inside in _KEPT else None
            if content is not None:
                (target / inside).write_bytes(content.read())


def definitions(archive: Path) -> str:
    """Return the custom resource definitions a chart brings, in its crds folder or among its templates."""
    with tarfile.open(archive) as packed:
        inside = {name.partition("/")[2] for name in packed.getnames()}
    if "templates/crds/crds.yaml" in inside:
        return _helm("template", "reference", str(archive), "--show-only", "templates/crds/crds.yaml")
    return _helm("show", "crds", str(archive)) if any(name.startswith("crds/") for name in inside) else ""


def fetch_charts(pins: Sequence[Mapping[str, str]], destination: Path) -> None:
    """Fetch every pinned chart and keep what the contract tests read of it."""
    archives = destination / "archives"
    (destination / "crds").mkdir(parents=True, exist_ok=True)
    archives.mkdir(exist_ok=True)
    for pin in pins:
        archive = pull(pin, archives)
        unpack(archive, destination)
        brought = definitions(archive)
        if brought:
            (destination / "crds" / archive.name.replace(".tgz", ".yaml")).write_text(brought, encoding="utf-8")


def fetch_definitions(table: Mapping[str, str], destination: Path) -> None:
    """Fetch single definitions: file name -> URL.

    Raises:
        FetchError: a URL gives no definition.
    """
    for name, url in table.items():
        try:
            with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - URLs of our own table
                text = answer.read().decode()
        except OSError as problem:
            raise FetchError(f"{url}: {problem}", fix="check the network and ci/references.toml") from problem
        if "kind: CustomResourceDefinition" not in text:
            raise FetchError(f"{url} is no CustomResourceDefinition", fix="correct ci/references.toml")
        (destination / "crds" / name).write_text(text, encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 2 usage, 5 prerequisite missing, 6 fetching failed."""
    parser = argparse.ArgumentParser(
        prog="ci/upstream", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where to put the files")
    folder: Path = parser.parse_args(argv).folder
    import yaml  # late, for --help works outside the tests' environment too

    chart: dict[str, Any] = yaml.safe_load(_CHART.read_text(encoding="utf-8"))
    table: dict[str, Any] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    try:
        fetch_charts(chart["dependencies"], folder)
        fetch_definitions(table["definitions"], folder)
    except TestbedError as problem:
        sys.stderr.write(problem.report())
        return problem.exit_code
    sys.stdout.write(f"upstream: ready, export AETERNA_SHARED_UPSTREAM={folder.resolve()}\n")
    return 0
