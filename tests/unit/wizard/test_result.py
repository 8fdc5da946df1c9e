from __future__ import annotations

from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.equivalent import equivalent_command
from helm_aeterna.wizard.events import Press
from tests.unit.wizard.made_up import SCRIPT
from tests.unit.wizard.robot import Robot, given


def command(answers: Answers) -> str:
    return equivalent_command(SCRIPT, answers, "helm aeterna init --non-interactive")


def secret(place: str, source: Source = Source.PROMPT) -> Answers:
    return Answers({"cloud-token": Answer(value=SecretText("hush"), source=source, place=place)})


def test_every_answer_becomes_its_flag() -> None:
    text = command(given(target="mars", store="crate-out", store_host="a b", door=True))
    assert text == (
        "helm aeterna init --non-interactive --target mars --store crate-out \\\n  --store-host 'a b' --door true"
    )


def test_secrets_stand_in_variables() -> None:
    text = command(secret("typed"))
    assert "hush" not in text
    assert "# needs AETERNA_SETUP_CLOUD_TOKEN: Token of the cloud" in text


def test_a_secret_from_a_file_names_the_file() -> None:
    assert "--cloud-token-file '/a key'" in command(secret("file: /a key"))


def test_a_secret_from_a_command_names_the_command() -> None:
    assert 'export AETERNA_SETUP_CLOUD_TOKEN="$(pass show x)"' in command(secret("command: pass show x"))


def test_a_secret_from_the_environment_names_the_variable() -> None:
    assert "# needs CRATE: " in command(secret("CRATE", Source.VARIABLE))


def test_kept_and_generated_secrets_are_left_out() -> None:
    assert "token" not in command(secret("", Source.KEPT)) + command(secret("", Source.GENERATED))


def test_a_key_that_is_made_is_told_to_differ_elsewhere() -> None:
    for source in (Source.GENERATED, Source.KEPT):
        made = Answers({"master-key": Answer(value=SecretText("hush"), source=source)})
        assert "makes another master-key: set AETERNA_SETUP_MASTER_KEY" in command(made)
        assert "hush" not in command(made)


def test_lines_fit_a_terminal() -> None:
    many = {f"x{number}": "y" * 20 for number in range(3)}
    text = command(given(target="mars", store="crate-out", store_host="h" * 40, store_size="1" * 30, **many))
    assert all(len(line) <= 80 for line in text.splitlines())


def test_only_what_applies_is_handed_over() -> None:
    robot = Robot().choose("steps").choose("moon").choose("crate").choose("crate-out")
    robot.do("h", Press.ENTER, Press.ENTER, Press.BACK, Press.BACK, Press.BACK).choose("vault")
    found = robot.state.submitted
    assert "store-host" not in found
    assert "store-host" in robot.state.answers, "it is remembered all the same"


def test_choices_are_said_even_where_they_are_the_default() -> None:
    robot = Robot().choose("recommended")
    assert {"target", "store"} <= set(robot.state.submitted)
    assert "secrets-provider" not in robot.state.submitted
