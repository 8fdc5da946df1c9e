"""The wizard on a screen, while what runs in the background is slow and ends out of order."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from helm_aeterna.commands.interview.screen_session import Session
from helm_aeterna.model.secret import SecretText
from helm_aeterna.wizard.drawing.frame import UNICODE
from helm_aeterna.wizard.events import CheckEnded, Effect, Event, Fetch, Fetched, MakePreview, Previewed, RunCheck
from helm_aeterna.wizard.navigation import goto
from helm_aeterna.wizard.page import REVIEW
from helm_aeterna.wizard.plan import Plan, Review
from helm_aeterna.wizard.state import Exit
from tests.unit.wizard.robot import BAD, GOOD, Robot, given

if TYPE_CHECKING:
    from collections.abc import Callable

    from helm_aeterna.wizard.state import State


class SlowWork:
    """Does what is due, each call when it is released; a plan holds the host that it was made for."""

    def __init__(self) -> None:
        self.calls: list[tuple[Effect, State]] = []
        self.gates: list[threading.Event] = []
        self.answers: dict[int, Event | BaseException] = {}

    def done(self, effect: Effect, state: State) -> Event:
        self.calls.append((effect, state))
        self.gates.append(threading.Event())
        number = len(self.calls) - 1
        assert self.gates[number].wait(5)
        wanted = self.answers.get(number)
        if isinstance(wanted, BaseException):
            raise wanted
        return wanted or made(effect, state)


def made(effect: Effect, state: State) -> Event:
    match effect:
        case MakePreview():
            host = state.submitted.text("store-host")
            return Previewed(Plan(answers=state.submitted, merge=state.merge, review=Review(), preview=host))
        case RunCheck(check, turn):
            return CheckEnded(check, turn, GOOD)
        case Fetch():
            return Fetched(effect.question, SecretText(effect.text))


class Desk:
    """A session, its slow work, and what was kept."""

    def __init__(self, state: State) -> None:
        self.work = SlowWork()
        self.kept: list[State] = []
        self.lent: list[Callable[[], None]] = []
        self.session = Session(state, self.work, self, self.kept.append, UNICODE)  # type: ignore[arg-type]

    def wake(self) -> None:
        """The terminal is woken by threads; here the test looks by itself."""

    def lend(self, work: Callable[[], None]) -> None:
        self.lent.append(work)
        threading.Thread(target=work, daemon=True).start()

    @property
    def state(self) -> State:
        return self.session.state

    def until(self, reached: Callable[[], object]) -> None:
        end = time.monotonic() + 5
        while not reached():
            self.session.wake()
            assert time.monotonic() < end
            time.sleep(0.002)

    def started(self, count: int) -> None:
        self.until(lambda: len(self.work.gates) == count)

    def release(self, number: int) -> None:
        """Let a call end, and take its result."""
        before = self.session._results.qsize()
        self.work.gates[number].set()
        end = time.monotonic() + 5
        while self.session._results.qsize() == before:
            assert time.monotonic() < end
            time.sleep(0.002)
        self.session.wake()

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.session.press(key)


def outside(**more: object) -> State:
    """Everything is answered, the crate is elsewhere, its connection is checked."""
    answers = given(store="crate-out", store_host="old", store_key=SecretText("key"))
    robot = Robot(checked=frozenset({"crate-out"}), outcomes=(GOOD, GOOD), answers=answers, every=False, **more)  # type: ignore[arg-type]
    return robot.state


def host(desk: Desk, name: str) -> None:
    """Give another host, as from the review."""
    desk.session.state = goto(desk.state, "store-host")
    desk.keys("erase-line")
    desk.session.type(name)
    desk.keys("enter", "enter")


def test_a_late_plan_for_other_answers_is_neither_shown_nor_written() -> None:
    desk = Desk(goto(outside(), REVIEW))
    desk.started(1)  # the plan for the old host; Helm takes its time
    host(desk, "new")
    desk.keys("enter")  # the key stays
    desk.started(2)
    desk.release(1)  # the connection works
    desk.keys("enter")
    desk.session.state = goto(desk.state, REVIEW)
    desk.session.wake()
    desk.started(3)
    desk.release(2)  # the plan for the new host comes first
    assert desk.state.review is not None
    desk.release(0)  # and now the one for the old host
    desk.keys("home", "enter")
    assert desk.state.exit is Exit.WRITE
    assert desk.state.plan is not None
    assert desk.state.plan.preview == "new"


def test_a_late_plan_alone_leaves_the_review_waiting() -> None:
    desk = Desk(goto(outside(), REVIEW))
    desk.started(1)
    desk.session.state = replace(desk.state, answers=given(store="vault"))
    desk.release(0)
    assert desk.state.review is None
    desk.keys("home", "enter")
    assert desk.state.exit is None
    desk.started(2)  # and it is made once more
    desk.release(1)
    desk.keys("home", "enter")
    assert desk.state.exit is Exit.WRITE


def test_only_one_plan_is_made_at_a_time() -> None:
    desk = Desk(goto(outside(), REVIEW))
    desk.started(1)
    desk.keys("down", "up")
    desk.session.wake()
    assert len(desk.work.calls) == 1


def test_the_plan_of_a_fresh_start_is_not_taken_for_one_that_keeps_changes() -> None:
    desk = Desk(goto(outside(), REVIEW))
    desk.started(1)
    desk.session.state = replace(desk.state, merge=True)
    desk.release(0)
    assert desk.state.review is None


def test_a_check_that_was_given_up_changes_nothing_any_more() -> None:
    state = outside()
    desk = Desk(goto(state, "/check/store"))
    desk.started(1)
    desk.work.answers[0] = CheckEnded("store", 1, BAD)
    host(desk, "new")
    desk.keys("enter")
    desk.started(2)
    desk.release(1)
    desk.release(0)  # the first one fails, late
    assert desk.state.check_runs["store"].outcome == GOOD


def test_a_secret_from_a_file_comes_too_late_for_a_page_that_was_left() -> None:
    state = goto(replace(outside(), answers=given(store="crate-out", store_host="h")), "store-key")
    desk = Desk(state)
    desk.keys("up", "up", "up", "up", "down")
    desk.session.type("/key")
    desk.keys("enter")
    desk.started(1)
    desk.session.state = goto(desk.state, "store-host")
    desk.release(0)
    assert "store-key" not in desk.state.answers
    assert desk.state.at == "store-host"


def test_what_goes_wrong_in_the_background_is_raised_where_it_can_be_shown() -> None:
    desk = Desk(goto(outside(), REVIEW))
    desk.started(1)
    desk.work.answers[0] = RuntimeError("broken")
    with pytest.raises(RuntimeError, match="broken"):
        desk.release(0)


def test_each_page_is_kept_when_it_is_left() -> None:
    desk = Desk(goto(outside(), "store-host"))
    host(desk, "new")
    assert desk.kept[-1].answers.text("store-host") == "new"
