"""Which programs make a cluster, and with which arguments each starts."""

from __future__ import annotations

import socket
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ci.testbed import access, pod_logs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci.testbed.state import Folder

LOOPBACK = "127.0.0.1"
PROJECT = Path(__file__).parent.parent.parent
TOOLS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok")
_STAGES = Path(__file__).with_name("kwok-stages.yaml")
_PORTS = ("etcd", "etcd-peer", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok")


@dataclass(frozen=True, kw_only=True)
class Component:
    """A program to start, and the port it answers on, 0 for none."""

    name: str
    command: tuple[str, ...]
    port: int = 0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the components' arguments are made of: where files lie, which ports, which programs."""

    folder: Folder
    ports: Mapping[str, int]
    programs: Mapping[str, Path]

    @property
    def server(self) -> str:
        """Return the API server's address."""
        return f"https://{LOOPBACK}:{self.ports['kube-apiserver']}"

    def component(self, name: str, **flags: str | Path | int) -> Component:
        """Return a component whose program takes --some-flag=value for each some_flag."""
        written = (f"--{flag.replace('_', '-')}={value}" for flag, value in flags.items())
        command = (str(self.programs[name]), *written)
        return Component(name=name, command=command, port=self.ports[name])


def free_ports() -> dict[str, int]:
    """Return a loopback port for each listener that nobody uses at this moment."""
    ports: dict[str, int] = {}
    with ExitStack() as stack:
        # All are held until all are found, so that no port is given twice.
        for name in _PORTS:
            listener = stack.enter_context(socket.socket())
            listener.bind((LOOPBACK, 0))
            ports[name] = int(listener.getsockname()[1])
    return ports


def etcd(plan: Plan) -> Component:
    """Return the database. It never waits for the disk: what it holds is thrown away."""
    client = f"http://{LOOPBACK}:{plan.ports['etcd']}"
    return plan.component(
        "etcd",
        data_dir=plan.folder.data / "etcd",
        listen_client_urls=client,
        advertise_client_urls=client,
        listen_peer_urls=f"http://{LOOPBACK}:{plan.ports['etcd-peer']}",
        unsafe_no_fsync="true",
        log_level="warn",
    )


def api_server(plan: Plan) -> Component:
    """Return the API server. It makes its own certificate, whose key signs service account tokens too."""
    return plan.component(
        "kube-apiserver",
        etcd_servers=f"http://{LOOPBACK}:{plan.ports['etcd']}",
        bind_address=LOOPBACK,
        advertise_address=LOOPBACK,
        secure_port=plan.ports["kube-apiserver"],
        cert_dir=plan.folder.authority.parent,
        token_auth_file=access.tokens_file(plan.folder),
        authorization_mode="Node,RBAC",
        allow_privileged="true",
        service_account_issuer="https://kubernetes.default.svc",
        service_account_key_file=plan.folder.key,
        service_account_signing_key_file=plan.folder.key,
        service_cluster_ip_range="10.96.0.0/16",
        # One server that moves to another port each time: endpoints of it would only mislead.
        endpoint_reconciler_type="none",
    )


def controller_manager(plan: Plan) -> Component:
    """Return the controllers: deployments, jobs, garbage collection, service accounts, ..."""
    return plan.component(
        "kube-controller-manager",
        kubeconfig=access.kubeconfig(plan.folder, "system:kube-controller-manager"),
        bind_address=LOOPBACK,
        secure_port=plan.ports["kube-controller-manager"],
        tls_cert_file=plan.folder.authority,
        tls_private_key_file=plan.folder.key,
        root_ca_file=plan.folder.authority,
        service_account_private_key_file=plan.folder.key,
        use_service_account_credentials="true",
        leader_elect="false",
        # A busy machine may be late with a heartbeat; a fake node that is called dead would only fail tests.
        node_monitor_grace_period="1h",
        # Its own limit, meant to spare a shared server, would make it need four seconds to begin.
        kube_api_qps=1000,
        kube_api_burst=2000,
    )


def scheduler(plan: Plan) -> Component:
    """Return the scheduler."""
    return plan.component(
        "kube-scheduler",
        kubeconfig=access.kubeconfig(plan.folder, "system:kube-scheduler"),
        bind_address=LOOPBACK,
        secure_port=plan.ports["kube-scheduler"],
        tls_cert_file=plan.folder.authority,
        tls_private_key_file=plan.folder.key,
        leader_elect="false",
    )


def kwok(plan: Plan) -> Component:
    """Return the fake kubelet of every node."""
    return plan.component(
        "kwok",
        kubeconfig=access.kubeconfig(plan.folder, access.ADMIN),
        config=f"{_STAGES},{pod_logs.configuration(plan.folder)}",
        manage_all_nodes="true",
        server_address=f"{LOOPBACK}:{plan.ports['kwok']}",
        node_ip=LOOPBACK,
        node_port=plan.ports["kwok"],
        cidr="10.0.0.0/16",
    )


def stand_ins(plan: Plan) -> Component:
    """Return our own controllers for what has no real one here."""
    command = (sys.executable, "-m", "ci.testbed.stand_ins", str(plan.folder.root), plan.server)
    return Component(name="stand-ins", command=command)
