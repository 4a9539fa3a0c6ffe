"""Tables that someone brings.

What is understood of them, and what is said of those that cannot be used.
"""

import codecs
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.data.table_text import data_text
from neuroviz.core.slices import finished
from neuroviz.files.data import source as source_module
from neuroviz.files.data.columns import MAX_ROWS
from neuroviz.files.data.form import Wishes
from neuroviz.files.data.source import file_source, text_source
from neuroviz.files.data.table import MAX_COLUMNS, TableReading
from neuroviz.files.data.understood import ImportChoice, understood
from tests.batteries import tables
from tests.for_each import for_each

few = settings(max_examples=40, deadline=None, database=None, derandomize=True)


def pasted(text, choice=None, **wishes):
    """Return what is understood of text."""
    return understood(finished(TableReading(text_source(text), Wishes(**wishes)).work()), choice)


def opened(path, **wishes):
    """Return the table in a file."""
    return finished(TableReading(file_source(path), Wishes(**wishes)).work())


def refusal(text, choice=None):
    """Return why text gives no data."""
    with pytest.raises(SettingsError) as refused:
        pasted(text, choice).dataset()
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "separator", "decimal", "header"),
    [
        ("a,b,y\n1.5,2,3\n4,5,6.25\n", ",", ".", True),
        ("1.5,2,3\n4,5,6.25\n", ",", ".", False),
        ("a;b;y\n1,5;2;3\n4;5;6,25\n", ";", ",", True),
        ("a\tb\ty\r\n1,5\t2\t3\r\n4\t5\t6,25", "\t", ",", True),
        ("1.5 2 3\n4 5 6.25\n", " ", ".", False),
        ("a|b|y\n1.5|2|3\n4|5|6.25\n", "|", ".", True),
        ('"a","b","y"\n"1,5","2","3"\n"4","5","6,25"\n', ",", ",", True),
        ("a, b, y\n1.5, 2, 3\n\n4, 5, 6.25\n\n", ",", ".", True),
        ("a,b,y,\n1.5,2,3,\n4,5,6.25,\n", ",", ".", True),
    ],
)
def test_separator_decimal_mark_and_header_are_found(text, separator, decimal, header):
    """Whatever the spreadsheet that wrote it.

    A separator at the end of each line makes no column of words.
    """
    found = pasted(text)
    form = found.table.form
    assert (form.separator, form.decimal, form.header) == (separator, decimal, header)
    data = found.dataset()
    assert data.inputs.tolist() == [[1.5, 2], [4, 5]]
    assert data.targets.tolist() == [3, 6.25]
    assert data.input_names == (("a", "b") if header else ("x1", "x2"))


def test_a_space_before_a_quote_parts_no_cell():
    """The decimal mark is found in cells that only their quotes keep whole."""
    found = pasted('a, y\n1, "2,25"\n3, "-4,75"\n')
    assert found.table.form.decimal == ","
    assert found.dataset().targets.tolist() == [2.25, -4.75]


@for_each(
    ("small", "large", "decimal"),
    [
        ("12,5", "3.500", ","),
        ("12,5", "3\u00a0500", ","),
        ("12,5", "3\u2009500", ","),
        ("12,5", "3\u202f500,0", ","),
        ("12.5", "3,500", "."),
        ("12.5", "3'500", "."),
        ("12.5", "3\u2019500.00", "."),
    ],
)
def test_groups_of_thousands_are_read_with_either_decimal_mark(small, large, decimal):
    """A teacher's table: degrees with a decimal comma, cars with thousands points.

    No column is dropped.
    """
    text = f"Grad\tAutos\ty\n{small}\t{large}\tnein\n15\t{large.replace('3', '-1', 1)}\tja\n"
    found = pasted(text)
    assert (found.table.form.decimal, found.table.form.doubt, found.unused) == (decimal, "", ())
    assert found.dataset().inputs.tolist() == [[12.5, 3500], [15, -1500]]


def test_a_page_parts_thousands_by_a_space_that_breaks_no_line():
    """It stays one number; other spaces of a page are one space."""
    rows = (
        "<tr><td>12,5<td>3&nbsp;500<td> no\n"
        "&nbsp; way </tr><tr><td>15<td>40&#8239;000,5<td>yes</tr>"
    )
    data = pasted(f"<table><tr><td>a<td>b&nbsp;c<td>y</tr>{rows}</table>").dataset()
    assert data.inputs.tolist() == [[12.5, 3500], [15, 40_000.5]]
    assert (data.input_names, data.class_names) == (("a", "b c"), ("no way", "yes"))


@for_each(
    "cell", ["3.50", "3.5000", "0.500", "1234.500", "3.500.00", "3.500'000", ".500", "3..500"]
)
def test_groups_that_are_not_of_three_are_no_thousands(cell):
    """They stay a fault, and are not read as another number."""
    found = pasted(f"a;b;y\n1,5;2,25;1\n2,5;{cell};2\n4,5;3,25;3\n")
    assert found.table.form.decimal == ","
    assert cell in refusal(f"a;b;y\n1,5;2,25;1\n2,5;{cell};2\n4,5;3,25;3\n")


