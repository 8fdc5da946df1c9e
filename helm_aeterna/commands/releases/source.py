"""What `install` installs: the chart, the values files and what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helm_aeterna.adapters.chart import read_chart_file
from helm_aeterna.checks.rules import secret_paths
from helm_aeterna.commands.project import open_chart, output_folder
from helm_aeterna.commands.values_files import find_values, load_values, merged
from helm_aeterna.formats import lookup
from helm_aeterna.release.steps import Operator, read_operators

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from pathlib import Path

    from helm_aeterna.adapters.runtime import Runtime
    from helm_aeterna.commands.values_files import ValuesFile
    from helm_aeterna.formats import Tree
    from helm_aeterna.outputs.preview import Chart

OPERATORS = "files/operators.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is installed: the chart and the values for it."""

    folder: Path
    chart: Chart
    name: str
    version: str
    files: tuple[ValuesFile, ...]
    values: Mapping[str, Tree]
    operators: tuple[Operator, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """The values files, for Helm."""
        return tuple(file.path for file in self.files)

    def secrets(self) -> tuple[str, ...]:
        """The credentials in the values."""
        found = (lookup(self.values, path) for path in secret_paths(self.chart.catalogue))
        return tuple(text for text in found if isinstance(text, str) and text)

    def generated(self) -> frozenset[str]:
        """Keys of Secrets that are made once and must never change."""
        parts = (part for _, part in self.chart.catalogue.parts())
        return frozenset(one.secret for part in parts for one in part.settings.values() if one.generate)


def read_source(arguments: argparse.Namespace, runtime: Runtime) -> Source:
    """Read the chart and the values.

    Raises:
        PrerequisiteError: There is no chart, or there are no values.
        CheckError: Something of it cannot be read.
    """
    folder, chart = open_chart(arguments.chart, runtime)
    files = load_values(find_values(arguments.values, output_folder(arguments.output, runtime), runtime))
    metadata = read_chart_file(folder, "Chart.yaml")
    return Source(
        folder=folder,
        chart=chart,
        name=str(lookup(metadata, "name")),
        version=str(lookup(metadata, "version")),
        files=files,
        values=merged(files, folder),
        operators=read_operator_table(folder),
    )


def read_operator_table(folder: Path) -> tuple[Operator, ...]:
    """Read the chart's table of operators."""
    return read_operators(read_chart_file(folder, OPERATORS), str(folder / OPERATORS))
