"""Pages as HTML and PDF, read back by others' readers."""

import io
import re
import unicodedata
from functools import cache

import pytest
from pypdf import PdfReader

from neuroviz.paper.blocks import (
    Beside,
    Code,
    PaperDocument,
    Paragraphs,
    Picture,
    Pictures,
    SectionHeading,
    TextTable,
    TickBoxes,
    WritingLines,
)
from neuroviz.paper.write import PAPERS, page_bytes
from neuroviz.pictures.marks import Curve, Figure
from tests.paper.page import Page

FIGURE = Figure("A falling curve", "epoch", "loss", (Curve([0, 1, 2], [4, 2, 1], "#5B45C9"),))
PICTURES = Pictures((Picture(FIGURE, 80.0, 50.0), Picture(FIGURE, 60.0, 40.0)))
BLOCKS = (
    SectionHeading("Who moves?"),
    Paragraphs("Weight w₁ is **bold**, *leaning*, and `optimizer.zero_grad()` is code: −0.5 × ŷ."),
    Paragraphs("said quietly, **with `bold` code**, *and `leaning` one*, ***`both`***", quiet=True),
    TickBoxes(("first *choice*", "second choice"), frozenset({1})),
    WritingLines("Because:", 2),
    TextTable(("rate", "loss"), (("0.03", ""), ("0.06", "1.25"))),
)
DOCUMENT = PaperDocument("A page & more", (BLOCKS,), "at the foot")
WORDS = (
    *(
        "A page & more",
        "Who moves?",
        "w₁",
        "bold",
        "optimizer.zero_grad()",
        "−0.5 × ŷ",
        "said quietly",
        "bold",
        "leaning",
        "both",
    ),
    *("first", "second choice", "Because:", "rate", "0.06", "1.25", "at the foot"),
)


@cache
def written(paper="A4"):
    """Return the bytes of the document, which several tests read."""
    return page_bytes(DOCUMENT, ".pdf", paper)


def pdf(document, paper="A4"):
    content = written(paper) if document is DOCUMENT else page_bytes(document, ".pdf", paper)
    return PdfReader(io.BytesIO(content))


def pdf_text(document):
    return "\n".join(page.extract_text() for page in pdf(document).pages)


def test_every_word_is_on_the_page():
    html = Page(page_bytes(DOCUMENT, ".html")).text
    paper = pdf_text(DOCUMENT)
    for word in WORDS:
        assert word in html
        assert word in paper


def test_names_of_any_script_are_read_in_their_direction():
    """In code they were left out, and a letter that no font has was nothing."""
    name = "\u05e9\u05dc\u05d5\u05dd"  # Hebrew
    blocks = Paragraphs(f"of {name}"), Code(f"--target {name}"), TextTable((name,), (("\u4e2d",),))
    text = pdf_text(PaperDocument(name, (blocks,)))
    assert text.count(name) == 4
    assert text.count("\ufffd") == 1
    # Arabic letters join: their names in Unicode say how.
    arabic = pdf_text(PaperDocument("\u0637\u064f\u0648\u0644 \u0627\u0644\u0644\u0627\u0645", ()))
    forms = [unicodedata.name(letter) for letter in arabic.splitlines()[0] if letter > "\ufb50"]
    assert sorted(form.removeprefix("ARABIC LETTER ") for form in forms) == [
        "ALEF ISOLATED FORM",
        "ARABIC LIGATURE LAM WITH ALEF FINAL FORM",
        "LAM INITIAL FORM",
        "LAM ISOLATED FORM",
        "MEEM ISOLATED FORM",
        "TAH INITIAL FORM",
        "WAW FINAL FORM",
    ]


def test_pictures_are_in_the_file():
    """On paper as lines and letters, eight points high as those of tables, and no pixel."""
    table = TextTable(("epochs",), (("12",),), small=True)
    document = PaperDocument("T", ((PICTURES, table),), "Foot")
    page = Page(page_bytes(document, ".html"))
    assert b'<table class="small">' in page_bytes(document, ".html")
    assert b"<table>" in page_bytes(DOCUMENT, ".html")  # with room to write
    assert len(page.pictures) == 2
    assert all(picture.startswith("<?xml") for picture in page.pictures)
    assert not re.search(rb'(src|href)="(?!data:)', page_bytes(document, ".html"))
    (sheet,) = pdf(document).pages
    assert not sheet.images
    sizes = {}
    sheet.extract_text(visitor_text=lambda text, *how: sizes.setdefault(text.strip(), how[-1]))
    assert sheet.extract_text().count("A falling curve") == 2
    words = "A falling curve", "epoch", "loss", "epochs", "12", "Foot"
    assert [sizes[word] for word in words] == [8.0] * len(words)


def test_room_that_a_page_has_left_goes_to_lines_to_write_on():
    """Up to three more each: two of two lines, and then what has no room on the first page."""

    def ruled(*groups):
        page = pdf(PaperDocument("T", groups)).pages[0]
        return len(
            re.findall(rb"[0-9.]+ [0-9.]+ m [0-9.]+ [0-9.]+ l S", page.get_contents().get_data())
        )

    lines = WritingLines("Because:", 2)
    tall = (SectionHeading("Next"), Pictures((Picture(FIGURE, 80.0, 200.0),)))
    full = (Pictures((Picture(FIGURE, 80.0, 200.0),)),)
    assert ruled((lines,), (lines,), tall) == 2 * (2 + 3)
    assert ruled(full, (lines,), (lines,), tall) == 4


