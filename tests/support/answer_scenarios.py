"""The answers of tests/scenarios, and what the program makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helm_aeterna.commands.values_files import laid_over
from helm_aeterna.formats import dump_yaml, load_yaml
from tests.support.program import ROOT, run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FOLDER = ROOT / "tests" / "scenarios"
CI_FOLDER = ROOT / "charts" / "aeterna" / "ci"
# Generated keys differ from run to run; here they are given.
_KEYS = {
    "AETERNA_SETUP_KMS_KEY": "VEhJUy1JUy1OT1QtQS1TRUNSRVQtSVQtSVMtQS1URVM=",
    "AETERNA_SETUP_WEAVIATE_BUNDLED_API_KEY": "made-up-weaviate-key",
    "AETERNA_SETUP_LOCAL_POSTGRESQL_PASSWORD": "made-up-postgresql-password",
    "AETERNA_SETUP_LOCAL_MONGODB_USERNAME": "made-up-mongodb-user",
    "AETERNA_SETUP_LOCAL_MONGODB_PASSWORD": "made-up-mongodb-password",
}
# Small enough to be installed one after the other, on both Helm majors: chart-testing does.
CI = ("standalone", "external", "bundled", "weaviate")


def _kept_as(path: Path) -> str:
    """The name of an expected file: git would follow a `.gitignore` and lose the credentials beside it."""
    return path.as_posix().removeprefix(".") if path.name in {".gitignore", ".env"} else path.as_posix()


@dataclass(frozen=True, slots=True)
class Scenario:
    """One folder of tests/scenarios."""

    name: str

    @property
    def expected(self) -> Path:
        """The files the program must write."""
        return FOLDER / self.name / "expected"

    @property
    def environment(self) -> dict[str, str]:
        """The variables it runs with."""
        path = FOLDER / self.name / "environment.yaml"
        made_up = load_yaml(path.read_text(), path.name) if path.exists() else {}
        assert isinstance(made_up, dict)
        return _KEYS | {name: str(value) for name, value in made_up.items()}

    def write(self, folder: Path, *flags: str) -> dict[str, str]:
        """Let the program write its files into a folder; give their texts."""
        answers = str(FOLDER / self.name / "answers.yaml")
        ran = run("init", "--defaults", "--answers", answers, *flags, cwd=folder, environment=self.environment)
        assert ran.code == 0, f"{self.name}: {ran.err}"
        return {_kept_as(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}

    def values(self) -> Mapping[str, Any]:
        """What Helm gets: values.yaml with values.secret.yaml on top, as they are expected."""
        tree: Any = {}
        for name in ("values.yaml", "values.secret.yaml"):
            path = self.expected / name
            if path.exists():
                tree = laid_over(tree, load_yaml(path.read_text(), name))
        return dict(tree)

    def ci_values(self) -> str:
        """The same as one file, as chart-testing wants it."""
        header = f"Written by `make golden` from tests/scenarios/{self.name}; its credentials are made up."
        return dump_yaml(self.values(), header)


_ALL = {path.name: Scenario(path.name) for path in sorted(FOLDER.iterdir()) if (path / "answers.yaml").exists()}
COMPOSE = {name: scenario for name, scenario in _ALL.items() if name.startswith("compose-")}
SCENARIOS = {name: scenario for name, scenario in _ALL.items() if name not in COMPOSE}
