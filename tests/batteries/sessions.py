"""Session files that are damaged: ``python -m tests.batteries.sessions``.

Whole sessions of many kinds are changed: bytes are turned, cut, doubled; values in the JSON become
others, of other types, without end, nested, or go. Each must open, or be refused in one sentence;
no slice of the opening may take two seconds of processor time, and the session that was there
before must be as it was.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.record import SessionRecord
from neuroviz.files.session_file import compact_bytes, session_bytes, session_of
from neuroviz.files.writer import FileError
from neuroviz.session import saved
from neuroviz.session.session import Session

PATIENCE = 2.0
"""Seconds of processor time for a slice."""
_LONGEST = 400
"""Letters of a sentence."""
_SLICES = 40
"""After so many slices of work a person would cancel; what is opened then is a long run."""
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2, 7, 2**31, 2**63, -(2**70), 10**400, 1e308, -0.0, 5e-324, 0.5),
    *(
        "",
        "and",
        "own",
        "1",
        "\x00",
        "ä" * 1000,
        "500:learning_rate=0.1",
        "9" * 5000,
        "__import__('os')",
    ),
    *([], {}, [[]], [0] * 100, ["a"], [1.5, "b"], {"task": "and"}, [{}], [None] * 3, "x" * 100_000),
)


@dataclass(frozen=True)
class Outcome:
    """What came of a file."""

    kind: str
    """One of "opened", "long" (a run that goes on being taken up) or "refused"."""
    sentence: str = ""
    """Why it was refused."""
    slowest: float = 0.0
    """Seconds of processor time of the longest slice."""
    wrong: str | None = None
    """What must not be; None if nothing."""


def _own_data() -> Dataset:
    source = np.random.default_rng(3)
    data = Dataset(
        source.normal(size=(12, 3)), (source.random(12) > 0.5).astype(float), True, origin="ä.csv"
    )
    return data.scaled("unit").holding_out(0.25)


def _session(number: int) -> Session:
    """Return one of the sessions that are changed."""
    source = random.Random(number)
    optimizer = source.choice(list(OPTIMIZERS))
    choices: dict[str, Any] = {
        "optimizer": optimizer,
        "precision": source.choice(["float64", "float32"]),
    }
    choices |= (
        {"data": _own_data()}
        if number % 2
        else {"task": source.choice(["and", "xor", "line", "weather"])}
    )
    session = Session(Settings(**choices))
    session.prepare()
    session.advance(source.randrange(150))
    session.pin()
    session.apply(session.settings.replace(learning_rate=session.settings.learning_rate / 3))
    session.advance(source.randrange(150))
    if number % 3 == 0:
        session.race([("a", session.settings), ("b", session.settings.replace(seed=9))])
        session.advance(20)
    session.note = "seen: „ä“"
    return session


@cache
def whole(number: int) -> bytes:
    """Return a whole session file, one of twelve.

    Computed again or with rows, to be read or compact.
    """
    again = saved._AT_ONCE
    saved._AT_ONCE = again if number % 4 < 2 else 0
    try:
        record = _session(number).record()
    finally:
        saved._AT_ONCE = again
    return session_bytes(record) if number % 2 else compact_bytes(record)


def mutant(seed: int) -> bytes:
    """Return a damaged session file."""
    source = random.Random(seed)
    content = whole(source.randrange(12))
    if source.random() < 0.3:
        for _ in range(source.randrange(1, 4)):
            content = source.choice(BYTES)(content, source)
        return content
    plain = json.loads(content)
    for _ in range(source.choice([1, 1, 1, 2, 3])):
        _change(plain, source)
    return json.dumps(plain, ensure_ascii=source.random() < 0.5).encode(errors="replace")


def _turn(content: bytes, source: random.Random) -> bytes:
    place = source.randrange(len(content) or 1)
    return content[:place] + bytes([source.randrange(256)]) + content[place + 1 :]


def _cut(content: bytes, source: random.Random) -> bytes:
    return content[: source.randrange(len(content) or 1)]


def _double(content: bytes, source: random.Random) -> bytes:
    first, last = sorted(source.randrange(len(content) or 1) for _ in range(2))
    return content[:last] + content[first:]


def _nest(content: bytes, source: random.Random) -> bytes:
    place = source.randrange(len(content) or 1)
    return content[:place] + source.choice([b"[", b'{"a":']) * 100_000 + content[place:]


BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _turn,
    _turn,
    _turn,
    _cut,
    _double,
    _nest,
)


def _change(plain: Any, source: random.Random) -> None:
    """Change a value somewhere in what JSON gave."""
    places = list(_places(plain))
    place, key = source.choice(places)
    value = place[key]
    way = source.random()
    if way < 0.1 and isinstance(place, dict):
        del place[key]
    elif way < 0.7 and isinstance(value, int) and not isinstance(value, bool):
        place[key] = value * source.choice([-1, 0, 1, 2, 10**6, 10**9]) + source.choice([-1, 0, 1])
    elif way < 0.7 and isinstance(value, float):
        place[key] = value * source.choice([-1, 0.0, 0.5, 1 + 1e-15, 1e9, 1e300]) + source.choice(
            [0, 0, 1]
        )
    elif way < 0.7 and isinstance(value, str):
        place[key] = source.choice(
            [value * 1000, value[:-1], *(one for one in _VALUES if isinstance(one, str))]
        )
    elif way < 0.75 and isinstance(place, list):
        place.extend(copy.deepcopy(place) * source.choice([1, 2, 1000 if len(place) < 10 else 1]))
    elif way < 0.85:
        other, name = source.choice(places)
        place[key] = copy.deepcopy(other[name])
    else:
        place[key] = copy.deepcopy(source.choice(_VALUES))


def _places(value: Any) -> Iterable[tuple[Any, Any]]:
    """Return every place of a value with its key; of long rows of numbers the first."""
    keys = list(value) if isinstance(value, dict) else range(min(len(value), 5))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def open_one(content: bytes, there: Session, *, patient: bool = False) -> Outcome:
    """Open a file as the window does, beside a session that is there.

    Parameters
    ----------
    patient
        Whether a run is taken up to its end, however slow the machine is.
    """
    return open_with(lambda: session_of(content, "'a.neuroviz'"), there, patient=patient)


def open_with(
    read: Callable[[], SessionRecord], there: Session, *, patient: bool = False
) -> Outcome:
    """Open what is read, likewise."""
    before = (there.moment, there.record())
    slices: list[float] = []
    try:
        outcome = _opened(read, slices, sys.maxsize if patient else _SLICES)
    except (FileError, SettingsError) as error:
        outcome = _refused(str(error))
    except Exception as error:
        outcome = Outcome("raised", wrong=f"{type(error).__name__}: {error}")
    slowest = max(slices, default=0.0)
    wrong = outcome.wrong or ("a slice took too long" if slowest > PATIENCE else None)
    if (there.moment, there.record()) != before:
        wrong = "the session that was there is another"
    return Outcome(outcome.kind, outcome.sentence, slowest, wrong)


def _opened(read: Callable[[], SessionRecord], slices: list[float], most: int) -> Outcome:
    record = _timed(read, slices)
    session = _timed(lambda: Session.of_record(record), slices)
    work = session.restoring()
    for _ in range(most):
        try:
            _timed(lambda: next(work), slices)
        except StopIteration:
            break
    else:
        work.close()
        return Outcome("long")
    _timed(session.prepare, slices)
    frame = session.frame()
    _timed(lambda: (frame.diagnosis, frame.prediction, frame.curvature), slices)
    session.advance(1)
    again = session_of(session_bytes(session.record()), "'b.neuroviz'")
    return Outcome(
        "opened",
        wrong=None if again == session.record() else "what was opened is written otherwise",
    )


def _timed(do: Callable[[], Any], slices: list[float]) -> Any:
    began = time.process_time()
    try:
        return do()
    finally:
        slices.append(time.process_time() - began)


def _refused(sentence: str) -> Outcome:
    clear = "\n" not in sentence and 20 < len(sentence) < _LONGEST and sentence.endswith((".", ")"))
    return Outcome(
        "refused", sentence, wrong=None if clear else f"no clear sentence: {sentence[:500]!r}"
    )


def summary(outcomes: Iterable[Outcome], seconds: float) -> dict[str, Any]:
    """Return counts, the slowest slice, and what was wrong."""
    known = list(outcomes)
    wrong = [one.wrong for one in known if one.wrong]
    return {
        "seconds": round(seconds, 1),
        "files": len(known),
        **Counter(one.kind for one in known),
        "slowest slice": round(max(one.slowest for one in known), 3),
        "wrong": len(wrong),
        "the first wrong": wrong[:10],
    }


def main() -> int:
    """Open the files and print the summary; exit 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.batteries.sessions", description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--sentences", action="store_true", help="print why files were refused, each sentence once"
    )
    chosen = parser.parse_args()
    there = _session(0)
    began = time.perf_counter()
    outcomes = [
        open_one(mutant(seed), there) for seed in range(chosen.seed, chosen.seed + chosen.files)
    ]
    result = summary(outcomes, time.perf_counter() - began)
    if chosen.sentences:
        print("\n".join(sorted({one.sentence for one in outcomes if one.sentence})))
    print(json.dumps(result, indent=2))
    return int(result["wrong"] > 0)


if __name__ == "__main__":
    sys.exit(main())
