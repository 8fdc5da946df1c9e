from __future__ import annotations

from dataclasses import replace

import pytest

from helm_aeterna.model.answers import Answers, Source
from helm_aeterna.model.question import Kind, Option, Question, Script
from helm_aeterna.wizard.page import REVIEW, START, SWITCHES, Page
from helm_aeterna.wizard.pages import build_pages
from tests.unit.wizard.made_up import SCRIPT, STORE
from tests.unit.wizard.robot import Robot, given


def pages(answers: Answers | None = None, requested: frozenset[str] = frozenset()) -> dict[str, Page]:
    return {page.id: page for page in build_pages(SCRIPT, answers or Answers(), requested)}


def test_pages_follow_the_script_between_start_and_review() -> None:
    assert list(pages()) == [START, "target", "store", "store/family", "master-key", SWITCHES, REVIEW]


def test_an_option_that_cannot_be_chosen_yet_is_not_shown() -> None:
    assert [row.value for row in pages()["target"].choices] == ["moon", "mars"]


@pytest.mark.requirement("CLI-07")
def test_a_family_is_one_line_followed_by_bundled_or_external() -> None:
    shown = pages(given(store="crate-out"))
    assert [row.label for row in shown["store"].choices] == ["Crate", "Vault", "Cloud", "None"]
    assert shown["store"].choices[0].columns == ("MIT", "bundled or external")
    assert [row.value for row in shown["store/family"].choices] == ["crate", "crate-out"]
    assert shown["store/family"].title == "Crate: bundled or external?"


def test_an_option_without_family_has_no_second_page() -> None:
    assert "store/family" not in pages(given(store="vault"))


def test_follow_ups_share_a_form_and_their_secret_comes_behind_it() -> None:
    shown = pages(given(store="crate-out"))
    assert [question.id for question in shown["store-host"].questions] == ["store-host", "store-port"]
    assert shown["store-host"].kind == "form"
    assert shown["store-host"].title == "Store: Crate"
    assert shown["store-key"].kind == "secret"
    assert list(shown).index("store-key") == list(shown).index("store-host") + 1


def test_a_field_that_opens_others_is_followed_by_a_form_of_their_own() -> None:
    shown = pages(given(store="cloud", copies=True))
    assert [question.id for question in shown["copies"].questions] == ["copies"]
    assert [question.id for question in shown["copies-where"].questions] == ["copies-where"]
    assert shown["copies-where"].title == "Store: Keep copies"
    assert "copies-where" not in pages(given(store="cloud"))


def test_an_existing_secret_is_asked_on_the_secrets_own_page() -> None:
    shown = pages(given(store="crate-out", store_existing_secret="mine"))
    assert "store-key" in shown
    assert not any("store-existing-secret" in [q.id for q in page.questions] for page in shown.values())


@pytest.mark.requirement("CLI-25")
def test_advanced_options_are_one_page_of_switches_each_with_a_line() -> None:
    page = pages()[SWITCHES]
    assert [row.value for row in page.choices] == [
        "door",
        "alarm",
        "/topic/Secrets",
        "/topic/Store",
        "/topic/Advanced",
    ]
    assert page.choices[0].why == "For visitors"
    assert page.choices[3].why == "Size of the crate"


def test_a_topic_that_was_asked_for_brings_its_settings_behind_the_switches() -> None:
    shown = pages(given(), frozenset({"Store"}))
    assert list(shown)[-2:] == ["store-size", REVIEW]
    assert shown["store-size"].title == "More settings: Store"


def test_an_advanced_question_that_is_needed_is_asked() -> None:
    assert "crew" in pages(given(alarm=True))
    assert "crew" not in pages()


def test_a_generated_secret_has_a_page_nobody_is_led_to() -> None:
    assert pages()["master-key"].optional


def test_secrets_that_live_elsewhere_are_not_asked() -> None:
    assert "store-key" not in pages(given(store="crate-out", secrets_provider="far"))


def test_a_made_up_target_question_and_backend_need_no_change_of_the_engine() -> None:
    more = Option(value="shed", label="Shed", licence="GPL-3.0-only", open_source=True, kind="external", why="outside")
    extra = Question(
        id="shed-colour",
        ask="Colour of the shed",
        kind=Kind.TEXT,
        group="Store",
        required=True,
        when=(replace(STORE.when[0], values=("shed",)),) if STORE.when else (),
    )
    from tests.unit.wizard.made_up import on

    extra = replace(extra, when=(on("store", "shed"),))
    target = replace(SCRIPT.questions[0], options=(*SCRIPT.questions[0].options, Option(value="venus", label="Venus")))
    store = replace(STORE, options=(*STORE.options, more))
    rest = [question for question in SCRIPT.questions if question.id not in {"target", "store"}]
    script = Script((target, store, extra, *rest))
    robot = Robot(script)
    robot.choose("steps").choose("venus").choose("shed")
    assert robot.state.page.title == "Store: Shed"
    from helm_aeterna.wizard.events import Press

    robot.do("green", Press.ENTER)
    robot.do(*[Press.ENTER] * 5)
    result = robot.result()
    assert (result["target"], result["store"], result["shed-colour"]) == ("venus", "shed", "green")
    assert str(robot.state.exit) == "write"


@pytest.mark.requirement("CLI-43")
def test_what_a_variable_answered_is_not_asked() -> None:
    robot = Robot(answers=given(Source.VARIABLE, store="vault"))
    robot.choose("steps")
    assert robot.trail == [START, "target"]
    from helm_aeterna.wizard.events import Press

    robot.do(Press.ENTER)
    assert robot.at() == SWITCHES
