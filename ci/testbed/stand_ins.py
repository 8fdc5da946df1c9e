"""Run the stand-ins, one step each in turn, for as long as the cluster runs."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from ci.testbed import access, cnpg_stand_in, psmdb_stand_in, storage_stand_in
from ci.testbed.api import ApiError
from ci.testbed.state import Folder

_PAUSE_SECONDS = 0.25


def main(root: str, server: str) -> None:
    """Work until the supervisor ends this process, or is gone."""
    api = access.admin(Folder(root=Path(root)), server)
    supervisor = os.getppid()
    while os.getppid() == supervisor:
        for stand_in in (storage_stand_in, cnpg_stand_in, psmdb_stand_in):
            try:
                stand_in.step(api)
            except ApiError as problem:
                # Objects come and go between two requests: the next turn sees how things are then.
                sys.stderr.write(f"{stand_in.__name__}: {problem}\n")
                sys.stderr.flush()
        time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    main(*sys.argv[1:])
