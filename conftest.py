"""Loads the project's own pytest plugin for tests in ``src`` and in ``tests``."""

pytest_plugins = ["billwright.project.testing.plugin"]
