"""What a window keeps of itself: one file each, locked while it lives, never cut."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.files.state_file import StateFile, kept_sessions, last_session, trim
from neuroviz.files.writer import FileError
from neuroviz.session.session import Session


@pytest.fixture
def record():
    return Session(Settings("or")).record()


def test_nothing_is_there_before_something_is_kept():
    StateFile()
    assert kept_sessions() == []
    assert last_session() is None


def test_what_was_closed_is_the_last_session(record):
    state = StateFile()
    state.write(record)
    assert last_session() is None  # a living window has it
    state.release()
    last = last_session()
    assert (last.path, last.crashed, last.read()) == (state.path, False, record)
    last.release()
    assert [path.suffix for path in state.path.parent.iterdir()] == [".neuroviz"]


_DIES = """
import os, signal, sys
from neuroviz.core.choices.settings import Settings
from neuroviz.files.state_file import StateFile
from neuroviz.session.session import Session
StateFile().write(Session(Settings("or")).record())
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of Unix")
def test_what_was_not_closed_is_known(record):
    subprocess.run([sys.executable, "-c", _DIES], check=False)
    last = last_session()
    assert (last.crashed, last.read()) == (True, record)


def test_two_have_two_files(record):
    states = [StateFile(), StateFile()]
    for state in states:
        state.write(record)
    assert len(kept_sessions()) == 2
    with pytest.raises(FileError, match="another window is using it"):
        StateFile(states[0].path).write(record)


def test_what_has_nothing_in_it_goes(record):
    state = StateFile()
    state.write(record)
    state.discard()
    assert list(state.path.parent.iterdir()) == []


def test_the_oldest_go_but_not_those_of_living_windows(record):
    states = [StateFile() for _ in range(25)]
    for age, state in enumerate(states):
        state.write(record)
        os.utime(state.path, (10**9 - age, 10**9 - age))
        if age != 22:
            state.release()
    alone = states[0].path.with_name("20000101-000000-00000000.neuroviz.lock")
    alone.touch()
    trim()
    assert set(kept_sessions()) == {state.path for state in [*states[:20], states[22]]}
    assert not alone.exists()


def test_nobody_else_can_read_it(record):
    state = StateFile()
    state.write(record)
    assert stat.S_IMODE(state.path.parent.stat().st_mode) == 0o700


def test_a_home_that_cannot_be_written_is_one_sentence(record, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(
        FileError, match=r"^Cannot write '[^\n]*': a part of the path is a file, not a folder; "
    ):
        StateFile().write(record)
    assert last_session() is None
    trim()


def test_a_full_disk_leaves_the_old_one(record, monkeypatch):
    state = StateFile()
    state.write(record)
    monkeypatch.setattr(os, "write", _full)
    with pytest.raises(FileError, match="the disk is full"):
        state.write(Session(Settings("and")).record())
    monkeypatch.undo()
    assert state.read() == record


def _full(*_):
    raise OSError(28, "No space left on device")


def test_a_home_whose_name_is_no_text(record, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", os.fsdecode(os.fsencode(tmp_path) + b"/\xff \xfc"))
    state = StateFile()
    state.write(record)
    state.release()
    assert last_session().read() == record
    assert Path(os.environ["XDG_STATE_HOME"]).is_dir()
