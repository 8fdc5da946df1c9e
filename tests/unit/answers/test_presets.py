"""Presets on the real catalogue: one rule for the flag and for the wizard."""

from __future__ import annotations

import pytest

from helm_aeterna.answers.presets import is_catalogue_choice, open_source_only, take_preset
from helm_aeterna.model.answers import Answers
from tests.terminal.wizard_program import real_script

SCRIPT = real_script()
CHOICES = [question for question in SCRIPT if is_catalogue_choice(question)]


def kind(question: str, value: object) -> str:
    asked = SCRIPT.get(question)
    assert asked is not None
    return next(option.kind for option in asked.offered if option.value == value)


def test_the_catalogue_has_choices() -> None:
    assert len(CHOICES) >= 4


def test_flag_and_wizard_choose_the_same_open_source_software() -> None:
    """Finding W7: they chose different language models."""
    flag, findings = open_source_only(SCRIPT, Answers())
    assert not findings
    wizard = take_preset(SCRIPT, "open-source").suggested
    assert {name: flag.value(name) for name in flag} == {name: wizard.value(name) for name in wizard}
    for question in CHOICES:
        taken = flag.value(question.id) or question.default
        assert next(option.open_source for option in question.offered if option.value == taken) is not False


def test_local_trial_is_one_instance_of_each_and_needs_no_account() -> None:
    """Finding W7: it wrote three PostgreSQL instances."""
    taken = take_preset(SCRIPT, "trial")
    assert taken.suggested.value("postgresql-instances") == 1
    assert not taken.open
    for question in CHOICES:
        assert kind(question.id, taken.suggested.value(question.id) or question.default) in {"bundled", "none"}


@pytest.mark.parametrize("preset", ["recommended", "open-source"])
def test_a_preset_asks_which_language_model_and_offers_none(preset: str) -> None:
    """Finding W11: it went straight to the key of one service."""
    taken = take_preset(SCRIPT, preset)
    assert taken.open == {"llm"}
    assert any(option.kind == "none" for question in CHOICES if question.id == "llm" for option in question.offered)


def test_a_key_that_is_given_already_answers_which_service() -> None:
    assert take_preset(SCRIPT, "recommended", {"openai-api-key"}).open == frozenset()


def test_bring_everything_asks_which_service_where_there_are_several() -> None:
    """Finding W11: it never asked."""
    taken = take_preset(SCRIPT, "bring")
    assert taken.open == {"vector-backend", "llm"}
    for question in CHOICES:
        assert kind(question.id, taken.suggested.value(question.id) or question.default) in {"external", "managed"}


def test_what_is_given_is_left_alone() -> None:
    taken = take_preset(SCRIPT, "bring", {"llm", "cache"})
    assert not {"llm", "cache"} & ({*taken.suggested} | taken.open)
