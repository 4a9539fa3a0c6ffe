"""Made-up tables, whole and damaged, read as a person would bring them.

``python -m tests.batteries.tables``. A whole one opens to the bit; a damaged one opens or gives a
sentence; none raises anything else or takes over two seconds of processor time. What the program
writes it reads again to the bit. ``--tables N`` says how many of each kind (1,000).
"""

from __future__ import annotations

import argparse
import html
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.data.dataset import LARGEST_IN_DATA, Dataset
from neuroviz.core.data.table_text import data_text
from neuroviz.core.slices import finished
from neuroviz.files.data.source import Source, file_source, text_source
from neuroviz.files.data.table import TableReading
from neuroviz.files.data.understood import understood

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1")
_SECONDS = 2.0
_CLASSES = (
    ("no", "yes"),
    ("nein", "ja"),
    ("0", "1"),
    ("-1", "1"),
    ("groß", "klein"),
    ("a b", "c,d"),
)
"""Class 0 and class 1, in the order in which they are understood."""
_THOUSANDS = ("'", "\u2019", "\u00a0", "\u2009", "\u202f")
"""Between groups of three digits: apostrophes, and spaces that break no line."""
_NAMES = (
    "age",
    "Größe",
    "income",
    "x₁",
    "wind speed",
    "Länge in m",
    "p",
    "größte",
    "a,b",
    "T;U",
    'the "new" one',
)


def dataset_of(source: Source) -> Dataset:
    """Return what is understood of a source without any wish."""
    return understood(finished(TableReading(source).work())).dataset()


@some.composite
def data_sets(draw: some.DrawFn) -> Dataset:
    """Draw data of up to 12 rows and 4 inputs: any finite numbers.

    Two words or numbers as targets.
    """
    rows = draw(some.integers(2, 12))
    width = draw(some.integers(1, 4))
    number = some.floats(-LARGEST_IN_DATA, LARGEST_IN_DATA, width=64)
    inputs = draw(
        some.lists(some.lists(number, min_size=width, max_size=width), min_size=rows, max_size=rows)
    )
    names = draw(
        some.lists(some.sampled_from(_NAMES), min_size=width + 1, max_size=width + 1, unique=True)
    )
    classes = draw(some.booleans())
    if classes:
        targets = [
            0.0,
            1.0,
            *draw(some.lists(some.sampled_from((0.0, 1.0)), min_size=rows - 2, max_size=rows - 2)),
        ]
        words = draw(some.sampled_from(_CLASSES))
        return Dataset(inputs, targets, True, names[:-1], names[-1], words)
    targets = draw(some.lists(number, min_size=rows, max_size=rows, unique=True))
    return Dataset(inputs, targets, False, names[:-1], names[-1])


@some.composite
def files(draw: some.DrawFn) -> tuple[Dataset, bytes]:
    """Draw data and a file with them, of any usual form and encoding.

    With a line of names or none.
    """
    data = draw(data_sets())
    decimal = draw(some.sampled_from(".,"))
    thousands = draw(some.sampled_from(("", "", *_THOUSANDS, ",."[".,".index(decimal)])))
    said = (
        [draw(_spelt(data.class_names[int(y)])) for y in data.targets]
        if data.classes
        else data.targets.tolist()
    )
    rows = [[*x, y] for x, y in zip(data.inputs.tolist(), said, strict=True)]
    texts = [[_text(value, decimal, thousands) for value in row] for row in rows]
    kind = draw(some.sampled_from(("text", "text", "html", "markdown")))
    if kind != "markdown" and draw(some.booleans()):
        data = replace(data, input_names=(), target_name="y")
    else:
        texts = [[*data.input_names, data.target_name], *texts]
    if kind == "text":
        separator = draw(some.sampled_from(";\t" if decimal == "," else ",;\t"))
        text = _separated(texts, separator, always=draw(some.booleans()))
    else:
        text = _html(texts) if kind == "html" else _markdown(texts)
    if draw(some.booleans()):
        text = text.replace("\n", "\r\n")
    encodings = ENCODINGS if thousands.isascii() else ENCODINGS[:-1]
    return data, text.encode(draw(some.sampled_from(encodings)), errors="replace")


