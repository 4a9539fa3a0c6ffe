"""Spreadsheets: what stands in them is read to the bit.

Nothing that is far away or huge hurts.
"""

import datetime
import itertools

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.slices import finished
from neuroviz.files.data.form import Wishes
from neuroviz.files.data.source import file_source
from neuroviz.files.data.table import TableReading
from neuroviz.files.data.understood import ImportChoice, understood
from tests.batteries import hostile_files
from tests.batteries.hostile_files import KINDS, read_one
from tests.batteries.sheet_tricks import MAIN, PLAIN, SHEETS, ods, packed, sheet, xlsx
from tests.batteries.table_tricks import TABLES

DAYS = (
    f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy hh:mm"/>'
    '<numFmt numFmtId="165" formatCode="0.00 &quot;days&quot;"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/>'
    "</cellXfs></styleSheet>"
)
TEXTS = (
    f"<sst {MAIN}><si><t>ja</t></si><si><r><t>ne</t></r><r><t>in</t></r>"
    "<rPh><t>nine</t></rPh></si><si><t>a &amp; ü</t></si></sst>"
)


def opened(folder, parts, **wishes):
    """Return the table in a spreadsheet of these parts."""
    path = folder / "table.xlsx"
    path.write_bytes(packed(parts))
    return finished(TableReading(file_source(path), Wishes(**wishes)).work())


def row(number, *cells, first="A"):
    """Return a row of .xlsx with the values of cells, text in quotes."""
    written = []
    for offset, value in enumerate(cells):
        place = f"{chr(ord(first) + offset)}{number}"
        text = f"<is><t>{value[1:-1]}</t></is>"
        inline = value.startswith('"')
        written.append(
            f'<c r="{place}" t="inlineStr">{text}</c>'
            if inline
            else f'<c r="{place}"><v>{value}</v></c>'
        )
    return f'<row r="{number}">{"".join(written)}</row>'


def ods_rows(*rows):
    """Return rows of .ods."""

    def cell(value):
        if isinstance(value, str):
            return (
                f'<table:table-cell office:value-type="string"><text:p>{value}</text:p>'
                "</table:table-cell>"
            )
        number = f'office:value-type="float" office:value="{value!r}"'
        return f"<table:table-cell {number}><text:p>~</text:p></table:table-cell>"

    return "".join(
        f"<table:table-row>{''.join(map(cell, each))}</table:table-row>" for each in rows
    )


ROWS = (("a", "b", "y"), (1 / 3, 2.0, "yes"), (-0.1, 1e-9, "no"))
XLSX = "".join(
    row(
        number,
        *(f'"{value}"' if isinstance(value, str) else repr(value) for value in each),
        first="C",
    )
    for number, each in enumerate(ROWS, 5)
)
ODS = (
    f'<table:table table:name="first">{ods_rows(*ROWS)}</table:table>'
    f'<table:table table:name="second">{ods_rows(("u", "v"), (1.0, 2.0), (3.0, 4.0))}</table:table>'
)


@pytest.mark.parametrize(
    ("parts", "line"), [(xlsx(sheet(XLSX), ("first", "second")), 6), (ods(ODS), 2)]
)
def test_numbers_are_read_to_the_bit_and_rows_counted_as_the_sheet_does(tmp_path, parts, line):
    """Empty columns at the left are none of the table; the second sheet is read on demand."""
    table = opened(tmp_path, parts)
    assert (table.form.sheet, table.form.sheets) == ("first", ("first", "second"))
    assert table.lines[0] == line
    data = understood(table).dataset()
    assert data.inputs.tolist() == [[1 / 3, 2.0], [-0.1, 1e-9]]
    assert (data.targets.tolist(), data.class_names) == ([1, 0], ("no", "yes"))
    assert opened(tmp_path, parts, sheet="second").form.sheet == "second"
    with pytest.raises(SettingsError, match="no sheet 'other'; there are 'first', 'second'"):
        opened(tmp_path, parts, sheet="other")


def test_of_a_thousand_sheets_each_can_be_chosen_and_of_more_none(tmp_path):
    """They stand in a list."""
    names = [f"s{i}" for i in range(1, 1_002)]
    table = opened(tmp_path, xlsx(sheet(XLSX), names[:1_000]), sheet="s1000")
    assert (table.form.sheet, len(table.form.sheets)) == ("s1000", 1_000)
    with pytest.raises(SettingsError, match="has 1,001 sheets, and at most 1,000 can be chosen"):
        opened(tmp_path, xlsx(sheet(XLSX), names))


def test_a_number_of_a_sheet_has_no_thousands_point(tmp_path):
    """Its three digits after the point are digits.

    Whatever the words beside it are written with.
    """
    table = opened(
        tmp_path,
        xlsx(sheet(row(1, '"a"', '"b"') + row(2, "3.125", "2") + row(3, "-4.625", "1E-7"))),
    )
    assert table.values.tolist() == [[3.125, 2.0], [-4.625, 1e-7]]
    assert table.form.doubt == ""
    mixed = row(1, "3.125", '"12,5"', '"1,5"') + row(2, "-4.625", '"7,5"', '"2,5"')
    table = opened(tmp_path, xlsx(sheet(mixed)))
    assert table.form.decimal == ","
    assert table.words[0][0].startswith("3.125")


