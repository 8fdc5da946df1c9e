from __future__ import annotations

from helm_aeterna.errors import Finding, Severity
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.events import Press
from helm_aeterna.wizard.navigation import goto, jump
from helm_aeterna.wizard.page import REVIEW
from helm_aeterna.wizard.review_page import entries
from helm_aeterna.wizard.state import Dialog, Exit
from tests.unit.wizard.robot import Robot, at_review, given, jump_to

ENTER, BACK, DOWN = Press.ENTER, Press.BACK, Press.DOWN


def ask_for_more(robot: Robot) -> Robot:
    """From the advanced options, through the settings of every topic, to the review."""
    rows = [row.value for row in robot.state.page.choices]
    for place, value in enumerate(rows):
        if value.startswith("/topic/"):
            robot.do(Press.HOME, *[DOWN] * place, Press.SPACE)
    for _ in range(10):
        robot.do(ENTER)
        if robot.at() == REVIEW:
            return robot
    raise AssertionError(robot.trail)


def test_nothing_is_written_before_write_is_chosen() -> None:
    robot = at_review()
    assert robot.state.exit is None
    robot.do(ENTER)
    assert robot.state.exit is Exit.WRITE


def test_an_error_forbids_writing() -> None:
    wrong = Finding(code="AET001", where="store.size", problem="too small", fix="make it larger")
    robot = at_review(findings=(wrong,)).do(ENTER)
    assert robot.state.exit is None
    assert robot.state.view.problem
    assert [entry.value for entry in entries(robot.state) if entry.kind == "error"] == ["too small"]


def test_a_warning_is_shown_and_does_not() -> None:
    warning = Finding(code="AET002", where="store", problem="odd", severity=Severity.WARNING)
    robot = at_review(findings=(warning,))
    assert [entry.value for entry in entries(robot.state) if entry.kind == "warning"] == ["odd"]
    assert robot.do(ENTER).state.exit is Exit.WRITE


def test_a_finding_names_its_answer_as_the_pages_do() -> None:
    about = Finding(code="AET002", where="--store", problem="odd", severity=Severity.WARNING)
    key = Finding(code="AET003", where="--store-size", problem="odd", severity=Severity.WARNING)
    robot = at_review(findings=(about, key))
    assert [entry.label for entry in entries(robot.state) if entry.kind == "warning"] == [
        "Store",
        "Size of the crate",
    ]


def test_what_the_chart_says_of_a_key_leads_to_its_answer() -> None:
    wrong = Finding(code="AET001", where="master.key (--master-key-file)", problem="bad", fix="another")
    robot = at_review(findings=(wrong,)).do("w")
    assert robot.state.exit is None
    assert [entry.label for entry in entries(robot.state) if entry.kind == "error"] == ["Key of everything"]
    assert robot.do(ENTER).at() == "master-key", "it is in focus already"


def test_the_files_are_counted_where_they_are_written() -> None:
    assert entries(at_review().state)[0].note == "2 new"


def test_settings_that_stay_as_they_are_are_one_line() -> None:
    robot = Robot().choose("steps").choose("moon").choose("crate").choose("crate")
    lines = [(entry.label, entry.value, entry.note) for entry in entries(ask_for_more(robot).state)]
    assert ("More settings: Store", "1 setting", "default") in lines
    assert not any(label == "Size of the crate" for label, _, _ in lines)
    jump_to(robot, "store-size")
    lines = [(entry.label, entry.value, entry.note) for entry in entries(robot.do("9", ENTER).state)]
    assert ("More settings: Store", "", "") in lines
    assert ("Size of the crate", "9", "") in lines


def test_a_secret_of_no_group_before_it_is_no_part_of_the_last_one() -> None:
    levels = {entry.label: entry.level for entry in entries(at_review().state)}
    assert levels["Key of everything"] == 1


def test_it_is_worked_out_anew_after_a_change() -> None:
    robot = at_review()
    jump_to(robot, "target")
    robot.choose("mars")
    assert robot.previews == 2


def test_changes_can_be_read_and_hide_secrets() -> None:
    robot = at_review().do("d")
    assert robot.state.dialog is Dialog.CHANGES
    assert robot.state.review is not None
    texts = [line.text for line in robot.state.review.changes]
    assert "+target: moon" in texts
    assert not any("hush" in text for text in texts)
    assert "+a.b: (hidden)" in texts
    robot.do(Press.PAGE_DOWN, Press.PAGE_UP, BACK)
    assert robot.at() == REVIEW
    assert robot.state.dialog is None


def test_a_problem_with_a_key_beside_a_question_leads_to_its_page() -> None:
    """Finding W8: a problem at a chart key that no question has could not be entered."""
    flags = {"store.outside.host": "--store-host", "store.size": "--store-size"}
    finding = Finding(code="X", where="store.outside.credentials.key", problem="is missing", fix="set it")
    robot = Robot(flags=flags, findings=(finding,), answers=given(store="crate-out", store_host="h"), every=False)
    robot.state = goto(robot.state, REVIEW)
    robot.do(Press.DOWN, Press.UP)
    entry = next(entry for entry in entries(robot.state) if entry.kind == "error")
    assert (entry.label, entry.target) == ("Host of the crate", "store-host")


def test_an_answer_opens_its_page_at_its_field() -> None:
    """Finding W8: it opened at the first field."""
    robot = Robot(answers=given(store="crate-out", store_host="h", store_key=SecretText("k")), every=False)
    robot.state = goto(robot.state, REVIEW)
    jump_to(robot, "store-port")
    assert robot.at() == "store-host"
    assert robot.state.view.cursor == 1


def test_a_setting_that_was_not_asked_for_is_asked_when_it_is_the_cause() -> None:
    state = jump(Robot().choose("recommended").state, "store-size")
    assert any(question.id == "store-size" for question in state.page.questions)
