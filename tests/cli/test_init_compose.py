"""`init --target docker-compose`: the files, what is kept of them, and what is refused."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.support.compose_files import read_dotenv
from tests.support.program import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.program import Ran

pytestmark = pytest.mark.requirement("CLI-29")


def init(folder: Path, *more: str, **environment: str) -> Ran:
    llm = () if "--llm" in more else ("--llm", "none")
    return run("init", "--non-interactive", "--defaults", *llm, *more, cwd=folder, environment=environment)


def compose(folder: Path, *more: str, **environment: str) -> Ran:
    return init(folder, "--target", "docker-compose", *more, **environment)


def credentials(folder: Path) -> dict[str, str]:
    return read_dotenv((folder / ".env").read_text())


def test_credentials_stand_in_a_private_file_that_git_ignores(tmp_path: Path) -> None:
    ran = compose(tmp_path)
    assert ran.code == 0, ran.err
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert {"/.env", "/.env.bak*"} <= set((tmp_path / ".gitignore").read_text().splitlines())
    assert "docker compose up -d" in ran.out
    assert "http://localhost:8080/" in ran.out
    assert not (tmp_path / "values.yaml").exists()
    for secret in credentials(tmp_path).values():
        others = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != ".env"]
        assert not any(secret in path.read_text() for path in others)
        assert secret not in ran.out + ran.err


def test_made_credentials_are_kept_for_ever(tmp_path: Path) -> None:
    compose(tmp_path)
    made = credentials(tmp_path)
    assert compose(tmp_path, "--cache", "valkey").code == 0
    assert compose(tmp_path, "--reconfigure").code == 0
    assert credentials(tmp_path) == made


def test_a_lost_key_is_not_replaced_without_a_word(tmp_path: Path) -> None:
    compose(tmp_path)
    (tmp_path / ".env").unlink()
    ran = compose(tmp_path)
    assert ran.code == 4
    assert ".env: kms-key" in ran.err
    assert ".env: local-postgresql-password" in ran.err
    assert compose(tmp_path, "--replace-lost-keys").code == 0


def test_a_broken_file_of_credentials_is_reported_and_left_alone(tmp_path: Path) -> None:
    compose(tmp_path)
    broken = "AETERNA_SECRET_KMS_KEY='abc\n"
    (tmp_path / ".env").write_text(broken)
    ran = compose(tmp_path)
    assert (ran.code, "'abc" in ran.err) == (4, False)
    assert ".env:1" in ran.err
    assert (tmp_path / ".env").read_text() == broken


def test_what_the_user_wrote_into_both_files_stays(tmp_path: Path) -> None:
    compose(tmp_path)
    env, file = tmp_path / ".env", tmp_path / "docker-compose.yaml"
    env.write_text("# mine\nMINE=1 # one\n" + env.read_text())
    file.write_text(file.read_text().replace("127.0.0.1:8080:8080", "127.0.0.1:9090:8080  # mine"))
    ran = compose(tmp_path, "--cache", "valkey", "--reconfigure")
    assert ran.code == 0, ran.err
    assert env.read_text().startswith("# mine\nMINE=1 # one\n")
    assert "127.0.0.1:9090:8080  # mine" in file.read_text()
    services = yaml.safe_load(file.read_text())["services"]
    assert "valkey" in services
    assert "dragonfly" not in services


def test_a_credential_that_is_given_replaces_the_old_one_in_place(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("it's\\")
    compose(tmp_path, "--llm", "openai", OPENAI_API_KEY="old")
    lines = (tmp_path / ".env").read_text().splitlines()
    ran = compose(tmp_path, "--llm", "openai", "--openai-api-key-file", "key", "--reconfigure")
    assert ran.code == 0, ran.err
    assert credentials(tmp_path)["AETERNA_SECRET_OPENAI_API_KEY"] == "it's\\"
    now = (tmp_path / ".env").read_text().splitlines()
    assert [line.split("=")[0] for line in now] == [line.split("=")[0] for line in lines]


def test_the_other_target_starts_from_the_same_key(tmp_path: Path) -> None:
    init(tmp_path)
    key = yaml.safe_load((tmp_path / "values.secret.yaml").read_text())["aeterna"]["kmsKey"]
    before = (tmp_path / "values.secret.yaml").read_text()
    assert compose(tmp_path).code == 0
    assert credentials(tmp_path)["AETERNA_SECRET_KMS_KEY"] == key
    assert (tmp_path / "values.secret.yaml").read_text() == before


@pytest.mark.parametrize(
    "flag",
    ["--ingress true", "--hpa true", "--storage-class s", "--secrets-provider sops", "--qdrant-storage-size 9Gi"],
)
def test_what_only_kubernetes_has_is_refused(tmp_path: Path, flag: str) -> None:
    ran = compose(tmp_path, *flag.split())
    assert ran.code == 3
    assert "target is docker-compose" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_without_a_target_the_defaults_are_those_of_kubernetes(tmp_path: Path) -> None:
    assert init(tmp_path).code == 0
    assert (tmp_path / "values.yaml").exists()
    assert not (tmp_path / "docker-compose.yaml").exists()


def test_a_dry_run_shows_the_services_and_no_credential(tmp_path: Path) -> None:
    ran = compose(tmp_path, "--dry-run")
    assert "  services:" in ran.out
    assert "AETERNA_SECRET_KMS_KEY: ***" in ran.out
    assert list(tmp_path.iterdir()) == []
