"""Tables and spreadsheets made to hurt whoever reads them.

``python -m tests.batteries.hostile_tables``. Each opens or is refused in one sentence, in 10 s of
processor time, in slices, and in 1.5 GB of memory. Each trick of `table_tricks` and `sheet_tricks`
has a process of its own, so that one that ends it is seen. ``--files N`` says how many of either
kind (1,000), ``--only NAME`` which trick, and ``--sentences`` prints what is said.
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

HURT = {
    "tags_without_end": "0.7.1: more than 30 s in one slice",
    "comments_without_end": "0.7.1: more than 30 s in one slice",
    "ends_of_nothing": "0.7.1: more than 30 s in one slice",
    "instructions_without_end": "0.7.1: more than 30 s in one slice",
    "marked_sections": "0.7.1: AssertionError",
    "declarations_without_end": "0.7.1: 1.6 s in one slice",
    "values_without_end": "0.7.1: more than 30 s in one slice",
    "values_without_end_of_both_kinds": "0.7.1: more than 30 s in one slice",
    "tags_after_equals": "0.7.1: more than 30 s in one slice",
    "sign_of_many_digits": "0.7.1: ValueError",
    "row_without_end": "0.7.1: more than 30 s in one slice",
    "rows_of_nothing": "0.7.1, and without a limit of empty rows: more than 25 s",
    "tables_in_tables": "0.7.1: 2.6 s in one slice",
    "page_of_many_letters": "without a limit of a cell: 0.7 s in one slice",
    "rule_with_spaces": "0.7.1: 8.6 s in one slice",
    "markdown_of_many_bars": "0.7.1: 5.7 s in one slice",
    "row_of_many_separators": "without a limit of a row: 0.6 s in one slice, 254 MB",
    "first_row_of_many_separators": (
        "0.7.1, and without a limit of a row: 2.5 s in one slice, 540 MB"
    ),
    "cells_of_many_lines": "without a limit of a row: 1.5 s in one slice",
    "empty_lines": "0.7.1: 1.5 s in one slice",
    "comments_without_table": "without a limit of comments: 1.3 s",
    "comments_of_many_letters": "0.7.1: 1.3 s in one slice",
    "rows_of_other_widths": "0.7.1, and without a limit of rows: more than 25 s",
    "rows_without_end": "without a limit of rows: more than 25 s",
    "words_everywhere": "0.7.1, and without a limit of words: more than 25 s",
    "the_same_name": "where each target was tried with all inputs: 7 s in one slice",
    "many_classes": "where the names of classes were looked through as a list: 20 s in one slice",
    "everything_at_random": "0.7.1: AssertionError",
    "far_cell": "0.7.1: aborted, or more than 30 s",
    "far_cells_in_most_rows": "0.7.1: 3 s in one slice",
    "numbers_of_rows": "0.7.1: aborted",
    "cells_without_names": "0.7.1: 1 s in one slice",
    "forms_of_numbers": "without a limit of a form: 90 s in one slice",
    "repeated_without_end": "without a limit of columns: more than 25 s",
    "spaces_without_end": "without a limit of a cell: more than 25 s",
    "entities_of_other_files": "with types of documents: read, with a cell less than there was",
    "deep_elements": "without a limit of depth, and unpacked to 300 MB: 6 GB",
    "empty_rows": "without a limit of what is unpacked, in a file of 2 MB: more than 40 s",
    "bomb_of_cells": "without a limit of what is unpacked, in a file of 3 MB: 18 s",
    "bomb_of_texts": (
        "without limits of what is unpacked and of texts, in a file of 3 MB: 24 s, 1.4 GB"
    ),
    "bomb_of_styles": (
        "without limits of what is unpacked and of styles, in a file of 2 MB: 40 s, 3 s a slice"
    ),
    "letters_in_a_cell": (
        "without limits of what is unpacked and of a cell, in a file of 6 MB: 18 s a slice, 4 GB"
    ),
    "long_tags": "without limits of what is unpacked and of a tag, in a file of 0.4 MB: 30 s",
    "many_sheets": (
        "without a limit of sheets: 4 s in one slice for 20,000 in the box of the dialog"
    ),
    "many_tables": (
        "without a limit of sheets: 4 s in one slice for 20,000 in the box of the dialog"
    ),
    "many_attributes": "without a limit of a tag: 0.7 s in one slice, 193 MB",
    "many_parts": "without a limit of their list: 0.9 s in one slice, 176 MB",
    "links_to_elsewhere": "with names as they stand: a sentence of 5,000 letters",
    "cut_off": "without words for it: BadZipFile",
    "bytes_turned": "without words for it: BadZipFile",
    "false_sizes": "without words for it: NotImplementedError",
    "false_end": "without words for it: OSError",
    "passwords": "without words for it: RuntimeError",
    "letters_of_other_encodings": "without words for it: LookupError, ValueError",
}
"""How tricks were seen to hurt: in 0.7.1, or with a guard of today taken out;
of the others nothing was seen."""


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
    from neuroviz.files.data.table import TableReading
    from neuroviz.files.data.understood import ImportChoice, understood

    def timed(do: Callable[[], T]) -> T:
        began = time.process_time()
        try:
            return do()
        finally:
            spent.append(time.process_time() - began)

    work = TableReading(file_source(path)).work()
    try:
        while True:
            timed(lambda: next(work))
    except StopIteration as end:
        table = end.value
    found = timed(lambda: understood(table, ImportChoice(leave_out=True)))
    timed(found.sentences)
    timed(found.dataset)


def wrong_with(seen: dict[str, object]) -> str:
    """Return what is wrong with what was seen of a file; empty where nothing is."""
    said = str(seen["said"])
    sentence = said.removeprefix("DataError: ").removeprefix("SettingsError: ")
    if said != "read" and (
        sentence == said or not 0 < len(sentence) < 600 or not sentence.isprintable()
    ):
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
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
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
    hurt = HURT.get(name, "not seen to hurt")
    print(
        f"{kind}: {name}: {len(every)} files, {opened} read, at most {most['seconds']:.1f} s, "
        f"{most['slice']:.2f} s a slice, {most['MB']:.0f} MB, {len(faults)} wrong; {hurt}",
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
