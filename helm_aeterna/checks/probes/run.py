"""Connection checks: which ones there are for the choices made, and how each is run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helm_aeterna.catalogue.check import HttpCheck, MongodbCheck, PostgresqlCheck, RedisCheck, read_check
from helm_aeterna.checks.probes.facts import facts_of, form_warnings
from helm_aeterna.checks.probes.http import check_http
from helm_aeterna.checks.probes.mongodb import check_mongodb
from helm_aeterna.checks.probes.postgresql import check_postgresql
from helm_aeterna.checks.probes.redis import check_redis
from helm_aeterna.checks.probes.result import CheckResult, Probe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helm_aeterna.catalogue.check import Check
    from helm_aeterna.catalogue.entry import Catalogue, Choice
    from helm_aeterna.checks.probes.network import Network
    from helm_aeterna.model.question import Value


def probes(
    catalogue: Catalogue, chosen: Mapping[str, str], values: Mapping[str, Value], axis: str = ""
) -> tuple[Probe, ...]:
    """The checks for the choices made.

    Args:
        catalogue: All choices.
        chosen: Axis to choice.
        values: What is known, by keys of values.yaml: see `known` and `known_of_values`.
        axis: This one alone; all where empty.

    Raises:
        FormatError: The check of a choice is written wrongly in the catalogue.
    """
    found = []
    for one in catalogue:
        choice = one.choices.get(chosen.get(one.id, ""))
        if choice is not None and axis in {"", one.id}:
            found += list(_probes_of(catalogue, one.id, choice, chosen, values))
    return tuple(found)


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


def _probes_of(
    catalogue: Catalogue, axis: str, choice: Choice, chosen: Mapping[str, str], values: Mapping[str, Value]
) -> Iterator[Probe]:
    check = read_check(choice)
    if check is None:
        return
    if isinstance(check, PostgresqlCheck) and check.via:
        lender = catalogue.axes[check.via].choices.get(chosen.get(check.via, ""))
        lent = None if lender is None else read_check(lender)
        if lender is None or not isinstance(lent, PostgresqlCheck):
            return  # it is made by this release: there is nothing to try yet
        extended = replace(lent, extensions={**lent.extensions, **check.extensions})
        yield _probe(axis, choice, extended, facts_of(lender, values), f"{choice.label} in {lender.label}")
        return
    yield _probe(axis, choice, check, facts_of(choice, values), choice.label)


def _probe(axis: str, choice: Choice, check: Check, facts: Mapping[str, Value], label: str) -> Probe:
    return Probe(axis=axis, choice=choice.id, label=label, where=choice.block, check=check, facts=facts)
