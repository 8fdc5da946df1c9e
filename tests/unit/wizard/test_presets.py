from __future__ import annotations

import pytest

from helm_aeterna.answers.presets import take_preset
from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.page import REVIEW
from helm_aeterna.wizard.presets import start_choices
from tests.unit.wizard.made_up import SCRIPT
from tests.unit.wizard.robot import Robot, given


def values(preset: str) -> dict[str, str]:
    answers = take_preset(SCRIPT, preset).suggested
    return {name: answers.text(name) for name in answers}


def test_recommended_takes_the_defaults_and_goes_to_the_review() -> None:
    assert values("recommended") == {}
    robot = Robot().choose("recommended")
    assert robot.at() == REVIEW
    assert robot.result() == {"target": "moon", "store": "crate", "master-key": "***"}


def test_all_open_source_never_takes_what_is_not() -> None:
    assert values("open-source") == {}


def test_all_open_source_replaces_a_default_that_is_not() -> None:
    from dataclasses import replace

    from helm_aeterna.model.question import Script

    store = replace(SCRIPT.questions[2], default="vault")
    script = Script(tuple(store if question.id == "store" else question for question in SCRIPT))
    assert take_preset(script, "open-source").suggested.text("store") == "crate"


def test_bring_everything_takes_external_parts_and_asks_for_them() -> None:
    assert values("bring") == {"store": "crate-out"}
    robot = Robot().choose("bring")
    assert robot.at() == "store", "there are several"
    assert robot.choose("crate").at() == "store-host"


def test_local_trial_takes_bundled_parts_and_the_smallest_numbers() -> None:
    assert values("trial") == {"speed": "1"}


@pytest.mark.requirement("CLI-03")
def test_my_last_answers_are_all_taken_and_secrets_kept() -> None:
    kept = Answer(value=SecretText("old"), source=Source.KEPT)
    last = Answers({**given(Source.KEPT, store="crate-out", store_host="h", target="mars"), "store-key": kept})
    robot = Robot(last=last)
    assert "last" in [row.value for row in start_choices(robot.state)]
    robot.choose("last")
    assert robot.at() == REVIEW
    assert robot.state.merge
    assert robot.result()["store-host"] == "h"
    assert robot.state.submitted.value("store-key") == SecretText("old")


def test_what_is_given_now_beats_the_last_answers() -> None:
    robot = Robot(last=given(Source.KEPT, store="crate"), answers=given(Source.FLAG, store="vault")).choose("last")
    assert robot.result()["store"] == "vault"


def test_last_answers_are_the_preset_of_step_by_step() -> None:
    robot = Robot(suggested=given(Source.KEPT, target="mars")).choose("steps")
    assert robot.state.view.cursor == 1


def test_there_is_no_last_answers_without_any() -> None:
    assert "last" not in [row.value for row in start_choices(Robot().state)]


def test_going_back_to_the_start_and_on_again_asks_from_the_first_page() -> None:
    from helm_aeterna.wizard.events import Press

    robot = Robot().choose("steps").choose("mars").choose("vault").do(Press.ENTER)
    robot.do(Press.BACK, Press.BACK, Press.BACK, Press.BACK).choose("steps")
    assert robot.at() == "target"
    assert robot.result()["target"] == "mars"


def test_a_preset_taken_later_means_what_it_says() -> None:
    from helm_aeterna.wizard.events import Press

    robot = Robot().choose("steps").choose("mars").do(Press.BACK, Press.BACK).choose("recommended")
    assert robot.result()["target"] == "moon"


@pytest.mark.parametrize(("preset", "page"), [("recommended", "llm"), ("bring", "vector-backend")])
def test_the_wizard_asks_what_a_preset_leaves_open(preset: str, page: str) -> None:
    from tests.terminal.wizard_program import real_script

    robot = Robot(real_script()).choose(preset)
    assert robot.at() == "target"
    robot.choose("kubernetes")
    assert robot.at() == page
    if preset == "recommended":
        robot.choose("none")
        assert robot.at() == REVIEW
        assert robot.result()["llm"] == "none"
