"""A sample of the kills while saving, and that they find what is wrong."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.files.session_file import write_session
from neuroviz.session.session import Session
from tests.batteries import saves

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of Unix")


def test_a_sample_of_the_kills_leaves_whole_sessions():
    """In the midst of saving, and so late that there is work which must be there: side by side.

    The later one saves ten times a second, which says as much of what it keeps by itself.
    """
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(saves.kill, (0.3, 5.8), (0, 100)))
    assert saves.summary(found, 0.0)["the first wrong"] == []
    assert found[-1].saves > 10
    assert found[-1].behind < saves.PATIENCE


def test_what_is_lost_or_cut_is_found(tmp_path):
    session = Session(Settings("or"))
    session.prepare()
    session.advance(7)
    path = write_session(tmp_path / "a.neuroviz", session.record())
    events = [("changed", 7, 1.0), ("saved", 7, 1.1), ("changed", 8, 2.0)]
    assert list(saves.objections(path, [path], events, 3.0)) == []
    assert len(list(saves.objections(path, [path], events, 7.5))) == 1
    assert len(list(saves.objections(path, [], events, 7.5))) == 1
    assert len(list(saves.objections(path, [path, path], events, 3.0))) == 1
    assert len(list(saves.objections(path, [], [*events, ("saved", 8, 2.1)], 3.0))) == 1
    path.write_bytes(path.read_bytes()[:-20])
    assert len(list(saves.objections(path, [path], events, 3.0))) == 2