@for_each(
    ("cells", "first", "said"),
    [
        (
            ("3.500", "40.000"),
            3.5,
            "3.500 is read as 3.5; with the decimal mark comma it is 3,500.",
        ),
        (
            ("3,500", "40,000"),
            3.5,
            "3,500 is read as 3.5; with the decimal mark point it is 3,500.",
        ),
        (("3.500", "0.125"), 3.5, ""),
        (("3.500", "40.25"), 3.5, ""),
        (("3.500", "1.000.000"), 3500, ""),
        (("3500", "40000"), 3500, ""),
    ],
)
def test_a_number_that_could_be_either_is_said_to_be_one(cells, first, said):
    """Where another cell decides, or a person did, nothing is said."""
    text = "\n".join(("n\ty", *(f"{cell}\t{i}" for i, cell in enumerate(cells))))
    found = pasted(text)
    assert found.dataset().inputs[0, 0] == first
    assert found.table.form.doubt == said
    assert pasted(text, decimal=found.table.form.decimal).table.form.doubt == ""


def test_commas_in_a_table_that_commas_part_stand_between_thousands():
    """A decimal comma there shows itself by other groups than of three, as in the table above."""
    found = pasted('a,b,y\n"1,200",30,1\n"2,300",40,2\n900,20,4\n')
    assert found.dataset().inputs[:, 0].tolist() == [1200, 2300, 900]
    assert found.table.form.doubt.endswith("with the decimal mark comma it is 1.2.")


@pytest.mark.parametrize(
    "text",
    [
        "| age | y |\n|---:|:---|\n| 1.5 | no |\n| 2 | yes |\n",
        "age | y\n--- | ---\n1.5 | no\n2 | yes",
        "<html><table><thead><tr><th>age</th><th>y</th></tr></thead><tr><td>1.5<td>no</tr><tr>"
        "<td>2</td><td><b>y</b>es</td></tr></table><table><tr><td>7</table></html>",
    ],
)
def test_markdown_and_html_tables_are_read(text):
    """The first table of a page, with or without bars at the ends."""
    data = pasted(text).dataset()
    assert (data.inputs.tolist(), data.targets.tolist()) == ([[1.5], [2.0]], [0, 1])
    assert (data.input_names, data.target_name, data.class_names) == (("age",), "y", ("no", "yes"))


@pytest.mark.parametrize(
    "text",
    [
        "<table><tr><td>a<td>y</tr><![foo[x]]><tr><td>1<td>2</tr><tr><td>3<td>4</tr></table>",
        (
            "<table><tr><td>a<!-- <td>x --><td title='>'>y<?x tr?><tr><td>1<td>2<tr>"
            '<td a = ">">3<td>4</table>'
        ),
        (
            "<table><tr><td>a<td>y<script>document.write('<td>9')</script><tr><td>1</td >x<td>2<TR>"
            "<TD>3<TD>4</table"
        ),
        "<table><tr><td>a<td>y<tr><td>1<td>2<tr><td>3<td>4<!-- never closed <tr><td>5<td>6</table>",
        (
            "<table><tr><td>a<td>y<tr><td>1<td>2<tr><td>3<td>4<tr title='never closed>"
            "<td>5<td>6</table>"
        ),
    ],
)
def test_a_page_is_read_as_a_browser_reads_it(text):
    """A marked section was an AssertionError, at which the window stayed at "Reading"."""
    data = pasted(text).dataset()
    assert (data.inputs.tolist(), data.targets.tolist()) == ([[1], [3]], [2, 4])
    assert (*data.input_names, data.target_name) == ("a", "y")


@pytest.mark.parametrize("kind", ["html", "markdown"])
def test_pages_are_read_in_slices(kind):
    """Of so many rows each slice has few, and the share grows: all of it was one slice, of 12 s."""
    rows = [("a", "b", "y"), *((str(i), str(i * i), str(i % 7)) for i in range(20_000))]
    made = tables._html if kind == "html" else tables._markdown
    text = made([list(row) for row in rows])
    reading = TableReading(
        text_source(text.replace("\n", "") if kind == "html" else text)
    )  # a page is one line, often
    shares = [reading.share for _ in reading.work()]
    assert len(set(shares)) > 5
    assert shares == sorted(shares)


@pytest.mark.parametrize("end", ["x|", "|x", "|-|x"])
def test_a_rule_of_very_many_spaces_is_looked_at_once(end):
    """The letters were looked at in every way of being spaces.

    Before, or behind, a bar.
    """
    assert "|" in str(pasted("a|b\n-" + " " * 60_000 + end + "\n1|2\n").table.form.separator)


