"""For every test: no screen is needed, and no settings of the user's are read or written."""

import os

import pytest

# Before Qt is loaded. QT_QPA_PLATFORM=xcb on the command line runs the tests on a real X display instead.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.hookimpl(optionalhook=True)
def pytest_xvfb_disable():
    """Start no X server where no test would draw on it."""
    return os.environ["QT_QPA_PLATFORM"] == "offscreen"


@pytest.fixture(autouse=True)
def _settings_of_nobody(tmp_path_factory, monkeypatch):
    """Give every test, and what it starts, an empty folder of settings."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
