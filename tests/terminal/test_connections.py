"""Connection checks as the user answers: real sockets, results in words, the choice of what to do."""

from __future__ import annotations

import http.server
import json
import socketserver
import threading
from typing import TYPE_CHECKING

import pytest

from tests.terminal.routes import BEGIN, text
from tests.terminal.wizard_program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.terminal, pytest.mark.network]


class Ollama(http.server.BaseHTTPRequestHandler):
    """Has two models."""

    def do_GET(self) -> None:
        models = [{"name": "llama3.2:latest"}, {"name": "nomic-embed-text:latest"}]
        body = json.dumps({"models": models}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Cache(socketserver.StreamRequestHandler):
    """Knows one password."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            words = []
            for _ in range(int(line[1:])):
                self.rfile.readline()
                words.append(self.rfile.readline().strip())
            self.answer(words)

    def answer(self, words: list[bytes]) -> None:
        match words[0].upper():
            case b"AUTH":
                good = words[-1] == b"right-pass"
                self.wfile.write(b"+OK\r\n" if good else b"-WRONGPASS invalid username-password pair\r\n")
            case b"PING":
                self.wfile.write(b"+PONG\r\n")
            case _:
                self.wfile.write(b"-ERR unknown command\r\n")


@pytest.fixture
def servers() -> Iterator[tuple[int, int]]:
    """Ports of a model server and of a cache."""
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ollama) as models,
        socketserver.ThreadingTCPServer(("127.0.0.1", 0), Cache) as cache,
    ):
        cache.daemon_threads = True
        for server in (models, cache):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        yield models.server_address[1], cache.server_address[1]
        for server in (models, cache):
            server.shutdown()


@pytest.mark.requirement("CLI-21", "CLI-32")
def test_a_good_connection_is_said_and_goes_on(folder: Path, servers: tuple[int, int]) -> None:
    program = Program(folder, "--vector-backend", "pgvector", "--cache", "valkey", "--postgresql", "cloudnative-pg")
    program.until(BEGIN.shows)
    program.press("down", "down", "enter")  # all open source
    program.until("Which language model")
    program.press("down", "down", "enter")  # Ollama
    program.until("Language model: Ollama")
    program.press(*text(f"http://127.0.0.1:{servers[0]}", "", ""))
    program.until("✓ Works", "Go on")
    program.press("enter")
    assert program.write() == 0


@pytest.mark.requirement("CLI-13", "CLI-32", "CLI-37")
def test_a_refused_password_can_be_changed_and_tried_again(folder: Path, servers: tuple[int, int]) -> None:
    given = ("--vector-backend", "pgvector", "--postgresql", "cloudnative-pg", "--llm", "none", "--cache", "external")
    program = Program(folder, *given, "--cache-host", "127.0.0.1", "--cache-port", str(servers[1]))
    program.until(BEGIN.shows)
    program.press("enter")  # recommended: asks only the password
    program.until("Password of the cache")
    program.press("wrong-pass", "enter")
    screen = program.until("✗ Failed")
    assert "wrong-pass" not in screen
    program.choose("Change the answers")
    program.until("Password of the cache")
    program.press("down", "right-pass", "enter")
    program.until("✓ Works")
    program.press("enter")
    assert program.write() == 0
    assert b"wrong-pass" not in program.raw
    assert b"right-pass" not in program.raw
    assert "right-pass" in (folder / "values.secret.yaml").read_text()


@pytest.mark.requirement("CLI-37")
def test_nobody_has_to_wait_for_a_check(folder: Path) -> None:
    """Nobody answers in this network (TEST-NET-1); the check is bounded, and can be left alone."""
    given = ("--vector-backend", "pgvector", "--postgresql", "cloudnative-pg", "--llm", "none", "--cache", "external")
    program = Program(folder, *given, "--cache-host", "192.0.2.1")
    program.until(BEGIN.shows)
    program.press("enter").until("Password of the cache")
    program.press("enter").until("Connection to External Redis")
    program.choose("Go on without")
    assert program.write() == 0
