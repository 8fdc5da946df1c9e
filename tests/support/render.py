"""Renders the chart with real Helm: values in, objects or the chart's own findings out."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import pytest
import yaml

from tests.support.require import require

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHART = Path(__file__).parents[2] / "charts" / "aeterna"
Manifest = dict[str, Any]

LINE = re.compile(r"(AET\d{3}) \| ([^|\n]*) \| ([^|\n]*) \| ([^\n]*)")
TABS_AT_END = re.compile(r"\t+$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One line the chart's validation prints: code, values key, problem and fix."""

    code: str
    key: str
    problem: str
    fix: str


class RenderError(AssertionError):
    """Helm refused to render; `stderr` is what it said."""

    def __init__(self, stderr: str) -> None:
        super().__init__(stderr)
        self.stderr = stderr


class UniqueKeyLoader(yaml.CSafeLoader):
    """Refuses a key given twice: Helm does not, and one of the two is lost in silence."""


def mapping_without_twins(loader: UniqueKeyLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    """Build a mapping and refuse a repeated key."""
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen:
            raise AssertionError(f"{key.start_mark}: key {key.value!r} stands here twice")
        seen.add(key.value)
    return dict(loader.construct_mapping(node, deep=True))


UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping_without_twins)


def load_all(text: str) -> list[Manifest]:
    """Parse manifests; a tab at a line's end, which Go's parser allows, is forgiven."""
    documents = yaml.load_all(TABS_AT_END.sub("", text), Loader=UniqueKeyLoader)
    return [document for document in documents if document]


def digest_of(folder: Path) -> str:
    """Return one digest of every file below `folder`, names included."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return total.hexdigest()


@functools.cache
def scratch() -> tempfile.TemporaryDirectory[str]:
    """Return this process's temporary folder; gone when the process ends."""
    return tempfile.TemporaryDirectory(prefix="aeterna-render-")


@functools.cache
def renderable_copy(chart: Path, digest: str) -> Path:
    """Return a chart Helm can render offline: itself, or a copy without dependencies when an archive is absent.

    Helm refuses to render while a dependency is missing, even one that is switched off (decision 45).
    """
    metadata = yaml.safe_load((chart / "Chart.yaml").read_text())
    wanted = [entry["name"] for entry in metadata.get("dependencies", [])]
    archives = [path.name for path in (chart / "charts").glob("*")]
    if all(any(archive.startswith(name) for archive in archives) for name in wanted):
        return chart
    copy = Path(scratch().name) / f"chart-{digest[:16]}"
    shutil.copytree(chart, copy, ignore=shutil.ignore_patterns("charts", "Chart.lock"))
    metadata.pop("dependencies")
    (copy / "Chart.yaml").write_text(yaml.safe_dump(metadata))
    return copy


@functools.cache
def template(helm: str, chart: Path, values: str, arguments: tuple[str, ...]) -> tuple[str, str]:
    """Run `helm template`; return (stdout, "") or ("", stderr). Same question, same answer: asked once."""
    home = Path(scratch().name) / "home"
    values_file = Path(scratch().name) / f"values-{hashlib.sha256(values.encode()).hexdigest()[:16]}.yaml"
    values_file.write_text(values)
    environment = {"PATH": os.defpath, "HOME": str(home), "HELM_PLUGINS": str(home / "plugins")}
    command = [str(require(helm)), "template", arguments[0], str(chart), "-f", str(values_file), *arguments[1:]]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return (done.stdout, "") if done.returncode == 0 else ("", done.stderr)


class Options(TypedDict, total=False):
    """How to render: which Helm, which chart, and what Helm is told."""

    helm: str
    release: str
    namespace: str
    api_versions: Sequence[str]
    args: Sequence[str]
    chart: Path


def render_text(values: Mapping[str, Any], **options: Unpack[Options]) -> str:
    """Return what `helm template` prints; raise RenderError when it refuses."""
    chart = options.get("chart", CHART)
    arguments = [options.get("release", "aeterna"), "--namespace", options.get("namespace", "default")]
    arguments += [f"--api-versions={version}" for version in options.get("api_versions", ())]
    arguments += options.get("args", ())
    copy = renderable_copy(chart, digest_of(chart))
    out, refused = template(options.get("helm", "helm4"), copy, json.dumps(values, sort_keys=True), tuple(arguments))
    if refused:
        raise RenderError(refused)
    return out


def render(values: Mapping[str, Any], **options: Unpack[Options]) -> list[Manifest]:
    """Return the objects the chart renders to; each call gets objects of its own."""
    return load_all(render_text(values, **options))


def render_error(values: Mapping[str, Any], **options: Unpack[Options]) -> list[Problem]:
    """Return the findings the chart's validation prints; fail when it renders or says something else."""
    with pytest.raises(RenderError) as refusal:
        render_text(values, **options)
    stderr = refusal.value.stderr
    problems = [
        Problem(code=match[1], key=match[2], problem=match[3], fix=match[4].strip()) for match in LINE.finditer(stderr)
    ]
    assert problems, f"refused, but not by the chart's own validation:\n{stderr}"
    return problems


def find(objects: Sequence[Manifest], kind: str, name: str | None = None) -> Manifest:
    """Return the one object of that kind (and name); fail when there are none or several."""
    found = [item for item in objects if item["kind"] == kind and (name is None or item["metadata"]["name"] == name)]
    assert len(found) == 1, f"{kind} {name or ''}: found {[item['metadata']['name'] for item in found]}"
    return found[0]
