"""A stand-in for Helm that writes down how it was called and answers what a test tells it to."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAM = """#!{python} -IS
import json, os, shutil, sys
here = os.path.dirname(os.path.abspath(__file__))
arguments = sys.argv[1:]
text = sys.stdin.read()
record = dict(argv=arguments, stdin=text, environment=dict(os.environ))
with open(os.path.join(here, "calls.jsonl"), "a") as log:
    log.write(json.dumps(record) + "\\n")
answers = json.load(open(os.path.join(here, "answers.json")))
for answer in answers:
    if all(word in arguments for word in answer["when"]):
        for argument in arguments:
            if answer["copies"] and argument.startswith("--destination="):
                for path in answer["copies"]:
                    shutil.copy(path, argument.partition("=")[2])
        sys.stdout.write(answer["out"])
        sys.stderr.write(answer["err"])
        sys.exit(answer["code"])
sys.exit("Error: the stand-in was not told what to say to " + " ".join(arguments))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One call of the stand-in."""

    argv: list[str]
    stdin: str
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class FakeHelm:
    """The stand-in's folder; it is called `helm` there."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, version: str = "v4.3.1") -> FakeHelm:
        """Put the stand-in into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        program = folder / "helm"
        program.write_text(_PROGRAM.replace("{python}", sys.executable))
        program.chmod(0o755)
        (folder / "answers.json").write_text("[]")
        fake = cls(folder)
        fake.answer("version", out=version)
        return fake

    @property
    def program(self) -> Path:
        """The executable."""
        return self.folder / "helm"

    def answer(self, *when: str, out: str = "", err: str = "", code: int = 0, copies: tuple[Path, ...] = ()) -> None:
        """Answer calls that have all these words; the latest answer wins."""
        path = self.folder / "answers.json"
        known: list[dict[str, Any]] = json.loads(path.read_text())
        new = {"when": list(when), "out": out, "err": err, "code": code, "copies": [str(one) for one in copies]}
        path.write_text(json.dumps([new, *known]))

    def heard(self, *words: str) -> list[Heard]:
        """Give the calls that had all these words, in order."""
        path = self.folder / "calls.jsonl"
        lines = path.read_text().splitlines() if path.is_file() else []
        calls = [Heard(**json.loads(line)) for line in lines]
        return [call for call in calls if all(word in call.argv for word in words)]
