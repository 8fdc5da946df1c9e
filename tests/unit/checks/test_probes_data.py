"""The data of a check in the catalogue is all there is to a new service."""

from __future__ import annotations

from dataclasses import replace

from helm_aeterna.catalogue.check import read_check
from helm_aeterna.checks.probes.result import Verdict
from helm_aeterna.checks.probes.run import run_check
from helm_aeterna.model.connection import HttpAnswer
from helm_aeterna.model.secret import SecretText
from tests.support.fake_network import FakeNetwork
from tests.support.probes import probe


def test_a_new_service_needs_no_code() -> None:
    """An entry of the catalogue is all there is to a check."""
    tree = {"protocol": "http", "url": "http://{host}", "headers": {"X-Key": "{key}"}, "credential": "key"}
    check = read_check(tree | {"proof": "ok", "untried": "A lot"})
    base = probe("llm", "ollama", {})
    network = FakeNetwork(HttpAnswer(status=200, body={"ok": True}))

    result = run_check(
        replace(base, check=check, facts={"host": "h.example.org", "key": SecretText("hunter2")}), network
    )

    assert (result.verdict, result.notes) == (Verdict.OK, ("A lot",))
    (request,) = network.asked
    assert request.url == "http://h.example.org"
    assert request.headers["X-Key"].reveal() == "hunter2"
    assert "hunter2" not in repr(request)
