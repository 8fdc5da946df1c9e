"""`make try`, the README's first command, on a clean clone of a user's own."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.plugin_home import ROOT, Home, wheels
from tests.support.require import require

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.helm
@pytest.mark.requirement("CLI-02")
def test_make_try_works_on_a_clean_clone(tmp_path: Path) -> None:
    listing = subprocess.run(
        [require("git"), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    clone = tmp_path / "a clean clone"
    for name in filter(None, listing.stdout.split("\0")):
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            (clone / name).write_bytes((ROOT / name).read_bytes())
            (clone / name).chmod((ROOT / name).stat().st_mode)
    home = Home(folder=clone, data=tmp_path / "unused", variables={"AETERNA_WHEELS": str(wheels())})
    done = home.run("make", "try", PATH=f"{require('helm4').parent}:{home.environment()['PATH']}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("make try: everything worked")
    assert (clone / ".try/aeterna/rendered.yaml").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "unused").exists(), "it must keep to its own folder"
    brought = {name.partition("/")[0] for name in listing.stdout.split("\0")}
    assert {path.name for path in clone.iterdir()} - brought == {".try"}
