"""Files that are meant to hurt.

``python -m tests.batteries.hostile_files lessons`` (or another kind). Each is read in a process of
its own, which may take ten seconds of processor time and 1.5 GB: what is in it works, or is refused
in one sentence. ``--off`` takes the program's guards away (see `hostile_guards`), and tells of each
trick how it hurts then: of some files the first that does.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import resource
import select
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.data.dataset import LARGEST_IN_DATA, Dataset
from neuroviz.core.data.table_text import data_text
from neuroviz.core.record import VERSION, SessionRecord
from neuroviz.core.slices import Work
from neuroviz.files.data.form import number_in
from neuroviz.session.session import Session
from tests.batteries import hostile_guards, sessions
from tests.batteries.hostile_tricks import LESSONS, PLACES, SESSIONS, SETTINGS, Make
from tests.batteries.sheet_tricks import SHEETS
from tests.batteries.table_tricks import TABLES, Trick

T = TypeVar("T")

SECONDS = 10.0
"""Of processor time."""
BYTES = 1.5 * 2**30
MORE_BYTES = 1.0 * 2**30
"""Resident, or so much more than this process has, where many tests have made it grow."""
PATIENCE = 60.0
"""Seconds for the files of a trick that does not hurt without the guards."""
ENOUGH = 30
"""Tricks of a kind that hurt without the guards."""
SLICE = 0.5
"""Seconds of processor time, after each of which whoever reads a table can cancel it."""
STILL = 20.0
"""Seconds without any of processor time, also on a machine that is busy."""
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_LONGEST = 1200
"""Letters of a sentence."""


@dataclass(frozen=True)
class Kind:
    """A kind of files."""

    ending: str
    tricks: Mapping[str, Make]
    read: Callable[[Path], list[str]]
    """Reads one as the program does, and returns what is said against it."""
    off: Callable[[], None]
    """Takes the guards away, for this process."""


# --- as the program reads them --------------------------------------------------------------------


def _read_lesson(path: Path) -> list[str]:
    """Check it, and put it on paper if nothing is wrong with it."""
    from neuroviz.lessons.checking import check
    from neuroviz.lessons.expressions import ExpressionError
    from neuroviz.lessons.reading import read_lesson
    from neuroviz.lessons.worksheet import key, worksheet

    said = [str(problem) for problem in check(path)]
    if not said:
        lesson = read_lesson(path)
        worksheet(lesson)
        with suppress(ExpressionError):  # a key says nothing of a curve that nobody has drawn
            key(lesson)
    return said


@cache
def there() -> Session:
    """Return the session that is there before another is opened."""
    return sessions._session(0)


def _read_session(path: Path) -> list[str]:
    """Open it as the window does, and go a step."""
    from neuroviz.files.session_file import read_session

    def read() -> SessionRecord:
        record = read_session(path)
        assert record.version <= VERSION, (
            f"value wrong: form {record.version} is taken for {VERSION}"
        )
        return record

    outcome = sessions.open_with(read, there())
    if outcome.wrong:
        raise AssertionError(outcome.wrong)
    return [outcome.sentence] if outcome.sentence else []


def _start(path: Path) -> list[str]:
    """Start with these settings, look at what is offered.

    Bring back what a crash has left, and close.
    """
    os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = str(path)
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QMenu, QToolButton

    from neuroviz.ui.app import create_window

    warnings.simplefilter("default")
    failed: list[BaseException] = []
    sys.excepthook = lambda kind, error, trace: failed.append(error)
    window = create_window()
    window.show()
    while not window.bench.session.ready:
        QTest.qWait(10)
    recent = window.findChild(QMenu, "recent")
    assert recent is not None
    recent.aboutToShow.emit()
    for button in window.findChildren(QToolButton, "offer_take"):
        button.click()
    QTest.qWait(100)
    window.close()
    if failed:
        raise failed[0]
    return []


def _read_table(path: Path) -> list[str]:
    """Read it to a data set, in slices, and write that as CSV."""
    from neuroviz.files.data.faults import DataError
    from neuroviz.files.data.source import file_source
    from neuroviz.files.data.table import TableReading
    from neuroviz.files.data.understood import ImportChoice, understood

    slices: list[float] = []
    said: list[str] = []
    try:
        table = _timed(TableReading(file_source(path)).work(), slices)
        began = time.process_time()
        found = understood(table, ImportChoice(leave_out=True))
        found.sentences()
        data = found.dataset()
        slices.append(time.process_time() - began)
        _check_values(data)
    except (DataError, SettingsError) as error:
        said = [str(error)]
    if max(slices, default=0.0) > SLICE:
        raise AssertionError(f"{max(slices):.1f} s in one slice")
    if said and "cannot be read as a table (" in said[0]:
        raise AssertionError(f"no sentence of its own: {said[0][:200]}")
    return said


def _check_values(data: Dataset) -> None:
    """Raise AssertionError where values are no numbers, or a name would be a formula elsewhere."""
    values = np.concatenate([data.inputs.ravel(), data.targets])
    assert (np.abs(values) <= LARGEST_IN_DATA).all(), "value wrong: no finite number"
    names = next(csv.reader(io.StringIO(data_text(data.picked([0])))))
    formulas = [
        name for name in names if name.startswith(("=", "@", "+", "-")) and number_in(name) is None
    ]
    assert not formulas, f"value wrong: a formula in the CSV, {formulas[0][:50]!r}"


def _timed(work: Work[T], slices: list[float]) -> T:
    """Do work to its end; ``slices`` gets the processor time of each slice."""
    while True:
        began = time.process_time()
        try:
            next(work)
        except StopIteration as end:
            return end.value
        finally:
            slices.append(time.process_time() - began)


def _made(tricks: Mapping[str, Trick]) -> dict[str, Make]:
    """Return what puts the bytes of tables at a path."""

    def put(trick: Trick) -> Make:
        def make(path: Path, source: random.Random) -> None:
            content = trick(source, path)
            if content is not None:
                path.write_bytes(content)

        return make

    return {name: put(trick) for name, trick in tricks.items()}


KINDS: Mapping[str, Kind] = {
    "tables": Kind(".csv", {**PLACES, **_made(TABLES)}, _read_table, hostile_guards.of_tables),
    "spreadsheets": Kind(".xlsx", _made(SHEETS), _read_table, hostile_guards.of_spreadsheets),
    "lessons": Kind(".toml", LESSONS, _read_lesson, hostile_guards.of_lessons),
    "sessions": Kind(".neuroviz", SESSIONS, _read_session, hostile_guards.of_sessions),
    "settings": Kind("", SETTINGS, _start, hostile_guards.of_settings),
}


# --- in a process of its own ----------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What came of a file."""

    trick: str
    sentences: tuple[str, ...]
    """What is said against it; none where it works."""
    seconds: float
    """Of processor time."""
    megabytes: int
    """At the most."""
    wrong: str
    """What must not be; empty if nothing."""


