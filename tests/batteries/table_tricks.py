"""Texts that are made to hurt whoever reads them as a table."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path
from random import Random

Trick = Callable[[Random, Path], bytes | None]
"""Makes the bytes of a table of what a seed draws.

None where it has put them at the path itself.
"""

TABLES: dict[str, Trick] = {}


def _trick(make: Trick) -> Trick:
    TABLES[make.__name__] = make
    return make


def _size(draw: Random, most: int) -> int:
    """Return a size that is small mostly, and at most so large."""
    return draw.choice(
        (draw.randint(1, 50), draw.randint(50, 5_000), draw.randint(most // 4, most))
    )


def _repeated(letters: str, tail: str = "") -> Trick:
    def make(draw: Random, path: Path) -> bytes:
        return ("<table><tr><td>1" + letters * _size(draw, 400_000) + tail).encode()

    return make


for _name, _letters in {
    "tags_without_end": "<a ",
    "comments_without_end": "<!--",
    "ends_of_nothing": "</",
    "instructions_without_end": "<?",
    "marked_sections": "<![foo[x]]>",
    "declarations_without_end": "<!",
    "values_without_end": "<a b='",
    "values_without_end_of_both_kinds": "<a b=\"<a c='",
    "tags_after_equals": "<a = = =",
    "scripts_without_end": "<script>",
    "named_signs": "&amp",
}.items():
    TABLES[_name] = _repeated(_letters)


@_trick
def sign_of_many_digits(draw: Random, path: Path) -> bytes:
    """Name a sign by a number with thousands of digits, of which Python makes no int."""
    return f"<table><tr><td>a<td>&#{'9' * (4_000 + _size(draw, 100_000))};</table>".encode()


@_trick
def row_without_end(draw: Random, path: Path) -> bytes:
    return (
        "<table><tr>" + draw.choice(("<td>", "<th>", "<td>1</td>")) * _size(draw, 3_000_000)
    ).encode()


@_trick
def rows_of_nothing(draw: Random, path: Path) -> bytes:
    return (
        "<table>"
        + draw.choice(("<tr>", "<tr></tr>", "<tr><td></td></tr>")) * _size(draw, 2_000_000)
    ).encode()


@_trick
def tables_in_tables(draw: Random, path: Path) -> bytes:
    return ("<table><tr><td>" * _size(draw, 300_000) + "1").encode()


@_trick
def page_of_many_letters(draw: Random, path: Path) -> bytes:
    letter = draw.choice(("x", "ü", "\N{GRINNING FACE}"))
    return ("<table><tr><td>" + letter * draw.randint(10_000_000, 30_000_000)).encode()


@_trick
def tag_of_many_letters(draw: Random, path: Path) -> bytes:
    return (
        "<table><tr><td title=" + draw.choice(("'", '"', "", "=")) + "x" * _size(draw, 30_000_000)
    ).encode()


@_trick
def rule_with_spaces(draw: Random, path: Path) -> bytes:
    return ("a|b\n-" + " " * _size(draw, 64_000) + draw.choice(("x|", "|:", "|-|-x"))).encode()


@_trick
def rule_of_many_bars(draw: Random, path: Path) -> bytes:
    return (
        "a|b\n" + draw.choice(("|-", ":-:|", "-|:", "| ", "|")) * _size(draw, 30_000) + "x"
    ).encode()


@_trick
def markdown_of_many_bars(draw: Random, path: Path) -> bytes:
    return (
        "a|b\n-|-\n1|" + draw.choice(("|", "\\|", "| ", "1|")) * _size(draw, 3_000_000)
    ).encode()


@_trick
def row_of_many_separators(draw: Random, path: Path) -> bytes:
    row = draw.choice((",", ";", "\t", "1,", '"",')) * _size(draw, 20_000_000)
    return f"a,b\n1,2\n{row}\n3,4\n".encode()


@_trick
def first_row_of_many_separators(draw: Random, path: Path) -> bytes:
    return (draw.choice((",", "a,", ";", "\t", " ")) * _size(draw, 20_000_000) + "\n1,2\n").encode()


@_trick
def cells_of_many_lines(draw: Random, path: Path) -> bytes:
    """Return a row whose cells have a line end each, so that no line of it is long."""
    return ("a,b\n" + '"\n",' * _size(draw, 10_000_000)).encode()


@_trick
def quotes_without_end(draw: Random, path: Path) -> bytes:
    return (
        "a,b\n1,2\n" + '"' + draw.choice(("x", "x\n", "1,2\n")) * _size(draw, 15_000_000)
    ).encode()


@_trick
def quotes_everywhere(draw: Random, path: Path) -> bytes:
    return "".join(draw.choices("\"',;\n\t a1", k=_size(draw, 300_000))).encode()


@_trick
def separators_everywhere(draw: Random, path: Path) -> bytes:
    return "".join(draw.choices(",;\t |:.'-/", k=_size(draw, 300_000))).encode()


@_trick
def what_detectors_look_for(draw: Random, path: Path) -> bytes:
    """Mix dates, hours, addresses and numbers, whole and cut off.

    Clevercsv knows by patterns.
    """
    parts = (
        "2024-01-02",
        "12:30:",
        "http://a.b/c?d=",
        "x@y.z",
        "1,234.5",
        "1.234,5",
        "-",
        "e",
        "#",
        "N/A",
        "€5",
        "\n",
    )
    return "".join(draw.choices((*parts, ",", ";"), k=_size(draw, 60_000))).encode()


@_trick
def dots_and_letters(draw: Random, path: Path) -> bytes:
    return (
        "a" + draw.choice((".a", "@a.", "1.", "-1", ":1", "/a")) * _size(draw, 60_000) + "\n1,2\n"
    ).encode()


@_trick
def empty_lines(draw: Random, path: Path) -> bytes:
    lines = draw.choice(("\n", ",\n", " \n", "\r", "\r\n")) * _size(draw, 5_000_000)
    return ("a,b\n1,2\n" + lines + "3,4\n").encode()


@_trick
def comments_without_table(draw: Random, path: Path) -> bytes:
    return (draw.choice(("#\n", "# a,b\n", "#", "\n#", " \n")) * _size(draw, 5_000_000)).encode()


@_trick
def comments_of_many_letters(draw: Random, path: Path) -> bytes:
    return ("#" + "x," * _size(draw, 10_000_000) + "\n1,2\n3,4\n").encode()


@_trick
def rows_of_other_widths(draw: Random, path: Path) -> bytes:
    return ("a,b\n1,2\n" + draw.choice(("1\n", "1,2,3\n")) * _size(draw, 3_000_000)).encode()


@_trick
def rows_without_end(draw: Random, path: Path) -> bytes:
    return ("a,b\n" + "1,2\n" * _size(draw, 8_000_000)).encode()


@_trick
def words_everywhere(draw: Random, path: Path) -> bytes:
    width = draw.choice((2, 100, 1_001))
    row = ",".join("ab" for _ in range(width)) + "\n"
    return (row * min(100_000, 1 + _size(draw, 20_000_000) // width)).encode()


@_trick
def cells_of_many_letters(draw: Random, path: Path) -> bytes:
    cell = draw.choice("xü-.1") * draw.choice((100_000, 131_073, 2_000_000))
    return (f"a,b\n1,{cell}\n{cell},2\n" * draw.randint(1, 20)).encode()


@_trick
def classes_of_many_letters(draw: Random, path: Path) -> bytes:
    rows = (f"{i},{'a-' * draw.randint(1, 60_000)}{i % 5}\n" for i in range(draw.randint(2, 12)))
    return ("x,kind\n" + "".join(rows)).encode()


@_trick
def many_classes(draw: Random, path: Path) -> bytes:
    return (
        "x,y,kind\n" + "".join(f"{i},a{i},k{i}\n" for i in range(_size(draw, 100_000)))
    ).encode()


@_trick
def the_same_name(draw: Random, path: Path) -> bytes:
    width = draw.randint(2, 1_001)
    name = draw.choice(("a", "", "x" * 2_000, "a (2)"))
    return (",".join([name] * width) + "\n" + ",".join(["1"] * width) + "\n").encode()


@_trick
def digits_without_end(draw: Random, path: Path) -> bytes:
    number = draw.choice(("9", "0.", "-", "1e", "1,", "1'000", "0x", "1_")) + draw.choice(
        "0919"
    ) * _size(draw, 131_000)
    return f"a;b\n{number};1\n2;{number}\n3;4\n".encode()


@_trick
def numbers_that_are_none(draw: Random, path: Path) -> bytes:
    words = (
        "nan",
        "-inf",
        "1e999",
        "1_0",
        "٣",
        "１２",
        "½",
        "−1",
        "1e5",
        "+1",
        "0x1p3",
        "1.2.3",
        "",
        "  ",
        "Infinity",
    )
    return (
        "a,b,y\n"
        + "".join(",".join(draw.choices(words, k=3)) + "\n" for _ in range(draw.randint(1, 3_000)))
    ).encode()


@_trick
def thousands_of_thousands(draw: Random, path: Path) -> bytes:
    number = "1" + draw.choice((",000", ".000", "'000", "\u202f000", ",00")) * _size(draw, 30_000)
    return f"a\tb\n{number}\t1\n2\t{number}\n".encode()


@_trick
def zeros_behind_the_text(draw: Random, path: Path) -> bytes:
    return b"a,b\n" + b"1,2\n" * draw.choice((1, 400_000)) + b"\0" * _size(draw, 20_000_000)


@_trick
def letters_of_no_encoding(draw: Random, path: Path) -> bytes:
    start = draw.choice(
        (b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\0\0", b"a,b\n1,2\n" * 20_000)
    )
    return start + draw.randbytes(_size(draw, 200_000))


@_trick
def half_an_encoding(draw: Random, path: Path) -> bytes:
    text = "größe,ü\n1,2\n3,4\n" * _size(draw, 5_000)
    whole = text.encode(
        draw.choice(("utf-16", "utf-16-le", "utf-32", "utf-8", "utf-7", "shift_jis", "cp500")),
        "replace",
    )
    return whole[draw.randint(0, 3) : len(whole) - draw.randint(0, 3)]


@_trick
def letters_that_are_not_seen(draw: Random, path: Path) -> bytes:
    letters = "\u202e\u200b\ufeff\u2028\u0085\x1e\x9b\u0301a,1\n"
    return ("a,b\n1,2\n" + "".join(draw.choices(letters, k=_size(draw, 100_000)))).encode()


@_trick
def markup_in_names(draw: Random, path: Path) -> bytes:
    names = (
        "<img src=/dev/zero>",
        "<b>",
        "&lt;",
        "![x](/dev/zero)",
        '"""',
        "\\u",
        "{0}",
        "%s",
        "=1+1",
        "a\x07",
        "$(id)",
    )
    header = ",".join('"' + name.replace('"', '""') + '"' for name in draw.sample(names, 3))
    return (f"{header}\n" + "1,2,3\n4,5,7\n" * draw.randint(1, 5)).encode()


@_trick
def file_of_holes(draw: Random, path: Path) -> None:
    path.write_bytes(b"a,b\n" + b"1,2\n" * draw.choice((1, 300_000)))
    os.truncate(path, draw.choice((10**8, 10**9, 1_999_999_999, 2 * 10**9, 10**12)))


@_trick
def everything_at_random(draw: Random, path: Path) -> bytes:
    """Put pieces of others one behind the other."""
    makers = [
        make
        for name, make in TABLES.items()
        if name not in ("file_of_holes", "everything_at_random")
    ]
    pieces = (make(Random(draw.random()), path) for make in draw.sample(makers, 3))
    return b"".join(
        itertools.chain(
            piece[: draw.randint(10, 3_000)] for piece in pieces if isinstance(piece, bytes)
        )
    )
