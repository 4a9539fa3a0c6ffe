"""For every test: no screen is needed, and no settings of the user's are read or written."""

import os
import random
import signal

import pytest

from neuroviz.core.signals import ENDING

# Before Qt is loaded. QT_QPA_PLATFORM=xcb on the command line runs the tests on a real X display instead.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Another for each run, but one for all its workers: they must collect the same tests, in one order.
os.environ.setdefault("PYTHONHASHSEED", str(random.randrange(2**32)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """Share the whole line out among the cores; what is asked for by name runs here, which begins sooner."""
    return None if config.args_source is pytest.Config.ArgsSource.TESTPATHS else 0


@pytest.hookimpl(optionalhook=True)
def pytest_xvfb_disable():
    """Start no X server where no test would draw on it."""
    return os.environ["QT_QPA_PLATFORM"] == "offscreen"


@pytest.fixture(autouse=True)
def _settings_of_nobody(tmp_path_factory, monkeypatch):
    """Give every test, and what it starts, an empty folder of settings."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))


@pytest.fixture(autouse=True)
def _signals_as_before():
    """Put the handlers back that the command line sets for the rest of its process, which here is the tests'."""
    before = {number: signal.getsignal(number) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
