from __future__ import annotations

import re

import pytest

from tests.support.render import Manifest, find, render, render_error
from tests.support.scenarios import MINIMAL, SCENARIOS, merged

LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
LONGEST = "a-release-name-of-exactly-fifty-three-characters-12345"[:53]
RELEASES = ("a", "aeterna", "qdrant", "my-dragonfly", "0", "a.b", "a-b", "on", LONGEST)

OUTSIDE = SCENARIOS["everything-outside"]


def names(release: str) -> set[str]:
    objects = render(OUTSIDE, release=release)
    return {item["metadata"]["name"] for item in objects}


@pytest.mark.parametrize("release", RELEASES)
def test_names_are_labels_for_every_release_name_helm_accepts(release: str) -> None:
    for name in names(release):
        assert LABEL.fullmatch(name), name
        assert len(name) <= 63, name


def test_releases_that_differ_in_a_forbidden_character_do_not_meet() -> None:
    assert not names("a.b") & names("a-b")


def test_long_names_that_differ_at_the_end_do_not_meet() -> None:
    assert not names(LONGEST[:-1] + "a") & names(LONGEST[:-1] + "b")


def test_a_release_that_holds_the_name_does_not_repeat_it() -> None:
    assert find(render(MINIMAL, release="my-aeterna"), "Deployment")["metadata"]["name"] == "my-aeterna"
    assert find(render(MINIMAL, release="prod"), "Deployment")["metadata"]["name"] == "prod-aeterna"


def test_the_full_name_can_be_given() -> None:
    objects = render(merged(OUTSIDE, {"fullnameOverride": "memory"}))
    assert {item["metadata"]["name"].split("-")[0] for item in objects} == {"memory"}


def test_the_application_name_can_be_given() -> None:
    objects = render(merged(OUTSIDE, {"nameOverride": "memory"}), release="prod")
    deployment = find(objects, "Deployment")
    assert deployment["metadata"]["name"] == "prod-memory"
    assert deployment["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"] == "memory"


@pytest.mark.parametrize("release", ["aeterna", LONGEST])
def test_the_cluster_name_is_one_its_operator_accepts(release: str) -> None:
    values = merged(MINIMAL, {"qdrant": {"fullnameOverride": "q"}})
    name = find(render(values, release=release), "Cluster")["metadata"]["name"]
    assert len(name) <= 50
    assert name.endswith("-db")


def test_a_subchart_name_that_is_too_long_is_refused_with_the_limit() -> None:
    (problem,) = render_error(MINIMAL, release=LONGEST)
    assert (problem.code, problem.key) == ("AET310", "qdrant.fullnameOverride")
    assert "52" in problem.problem


def test_a_release_named_after_a_part_is_refused_when_two_would_share_a_name() -> None:
    (problem,) = render_error(MINIMAL, release="aeterna-qdrant")
    assert problem.code == "AET312"
    (problem,) = render_error(MINIMAL, release="qdrant-dragonfly")
    assert problem.code == "AET312"


@pytest.mark.parametrize("chart", ["qdrant", "dragonfly"])
@pytest.mark.parametrize(
    ("overrides", "release", "expected"),
    [
        ({}, "prod", "prod-{chart}"),
        ({}, "my-{chart}", "my-{chart}"),
        ({"nameOverride": "x"}, "prod", "prod-x"),
        ({"nameOverride": "x"}, "xerxes", "xerxes"),
        ({"fullnameOverride": "y"}, "prod", "y"),
    ],
)
def test_hosts_of_subcharts_follow_their_own_rule(
    chart: str, overrides: dict[str, str], release: str, expected: str
) -> None:
    objects = render(merged(MINIMAL, {chart: overrides}), release=release.format(chart=chart))
    data = environment(objects)
    host = {"qdrant": data["QDRANT_URL"].split("/")[2].split(":")[0], "dragonfly": data["RD_HOST"]}[chart]
    assert host == expected.format(chart=chart)


def environment(objects: list[Manifest]) -> dict[str, str]:
    (config,) = [item for item in objects if item["kind"] == "ConfigMap"]
    data: dict[str, str] = config["data"]
    return data


def test_a_service_account_of_ones_own_is_used() -> None:
    objects = render(merged(MINIMAL, {"serviceAccount": {"create": False, "name": "ready"}}))
    assert find(objects, "Deployment")["spec"]["template"]["spec"]["serviceAccountName"] == "ready"


def test_no_service_account_made_or_named_is_the_default_one() -> None:
    objects = render(merged(MINIMAL, {"serviceAccount": {"create": False}}))
    assert find(objects, "Deployment")["spec"]["template"]["spec"]["serviceAccountName"] == "default"


def test_labels_of_a_numeric_release_stay_text() -> None:
    labels = find(render(OUTSIDE, release="123"), "Deployment")["metadata"]["labels"]
    assert labels["app.kubernetes.io/instance"] == "123"


def test_a_chart_version_with_a_plus_is_a_valid_label() -> None:
    label = find(render(OUTSIDE), "Deployment")["metadata"]["labels"]["helm.sh/chart"]
    assert re.fullmatch(r"aeterna-[0-9A-Za-z._-]+", label)


def strings_expected(item: object, path: str = "") -> list[str]:
    """List places of names, namespaces and labels that a YAML reader does not take for text."""
    if isinstance(item, list):
        return [found for one in item for found in strings_expected(one, f"{path}[]")]
    if not isinstance(item, dict):
        last = path.rsplit(".", 1)[-1].lower()
        wanted = last.endswith(("name", "namespace")) or "abels" in path or last == "size"
        return [path] if wanted and not isinstance(item, str) else []
    return [found for key, one in item.items() for found in strings_expected(one, f"{path}.{key}")]


@pytest.mark.parametrize("word", ["123", "on", "null", "1e3", "0x1"])
def test_words_that_yaml_reads_as_something_else_stay_names(word: str) -> None:
    named = {
        "nameOverride": word,
        "global": {"imagePullSecrets": [word]},
        "serviceAccount": {"name": word},
        "ingress": {"enabled": True, "className": word, "hosts": [{"host": word}], "tls": [{"secretName": word}]},
        "aeterna": {"knowledgeRepo": {"persistence": {"existingClaim": word}}, "tokenReview": True},
        "postgresql": {"storage": {"size": "10737418240", "storageClass": word}, "priorityClassName": word},
        "security": {"networkPolicy": {"enabled": True}},
    }
    for scenario, release in ((MINIMAL, "aeterna"), (OUTSIDE, word)):
        for item in render(merged(scenario, named), release=release, namespace=word):
            assert not strings_expected(item), item
            assert item["metadata"].get("namespace", word) == word