@pytest.mark.parametrize(
    ("text", "names", "told"),
    [
        (
            "# a\n# b, c\nx,y\n1,2\n3,5\n",
            ("x", "y"),
            "2 lines above the table are not read.",
        ),
        (
            "\n  # one\n\nx,y\n1,2\n3,5\n",
            ("x", "y"),
            "1 line above the table is not read.",
        ),
        (
            "# x y\n1 2\n3 5\n",
            ("x", "y"),
            "The names of the columns are in a line that begins with #.",
        ),
        (
            "#x,y\n1,2\n3,5\n",
            ("x", "y"),
            "The names of the columns are in a line that begins with #.",
        ),
        (
            "# long, and, wide\n1,2\n3,5\n",
            ("x1", "y"),
            "1 line above the table is not read.",
        ),
        (
            "# A title\n\n| x | y |\n|---|---|\n| 1 | 2 |\n| 3 | 5 |\n",
            ("x", "y"),
            "1 line above the table",
        ),
    ],
)
def test_comments_above_a_table_are_not_read_and_that_is_told(tmp_path, text, names, told):
    """One that parts into as many cells as the rows holds their names.

    Rows are counted with all of them.
    """
    found = pasted(text)
    data = found.dataset()
    assert (*data.input_names, data.target_name) == names
    assert (data.inputs.tolist(), data.targets.tolist()) == ([[1], [3]], [2, 5])
    assert told in " ".join(found.sentences())
    assert found.table.lines[0] == text[: text.index("1")].count("\n") + 1
    assert not any("#" in said for said in pasted("x,y\n1,2\n3,5\n").sentences())
    reading = TableReading(text_source(text))
    finished(reading.work())
    assert list(reading.head) == text.splitlines()
    assert reading.head[reading.skipped].strip("# |")[0] in "xl1"


def test_a_header_may_begin_with_the_mark_of_comments():
    """A column called # is none; a table that is nothing but comments is told to be."""
    assert pasted("#,x,y\n1,2,3\n2,3,5\n").table.names == ("#", "x", "y")
    assert "only lines that begin with #" in refusal("# a\n# b\n")


@for_each(
    ("text", "target", "told"),
    [
        (
            "x,y,k\n1,2,a\n2,3,b\n3,5,c\n4,1,d\n5,7,e\n6,2,g\n",
            "y",
            "'k', cannot be the target: it has 6 classes, a, b, c, d, e, g, and there can be 5.",
        ),
        (
            "x,y,k\n1,2,7\n2,3,7\n3,5,7\n",
            "y",
            "'k', cannot be the target: it is the same in every row.",
        ),
        (
            "x,y,k\n1,2,\n2,3,\n3,5,note\n",
            "y",
            "'k', cannot be the target: most of its cells are empty or not numbers.",
        ),
        (
            "kind,y\na,1\nb,2\na,3\n",
            "kind",
            "'y', cannot be the target: no other column holds numbers.",
        ),
        ("x,k\n1,a\n2,b\n3,c\n", "k", "3 classes, a, b, c: an output each, which softmax turns"),
        ("x,k\n1,3\n1,4\n", "k", ""),
    ],
)
def test_a_target_is_guessed_of_which_something_can_be_learned(text, target, told):
    """Where the last column is none, the one before it, and why is told.

    What is chosen is taken as it is.
    """
    found = pasted(text)
    assert found.table.names[found.target] == target
    assert told in " ".join(found.sentences())
    assert pasted(text, ImportChoice(target=found.table.names[-1])).passed_over is None


def test_a_rare_third_word_in_a_target_is_a_cell_at_fault():
    """Of ten it is a slip, which can be mended; of five it may be a class."""
    rows = "".join(f"{i},{'ja' if i % 2 else 'nein'}\n" for i in range(18))
    found = pasted(f"x,y\n{rows}18,jaa\n")
    assert found.class_names == ("nein", "ja")
    assert "Line 20, column 'y', has 'jaa' where 'nein' or 'ja' is expected" in str(found.why_not)
    assert found.is_fault(18, 1)
    assert len(pasted("x,y\n1,ja\n2,nein\n3,jaa\n4,ja\n5,nein\n").class_names) == 3


@for_each(
    ("name", "numbers", "used", "told"),
    [
        ("", "012", False, "Not used, since it only numbers the rows: column 1."),
        ("", "479", False, "Not used, since it only numbers the rows: column 1."),
        ("", "132", True, ""),
        ("Nr.", "123", True, "Nr. only numbers the rows: is it meant as an input?"),
        ("id", "132", True, ""),
        ("day", "123", True, ""),
    ],
)
def test_of_a_column_that_only_numbers_the_rows_it_is_told(name, numbers, used, told):
    """Without a name it is no input, unless it is chosen or alone; what we wrote is read back."""
    rows = [f"{number},{a},{y}" for number, a, y in zip(numbers, (3, 1, 2), (5, 6, 9), strict=True)]
    text = "\n".join((f"{name},a,y", *rows))
    found = pasted(text)
    assert (0 in found.inputs) == used
    assert [each for each in found.sentences() if "numbers the rows" in each] == [told] * bool(told)
    chosen = pasted(text, ImportChoice("y", (found.table.names[0], "a")))
    assert chosen.inputs == (0, 1)
    assert pasted(data_text(chosen.dataset())).inputs == (0, 1)
    assert pasted("\n".join((",y", *(f"{number},{number}" for number in numbers)))).inputs == (0,)


def test_empty_rows_may_stand_anywhere():
    """Spreadsheets write some below the last row that is used, and above the first."""
    found = pasted(",,\na,b,y\n1,2,3\n,,\n4,5,7\n,,\n,,\n")
    assert found.table.lines == (3, 5)
    assert "4 empty rows passed over." in found.sentences()


