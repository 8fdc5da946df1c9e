from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from helm_aeterna.adapters import files
from helm_aeterna.adapters.files import apply, read_disk
from helm_aeterna.adapters.paths import path_of
from helm_aeterna.errors import WriteError
from helm_aeterna.model.artefact import PRIVATE, Artefact, Disk
from helm_aeterna.outputs.plan import plan_writes

if TYPE_CHECKING:
    from pathlib import Path


def artefacts(**texts: str) -> list[Artefact]:
    return [
        Artefact(path=name.replace("_", "."), text=text, mode=PRIVATE if "secret" in name else 0o644)
        for name, text in texts.items()
    ]


def write(folder: Path, *made: Artefact) -> tuple[files.Written, ...]:
    disk = read_disk(folder, [artefact.path for artefact in made], {})
    return apply(plan_writes(made, disk), folder)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_files_are_written_with_their_modes(tmp_path: Path) -> None:
    write(tmp_path / "new" / "folder", *artefacts(values_yaml="a", secret_yaml="b"))
    folder = tmp_path / "new" / "folder"
    assert (folder / "values.yaml").read_text() == "a"
    assert mode(folder / "secret.yaml") == 0o600


@pytest.mark.requirement("CLI-28")
def test_what_is_replaced_is_kept_and_an_older_copy_is_never_overwritten(tmp_path: Path) -> None:
    for text in ("first", "second"):
        write(tmp_path, *artefacts(secret_yaml=text))
    written = write(tmp_path, *artefacts(secret_yaml="third"))
    assert (tmp_path / "secret.yaml.bak").read_text() == "first"
    assert (tmp_path / "secret.yaml.bak.2").read_text() == "second"
    assert written[0].backup == tmp_path / "secret.yaml.bak.2"
    assert {mode(path) for path in tmp_path.iterdir()} == {0o600}


def test_the_users_permissions_of_a_public_file_stay(tmp_path: Path) -> None:
    write(tmp_path, *artefacts(values_yaml="a"))
    (tmp_path / "values.yaml").chmod(0o640)
    write(tmp_path, *artefacts(values_yaml="b"))
    assert mode(tmp_path / "values.yaml") == 0o640
    assert mode(tmp_path / "values.yaml.bak") == 0o640


def test_a_secret_file_that_others_could_read_becomes_private(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("old")
    (tmp_path / "secret.yaml").chmod(0o644)
    write(tmp_path, *artefacts(secret_yaml="new"))
    assert mode(tmp_path / "secret.yaml") == 0o600
    assert mode(tmp_path / "secret.yaml.bak") == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text("old")
    (tmp_path / "values.yaml").symlink_to("real.yaml")
    write(tmp_path, *artefacts(values_yaml="new"))
    assert (tmp_path / "values.yaml").is_symlink()
    assert (tmp_path / "real.yaml").read_text() == "new"


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_a_failure_puts_everything_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int) -> None:
    write(tmp_path, *artefacts(a_yaml="1", b_yaml="1"))
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    calls = []
    real = os.fsync

    def failing(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == fails_at:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(WriteError) as refused:
        write(tmp_path, *artefacts(a_yaml="2", b_yaml="2", c_yaml="2"))
    assert "everything was put back" in refused.value.message
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == before


def test_a_failure_in_the_middle_of_replacing_puts_everything_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, *artefacts(a_yaml="1", b_yaml="1"))
    real = type(tmp_path).replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "b.yaml" and self.name.endswith(".new"):
            raise OSError(5, "Input/output error", str(target))
        return real(self, target)

    monkeypatch.setattr(type(tmp_path), "replace", failing)
    with pytest.raises(WriteError):
        write(tmp_path, *artefacts(a_yaml="2", b_yaml="2", c_yaml="2"))
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.yaml": "1", "b.yaml": "1"}


def test_folders_made_for_a_failed_run_are_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(WriteError):
        write(tmp_path / "deep" / "folder", *artefacts(a_yaml="2"))
    assert list(tmp_path.iterdir()) == []


def test_an_unchanged_file_is_not_touched(tmp_path: Path) -> None:
    write(tmp_path, *artefacts(a_yaml="1"))
    before = (tmp_path / "a.yaml").stat().st_mtime_ns
    assert write(tmp_path, *artefacts(a_yaml="1")) == ()
    assert (tmp_path / "a.yaml").stat().st_mtime_ns == before


def test_a_home_of_nobody_is_a_name_like_any_other(tmp_path: Path) -> None:
    assert path_of("~nobody-at-all/key", tmp_path) == tmp_path / "~nobody-at-all" / "key"
    assert path_of("key", tmp_path) == tmp_path / "key"


def test_temporary_files_are_private_and_do_not_stay() -> None:
    with files.temporary_files({"values.yaml": "a"}) as (path,):
        assert mode(path) == 0o600
    assert not path.exists()


def test_nothing_is_remembered_of_what_was_never_there(tmp_path: Path) -> None:
    assert read_disk(tmp_path, ["a.yaml"], {"a.yaml": ".last/a.yaml"}) == Disk()
