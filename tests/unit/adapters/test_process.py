"""Programs are started whole, ended in time, and their secrets blotted out."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from helm_aeterna.adapters.interrupts import Interrupts
from helm_aeterna.adapters.process import Call, blotted, run
from helm_aeterna.errors import PrerequisiteError


def python(code: str, **more: object) -> Call:
    argv = (sys.executable, "-I", "-S", "-c", code)
    return Call(argv=argv, environment={"PATH": os.defpath, "MARK": "here"}, **more)  # type: ignore[arg-type]


def test_output_code_and_environment_arrive() -> None:
    ended = run(
        python("import os, sys; print(os.environ['MARK'], len(os.environ)); sys.stderr.write('no'); sys.exit(3)")
    )
    assert (ended.out.split()[0], ended.err, ended.code, ended.ok) == ("here", "no", 3, False)


def test_much_output_on_both_pipes_does_not_block() -> None:
    ended = run(python("import sys; sys.stderr.write('e' * 300_000); sys.stdout.write('o' * 300_000)"))
    assert (len(ended.out), len(ended.err)) == (300_000, 300_000)


def test_text_reaches_standard_input_and_nothing_means_end_of_file() -> None:
    assert run(python("import sys; print(sys.stdin.read())", text="a: 1")).out == "a: 1\n"
    assert run(python("import sys; print(repr(sys.stdin.read()))")).out == "''\n"


def test_a_program_over_its_time_is_stopped_with_what_it_said() -> None:
    ended = run(python("import time; print('begun', flush=True); time.sleep(60)", timeout=0.5))
    assert ended.overdue
    assert not ended.ok
    assert ended.out == "begun\n"
    assert ended.code == -signal.SIGTERM


def test_its_children_end_with_it(tmp_path: Path) -> None:
    code = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open({str(tmp_path / "pid")!r}, "w").write(str(child.pid))
time.sleep(60)
"""
    run(python(code, timeout=1.0))
    pid = int((tmp_path / "pid").read_text())
    for _ in range(50):
        if not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split(")")[1][:3]:
            return
        time.sleep(0.1)
    pytest.fail("the grandchild is still there")


def test_one_interrupt_is_forwarded_as_one_signal() -> None:
    code = """
import signal, sys, time
seen = []
signal.signal(signal.SIGINT, lambda *_: seen.append(1))
print("ready", flush=True)
end = time.time() + 10
while not seen and time.time() < end: time.sleep(0.05)
time.sleep(0.7)
print("signals", len(seen))
"""
    interrupts = Interrupts()
    threading.Timer(0.6, interrupts.on_signal, (signal.SIGINT, None)).start()
    ended = run(python(code), interrupts)
    assert ended.interrupted
    assert ended.code == 0
    assert "signals 1" in ended.out


def test_an_interrupt_between_two_programs_is_not_lost(tmp_path: Path) -> None:
    interrupts, trace = Interrupts(), tmp_path / "started"
    assert run(python("pass"), interrupts).ok
    interrupts.on_signal(signal.SIGINT, None)
    ended = run(python(f"open({str(trace)!r}, 'w')"), interrupts)
    assert ended.interrupted
    assert not ended.ok
    assert not trace.exists()
    assert run(python("pass"), interrupts).ok, "it was answered, and somebody has to look at what is left"


def test_an_interrupt_before_a_pause_is_not_lost() -> None:
    interrupts = Interrupts()
    interrupts.on_signal(signal.SIGINT, None)
    assert interrupts.pause(0.01)
    assert not interrupts.pause(0.01)


def test_a_second_interrupt_kills() -> None:
    code = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(60)"
    interrupts = Interrupts()
    for when in (0.5, 0.9):
        threading.Timer(when, interrupts.on_signal, (signal.SIGINT, None)).start()
    ended = run(python(code), interrupts)
    assert ended.code == -signal.SIGKILL


def test_a_real_signal_to_this_program_is_forwarded_and_the_handler_put_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    ended = run(python("import time; time.sleep(60)"))
    assert ended.interrupted
    assert signal.getsignal(signal.SIGINT) is before


def test_ticks_come_while_it_runs() -> None:
    seen: list[float] = []
    run(python("import time; time.sleep(1)", tick=seen.append, every=0.3))
    assert seen
    assert seen == sorted(seen)


def test_a_missing_program_is_a_missing_prerequisite() -> None:
    with pytest.raises(PrerequisiteError, match="cannot start /no/such"):
        run(Call(argv=("/no/such",), environment={}))


@pytest.mark.parametrize(
    ("text", "secrets", "expected"),
    [
        ("key: s3cr3t-value!", ("s3cr3t-value",), "key: ***!"),
        ("data: czNjcjN0LXZhbHVl end", ("s3cr3t-value",), "data: *** end"),
        ("pw=abc but abcdef stays", ("abc",), "pw=*** but abcdef stays"),
        ("line-one-long and line-two-long", ("line-one-long\nline-two-long",), "*** and ***"),
        ("nothing", ("", "other"), "nothing"),
        ("longer-secret-tail", ("longer-secret", "longer-secret-tail"), "***"),
    ],
)
def test_secrets_are_blotted_out(text: str, secrets: tuple[str, ...], expected: str) -> None:
    assert blotted(text, secrets) == expected


def test_what_a_program_says_of_a_secret_is_blotted_out() -> None:
    ended = run(python("import sys; sys.stderr.write('bad password: hunter2-hunter2')", secrets=("hunter2-hunter2",)))
    assert ended.err == "bad password: ***"


def test_a_call_shows_no_secret_by_its_repr() -> None:
    assert "hunter2" not in repr(python("pass", secrets=("hunter2",), text="hunter2"))


def test_a_grandchild_that_holds_the_pipes_is_not_waited_for() -> None:
    code = "import subprocess; print('done', flush=True); subprocess.Popen(['sleep', '8'])"
    begun = time.monotonic()
    ended = run(python(code))
    assert (ended.ok, ended.out) == (True, "done\n")
    assert time.monotonic() - begun < 7
