"""Files that are meant to hurt.

``python -m tests.batteries.hostile_files lessons`` (or sessions, settings). Each is read in a
process of its own, which may take ten seconds of processor time and 1.5 GB: what is in it works, or
is refused in one sentence. ``--off`` takes the program's limits away, to see which tricks hurt
without.
"""

from __future__ import annotations

import argparse
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
from typing import Any

from neuroviz.files.writer import FileError
from neuroviz.session.session import Session
from tests.batteries import sessions
from tests.batteries.hostile_tricks import LESSONS, SESSIONS, SETTINGS, Make

SECONDS = 10.0
"""Of processor time."""
BYTES = 1.5 * 2**30
STILL = 60.0
"""Seconds after which nothing is expected any more, also on a machine that is busy."""
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_LONGEST = 1200
"""Letters of a sentence."""

Limits = list[tuple[Any, str, Any]]
"""Object, name, and what is put in its place where nothing is to be limited."""


@dataclass(frozen=True)
class Kind:
    """A kind of files."""

    ending: str
    tricks: Mapping[str, Make]
    read: Callable[[Path], list[str]]
    """Reads one as the program does, and returns what is said against it."""
    limits: Callable[[], Limits]


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

    outcome = sessions.open_with(lambda: read_session(path), there())
    if outcome.wrong:
        raise AssertionError(outcome.wrong)
    return [outcome.sentence] if outcome.sentence else []


def _start(path: Path) -> list[str]:
    """Start with these settings, look at what is offered.

    Bring back what a crash has left, and close.
    """
    os.environ["XDG_CONFIG_HOME"] = str(path)
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


def _read_all(path: str | Path, most: int) -> bytes:
    """Read whatever it is, and however much."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise FileError(f"Cannot open {path}: {error}.") from error


def _limits_of_lessons() -> Limits:
    from neuroviz.lessons import format, plan, reading

    names = [(format, "_MOST_LETTERS"), (reading, "_MOST_PROBLEMS"), (reading, "_MOST_KEYS")]
    names += [(format, "_MOST_STEPS"), (format, "_MOST_COLUMNS"), (plan, "_MOST_WORK")]
    deep = type("Nothing", (), {"search": lambda self, text: None})()
    return [
        (reading, "read_bytes", _read_all),
        (reading, "_DEEP", deep),
        *((*name, 10**12) for name in names),
    ]


def _limits_of_sessions() -> Limits:
    from neuroviz.files import session_file
    from neuroviz.session import saved

    names = (
        "MOST_RUNS",
        "MOST_EDITS",
        "MOST_LETTERS",
        "_MOST_NUMBERS",
        "MOST_INPUTS",
        "_AT_MOST",
        "_NAME",
    )
    return [
        (session_file, "read_bytes", _read_all),
        (session_file, "_MOST", {}),
        *((saved, name, 10**18) for name in names),
    ]


def _limits_of_settings() -> Limits:
    from neuroviz.files import settings_file, state_file

    read = [(module, "read_bytes", _read_all) for module in (settings_file, state_file)]
    return [*read, *_limits_of_sessions()]


KINDS: Mapping[str, Kind] = {
    "lessons": Kind(".toml", LESSONS, _read_lesson, _limits_of_lessons),
    "sessions": Kind(".neuroviz", SESSIONS, _read_session, _limits_of_sessions),
    "settings": Kind("", SETTINGS, _start, _limits_of_settings),
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


def read_one(kind: Kind, trick: str, seed: int) -> Outcome:
    """Make a file, and read it in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"hostile{kind.ending}"
        kind.tricks[trick](path, random.Random(seed))
        ours, theirs = os.pipe()
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            _answer(theirs, lambda: kind.read(path))
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


def _answer(theirs: int, read: Callable[[], list[str]]) -> None:
    """Read, and write what came of it."""
    warnings.simplefilter("error")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    said: list[str] = []
    raised = ""
    try:
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


def _awaited(child: int, ours: int) -> tuple[bytes, str]:
    """Return the answer of a process, and why it had to be ended."""
    answer = b""
    began = time.monotonic()
    while True:
        if select.select([ours], [], [], 0.02)[0]:
            block = os.read(ours, 2**20)
            answer += block
            if not block:
                return answer, ""
        wrong = "it stands still" if time.monotonic() - began > STILL else ""
        with suppress(OSError, IndexError):
            used = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            seconds = (int(used[11]) + int(used[12])) / _TICKS
            if seconds > SECONDS:
                wrong = f"more than {SECONDS:g} s of processor time"
            if int(used[21]) * _PAGE > BYTES:
                wrong = f"more than {BYTES / 2**30:g} GB after {seconds:.1f} s"
        if wrong:
            os.kill(child, signal.SIGKILL)
            return b"", wrong


def outcomes(kind: Kind, files: int, seed: int = 0, only: str = "") -> Iterator[Outcome]:
    """Give what came of so many files, one of each trick after the other."""
    tricks = [name for name in kind.tricks if only in name]
    for number in range(files):
        yield read_one(kind, tricks[number % len(tricks)], seed + number // len(tricks))


def main() -> int:
    """Read the files and print the summary; exit 1 if anything was wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.batteries.hostile_files", description=__doc__
    )
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="tricks with this in their name")
    parser.add_argument("--off", action="store_true", help="without the limits")
    parser.add_argument("--sentences", action="store_true", help="print what is said, each once")
    chosen = parser.parse_args()
    from neuroviz.core.lazy import load_torch

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    load_torch()
    there()
    kind = KINDS[chosen.kind]
    for place, name, value in kind.limits() if chosen.off else ():
        setattr(place, name, value)
    began = time.monotonic()
    known = []
    for one in outcomes(kind, chosen.files, chosen.seed, chosen.only):
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


if __name__ == "__main__":
    sys.exit(main())
