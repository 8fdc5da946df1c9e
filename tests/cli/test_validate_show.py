from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from helm_aeterna.adapters.console import Console
from helm_aeterna.adapters.runtime import Runtime
from helm_aeterna.checks.rules import secret_paths
from helm_aeterna.commands.project import open_chart
from helm_aeterna.commands.values_files import laid_over
from helm_aeterna.formats import dump_yaml, load_yaml, nest
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


WORDS_OF_A_CLUSTER = """\
vectorBackend: {type: weaviate, qdrant: {enabled: false}, weaviate: {enabled: true, existingSecret: unauthorized}}
"""


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
        (WORDS_OF_A_CLUSTER, "AET309", "vectorBackend.weaviate.existingSecret"),
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


UNFAMILIAR = """\
cache: {external: {pasword: canary-1}}
qdrant: {config: {service: {api_key: canary-2, grpc_port: 7357}}}
dragonfly: {extraArgs: [--requirepass=canary-3, --masterauth, canary-4]}
aeterna: {extraEnv: [{name: MY_TOKEN, value: canary-5}], kmsKey: 424242, podLabels: {a: canary-6}}
"""


@pytest.mark.parametrize(
    ("name", "mode"), [("values.secret.yaml", 0o644), ("my-secrets.yaml", 0o644), ("m.yaml", 0o600)]
)
@pytest.mark.parametrize("flags", [(), ("--json",), ("--all",)])
def test_show_masks_every_value_of_a_private_file(tmp_path: Path, name: str, mode: int, flags: tuple[str, ...]) -> None:
    paths = secret_paths(open_chart(None, Runtime(environment={}, cwd=tmp_path, console=Console()))[1].catalogue)
    assert len(paths) > 10
    tree = laid_over(nest(dict.fromkeys(sorted(paths), "canary-0")), load_yaml(UNFAMILIAR, "f"))
    (tmp_path / name).write_text(dump_yaml(tree))
    (tmp_path / name).chmod(mode)
    ran = run("show", "-f", name, *flags, cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert "cache.external.pasword" in ran.out
    assert not [word for word in ("canary", "7357", "424242") if word in ran.out + ran.err]


def test_show_masks_what_looks_like_a_credential_in_other_files(tmp_path: Path) -> None:
    text = UNFAMILIAR.replace("canary-4", "x").replace("a: canary-6", "a: shown").replace("--masterauth", "--dbnum")
    extra = """\
qdrant: {env: {URL: "postgres://u:canary-7@h/d"}, list: [--token, canary-8]}
llm: {ollama: {host: "https://canary-9@o/"}, openai: {existingSecret: shown-2, existingSecretKey: shown-3}}
"""
    (tmp_path / "a.yaml").write_text(text)
    (tmp_path / "b.yaml").write_text(extra)
    ran = run("show", "-f", "a.yaml", "-f", "b.yaml", cwd=tmp_path)
    assert "canary" not in ran.out
    assert "424242" not in ran.out
    assert [word for word in ("7357", "shown", "shown-2", "shown-3", "--dbnum") if word not in ran.out] == []
    said = run("validate", "-f", "a.yaml", "-f", "b.yaml", cwd=tmp_path).err
    assert "canary" not in said
    for place in ("cache.external.pasword", "dragonfly.extraArgs", "aeterna.extraEnv", "qdrant.env.URL"):
        assert f"yaml: {place} holds a credential" in said


def test_show_refuses_a_key_that_nothing_has(folder: Path) -> None:
    ran = run("show", "cach.type", "nonsense", cwd=folder)
    assert (ran.code, ran.out) == (2, "")
    assert "cach.type, nonsense" in ran.err
    assert "did you mean cache.type?" in ran.err
    ran = run("show", "observability.tracing", cwd=folder)
    assert (ran.code, ran.out) == (0, "")
    assert "--all shows the chart's defaults" in ran.err


SOPS = """\
llm: {openai: {apiKey: "ENC[AES256_GCM,data:canary=,iv:a=,tag:b=,type:str]"}}
sops: {lastmodified: "2026-01-01T00:00:00Z", mac: "ENC[canary]", version: 3.10.2}
"""


@pytest.mark.helm
@pytest.mark.parametrize("command", [("validate",), ("show",), ("install", "--dry-run=client")])
def test_a_file_encrypted_by_sops_is_called_so_and_the_way_on_is_named(folder: Path, command: tuple[str, ...]) -> None:
    (folder / "values.secret.yaml").write_text(SOPS)
    ran = run(*command, cwd=folder, environment=helm())
    assert (ran.code, ran.codes, ran.out) == (4, ["AET825"], "")
    assert "values.secret.yaml is encrypted by SOPS" in ran.err
    assert "sops exec-file --no-fifo values.secret.yaml 'helm aeterna validate -f values.yaml -f {}'" in ran.err
    assert "canary" not in ran.err


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
