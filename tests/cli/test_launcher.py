"""bin/helm-aeterna: finds a Python, has its packages made once, and starts the program undisturbed by anything else."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from tests.support.plugin_home import LOCK, Home, copy_plugin, wheels

if TYPE_CHECKING:
    from collections.abc import Mapping

PREPARING = "preparing its Python packages"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    folder = tmp_path / "home of a user"
    folder.mkdir()
    return Home(folder=folder, data=folder / "helm data", variables={"AETERNA_WHEELS": str(wheels())})


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    return copy_plugin(tmp_path / "plugin with blanks")


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    """Return a plugin that needs no packages and tells what arrived."""
    folder = copy_plugin(tmp_path / "probe with blanks", probe=True)
    (folder / "lib").mkdir()
    return folder


def launcher(plugin: Path) -> Path:
    return plugin / "bin" / "helm-aeterna"


def told(done: subprocess.CompletedProcess[str]) -> Mapping[str, object]:
    assert done.returncode == 0, done.stderr
    return cast("Mapping[str, object]", json.loads(done.stdout))


def programs(folder: Path, **scripts: str) -> str:
    """Make a PATH without Python: what a shell script needs, and the scripts given."""
    folder.mkdir()
    for name in ("sh", "readlink", "uname", "mkdir", "mv", "dirname"):
        (folder / name).symlink_to(cast("str", shutil.which(name)))
    for name, text in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return str(folder)


def test_the_packages_are_made_once(home: Home, plugin: Path) -> None:
    first, second = (home.run(launcher(plugin), "--version") for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert PREPARING in first.stderr
    assert second.stderr == ""
    assert first.stdout == second.stdout


def test_the_packages_are_made_anew_when_the_lock_changed(home: Home, plugin: Path) -> None:
    home.run(launcher(plugin), "--version")
    with (plugin / LOCK).open("a", encoding="utf-8") as lock:
        lock.write("# another version of the plugin\n")
    assert PREPARING in home.run(launcher(plugin), "--version").stderr
    assert PREPARING not in home.run(launcher(plugin), "--version").stderr
    assert [path.name for path in home.data.glob("aeterna/.making-*")] == []


def test_first_starts_at_the_same_time_make_the_packages_once(home: Home, plugin: Path) -> None:
    running = [
        subprocess.Popen(
            [launcher(plugin), "--version"],
            env=home.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    told_on_stderr = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0] * 4, told_on_stderr
    assert sum(PREPARING in text for text in told_on_stderr) == 1


def test_shipped_packages_are_used_and_nothing_is_installed(home: Home, probe: Path) -> None:
    done = home.run(launcher(probe), AETERNA_WHEELS="/nowhere")
    assert cast("list[str]", told(done)["path"])[-1] == str(probe / "lib")
    assert [path.name for path in home.data.rglob("*")] == ["aeterna", "python"]


def test_offline_it_says_every_way_out(home: Home, plugin: Path) -> None:
    done = home.run(launcher(plugin), "--version", AETERNA_WHEELS="")
    assert done.returncode == 5
    assert done.stdout == ""
    assert all(way in done.stderr for way in ("AETERNA_WHEELS=", "pip download", str(plugin / LOCK), "pipx"))
    assert "Traceback" not in done.stderr


def test_a_changed_package_is_refused(home: Home, plugin: Path, tmp_path: Path) -> None:
    bad = shutil.copytree(wheels(), tmp_path / "wheels")
    with next(bad.glob("requests-*.whl")).open("ab") as wheel:
        wheel.write(b"x")
    done = home.run(launcher(plugin), "--version", AETERNA_WHEELS=str(bad))
    assert done.returncode == 5
    assert "do not match" in done.stderr.lower()


def test_a_data_folder_that_cannot_be_written_is_told(home: Home, plugin: Path) -> None:
    home.data.write_text("a file where a folder should be")
    done = home.run(launcher(plugin), "--version")
    assert done.returncode == 5
    assert str(home.data) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_python_without_pip_will_do(home: Home, plugin: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    done = home.run(launcher(plugin), "--version", AETERNA_PYTHON=str(bare / "bin" / "python"))
    assert done.returncode == 0, done.stderr


def test_settings_of_pip_that_forbid_a_folder_do_not_apply(home: Home, plugin: Path) -> None:
    done = home.run(launcher(plugin), "--version", PIP_USER="1", PIP_REQUIRE_VIRTUALENV="1")
    assert done.returncode == 0, done.stderr


def test_it_can_be_stopped_while_it_waits_for_another_first_start(home: Home, plugin: Path) -> None:
    home.run(launcher(plugin), "--version")
    (lock,) = home.data.glob("aeterna/*.lock")
    with (plugin / LOCK).open("a", encoding="utf-8") as text, lock.open("w") as held:
        text.write("# changed\n")
        text.flush()
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = subprocess.Popen(
            [launcher(plugin), "--version"], env=home.environment(), stderr=subprocess.PIPE, text=True
        )
        assert waiting.stderr
        assert "waiting for another start" in waiting.stderr.readline()
        waiting.send_signal(signal.SIGINT)
        assert waiting.communicate(timeout=20)[1] == "cancelled: nothing was installed\n"
    assert waiting.returncode == 130


def test_no_python_is_told_with_what_was_tried(home: Home, probe: Path, tmp_path: Path) -> None:
    path = programs(tmp_path / "bin", python3="echo 'is 3.9'; exit 1")
    done = home.run(launcher(probe), PATH=path)
    assert done.returncode == 5
    assert (
        "tried python3.13 (not found), python3.12 (not found), python3.11 (not found), python3 (is 3.9)" in done.stderr
    )
    assert "AETERNA_PYTHON" in done.stderr


def test_a_wrapper_that_does_not_run_is_passed_over(home: Home, probe: Path, tmp_path: Path) -> None:
    path = programs(tmp_path / "bin", python3=f'exec "{Path(sys.executable).resolve()}" "$@"')
    broken = tmp_path / "bin" / "python3.13"
    broken.write_text("#!/bin/sh\necho 'python3.13: command not found' >&2\nexit 127\n", encoding="utf-8")
    broken.chmod(0o755)
    told(home.run(launcher(probe), PATH=path))


def test_a_python_that_was_asked_for_is_not_replaced(home: Home, probe: Path) -> None:
    told(home.run(launcher(probe)))
    done = home.run(launcher(probe), AETERNA_PYTHON="/no/such/python3")
    assert done.returncode == 5
    assert "/no/such/python3 (not found)" in done.stderr


def test_a_python_that_went_away_is_looked_for_again(home: Home, probe: Path) -> None:
    told(home.run(launcher(probe)))
    record = home.data / "aeterna" / "python"
    record.write_text("/no/such/python3\n")
    told(home.run(launcher(probe)))
    assert record.read_text() == f"{Path(sys.executable).resolve()}\n"


def test_it_runs_through_links(home: Home, probe: Path, tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "first").symlink_to(os.path.relpath(launcher(probe), tmp_path / "a b"))
    (tmp_path / "second").symlink_to("a b/first")
    (tmp_path / "third").symlink_to(tmp_path / "second")
    assert cast("list[str]", told(home.run(tmp_path / "third"))["path"])[-2:] == [str(probe), str(probe / "lib")]


@pytest.mark.parametrize("command", [["sh", "helm-aeterna"], ["./helm-aeterna"]], ids=" ".join)
def test_it_runs_from_its_own_folder(command: list[str], home: Home, probe: Path) -> None:
    done = subprocess.run(
        command, cwd=probe / "bin", env=home.environment(), capture_output=True, text=True, check=False
    )
    told(done)


def test_arguments_arrive_whole(home: Home, probe: Path) -> None:
    words = ["two words", "", "*", "--flag=$HOME", "'quoted' \"twice\"", "back\\slash", "line\nfeed", "ü"]
    assert told(home.run(launcher(probe), *words))["arguments"] == words


def test_the_exit_code_comes_through(home: Home, probe: Path) -> None:
    codes = [0, 1, 2, 3, 4, 5, 6, 7, 130]
    assert [home.run(launcher(probe), "--exit", str(code)).returncode for code in codes] == codes


def test_nothing_of_the_users_own_python_gets_in(home: Home, probe: Path, tmp_path: Path) -> None:
    for folder in (tmp_path / "mine", home.folder, probe):
        folder.mkdir(exist_ok=True)
        (folder / "json.py").write_text("raise SystemExit('the wrong json')")
    environment = {"PYTHONPATH": str(tmp_path / "mine"), "PYTHONHOME": "/nowhere", "PYTHONSTARTUP": "/nowhere"}
    done = told(home.run(launcher(probe), **environment))
    # Handed on as it was: programs written in Python that Helm starts for a login keep their own modules.
    assert environment.items() <= cast("Mapping[str, str]", done["environment"]).items()


def test_a_reader_that_goes_away_is_no_error(home: Home, plugin: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [launcher(plugin), "--version"], env=home.environment(), stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, b"Error" in done.stderr) == (0, False), done.stderr
