"""A small chart with pinned dependencies, and archives that meet them: for tests that need no subchart's content."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

from helm_aeterna.formats import dump_yaml, load_yaml
from helm_aeterna.release.dependencies import lock_digest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from helm_aeterna.formats import Tree

CONFIG_MAP = """
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-tiny
  namespace: {{ .Release.Namespace }}
data:
  colour: {{ .Values.colour | quote }}
"""
DEPENDENCIES = (
    {"name": "blue", "version": "1.2.3", "repository": "https://charts.example.org", "condition": "blue.enabled"},
    {"name": "green", "version": "v4.5.6", "repository": "oci://registry.example.org/charts", "condition": "green.on"},
)


def make_archive(folder: Path, name: str, version: str, files: Mapping[str, str] | None = None) -> Path:
    """Pack a chart as Helm does: everything below a folder of the chart's name."""
    content = {"Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: {version}\n", **(files or {})}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}.tgz"
    with tarfile.open(path, "w:gz") as packed:
        for inside, text in content.items():
            member = tarfile.TarInfo(f"{name}/{inside}")
            member.size = len(text.encode())
            packed.addfile(member, io.BytesIO(text.encode()))
    return path


def make_chart(
    folder: Path,
    dependencies: tuple[Mapping[str, str], ...] = DEPENDENCIES,
    files: Mapping[str, str] | None = None,
) -> Path:
    """Write a chart with its Chart.lock and without archives."""
    metadata: dict[str, Tree] = {
        "apiVersion": "v2",
        "name": "tiny",
        "version": "0.1.0",
        "dependencies": [dict(d) for d in dependencies],
    }
    locked = [{key: entry[key] for key in ("name", "repository", "version")} for entry in dependencies]
    lock: dict[str, Tree] = {"dependencies": locked, "digest": "", "generated": "2026-01-01T00:00:00Z"}
    lock["digest"] = lock_digest(load_yaml(dump_yaml(metadata), ""), load_yaml(dump_yaml(lock), ""))
    content = {
        "Chart.yaml": dump_yaml(metadata),
        "Chart.lock": dump_yaml(lock),
        "values.yaml": "colour: red\nblue: {enabled: false}\ngreen: {on: false}\n",
        "templates/configmap.yaml": CONFIG_MAP,
        **(files or {}),
    }
    for name, text in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder
