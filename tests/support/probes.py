"""Connection checks of the shipped catalogue, for made-up settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from helm_aeterna.checks.probes.run import probes
from helm_aeterna.model.deployment import Chosen, Credential, Deployment, Existing
from helm_aeterna.model.secret import SecretText
from tests.support.models import real_chart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.catalogue.entry import Catalogue
    from helm_aeterna.checks.probes.result import Probe


def catalogue() -> Catalogue:
    """The shipped catalogue."""
    return real_chart().catalogue


def deployed(**parts: Chosen) -> Deployment:
    """A deployment of these parts."""
    return Deployment(target="kubernetes", parts=parts)


def chosen(axis: str, choice: str, settings: Mapping[str, Any] | None = None) -> Chosen:
    """A choice with these settings; credentials become secrets."""
    known = catalogue().axes[axis].choices[choice].settings
    given = settings or {}
    hidden = {name for name, setting in known.items() if setting.secret}
    secrets: dict[str, Credential] = {name: SecretText(text) for name, text in given.items() if name in hidden and text}
    if kept := given.get("existingSecret"):
        secrets = {name: Existing(kept) for name in hidden}
    settings = {name: value for name, value in given.items() if name in known.keys() - hidden}
    return Chosen(choice=choice, settings=settings, secrets=secrets)


def probe(axis: str, choice: str, settings: Mapping[str, Any]) -> Probe:
    """The check of a choice with these settings; pgvector's are those of PostgreSQL."""
    if choice == "pgvector":
        parts = {axis: Chosen(choice=choice), "postgresql": chosen("postgresql", "external", settings)}
    else:
        parts = {axis: chosen(axis, choice, settings)}
    return probes(catalogue(), deployed(**parts), axis)[0]
