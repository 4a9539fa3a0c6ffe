"""What a command leaves.

A table that it has written, and what it says on a terminal of how far it is.
"""

import csv
import os
import subprocess
import sys

_TOLD_IT_IS_ONE = """
import runpy, sys
sys.stderr.isatty = lambda: True
runpy.run_module("neuroviz", run_name="__main__", alter_sys=True)
"""


def columns_of(path):
    """Give the columns of a CSV file by name, as texts."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return {name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}


def interrupted(line, number):
    """Start a command on a terminal, send it a signal twice when its bar is there.

    Return code, out and err. Where there are none, as in a container,
    it is told that a pipe is one.
    """
    try:
        terminal, other_end = os.openpty()
    except OSError:
        terminal, other_end = os.pipe()
        line = [sys.executable, "-c", _TOLD_IT_IS_ONE, *line[3:]]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=other_end, text=True) as process:
        os.close(other_end)
        err = b""
        while b"epochs/s" not in err:
            read = os.read(terminal, 1024)
            assert read, err
            err += read
        process.send_signal(number)
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
    os.close(terminal)
    return process.returncode, out, err.decode()