def _spelt(word: str) -> some.SearchStrategy[str]:
    """Return the ways to write a class: capitals make no other one."""
    return some.sampled_from((word, word.capitalize()))


def _text(value: object, decimal: str, thousands: str) -> str:
    """Return a value as it is written, with groups of thousands where it has no exponent."""
    if not isinstance(value, float):
        return str(value)
    whole, point, digits = repr(value).partition(".")
    if not point or "e" in digits:
        return repr(value).replace(".", decimal)
    sign = "-" * whole.startswith("-")
    return f"{sign}{abs(int(whole)):,}".replace(",", thousands) + decimal + digits


def _separated(rows: list[list[str]], separator: str, *, always: bool) -> str:
    def cell(text: str) -> str:
        quote = always or any(mark in text for mark in f'"{separator}\n')
        return '"' + text.replace('"', '""') + '"' if quote else text

    return "".join(separator.join(map(cell, row)) + "\n" for row in rows)


def _html(rows: list[list[str]]) -> str:
    lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    return "<p>A page</p>\n<table>" + "\n".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _markdown(rows: list[list[str]]) -> str:
    rule = "|".join("---" for _ in rows[0])
    names, *others = (" | ".join(row) for row in rows)
    return "\n".join(f"| {line} |" for line in (names, rule, *others)) + "\n"


@some.composite
def damaged(draw: some.DrawFn) -> bytes:
    """Draw a file with something cut out, put in, or turned; or nothing but bytes."""
    _, whole = draw(files())
    kind = draw(some.sampled_from(("cut", "insert", "end", "twice", "bytes", "text")))
    start = draw(some.integers(0, len(whole)))
    end = draw(some.integers(start, len(whole)))
    if kind == "bytes":
        return draw(some.binary(max_size=300))
    if kind == "text":
        return draw(some.text(max_size=300)).encode("utf-8", errors="replace")
    inside = draw(
        some.one_of(
            some.binary(max_size=8), some.sampled_from((b'"', b"\n", b";", b",", b"nan", b"\0"))
        )
    )
    return {
        "cut": whole[:start] + whole[end:],
        "insert": whole[:start] + inside + whole[start:],
        "end": whole[:start],
        "twice": whole + whole[start:end],
    }[kind]


def check_whole(made: tuple[Dataset, bytes]) -> None:
    """See that a whole file opens, and holds what was written."""
    data, content = made
    found = _read(content)
    assert found is not None, content
    assert found.inputs.tobytes() == data.inputs.tobytes()
    if found.classes == data.classes:
        assert found.targets.tobytes() == data.targets.tobytes()


def check_damaged(content: bytes) -> None:
    """See that a damaged file opens or is refused."""
    _read(content)


def check_written(data: Dataset) -> None:
    """See that what the program writes it reads to the bit, with its names."""
    text = data_text(data)
    found = dataset_of(text_source(text, data.origin))
    assert found.inputs.tobytes() == data.inputs.tobytes(), text
    assert found.input_names == data.input_names, text
    if data.classes or not {*data.targets.tolist()} <= {-1.0, 0.0, 1.0}:
        assert found == data, text


def _read(content: bytes) -> Dataset | None:
    """Return the data of a file; None where it was refused with a sentence."""
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(content)
        try:
            result = dataset_of(file_source(path))
        except SettingsError as refusal:
            result = None
            sentence = str(refusal)
            assert sentence[0].isupper() or sentence[0] in "'\"", sentence
            assert sentence[-1] in ".?", sentence
            assert len(sentence) < 500, sentence
            assert "\n" not in sentence, sentence
    assert time.process_time() - began < _SECONDS, content
    return result


WHOLE = files()
DAMAGED = damaged()


def _run(check: Callable[..., None], what: some.SearchStrategy[object], tables: int) -> None:
    quick = settings(
        max_examples=tables,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    quick(given(what)(check))()


def main() -> None:
    """Run all three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=1_000)
    tables = parser.parse_args().tables
    np.seterr(all="raise")
    for check, what in (
        (check_whole, WHOLE),
        (check_damaged, DAMAGED),
        (check_written, data_sets()),
    ):
        _run(check, what, tables)
        print(f"{check.__name__}: {tables} tables")


if __name__ == "__main__":
    main()
