"""The pod of `helm test`: what it asks, and that its script tells a good server from a bad one."""

from __future__ import annotations

import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.render import find, render
from tests.support.require import require
from tests.support.scenarios import MINIMAL, merged

if TYPE_CHECKING:
    from collections.abc import Iterator

METRICS = b"# HELP http_requests_total Requests\n# TYPE http_requests_total counter\nhttp_requests_total 1\n"


def pod_of_helm_test(**changes: object) -> dict[str, Any]:
    return find(render(merged(MINIMAL, changes)), "Pod")


def test_it_can_be_left_out() -> None:
    assert [item for item in render(merged(MINIMAL, {"tests": {"enabled": False}})) if item["kind"] == "Pod"] == []


def test_helm_runs_it_on_request_and_cleans_up() -> None:
    annotations = pod_of_helm_test()["metadata"]["annotations"]
    assert annotations["helm.sh/hook"] == "test"
    assert set(annotations["helm.sh/hook-delete-policy"].split(",")) == {"before-hook-creation", "hook-succeeded"}


def test_it_needs_no_other_image_than_the_server() -> None:
    objects = render(MINIMAL)
    server = find(objects, "Deployment")["spec"]["template"]["spec"]["containers"][0]
    assert find(objects, "Pod")["spec"]["containers"][0]["image"] == server["image"]


def test_it_asks_the_service_on_its_ports() -> None:
    service = {"port": 80, "metricsPort": 81}
    env = {entry["name"]: entry["value"] for entry in pod_of_helm_test(service=service)["spec"]["containers"][0]["env"]}
    assert env == {"SERVER": "http://aeterna:80", "METRICS": "http://aeterna:81"}


@contextmanager
def server(answers: dict[str, tuple[int, bytes]]) -> Iterator[str]:
    """A web server on loopback that gives these answers and 404 to anything else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name http.server calls
            status, body = answers.get(self.path, (404, b""))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}"
    finally:
        listening.shutdown()
        listening.server_close()


@pytest.mark.network
@pytest.mark.parametrize(
    ("answers", "passes"),
    [
        ({"/ready": (200, b"{}"), "/metrics": (200, METRICS)}, True),
        ({"/ready": (404, b"{}"), "/metrics": (200, METRICS)}, False),
        ({"/ready": (200, b"{}"), "/metrics": (404, b"")}, False),
        ({"/ready": (200, b"{}"), "/metrics": (200, b"<html>")}, False),
    ],
    ids=["good", "not ready", "no metrics", "something else"],
)
def test_its_script_tells_good_from_bad(answers: dict[str, tuple[int, bytes]], *, passes: bool) -> None:
    require("curl")
    container = pod_of_helm_test()["spec"]["containers"][0]
    with server(answers) as address:
        environment = {"PATH": "/usr/bin:/bin", "SERVER": address, "METRICS": address, "no_proxy": "*"}
        done = subprocess.run(
            [*container["command"], *container["args"]], env=environment, capture_output=True, text=True, check=False
        )
    assert (done.returncode == 0) is passes, done.stderr
