"""What a pod's log shows, since nothing runs in it: one line that says so, for `helm test --logs` and the like."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ci.testbed.state import Folder

LINE = "no container runs in this cluster"


def configuration(folder: Folder) -> Path:
    """Return the file that tells kwok where the log is."""
    return folder.data / "pod-logs.json"


def write(folder: Folder) -> None:
    """Write the log, in the form a container runtime gives it, and kwok's configuration."""
    log = folder.data / "pod.log"
    log.write_text(f"2000-01-01T00:00:00.000000000Z stdout F {LINE}\n", encoding="utf-8")
    document = {
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "ClusterLogs",
        "metadata": {"name": "every-pod"},
        "spec": {"logs": [{"logsFile": str(log)}]},
    }
    configuration(folder).write_text(json.dumps(document), encoding="utf-8")
