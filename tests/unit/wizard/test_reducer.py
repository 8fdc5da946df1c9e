from __future__ import annotations

import pytest

from helm_aeterna.model.answers import Answers, Source
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.events import Press
from helm_aeterna.wizard.navigation import position
from helm_aeterna.wizard.page import REVIEW, START, SWITCHES
from helm_aeterna.wizard.review_page import selectable
from helm_aeterna.wizard.state import Dialog, Exit
from tests.unit.wizard.robot import Robot, at_review, given, jump_to

ENTER, BACK, UP, DOWN = Press.ENTER, Press.BACK, Press.UP, Press.DOWN


def external() -> Robot:
    robot = Robot().choose("steps").choose("moon").choose("crate").choose("crate-out")
    assert robot.at() == "store-host"
    return robot


def test_step_by_step_asks_every_page_and_counts_them() -> None:
    robot = Robot().choose("steps")
    assert position(robot.state) == "page 2"
    robot.choose("moon")
    assert position(robot.state) == "page 3"
    robot.choose("vault")
    assert position(robot.state) == "page 4"


def test_going_back_leads_through_the_same_pages() -> None:
    robot = external()
    robot.do(BACK)
    assert robot.at() == "store/family"
    assert robot.state.view.cursor == 1, "the answer is the preset"
    robot.do(Press.LEFT)
    assert robot.at() == "store"
    robot.do(BACK, BACK)
    assert robot.at() == START


def test_what_was_typed_survives_going_back() -> None:
    robot = external().do("h.example", BACK, ENTER)
    assert robot.state.view.fields[0].text == "h.example"


def test_back_on_the_first_page_asks_whether_to_leave() -> None:
    assert Robot().do(BACK).state.dialog is Dialog.LEAVE


def test_a_changed_early_answer_keeps_the_later_ones_and_asks_only_what_is_missing() -> None:
    robot = external().do("h.example", ENTER, ENTER).do(ENTER)
    robot.do(ENTER)
    assert robot.at() == REVIEW
    jump_to(robot, "store")
    robot.choose("cloud")
    assert robot.at() == "copies", "a form of the new choice that nobody saw"
    robot.do(DOWN, ENTER)
    assert robot.at() == "cloud-token"
    robot.do("tok", ENTER)
    assert robot.at() == REVIEW
    jump_to(robot, "store")
    robot.choose("crate").choose("crate-out")
    assert robot.at() == REVIEW, "host and port were answered before"
    assert robot.state.submitted.text("store-host") == "h.example"
    assert "cloud-token" not in robot.state.submitted


def test_from_the_review_every_answer_can_be_reached_and_escape_leads_back() -> None:
    robot = at_review()
    for target in [entry.target for entry in selectable(robot.state)][2:]:
        jump_to(robot, target)
        assert robot.at() != REVIEW, target
        robot.do(BACK)
        assert robot.at() == REVIEW, target


def test_a_jump_that_changes_nothing_leads_straight_back() -> None:
    robot = at_review()
    before = robot.state.submitted
    jump_to(robot, "target")
    robot.do(ENTER)
    assert robot.at() == REVIEW
    assert robot.state.submitted == before


def test_a_generated_secret_can_be_replaced_from_the_review() -> None:
    robot = at_review()
    jump_to(robot, "master-key")
    robot.do(DOWN, "my own", ENTER)
    assert robot.at() == REVIEW
    assert robot.state.submitted.value("master-key") == SecretText("my own")


@pytest.mark.requirement("CLI-38")
def test_a_wrong_field_is_asked_again_with_the_reason() -> None:
    robot = external().do(ENTER)
    assert robot.at() == "store-host"
    assert "needed" in robot.state.view.problem
    robot.do("h", DOWN, Press.ERASE_LINE, "99999", ENTER)
    assert robot.at() == "store-host"
    assert "65535" in robot.state.view.problem
    robot.do(Press.ERASE_LINE, "9", ENTER)
    assert robot.at() == "store-key"


