"""The real program in a pseudo-terminal, and a terminal emulator that says what its screen shows."""

from __future__ import annotations

import os
import signal
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import pyte

from helm_aeterna.adapters.chart import CATALOGUE, SCHEMA, read_catalogue_schema, read_chart_file
from helm_aeterna.checks.catalogue import load_catalogue
from helm_aeterna.outputs.preview import Chart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helm_aeterna.model.question import Script

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 15.0
KEYS = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "page-down": "\x1b[6~",
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "space": " ",
    "ctrl-b": "\x02",
    "ctrl-c": "\x03",
    "ctrl-u": "\x15",
    "f1": "\x1bOP",
}
# Always the same key, so that files can be compared.
KMS_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def environment(home: Path, **more: str) -> dict[str, str]:
    """A world without Helm, without keys, with a terminal that can do everything."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "AETERNA_CHART": str(ROOT / "charts" / "aeterna"),
        "AETERNA_SETUP_KMS_KEY": KMS_KEY,
        "AETERNA_SETUP_TARGET": "kubernetes",  # asked where a test takes it out
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "HELM_BIN": "/nowhere/helm",
        **more,
    }


class Program:
    """`init` in a terminal of 80 by 24.

    Args:
        folder: Where it runs and writes.
        arguments: Its flags.
        size: Rows and columns.
        more: Variables beside the usual ones.
    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        size: tuple[int, int] = (24, 80),
        more: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.child: Any = pexpect.spawn(
            sys.executable,
            ["-m", "helm_aeterna", "init", *arguments],
            cwd=str(folder),
            env=environment(folder.parent, **(more or {})),
            dimensions=size,
            timeout=PATIENCE,
            echo=True,
        )
        self.child.delaybeforesend = None
        self.child.delayafterclose = 0.01
        self.child.delayafterterminate = 0.01
        self.before = termios.tcgetattr(self.child.fileno())
        self.emulator = pyte.Screen(size[1], size[0])
        self.stream = pyte.ByteStream(self.emulator)
        self.raw = b""

    def read(self, seconds: float = 0.02) -> bool:
        """Take what the program wrote; say whether there was anything."""
        try:
            data = self.child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            return False
        self.raw += data
        self.stream.feed(data)
        return bool(data)

    def screen(self) -> str:
        """What the screen shows."""
        return "\n".join(line.rstrip() for line in self.emulator.display).rstrip() + "\n"

    def until(self, *texts: str) -> str:
        """Wait until the screen shows all of these."""
        end = time.monotonic() + PATIENCE
        while not all(text in self.screen() for text in texts):
            if not self.read() and (time.monotonic() > end or not self.child.isalive()):
                while self.read():
                    pass
                if all(text in self.screen() for text in texts):
                    break
                raise AssertionError(f"{texts} never came; the screen shows:\n{self.screen()}")
        while self.read():  # what was begun is painted to its end
            pass
        return self.screen()

    def until_gone(self, text: str) -> str:
        """Wait until the screen no longer shows this."""
        end = time.monotonic() + PATIENCE
        while text in self.screen():
            assert time.monotonic() < end, self.screen()
            self.read(0.05)
        while self.read():  # what was begun is painted to its end
            pass
        return self.screen()

    def until_screen(self, wanted: str) -> str:
        """Wait until the screen is just this; give what it is after a while, for the caller to compare."""
        end = time.monotonic() + PATIENCE
        while self.screen() != wanted and time.monotonic() < end:
            self.read(0.05)
        return self.screen()

    def until_changed(self, before: str) -> str:
        """Wait until the screen is another one."""
        end = time.monotonic() + PATIENCE
        while self.screen() == before:
            assert time.monotonic() < end, before
            self.read(0.05)
        while self.read():
            pass
        return self.screen()

    def write(self) -> int:
        """On the review page: wait for what it works out, write, and wait for the end."""
        self.until("Nothing has been written yet.", "Write the files")
        self.until_gone("working out")
        self.press("enter")
        return self.end()

    def press(self, *keys: str) -> Program:
        """Press keys, or type what is no name of one; Escape is let alone for a moment."""
        for key in keys:
            if not key:
                continue
            self.child.send(KEYS.get(key, key))
            if key == "esc":
                time.sleep(0.12)
        return self

    def choose(self, label: str) -> Program:
        """Move to the line with this label and take it."""
        self.press("home")
        for _ in range(40):
            while self.read():
                pass
            if any(line.strip().startswith(f"❯ {label}") for line in self.screen().splitlines()):
                return self.press("enter")
            before = self.screen()
            self.press("down")
            end = time.monotonic() + 3  # a busy machine paints late
            while self.screen() == before and time.monotonic() < end:
                self.read(0.05)
        raise AssertionError(f"no line {label!r}:\n{self.screen()}")

    def end(self) -> int:
        """Wait for the end; the exit code, or the number of the signal below nought."""
        stop = time.monotonic() + PATIENCE
        while self.child.isalive() and time.monotonic() < stop:
            self.read(0.05)
        while self.read():
            pass
        if self.child.isalive():
            self.child.close(force=True)
            raise AssertionError(f"the program goes on:\n{self.screen()}")
        code = self.child.exitstatus
        return code if code is not None else -int(self.child.signalstatus or 0)

    def kill(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end."""
        os.kill(self.child.pid, number)
        return self.end()

    def hang_up(self) -> None:
        """Close the terminal under the program, and wait until it is gone."""
        pid = self.child.pid
        self.child.ptyproc.fileobj.close()
        # Nobody may close the number again: the next terminal gets it.
        self.child.closed = self.child.ptyproc.closed = True
        self.child.child_fd = self.child.ptyproc.fd = -1
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            done, _ = os.waitpid(pid, os.WNOHANG)
            if done:
                self.child.terminated = self.child.ptyproc.terminated = True
                return
            time.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
        raise AssertionError("the program outlived its terminal")

    def is_restored(self) -> bool:
        """Whether the terminal is as it was: line by line, with echo, the cursor seen, the first screen shown."""
        same = termios.tcgetattr(self.child.fileno())[:4] == self.before[:4]
        opened, closed = self.raw.count(b"\x1b[?1049h"), self.raw.count(b"\x1b[?1049l")
        shown = self.raw.rfind(b"\x1b[?25h") >= self.raw.rfind(b"\x1b[?25l")
        return same and opened <= closed and shown


def real_script() -> Script:
    """The questions of the chart."""
    chart = ROOT / "charts" / "aeterna"
    schema = read_chart_file(chart, SCHEMA)
    assert isinstance(schema, dict)
    return Chart.of(load_catalogue(read_chart_file(chart, CATALOGUE), read_catalogue_schema, CATALOGUE), schema).script


def written(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, the wizard's own memory left out."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "progress.yaml"
    }