def read_one(kind: Kind, trick: str, seed: int, *, off: bool = False) -> Outcome:
    """Make a file, and read it in a process of its own, with the guards or without."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"hostile{kind.ending}"
        kind.tricks[trick](path, random.Random(seed))
        ours, theirs = os.pipe()
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            _answer(theirs, lambda: kind.read(path), kind.off if off else None)
        os.close(theirs)
        answer, wrong = _awaited(child, ours)
        os.close(ours)
        used = os.wait4(child, 0)[2]
    said, raised = json.loads(answer) if answer else ([], "the process ended")
    unclear = next((f"no clear sentence: {text!r}" for text in said if not _is_clear(text)), "")
    seconds = used.ru_utime + used.ru_stime
    return Outcome(trick, tuple(said), seconds, used.ru_maxrss // 1024, wrong or raised or unclear)


def _is_clear(text: str) -> bool:
    return "\n" not in text and 10 < len(text) < _LONGEST and text.endswith((".", ")", "?"))


def _answer(theirs: int, read: Callable[[], list[str]], before: Callable[[], None] | None) -> None:
    """Read, and write what came of it."""
    warnings.simplefilter("error")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    said: list[str] = []
    raised = ""
    try:
        if before is not None:
            before()
        said = read()
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        raised = (
            f"{type(error).__name__}: "
            f"{str(error)[:200]} ({Path(where.filename).name}:{where.lineno})"
        )
    with suppress(OSError), os.fdopen(theirs, "wb") as pipe:
        pipe.write(json.dumps([said, raised]).encode())
    os._exit(0)


def _resident(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE


def _awaited(child: int, ours: int) -> tuple[bytes, str]:
    """Return the answer of a process, and why it had to be ended."""
    answer = b""
    seconds = 0.0
    most = max(BYTES, _resident(os.getpid()) + MORE_BYTES)
    moved = time.monotonic()
    while True:
        if select.select([ours], [], [], 0.02)[0]:
            block = os.read(ours, 2**20)
            answer += block
            if not block:
                return answer, ""
        before, wrong = seconds, ""
        with suppress(OSError, IndexError):
            used = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            seconds = (int(used[11]) + int(used[12])) / _TICKS
            if seconds > SECONDS:
                wrong = f"more than {SECONDS:g} s of processor time"
            if _resident(child) > most:
                wrong = f"more than {most / 2**30:.1f} GB after {seconds:.1f} s"
        if seconds > before:
            moved = time.monotonic()
        elif time.monotonic() - moved > STILL:
            wrong = "it stands still"
        if wrong:
            os.kill(child, signal.SIGKILL)
            return b"", wrong


def outcomes(kind: Kind, files: int, seed: int = 0, only: str = "") -> Iterator[Outcome]:
    """Give what came of so many files, one of each trick after the other."""
    tricks = [name for name in kind.tricks if only in name]
    for number in range(files):
        yield read_one(kind, tricks[number % len(tricks)], seed + number // len(tricks))


def unguarded(kind: Kind, files: int, seed: int = 0, only: str = "") -> Iterator[Outcome]:
    """Give what comes of each trick without the guards.

    Of so many files, or those of a minute, the first that hurts, or the last.
    """
    for trick in (name for name in kind.tricks if only in name):
        began = time.monotonic()
        for number in range(files):
            one = read_one(kind, trick, seed + number, off=True)
            if one.wrong or time.monotonic() - began > PATIENCE:
                break
        yield one


def main() -> int:
    """Read the files and print the summary.

    Exit 1 if anything was wrong, without the guards if too little was.
    """
    parser = argparse.ArgumentParser(
        prog="python -m tests.batteries.hostile_files", description=__doc__
    )
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument(
        "--files", type=int, help="in all (1,000); with --off at most of a trick (30)"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="tricks with this in their name")
    parser.add_argument("--off", action="store_true", help="without the guards")
    parser.add_argument("--sentences", action="store_true", help="print what is said, each once")
    chosen = parser.parse_args()
    from neuroviz.core.lazy import load_torch

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    load_torch()
    there()
    kind = KINDS[chosen.kind]
    if chosen.off:
        return _tell_harm(unguarded(kind, chosen.files or 30, chosen.seed, chosen.only))
    began = time.monotonic()
    known = []
    for one in outcomes(kind, chosen.files or 1000, chosen.seed, chosen.only):
        known.append(one)
        if one.wrong:
            print(f"{one.trick}: {one.wrong}", flush=True)
    if chosen.sentences:
        print(
            "\n".join(sorted({f"{one.trick}: {text}" for one in known for text in one.sentences}))
        )
    result = {
        "seconds": round(time.monotonic() - began, 1),
        "files": len(known),
        "tricks": len({one.trick for one in known}),
        "work": sum(not one.sentences and not one.wrong for one in known),
        "refused": sum(bool(one.sentences) for one in known),
        "slowest": max((round(one.seconds, 2), one.trick) for one in known),
        "most megabytes": max((one.megabytes, one.trick) for one in known),
        "wrong": Counter(one.trick for one in known if one.wrong),
    }
    print(json.dumps(result, indent=2))
    return int(bool(result["wrong"]))


def _tell_harm(known: Iterator[Outcome]) -> int:
    """Print how each trick hurts."""
    hurt: list[bool] = []
    for one in known:
        hurt.append(bool(one.wrong))
        harmless = f"no harm seen ({one.seconds:.1f} s, {one.megabytes} MB)"
        print(f"{one.trick}: {one.wrong or harmless}", flush=True)
    print(f"{sum(hurt)} of {len(hurt)} tricks hurt without the guards")
    return int(sum(hurt) < ENOUGH)


if __name__ == "__main__":
    sys.exit(main())
