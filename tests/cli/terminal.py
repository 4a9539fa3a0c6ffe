"""What a command leaves: a table that it has written, and what it says on a terminal of how far it is."""

import csv
import os
import subprocess


def columns_of(path):
    """Give the columns of a CSV file by name, as texts."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return {name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}


def interrupted(line, number):
    """Start a command on a terminal, send it a signal twice when its bar is there, and return code, out and err."""
    terminal, other_end = os.openpty()
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=other_end, text=True) as process:
        os.close(other_end)
        err = b""
        while b"epochs/s" not in err:
            err += os.read(terminal, 1024)
        process.send_signal(number)
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
    os.close(terminal)
    return process.returncode, out, err.decode()