def test_texts_days_and_truths_are_what_another_reader_finds(tmp_path):
    """Rich text in one, what is read aloud not at all.

    A day by the form of its number, a fault by its name.
    """
    cells = (
        '<row><c t="s"><v>2</v></c><c t="str"><v>when</v></c><c t="s"><v>0</v></c><c t="s">'
        '<v>0</v></c></row><row><c t="s"><v>0</v></c><c s="1"><v>45293</v></c><c t="b"><v>1</v></c>'
        '<c s="3"><v>2.5</v></c></row><row><c t="s"><v>1</v></c><c s="2"><v>45293.75</v></c>'
        '<c t="b"><v>0</v></c><c><f>1/0</f><v>7</v></c></row><row><c t="e"><v>#N/A</v></c><c s="1">'
        '<v>45295</v></c><c t="b"><v>1</v></c><c><v>9</v></c></row>'
    )
    table = opened(tmp_path, xlsx(sheet(cells), sharedStrings=TEXTS, styles=DAYS))
    theirs = CalamineWorkbook.from_path(tmp_path / "table.xlsx").get_sheet_by_index(0).to_python()

    def said(value):
        return str(value).lower() if isinstance(value, bool) else str(value)

    assert list(table.names) == ["a & ü", "when", "ja", "ja (2)"]
    theirs[3][0] = "#N/A"  # which they leave empty
    for line, their in enumerate(theirs[1:]):
        assert [table.words[column][line] for column in range(3)] == [
            said(value) for value in their[:3]
        ]
    assert table.values[:, 3].tolist() == [each[3] for each in theirs[1:]]
    assert table.words[1][0] == str(datetime.date(2024, 1, 2))


def test_a_comment_and_a_picture_in_a_cell_are_none_of_its_text(tmp_path):
    """As .ods has them, with texts of their own."""
    note = "<office:annotation><text:p>wrong!</text:p></office:annotation>"
    frame = "<draw:frame><draw:text-box><text:p>wrong!</text:p></draw:text-box></draw:frame>"
    rows = ods_rows(*ROWS).replace(
        "<text:p>yes", f"{note}{frame}<text:p>y<text:s/>e<text:span>s</text:span>"
    )
    data = understood(opened(tmp_path, ods(f"<table:table>{rows}</table:table>"))).dataset()
    assert data.class_names == ("no", "y es")


@pytest.mark.parametrize("place", ["XFD1048576", "AZ1048576", "XFD5000", "XFD3", "F1"])
def test_a_note_far_from_the_table_is_told_and_not_read(tmp_path, place):
    """One value in a far cell is a usual accident: the program was gone, or asked for 400 GB."""
    number = place.lstrip("AZXFD")
    far = f'<c r="{place}"><v>7</v></c>'
    rows = PLAIN if f'r="{number}">' in PLAIN else PLAIN + f'<row r="{number}"></row>'
    start = rows.index("</row>", rows.index(f'<row r="{number}">'))
    found = understood(opened(tmp_path, xlsx(sheet(rows[:start] + far + rows[start:]))))
    assert found.dataset().inputs.tolist() == [[1], [3]]
    assert f"Not read, since it is beside the table: {place}." in found.sentences()


def test_a_note_far_below_a_column_is_a_row_that_can_be_left_out(tmp_path):
    """It is no part of the table, and said to be where it is.

    The rows between are counted, not read.
    """
    table = opened(tmp_path, xlsx(sheet(PLAIN + row(1_048_576, '"see above"'))))
    # Of a text it would be its line; of a sheet it is the number beside the row.
    assert "Row 1,048,576, column 'a', has 'see above'" in str(understood(table).why_not)
    assert understood(table, ImportChoice(leave_out=True)).dataset().rows == 2
    assert table.blank_lines == 1_048_572


def test_a_table_that_goes_too_far_is_refused_by_its_last_cell(tmp_path):
    """Most of its rows have something there."""
    rows = "".join(
        f'<row r="{i}"><c r="A{i}"><v>1</v></c><c r="XFD{i}"><v>{i}</v></c></row>'
        for i in (1, 2, 3)
    )
    with pytest.raises(
        SettingsError, match="goes to cell XFD1 of its sheet, and at most 1,001 columns are read"
    ):
        opened(tmp_path, xlsx(sheet(rows)))


