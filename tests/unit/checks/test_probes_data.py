"""The data of a check in the catalogue: read strictly, and all there is to a new service."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from helm_aeterna.catalogue.check import read_check
from helm_aeterna.catalogue.entry import Choice, Setting
from helm_aeterna.checks.probes.result import Verdict
from helm_aeterna.checks.probes.run import run_check
from helm_aeterna.formats import FormatError
from helm_aeterna.model.connection import HttpAnswer
from helm_aeterna.model.secret import SecretText
from tests.support.fake_network import FakeNetwork
from tests.support.probes import probe


def choice(check: dict[str, Any]) -> Choice:
    settings = {"host": Setting(name="host", ask="?"), "key": Setting(name="key", ask="?", secret="key")}
    return Choice(id="made-up", label="Made up", kind="external", block="b", settings=settings, check=check)


HTTP: dict[str, Any] = {"protocol": "http", "url": "http://{host}"}


@pytest.mark.parametrize(
    ("check", "says"),
    [
        ({"protocol": "gopher"}, "unknown protocol 'gopher'"),
        ({"url": "x"}, "unknown protocol None"),
        (HTTP | {"method": "POST"}, "unknown key method"),
        ({"protocol": "http"}, "url is missing"),
        ({"protocol": "http", "url": 1}, "url has the wrong type"),
        ({"protocol": "http", "url": "{nothing}"}, "{nothing} is no setting"),
        (HTTP | {"headers": {"a": "{nothing}"}}, "{nothing} is no setting"),
        (HTTP | {"credential": "nothing"}, "nothing is no setting"),
        (HTTP | {"shapes": [{"of": "nothing", "says": "x"}]}, "nothing is no setting"),
        (HTTP | {"shapes": [{"of": "key"}]}, "says is missing"),
        (HTTP | {"answers": {404: {"verdict": "perhaps"}}}, "unknown verdict perhaps"),
        (HTTP | {"contains": [{"path": "a"}]}, "wanted is missing"),
        ({"protocol": "postgresql", "extensions": {"vector": "nice"}}, "required, optional"),
    ],
)
def test_a_check_is_read_strictly(check: dict[str, Any], says: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_check(choice(check))
    assert says in caught.value.message
    assert "made-up" in caught.value.where


def test_a_new_service_needs_no_code() -> None:
    """An entry of the catalogue is all there is to a check."""
    made = choice(HTTP | {"headers": {"X-Key": "{key}"}, "credential": "key", "proof": "ok", "untried": "A lot"})
    check = read_check(made)
    assert check is not None
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
