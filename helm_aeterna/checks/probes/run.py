"""Connection checks: which ones there are for the choices made, and how each is run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.catalogue.check import HttpCheck, MongodbCheck, PostgresqlCheck, RedisCheck
from helm_aeterna.catalogue.evaluate import parts_of
from helm_aeterna.checks.probes.facts import facts_of, form_warnings
from helm_aeterna.checks.probes.http import check_http
from helm_aeterna.checks.probes.mongodb import check_mongodb
from helm_aeterna.checks.probes.postgresql import check_postgresql
from helm_aeterna.checks.probes.redis import check_redis
from helm_aeterna.checks.probes.result import CheckResult, Probe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.catalogue.check import Check
    from helm_aeterna.catalogue.entry import Catalogue, Part
    from helm_aeterna.checks.probes.network import Network
    from helm_aeterna.model.deployment import Deployment


def probes(catalogue: Catalogue, deployment: Deployment, axis: str = "") -> tuple[Probe, ...]:
    """The checks for the choices made.

    Args:
        catalogue: How each choice is checked.
        deployment: What is known of it, from answers or from values.
        axis: This one alone; all where empty.
    """
    parts = parts_of(catalogue, deployment)
    made = (_probe(parts, deployment, one.id) for one in catalogue if one.id in parts and axis in {"", one.id})
    return tuple(probe for probe in made if probe is not None)


def run_check(probe: Probe, network: Network) -> CheckResult:
    """Run one check; how long it takes is up to the network."""
    result = replace(_ask(probe, network), where=probe.where)
    return replace(result, warnings=form_warnings(probe.check.shapes, _key(probe.check), probe.facts))


def _ask(probe: Probe, network: Network) -> CheckResult:
    match probe.check:
        case HttpCheck() as check:
            return check_http(probe, check, network)
        case PostgresqlCheck() as check:
            return check_postgresql(probe, check, network)
        case RedisCheck() as check:
            return check_redis(probe, check, network)
        case MongodbCheck() as check:
            return check_mongodb(probe, check, network)


def _key(check: Check) -> str:
    """The setting that is a key of the usual form; passwords may look like anything."""
    return check.credential if isinstance(check, HttpCheck) else ""


def _probe(parts: Mapping[str, Part], deployment: Deployment, axis: str) -> Probe | None:
    """The check of one axis; None where there is nothing to try, or not yet, as this release makes it."""
    part = parts[axis]
    check, label, lender = part.check, part.label, axis
    if isinstance(check, PostgresqlCheck) and check.via:
        lender = check.via
        lent = parts[lender].check if lender in parts else None
        if not isinstance(lent, PostgresqlCheck):
            return None
        check = replace(lent, extensions={**lent.extensions, **check.extensions})
        label = f"{label} in {parts[lender].label}"
    if check is None:
        return None
    facts = facts_of(deployment.parts[lender])
    return Probe(axis=axis, choice=part.id, label=label, where=part.values.block, check=check, facts=facts)