def test_units_in_the_cells_go_behind_the_names():
    """As a pupil types them, and a spreadsheet writes money; a few words at the end are classes."""
    rows = "".join(
        f"{i}.5 cm,{i} %,${i}.25,{3 - i % 2} m,{i} kg,{'5 mg' if i % 2 else '10 mg'}\n"
        for i in range(1, 9)
    )
    text = f"d,h (%),p,t,m,dose\n{rows}lost,8 %,$1,2 h,3 kg,5 mg\n"
    found = pasted(text, ImportChoice(leave_out=True))
    assert found.table.names == ("d (cm)", "h (%)", "p ($)", "t", "m (kg)", "dose")
    assert "Units in the cells are now behind the names: cm, $, kg." in found.sentences()
    chosen = pasted(text, ImportChoice("m", ("d", "p"), leave_out=True)).dataset()
    assert chosen.column_names == ("d (cm)", "p ($)", "m (kg)")
    assert "no column 'x'" in refusal(text, ImportChoice("x"))
    assert found.unused == ("t",)  # metres and hours are no one column of numbers
    data = found.dataset()
    assert data.inputs[0].tolist() == [1.5, 1, 1.25, 1]
    assert (data.rows, data.class_names) == (8, ("10 mg", "5 mg"))
    assert pasted(data_text(data)).dataset() == data
    comma = pasted("d;y\n1,5 cm;3 €\n2,5 cm;4 €\n" + "".join(f"{i} cm;{i} €\n" for i in range(9)))
    assert comma.dataset().inputs[:2, 0].tolist() == [1.5, 2.5]
    assert comma.table.names == ("d (cm)", "y (€)")


@for_each(
    "text",
    [
        "   a    b   y\n0  1  2.5   3\n1  2  3.5   5\n2  4  1.5   4\n",
        '"a"\t"b"\t"y"\n"1"\t1\t2.5\t3\n"2"\t2\t3.5\t5\n"3"\t4\t1.5\t4\n',
        "a b y\none 1 2.5 3\ntwo 2 3.5 5\nfour 4 1.5 4\n",
    ],
)
def test_the_names_of_rows_that_have_no_name_themselves_are_no_column_of_data(text):
    """As pandas prints a table, and R writes one."""
    data = pasted(text).dataset()
    assert (*data.input_names, data.target_name) == ("a", "b", "y")
    assert data.inputs.tolist() == [[1, 2.5], [2, 3.5], [4, 1.5]]


@for_each(
    ("letters", "classes"), [("FADCB", "ABCDF"), ("jn", "nj"), ("TF", "FT"), ("nwes", "ensw")]
)
def test_n_and_f_are_a_no_only_beside_one_other(letters, classes):
    """Grades and points of the compass are in the order of the alphabet."""
    rows = "".join(f"{i},{letters[i % len(letters)]}\n" for i in range(20))
    assert pasted(f"x,y\n{rows}").class_names == (*classes,)


def test_a_third_class_of_a_tenth_is_a_class():
    """A slip comes once or twice, or in 2 % of the rows."""
    words = ["cat"] * 100 + ["dog"] * 100
    for owls, classes in ((22, 3), (5, 3), (4, 2), (1, 2)):
        text = "".join(f"{x},{word}\n" for x, word in enumerate([*words, *["owl"] * owls]))
        assert len(pasted(f"x,kind\n{text}").class_names) == classes, owls


def test_of_rare_words_that_are_as_many_none_is_a_slip():
    """Which of them is meant nobody knows.

    Twenty of one word and one each of two others are three classes.
    """
    rows = "".join(f"{i},nein\n" for i in range(20))
    assert pasted(f"x,y\n{rows}20,ja\n21,jaa\n").class_names == ("nein", "ja", "jaa")
    found = pasted(f"x,y\n{rows}20,ja\n21,jaa\n22,ja\n")
    assert found.class_names == ("nein", "ja")


@pytest.mark.parametrize(("empty", "target"), [(2, "y"), (3, "b")])
def test_a_target_is_one_where_half_of_its_cells_are_there(empty, target):
    """Of four rows two may be empty; with three, which is most, the column before is the target."""
    cells = ["5", "7", "9", "8"][: 4 - empty] + [""] * empty
    found = pasted(
        "a,b,y\n" + "".join(f"{row},{row * row},{cell}\n" for row, cell in enumerate(cells))
    )
    assert found.table.names[found.target] == target
    assert ("most of its cells are empty" in " ".join(found.sentences())) is (target == "b")


def test_cells_that_are_mended_are_read_as_if_they_stood_there_and_told():
    """By their lines, with the table's decimal mark; cells that are not there are ignored."""
    table = pasted("a;y\n1,5;2\nx;3\n2,5;nein\n").table
    mended = table.with_cells({(3, 0): "2,25", (4, 1): "7", (99, 0): "1", (3, 9): "1"})
    found = understood(mended)
    assert found.dataset().inputs.tolist() == [[1.5], [2.25], [2.5]]
    assert found.dataset().targets.tolist() == [2, 3, 7]
    assert "2 cells mended: line 3, 'a', to '2,25'; line 4, 'y', to '7'." in found.sentences()
    assert understood(table).faults
    assert understood(mended.with_cells({(2, 0): ""})).is_fault(0, 0)


