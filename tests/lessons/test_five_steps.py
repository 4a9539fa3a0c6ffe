"""Five steps by hand: the key is what a pencil comes to, and no sheet tells it."""

import io
import re
from fractions import Fraction
from functools import cache

import pytest
from pypdf import PdfReader

from neuroviz.lessons.own_numbers import five_steps
from neuroviz.paper.blocks import Paragraphs, Pictures, SectionHeading, TextTable
from neuroviz.paper.write import page_bytes
from neuroviz.pictures.marks import Curve
from tests.lessons.test_worksheet import laid_flat


@cache
def laid_out(seed, is_key):
    return [block for group in five_steps(seed, is_key=is_key).groups for block in laid_flat(group)]


def blocks(seed, kind, *, is_key):
    """Return the parts of one kind of a sheet, or of its key."""
    return [block for block in laid_out(seed, is_key) if isinstance(block, kind)]


def number(text):
    """Return a number as it is printed, exactly."""
    raised = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")
    return Fraction(text.replace("·10", "e").translate(raised))


def test_the_key_is_what_a_pencil_comes_to():
    """By the rules on the sheet, worked out exactly from its numbers; with four digits each."""
    for seed in range(40):
        x, y, w0, b0 = map(
            number,
            re.findall(r"= (−?[\d.]*\d)", blocks(seed, Paragraphs, is_key=True)[0].markdown),
        )
        tables = blocks(seed, TextTable, is_key=True)
        rates = [
            number(heading.text.rpartition(": ")[2])
            for heading in blocks(seed, SectionHeading, is_key=True)
        ]
        assert [float(rate * (x * x + 1)) for rate in rates] == [0.1, 0.5, 1.1]
        assert max(abs(w0), abs(b0)) <= 1
        assert x + 1 < y, "a start that is right leaves nothing to work out"
        for rate, table in zip(rates, tables, strict=True):
            w, b = w0, b0
            for step, row in enumerate(table.rows):
                error = w * x + b - y
                told = [w, b, w * x + b, error**2]
                told += [2 * error * x, 2 * error, rate * 2 * error * x, rate * 2 * error]
                for text, wanted in zip(row[1:], told, strict=True):
                    if text != "—":
                        assert number(text) == pytest.approx(wanted, rel=6e-4, abs=0), (seed, step)
                w, b = w - rate * 2 * error * x, b - rate * 2 * error


def test_a_sheet_gives_the_start_and_room_for_the_rest():
    """And each seed has another one, the same each time."""
    for table in blocks(7, TextTable, is_key=False)[1:]:
        assert len(table.rows) == 6
        assert all(table.rows[0][:3])
        assert not any(text for row in table.rows for text in row[3:] if text != "—")
    texts = [blocks(seed, Paragraphs, is_key=False)[0].markdown for seed in range(30)]
    assert len(set(texts)) > 25
    laid_out.cache_clear()
    assert texts[7] == blocks(7, Paragraphs, is_key=False)[0].markdown


def test_the_key_is_one_page():
    """It lies beside a sheet that is being marked; of the two papers Letter is the shorter."""
    document = five_steps(7, is_key=True)
    assert len(PdfReader(io.BytesIO(page_bytes(document, ".pdf", "Letter"))).pages) == 1


def test_a_sheet_has_room_to_draw_the_losses_and_its_key_shows_them():
    """And no heading of a sheet tells what its rate does."""
    for seed in range(20):
        (sheet,) = blocks(seed, Pictures, is_key=False)
        figure = sheet.pictures[0].figure
        tables = blocks(seed, TextTable, is_key=True)
        highest = max(float(number(row[4])) for table in tables for row in table.rows)
        assert figure.y_limits[1] > highest
        assert [list(mark.x) for mark in figure.marks] == [[0]]
        (drawn,) = blocks(seed, Pictures, is_key=True)
        ends = [mark.y[-1] for mark in drawn.pictures[0].figure.marks if isinstance(mark, Curve)]
        assert ends == pytest.approx(
            [float(number(t.rows[-1][4])) for t in tables], abs=6e-4, rel=6e-4
        )
        said = " ".join(block.text for block in blocks(seed, SectionHeading, is_key=False))
        assert "limit" not in said
        assert "small" not in said
