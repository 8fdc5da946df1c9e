"""Fixtures that every ring of tests can ask for."""

pytest_plugins = ["tests.support.archive_fixtures", "tests.support.servers"]
