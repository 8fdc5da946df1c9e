"""Start the control plane by kwokctl, watch it, and end all of it or nothing.

kwokctl leaves its components running when its caller dies, and it does not look after them. This process
does, away from the terminal, and runs the stand-ins meanwhile. It ends the cluster when it is told to,
when a component dies, when the cluster's folder is removed, or when the process that owns the cluster is gone.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ci.testbed import cnpg_stand_in, psmdb_stand_in, seed, storage_stand_in
from ci.testbed.api import Api, ApiError
from ci.testbed.errors import ClusterError
from ci.testbed.folder import NAME, Folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LOOPBACK = "127.0.0.1"
_HERE = Path(__file__).parent
_START_SECONDS = 90.0
_POLL_SECONDS = 0.1
_PAUSE_SECONDS = 0.25
_LOG_TAIL = 1500

# The variable by which kwokctl learns of each program: the name in pins.toml to the variable.
PROGRAMS: Mapping[str, str] = {
    "etcd": "KWOK_ETCD_BINARY",
    "kube-apiserver": "KWOK_KUBE_APISERVER_BINARY",
    "kube-controller-manager": "KWOK_KUBE_CONTROLLER_MANAGER_BINARY",
    "kube-scheduler": "KWOK_KUBE_SCHEDULER_BINARY",
    "kwok": "KWOK_CONTROLLER_BINARY",
    "kubectl": "KWOK_KUBECTL_BINARY",
    "kwokctl": "",
}
_API_PORT = "KWOK_KUBE_APISERVER_PORT"
_PORTS = (
    _API_PORT,
    "KWOK_ETCD_PORT",
    "KWOK_KUBE_CONTROLLER_MANAGER_PORT",
    "KWOK_KUBE_SCHEDULER_PORT",
    "KWOK_CONTROLLER_PORT",
)


def free_ports() -> dict[str, str]:
    """Return a loopback port for each listener that no process uses at this moment.

    kwokctl always takes the same ones first, so that two clusters that start at once would collide.
    """
    ports: dict[str, str] = {}
    with ExitStack() as stack:
        # All are held until all are found, so that no port is given twice.
        for name in _PORTS:
            listener = stack.enter_context(socket.socket())
            listener.bind((LOOPBACK, 0))
            ports[name] = str(listener.getsockname()[1])
    return ports


@dataclass(kw_only=True)
class Watcher:
    """One cluster's life. `owner` is a pipe that its owner holds open for as long as it lives."""

    folder: Folder
    programs: Mapping[str, str]
    owner: int | None
    components: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        """Bring everything up, then watch until there is a reason to end."""
        try:
            self._watch(self._bring_up())
        except Exception as problem:  # noqa: BLE001 - whatever it is, `up` reports it
            self._end()
            if self.folder.phase_file.exists():
                self.folder.note("failed", str(problem) or type(problem).__name__)
        finally:
            self._end()

    def _bring_up(self) -> Api:
        ports = free_ports()
        deadline = time.monotonic() + _START_SECONDS
        kwokctl = self._create(ports)
        self._await(lambda: kwokctl.poll() is not None, "kwokctl", deadline)
        if kwokctl.returncode != 0:
            raise ClusterError(f"kwokctl failed:\n{_tail(self.folder.watcher_log)}")
        api = Api(server=f"https://{LOOPBACK}:{ports[_API_PORT]}", certificates=self.folder.home / "pki")
        self._await(api.ready, "kube-apiserver", deadline)
        seed.plant(api)
        self._await(lambda: seed.grown(api), "nodes and the default service account", deadline)
        self.folder.note("ready")
        return api

    def _create(self, ports: Mapping[str, str]) -> subprocess.Popen[bytes]:
        variables = {variable: self.programs[name] for name, variable in PROGRAMS.items() if variable}
        own = {"PATH": os.defpath, "HOME": str(self.folder.home), "KWOK_WORKDIR": str(self.folder.root)}
        command = [self.programs["kwokctl"], "create", "cluster", f"--name={NAME}"]
        command += ["--config=kwokctl.yaml", "--config=kwok-stages.yaml", f"--kubeconfig={self.folder.kubeconfig}"]
        process = subprocess.Popen(
            command,
            cwd=_HERE,
            env={**own, **variables, **ports},
            stdin=subprocess.DEVNULL,
        )
        (self.folder.root / "kwokctl.pid").write_text(str(process.pid), encoding="utf-8")
        return process

    def _await(self, done: Callable[[], bool], what: str, deadline: float) -> None:
        while not done():
            self._look()
            if time.monotonic() > deadline:
                raise ClusterError(f"{what} did not get ready within {_START_SECONDS:.0f} s")
            time.sleep(_POLL_SECONDS)

    def _watch(self, api: Api) -> None:
        while True:
            self._look()
            for stand_in in (storage_stand_in, cnpg_stand_in, psmdb_stand_in):
                try:
                    stand_in.step(api)
                except ApiError as problem:
                    # Objects come and go between two requests: the next turn sees how things are then.
                    sys.stderr.write(f"{stand_in.__name__}: {problem}\n")
                    sys.stderr.flush()
            time.sleep(_PAUSE_SECONDS)

    def _look(self) -> None:
        """Raise when there is a reason to end."""
        released = self.owner is not None and bool(select.select([self.owner], [], [], 0)[0])
        if released or not self.folder.phase_file.exists():
            sys.exit()
        # Kept here too: when the folder is removed, nothing else knows the numbers.
        self.components |= self.folder.components()
        for name, number in self.components.items():
            if not self.folder.runs(number):
                raise ClusterError(f"{name} ended by itself:\n{_tail(self.folder.log(name))}")

    def _end(self) -> None:
        # kwokctl first: it would start what is still missing. Nothing of what they hold is kept, so none needs time.
        self.folder.kill(number for name, number in self.folder.own_processes().items() if name == "kwokctl")
        self.folder.kill({**self.components, **self.folder.components()}.values())


def _tail(log: Path) -> str:
    try:
        return log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:].strip()
    except OSError:
        return ""


def main(root: str, owner: str, *programs: str) -> None:
    """Start a cluster in a folder and stay with it; the starting process only learns that it began."""
    folder = Folder(root=Path(root))
    number = os.fork()
    if number:
        (folder.root / "watcher.pid").write_text(str(number), encoding="utf-8")
        os._exit(0)
    os.setsid()
    os.umask(0o077)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    found = dict(program.split("=", 1) for program in programs)
    Watcher(folder=folder, programs=found, owner=int(owner) if owner else None).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
