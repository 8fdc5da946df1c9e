from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from helm_aeterna.formats import load_yaml
from helm_aeterna.model.artefact import PRIVATE, Action, Disk
from helm_aeterna.model.secret import SecretText
from helm_aeterna.outputs.preview import Preview, preview
from helm_aeterna.outputs.values import ordered
from tests.support.models import answers, real_chart

if TYPE_CHECKING:
    from helm_aeterna.formats import Tree

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
GIVEN: dict[str, Tree] = {"kms-key": KEY, "llm": "openai", "openai-api-key": "sk-canary", "cache": "valkey"}


def previewed(disk: Disk | None = None, **changes: str) -> Preview:
    return preview(real_chart(), answers(GIVEN | changes), disk or Disk())


def written(planned: Preview) -> dict[str, str]:
    return {write.artefact.path: write.artefact.text for write in planned.plan.writes}


def test_a_first_run_creates_everything() -> None:
    plan = previewed().plan
    assert {write.artefact.path: write.action for write in plan.writes} == dict.fromkeys(
        [
            *("values.yaml", "values.secret.yaml", ".aeterna/answers.yaml"),
            *(".aeterna/last/values.yaml", ".aeterna/last/answers.yaml", ".gitignore"),
        ],
        Action.CREATE,
    )


def test_secrets_stand_in_their_own_private_file_only() -> None:
    planned = previewed()
    for artefact in planned.artefacts:
        assert ("sk-canary" in artefact.text) == (artefact.path == "values.secret.yaml")
        assert (artefact.mode == PRIVATE) == (artefact.path == "values.secret.yaml")
    assert "sk-canary" not in repr(planned)


def test_the_same_answers_again_change_nothing() -> None:
    first = previewed()
    again = previewed(Disk(texts=written(first)))
    assert {write.action for write in again.plan.writes} == {Action.SAME}


def test_a_changed_answer_replaces_only_what_it_is_in() -> None:
    first = previewed()
    texts = written(first)
    last = {"values.yaml": texts["values.yaml"], ".aeterna/answers.yaml": texts[".aeterna/answers.yaml"]}
    plan = previewed(Disk(texts=texts, last=last), cache="dragonfly").plan
    assert {write.artefact.path: write.action for write in plan.changes} == dict.fromkeys(
        ["values.yaml", ".aeterna/answers.yaml", ".aeterna/last/values.yaml", ".aeterna/last/answers.yaml"],
        Action.REPLACE,
    )


@pytest.mark.requirement("CLI-03")
def test_a_merge_keeps_what_the_user_wrote() -> None:
    first = written(previewed())
    mine = first["values.yaml"].replace("  type: valkey\n", "  type: valkey # ours\n") + "podLabels: {team: a}\n"
    disk = Disk(texts=first | {"values.yaml": mine}, last={"values.yaml": first["values.yaml"]})
    text = written(previewed(disk, log_level="debug"))["values.yaml"]
    assert "# ours" in text
    assert "podLabels: {team: a}" in text
    assert "logLevel: debug" in text


def test_git_keeps_its_list_and_learns_of_the_secrets() -> None:
    text = written(previewed(Disk(texts={".gitignore": "*.log"})))[".gitignore"]
    assert text.startswith("*.log\n/values.secret.yaml\n")
    again = written(previewed(Disk(texts={".gitignore": text})))[".gitignore"]
    assert again == text


def test_values_have_the_order_of_the_chart() -> None:
    values = load_yaml(written(previewed())["values.yaml"], "values.yaml")
    assert isinstance(values, dict)
    assert list(values) == list(ordered(values, real_chart().schema))  # type: ignore[arg-type] # a map stays a map
    assert list(values).index("vectorBackend") < list(values).index("cache") < list(values).index("postgresql")


def test_missing_answers_plan_nothing() -> None:
    planned = preview(real_chart(), answers({"cache": "external"}), Disk())
    assert planned.plan.writes == ()
    assert planned.artefacts == ()


def test_a_secret_never_shows_itself() -> None:
    secret = SecretText("sk-canary")
    texts = [repr(secret), str(secret), f"{secret}", f"{secret:>10}", repr({"a": secret}), repr(replace(previewed()))]
    assert all("sk-canary" not in text for text in texts)
