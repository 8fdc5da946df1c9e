"""The plugin under real Helm: it installs from a folder, disturbs nobody, and hands everything on."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from helm_aeterna import __version__
from tests.support.plugin_home import Home, copy_plugin, wheels
from tests.support.require import require

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.helm

OTHER = """\
name: other
version: 1.0.0
usage: another plugin
description: another plugin
command: "echo the other plugin runs"
"""


@pytest.fixture(params=["helm317", "helm3", "helm4"])
def helm(request: pytest.FixtureRequest) -> Path:
    return require(request.param)


@pytest.fixture(scope="session")
def ready_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with the packages in it, made once: most tests are about other things."""
    folder = tmp_path_factory.mktemp("ready")
    home = Home(folder=folder, data=folder / "data", variables={"AETERNA_WHEELS": str(wheels())})
    assert home.run(copy_plugin(folder / "plugin") / "bin" / "helm-aeterna", "--version").returncode == 0
    return home.data


@pytest.fixture
def home(tmp_path: Path, ready_data: Path) -> Home:
    folder = tmp_path / "home of a user"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "aeterna").symlink_to(ready_data / "aeterna")
    return Home(folder=folder, data=folder / "data")


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    return copy_plugin(tmp_path / "plugin with blanks")


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    return copy_plugin(tmp_path / "probe with blanks", probe=True)


def install(helm: Path, home: Home, plugin: Path, **more: str) -> subprocess.CompletedProcess[str]:
    done = home.run(helm, "plugin", "install", plugin, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def told(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_installs_from_a_folder_and_runs(helm: Path, home: Home, plugin: Path) -> None:
    assert f"{__version__}\nhelm aeterna is ready" in install(helm, home, plugin).stdout
    facts = told(home.run(helm, "aeterna", "version", "--json", "-n", "team"))
    assert (facts["version"], facts["namespace"]) == (__version__, "team")
    assert facts["helm"].endswith(f"({helm})")
    assert facts["chartFolder"] == str(plugin / "charts" / "aeterna")


def test_helm_lists_it_without_a_warning(helm: Path, home: Home, plugin: Path) -> None:
    install(helm, home, plugin)
    done = home.run(helm, "plugin", "list")
    assert [line.split()[:2] for line in done.stdout.splitlines()[1:]] == [["aeterna", __version__]]
    assert done.stderr == ""
    assert "Wizard, checks and installer" in home.run(helm, "help", "aeterna").stdout


def test_other_plugins_and_helm_itself_go_on_as_before(helm: Path, home: Home, plugin: Path) -> None:
    (home.data / "plugins" / "other").mkdir(parents=True)
    (home.data / "plugins" / "other" / "plugin.yaml").write_text(OTHER, encoding="utf-8")
    before = [home.run(helm, *words) for words in (["other"], ["version", "--short"])]
    install(helm, home, plugin)
    after = [home.run(helm, *words) for words in (["other"], ["version", "--short"])]
    assert before[0].stdout == "the other plugin runs\n"
    assert [(run.stdout, run.stderr, run.returncode) for run in after] == [
        (run.stdout, run.stderr, run.returncode) for run in before
    ]


def test_arguments_arrive_whole(helm: Path, home: Home, probe: Path) -> None:
    install(helm, home, probe)
    # Helm itself drops an empty argument; everything else is handed on.
    words = ["init", "two words", "--flag=a b", "*", "$HOME", "'quoted'", "--", "ü"]
    assert told(home.run(helm, "aeterna", *words))["arguments"] == words


def test_what_helm_takes_from_the_arguments_comes_back_in_variables(helm: Path, home: Home, probe: Path) -> None:
    install(helm, home, probe)
    done = told(home.run(helm, "aeterna", "init", "-n", "team", "--kube-context", "east", "--kubeconfig", "/some/file"))
    assert done["arguments"] == ["init"]
    expected = {"HELM_NAMESPACE": "team", "HELM_KUBECONTEXT": "east", "KUBECONFIG": "/some/file", "HELM_BIN": str(helm)}
    assert expected.items() <= done["environment"].items()


def test_exit_codes_come_through(helm: Path, home: Home, probe: Path) -> None:
    install(helm, home, probe)
    codes = [0, 1, 2, 3, 4, 5, 6, 7, 130]
    assert [home.run(helm, "aeterna", "--exit", str(code)).returncode for code in codes] == codes


def test_offline_the_hook_succeeds_and_the_first_start_says_what_to_do(helm: Path, home: Home, plugin: Path) -> None:
    offline = Home(folder=home.folder, data=home.folder / "new data")
    assert "not ready yet" in install(helm, offline, plugin).stderr
    done = offline.run(helm, "aeterna", "--version")
    assert done.returncode == 5
    assert all(way in done.stderr for way in ("AETERNA_WHEELS=", "pip download", "pipx"))
    # ... and a folder of wheels is all it takes.
    assert offline.run(helm, "aeterna", "--version", AETERNA_WHEELS=str(wheels())).stdout == f"{__version__}\n"


def test_hook_and_command_use_one_environment(helm: Path, home: Home, plugin: Path) -> None:
    # Without the variable: Helm 4 tells hooks less than commands, and both must come to the same folder.
    plain = Home(
        folder=home.folder, data=home.folder / ".local/share/helm", variables={"AETERNA_WHEELS": str(wheels())}
    )
    environment = {key: value for key, value in plain.environment().items() if key != "HELM_DATA_HOME"}
    runs = [
        subprocess.run([helm, *words], env=environment, capture_output=True, text=True, check=False)
        for words in (["plugin", "install", str(plugin)], ["aeterna", "--version"])
    ]
    assert ["preparing" in run.stderr + run.stdout for run in runs] == [True, False]
    assert (plain.data / "aeterna" / "python").is_file()


def git(folder: Path, *words: str) -> None:
    subprocess.run([require("git"), "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=folder, check=True)


def test_an_update_from_git_finds_the_checkout_unchanged(helm: Path, home: Home, tmp_path: Path) -> None:
    repository = copy_plugin(tmp_path / "aeterna")
    git(repository, "init", "-q")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "first")
    major_4_only = ["--verify=false"] if "helm4" in helm.parent.name else []
    done = home.run(helm, "plugin", "install", f"file://{repository}", *major_4_only)
    assert done.returncode == 0, done.stdout + done.stderr
    assert home.run(helm, "aeterna", "--version").returncode == 0
    (repository / "NEWS").write_text("the next version\n")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "second")
    update = home.run(helm, "plugin", "update", "aeterna")
    assert update.returncode == 0, update.stdout + update.stderr
    assert "helm aeterna is ready" in update.stdout
