"""Tell a waiting person what goes on: one line at the start and end of a step, and a sign of life."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEARTBEAT_SECONDS = 15.0


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Lines on one stream, usually stderr."""

    stream: TextIO
    heartbeat: float = _HEARTBEAT_SECONDS

    def line(self, text: str) -> None:
        """Write one line at once: a log that is read while it grows must not wait for a buffer."""
        self.stream.write(text + "\n")
        self.stream.flush()

    @contextmanager
    def step(self, name: str, doing: str) -> Iterator[None]:
        """Frame a step; while it runs, say from time to time that it still does."""
        begin = time.monotonic()
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(self.heartbeat):
                self.line(f"{name}: still {doing}, {time.monotonic() - begin:.0f} s")

        self.line(f"{name}: {doing}")
        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
        self.line(f"{name}: ready in {time.monotonic() - begin:.0f} s")
