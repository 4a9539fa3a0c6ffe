"""Signals while the window starts: ``python -m tests.batteries.start_signals``.

Each try starts ``neuroviz``, sends the signal after a random time, and is right if the program then
ends by itself with the code of the signal, and says nothing of a fault. On a busy machine the
signal may come before Python has come to the program's first line, which no program can help.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.batteries.processes import ROOT, before_the_program, environment, faults

PATIENCE = 30.0
"""Seconds after which a program that has not ended hangs."""


@dataclass(frozen=True)
class Try:
    """One start."""

    delay: float
    """Seconds until the signal."""
    outcome: str
    """Either "ended", that Python was starting, or what is wrong."""
    seconds: float
    """From the signal to the end."""
    wrong: bool
    """Whether that is not as it should be."""


def attempt(number: signal.Signals, delay: float, *, background: bool = False) -> Try:
    """Start the window and send it a signal.

    Parameters
    ----------
    number
        The signal.
    delay
        Seconds until it is sent.
    background
        Whether Ctrl-C is ignored at the start, as it is where a script starts a program with ``&``.
    """
    ignored = ["env", "--ignore-signal=INT"] if background else []
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [*ignored, sys.executable, "-m", "neuroviz"],
            cwd=ROOT,
            env=environment(Path(folder)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        time.sleep(delay)
        process.send_signal(number)
        began = time.perf_counter()
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return Try(delay, "it went on, or hung", PATIENCE, wrong=True)
    seconds = time.perf_counter() - began
    ended = process.returncode == 128 + number
    outcome = "ended" if ended else f"code {process.returncode}"
    if before_the_program(process.returncode, number, err):
        return Try(delay, "Python had not come to the program", seconds, wrong=False)
    said = faults(err) + out
    wrong = not ended or bool(said)
    return Try(delay, f"{outcome}: {said}" if said else outcome, seconds, wrong)


def summary(tries: list[Try]) -> dict[str, Any]:
    """Return the counts, and what was wrong."""
    slowest = max(tries, key=lambda each: each.seconds)
    return {
        "tries": len(tries),
        "outcomes": dict(Counter(each.outcome.split(":")[0] for each in tries)),
        "most seconds to the end": round(slowest.seconds, 2),
        "wrong": sum(each.wrong for each in tries),
        "the first wrong": [
            {"delay": each.delay, "outcome": each.outcome} for each in tries if each.wrong
        ][:10],
    }


def main() -> int:
    """Make the tries and print the summary; exit 1 if any was wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.batteries.start_signals", description=__doc__
    )
    parser.add_argument("--tries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--signal", default="SIGINT", choices=["SIGINT", "SIGTERM", "SIGHUP"])
    parser.add_argument("--earliest", type=float, default=0.2, help="seconds until the signal")
    parser.add_argument("--latest", type=float, default=1.2)
    parser.add_argument(
        "--background", action="store_true", help="started as a script starts a program with &"
    )
    chosen = parser.parse_args()
    source = random.Random(chosen.seed)
    delays = [source.uniform(chosen.earliest, chosen.latest) for _ in range(chosen.tries)]
    number = signal.Signals[chosen.signal]
    result = summary([attempt(number, delay, background=chosen.background) for delay in delays])
    print(json.dumps(result, indent=2))
    return int(result["wrong"] > 0)


if __name__ == "__main__":
    sys.exit(main())
