"""Programs that are killed while they save: ``python -m tests.batteries.saves``.

A program changes its session again and again, saves it to a file as often as it can and has it kept
by itself, and is ended by kill -9 at a random moment. Both files must be whole, each a session that
goes on where it says it stands; the saved one is the last that was saved or the one after it; and
of what is kept by itself no change that is older than five seconds is missing.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neuroviz.core.slices import finished
from neuroviz.files.session_file import read_session
from neuroviz.files.writer import FileError
from neuroviz.session.session import Session
from tests.batteries.processes import environment

PATIENCE = 5.0
"""Seconds after which a change must be on disk."""
_CHILD = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from neuroviz.core.choices.settings import Settings
from neuroviz.files.session_file import write_session
from neuroviz.files.state_file import StateFile
from neuroviz.session.session import Session
from neuroviz.ui.window.autosaver import Autosaver
app = QCoreApplication([])
session = Session(Settings("and", optimizer="adam"))
session.prepare()
session.advance(200)
session.pin()
keeper = Autosaver(StateFile(), lambda: session.moment, session.record, app)
keeper.start(written=False)
def change():
    session.advance(1)
    keeper.look_soon()
    print("changed", session.frame().newest_step, time.monotonic(), flush=True)
def save():
    write_session(Path("mine.neuroviz"), session.record())
    print("saved", session.frame().newest_step, time.monotonic(), flush=True)
timers = [QTimer(interval=20), QTimer(interval=int(sys.argv[1]))]
for timer, slot in zip(timers, (change, save)):
    timer.timeout.connect(slot)
    timer.start()
app.exec()
"""


@dataclass(frozen=True)
class Kill:
    """A program that was killed."""

    life: float
    """Seconds it had."""
    saves: int
    """How often it had saved."""
    behind: float | None
    """Seconds of work that are not in what was kept by itself; None where nothing was yet."""
    wrong: tuple[str, ...] = ()
    """What must not be."""


def kill(life: float, every: int = 0) -> Kill:
    """Let a program save for so many seconds, kill it, and look at what it has left.

    It saves ``every`` so many milliseconds, 0 for as often as it can.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        process = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(every)],
            cwd=folder,
            env=environment(folder),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(life)
        process.kill()
        ended = time.monotonic()
        rest, _ = process.communicate()
        events = [_event(line) for line in (first, *rest.split("\n")[:-1])]
        kept = list(folder.rglob("sessions/*.neuroviz"))
        wrong = objections(folder / "mine.neuroviz", kept, events, ended)
        saves = sum(what == "saved" for what, _, _ in events)
        return Kill(life, saves, _behind(kept, events, ended), tuple(wrong))


def _event(line: str) -> tuple[str, int, float]:
    what, step, at = line.split()
    return what, int(step), float(at)


def objections(
    mine: Path, kept: list[Path], events: list[tuple[str, int, float]], ended: float
) -> Iterable[str]:
    """Return what is wrong with the saved file and with those kept by themselves."""
    saved = [step for what, step, _ in events if what == "saved"]
    last = max(step for _, step, _ in events)
    if mine.exists() or saved:
        step = _step(mine)
        if step is None or not max(saved, default=0) <= step <= last + 1:
            yield f"the saved file stands at {step}, and {saved[-1:]} was saved last"
    old = [step for what, step, at in events if what == "changed" and at < ended - PATIENCE]
    if len(kept) > 1 or (old and not kept):
        yield f"{len(kept)} sessions were kept"
    for path in kept:
        step = _step(path)
        if step is None or step < max(old, default=0):
            yield f"what was kept stands at {step}, and {old[-1:]} is older than {PATIENCE} s"


def _step(path: Path) -> int | None:
    """Return where the active run of a file stands, None if it is no whole session."""
    try:
        session = Session.of_record(read_session(path))
    except (FileError, ValueError):
        return None
    if finished(session.restoring()):
        return None
    session.prepare()
    return session.frame().newest_step


def _behind(kept: list[Path], events: list[tuple[str, int, float]], ended: float) -> float | None:
    """Return how old the oldest change is that is not kept."""
    if not kept:
        return None
    step = _step(kept[0]) or 0
    later = [at for what, at_step, at in events if what == "changed" and at_step > step]
    return round(ended - min(later, default=ended), 2)


def summary(kills: Iterable[Kill], seconds: float) -> dict[str, Any]:
    """Return counts, how much work was lost at worst, and what was wrong."""
    known = list(kills)
    wrong = [f"after {one.life:.2f} s: {sentence}" for one in known for sentence in one.wrong]
    return {
        "seconds": round(seconds, 1),
        "kills": len(known),
        "saves": sum(one.saves for one in known),
        "seconds lost at worst": max(
            (one.behind for one in known if one.behind is not None), default=None
        ),
        "whole seconds lost": dict(
            sorted(Counter(int(one.behind) for one in known if one.behind is not None).items())
        ),
        "wrong": len(wrong),
        "the first wrong": wrong[:10],
    }


def main() -> int:
    """Kill them and print the summary; exit 1 if anything was cut or lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.batteries.saves", description=__doc__)
    parser.add_argument("--tries", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    source = random.Random(chosen.seed)
    lives = [source.uniform(0, 9) for _ in range(chosen.tries)]
    began = time.perf_counter()
    with ThreadPoolExecutor(chosen.at_once) as pool:
        result = summary(pool.map(kill, lives), time.perf_counter() - began)
    result["seconds"] = round(time.perf_counter() - began, 1)
    print(json.dumps(result, indent=2))
    return int(result["wrong"] > 0)


if __name__ == "__main__":
    sys.exit(main())
