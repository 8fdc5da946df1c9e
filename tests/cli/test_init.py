from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from helm_aeterna.formats import load_yaml, lookup
from tests.support.program import run
from tests.support.require import require

if TYPE_CHECKING:
    from pathlib import Path

ALL = (
    *("--target", "kubernetes", "--mode", "local", "--vector-backend", "pgvector"),
    *("--cache", "valkey", "--postgresql", "cloudnative-pg", "--llm", "openai"),
)


def values(folder: Path, name: str = "values.yaml") -> object:
    return load_yaml((folder / name).read_text(), name)


@pytest.mark.requirement("CLI-02", "CLI-40", "CLI-43")
def test_a_complete_command_line_asks_nothing_and_ends_with_0(tmp_path: Path) -> None:
    ran = run("init", "--non-interactive", *ALL, cwd=tmp_path, environment={"OPENAI_API_KEY": "sk-canary"})
    assert ran.code == 0, ran.err
    assert lookup(values(tmp_path), "vectorBackend.type") == "pgvector"  # type: ignore[arg-type]
    assert lookup(values(tmp_path, "values.secret.yaml"), "llm.openai.apiKey") == "sk-canary"  # type: ignore[arg-type]
    assert "sk-canary" not in ran.out + ran.err + (tmp_path / "values.yaml").read_text()


@pytest.mark.requirement("CLI-27")
def test_the_end_lists_all_files_and_the_next_steps(tmp_path: Path) -> None:
    ran = run("init", "--non-interactive", "--defaults", cwd=tmp_path)
    for name in ("values.yaml", "values.secret.yaml", ".aeterna/answers.yaml", ".gitignore"):
        assert name in ran.out
        assert (tmp_path / name).is_file()
    assert "helm-aeterna install -n aeterna --create-namespace" in ran.out
    as_plugin = run("init", "--defaults", "--output", "x y", cwd=tmp_path, environment={"HELM_PLUGIN_NAME": "aeterna"})
    assert f"helm aeterna install -n aeterna --create-namespace --output '{tmp_path / 'x y'}'" in as_plugin.out


def test_the_next_steps_say_what_lies_elsewhere_and_where(tmp_path: Path) -> None:
    store = ("--secrets-provider", "external-secrets", "--secret-store-name", "vault", "--llm", "openai")
    optional = (
        "--vector-backend",
        "qdrant-external",
        "--qdrant-host",
        "q",
        "--secret-store-optional",
        "qdrant-api-key",
    )
    ran = run("init", "--defaults", *store, *optional, cwd=tmp_path, environment={"HELM_NAMESPACE": "team"})
    assert ran.code == 0, ran.err
    for name in ("kms-key", "openai-api-key", "qdrant-api-key"):
        assert f"Your secret store needs aeterna/{name}: " in ran.out
    assert "redis-password" not in ran.out
    assert "install -n team" in ran.out
    ran = run("init", "--defaults", "--aeterna-existing-secret", "theirs", "--output", "b", cwd=tmp_path)
    assert "Secret theirs in aeterna needs the key kms-key: " in ran.out


def test_a_private_file_that_others_could_read_becomes_private_even_unchanged(tmp_path: Path) -> None:
    run("init", "--defaults", cwd=tmp_path)
    (tmp_path / "values.secret.yaml").chmod(0o644)
    ran = run("init", "--defaults", cwd=tmp_path)
    assert "unchanged values.secret.yaml" in ran.out
    assert stat.S_IMODE((tmp_path / "values.secret.yaml").stat().st_mode) == 0o600


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--json",)], ids=" ".join)
def test_credentials_in_git_are_told(tmp_path: Path, more: tuple[str, ...]) -> None:
    path = {"PATH": os.environ["PATH"]}
    assert "AET832" not in run("init", "--defaults", cwd=tmp_path, environment=path).err
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    assert "AET832" not in run("init", "--defaults", cwd=tmp_path, environment=path).err
    subprocess.run(["git", "-C", tmp_path, "add", "--force", "values.secret.yaml"], check=True)
    ran = run("init", "--defaults", *more, cwd=tmp_path, environment=path)
    assert "AET832" in ran.out + ran.err


