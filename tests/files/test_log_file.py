"""The log holds what was done and what went wrong, by any way of going wrong, and stays small."""

import faulthandler
import logging
import os
import subprocess
import sys
import threading

import pytest

from neuroviz.files.log_file import LOG, LogFile, last_lines, log_path


@pytest.fixture
def log():
    """Give an open log, and pytest its own way with crashes afterwards."""
    before = faulthandler.is_enabled(), threading.excepthook, LOG.level
    opened = LogFile()
    yield opened
    opened.close()
    LOG.setLevel(before[2])
    threading.excepthook = before[1]
    if before[0]:
        faulthandler.enable(sys.__stderr__)


def test_what_modules_say_is_in_it(log):
    logging.getLogger("neuroviz.session.undo").info("learning rate %s", 0.5)
    (last,) = last_lines(10)
    assert last.endswith("learning rate 0.5")


def test_it_stays_small(log):
    """Two files of 200 kB, and the newest line is in the first."""
    for number in range(9_000):
        LOG.info("%d %s", number, "x" * 80)
    files = list(log_path().parent.iterdir())
    assert len(files) == 2
    assert all(path.stat().st_size <= 200_000 for path in files)
    assert " 8999 " in last_lines(1)[0]


def test_it_goes_on_where_no_file_can_be_begun(log, monkeypatch, capsys):
    """As on Windows, where another window has it open."""

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "rename", refuse)
    for number in range(4_000):
        LOG.info("%d %s", number, "x" * 80)
    assert " 3999 " in last_lines(1)[0]
    assert capsys.readouterr().err == ""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_goes_wrong_in_a_thread_is_in_it(log, capsys):
    thread = threading.Thread(target=lambda: 1 // 0)
    thread.start()
    thread.join()
    assert last_lines(1) == ["ZeroDivisionError: integer division or modulo by zero"]
    assert "ZeroDivisionError" in capsys.readouterr().err


_DIES = """
import faulthandler
from neuroviz.files.log_file import LOG, LogFile
LogFile()
for _ in range(3000):  # another file is begun meanwhile
    LOG.info("x" * 80)
faulthandler._sigsegv()
"""


@pytest.mark.skipif(os.name != "posix", reason="no such signal")
def test_what_kills_the_interpreter_is_in_it():
    subprocess.run([sys.executable, "-c", _DIES], capture_output=True, check=False)
    said = "\n".join(last_lines(40))
    assert "Segmentation fault" in said
    assert 'File "<string>", line 7' in said


def test_there_may_be_none(monkeypatch, tmp_path):
    assert last_lines(5) == []
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(OSError, match="Not a directory"):
        LogFile()
    assert LOG.handlers == []
