"""What every ring of tests can count on: nothing of the user's gets in, markers name real requirements."""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
from typing import TYPE_CHECKING

import pytest

from ci.testbed import cache

if TYPE_CHECKING:
    from collections.abc import Iterable

pytest_plugins = ["tests.support.archive_fixtures", "tests.support.servers"]

_FOREIGN = re.compile(r"HELM_|AETERNA_SETUP_|AETERNA_CHART$|XDG_|KUBECONFIG$|NO_COLOR$")
_REQUIREMENT = re.compile(r"(?:CLI|CHART)-\d\d")
_HOME = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Put the user's settings aside: variables, home folder, kubeconfig, an ignored Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Programs inherit "ignore", as `nohup make test &` sets it, but not a handler: they get the default again.
        signal.signal(signal.SIGINT, lambda *_: None)
    tools = cache.default_root()
    for name in [name for name in os.environ if _FOREIGN.match(name)]:
        del os.environ[name]
    home = config.stash[_HOME] = tempfile.mkdtemp(prefix="helm-aeterna-home-")
    # The cache of tools stays where it is: it holds nothing of the user's.
    os.environ |= {"HOME": home, "AETERNA_CACHE": str(tools.parent)}


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the tests' home folder."""
    shutil.rmtree(config.stash[_HOME], ignore_errors=True)


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Refuse a marker that names no requirement: a typing mistake would hide a missing test."""
    for item in items:
        for marker in item.iter_markers("requirement"):
            if not marker.args or not all(_REQUIREMENT.fullmatch(str(one)) for one in marker.args):
                raise pytest.UsageError(f"{item.nodeid}: no requirement is called {marker.args}")