def test_numbers_with_the_other_decimal_mark_are_found():
    """Each can be read as it is meant; a word stays a word."""
    found = pasted('a,b,y\n1.5,2,3\n"2,5",x,4\n3.5,4,"-0,5"\n')
    assert found.otherwise_read == {(1, 0): "2.5", (2, 2): "-0.5"}
    assert pasted("a;b;y\n1,5;2;3\n2.5;1;4\n3,5;2,5;5\n").otherwise_read == {(1, 0): "2,5"}


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252"],
)
def test_umlauts_are_read_in_every_usual_encoding(tmp_path, encoding):
    """With a mark at the beginning or without, also where the first umlaut stands far below."""
    for text in (
        "Größe;Länge;y\n1,5;2;ja\n2,5;3;nein\n",
        "a;y\n" + "1;klein\n" * 30_000 + "2;groß\n",
    ):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(encoding))
        found = understood(opened(path))
        data = found.dataset()
        assert ("Größe" in data.input_names) or ("groß" in data.class_names)
        if encoding.startswith("utf-8"):  # with a mark or without, it is one encoding
            assert found.table.form.encoding == "utf-8"
            assert opened(path, encoding="utf-8").names == found.table.names


def test_what_was_found_can_be_corrected(tmp_path):
    """Separator, decimal mark, header, encoding; target, inputs, classes and their order."""
    assert pasted("2001,2002\n1,2\n3,4\n").table.names == ("x1", "y")
    assert pasted("2001,2002\n1,2\n3,4\n", header=True).table.names == ("2001", "2002")
    table = "a,b,c\n1,2,5\n3,4,6\n"
    chosen = pasted(table, ImportChoice(target="a", inputs=("c",))).dataset()
    assert (chosen.input_names, chosen.target_name, chosen.inputs.tolist()) == (
        ("c",),
        "a",
        [[5], [6]],
    )
    as_classes = pasted(table, ImportChoice(classes=True, class_names=("6", "5"))).dataset()
    assert (as_classes.class_names, as_classes.targets.tolist()) == (("6", "5"), [1, 0])
    assert pasted("a,y\n1,0\n2,1\n").dataset().classes
    assert not pasted("a,y\n1,0\n2,1\n", ImportChoice(classes=False)).dataset().classes
    path = tmp_path / "table.csv"
    path.write_bytes("ä,y\n1,2\n3,4\n".encode("cp1250"))
    assert opened(path, encoding="cp1251").names == ("д", "y")
    for wrong, field in (({"encoding": "utf-9"}, "encoding"), ({"encoding": "utf-16"}, "encoding")):
        with pytest.raises(SettingsError) as refused:
            opened(path, **wrong)
        assert refused.value.field == field


@for_each(
    ("text", "row", "column", "said"),
    [
        (
            "a,b\n1,2\n3\n4,5\n",
            3,
            None,
            "1 cell where 2 are expected: mend it where it comes from, or leave",
        ),
        ("a,b\n1,2\n3,4,5\n", 3, None, "3 cells where 2 are expected"),
        ("a,b\n1,2\nabc,4\n3,4\n", 3, "a", "'abc' where a number is expected"),
        ("a,b\n1,2\n3,\n3,4\n", 3, "b", "nothing where a number is expected"),
        ("a,b\n1,2\nNaN,4\n5,6\n", 3, "a", "'NaN' where a number is expected"),
        ("a,b\n1,2\n3,-inf\n5,6\n", 3, "b", "'-inf' where a number is expected"),
        ("a,b\n1,2\n1e999,3\n5,6\n", 3, "a", "'1e999' where a number up to"),
        ("a,b\n1,2\n1_0,3\n5,6\n", 3, "a", "'1_0' where a number is expected"),
        (
            "a;b\n1,5;2\n2.5;3\n5,5;6\n",
            3,
            "a",
            "'2.5' where a number with a decimal comma is expected",
        ),
        ("a,b\n1,yes\n2,no\n3,\n", 4, "b", "nothing where 'no' or 'yes' is expected"),
        ("a,b\n\n\n1,2\nabc,4\n3,4\n", 5, "a", "'abc'"),
        ('a,b\n"1\n",2\nabc,4\n3,4\n', 4, "a", "'abc'"),
    ],
)
def test_a_fault_names_row_and_column_and_what_was_expected(text, row, column, said):
    """The row as an editor counts its lines; empty lines and cells of two lines count too."""
    sentence = refusal(text)
    assert f"line {row}" in sentence.lower()
    assert column is None or repr(column) in sentence
    assert said in sentence


