"""Spreadsheets that are made to hurt whoever reads them; see `table_tricks`."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from pathlib import Path
from random import Random
from xml.sax.saxutils import quoteattr

from tests.batteries.table_tricks import Trick

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "draw")
)
Parts = dict[str, str | bytes]

SHEETS: dict[str, Trick] = {}


def _trick(make: Trick) -> Trick:
    SHEETS[make.__name__] = make
    return make


# --- what a spreadsheet is ------------------------------------------------------------------------


def sheet(rows: str, head: str = "") -> str:
    """Return a sheet of .xlsx with these rows."""
    return f"{head}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def xlsx(cells: str, names: tuple[str, ...] = ("data",), **others: str) -> Parts:
    """Return the parts of a workbook, all of whose sheets are one.

    Others are called sharedStrings, or styles.
    """
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="r{i}"/>'
        for i, name in enumerate(names, 1)
    )
    links = [
        f'<Relationship Id="r{i}" Type="{_RELATIONS}/worksheet" Target="worksheets/s.xml"/>'
        for i in range(1, len(names) + 1)
    ]
    links += [
        f'<Relationship Id="{name}" Type="{_RELATIONS}/{name}" Target="{name}.xml"/>'
        for name in others
    ]
    return {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": (
            f'<workbook {MAIN} xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}">{"".join(links)}</Relationships>'
        ),
        "xl/worksheets/s.xml": cells,
        **{f"xl/{name}.xml": text for name, text in others.items()},
    }


def ods(tables: str, **others: str) -> Parts:
    """Return the parts of an .ods with these tables."""
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f"<office:document-content {_SPACES}><office:body><office:spreadsheet>"
        f"{tables}</office:spreadsheet></office:body></office:document-content>",
        **{f"META-INF/{name}.xml": text for name, text in others.items()},
    }


def packed(parts: Parts, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the file of parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", how) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return content.getvalue()


PLAIN = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t>'
    '</is></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>'
    '<row r="3"><c r="A3"><v>3</v></c><c r="B3"><v>5</v></c></row>'
)
_ODS_ROW = "<table:table-row>{}</table:table-row>"
_ODS_CELL = '<table:table-cell office:value-type="float" office:value="{}"/>'
_ODS_PLAIN = _ODS_ROW.format(_ODS_CELL.format(1) + _ODS_CELL.format(2)) + _ODS_ROW.format(
    _ODS_CELL.format(3) * 2
)


def _ods_table(rows: str, name: str = "data") -> str:
    return f"<table:table table:name={quoteattr(name)}>{rows}</table:table>"


def _either(draw: Random, xlsx_rows: str, ods_rows: str) -> bytes:
    return packed(xlsx(sheet(xlsx_rows)) if draw.random() < 0.5 else ods(_ods_table(ods_rows)))


# --- cells and rows -------------------------------------------------------------------------------


@_trick
def far_cell(draw: Random, path: Path) -> bytes:
    row, column = draw.choice(
        ((1_048_576, "XFD"), (1_048_576, "AZ"), (5_000, "XFD"), (3, "XFD"), (1_048_576, "B"))
    )
    return packed(xlsx(sheet(PLAIN + f'<row r="{row}"><c r="{column}{row}"><v>7</v></c></row>')))


@_trick
def far_cells_in_most_rows(draw: Random, path: Path) -> bytes:
    rows = "".join(
        f'<row r="{i}"><c r="A{i}"><v>1</v></c><c r="XFD{i}"><v>{i}</v></c></row>'
        for i in range(1, draw.randint(2, 3_000))
    )
    return packed(xlsx(sheet(rows)))


@_trick
def false_dimension(draw: Random, path: Path) -> bytes:
    place = draw.choice(("A1:XFD1048576", "XFD1048576:A1", "A0:B0", "A1:ZZZZ99999999999", "", "-1"))
    return packed(
        xlsx(sheet(PLAIN).replace("<sheetData>", f'<dimension ref="{place}"/><sheetData>'))
    )


@_trick
def empty_rows(draw: Random, path: Path) -> bytes:
    row = draw.choice(("<row/>", "<row></row>", '<row r="7"/>', "<row><c/></row>"))
    return packed(xlsx(sheet(PLAIN + row * draw.randint(1, 3_000_000))))


@_trick
def numbers_of_rows(draw: Random, path: Path) -> bytes:
    number = draw.choice(
        ("0", "-5", "9" * 5_000, "1e9", "", "x", "1048577", "99999999", "\u0663", "1")
    )
    return packed(
        xlsx(
            sheet(
                PLAIN
                + f'<row r="{number}"><c><v>1</v></c><c><v>2</v></c></row>' * draw.randint(1, 9)
            )
        )
    )


@_trick
def names_of_cells(draw: Random, path: Path) -> bytes:
    name = draw.choice(
        (
            "",
            "A",
            "7",
            "$A$1",
            "ZZZZ9",
            "XFE1",
            "a1",
            "A" * 100_000,
            "\u00c41",
            "A-1",
            "A99999999999",
        )
    )
    return packed(xlsx(sheet(PLAIN + f'<row r="4"><c r="{name}"><v>1</v></c></row>')))


@_trick
def cells_without_names(draw: Random, path: Path) -> bytes:
    cell = draw.choice(("<c><v>1</v></c>", "<c/>", '<c t="b"><v>1</v></c>', "<v>1</v>"))
    return packed(xlsx(sheet("<row>" + cell * draw.randint(1, 200_000) + "</row>" + PLAIN)))


@_trick
def the_same_cell(draw: Random, path: Path) -> bytes:
    cell = (
        '<c r="A4"><v>1</v></c>'
        if draw.random() < 0.5
        else '<row r="2"><c r="B2"><v>1</v></c></row>'
    )
    return packed(xlsx(sheet(PLAIN + f'<row r="4">{cell * draw.randint(1, 200_000)}</row>')))


@_trick
def kinds_of_cells(draw: Random, path: Path) -> bytes:
    values = (
        "1",
        "",
        "-1",
        "1e999",
        "nan",
        "-inf",
        "1_0",
        "9" * 5_000,
        "0x10",
        "1,5",
        " 1 ",
        "true",
        "&lt;",
        "\u0661",
    )
    kinds = ("n", "s", "b", "e", "str", "d", "inlineStr", "", "?")
    rows = ""
    for _ in range(draw.randint(1, 200)):
        cells = [f'<c t="{draw.choice(kinds)}"><v>{draw.choice(values)}</v></c>' for _ in "ab"]
        rows += f"<row>{''.join(cells)}</row>"
    return packed(xlsx(sheet(PLAIN + rows), sharedStrings=f"<sst {MAIN}><si><t>x</t></si></sst>"))


@_trick
def texts_that_are_not_there(draw: Random, path: Path) -> bytes:
    number = draw.choice(("0", "5", "-1", "9" * 6_000, "", "1.0", "\u0662"))
    cell = f'<row r="4"><c r="A4" t="s"><v>{number}</v></c></row>'
    return packed(
        xlsx(
            sheet(PLAIN + cell),
            **({"sharedStrings": f"<sst {MAIN}/>"} if draw.random() < 0.5 else {}),
        )
    )


@_trick
def days_out_of_time(draw: Random, path: Path) -> bytes:
    day = draw.choice(("-1", "1e300", "nan", "inf", "2958466", "0", "60", "1e-300", "x", "9" * 400))
    styles = (
        f'<styleSheet {MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    style = draw.choice(("1", "7", "-1", "x"))
    row = f'<row r="4"><c r="A4" s="1"><v>{day}</v></c><c r="B4" s="{style}"><v>1</v></c></row>'
    return packed(xlsx(sheet(PLAIN + row), styles=styles))


@_trick
def forms_of_numbers(draw: Random, path: Path) -> bytes:
    code = draw.choice(("[", "&quot;", "\\", "_", "d", "[]", "0", "*")) * draw.choice(
        (10, 1_000, 500_000)
    )
    styles = (
        f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts>'
        '<cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>'
    )
    return packed(xlsx(sheet(PLAIN), styles=styles))


@_trick
def letters_in_a_cell(draw: Random, path: Path) -> bytes:
    text = draw.choice(("x", "&#65;", "<r/>x", "\u00fc")) * draw.choice((100, 140_000, 6_000_000))
    row = f'<row r="4"><c r="A4" t="inlineStr"><is><t>{text}</t></is></c></row>'
    return packed(xlsx(sheet(PLAIN + row)))


@_trick
def repeated_without_end(draw: Random, path: Path) -> bytes:
    times = draw.choice(("1048576", "16384", "9999999", "9" * 400, "-1", "0", "x", "1e9"))
    cell = (
        f'<table:table-cell table:number-columns-repeated="{times}" office:value-type="float" '
        'office:value="1"/>'
    )
    rows = draw.choice((times, "1", "1048576"))
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
    return packed(ods(_ods_table(draw.choice(("", _ODS_PLAIN)) + row * draw.choice((1, 3, 2_000)))))


@_trick
def repeated_beside(draw: Random, path: Path) -> bytes:
    """Repeat a row that is nothing but a cell beside the table."""
    empty = f'<table:table-cell table:number-columns-repeated="{draw.choice((10, 9_000))}"/>'
    row = (
        "<table:table-row "
        f'table:number-rows-repeated="1000000">{empty}{_ODS_CELL.format(1)}</table:table-row>'
    )
    return packed(ods(_ods_table(_ODS_PLAIN * 60 + row)))


@_trick
def repeated_empty(draw: Random, path: Path) -> bytes:
    times = draw.choice((1, 1_048_576, 10**9))
    cell = '<table:table-cell table:number-columns-repeated="16384"/>'
    row = f'<table:table-row table:number-rows-repeated="{times}">{cell}</table:table-row>'
    return packed(ods(_ods_table(_ODS_PLAIN + row * draw.choice((1, 100_000)) + _ODS_PLAIN)))


@_trick
def spaces_without_end(draw: Random, path: Path) -> bytes:
    text = f'<text:s text:c="{draw.choice(("9999999", "9" * 400, "-1"))}"/>' * draw.choice((1, 50))
    cell = (
        f'<table:table-cell office:value-type="string"><text:p>{text}x</text:p></table:table-cell>'
    )
    return packed(ods(_ods_table(_ODS_PLAIN + _ODS_ROW.format(cell))))


@_trick
def tables_in_cells(draw: Random, path: Path) -> bytes:
    deep = draw.choice((3, 30, 100_000))
    row = "<table:table-row><table:table-cell><table:table>" * deep
    return packed(
        ods(
            _ods_table(
                _ODS_PLAIN + row + "</table:table></table:table-cell></table:table-row>" * deep
            )
        )
    )


@_trick
def notes_and_pictures(draw: Random, path: Path) -> bytes:
    inside = draw.choice(
        (
            "<office:annotation><text:p>9</text:p></office:annotation>",
            '<draw:frame><draw:image xlink:href="/dev/zero"/></draw:frame>',
            "<text:p><text:p>",
        )
    )
    cell = (
        f'<table:table-cell office:value-type="float" office:value="1">{inside}</table:table-cell>'
    )
    return packed(ods(_ods_table(_ODS_PLAIN + _ODS_ROW.format(cell * 2))))


# --- XML ------------------------------------------------------------------------------------------


@_trick
def entities_of_entities(draw: Random, path: Path) -> bytes:
    """Return a billion laughs, or one long entity many times."""
    ten = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    kind = draw.choice((f'<!ENTITY e0 "lol">{ten}', f'<!ENTITY e9 "{"x" * 100_000}">'))
    head = f"<!DOCTYPE worksheet [{kind}]>"
    row = (
        '<row r="4"><c r="A4" t="inlineStr"><is>'
        f"<t>{'&e9;' * draw.choice((1, 5_000))}</t></is></c></row>"
    )
    return packed(xlsx(sheet(PLAIN + row, head)))


@_trick
def entities_of_other_files(draw: Random, path: Path) -> bytes:
    """Name a file of the machine, a pipe or a server as an entity or a type of document."""
    os.mkfifo(path.with_name("pipe"))
    where = draw.choice(
        (
            "file:///etc/passwd",
            f"file://{path.parent}/pipe",
            "http://127.0.0.1:9/",
            "file:///dev/zero",
        )
    )
    kind = draw.choice(
        (
            f'<!DOCTYPE w [<!ENTITY e SYSTEM "{where}">]>',
            f'<!DOCTYPE w SYSTEM "{where}">',
            f'<!DOCTYPE w [<!ENTITY % e SYSTEM "{where}"> %e;]>',
        )
    )
    row = '<row r="4"><c r="A4" t="inlineStr"><is><t>&e;</t></is></c></row>'
    return packed(xlsx(sheet(PLAIN + row, kind)))


@_trick
def deep_elements(draw: Random, path: Path) -> bytes:
    return packed(
        xlsx(
            sheet(
                PLAIN + draw.choice(("<row>", "<is>", "<x:y>", "<c>")) * draw.randint(50, 3_000_000)
            )
        )
    )


@_trick
def long_tags(draw: Random, path: Path) -> bytes:
    inside = draw.choice((' x="{}"', " {}", "{}", "<!--{}", "<![CDATA[{}", "<?x {}"))
    long = inside.format(draw.choice(("y", "y ", "é", "-")) * draw.randint(500_000, 20_000_000))
    return packed(xlsx(sheet(PLAIN + (f"<c{long}/>" if long[0] != "<" else long))))


@_trick
def many_attributes(draw: Random, path: Path) -> bytes:
    attributes = "".join(f' a{i}="{i}"' for i in range(draw.choice((100, 50_000, 500_000))))
    return packed(xlsx(sheet(PLAIN + f"<row{attributes}/>")))


@_trick
def many_spaces_of_names(draw: Random, path: Path) -> bytes:
    spaces = "".join(f' xmlns:n{i}="u{i}"' for i in range(draw.choice((100, 30_000))))
    return packed(xlsx(f"<n1:worksheet{spaces}><n1:sheetData/></n1:worksheet>"))


@_trick
def broken_xml(draw: Random, path: Path) -> bytes:
    whole = sheet(PLAIN)
    place = draw.randint(0, len(whole))
    middle = draw.choice(("<", "&", "]]>", "\x00", "</row>", '"', "<?xml?>", "\ud800", "<c"))
    return packed(
        xlsx(
            (whole[:place] + middle + whole[place + draw.randint(0, 9) :]).encode(
                "utf-8", "surrogatepass"
            )
        )
    )


@_trick
def letters_of_other_encodings(draw: Random, path: Path) -> bytes:
    name = draw.choice(
        ("utf-16", "utf-32", "utf-7", "cp500", "latin-1", "shift_jis", "hostile", "utf-8" * 500)
    )
    head = f'<?xml version="1.0" encoding="{name}"?>'
    how = name if len(name) < 10 and name != "hostile" else "utf-8"
    parts = xlsx("")
    parts["xl/worksheets/s.xml"] = sheet(PLAIN, head).encode(how)
    return packed(parts)


@_trick
def letters_between_tags(draw: Random, path: Path) -> bytes:
    return packed(
        xlsx(
            sheet(PLAIN + draw.choice((" ", "\n", "x", "&#32;")) * draw.randint(1_000, 12_000_000))
        )
    )


# --- the package ----------------------------------------------------------------------------------


@_trick
def bomb_of_spaces(draw: Random, path: Path) -> bytes:
    """Return 1.5 GB in some MB, or less, in any of the parts that are read."""
    parts = xlsx(sheet(PLAIN), sharedStrings=f"<sst {MAIN}/>", styles=f"<styleSheet {MAIN}/>")
    name = draw.choice([*parts])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for other, part in parts.items():
            with file.open(other, "w", force_zip64=True) as opened:
                opened.write(part.encode() if isinstance(part, str) else part)
                for _ in range(draw.choice((15, 70, 300, 1_500)) if other == name else 0):
                    opened.write(b" " * 1_000_000)
    return content.getvalue()


@_trick
def bomb_of_texts(draw: Random, path: Path) -> bytes:
    texts = draw.choice(("<si><t>a</t></si>", "<si/>", "<si><t>abc def</t></si>")) * draw.randint(
        1_000, 1_200_000
    )
    return packed(xlsx(sheet(PLAIN), sharedStrings=f"<sst {MAIN}>{texts}</sst>"))


@_trick
def bomb_of_cells(draw: Random, path: Path) -> bytes:
    cell = draw.choice(
        ("<c><v>1</v></c>", "<c/>", '<c t="b"><v>1</v></c>', '<c t="e"><v>x</v></c>')
    )
    row = f"<row>{cell * draw.choice((2, 100, 1_001))}</row>"
    return packed(xlsx(sheet(row * (draw.randint(1_000, 15_900_000) // len(row) + 1))))


@_trick
def bomb_of_styles(draw: Random, path: Path) -> bytes:
    styles = (
        f"<styleSheet {MAIN}>"
        f"<cellXfs>{'<xf/>' * draw.randint(1_000, 4_000_000)}</cellXfs></styleSheet>"
    )
    return packed(xlsx(sheet(PLAIN), styles=styles))


@_trick
def many_sheets(draw: Random, path: Path) -> bytes:
    return packed(
        xlsx(sheet(PLAIN), tuple(f"s{i}" for i in range(draw.choice((0, 900, 5_000, 60_000)))))
    )


@_trick
def many_tables(draw: Random, path: Path) -> bytes:
    return packed(
        ods(
            "".join(
                _ods_table(_ODS_PLAIN, f"s{i}") for i in range(draw.choice((0, 900, 5_000, 60_000)))
            )
        )
    )


@_trick
def names_of_sheets(draw: Random, path: Path) -> bytes:
    names = (
        "<b>x</b>",
        "a\nb",
        "x" * 5_000,
        "",
        "data",
        "data",
        "../../x",
        "<img src=/dev/zero>",
        "\u202e",
        "'",
    )
    return packed(xlsx(sheet(PLAIN), tuple(draw.sample(names, draw.randint(1, 5)))))


@_trick
def many_parts(draw: Random, path: Path) -> bytes:
    return packed(
        xlsx(sheet(PLAIN)) | {f"p{i}": "" for i in range(draw.choice((1_000, 60_000, 200_000)))}
    )


@_trick
def links_to_elsewhere(draw: Random, path: Path) -> bytes:
    parts = xlsx(sheet(PLAIN))
    where = draw.choice(
        (
            "../../../../etc/passwd",
            "/dev/zero",
            "http://127.0.0.1:9/s.xml",
            "workbook.xml",
            "",
            "_rels/workbook.xml.rels",
            "." * 5_000,
            "../" * 100_000,
        )
    )
    name = draw.choice(("_rels/.rels", "xl/_rels/workbook.xml.rels"))
    parts[name] = (
        str(parts[name]).replace("worksheets/s.xml", where).replace("xl/workbook.xml", where)
    )
    return packed(parts)


@_trick
def the_same_link(draw: Random, path: Path) -> bytes:
    parts = xlsx(
        sheet(PLAIN),
        sharedStrings=f"<sst {MAIN}>{'<si><t>a</t></si>' * draw.choice((1, 1_000_000))}</sst>",
    )
    links = "".join(
        f'<Relationship Id="x{i}" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        for i in range(1_000)
    )
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = str(parts[name]).replace("</Relationships>", links + "</Relationships>")
    return packed(parts)


@_trick
def parts_that_are_missing(draw: Random, path: Path) -> bytes:
    parts = xlsx(sheet(PLAIN)) if draw.random() < 0.7 else ods(_ods_table(_ODS_PLAIN))
    for name in draw.sample([*parts], draw.randint(1, len(parts))):
        del parts[name]
    return packed(parts)


@_trick
def other_zip_files(draw: Random, path: Path) -> bytes:
    return packed(
        draw.choice(
            (
                {"a.csv": "a,b\n1,2\n"},
                {
                    "word/document.xml": "<d/>",
                    "_rels/.rels": (
                        '<R><Relationship Type="x/officeDocument" Target="word/document.xml"/></R>'
                    ),
                },
                {
                    "xl/workbook.bin": b"\0" * 99,
                    "_rels/.rels": (
                        '<R><Relationship Type="x/officeDocument" Target="xl/workbook.bin"/></R>'
                    ),
                },
                {"META-INF/MANIFEST.MF": "Main-Class: x"},
                {},
            )
        )
    )


@_trick
def packed_otherwise(draw: Random, path: Path) -> bytes:
    parts = xlsx(sheet(PLAIN + " " * draw.choice((1, 50_000_000))))
    return packed(parts, draw.choice((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED)))


@_trick
def cut_off(draw: Random, path: Path) -> bytes:
    whole = _either(draw, PLAIN, _ODS_PLAIN)
    return b"PK\x03\x04" + whole[4 : draw.randint(4, len(whole))]


@_trick
def bytes_turned(draw: Random, path: Path) -> bytes:
    whole = bytearray(_either(draw, PLAIN, _ODS_PLAIN))
    for _ in range(draw.randint(1, 9)):
        whole[draw.randint(4, len(whole) - 1)] = draw.randrange(256)
    return bytes(whole)


@_trick
def false_sizes(draw: Random, path: Path) -> bytes:
    """Have the list of parts say other sizes, places, flags and ways of packing."""
    whole = bytearray(_either(draw, PLAIN, _ODS_PLAIN))
    places = [i for i in range(len(whole)) if whole[i : i + 4] == b"PK\x01\x02"]
    for place in places:
        offset = draw.choice((8, 10, 20, 24, 28, 30, 42))
        struct.pack_into(
            "<H" if offset in (8, 10, 28, 30) else "<I",
            whole,
            place + offset,
            draw.choice((0, 1, 99, 0xFFFF)),
        )
    return bytes(whole)


@_trick
def false_end(draw: Random, path: Path) -> bytes:
    whole = bytearray(_either(draw, PLAIN, _ODS_PLAIN))
    end = whole.rindex(b"PK\x05\x06")
    for offset in draw.sample((8, 10, 12, 16, 20), 2):
        size = 4 if offset in (12, 16) else 2
        whole[end + offset : end + offset + size] = draw.randbytes(size)
    locator = struct.pack("<IIQI", 0x07064B50, 0, draw.getrandbits(draw.choice((8, 63))), 1)
    return bytes(whole[:end] + (locator if draw.random() < 0.5 else b"") + whole[end:])


@_trick
def passwords(draw: Random, path: Path) -> bytes:
    manifest = "<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"
    locked = packed({**ods("", manifest=manifest), "content.xml": draw.randbytes(500)})
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + draw.randbytes(draw.randint(0, 50_000))
    flagged = bytearray(packed(xlsx(sheet(PLAIN))))
    for place in range(len(flagged) - 4):
        if flagged[place : place + 4] in (b"PK\x01\x02", b"PK\x03\x04"):
            flagged[place + (8 if flagged[place + 2] == 1 else 6)] |= 1
    return draw.choice((locked, old, bytes(flagged)))


@_trick
def nothing_in_it(draw: Random, path: Path) -> bytes:
    rows = draw.choice(
        ("", "<row/>", "<row><c><v>1</v></c></row>", '<row><c t="str"><v>  </v></c></row>')
    )
    return packed(xlsx(draw.choice((sheet(rows), "", "<worksheet/>", "<html/>"))))


@_trick
def zeros_behind_the_file(draw: Random, path: Path) -> None:
    path.write_bytes(_either(draw, PLAIN, _ODS_PLAIN))
    os.truncate(path, draw.choice((70_000, 10**8, 1_999_999_999)))
