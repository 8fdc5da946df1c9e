"""The plugin, the program and the change log speak of one version."""

from __future__ import annotations

import re
from pathlib import Path

from helm_aeterna import __version__
from helm_aeterna.formats import Tree, load_yaml

ROOT = Path(__file__).resolve().parents[2]
SEMANTIC = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?")


def manifest() -> dict[str, Tree]:
    tree = load_yaml((ROOT / "plugin.yaml").read_text(encoding="utf-8"), "plugin.yaml")
    assert isinstance(tree, dict)
    return tree


def test_the_plugin_has_the_version_of_the_program() -> None:
    assert manifest()["version"] == __version__


def test_the_version_is_one_that_helm_4_accepts() -> None:
    assert SEMANTIC.fullmatch(__version__)


def test_the_manifest_has_no_key_that_some_helm_refuses() -> None:
    # An unknown key stops every plugin of a Helm 3; command beside platformCommand stops this one in Helm 4.
    assert set(manifest()) == {"name", "version", "usage", "description", "platformCommand", "hooks"}


def test_each_platform_has_a_command_and_nothing_else() -> None:
    commands = manifest()["platformCommand"]
    assert isinstance(commands, list)
    assert [set(entry) for entry in commands if isinstance(entry, dict)] == [{"os", "command"}] * 2
    assert [entry["os"] for entry in commands if isinstance(entry, dict)] == ["linux", "darwin"]


def test_the_change_log_begins_with_what_is_unreleased_or_with_this_version() -> None:
    headings = re.findall(r"^## \[([^]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] in {"Unreleased", __version__}
