"""Connection checks of the shipped catalogue, for made-up settings."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helm_aeterna.catalogue.load import load_catalogue
from helm_aeterna.checks.probes.run import probes
from helm_aeterna.formats import load_yaml
from helm_aeterna.model.secret import SecretText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.catalogue.entry import Catalogue
    from helm_aeterna.checks.probes.result import Probe

CATALOGUE = Path(__file__).parents[2] / "charts/aeterna/files/catalogue.yaml"


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue."""
    return load_catalogue(load_yaml(CATALOGUE.read_text(encoding="utf-8"), CATALOGUE.name), CATALOGUE.name)


def probe(axis: str, choice: str, settings: Mapping[str, Any]) -> Probe:
    """The check of a choice with these settings; credentials become secrets. pgvector's are those of PostgreSQL."""
    owner = catalogue().axes["postgresql" if choice == "pgvector" else axis]
    chosen = {axis: choice} | ({"postgresql": "external"} if choice == "pgvector" else {})
    block = owner.choices[chosen[owner.id]]
    secrets = {name for name, setting in block.settings.items() if setting.secret}
    values = {block.path(name): SecretText(value) if name in secrets else value for name, value in settings.items()}
    return probes(catalogue(), chosen, values, axis)[0]
