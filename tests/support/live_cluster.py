"""A running cluster as tests see it: a kubeconfig, and kubectl to look through."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tests.support.require import require

if TYPE_CHECKING:
    from pathlib import Path

Manifest = Mapping[str, Any]
Found = TypeVar("Found")

_POLL_SECONDS = 0.1
_COMMAND_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class LiveCluster:
    """One cluster, any that the kubeconfig's current context names."""

    kubeconfig: Path

    def kubectl(self, *arguments: str, text: str | None = None) -> str:
        """Run kubectl with `text` as its input; return what it printed, raise on any failure."""
        done = subprocess.run(
            [require("kubectl"), "--kubeconfig", self.kubeconfig, *arguments],
            input=text if text is not None else "",
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def configuration(self) -> dict[str, Any]:
        """Return the kubeconfig, with every certificate in it."""
        tree: dict[str, Any] = json.loads(self.kubectl("config", "view", "--raw", "--flatten", "-o", "json"))
        return tree

    def apply(self, *objects: Manifest, namespace: str = "default") -> None:
        """Apply objects, those without a namespace of their own in the one given."""
        items = {"apiVersion": "v1", "kind": "List", "items": objects}
        self.kubectl("apply", "--server-side", "-n", namespace, "-f", "-", text=json.dumps(items))

    def get(self, kind: str, name: str, *, namespace: str = "default") -> dict[str, Any]:
        """Return one object, empty when there is none."""
        text = self.kubectl("get", kind, name, "-n", namespace, "-o", "json", "--ignore-not-found")
        found: dict[str, Any] = json.loads(text) if text else {}
        return found

    def items(self, kind: str, *, namespace: str = "default", selector: str = "") -> list[dict[str, Any]]:
        """Return the objects of a kind in a namespace."""
        chosen = ["-l", selector] if selector else []
        found: list[dict[str, Any]] = json.loads(self.kubectl("get", kind, "-n", namespace, "-o", "json", *chosen))[
            "items"
        ]
        return found


def eventually(look: Callable[[], Found], *, seconds: float = 20.0) -> Found:
    """Look again and again until what is found is true; fail with the last finding after a time."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"still {found!r} after {seconds:.0f} s"
        time.sleep(_POLL_SECONDS)
    return found


def pod(name: str, **annotations: str) -> Manifest:
    """Return a small bare pod."""
    container = {"name": "main", "image": "registry.invalid/sample:1"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "annotations": annotations},
        "spec": {"containers": [container], "restartPolicy": "Never"},
    }


def condition(thing: Mapping[str, Any], kind: str) -> str:
    """Return the status of a condition of an object, "" when it has none of the kind."""
    conditions: Iterable[Mapping[str, str]] = thing.get("status", {}).get("conditions", ())
    return next((each["status"] for each in conditions if each["type"] == kind), "")
