"""Who may change the terminal's mode while programs run, and what becomes of it when the terminal goes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pexpect

ROOT = Path(__file__).resolve().parents[3]
HEAD = f"""\
import os, signal, sys, termios, threading, time
sys.path.insert(0, {str(ROOT)!r})
from helm_aeterna.adapters.interrupts import end_with_parent, listening
from helm_aeterna.adapters.process import Call, run
def mode(): return termios.tcgetattr(0)
slow = Call(argv=("sleep", "0.5"), environment=dict(os.environ))
"""


def said(code: str) -> str:
    """Run a program on a terminal of its own; everything it wrote there."""
    child: Any = pexpect.spawn(sys.executable, ["-c", HEAD + code], encoding="utf-8", timeout=20)
    text = child.read()
    child.close()
    assert "Traceback" not in text
    return str(text)


def test_a_program_run_beside_a_screen_leaves_the_terminal_alone() -> None:
    code = """
beside = threading.Thread(target=run, args=(slow,))
beside.start()
time.sleep(0.2)
screen = mode()
screen[3] &= ~termios.ECHO
termios.tcsetattr(0, termios.TCSANOW, screen)
beside.join()
print("unchanged" if mode() == screen else "CHANGED")
"""
    assert "unchanged" in said(code)


def test_the_owner_of_the_terminal_listens_from_any_thread() -> None:
    code = """
before = mode()
def work():
    with listening(terminal=True):
        print("keys" if not mode()[3] & termios.ISIG else "SIGNALS")
lent = threading.Thread(target=work)
lent.start()
lent.join()
print("restored" if mode() == before else "CHANGED")
"""
    text = said(code)
    assert "keys" in text
    assert "restored" in text


def test_a_terminal_that_another_program_took_is_not_touched() -> None:
    code = """
import subprocess
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
with listening():
    other = subprocess.Popen(["sleep", "5"], process_group=0)
    os.tcsetpgrp(0, other.pid)
    theirs = mode()
print("unchanged" if mode() == theirs else "CHANGED")
other.kill()
"""
    assert "unchanged" in said(code)


def test_a_terminal_that_went_away_is_no_error() -> None:
    code = """
with listening() as heard:
    reader, writer = os.openpty()
    os.dup2(reader, 0)
    os.close(writer)
    os.close(reader)
print("no error", heard.heard())
"""
    assert "no error" in said(code)
