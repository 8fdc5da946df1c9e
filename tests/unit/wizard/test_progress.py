from __future__ import annotations

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import settings
from hypothesis import strategies as st

from helm_aeterna.formats import Tree, dump_yaml, load_yaml
from helm_aeterna.wizard.events import Press
from helm_aeterna.wizard.plain.text import page_text
from helm_aeterna.wizard.progress import dump_progress, load_progress
from tests.unit.wizard.made_up import SCRIPT
from tests.unit.wizard.robot import Robot, given

# One long way through the script: external store with its key, an advanced option, a topic.
_WAY: tuple[Press | str, ...] = (
    Press.END, Press.ENTER,  # step by step
    Press.DOWN, Press.ENTER,  # Mars
    Press.ENTER,  # Crate
    Press.DOWN, Press.ENTER,  # external
    "h", Press.ENTER, Press.ENTER,
    "hush", Press.ENTER,
    Press.SPACE, Press.DOWN, Press.DOWN, Press.SPACE, Press.ENTER,
    "front", Press.ENTER,
    Press.ENTER,
)  # fmt: skip


def resumed(robot: Robot) -> Robot:
    """What a new process makes of what was kept."""
    tree = load_yaml(dump_yaml(dump_progress(robot.state)), "progress")
    progress = load_progress(SCRIPT, tree)
    assert progress is not None
    return Robot(progress=progress).choose("resume")


@pytest.mark.parametrize("keys", range(2, len(_WAY)))
def test_a_run_that_is_resumed_anywhere_ends_the_same(keys: int) -> None:
    whole = Robot().do(*_WAY)
    robot = Robot().do(*_WAY[:keys])
    again = resumed(robot)
    if again.at() != robot.at():
        assert again.at() == "store-key", "only a typed secret is asked for again"
        again.do("hush", Press.ENTER)
    assert again.at() == robot.at()
    for _ in range(20):
        if again.at() == "/review":
            break
        page = again.state.page
        rest = {"target": (Press.DOWN,), "store/family": (Press.DOWN,), "store-key": ("hush",), "door-name": ("front",)}
        if page.id == "store-host":
            again.do(Press.ERASE_LINE, "h", Press.ENTER, Press.ENTER)
            continue
        if page.id == "/advanced":
            again.do(Press.SPACE, Press.DOWN, Press.DOWN, Press.SPACE, Press.ENTER)
            continue
        if page.id in {"target", "store/family"}:
            again.do(Press.HOME)
        if page.id == "door-name":
            again.do(Press.ERASE_LINE)
        again.do(*rest.get(page.id, ()), Press.ENTER)
    assert again.at() == whole.at() == "/review"
    assert again.result() == whole.result()
    assert again.state.submitted.value("store-key") == whole.state.submitted.value("store-key")


def test_a_secret_that_was_given_is_not_left_out_by_one_key_after_a_resume() -> None:
    again = resumed(Robot().do(*_WAY[: _WAY.index("hush") + 2]))
    again = resumed(again)  # left again at once
    assert again.at() == "store-key"
    assert any("It was given before" in line for line in page_text(again.state))
    again.do(Press.ENTER)
    assert again.at() == "store-key"
    assert again.state.view.problem
    again.do(Press.END, Press.DOWN, Press.DOWN, Press.DOWN, Press.DOWN, Press.DOWN, Press.ENTER)
    assert again.at() != "store-key", "unless there is none any more"
    assert dump_progress(again.state)["secrets"] == []


def test_no_secret_is_kept() -> None:
    robot = Robot().do(*_WAY)
    assert "hush" not in dump_yaml(dump_progress(robot.state))


@hypothesis_given(st.lists(st.sampled_from([*Press, "a", "7", " ", "é漢"]), max_size=30))
@settings(max_examples=60, deadline=None)
def test_whatever_was_done_can_be_kept_and_taken_up(events: list[Press | str]) -> None:
    robot = Robot(checked=frozenset({"cloud"})).do(*events)
    if robot.at() == "/start":
        return
    again = resumed(robot)
    assert again.at() in [page.id for page in again.state.pages]
    assert again.result().keys() - {"store-key", "cloud-token"} == robot.result().keys() - {"store-key", "cloud-token"}


def test_a_foreign_version_is_not_read() -> None:
    assert load_progress(SCRIPT, {"version": 99}) is None
    assert load_progress(SCRIPT, "rubbish") is None


def test_answers_that_mean_nothing_any_more_are_left_out() -> None:
    tree: Tree = {"version": 1, "at": "gone", "answers": {"store": "dust", "target": "mars", "x": "y"}, "seen": "oops"}
    progress = load_progress(SCRIPT, tree)
    assert progress is not None
    assert dict(progress.answers.items()).keys() == {"target"}
    assert Robot(progress=progress).choose("resume").at() == "target"


def test_what_is_given_now_beats_what_was_kept() -> None:
    robot = Robot().choose("steps").choose("mars")
    progress = load_progress(SCRIPT, dump_progress(robot.state))
    again = Robot(progress=progress, answers=given(target="moon")).choose("resume")
    assert again.result()["target"] == "moon"
