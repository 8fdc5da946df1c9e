"""The configurations every rule of the chart is shown for, by name; scenarios.yaml holds them."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.support.answer_scenarios import CI
from tests.support.answer_scenarios import SCENARIOS as ANSWERED

if TYPE_CHECKING:
    from collections.abc import Mapping

Values = dict[str, Any]

CI_VALUES = Path(__file__).parents[2] / "charts" / "aeterna" / "ci"

# What cannot have a default: the key of all keys (this one is for tests), and an LLM provider that asks for no key.
MINIMAL: Values = {
    "aeterna": {"kmsKey": "VEhJUy1JUy1OT1QtQS1TRUNSRVQtSVQtSVMtQS1URVM="},
    "llm": {"provider": "none"},
}

# Scenarios made of others, later ones on top.
COMPOSED = {
    "everything-outside": (
        "postgresql-external",
        "cache-external",
        "vector-qdrant-external",
        "llm-openai-gateway",
        "feature-autoscaling",
    ),
    "everything-on": (
        "cache-valkey",
        "vector-weaviate",
        "llm-ollama",
        "feature-ingress-tls",
        "feature-autoscaling",
        "feature-disruption-budget",
        "feature-service-monitor",
        "feature-token-review",
        "feature-mirror",
        "backup-s3",
    ),
}


def merged(*layers: Mapping[str, Any]) -> Values:
    """Lay mappings over one another, later ones winning, lists replaced whole: what Helm does with several files."""
    result: Values = {}
    for layer in layers:
        for key, value in layer.items():
            below = result.get(key)
            if isinstance(below, dict) and isinstance(value, dict):
                result[key] = merged(below, value)
            else:
                result[key] = copy.deepcopy(value)
    return result


def scenarios() -> dict[str, Values]:
    """Every scenario: its name and its whole values; with them what the program writes and chart-testing installs."""
    written = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text())
    named = {"minimal": MINIMAL, **{name: merged(MINIMAL, values) for name, values in written.items()}}
    for name, parts in COMPOSED.items():
        named[name] = merged(MINIMAL, *(written[part] for part in parts))
    for path in sorted(CI_VALUES.glob("*-values.yaml")):
        named[f"ci-{path.name.removesuffix('-values.yaml')}"] = yaml.safe_load(path.read_text())
    # What the program itself writes, from the answers of tests/scenarios.
    return named | {f"init-{name}": dict(made.values()) for name, made in ANSWERED.items() if name not in CI}


def guarded(values: Values) -> Values:
    """The same configuration with network policies."""
    return merged(values, {"security": {"networkPolicy": {"enabled": True}}})


SCENARIOS = scenarios()
