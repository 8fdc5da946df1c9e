"""The command ci/generate: write what is stale, or only say so."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from ci.generators.reference import reference_text
from ci.generators.requirements import requirements_text
from ci.generators.schema import schema_text
from ci.generators.values_file import CommentError, read_values, with_choices
from ci.generators.variables import variables_text
from helm_aeterna.catalogue.entry import Catalogue, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts" / "aeterna"


def generated(chart: Path = CHART, root: Path = ROOT) -> Mapping[Path, str]:
    """Return each generated file with the text it should have.

    Raises:
        CommentError: values.yaml is not described.
    """
    catalogue: Catalogue = read(Catalogue, yaml.safe_load((chart / "files" / "catalogue.yaml").read_text()))
    entries = with_choices(read_values((chart / "values.yaml").read_text()), choices_of(catalogue))
    return {
        chart / "values.schema.json": schema_text(entries, credentials_of(catalogue)),
        root / "docs" / "values.md": reference_text(entries),
        root / "docs" / "variables.md": variables_text(catalogue),
        root / "docs" / "requirements.md": requirements_text(ROOT / "tests"),
    }


def choices_of(catalogue: Catalogue) -> dict[str, list[str]]:
    """Return the keys of values.yaml by which choices are made, with the texts that make them."""
    found: dict[str, list[str]] = {}
    for _, part in catalogue.parts():
        for path, value in part.values.chosen.items():
            if isinstance(value, str) and value not in found.setdefault(path, []):
                found[path].append(value)
    return found


def credentials_of(catalogue: Catalogue) -> set[str]:
    """Return the names of all credentials that are stored."""
    settings = (setting for _, part in catalogue.parts() for setting in part.settings.values())
    return {setting.secret for setting in settings if setting.secret and not setting.probe}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="ci/generate",
        description="Write the files that are made from others: values.schema.json and the reference pages.",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 4 if a file is stale")
    options = parser.parse_args(arguments)
    try:
        files = generated()
    except CommentError as error:
        print(f"error: {error}", file=sys.stderr)
        return 4
    stale = {path: text for path, text in files.items() if not path.exists() or path.read_text() != text}
    for path, text in stale.items():
        print(f"{'stale' if options.check else 'written'}: {path.relative_to(ROOT)}")
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    if stale and options.check:
        print("fix: make generate", file=sys.stderr)
        return 4
    return 0