@for_each(
    ("text", "names", "said"),
    [
        ("A title\nx,y\n1,2\n3,5\n", ("x", "y"), "1 line above the table is not read."),
        ("sep=;\nx;y\n1;2\n3;5\n", ("x", "y"), "1 line above the table is not read."),
        (
            "Device: X\nSerial;7;\n\nx;y;k\n1;2;no\n3;5;yes\n",
            ("x", "y", "k"),
            "2 lines above the table are not read.",
        ),
        ("x,y\nm,(s)\n1,2\n3,5\n", ("x (m)", "y (s)"), "Line 2 holds the units"),
        (
            "A title;;\nx;y;k\nm;[s];\n1;2;no\n3;5;yes\n",
            ("x (m)", "y [s]", "k"),
            "Line 3 holds the units",
        ),
        ("x,n,y\nm,-,1/s\n1,7,2\n3,8,5\n", ("x (m)", "n", "y (1/s)"), "Line 2 holds the units"),
        ("x,name\n<5,Ann\n1,Bob\n3,Cid\n", ("x", "name"), "1 row left out: line 2, column 'x'"),
        ("x,name\nlost,Ann\n1,Bob\n3,Cid\n", ("x", "name"), "1 row left out: line 2, column"),
        ("x,y\n<5,<4\n1,2\n3,5\n", ("x", "y"), "1 row left out: line 2, column 'x'"),
        ("x,y\nn/a,n/a\n1,2\n3,5\n", ("x", "y"), "1 row left out: line 2, column 'x'"),
        ("x,k\nsick,no\n1,no\n3,yes\n", ("x", "k"), "1 row left out: line 2, column 'x'"),
        ("x,y\nsick,2\n1,2\n3,5\n", ("x", "y"), "1 row left out: line 2, column 'x'"),
        ("x,y\n1\n1,2\n3,5\n", ("x", "y"), "1 row left out: line 2 has 1 cell"),
    ],
)
def test_titles_above_the_names_are_passed_over_and_units_below_them_are_kept(text, names, said):
    """As a teacher's table has them, and an instrument's; what is missing is no unit."""
    found = pasted(text, ImportChoice(leave_out=True))
    assert found.table.names == names
    assert said in " ".join(found.sentences())
    assert found.table.values[-2:, 0].tolist() == [1, 3]
    reading = TableReading(text_source(text))
    finished(reading.work())
    assert reading.head[reading.skipped][0] == "x"


@for_each(
    ("text", "said"),
    [
        ("a,b\n1,3\n2,3\n", "'b' is 3 in every row"),
        ("a,b\n1,yes\n2,yes\n", "'b' is 'yes' in every row"),
        ("a\n1\n2\n", "one column"),
        ("a,b\n", "no row below its names: add one for each sample"),
        ("a,b\n1,5,2,5\n", "a different one, or is a comma both separator and decimal mark?"),
        ("a;b\n1;5;2;5\n", "is the separator a different one?"),
        ('[{"x": 1, "y": 2}]', "The text is JSON, not a table: save it as CSV first."),
        ("a,b\n1e300,1\n2,2\n3,3\n", "'1e300' where a number up to 10¹⁰⁰ in size is expected"),
        (
            "a,b,c\n1,2\n3,4\n",
            "No row has as many cells as the first, 3: is the separator a different one, or",
        ),
        ("a,b\nu,v\nv,u\n", "No column holds numbers for an input: write numbers in place"),
        (
            "a,b\n" + "".join(f"{row}e200,{row}\n" for row in range(9)),
            "for an input: write numbers up to 10¹⁰⁰ in size",
        ),
        (
            'a,b\n1,"2\n3,4\n',
            "Line 2 cannot be split into cells: quotes are opened but not closed",
        ),
        ("   \n", "no text"),
        ('a,b\n"1"x,2\n3,4\n', "Line 2 cannot be split into cells: the quote"),
        ("a" * 300_000, "Line 1 cannot be split into cells: one of them has more than 131,072"),
        ("1" * 120_000, "one column"),
        ("\0\1\2\3", "binary"),
    ],
)
def test_a_table_with_nothing_to_learn_is_refused(text, said):
    """In a sentence that says why."""
    assert said in refusal(text)


def test_a_column_that_is_always_the_same_is_told_and_one_of_words_is_no_input():
    """The first can be used, and does nothing that the bias does not do."""
    said = pasted("k,x,y\n5,1,2\n5,2,3\n5,3,4\n").sentences()
    assert "The same in every row, so only a second bias: k." in said
    assert not any("second bias" in each for each in pasted("k,x,y\n5,1,2\n").sentences())
    words = pasted("name,town\nu,v\nw,z\n").sentences()
    assert any(each.startswith("Target town: ") for each in words)


def test_a_cell_of_several_lines_is_told_in_one():
    """A sentence stays a sentence, whatever stands in the cells."""
    sentence = refusal('a,b\n1,"u\nv"\n2,w\n3,' + "z" * 500 + "\n4,b\n5,c\n6,d\n")
    assert "\n" not in sentence
    assert "6 classes, b, c, d, u v, w," in sentence
    assert len(sentence) < 500


