import io
import os
import subprocess
import sys

import pytest

from neuroviz.cli import output
from neuroviz.files.writer import FileError


def test_a_complaint_is_one_line(capsys):
    """Whatever the sentence holds, one line comes out, and only on standard error."""
    output.complain("two\nlines   and spaces")

    assert capsys.readouterr() == ("", "neuroviz: two lines and spaces\n")


def test_a_full_disk_is_an_error(monkeypatch):
    """Output that cannot be written is told, not lost."""

    class Full(io.StringIO):
        def write(self, text):
            raise OSError(28, "No space left on device")

        def fileno(self):
            return os.open(os.devnull, os.O_WRONLY)

    monkeypatch.setattr(sys, "stdout", Full())

    with pytest.raises(FileError, match="No space left on device"):
        output.emit("text")


def test_closed_standard_output_is_silence(monkeypatch):
    """Started without standard output, a command says nothing and does not fail."""
    monkeypatch.setattr(sys, "stdout", None)

    output.emit("text")


def test_a_reader_who_has_gone_is_no_error():
    """The pipe is closed before all is written: no traceback, exit code 0."""
    code = (
        "from neuroviz.cli import output\n"
        "import time; time.sleep(0.2)\n"
        "[output.emit('x' * 100_000) for _ in range(5)]\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()

    assert (process.wait(timeout=30), errors) == (0, b"")


LIST = [sys.executable, "-m", "neuroviz", "list"]


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("words", [["list"], ["train", "--help"], ["--version"]])
def test_full_output(words):
    """Standard output on a full disk is one line on standard error and code 2."""
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [*LIST[:-1], *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "standard output" in done.stderr


def test_terminal_without_greek():
    """A terminal whose encoding lacks letters gets question marks, not a traceback."""
    environment = {"PYTHONIOENCODING": "ascii", "PATH": ""}
    done = subprocess.run(LIST, capture_output=True, timeout=60, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"?" in done.stdout
