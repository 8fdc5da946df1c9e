"""`make bench`: print how long the commands take, beside bare Python and bare Helm in the same run; judge nothing."""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Case, measure, table
from ci.testbed import pins, tools

ROOT = Path(__file__).resolve().parent.parent
LAUNCHER = str(ROOT / "bin" / "helm-aeterna")
EMPTY_CHART = "apiVersion: v2\nname: empty\nversion: 0.0.0\n"


def cases(helm: str, folder: Path) -> list[Case]:
    """Return what is measured, baselines first."""
    numbers = itertools.count()
    output, values = folder / "output", [folder / "output" / name for name in ("values.yaml", "values.secret.yaml")]
    defaults = ["init", "--non-interactive", "--defaults", "--output"]
    files = [word for path in values for word in ("--values", str(path))]
    python, version, empty = "python -I -S -c pass", "helm version", "helm template (an empty chart)"
    return [
        Case(name=python, command=[str(Path(sys.executable).resolve()), "-I", "-S", "-c", "pass"]),
        Case(name=version, command=[helm, "version"]),
        Case(name=empty, command=[helm, "template", str(folder / "empty")]),
        Case(name="helm-aeterna --help", command=[LAUNCHER, "--help"], baseline=python),
        Case(name="helm aeterna --help", command=[helm, "aeterna", "--help"], baseline=version),
        Case(
            name="helm-aeterna init --non-interactive --defaults",
            command=lambda: [LAUNCHER, *defaults, str(folder / "new" / str(next(numbers)))],
            baseline=version,
        ),
        Case(
            name="helm-aeterna init, to its first question",
            command=lambda: [LAUNCHER, "init", "--output", str(folder / "new" / str(next(numbers)))],
            baseline=python,
            until="page 1 of",
        ),
        Case(name="helm-aeterna validate", command=[LAUNCHER, "validate", "--output", str(output)], baseline=empty),
        Case(
            name="helm template (the chart)",
            command=[helm, "template", "aeterna", str(folder / "chart"), *files],
            baseline=empty,
        ),
    ]


def prepare(helm: str, folder: Path, environment: dict[str, str]) -> None:
    """Make a Helm home with the plugin, one configuration, and charts that need no archives."""
    (folder / "empty").mkdir()
    (folder / "empty" / "Chart.yaml").write_text(EMPTY_CHART, encoding="utf-8")
    shutil.copytree(
        ROOT / "charts" / "aeterna", folder / "chart", ignore=shutil.ignore_patterns("charts", "Chart.lock")
    )
    lines = (folder / "chart" / "Chart.yaml").read_text(encoding="utf-8").split("\ndependencies:\n")
    (folder / "chart" / "Chart.yaml").write_text(lines[0] + "\n", encoding="utf-8")
    for command in (
        [helm, "plugin", "install", str(ROOT)],
        [LAUNCHER, "init", "--non-interactive", "--defaults", "--output", str(folder / "output")],
    ):
        subprocess.run(command, env=environment, check=True, capture_output=True, stdin=subprocess.DEVNULL)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="how often each command is run (15)")
    arguments = parser.parse_args()
    helm = tools.find(pins.load()["helm4"].name)
    if helm is None:
        sys.stderr.write("error: Helm 4 is not ready\n  fix: ci/setup helm4\n")
        return 5
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        homes = {f"HELM_{kind}_HOME": str(folder / kind.lower()) for kind in ("DATA", "CONFIG", "CACHE")}
        environment = {**os.environ, **homes, "TERM": "xterm", "PATH": f"{helm.parent}{os.pathsep}{os.environ['PATH']}"}
        sys.stderr.write("preparing a Helm home with the plugin ...\n")
        prepare(str(helm), folder, environment)
        all_cases = cases(str(helm), folder)
        results = measure(
            all_cases,
            runs=arguments.runs,
            environment=environment,
            folder=folder,
            tell=lambda text: print(f"\r{text}", end="", file=sys.stderr, flush=True),
        )
    sys.stderr.write("\n")
    print(table(all_cases, results))
    print(f"bench: {arguments.runs} runs of each command, in turn")
    return 0


sys.exit(main())