def test_rows_that_cannot_be_used_are_left_out_where_that_is_wished_and_said():
    """Three of five: each with its reason, none silently."""
    found = pasted("a,b,c\n1,2,3\n4,x,5\n6,7\n8,9,1\n,3,4\n", ImportChoice(leave_out=True))
    assert [(fault.row, fault.column) for fault in found.left_out] == [
        (3, "b"),
        (4, None),
        (6, "a"),
    ]
    assert found.dataset().inputs.tolist() == [[1, 2], [8, 9]]
    said = " ".join(found.sentences())
    assert "3 rows left out" in said
    assert all(f"line {row}" in said for row in (3, 4, 6))


def test_separators_at_the_end_of_a_line_make_no_cells_however_many():
    """Nor in a row below those by which it is told how wide the table is."""
    rows = [f"{number};{number % 7}" for number in range(300)]
    rows[250] += ";;;"
    found = pasted(
        "\n".join(["x;y", *rows[:200], *(f"{row};;" for row in rows[200:])]), separator=";"
    )
    assert (found.table.names, len(found.table.lines), found.faults) == (("x", "y"), 300, ())


@pytest.mark.parametrize(("words", "used"), [(2, True), (3, False)])
def test_a_column_is_an_input_where_half_of_its_cells_are_numbers(words, used):
    """One with more words than numbers is left out whole.

    Of one with as many, the words are faults.
    """
    cells = ["word"] * words + ["1", "2", "3", "4"][: 4 - words]
    found = pasted(
        "a,b,y\n" + "".join(f"{row},{cell},{row * row}\n" for row, cell in enumerate(cells))
    )
    assert (len(found.inputs) == 2, found.unused) == ((True, ()) if used else (False, ("b",)))
    assert len(found.faults) == (words if used else 0)


def test_a_column_of_words_is_no_input_and_that_is_said():
    """A name beside the numbers does not stop the reading; asked for as an input it is refused."""
    text = "name,a,y\nu,1,2\nv,3,5\nw,5,7\n"
    assert pasted(text).dataset().input_names == ("a",)
    assert "name" in pasted(text).sentences()[-1]
    assert "'u' where a number is expected" in refusal(text, ImportChoice(inputs=("name", "a")))
    assert "There is no column 'b'" in refusal(text, ImportChoice(target="b"))
    assert "different columns" in refusal(text, ImportChoice(target="a", inputs=("a",)))


def test_words_that_differ_in_case_or_in_spaces_are_one_class():
    """They are called as most rows say it; what is read as what is told."""
    found = pasted("x\tvoll\n1\tnein\n2\tNein\n3\t nein \n4\tja\n5\tJa\n6\tja\n")
    data = found.dataset()
    assert (data.class_names, data.targets.tolist()) == (("nein", "ja"), [0, 0, 0, 1, 1, 1])
    assert (
        "Capitals make no difference: 'Nein' is read as 'nein', 'Ja' is read as 'ja'."
        in found.sentences()
    )
    assert not any("Capitals" in said for said in pasted("x\ty\n1\tno\n2\tyes\n").sentences())


def test_a_person_may_tell_classes_apart_by_their_case():
    """Then no third spelling is either of them."""
    chosen = pasted(
        "x\ty\n1\tA\n2\ta\n3\tÄ\n", ImportChoice(class_names=("a", "A"), leave_out=True)
    )
    assert chosen.dataset().targets.tolist() == [1, 0]


def test_more_than_five_classes_are_listed_without_their_spellings():
    """Each once, so that a person sees what to mend."""
    said = refusal(
        "x\ty\n1\tja\n2\tJa\n3\tnein\n4\tNein\n5\tvielleicht\n6\tweiß nicht\n7\tb\n8\tc\n"
    )
    assert "6 classes, nein, b, c, ja, vielleicht, weiß nicht, and there can be 5: choose" in said


def test_three_to_five_classes_are_taken_in_their_order():
    """What stands once among very many is a slip; numbers are numbers, unless somebody says so."""
    rows = [f"{x},{word}" for word in ("b", "A", "c") for x in range(50)]
    data = pasted("\n".join(["x,k", *rows])).dataset()
    assert data.class_names == ("A", "b", "c")
    assert data.targets.tolist() == [1] * 50 + [0] * 50 + [2] * 50
    slip = "\n".join(["x,k", *rows, "7,bb"])
    assert "Line 152, column 'k', has 'bb' where 'A' or 'b' or 'c' is expected" in refusal(slip)
    every = ImportChoice(class_names=("c", "bb", "b", "A"))
    assert pasted(slip, every).dataset().targets[[0, 50, 100, 150]].tolist() == [2, 3, 0, 1]
    numbers = "x,k\n1,0\n2,1\n3,2\n4,2\n"
    assert not pasted(numbers).classes
    assert pasted(numbers, ImportChoice(classes=True)).dataset().class_names == ("0", "1", "2")


@for_each(
    ("first", "second"),
    [
        ("nein", "ja"),
        ("No", "Ja"),
        ("false", "absolutely"),
        ("nicht voll", "ausverkauft"),
        ("aus", "an"),
        ("a", "b"),
    ],
)
def test_a_no_is_class_0_whatever_the_alphabet_says(first, second):
    """Whichever of the two stands first in the table."""
    assert pasted(f"x\ty\n1\t{first}\n2\t{second}\n").dataset().class_names == (first, second)
    assert pasted(f"x\ty\n1\t{second}\n2\t{first}\n").dataset().class_names == (first, second)


