from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from tests.support.program import run
from tests.support.require import require

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ran = run("init", "--defaults", cwd=tmp_path, environment={"OPENAI_API_KEY": "sk-canary"})
    assert ran.code == 0, ran.err
    return tmp_path


def helm() -> dict[str, str]:
    return {"HELM_BIN": str(require("helm4"))}


@pytest.mark.requirement("CLI-34")
@pytest.mark.helm
@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("cach: {type: valkey}", "AET821", "cach"),
        ("cache: {type: 7}", "AET820", "cache.type"),
        ("cache: {type: redis}", "AET820", "cache.type"),
        ("aeterna: {replicas: 3}", "", "aeterna.replicas"),
        ("vectorBackend: {type: pinecone}", "", "vectorBackend"),
        ("postgresql: {enabled: false}", "", "postgresql.external.host"),
    ],
)
def test_validate_finds_schema_and_rule_problems(folder: Path, text: str, code: str, where: str) -> None:
    (folder / "mine.yaml").write_text(text)
    ran = run("validate", "-f", "values.yaml", "-f", "values.secret.yaml", "-f", "mine.yaml", cwd=folder,
              environment=helm())  # fmt: skip
    assert ran.code == 4, ran.err
    assert where in ran.err
    assert code in ran.err
    assert "fix:" in ran.err


@pytest.mark.helm
def test_several_problems_are_told_together(folder: Path) -> None:
    (folder / "mine.yaml").write_text("cach: {}\ningres: {}\nllm: {provider: gemini}\n")
    ran = run("validate", "-f", "mine.yaml", "--json", cwd=folder, environment=helm())
    assert ran.code == 4
    assert [finding["where"] for finding in ran.tree["findings"]] == ["cach", "ingres", "llm.provider"]
    assert ran.tree["findings"][0]["fix"] == "did you mean cache?"


def test_without_helm_validate_says_what_it_did_not_check(folder: Path) -> None:
    ran = run("validate", cwd=folder)
    assert ran.code == 0
    assert "AET810" in ran.err
    assert "there is no Helm" in ran.err


def test_a_credential_in_a_public_file_is_noticed(folder: Path) -> None:
    (folder / "mine.yaml").write_text("llm: {openai: {apiKey: sk-canary-2}}\n")
    ran = run("validate", "-f", "mine.yaml", cwd=folder)
    assert "AET830" in ran.err
    assert "sk-canary" not in ran.err + ran.out


def test_a_secret_file_that_others_can_read_is_noticed(folder: Path) -> None:
    (folder / "values.secret.yaml").chmod(0o644)
    ran = run("validate", cwd=folder)
    assert "AET831" in ran.err
    assert "chmod 600 values.secret.yaml" in ran.err


@pytest.mark.requirement("CLI-35")
def test_show_masks_credentials_and_says_where_each_value_is_from(folder: Path) -> None:
    ran = run("show", cwd=folder)
    assert ran.code == 0
    assert "sk-canary" not in ran.out
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in ran.out.splitlines()}
    assert lines["llm.openai.apiKey"].split() == ["***", "values.secret.yaml"]
    assert lines["cache.type"].split() == ["dragonfly", "values.yaml"]


def test_show_all_has_the_defaults_and_keys_narrow_it(folder: Path) -> None:
    tree = run("show", "--all", "--json", "service", "cache.type", cwd=folder).tree
    assert tree["cache.type"] == {"value": "dragonfly", "source": "values.yaml"}
    assert tree["service.port"]["source"] == "chart default"
    assert all(key.startswith(("service", "cache.type")) for key in tree)


@pytest.mark.requirement("CLI-32")
@pytest.mark.network
def test_connect_tries_what_is_outside_and_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        port = str(taken.getsockname()[1])
        given = ("--cache", "external", "--cache-host", "127.0.0.1", "--cache-port", port)
        run("init", "--defaults", *given, cwd=tmp_path, environment={"REDIS_PASSWORD": "canary1"})
        ran = run("validate", "--connect", cwd=tmp_path)
    assert ran.code == 4
    assert f"127.0.0.1:{port}: the host is there, but nothing listens on this port" in ran.err
    assert "fix: check the port" in ran.err
    assert "canary" not in ran.err


def test_connect_has_nothing_to_try_where_all_is_bundled(tmp_path: Path) -> None:
    run("init", "--defaults", cwd=tmp_path)
    ran = run("validate", "--connect", cwd=tmp_path)
    assert "there is nothing to try" in ran.err
