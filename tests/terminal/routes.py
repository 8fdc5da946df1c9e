"""Ways through the real questions: what each page shows, and the keys that answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.terminal.wizard_program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One page.

    Attributes:
        name: For file names.
        shows: A text of the page that no other page of the way shows.
        keys: What answers it.
        secret: It asks for a secret: after a resume it may come again.
    """

    name: str
    shows: str
    keys: tuple[str, ...] = ("enter",)
    secret: bool = False


def take(program: Program, step: Step) -> None:
    """Answer one page."""
    program.until(step.shows)
    program.press(*step.keys)


def text(*lines: str) -> tuple[str, ...]:
    """Type lines, each into the field in focus; an empty one keeps what is there."""
    keys: list[str] = []
    for line in lines:
        keys += [line, "enter"] if line else ["enter"]
    return tuple(keys)


BEGIN = Step(name="start", shows="How would you like to begin?", keys=("end", "enter"))
REVIEW = Step(name="review", shows="Nothing has been written yet.")
ADVANCED = Step(name="advanced", shows="Advanced options")

# Everything outside the cluster, every secret typed, a door to the world.
EXTERNAL = (
    BEGIN,
    Step(name="vector", shows="Which vector database should Aeterna use?"),
    Step(name="vector-family", shows="Qdrant: bundled or external?", keys=("down", "enter")),
    Step(name="vector-connection", shows="Vector database: Qdrant", keys=text("qdrant.example.org", "", "")),
    Step(name="vector-key", shows="API key of Qdrant", keys=text("qdrant-key-1"), secret=True),
    Step(name="cache", shows="Which Redis-compatible cache", keys=("end", "enter")),
    Step(name="cache-connection", shows="Cache: External Redis", keys=text("redis.example.org", "")),
    Step(name="cache-password", shows="Password of the cache", keys=text("redis-pass-1"), secret=True),
    Step(name="postgresql", shows="Who runs PostgreSQL?", keys=("end", "enter")),
    Step(
        name="postgresql-connection",
        shows="PostgreSQL: External PostgreSQL",
        keys=text("pg.example.org", "", "", "aeterna"),
    ),
    Step(name="postgresql-password", shows="POSTGRESQL_PASSWORD answers", keys=text("pg-pass-1"), secret=True),
    Step(name="llm", shows="Which language model"),
    Step(name="llm-models", shows="Language model: OpenAI", keys=text("", "")),
    Step(name="llm-key", shows="API key of OpenAI", keys=text("sk-key-1"), secret=True),
    Step(name="advanced", shows="Advanced options", keys=("space", "enter")),
    Step(name="ingress", shows="Host name of the Ingress", keys=text("aeterna.example.org", "", "")),
    REVIEW,
)
