"""Serves chart archives on loopback: as an index repository over HTTP, and as an OCI registry."""

from __future__ import annotations

import functools
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.archives import isolated_helm
from tests.support.require import require

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 20.0
REGISTRY_CONFIGURATION = """\
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: "{storage}"}}}}
http: {{addr: "127.0.0.1:{port}"}}
"""


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing of it."""

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def serve_http(folder: Path) -> Iterator[str]:
    """Serve a folder that holds archives and their index.yaml; give the repository's URL."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def serve_oci(folder: Path) -> Iterator[str]:
    """Push every archive of a folder into a registry; give the prefix below which Helm finds them."""
    with tempfile.TemporaryDirectory(prefix="aeterna-registry-") as scratch, registry(Path(scratch)) as address:
        helm = isolated_helm(Path(scratch) / "home")
        prefix = f"oci://{address}/helm"
        for archive in sorted(folder.glob("*.tgz")):
            helm.run("push", archive, prefix, "--plain-http")
        yield prefix


@contextmanager
def registry(scratch: Path) -> Iterator[str]:
    """Run an empty registry that keeps its data in `scratch`; give host and port."""
    port = free_port()
    configuration = scratch / "registry.yaml"
    configuration.write_text(REGISTRY_CONFIGURATION.format(storage=scratch / "storage", port=port))
    log = scratch / "registry.log"
    command = [str(require("registry")), "serve", str(configuration)]
    with log.open("wb") as sink, subprocess.Popen(command, stdout=sink, stderr=sink) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/v2/", process, log)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once `url` answers; fail with the log when the process ends or time runs out."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own http URL on loopback
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer: {log.read_text()}")
