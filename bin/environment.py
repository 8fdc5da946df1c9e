"""Make the private environment: the pinned packages in a folder below Helm's data folder.

The folder holds the packages themselves (`pip install --target`), so it stays good when it is renamed into place, and a
copy of the list it was made from, which is how a later start knows that nothing changed.
"""

import fcntl
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ADVICE = """\
error: the Python packages of helm aeterna could not be installed: {problem}
  fix: any one of these
    - with network: run the same command again (pip's own settings for proxies and mirrors are used)
    - without: on a machine with network and the same Python, run
        {python} -m pip download --only-binary :all: --require-hashes -r {lock} -d wheels
      bring the folder here and run: AETERNA_WHEELS=/path/to/wheels helm aeterna ...
    - without the plugin: pipx install helm-aeterna, then use helm-aeterna in place of helm aeterna
"""


class _CannotMakeError(Exception):
    """Says in one line why the environment could not be made."""


def make(lock: str, packages: str) -> bool:
    """Make the environment, or tell the user on stderr why not and what to do.

    Args:
        lock: The list of pinned packages, with hashes.
        packages: The folder to make; what it held before is replaced in one step.

    Returns:
        Whether the folder is ready.
    """
    wanted, target = Path(lock), Path(packages)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target):
            if not _made_from(wanted, target):
                _fill(wanted, target)
    except (_CannotMakeError, OSError, subprocess.TimeoutExpired) as problem:
        advice = _ADVICE.format(problem=problem, python=shlex.quote(sys.executable), lock=shlex.quote(lock))
        sys.stderr.write(advice)
        return False
    except KeyboardInterrupt:
        sys.stderr.write("cancelled: nothing was installed\n")
        sys.exit(130)
    return True


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Wait for another first start that is busy with the same folder."""
    with target.with_suffix(".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _tell("waiting for another start, which is preparing the Python packages ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _tell(text: str) -> None:
    sys.stderr.write(f"helm aeterna: {text}\n")
    sys.stderr.flush()


def _stamp(folder: Path) -> Path:
    return folder / "requirements" / "runtime.txt"


def _made_from(wanted: Path, target: Path) -> bool:
    return _stamp(target).is_file() and _stamp(target).read_bytes() == wanted.read_bytes()


def _fill(wanted: Path, target: Path) -> None:
    """Install beside the target, then change places."""
    _tell("preparing its Python packages, once ...")
    with tempfile.TemporaryDirectory(prefix=".making-", dir=target.parent) as folder:
        fresh = Path(folder, "packages")
        _pip_install(wanted, fresh, Path(folder, "pip"))
        _stamp(fresh).parent.mkdir()
        shutil.copyfile(wanted, _stamp(fresh))
        if target.exists():
            target.rename(Path(folder, "old"))
        fresh.rename(target)


def _pip_install(wanted: Path, fresh: Path, scratch: Path) -> None:
    source = ["--retries", "1", "--timeout", "15"]
    wheels = os.environ.get("AETERNA_WHEELS")
    if wheels:
        source = ["--no-index", "--find-links", str(Path(wheels).expanduser().resolve())]
    command = [*_pip(scratch), "install", "--quiet", "--disable-pip-version-check", "--no-input", *source]
    command += ["--only-binary", ":all:", "--require-hashes", "--target", str(fresh), "--requirement", str(wanted)]
    done = _run(command)
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise _CannotMakeError((errors or done.stderr.splitlines() or ["pip failed"])[-1].removeprefix("ERROR: "))


def _pip(scratch: Path) -> list[str]:
    """Return the command of this Python's pip, or of one put into a scratch environment."""
    own = [sys.executable, "-I", "-m", "pip"]
    if _run([*own, "--version"]).returncode == 0:
        return own
    if _run([sys.executable, "-I", "-m", "venv", str(scratch)]).returncode != 0:
        raise _CannotMakeError(f"{sys.executable} has neither pip nor venv (Debian: apt install python3-venv)")
    return [str(next(scratch.glob("[bS][ic][nr]*/python*"))), "-I", "-m", "pip"]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    # The user's settings of pip hold (index, proxy, certificates), but for those that forbid a folder of our own.
    environment = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600, check=False
    )