@pytest.mark.requirement("CLI-28")
def test_a_file_that_is_there_is_kept_and_the_user_is_told(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("mine: true\n")
    ran = run("init", "--non-interactive", "--defaults", cwd=tmp_path)
    assert (tmp_path / "values.yaml.bak").read_text() == "mine: true\n"
    assert "the old one is values.yaml.bak" in ran.out


@pytest.mark.requirement("CLI-41")
def test_missing_answers_are_listed_with_their_flags_and_nothing_is_written(tmp_path: Path) -> None:
    ran = run("init", "--non-interactive", cwd=tmp_path)
    assert ran.code == 3
    for flag in ("--target", "--mode", "--vector-backend", "--cache", "--postgresql"):
        assert f"{flag} is missing" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.requirement("CLI-42")
def test_a_flag_beats_a_variable(tmp_path: Path) -> None:
    run("init", "--defaults", "--cache", "valkey", cwd=tmp_path, environment={"AETERNA_SETUP_CACHE": "dragonfly"})
    assert lookup(values(tmp_path), "cache.type") == "valkey"  # type: ignore[arg-type]


def test_the_kms_key_is_made_once_and_kept(tmp_path: Path) -> None:
    run("init", "--defaults", cwd=tmp_path)
    first = lookup(values(tmp_path, "values.secret.yaml"), "aeterna.kmsKey")  # type: ignore[arg-type]
    assert len(base64.b64decode(str(first), validate=True)) == 32
    run("init", "--defaults", "--cache", "valkey", cwd=tmp_path)
    assert lookup(values(tmp_path, "values.secret.yaml"), "aeterna.kmsKey") == first  # type: ignore[arg-type]


def test_a_generated_credential_is_listed_once(tmp_path: Path) -> None:
    assert "Made for you, in values.secret.yaml: kms-key" in run("init", "--defaults", cwd=tmp_path).out
    assert "Made for you" not in run("init", "--defaults", cwd=tmp_path).out
    assert run("init", "--defaults", "--output", "b", "--json", cwd=tmp_path).tree["generated"] == ["kms-key"]


@pytest.mark.parametrize("gone", ["file", "line", "answers too", "answers broken"])
@pytest.mark.parametrize("way", [("--defaults",), ("--reconfigure", "--non-interactive"), ("--defaults", "--dry-run")])
def test_a_lost_kms_key_is_not_replaced_unasked(tmp_path: Path, gone: str, way: tuple[str, ...]) -> None:
    run("init", "--defaults", cwd=tmp_path)
    secrets, said = tmp_path / "values.secret.yaml", tmp_path / ".aeterna/answers.yaml"
    if gone == "line":
        secrets.write_text("llm: {}\n")
    else:
        secrets.unlink()
    if gone == "answers too":
        said.unlink()
    elif gone == "answers broken" and "--reconfigure" not in way:
        said.write_text("a: [\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    ran = run("init", *way, cwd=tmp_path)
    assert ran.code == 4
    assert "AET816 values.secret.yaml: kms-key" in ran.err
    for way_out in ("--kms-key-file FILE", "--aeterna-existing-secret", "--replace-lost-keys"):
        assert way_out in ran.err
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_a_lost_kms_key_is_replaced_when_asked(tmp_path: Path) -> None:
    run("init", "--defaults", cwd=tmp_path)
    (tmp_path / "values.secret.yaml").unlink()
    ran = run("init", "--defaults", "--replace-lost-keys", cwd=tmp_path)
    assert (ran.code, "Made for you" in ran.out) == (0, True)
    (tmp_path / "values.secret.yaml").unlink()
    assert run("init", "--defaults", "--aeterna-existing-secret", "theirs", cwd=tmp_path).code == 0
    # The key of that run lies in a Secret: another one would be a second.
    assert run("init", "--defaults", cwd=tmp_path).code == 4


def test_a_key_that_no_earlier_run_needed_is_made(tmp_path: Path) -> None:
    run("init", "--defaults", cwd=tmp_path)
    ran = run("init", "--defaults", "--vector-backend", "weaviate", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert "Made for you, in values.secret.yaml: weaviate" in ran.out


@pytest.mark.parametrize("text", ["a: [", "sops: {mac: x}\naeterna: {kmsKey: ENC}\n"])
def test_no_second_kms_key_is_made_beside_one_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "values.secret.yaml").write_text(text)
    ran = run("init", "--defaults", cwd=tmp_path)
    assert ran.code == 4
    assert "KMS key must not be lost" in ran.err
    assert (tmp_path / "values.secret.yaml").read_text() == text


def test_saved_answers_give_the_same_files_again(tmp_path: Path) -> None:
    run("init", *ALL, "--log-level", "debug", cwd=tmp_path, environment={"OPENAI_API_KEY": "k"})
    again = run("init", "--answers", ".aeterna/answers.yaml", "--output", "b", "--json", cwd=tmp_path,
                environment={"OPENAI_API_KEY": "k"})  # fmt: skip
    assert again.code == 0, again.out
    assert (tmp_path / "b" / "values.yaml").read_text() == (tmp_path / "values.yaml").read_text()


def test_answers_come_from_standard_input(tmp_path: Path) -> None:
    ran = run("init", "--defaults", "--answers", "-", cwd=tmp_path, stdin="cache: valkey\n")
    assert ran.code == 0
    assert lookup(values(tmp_path), "cache.valkey.enabled") is True  # type: ignore[arg-type]


def test_reconfigure_starts_from_what_is_there(tmp_path: Path) -> None:
    run("init", *ALL, cwd=tmp_path, environment={"OPENAI_API_KEY": "sk-first"})
    with (tmp_path / "values.yaml").open("a") as file:
        file.write("# by hand\n")
    ran = run("init", "--non-interactive", "--reconfigure", "--log-level", "debug", cwd=tmp_path)
    assert ran.code == 0, ran.err
    text = (tmp_path / "values.yaml").read_text()
    assert "# by hand" in text
    assert lookup(values(tmp_path), "aeterna.logLevel") == "debug"  # type: ignore[arg-type]
    assert lookup(values(tmp_path), "vectorBackend.type") == "pgvector"  # type: ignore[arg-type]
    assert lookup(values(tmp_path, "values.secret.yaml"), "llm.openai.apiKey") == "sk-first"  # type: ignore[arg-type]


@pytest.mark.requirement("CLI-03")
def test_defaults_of_the_last_run_need_not_be_said_again(tmp_path: Path) -> None:
    assert run("init", "--non-interactive", "--defaults", "--llm", "none", cwd=tmp_path).code == 0
    ran = run("init", "--non-interactive", "--reconfigure", "--cache", "valkey", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert lookup(values(tmp_path), "cache.type") == "valkey"  # type: ignore[arg-type] # a tree
    ran = run("init", "--non-interactive", "--reconfigure", "--cache", "external", cwd=tmp_path)
    assert ran.code == 3
    assert ran.codes == ["AET807"]
    assert "--cache-host is missing" in ran.err


def test_a_dry_run_prints_the_plan_and_touches_nothing(tmp_path: Path) -> None:
    ran = run("init", "--defaults", "--dry-run", cwd=tmp_path, environment={"OPENAI_API_KEY": "sk-canary"})
    assert ran.code == 0
    assert "type: qdrant" in ran.out
    assert "llm.openai.apiKey: ***" in ran.out
    assert "sk-canary" not in ran.out + ran.err
    assert list(tmp_path.iterdir()) == []


def test_json_says_the_same_as_the_text(tmp_path: Path) -> None:
    ran = run("init", "--defaults", "--json", cwd=tmp_path)
    assert [file["path"] for file in ran.tree["files"]][:2] == ["values.yaml", "values.secret.yaml"]
    assert ran.tree["choices"]["cache"] == "dragonfly"
    assert ran.tree["written"] is True
    missing = run("init", "--non-interactive", "--json", cwd=tmp_path / "..")
    assert missing.code == 3
    assert json.loads(missing.out)["exitCode"] == 3


def test_open_source_only_takes_what_is_open(tmp_path: Path) -> None:
    assert run("init", "--defaults", "--open-source-only", cwd=tmp_path).code == 0
    assert lookup(values(tmp_path), "cache.type") == "valkey"  # type: ignore[arg-type]


def test_secrets_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-file\n")
    ran = run("init", "--defaults", "--llm", "openai", "--openai-api-key-file", "key", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert lookup(values(tmp_path, "values.secret.yaml"), "llm.openai.apiKey") == "sk-file"  # type: ignore[arg-type]


def test_what_can_be_read_by_others_holds_no_secret(tmp_path: Path) -> None:
    canary = {"OPENAI_API_KEY": "canary-llm", "PG_PASSWORD": "canary-pg", "REDIS_PASSWORD": "canary-redis"}
    ran = run(
        *("init", "--defaults", "--postgresql", "external", "--postgresql-host", "db", "--postgresql-username", "u"),
        *("--cache", "external", "--cache-host", "redis"),
        cwd=tmp_path,
        environment=canary,
    )
    assert ran.code == 0, ran.err
    for path in tmp_path.rglob("*"):
        if path.is_file() and "canary" in path.read_text():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert path.name == "values.secret.yaml"
    assert "canary" not in ran.out + ran.err


def test_answers_may_be_json_as_programs_write_it(tmp_path: Path) -> None:
    given = json.dumps({"cache": "valkey", "storage-class": "\N{ROCKET}"})
    assert "\\ud83d" in given
    ran = run("init", "--defaults", "--answers", "-", cwd=tmp_path, stdin=given)
    assert "YAML" not in ran.err
    assert "JSON" not in ran.err


@pytest.mark.requirement("CLI-31")
@pytest.mark.helm
def test_the_charts_own_rules_are_asked_before_anything_is_written(tmp_path: Path) -> None:
    helm = {"HELM_BIN": str(require("helm4"))}
    ran = run(
        *("init", "--defaults", "--pdb", "--replicas", "1", "--knowledge-repo-url", "https://git.example.org/k.git"),
        cwd=tmp_path,
        environment=helm,
    )
    assert ran.code == 3, ran.out
    assert "podDisruptionBudget" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.requirement("CLI-30", "CLI-33")
@pytest.mark.helm
def test_what_was_written_is_valid(tmp_path: Path) -> None:
    helm = {"HELM_BIN": str(require("helm4"))}
    assert run("init", "--defaults", cwd=tmp_path, environment=helm).code == 0
    ran = run("validate", "--json", cwd=tmp_path, environment=helm)
    assert ran.code == 0, ran.out
    assert ran.tree["valid"] is True
    assert [finding["code"] for finding in ran.tree["findings"]] in ([], ["AET811"])
