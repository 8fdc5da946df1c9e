from __future__ import annotations

import pytest

from helm_aeterna.model.question import Condition, Question, Script
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.events import CheckBegan, CheckEnded, Press
from helm_aeterna.wizard.page import SWITCHES
from helm_aeterna.wizard.secret_sources import secret_sources
from tests.unit.wizard.made_up import SCRIPT
from tests.unit.wizard.robot import BAD, GOOD, Robot

ENTER, BACK, UP, DOWN = Press.ENTER, Press.BACK, Press.UP, Press.DOWN


class TestSecrets:
    def at_key(self, **more: object) -> Robot:
        robot = Robot(**more).choose("steps").choose("moon").choose("crate").choose("crate-out")  # type: ignore[arg-type]
        return robot.do("h", ENTER, ENTER)

    def method(self, robot: Robot, name: str) -> Robot:
        names = [way.name for way in secret_sources(robot.state, robot.state.page.questions[0])]
        while robot.state.view.cursor != names.index(name):
            robot.do(UP if robot.state.view.cursor > names.index(name) else DOWN)
        return robot

    def test_an_optional_one_is_left_out_by_default(self) -> None:
        robot = self.at_key().do(ENTER)
        assert robot.at() == SWITCHES
        assert "store-key" not in robot.state.answers

    def test_typing_means_typing_it(self) -> None:
        robot = self.at_key().do("hush", ENTER)
        assert robot.state.submitted.value("store-key") == SecretText("hush")
        assert "hush" not in repr(robot.state)

    def test_from_a_file_and_from_a_command(self) -> None:
        robot = self.at_key(fetches={"/key": "filed"})
        self.method(robot, "file").do("/nowhere", ENTER)
        assert robot.at() == "store-key"
        assert robot.state.view.problem == "It is not there."
        robot.do(Press.ERASE_LINE, "/key", ENTER)
        assert robot.state.submitted.value("store-key") == SecretText("filed")
        assert robot.state.submitted["store-key"].place == "file: /key"

    def test_a_paste_of_several_lines_is_refused_in_words(self) -> None:
        robot = self.at_key().do("hush\rhush")
        assert "several lines" in robot.state.view.problem
        assert not robot.state.view.fields[0].text
        robot.do("hush\r\n", ENTER)
        assert robot.state.submitted.value("store-key") == SecretText("hush")

    def test_a_key_file_in_json_may_be_pasted(self) -> None:
        robot = self.at_key().do('{\r  "type": "key"\r}\r', ENTER)
        assert robot.state.submitted.value("store-key") == SecretText('{"type": "key"}')

    def test_standard_input_is_no_file_here(self) -> None:
        robot = self.method(self.at_key(), "file").do("-", ENTER)
        assert not robot.state.view.busy
        assert "standard input" in robot.state.view.problem

    def test_in_a_secret_that_is_there(self) -> None:
        robot = self.method(self.at_key(), "existing").do(ENTER)
        assert robot.state.view.problem
        robot.do("mine", ENTER)
        assert robot.state.view.focus == 1
        robot.do(Press.ERASE_LINE, "other", ENTER)
        assert robot.at() == SWITCHES
        found = robot.result()
        assert (found["store-existing-secret"], found["store-existing-secret-key"]) == ("mine", "other")
        assert "store-key" not in found
        robot.do(BACK)
        assert robot.state.view.fields[0].text == "mine"
        robot.do(DOWN, ENTER)
        assert "store-existing-secret" not in robot.result()

    def test_a_needed_one_is_insisted_on(self) -> None:
        robot = Robot().choose("steps").choose("moon").choose("cloud").do(DOWN, ENTER)
        assert robot.at() == "cloud-token"
        robot.do(ENTER)
        assert robot.at() == "cloud-token"
        assert robot.state.view.problem

    def test_one_that_was_given_is_kept_without_typing(self) -> None:
        robot = self.at_key().do("hush", ENTER).do(BACK)
        assert robot.at() == "store-key"
        robot.do(ENTER)
        assert robot.state.submitted.value("store-key") == SecretText("hush")

    def test_where_all_secrets_live_elsewhere_none_is_asked(self) -> None:
        robot = Robot().choose("steps").choose("moon").choose("cloud").do(DOWN, ENTER)
        assert robot.at() == "cloud-token"
        self.method(robot, "far").do(ENTER)
        assert robot.at() == SWITCHES
        assert "cloud-token" not in [page.id for page in robot.state.pages]
        assert robot.do(ENTER).at() == "secrets-provider", "with the settings of that place"
        assert robot.do(ENTER).at() == "/review"
        assert robot.result()["secrets-provider"] == "far"

    def test_an_optional_one_that_lives_elsewhere_is_named_there(self) -> None:
        far = Condition(question="secrets-provider", values=("far",))
        named = Question(id="secret-store-optional", ask="Which", group="Secrets", advanced=True, when=(far,))
        robot = self.at_key(script=Script((*SCRIPT.questions, named)))
        assert robot.at() == "store-key"
        secret = robot.state.page.questions[0].secret
        self.method(robot, "far").do(ENTER)
        assert robot.result()["secret-store-optional"] == secret != ""

    def test_what_is_typed_stays_when_its_line_is_left(self) -> None:
        """Finding W4: moving off the line discarded it without a word."""
        robot = self.method(self.at_key(), "type").do("hush", Press.DOWN, Press.UP)
        assert robot.state.view.fields[0].text == "hush"

    def test_a_digit_is_typed_and_never_picks_a_line(self) -> None:
        """Finding W4: help said that a number picks a line."""
        from helm_aeterna.wizard.drawing.hints import help_text

        robot = self.at_key()
        assert "A number moves to its line" not in " ".join(help_text(robot.state))
        assert "digits too" in " ".join(help_text(robot.state))
        robot.do("3", "1")
        assert robot.state.view.fields[0].text == "31"