@pytest.mark.parametrize(("paper", "width", "height"), [("A4", 210, 297), ("Letter", 215.9, 279.4)])
def test_the_paper_has_its_size(paper, width, height):
    for page in pdf(DOCUMENT, paper).pages:
        assert float(page.mediabox.width) * 25.4 / 72 == pytest.approx(width, abs=0.1)
        assert float(page.mediabox.height) * 25.4 / 72 == pytest.approx(height, abs=0.1)
    css = page_bytes(DOCUMENT, ".html", paper).decode()
    assert f"@page {{ size: {PAPERS[paper]};" in css


def test_what_belongs_together_stays_on_one_page():
    groups = tuple(
        (SectionHeading(f"Heading {n}"), WritingLines("", 9), Paragraphs(f"End {n}"))
        for n in range(6)
    )
    pages = [page.extract_text() for page in pdf(PaperDocument("T", groups)).pages]
    assert len(pages) > 1
    for n in range(6):
        (at,) = [page for page in pages if f"Heading {n}" in page]
        assert f"End {n}" in at


def test_a_group_longer_than_a_page_goes_on_on_the_next():
    text = pdf_text(
        PaperDocument("T", ((Paragraphs("\n\n".join(f"word{n}" for n in range(120))),),))
    )
    assert all(f"word{n}" in text for n in range(120))


def test_the_same_document_gives_the_same_bytes():
    assert page_bytes(DOCUMENT, ".pdf") == written()
    assert page_bytes(DOCUMENT, ".html") == page_bytes(DOCUMENT, ".html")


def test_no_text_brings_markup():
    evil = (
        '<script>alert(1)</script> <img src="http://x/y"> [link](http://x) ![picture](http://x/z)'
    )
    document = PaperDocument(
        evil,
        (
            (
                SectionHeading(evil),
                Paragraphs(evil),
                TickBoxes((evil,)),
                WritingLines(evil),
                TextTable((evil,), ((evil,),)),
            ),
        ),
    )
    page = Page(page_bytes(document, ".html"))
    assert not {"script", "img", "a"} & set(page.tags)
    assert page.text.count("<script>alert(1)</script>") >= 6
    assert "<script>alert(1)</script>" in re.sub(r"\s+", " ", pdf_text(document))


def test_what_cannot_be_written_is_refused_with_what_can():
    with pytest.raises(ValueError, match=r"\.pdf or \.html"):
        page_bytes(DOCUMENT, ".doc")
    with pytest.raises(ValueError, match="A4 and Letter"):
        page_bytes(DOCUMENT, ".pdf", "A5")


def places_of(document):
    """Return where each text on the first page begins, from the bottom left, in points."""
    places = {}
    page = pdf(document).pages[0]
    page.extract_text(
        visitor_text=lambda text, _, matrix, *more: places.setdefault(text.strip(), matrix[4:])
    )
    return places


def test_choices_stand_beside_each_other_where_they_have_room():
    words = ("grow", "shrink", "stay")
    long = tuple(f"{word} to more than a third of what there is room for" for word in words)
    beside = Beside(
        Picture(FIGURE, 83.0, 60.0),
        (TickBoxes(("yes", "no")), TickBoxes(("much longer by far", "`and_longer()`"))),
    )
    places = places_of(
        PaperDocument("T", ((TickBoxes(words), TickBoxes(long), beside, Paragraphs("below")),))
    )
    assert len({places[word][1] for word in words}) == 1
    lefts = [places[word][0] for word in words]
    assert lefts == sorted(set(lefts))
    assert len({places[text][1] for text in long}) == 3
    assert len({places[text][0] for text in long}) == 1
    assert places["yes"][1] == places["no"][1]
    assert places["and_longer()"][1] < places["much longer by far"][1] < places["no"][1]
    assert places["below"][0] == min(x for x, _ in places.values() if x)


def test_what_stands_beside_a_picture_begins_at_its_height_and_is_as_narrow_as_the_rest():

    beside = Beside(
        Picture(FIGURE, 83.0, 60.0),
        (Paragraphs("word " * 30), TickBoxes(("one", "two")), WritingLines("Why:", 2)),
    )
    document = PaperDocument("T", ((Paragraphs("above"), beside, Paragraphs("below")),))
    places = places_of(document)
    left = min(x for text, (x, _) in places.items() if text.startswith("word"))
    assert left * 25.4 / 72 == pytest.approx(20 + 83 + 4, abs=1.5)
    assert places["below"][0] * 25.4 / 72 == pytest.approx(20, abs=1.5)
    assert (places["above"][1] - places["below"][1]) * 25.4 / 72 > 60
    assert '<div class="beside"><img' in page_bytes(document, ".html").decode()


@pytest.mark.parametrize("lines", [1, 30])
def test_what_follows_stands_below_the_picture_and_below_what_is_beside_it(lines):
    """Whichever of the two is higher."""
    beside = Paragraphs("\n\n".join(f"beside{n}" for n in range(lines)))
    document = PaperDocument(
        "T",
        (
            (
                Paragraphs("above"),
                Beside(Picture(FIGURE, 80.0, 60.0), (beside,)),
                Paragraphs("below"),
            ),
        ),
    )
    heights = {text: y * 25.4 / 72 for text, (_, y) in places_of(document).items()}
    last = heights[f"beside{lines - 1}"]
    assert heights["above"] - heights["below"] > 60
    assert 3 < min(last, heights["above"] - 60) - heights["below"] < 10
