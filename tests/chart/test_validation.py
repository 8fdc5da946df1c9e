from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.render import CHART, Problem, RenderError, render, render_error
from tests.support.scenarios import MINIMAL, SCENARIOS, merged

CASES = yaml.safe_load(Path(__file__).with_name("validation-cases.yaml").read_text())
CODE = re.compile(r"^AET\d{3}", re.MULTILINE)


def marked(case: dict[str, Any]) -> object:
    marks = [pytest.mark.requirement(case["requirement"])] if "requirement" in case else []
    return pytest.param(case, id=case["name"], marks=marks)


def found(case: dict[str, Any], helm: str = "helm4") -> list[Problem]:
    return render_error(
        merged(MINIMAL, case["values"]),
        helm=helm,
        release=case.get("release", "aeterna"),
        api_versions=case.get("apis", ()),
        args=["--skip-schema-validation"] if case.get("without_schema") else [],
    )


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_each_mistake_is_found_and_nothing_else(case: dict[str, Any]) -> None:
    problems = found(case)
    assert [f"{problem.code} {problem.key}" for problem in problems] == case["finds"]
    text = "\n".join(f"{problem.problem} | {problem.fix}" for problem in problems)
    assert [words for words in case.get("says", ()) if words not in text] == []
    assert "canary" not in text


def test_every_code_of_the_chart_has_a_case() -> None:
    written = {code for path in (CHART / "templates").rglob("*.tpl") for code in CODE.findall(path.read_text())}
    shown = {finding.split()[0] for case in CASES for finding in case["finds"]}
    assert written == shown | {"AET408"}  # it asks the cluster: tests/cluster/test_credentials_job.py


def test_a_code_belongs_to_one_subject_for_ever() -> None:
    """A program, a search engine or a colleague knows a problem by its code."""
    owners: dict[str, set[str]] = {}
    for path in (CHART / "templates").rglob("*.tpl"):
        for code in CODE.findall(path.read_text()):
            owners.setdefault(code, set()).add(path.name)
    assert {code: files for code, files in owners.items() if len(files) > 1} == {
        "AET106": {"_choices.tpl", "_stores.tpl"}
    }


@pytest.mark.parametrize("helm", ["helm3", "helm317"])
def test_older_helm_says_the_same(helm: str) -> None:
    worst = {"name": "worst", "values": WORST}
    assert found(worst, helm) == found(worst)


WORST = {
    "aeterna": {"kmsKey": "", "replicas": 3},
    "cache": {"type": "external"},
    "postgresql": {"enabled": False},
    "opal": {"enabled": True},
}


def test_all_problems_come_at_once_in_the_order_of_their_codes() -> None:
    problems = render_error(WORST)
    codes = [problem.code for problem in problems]
    assert codes == sorted(codes)
    assert {"AET102", "AET103", "AET104", "AET201", "AET501"} <= set(codes)
    assert all(problem.problem and problem.fix for problem in problems)


def test_its_words_come_before_any_template_that_trips_over_the_same_values(tmp_path: Path) -> None:
    copy = tmp_path / "aeterna"
    shutil.copytree(CHART, copy, ignore=shutil.ignore_patterns("charts"))
    for place in ("aaa.yaml", "zzz.yaml", "zzz/zzz.yaml", "aeterna/zzz.yaml"):
        (copy / "templates" / place).parent.mkdir(exist_ok=True)
        (copy / "templates" / place).write_text('{{ fail "a template tripped" }}\n')
    for helm in ("helm4", "helm3", "helm317"):
        assert [
            problem.code
            for problem in render_error(merged(MINIMAL, {"opal": {"enabled": True}}), helm=helm, chart=copy)
        ] == ["AET501"]
        with pytest.raises(RenderError, match="tripped"):
            render(MINIMAL, helm=helm, chart=copy)


def test_a_live_cluster_that_has_everything_is_content() -> None:
    apis = ["apiregistration.k8s.io/v1", "postgresql.cnpg.io/v1", "monitoring.coreos.com/v1", "external-secrets.io/v1"]
    assert render(SCENARIOS["feature-service-monitor"], api_versions=apis)


def test_a_cluster_that_lacks_something_may_be_skipped() -> None:
    """Argo CD passes the cluster's APIs, and may install the operator in the same sync."""
    values = merged(SCENARIOS["feature-service-monitor"], {"preflight": "skip"})
    assert render(values, api_versions=["apiregistration.k8s.io/v1"])


def test_pins_in_the_commands_are_those_of_the_chart() -> None:
    text = (CHART / "templates" / "validation" / "_cluster.tpl").read_text()
    dependencies = yaml.safe_load((CHART / "Chart.yaml").read_text())["dependencies"]
    pins = {entry["name"]: f"--repo {entry['repository']} --version {entry['version']}" for entry in dependencies}
    for name in ("cloudnative-pg", "psmdb-operator"):
        assert f'"{name}" "{pins[name]}"' in text


@pytest.mark.parametrize(("minimum", "pods"), [(1, 2), ("50%", 2), ("66%", 3), (0, 1)])
@pytest.mark.requirement("CHART-28")
def test_a_budget_that_lets_one_pod_go_is_content(minimum: int | str, pods: int) -> None:
    server = {"replicas": pods, "knowledgeRepo": {"url": "https://git.example.org/k.git"}}
    budget = {"enabled": True, "minAvailable": minimum}
    assert render(merged(MINIMAL, {"aeterna": server, "podDisruptionBudget": budget}))


@pytest.mark.parametrize(
    ("request_", "limit"),
    [("1Gi", "1024Mi"), ("500m", 0.5), ("1e3", "1k"), ("100M", "96Mi"), ("0.5Gi", "512Mi"), (1, "1000m")],
)
def test_quantities_are_compared_by_size_not_by_spelling(request_: str | float, limit: str | float) -> None:
    resources = {"requests": {"memory": request_}, "limits": {"memory": limit}}
    assert render(merged(MINIMAL, {"aeterna": {"resources": resources}}))


def test_a_limit_without_a_request_is_content() -> None:
    assert render(merged(MINIMAL, {"aeterna": {"resources": {"requests": {"memory": None, "cpu": None}}}}))