def test_the_last_field_checks_them_all() -> None:
    robot = external().do(DOWN, ENTER)
    assert robot.at() == "store-host"
    assert robot.state.view.cursor == 0
    assert robot.state.view.problem


def test_a_field_that_stays_at_its_default_is_no_answer_of_its_own() -> None:
    robot = external().do("h", ENTER, ENTER)
    assert "store-port" not in robot.state.answers


@pytest.mark.requirement("CLI-25", "CLI-26")
def test_switches_open_the_questions_behind_them() -> None:
    robot = Robot().choose("steps").choose("moon").choose("vault")
    assert robot.at() == SWITCHES
    assert robot.state.view.on == frozenset()
    robot.do(Press.SPACE, ENTER)
    assert robot.at() == "door-name"
    robot.do("front", ENTER)
    assert robot.at() == REVIEW
    assert robot.result()["door"] == "true"
    jump_to(robot, "door")
    robot.do(Press.SPACE, ENTER)
    assert "door-name" not in robot.result(), "what is off has no follow-up"


def test_topics_open_forms() -> None:
    robot = Robot().choose("steps").choose("moon").choose("crate").choose("crate")
    robot.do(DOWN, DOWN, DOWN, Press.SPACE, ENTER)
    assert robot.at() == "store-size"
    robot.do("9Gi", ENTER)
    assert robot.at() == REVIEW
    assert robot.result()["store-size"] == "9Gi"


class TestLeaving:
    @pytest.mark.requirement("CLI-39")
    def test_ctrl_c_asks_first(self) -> None:
        robot = external().do(Press.LEAVE)
        assert robot.state.dialog is Dialog.LEAVE
        assert robot.state.exit is None
        robot.do(DOWN, ENTER)
        assert robot.at() == "store-host"
        robot.do(Press.LEAVE, ENTER)
        assert robot.state.exit is Exit.LEAVE

    def test_twice_leaves(self) -> None:
        assert external().do(Press.LEAVE, Press.LEAVE).state.exit is Exit.LEAVE

    def test_defaults_for_the_rest_ask_only_what_has_none(self) -> None:
        robot = external().do(Press.LEAVE, DOWN, DOWN, ENTER)
        assert robot.at() == "store-host"
        robot.do("h", ENTER, ENTER).do(ENTER)
        assert robot.at() == REVIEW

    def test_forgetting(self) -> None:
        assert external().do(Press.LEAVE, Press.END, ENTER).state.exit is Exit.FORGET


@pytest.mark.requirement("CLI-43")
def test_what_was_given_outside_is_shown_and_can_be_changed_in_the_review() -> None:
    robot = Robot(answers=given(Source.FLAG, store="vault")).choose("recommended")
    assert robot.at() == REVIEW
    assert robot.result()["store"] == "vault"
    jump_to(robot, "store")
    robot.choose("nothing")
    assert robot.result()["store"] == "nothing"
    assert robot.state.answers["store"].source is Source.PROMPT


def test_help_says_why_and_how_else() -> None:
    from helm_aeterna.wizard.drawing.hints import help_text

    text = "\n".join(help_text(external().do(Press.HELP).state))
    assert "--store-host" in text
    assert "AETERNA_SETUP_STORE_HOST" in text


def test_the_answers_of_nobody_are_nothing() -> None:
    assert Robot(answers=Answers()).result()["target"] == "moon"


def test_the_first_letter_replaces_what_a_field_offers() -> None:
    """Finding W14: typing appended to the default."""
    robot = at_port().do("8", "0")
    assert robot.state.view.fields[1].text == "80"
    assert at_port().do(Press.BACKSPACE).state.view.fields[1].text == ""
    assert at_port().do(Press.END, "9").state.view.fields[1].text == "709"
    assert at_port().do(Press.UP, Press.DOWN, Press.ENTER).result()["store-host"] == "h"


def at_port() -> Robot:
    return Robot().choose("steps").choose("moon").choose("crate").choose("crate-out").do("h", Press.DOWN)
