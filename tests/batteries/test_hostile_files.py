"""A sample of the files that are meant to hurt, and that the battery finds what hurts."""

import time

import pytest

from tests.batteries import hostile_files
from tests.batteries.hostile_files import KINDS, Kind, read_one
from tests.batteries.hostile_tricks import written

SOME_PLACES = ("pipe", "endless device", "folder", "log that waits", "large and empty")
SOME = {
    "lessons": (
        "other values",
        "number of 5,000 digits",
        "key with many dots",
        "a run to the end of time",
        "data",
    ),
    "sessions": (
        "numbers that are none",
        "few rows of nothing",
        "deep settings",
        "one thing twice",
        "names of data",
    ),
}


ONE = {
    "tables": "sign_of_many_digits",
    "spreadsheets": "texts_that_are_not_there",
    "lessons": "deep lists",
    "sessions": "noise",
    "settings": "deep",
}
"""Of each kind a trick that hurts at once where the guards are away."""


def test_each_kind_has_more_than_thirty_tricks():
    assert all(len(kind.tricks) > 30 for kind in KINDS.values())


@pytest.mark.parametrize("name", SOME)
def test_a_sample_works_or_is_refused_in_a_sentence(name):
    """One file of some tricks, of where it stands and of what is in it."""
    hostile_files.there()  # once, and not in every process
    found = [read_one(KINDS[name], trick, 0) for trick in (*SOME_PLACES, *SOME[name])]
    assert [one for one in found if one.wrong] == []
    assert all(one.sentences for one in found[:2])


@pytest.mark.parametrize("name", ONE)
def test_without_its_guard_a_trick_hurts(name):
    """The guards that ``--off`` takes away are the program's, by their names of today."""
    hostile_files.there()
    kind = KINDS[name]
    assert read_one(kind, ONE[name], 0).wrong == ""
    assert "Error" in read_one(kind, ONE[name], 0, off=True).wrong


def _kind(read):
    return Kind("", {"a": written("a")}, read, lambda: None)


def test_the_battery_finds_what_hurts(monkeypatch):
    """What takes time or memory, stands still, raises, ends the process, or says no sentence."""
    monkeypatch.setattr(hostile_files, "SECONDS", 0.3)

    def work(path):
        while True:
            pass

    assert "processor time" in read_one(_kind(work), "a", 0).wrong
    monkeypatch.setattr(hostile_files, "STILL", 0.5)
    assert "still" in read_one(_kind(lambda path: time.sleep(9)), "a", 0).wrong
    assert "ZeroDivisionError" in read_one(_kind(lambda path: [str(1 / 0)]), "a", 0).wrong
    assert (
        "clear"
        in read_one(_kind(lambda path: ["two\nlines, of which one is too much."]), "a", 0).wrong
    )
    assert read_one(_kind(lambda path: ["This is a sentence."]), "a", 0).wrong == ""
    monkeypatch.setattr(hostile_files, "BYTES", 1.0)
    monkeypatch.setattr(hostile_files, "MORE_BYTES", -(2.0**50))
    assert "GB" in read_one(_kind(lambda path: time.sleep(9)), "a", 0).wrong
