"""What an installation consists of, in which order: operators that are wanted and absent, then the chart."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from helm_aeterna.errors import CheckError
from helm_aeterna.formats import lookup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from helm_aeterna.formats import Tree

VERSION = 1
_TEXTS = ("dependency", "wanted", "installs", "api", "kind", "oldest", "release", "namespace")
_KEYS = (*_TEXTS, "names", "values")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """An operator that a bundled part needs; the attributes are those of the chart's files/operators.yaml."""

    dependency: str
    wanted: str
    installs: str
    api: str
    kind: str
    oldest: str
    release: str
    namespace: str
    names: tuple[str, ...] = ()
    values: Mapping[str, Tree] = field(default_factory=dict)

    def is_wanted(self, values: Tree) -> bool:
        """Whether these values need it and leave it to somebody else to install it."""
        return lookup(values, self.wanted) is True and lookup(values, self.installs) is not True


class Action(StrEnum):
    """What a step does."""

    TAKE_OVER = "take over"
    RETRY = "retry"
    OPERATOR = "operator"
    CHART = "chart"
    READY = "ready"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of an installation.

    Attributes:
        action: What it does.
        release: The release, or the Job, it is about.
        namespace: Where that release is.
        title: What it does, in words.
        operator: The operator it installs.
    """

    action: Action
    release: str
    namespace: str
    title: str
    operator: Operator | None = None


def read_operators(tree: Tree, where: str) -> tuple[Operator, ...]:
    """Read the chart's table of operators.

    Raises:
        CheckError: It is newer than this program, or not such a table.
    """
    if tree is None:
        return ()
    if not isinstance(tree, dict) or tree.get("version") != VERSION:
        said = tree.get("version") if isinstance(tree, dict) else tree
        fix = "use the program that came with this chart, or update it"
        raise CheckError(f"this table of operators has version {said}, not {VERSION}", where=where, fix=fix)
    entries = tree.get("operators")
    return tuple(_operator(entry, where) for entry in entries) if isinstance(entries, list) else ()


def _operator(entry: Tree, where: str) -> Operator:
    if not isinstance(entry, dict) or set(entry) != set(_KEYS):
        raise CheckError(f"an operator has exactly the keys {', '.join(_KEYS)}", where=where)
    values, names = entry["values"], entry["names"]
    texts = {key: str(entry[key]) for key in _TEXTS}
    return Operator(
        **texts,
        names=tuple(map(str, names)) if isinstance(names, list) else (),
        values=values if isinstance(values, dict) else {},
    )


def plan(
    release: str,
    namespace: str,
    operators: Sequence[Operator],
    *,
    served: bool = False,
    dry_run: str = "",
    test: bool = False,
    wait: bool = True,
) -> tuple[Step, ...]:
    """Put the steps into their order.

    Args:
        release: The release's name.
        namespace: Its namespace.
        operators: Those to install or to repair.
        served: Whether the cluster serves their kinds already; else a dry run against the server stops before the
            chart, whose objects the server does not know yet.
        dry_run: client, server, or empty.
        test: Whether the chart's tests are run.
        wait: Whether the program waits until everything runs.
    """
    steps = [_install(operator) for operator in operators]
    if dry_run == "server" and operators and not served:
        return tuple(steps)
    actions = {Action.CHART: f"release {release} in namespace {namespace}"}
    if wait and not dry_run:
        actions[Action.READY] = f"what {release} runs"
    if test and not dry_run:
        actions[Action.TEST] = f"tests of {release}"
    steps += [Step(action=one, release=release, namespace=namespace, title=title) for one, title in actions.items()]
    return tuple(steps)


def take_over(release: str, namespace: str, found: Mapping[str, Tree] | None) -> Step:
    """The step that frees a release which an earlier run left locked."""
    title = f"take over release {release} in namespace {namespace}, which is {(found or {}).get('status')}"
    return Step(action=Action.TAKE_OVER, release=release, namespace=namespace, title=title)


def retry(job: str, namespace: str) -> Step:
    """The step that deletes a failed Job, so that Helm creates it again."""
    title = f"delete Job {job}, which failed, so that it runs again"
    return Step(action=Action.RETRY, release=job, namespace=namespace, title=title)


def _install(operator: Operator) -> Step:
    return Step(
        action=Action.OPERATOR,
        release=operator.release,
        namespace=operator.namespace,
        operator=operator,
        title=f"operator {operator.release} in namespace {operator.namespace}",
    )
