"""For every test: no screen is needed, and no settings of the user's are read or written."""

import contextlib
import gc
import importlib
import itertools
import os
import random
import signal
import sys
from pathlib import Path

import pytest

from neuroviz.core.signals import ENDING

# Else each of some hundred processes compiles anew what it imports, and pytest every test.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Before Qt is loaded.
# QT_QPA_PLATFORM=xcb on the command line runs the tests on a real X display instead.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Another for each run, but one for all its workers: they must collect the same tests, in one order.
os.environ.setdefault("PYTHONHASHSEED", str(random.randrange(2**32)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """Share the whole line out among the cores, with one worker more since some tests wait.

    What is asked for by name runs here, which begins sooner.
    """
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return (os.cpu_count() or 1) + 1 if whole else 0


@pytest.hookimpl(optionalhook=True)
def pytest_xvfb_disable():
    """Start no X server where no test would draw on it."""
    return os.environ["QT_QPA_PLATFORM"] == "offscreen"


@pytest.hookimpl(wrapper=True)
def pytest_collection(session):
    """Look for no garbage while tests are collected, and let torch work with one thread.

    Nor look afterwards among what was, which stays to the end: it made every later look slower. The
    looks are rarer than Python's own, too: a window makes many objects that all stay with it.
    """
    gc.disable()
    try:
        _import_a_share(session.config.args)
        return (yield)
    finally:
        if "torch" in sys.modules:  # as the program has it: two take ten times as long for a sample
            sys.modules["torch"].set_num_threads(1)
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        gc.enable()


def _import_a_share(folders):
    """Import some of the folders' test modules first, each worker others.

    In a fresh clone every worker would else compile all of them, side by side.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        return
    root = Path(__file__).parent
    above = {Path(folder).resolve() for folder in folders}
    paths = sorted(path for path in root.rglob("test_*.py") if not above.isdisjoint(path.parents))
    count = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    for path in paths[int(worker.removeprefix("gw")) :: count]:
        name = path.relative_to(root.parent).with_suffix("")
        with contextlib.suppress(Exception):  # collecting it says what is wrong
            importlib.import_module(".".join(name.parts))


@pytest.fixture(scope="session")
def _folders_of_settings(tmp_path_factory):
    """Give one folder after another, apart from those of the tests.

    pytest looks for the next free name among all that there are, which thousands made slow.
    """
    return map(tmp_path_factory.mktemp("config").joinpath, map(str, itertools.count()))


@pytest.fixture(autouse=True)
def _settings_of_nobody(_folders_of_settings, monkeypatch):
    """Give every test, and what it starts, an empty folder of settings."""
    folder = next(_folders_of_settings)
    folder.mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))


@pytest.fixture
def signals_heard(_signals_as_before):
    """Hear the signals, here and in what is started here.

    Though this process was started to ignore some. As it is under nohup and cron. Only while they
    are tested: whoever starts the tests so means them to go on.
    """
    for number in ENDING:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(
                number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
            )


@pytest.fixture(autouse=True)
def _signals_as_before():
    """Put the handlers back that the command line sets for the rest of its process.

    Which here is the tests'.
    """
    before = {number: signal.getsignal(number) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