def test_names_that_are_missing_or_twice_there_are_told_apart():
    """So that each column can be chosen."""
    assert pasted("a,,a,y\n1,2,3,4\n5,6,7,9\n").table.names == ("a", "column 2", "a (2)", "y")


def test_a_file_that_is_none_is_refused_at_once(tmp_path, monkeypatch):
    """Missing, empty, a folder, a pipe, a device, too large, binary.

    Nothing hangs, and the reason is said.
    """
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (tmp_path / "large.csv").write_bytes(b"a,b\n1,2\n")
    cases = {
        "missing.csv": "no such file",
        "pipe": "a pipe",
        "": "a folder",
        "empty.csv": "empty",
        "picture.csv": "binary",
        "/dev/null": "a device",
    }
    for name, said in cases.items():
        with pytest.raises(SettingsError, match=said):
            opened(tmp_path / name)
    monkeypatch.setattr(source_module, "MAX_BYTES", 8)
    with pytest.raises(SettingsError, match="At most 2 GB"):
        opened(tmp_path / "large.csv")


def test_too_many_rows_or_columns_are_refused():
    """With the number that is allowed."""
    assert f"{MAX_ROWS:,} rows" in refusal("a,b\n" + "1,2\n" * (MAX_ROWS + 1))
    assert "1,000 inputs" in refusal(",".join(f"c{i}" for i in range(MAX_COLUMNS + 1)) + "\n")


def test_reading_goes_in_slices_and_says_how_far_it_is(tmp_path):
    """Many short slices, the share grows to 1; whoever stops asking has cancelled it."""
    path = tmp_path / "table.csv"
    np.savetxt(path, np.arange(60_000.0).reshape(-1, 3), delimiter=",")
    reading = TableReading(file_source(path))
    shares = [reading.share for _ in reading.work()]
    assert len(shares) > 5
    assert shares == sorted(shares)
    assert reading.share == 1.0


def test_a_german_locale_changes_nothing(tmp_path):
    """Numbers are read and written the same: neither float nor csv asks the locale."""
    code = (
        "import locale, sys\n"
        "for name in ('de_DE.UTF-8', 'C.UTF-8'):\n"
        "    try: locale.setlocale(locale.LC_ALL, name); break\n"
        "    except locale.Error: pass\n"
        "from tests.batteries.tables import dataset_of\n"
        "from neuroviz.files.data.source import text_source\n"
        "from neuroviz.core.data.table_text import data_text\n"
        "data = dataset_of(text_source('a;y\\n1,5;0,1\\n2;7\\n'))\n"
        "sys.stdout.write(data_text(data))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LC_ALL": "de_DE.UTF-8"},
    )
    assert done.stdout == "a,y\n1.5,0.1\n2.0,7.0\n"


@few
@given(tables.WHOLE)
def test_a_sample_of_whole_tables_opens_to_the_bit(made):
    """The battery has a thousand."""
    tables.check_whole(made)


@few
@given(tables.DAMAGED)
def test_a_sample_of_damaged_tables_opens_or_is_refused_with_a_sentence(content):
    """The battery has a thousand."""
    tables.check_damaged(content)


@few
@given(tables.data_sets())
def test_what_the_program_writes_it_reads_to_the_bit(data):
    """The battery has a thousand."""
    tables.check_written(data)


def test_the_battery_finds_what_is_wrong(monkeypatch):
    """A reading that loses a bit or raises something else is found."""
    content = codecs.BOM_UTF8 + b"a,y\n0.1,2\n3,4\n"
    data = tables.dataset_of(text_source("a,y\n0.10000000000000002,2\n3,4\n"))
    with pytest.raises(AssertionError):
        tables.check_whole((data, content))
    monkeypatch.setattr(tables, "understood", lambda table: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tables.check_damaged(content)


def test_dates_are_not_said_to_be_words():
    said = pasted("day\tnote\tx\ty\n01.02.2024\t\t1\t5\n03.02.2024\tok\t2\t7\n").sentences()
    assert said[-1] == "Not used, since most cells are not numbers: day, note."
    said = pasted(",x,y\nred,1,5\ndeep blue,2,7\nlight green,3,9\n").sentences()
    assert said[-1] == "Not used, since most cells are not numbers: column 1."
    said = pasted("a,b,inf,y\n1e200,1,inf,2\n-1E300,2,inf,4\n1,3,inf,6\n").sentences()
    assert said[-2:] == (
        "Not used, since most cells are not numbers up to 10¹⁰⁰ in size: a.",
        "Not used, since most cells are not numbers: inf.",
    )


def test_what_is_not_used_beside_several_targets_stands_in_its_order():
    words = [f"word{i}" for i in range(8)]
    header = "\t".join((*words, "x", "y", "z"))
    rows = "".join("\t".join((*words, f"{i}", f"{2 * i}", f"{3 * i}")) + "\n" for i in range(5))
    found = pasted(f"{header}\n{rows}", ImportChoice(target="y", beside=("z",)))
    assert found.unused == tuple(words)
