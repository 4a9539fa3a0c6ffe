"""The colours of code, as they stand in the document."""

import pytest
from PySide6.QtGui import QFontInfo, QTextDocument

from neuroviz.ui.panels.code import PythonHighlighter, code_colours
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import DARK, LIGHT
from tests.eye import contrast

THEMES = [LIGHT, DARK]


def coloured(document, line):
    """Return the words of a line that have a colour, with it."""
    block = document.findBlockByNumber(line)
    return [
        (
            block.text()[part.start : part.start + part.length],
            part.format.foreground().color().name(),
        )
        for part in block.layout().formats()
    ]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_word_can_be_read_on_every_background(theme):
    """4.5:1 on the card, on a changed line and on a lit one."""
    for background in (theme.card, theme.good.background, theme.selected):
        for colour in (theme.ink, *code_colours(theme).values()):
            assert contrast(colour, background) >= 4.5, (colour, background)


def test_words_have_the_colours_of_their_kind(qapp):
    """Keywords, texts, numbers and comments; names and numbers within names have none."""
    document = QTextDocument('for x1 in f(1_000, 2e-3):  # if 3\n    print("in 4", x2)')
    highlighter = PythonHighlighter(document)
    highlighter.rehighlight()
    colours = code_colours(LIGHT)
    assert coloured(document, 0) == [
        ("for", colours["keyword"]),
        ("in", colours["keyword"]),
        ("1_000", colours["number"]),
        ("2e-3", colours["number"]),
        ("# if 3", colours["comment"]),
    ]
    assert coloured(document, 1) == [('"in 4"', colours["string"])]


def test_triple_quotes_go_over_lines_and_end(qapp):
    """All lines of the text at the head, none after it; a text on one line ends there."""
    document = QTextDocument('"""one\nfor two\n"""\nfor x\n"""three"""\nfor y')
    highlighter = PythonHighlighter(document)
    highlighter.rehighlight()
    colours = code_colours(LIGHT)
    kinds = [coloured(document, line)[0][1] for line in range(6)]
    string, word = colours["string"], colours["keyword"]
    assert kinds == [string, string, string, word, string, word]


def test_another_theme_recolours(qapp, monkeypatch):
    document = QTextDocument("for")
    PythonHighlighter(document)
    monkeypatch.setattr(themes, "now", DARK)
    themes.notifier.changed.emit()
    assert coloured(document, 0) == [("for", code_colours(DARK)["keyword"])]


def test_the_letters_have_one_width(qapp):
    assert QFontInfo(themes.code_font()).fixedPitch()
