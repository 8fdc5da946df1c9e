"""Own the parts of one cluster: start them in order, watch them, and end with all of them or none.

It runs on its own, away from the terminal and from the command that started it. It ends when it is
told to, when a part dies, when its folder is taken away, or when its owner is gone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ci.testbed import access, components, health, pod_logs, seed, state
from ci.testbed.components import Component, Plan
from ci.testbed.errors import ClusterError, TestbedError
from ci.testbed.processes import Identity, die_with_parent, identify
from ci.testbed.state import Folder, Part, State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType

_START_SECONDS = 60.0
_POLL_SECONDS = 0.05
_WATCH_SECONDS = 0.2
_PORT_TAKEN = "address already in use"


class _Stop(Exception):  # noqa: N818 - it is an order, not an error
    """Somebody wants the cluster to end."""


@dataclass(kw_only=True)
class _Orders:
    """What signals have said so far; they are obeyed at the next look, never in the middle of a step."""

    stop: bool = False

    def take(self, number: int, frame: FrameType | None) -> None:
        """Note a signal that asks for the end."""
        del number, frame
        self.stop = True


@dataclass(kw_only=True)
class Supervisor:
    """One cluster's life; `owner`, when given, is the process that it must not outlive."""

    plan: Plan
    owner: Identity | None
    state: State
    orders: _Orders
    children: dict[str, subprocess.Popen[bytes]]

    def run(self) -> None:
        """Bring everything up, then watch until there is a reason to end."""
        try:
            self._bring_up()
            self._note(replace(self.state, phase="ready"))
            while True:
                self._look()
                time.sleep(_WATCH_SECONDS)
        except _Stop:
            pass
        except Exception as problem:  # noqa: BLE001 - whatever it is, `up` shall tell it
            failure = f"{type(problem).__name__}: {problem}" if not isinstance(problem, TestbedError) else str(problem)
            taken = any(_PORT_TAKEN in self._end_of_log(name) for name in self.children)
            self._end_children()
            if self._still_ours():
                self._note(replace(self.state, phase="failed", failure=failure, port_taken=taken))
        finally:
            self._end_children()

    def _bring_up(self) -> None:
        plan = self.plan
        access.make_tokens(plan.folder)
        pod_logs.write(plan.folder)
        self._start(components.etcd(plan))
        self._await("etcd", lambda: health.answers("etcd", plan.ports["etcd"], plan.folder.authority))
        self._start(components.api_server(plan))
        self._await("kube-apiserver's certificate", plan.folder.authority.exists)
        access.write_kubeconfigs(plan.folder, plan.server)
        api = access.admin(plan.folder, plan.server)
        self._await("kube-apiserver", api.ready)
        for part in (components.controller_manager, components.scheduler, components.kwok, components.stand_ins):
            self._start(part(plan))
        seed.plant(api)
        self._await("nodes and the default service account", lambda: seed.grown(api))
        api.close()
        self._await("every part", self._all_well)

    def _all_well(self) -> bool:
        authority = self.plan.folder.authority
        return all(health.answers(part.name, part.port, authority) for part in self.state.parts)

    def _start(self, component: Component) -> None:
        with self.plan.folder.log(component.name).open("wb") as log:
            child = subprocess.Popen(
                component.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=components.PROJECT,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - this process has one thread only
            )
        self.children[component.name] = child
        identity = identify(child.pid)
        if identity is None:
            raise ClusterError(f"{component.name} ended at once:\n{self._end_of_log(component.name)}")
        part = Part(name=component.name, port=component.port, process=identity)
        self._note(self.state.with_part(part))

    def _await(self, what: str, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not done():
            self._look()
            if time.monotonic() > deadline:
                raise ClusterError(f"{what} did not get ready within {_START_SECONDS:.0f} s")
            time.sleep(_POLL_SECONDS)

    def _look(self) -> None:
        """Raise when there is a reason to end."""
        if self.orders.stop or not self._still_ours() or (self.owner is not None and not self.owner.alive()):
            raise _Stop
        for name, child in self.children.items():
            code = child.poll()
            if code is not None:
                raise ClusterError(f"{name} ended by itself with {code}:\n{self._end_of_log(name)}")

    def _still_ours(self) -> bool:
        try:
            found = state.load(self.plan.folder)
        except (TestbedError, OSError):
            return False
        return found is not None and found.supervisor == self.state.supervisor

    def _note(self, new: State) -> None:
        self.state = new
        state.save(self.plan.folder, new)

    def _end_of_log(self, name: str) -> str:
        try:
            return self.plan.folder.log(name).read_text(encoding="utf-8", errors="replace")[-1500:].strip()
        except OSError:
            return ""

    def _end_children(self) -> None:
        # Nothing of what they hold is kept, so there is nothing to end gracefully.
        for child in self.children.values():
            child.kill()
        for child in self.children.values():
            child.wait()


def _detach() -> int:
    """Leave the starting command: it must neither wait for this process nor have to reap it.

    The starting process ends when what is returned, a file descriptor, is closed.
    """
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        os.read(reader, 1)
        os._exit(0)
    os.close(reader)
    os.setsid()
    return writer


def main(root: str, owner_pid: str, programs: Mapping[str, Path]) -> None:
    """Start a cluster in a folder and stay with it."""
    noted = _detach()
    orders = _Orders()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, orders.take)
    myself = identify(os.getpid())
    if myself is None:
        raise ClusterError("this system does not tell when a process began")
    folder = Folder(root=Path(root))
    plan = Plan(folder=folder, ports=components.free_ports(), programs=programs)
    first = State(phase="starting", supervisor=myself, server=plan.server)
    state.save(folder, first)
    os.close(noted)
    # An owner that is gone already must still count as one, else the cluster would stay for ever.
    owner = (identify(int(owner_pid)) or Identity(pid=0, started="")) if owner_pid else None
    Supervisor(plan=plan, owner=owner, state=first, orders=orders, children={}).run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], {name: Path(path) for name, path in (pair.split("=", 1) for pair in sys.argv[3:])})
