"""What a start of the program does not load: module lists are stable where milliseconds are not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
THIRD_PARTY = {"yaml", "prompt_toolkit", "jsonschema", "requests"}
# Standard modules that cost more than a start of Python; each measured above 10 ms.
DEAR = {
    "dataclasses",
    "inspect",
    "pathlib",
    "difflib",
    "asyncio",
    "http.client",
    "urllib.request",
    "importlib.metadata",
    "multiprocessing",
    "subprocess",
    "logging",
}
START = """\
import atexit, sys
atexit.register(lambda: open({listing!r}, "w").write("\\n".join(sys.modules)))
sys.path.append({root!r})
sys.argv = ["helm aeterna", *{arguments!r}]
from helm_aeterna.__main__ import entry
entry()
"""


def loaded(arguments: list[str], *options: str, cwd: Path) -> set[str]:
    """Run the program in an interpreter of its own and return the modules it loaded."""
    listing = cwd / "modules.txt"
    program = START.format(root=str(ROOT), listing=str(listing), arguments=arguments)
    done = subprocess.run(
        [sys.executable, "-I", *options, "-c", program],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "HOME": str(cwd)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(listing.read_text().splitlines())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]], ids=" ".join)
def test_help_works_with_the_standard_library_alone(arguments: list[str], tmp_path: Path) -> None:
    # -S: without site-packages an import of anything else would end the run.
    modules = loaded(arguments, "-S", cwd=tmp_path)
    assert {name for name in modules if name.startswith("helm_aeterna.")} == {
        "helm_aeterna.__main__",
        "helm_aeterna.overview",
    }
    assert not modules & DEAR


def test_init_without_a_terminal_loads_no_wizard_and_no_connection_checks(tmp_path: Path) -> None:
    modules = loaded(["init", "--defaults", "--output", str(tmp_path)], cwd=tmp_path)
    assert "helm_aeterna.commands.init" in modules
    assert not modules & {"prompt_toolkit", "requests", "asyncio", "jsonschema", "difflib"}


def test_show_loads_only_what_reads_files(tmp_path: Path) -> None:
    loaded(["init", "--defaults", "--output", str(tmp_path)], cwd=tmp_path)
    modules = loaded(["show", "--output", str(tmp_path)], cwd=tmp_path)
    assert not modules & (THIRD_PARTY - {"yaml"})
