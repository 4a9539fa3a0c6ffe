"""Tables and spreadsheets made to hurt whoever reads them: ``python -m tests.batteries.hostile_tables``.

Each opens or is refused in one sentence, in 10 s of processor time, in slices, and in 1.5 GB of memory. Each trick
of `table_tricks` and `sheet_tricks` has a process of its own, so that one that ends it is seen. ``--files N`` says
how many of either kind (1,000), ``--only NAME`` which trick, and ``--sentences`` prints what is said.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import TypeVar

from tests.batteries.sheet_tricks import SHEETS
from tests.batteries.table_tricks import TABLES

T = TypeVar("T")
KINDS = {"tables": TABLES, "spreadsheets": SHEETS}
_SECONDS = 10.0
_SLICE = 0.5
"""Seconds of processor time: of a file, and of one slice of it."""
_MEGABYTES = 1_500
_PATIENCE = 600
"""Seconds for all files of a trick, after which its process is ended."""


def read_one(name: str, seed: int) -> dict[str, object]:
    """Make the file of a trick that a seed draws, read it, and return what was seen."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        made = (TABLES | SHEETS)[name](Random(seed), Path(folder))
        path = made if isinstance(made, Path) else Path(folder) / "table.csv"
        if isinstance(made, bytes):
            path.write_bytes(made)
            del made
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        spent: list[float] = []
        said = "read"
        try:
            _read(path, spent)
        except ValueError as error:
            said = f"{type(error).__name__}: {error}"
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "seed": seed,
        "said": said,
        "seconds": sum(spent),
        "slice": max(spent, default=0.0),
        "MB": most // 1024 if most > before else 0,  # else the making needed more
    }


def _read(path: Path, spent: list[float]) -> None:
    """Read a file to a data set; ``spent`` gets the processor time of each slice."""
    from neuroviz.files.data.source import file_source
    from neuroviz.files.data.table import Reading
    from neuroviz.files.data.understood import Choice, understood

    def timed(do: Callable[[], T]) -> T:
        began = time.process_time()
        try:
            return do()
        finally:
            spent.append(time.process_time() - began)

    work = Reading(file_source(path)).work()
    try:
        while True:
            timed(lambda: next(work))
    except StopIteration as end:
        table = end.value
    found = timed(lambda: understood(table, Choice(leave_out=True)))
    timed(found.sentences)
    timed(found.dataset)


def wrong_with(seen: dict[str, object]) -> str:
    """Return what is wrong with what was seen of a file; empty where nothing is."""
    said = str(seen["said"])
    sentence = said.removeprefix("DataError: ").removeprefix("SettingsError: ")
    if said != "read" and (sentence == said or not 0 < len(sentence) < 600 or not sentence.isprintable()):
        return "no sentence"
    if said != "read" and (sentence[-1] not in ".?" or "cannot be read as a table (" in sentence):
        return "no sentence of its own"
    if float(str(seen["seconds"])) > _SECONDS:
        return "too long"
    if float(str(seen["slice"])) > _SLICE:
        return "a long slice"
    return "too much memory" if int(str(seen["MB"])) > _MEGABYTES else ""


def _all_of(name: str, seeds: range) -> Iterator[dict[str, object]]:
    """Yield what is seen of the files of a trick, read in another process."""
    words = [
        sys.executable,
        "-m",
        "tests.batteries.hostile_tables",
        "--here",
        name,
        str(seeds.start),
        str(seeds.stop),
    ]
    done = seeds.start
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            out, _ = process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            out, _ = process.communicate()
    for line in out.splitlines():
        if line.startswith("{"):
            done += 1
            yield json.loads(line)
    if done < seeds.stop:
        yield {
            "seed": done,
            "said": f"ended with {process.returncode}: {out[-300:]}",
            "seconds": 0,
            "slice": 0,
            "MB": 0,
        }


def main() -> int:
    """Read all files of all tricks, and print what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--only", choices=[*TABLES, *SHEETS], nargs="+")
    parser.add_argument("--sentences", action="store_true")
    parser.add_argument("--here", nargs=3, metavar=("NAME", "FROM", "TO"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        name, start, stop = asked.here
        for seed in range(int(start), int(stop)):
            print(json.dumps(read_one(name, seed)), flush=True)
        return 0
    wrong = 0
    for kind, tricks in KINDS.items():
        each = -(-asked.files // len(tricks))
        for name in asked.only or tricks:
            if name in tricks:
                wrong += _tell(kind, name, [*_all_of(name, range(each))], sentences=asked.sentences)
    print(f"{wrong} wrong")
    return int(wrong > 0)


def _tell(kind: str, name: str, every: list[dict[str, object]], *, sentences: bool) -> int:
    """Print what was seen of a trick, and return how many files went wrong."""
    most = {of: max(float(str(seen[of])) for seen in every) for of in ("seconds", "slice", "MB")}
    opened = sum(seen["said"] == "read" for seen in every)
    faults = [(wrong_with(seen), seen) for seen in every if wrong_with(seen)]
    print(
        f"{kind}: {name}: {len(every)} files, {opened} read, at most {most['seconds']:.1f} s, "
        f"{most['slice']:.2f} s a slice, {most['MB']:.0f} MB, {len(faults)} wrong",
        flush=True,
    )
    for why, seen in faults[:3]:
        print(f"    {why}: {seen}")
    if sentences:
        for said in sorted({str(seen["said"]) for seen in every}):
            print(f"    {said}")
    return len(faults)


if __name__ == "__main__":
    sys.exit(main())