def test_what_is_written_once_and_repeated_is_there_as_often(tmp_path):
    """Rows and cells of .ods; empty ones to the end of the sheet are nothing."""
    cell = (
        '<table:table-cell table:number-columns-repeated="{}" office:value-type="float" '
        'office:value="{}"/>'
    )
    rows = (
        "<table:table-row "
        f'table:number-rows-repeated="3">{cell.format(2, 1)}{cell.format(1, 5)}</table:table-row>'
        f'<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        f"<table:table-row>{cell.format(3, 2)}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    table = opened(tmp_path, ods(f"<table:table>{rows}</table:table>"))
    assert table.values.tolist() == [[1, 1, 5]] * 3 + [[2, 2, 2]]
    assert (table.lines, table.blank_lines) == ((1, 2, 3, 6), 2)
    without_end = (
        '<table:table-row table:number-rows-repeated="1048576">'
        + cell.format(2, 1)
        + "</table:table-row>"
    )
    with pytest.raises(SettingsError, match="more than 100,000 rows"):
        opened(tmp_path, ods(f"<table:table>{without_end}</table:table>"))
    too_wide = f"<table:table-row>{cell.format(1, 2)}{cell.format(16384, 1)}</table:table-row>"
    with pytest.raises(SettingsError, match="row 1 has more than 16,384 columns"):
        opened(tmp_path, ods(f"<table:table>{too_wide}</table:table>"))


def test_parts_are_found_whichever_way_their_names_are_written(tmp_path):
    """With other slashes and capitals, as some programs do.

    And the workbook where its link says.
    """
    parts = {
        name.replace("/", "\\").replace("xl", "XL"): part
        for name, part in xlsx(sheet(PLAIN)).items()
    }
    assert opened(tmp_path, parts).values.tolist() == [[1, 2], [3, 5]]
    links = {"xl/workbook.xml": "book.xml", "xl/_rels/workbook.xml.rels": "_rels/book.xml.rels"}
    moved = {links.get(name, name): str(part) for name, part in xlsx(sheet(PLAIN)).items()}
    moved["_rels/.rels"] = moved["_rels/.rels"].replace("xl/workbook.xml", "/book.xml")
    moved["_rels/book.xml.rels"] = moved["_rels/book.xml.rels"].replace(
        "worksheets", "xl/worksheets"
    )
    assert opened(tmp_path, moved).values.tolist() == [[1, 2], [3, 5]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "is a workbook of an old Excel, or has a password",
        ),
        (b"PK\x03\x04 not really", "the file is damaged, or not whole"),
        (packed({"a.csv": "a,b\n1,2\n"}), "it has no sheet of the kind that .xlsx or .ods has"),
        (
            packed({**ods(""), "META-INF/manifest.xml": "<m><encryption-data/></m>"}),
            "it has a password",
        ),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_refused_with_the_way_out(tmp_path, content, said):
    """And none is a traceback."""
    path = tmp_path / "table.xlsx"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=f"^'table.xlsx' .*{said}.*CSV.$"):
        finished(TableReading(file_source(path)).work())


def test_a_sheet_is_read_in_slices_and_says_how_far_it_is(tmp_path):
    """The share grows to 1; whoever stops asking has cancelled it, and the file is closed."""
    path = tmp_path / "table.xlsx"
    path.write_bytes(
        packed(xlsx(sheet("".join(row(i, f"{i}", f"{i * i}") for i in range(1, 30_000)))))
    )
    reading = TableReading(file_source(path))
    shares = [reading.share for _ in reading.work()]
    assert len(set(shares)) > 20
    assert shares == sorted(shares)
    assert reading.share == 1.0
    work = TableReading(file_source(path)).work()
    next(itertools.islice(work, 5, None))
    work.close()


@pytest.fixture(scope="module")
def _detectors(tmp_path_factory):
    """Load what guesses at encodings and separators once, and not in every process."""
    path = tmp_path_factory.mktemp("loaded") / "a.csv"
    path.write_bytes("größe;b;a b;,\n1;2;3;4\n3;4;,,;|\n".encode("latin-1"))
    finished(TableReading(file_source(path)).work())


@pytest.mark.usefixtures("_detectors")
@pytest.mark.parametrize("name", [*TABLES, *SHEETS])
def test_each_trick_is_read_or_refused_in_a_sentence(name):
    """The battery draws a thousand of either kind."""
    kind = KINDS["tables" if name in TABLES else "spreadsheets"]
    seed = 4 if name == "bomb_of_cells" else 1  # one that takes no seconds
    assert read_one(kind, name, seed).wrong == ""


def test_the_battery_finds_what_is_wrong(monkeypatch):
    """A reading that raises something else, and one that takes long between two slices."""
    kind = KINDS["spreadsheets"]
    monkeypatch.setattr(hostile_files, "SLICE", 0.0)
    assert "in one slice" in read_one(kind, "false_dimension", 0).wrong
    monkeypatch.setattr(hostile_files, "SLICE", 9.0)
    monkeypatch.setattr(np, "concatenate", lambda blocks: 1 / 0)
    assert "no sentence of its own" in read_one(kind, "false_dimension", 0).wrong
