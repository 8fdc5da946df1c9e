from __future__ import annotations

from helm_aeterna.wizard.plain.prompts import Plain
from helm_aeterna.wizard.reducer import due
from helm_aeterna.wizard.state import Dialog, Exit
from tests.unit.wizard.robot import BAD, Robot


class Talk:
    """Answers line by line; keeps what was said."""

    def __init__(self, robot: Robot | None = None) -> None:
        self.robot = robot or Robot()
        self.plain = Plain(state=self.robot.state)
        self.said: list[str] = list(self.plain.text())

    def say(self, *lines: str) -> Talk:
        for line in lines:
            self.plain = self.plain.said(line)
            if due(self.plain.state) is not None:
                self.robot.state = self.plain.state
                self.robot._due()
                self.plain = Plain(state=self.robot.state)
            self.said += [self.plain.note, *self.plain.text(), self.plain.ask().prompt]
        return self

    def at(self) -> str:
        return self.plain.state.at


def test_numbers_choose_and_enter_takes_the_default() -> None:
    talk = Talk().say("5", "2", "")
    assert talk.at() == "store/family"
    assert talk.plain.state.answers.text("target") == "mars"


def test_wrong_numbers_are_asked_again() -> None:
    talk = Talk().say("9")
    assert talk.at() == "/start"
    assert "not a number from 1 to 5" in talk.plain.note
    assert "not a number" in talk.say("x").plain.note


def test_back_and_help() -> None:
    talk = Talk().say("5", "1")
    assert talk.say("<").at() == "target"
    assert "--target" in talk.say("?").plain.note


def test_fields_one_after_the_other() -> None:
    talk = Talk().say("5", "", "", "2")
    assert talk.plain.ask().prompt.startswith("Host of the crate")
    assert "needed" in talk.say("").plain.note
    talk.say("h")
    assert talk.plain.ask().prompt.endswith("[70]: ")
    assert "65535" in talk.say("99999").plain.note
    assert talk.plain.ask().prompt.endswith("[70]: "), "what was wrong does not become the default"
    assert talk.say("").at() == "store-key"


def test_a_field_can_be_emptied() -> None:
    talk = Talk().say("5", "", "", "2", "h", "", "<", "-")
    assert "needed" in talk.plain.note


def test_switches_by_numbers() -> None:
    talk = Talk().say("5", "", "2")
    assert "On: Open a door, Set an alarm." in talk.say("1 2").plain.note
    assert "numbers from 1" in talk.say("77").plain.note
    assert talk.say("2", "").at() == "door-name"


def test_words_for_yes_and_no() -> None:
    talk = Talk().say("5", "", "3")
    assert talk.at() == "copies"
    talk.say("maybe")
    assert "none of them" in talk.plain.note
    talk.say("yes", "")
    assert talk.at() == "cloud-token"
    assert talk.plain.state.answers.value("copies") is True


def test_a_secret_is_asked_hidden() -> None:
    talk = Talk().say("5", "", "", "2", "h", "")
    assert not talk.plain.ask().hidden
    talk.say("1")
    assert talk.plain.ask().hidden
    talk.say("hush")
    assert talk.at() == "/advanced"
    assert "hush" not in "\n".join(talk.said)


def test_a_secret_may_begin_like_a_command() -> None:
    talk = Talk().say("5", "", "", "2", "h", "", "1", "<")
    value = talk.plain.state.answers.value("store-key")
    assert value is not None
    assert value.reveal() == "<"  # type: ignore[union-attr]


def test_an_existing_secret_asks_name_and_key() -> None:
    talk = Talk().say("5", "", "", "2", "h", "", "4", "mine", "")
    assert talk.at() == "/advanced"
    assert talk.plain.state.answers.text("store-existing-secret") == "mine"


def test_leaving_is_asked() -> None:
    talk = Talk().say("5")
    talk.plain = talk.plain.left()
    assert talk.plain.state.dialog is Dialog.LEAVE
    assert talk.say("").plain.state.dialog is None, "going on is the default"
    talk.plain = talk.plain.left()
    assert talk.say("1").plain.state.exit is Exit.LEAVE


def test_the_review_is_numbered_and_writes() -> None:
    talk = Talk().say("1")
    assert talk.at() == "/review"
    text = talk.plain.text()
    assert "1. Write the files (2 new)" in text
    assert talk.say("").plain.state.exit is Exit.WRITE


def test_a_failed_check_can_be_gone_past() -> None:
    talk = Talk(Robot(checked=frozenset({"vault"}), outcomes=(BAD,))).say("5", "", "2")
    assert talk.at() == "/check/store"
    assert "Failed." in talk.plain.text()
    assert talk.say("3").at() == "/advanced"


def test_nothing_said_holds_a_control_code() -> None:
    talk = Talk().say("5", "?", "", "", "2", "h", "", "", "1", "", "front", "1")
    assert all(letter.isprintable() or letter == "\n" for line in talk.said for letter in line)
