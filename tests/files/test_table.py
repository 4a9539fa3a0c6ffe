import csv
import io
import struct

import numpy as np
import pytest

from neuroviz.core.slices import finished
from neuroviz.files.table import check_table_path, csv_work
from neuroviz.files.writer import FileError
from tests.for_each import for_each


def csv_text(columns):
    """Give the table of columns as text."""
    return b"".join(finished(csv_work(columns))).decode()


def read_back(text):
    """Read CSV text as another program would: a list of rows of cells."""
    return list(csv.reader(io.StringIO(text, newline="")))


def bits(number):
    """Give the 64 bits of a float."""
    return struct.pack("<d", number)


def test_floats_read_back_to_the_same_bits():
    """Every float of the file is the float of the run, to the last bit.

    So is the sign of zero.
    """
    numbers = [0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0, 1e22, -123456.789]
    rng = np.random.default_rng(1)
    numbers += list(rng.normal(size=500) * 10.0 ** rng.integers(-300, 300, 500))
    rows = read_back(csv_text({"loss": numbers}))
    assert rows[0] == ["loss"]
    assert [bits(float(cell)) for (cell,) in rows[1:]] == [bits(number) for number in numbers]


@pytest.mark.parametrize(
    "column",
    [
        [1, None, 3],
        np.ma.masked_array([1, 2, 3], mask=[False, True, False]),
    ],
)
def test_integers_have_no_point_and_what_is_missing_is_empty(column):
    """Integers of any kind are written as integers.

    None and masked elements leave the cell empty.
    """
    text = csv_text({"epoch": column, "loss": [0.5, 0.25, 2.0]})
    assert text == "epoch,loss\n1,0.5\n,0.25\n3,2.0\n"


def test_masked_floats_may_hide_what_is_not_finite():
    """A number that is masked is not looked at."""
    column = np.ma.masked_invalid([1.5, float("nan"), float("inf")])
    assert read_back(csv_text({"a": [1, 2, 3], "b": column}))[1:] == [
        ["1", "1.5"],
        ["2", ""],
        ["3", ""],
    ]


def test_single_column_keeps_its_empty_rows():
    """A row whose only cell is empty is still a row for those who read the file."""
    assert read_back(csv_text({"a": [1, None, 3]})) == [["a"], ["1"], [""], ["3"]]


def test_header_is_quoted_where_it_must_be():
    """A name with a comma, a quote or a line end comes back as it was."""
    names = ["w, 1", 'the "loss"', "two\nlines", "ŷ"]
    rows = read_back(csv_text({name: [1] for name in names}))
    assert rows == [names, ["1"] * 4]


def test_table_without_rows_is_its_header():
    """No rows leave the header."""
    assert csv_text({"a": [], "b": np.array([])}) == "a,b\n"


@for_each(
    ("columns", "words"),
    [
        ({"a": [1], "b": [1, 2]}, "longer"),
        ({"a": [1.0, float("nan")]}, "not finite"),
        ({"a": np.array([1.0, -np.inf])}, "not finite"),
    ],
)
def test_table_that_is_none_is_refused(columns, words):
    """Columns that cannot be plotted are refused: unequal lengths, numbers that are not finite."""
    with pytest.raises(ValueError, match=words):
        csv_text(columns)


@for_each(
    ("name", "kind"), [("a.PNG", "pictures"), ("a.svg", "pictures"), ("a.Neuroviz", "sessions")]
)
def test_a_name_of_another_kind_is_refused_however_its_ending_is_written(tmp_path, name, kind):
    with pytest.raises(FileError, match=f"is for {kind}; end the name with .csv"):
        check_table_path(tmp_path / name)
    assert check_table_path(tmp_path / "a.CSV") == tmp_path / "a.CSV"


@pytest.mark.parametrize("names", ["a", "abcde"])
def test_a_table_in_slices_is_the_same_to_the_byte(names):
    """Over many blocks, with gaps, and with a column alone, whose gaps are written out."""
    numbers = np.random.default_rng(0).normal(size=25_000)
    gaps = np.ma.masked_greater(numbers, 2.0)
    columns = {name: gaps if name == "a" else numbers * 3 for name in names}
    lines = [names.replace("", ",")[1:-1]]
    for value, masked in zip(numbers.tolist(), gaps.mask.tolist(), strict=True):
        first = ("" if len(names) > 1 else '""') if masked else repr(value)
        lines.append(",".join([first, *[repr(value * 3)] * (len(names) - 1)]))
    expected = "".join(f"{line}\n" for line in lines)
    assert csv_text(columns) == expected
    slices = csv_work(columns)
    assert sum(1 for _ in slices) > 1
