"""The file that says what a cluster consists of, so that any later command finds it again."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal

from ci.testbed.errors import ClusterError
from ci.testbed.processes import Identity

if TYPE_CHECKING:
    from pathlib import Path

CONTEXT = "aeterna-test"
_VERSION = 1
_FIX = "end what may still run from it, then remove the folder"

Phase = Literal["starting", "ready", "failed"]


@dataclass(frozen=True, kw_only=True)
class Folder:
    """Where everything of one cluster lies; `root` is the folder that --dir names."""

    root: Path

    @property
    def state(self) -> Path:
        """Return the file this module reads and writes."""
        return self.root / "cluster.json"

    @property
    def kubeconfig(self) -> Path:
        """Return the administrator's kubeconfig."""
        return self.root / "kubeconfig"

    @property
    def data(self) -> Path:
        """Return the folder of the parts' own files: database, keys, tokens."""
        return self.root / "data"

    @property
    def logs(self) -> Path:
        """Return the folder of the parts' logs."""
        return self.root / "logs"

    @property
    def authority(self) -> Path:
        """Return the certificate the API server made for itself, with the authority that signed it."""
        return self.data / "pki" / "apiserver.crt"

    @property
    def key(self) -> Path:
        """Return the private key of that certificate."""
        return self.data / "pki" / "apiserver.key"

    def log(self, name: str) -> Path:
        """Return the log of one part."""
        return self.logs / f"{name}.log"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One running component."""

    name: str
    port: int
    process: Identity


@dataclass(frozen=True, kw_only=True)
class State:
    """What is known of a cluster. `failure` tells, in the phase "failed", what went wrong."""

    phase: Phase
    supervisor: Identity
    parts: tuple[Part, ...] = ()
    server: str = ""
    failure: str = ""
    port_taken: bool = False

    def with_part(self, part: Part) -> State:
        """Return the state with one component more."""
        return replace(self, parts=(*self.parts, part))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


def save(folder: Folder, state: State) -> None:
    """Write the state; a reader sees the old one or the new one."""
    write_private(folder.state, json.dumps({"version": _VERSION, **asdict(state)}, indent=2) + "\n")


def load(folder: Folder) -> State | None:
    """Return the state, or None when there is no cluster here.

    Raises:
        ClusterError: the file is not one of ours.
    """
    try:
        data = json.loads(folder.state.read_text(encoding="utf-8"))
        if data.pop("version") != _VERSION:
            raise ClusterError(f"{folder.state} was written by another version of this project", fix=_FIX)
        data["supervisor"] = Identity(**data["supervisor"])
        data["parts"] = tuple(Part(**{**part, "process": Identity(**part["process"])}) for part in data["parts"])
        return State(**data)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise ClusterError(f"{folder.state} is not readable: {problem}", fix=_FIX) from problem
