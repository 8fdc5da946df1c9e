"""The tests of Ctrl-C pass from a shell that ignores it too, as `nohup make test &` and some CI runners do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASK = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"


def test_a_program_that_a_test_starts_can_be_interrupted() -> None:
    assert subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True).stdout == "True\n"


def test_so_can_it_when_the_tests_themselves_cannot() -> None:
    one = f"{Path(__file__).relative_to(ROOT)}::{test_a_program_that_a_test_starts_can_be_interrupted.__name__}"
    command = f'trap "" INT; exec "{sys.executable}" -m pytest -q -p no:cacheprovider {one}'
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout
