"""Samples of the batteries that end the program from outside, and that they find what is wrong."""

import os
import random
import signal
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.batteries import kills, processes, start_signals

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="signals of Unix"),
    pytest.mark.usefixtures("signals_heard"),
]
KNOWN = kills.Results({"a.csv": b"x\n1\n"}, {"a.csv": b"x,y\n1,2\n3,4\n"}, 0.5)


@pytest.fixture(scope="module")
def script():
    return kills.results(kills.COMMANDS["script"])


@pytest.mark.parametrize("number", kills.KILLS)
def test_a_sample_of_the_kills_leaves_whole_files(number, script):
    """A script, killed while it is written."""
    found = kills.kill(kills.COMMANDS["script"], script, number, random.Random(1), writing=True)
    assert kills.summary({"script": [found]}, 0.0)["the first wrong"] == []
    assert found.outcome in ("1 old", "1 new")


@pytest.mark.parametrize(
    "content", [b"x\n", b"x,y\n1,2\n3", b"x,y\n1,2\n3,\n4", b"x,y\n1,2\n3,4e\n"]
)
def test_a_cut_file_is_found(content):
    """Whatever is cut off is neither file, nor whole as one up to the signal."""
    assert kills.objection("a.csv", content, KNOWN, ended=False)
    assert kills.objection("a.csv", content, KNOWN, ended=True) or content == b"x\n"


@pytest.mark.parametrize("content", [*KNOWN.earlier.values(), *KNOWN.whole.values()])
def test_a_whole_file_is_taken_for_one(content):
    """The old and the new one always.

    One up to the signal only where the command could end by itself.
    """
    assert kills.objection("a.csv", content, KNOWN, ended=False) is None
    assert kills.objection("a.csv", b"x,y\n1,2\n", KNOWN, ended=True) is None
    assert kills.objection("a.csv", b"x,y\n1,2\n", KNOWN, ended=False)


def test_a_sample_of_the_start_signals_ends():
    """Wherever in its start the window is by then: two side by side."""
    with ThreadPoolExecutor() as pool:
        tried = list(pool.map(partial(start_signals.attempt, signal.SIGTERM), (0.3, 1.3)))
    assert start_signals.summary(tried)["the first wrong"] == []


def test_a_program_that_says_something_is_found():
    """What Qt says without a screen is no fault, all else is."""
    assert processes.faults("This plugin does not support propagateSizeHints()\n") == ""
    assert processes.faults("Fatal Python error: Aborted\n")
    tried = start_signals.Try(0.5, "code -11", 0.1, wrong=True)
    assert start_signals.summary([tried])["wrong"] == 1