class TestChecks:
    def checked(self, *outcomes: object) -> Robot:
        robot = Robot(checked=frozenset({"crate-out"}), outcomes=outcomes)  # type: ignore[arg-type]
        robot.choose("steps").choose("moon").choose("crate").choose("crate-out")
        return robot.do("h", ENTER, ENTER).do(ENTER)

    def test_a_good_one_goes_on(self) -> None:
        robot = self.checked(GOOD)
        assert robot.at() == "/check/store"
        assert robot.do(ENTER).at() == SWITCHES

    @pytest.mark.requirement("CLI-37")
    def test_a_bad_one_offers_again_change_and_without(self) -> None:
        robot = self.checked(BAD, GOOD)
        robot.do(ENTER)
        assert robot.state.check_runs["store"].outcome == GOOD, "tried again"
        robot = self.checked(BAD).do(DOWN, ENTER)
        assert robot.at() == "store-key", "change the answers"
        robot = self.checked(BAD).do(DOWN, DOWN, ENTER)
        assert robot.at() == SWITCHES, "go on without"

    def test_nobody_has_to_wait(self) -> None:
        robot = self.checked()
        assert robot.at() == "/check/store"
        assert robot.do(ENTER).at() == SWITCHES

    def test_a_late_answer_of_an_earlier_try_is_dropped(self) -> None:
        robot = self.checked().do(CheckBegan("store"), CheckEnded("store", 1, BAD))
        assert robot.state.check_runs["store"].outcome is None
        assert robot.do(CheckEnded("store", 2, GOOD)).state.check_runs["store"].outcome == GOOD

    def test_changed_answers_are_tried_again(self) -> None:
        robot = self.checked(GOOD, BAD).do(BACK, BACK, "x", ENTER, ENTER).do(ENTER)
        assert robot.at() == "/check/store"
        assert robot.state.check_runs["store"].outcome == BAD
