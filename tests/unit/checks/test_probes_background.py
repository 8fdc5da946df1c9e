"""Connection checks in the background: at once, and in time."""

from __future__ import annotations

import threading
import time

import pytest

from helm_aeterna.checks.probes.background import run_checks, start
from helm_aeterna.checks.probes.result import Verdict
from helm_aeterna.model.connection import RedisAnswer
from tests.support.fake_network import CACHE, FakeNetwork
from tests.support.probes import probe


def test_checks_run_at_once_and_in_order() -> None:
    together = threading.Barrier(2, timeout=5)
    network = FakeNetwork(RedisAnswer(), before=lambda: (together.wait(), None)[1])
    one, other = probe("cache", "external", CACHE), probe("cache", "external", {**CACHE, "host": "other.example.org"})

    results = run_checks([one, other], network)

    assert [result.subject.split()[-1] for result in results] == ["redis.example.org:6379", "other.example.org:6379"]


def test_a_check_that_hangs_is_given_up_in_time() -> None:
    free = threading.Event()
    began = time.monotonic()

    (result,) = run_checks(
        [probe("cache", "external", CACHE)], FakeNetwork(before=lambda: (free.wait(10), None)[1]), 0.2
    )
    free.set()

    assert time.monotonic() - began < 2
    assert (result.verdict, result.code, result.where) == (Verdict.FAILED, "AET901", "cache.external")


def test_a_check_in_the_background() -> None:
    free = threading.Event()
    running = start(
        probe("cache", "external", CACHE), FakeNetwork(RedisAnswer(), before=lambda: (free.wait(10), None)[1])
    )

    assert running.result(0) is None
    free.set()
    result = running.result()
    assert result is not None
    assert result.verdict is Verdict.OK


def test_a_fault_of_ours_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        start(probe("cache", "external", CACHE), FakeNetwork(ZeroDivisionError())).result()
