"""Whatever can be used is seen: its edge at least 3:1 against its ground, as WCAG asks."""

from itertools import combinations
from math import dist

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QToolButton,
    QWidget,
)

from neuroviz.ui.controls.number_box import NumberBox
from neuroviz.ui.controls.rate_slider import RateSlider
from neuroviz.ui.controls.slider import LogSlider
from neuroviz.ui.theme import theme
from neuroviz.ui.theme.colours import DARK, LIGHT, stronger
from neuroviz.ui.theme.parts import small_button
from tests.eye import contrast, lab

BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
VISIBLE = 3.0


def _note():
    note = QPlainTextEdit()
    theme.set_look(note, "note")
    return note


def _primary():
    button = QPushButton("Run")
    theme.set_look(button, "primary")
    return button


def _next_step():
    button = QToolButton()
    theme.set_look(button, "next")
    return button


def _progress():
    bar = QProgressBar()
    bar.setTextVisible(False)
    return bar


USABLE = {
    "button": lambda: QPushButton("Step"),
    "primary button": _primary,
    "tool button": QToolButton,
    "next step": _next_step,
    "small button": lambda: small_button("small", "log"),
    "list": QComboBox,
    "number": NumberBox,
    "line": QLineEdit,
    "note": _note,
    "slider": LogSlider,
    "progress": _progress,
    "ruler": lambda: RateSlider(),
    "check box": QCheckBox,
}


def _on(ground, widget, qtbot):
    """Return a picture of a widget on a ground."""
    board = QWidget()
    qtbot.addWidget(board)
    palette = board.palette()
    palette.setColor(QPalette.ColorRole.Window, QColor(ground))
    board.setPalette(palette)
    widget.setParent(board)
    widget.setGeometry(10, 10, 120, 32)
    board.resize(140, widget.height() + 20)
    return board.grab().toImage()


def _strongest(image, ground, rows, columns):
    seen = {image.pixelColor(x, y).name() for y in rows for x in columns}
    return max(contrast(colour, ground) for colour in seen)


@pytest.fixture
def dressed(undressed, colours):
    theme.apply(undressed, colours)
    return colours


@BOTH
@pytest.mark.parametrize("ground", ["card", "background"])
@pytest.mark.parametrize("kind", USABLE)
def test_the_edge_of_what_can_be_used_is_seen(qtbot, dressed, kind, ground):
    widget = USABLE[kind]()
    under = getattr(dressed, ground)
    image = _on(under, widget, qtbot)
    # A track is looked at far from its handle, which is at the left.
    track = kind in ("slider", "ruler")
    columns = range(90, 120) if track else range(10, 26 if "box" in kind else 14)
    assert _strongest(image, under, range(10, image.height() - 10), columns) >= VISIBLE


@BOTH
def test_the_corner_between_two_bars_is_of_one_colour(qtbot, dressed):
    table = QTableWidget(50, 50)
    qtbot.addWidget(table)
    table.show()
    image = table.grab().toImage()
    across = range(table.viewport().geometry().right() + 1, table.width() - 1)
    down = range(table.viewport().geometry().bottom() + 1, table.height() - 1)
    assert {image.pixelColor(x, y).name() for x in across for y in down} == {dressed.card}


@BOTH
@pytest.mark.parametrize("kind", [QLabel, QPushButton, QToolButton, QLineEdit, QCheckBox])
@pytest.mark.parametrize("primary", [False, True])
def test_what_cannot_be_used_can_still_be_read(qtbot, dressed, kind, primary):
    widget = kind()
    theme.set_look(widget, "primary", on=primary)
    widget.setText("█████")
    widget.setEnabled(False)
    image = _on(dressed.card, widget, qtbot)
    middle = range(22, 30)
    ground = image.pixelColor(114, 26).name()
    assert _strongest(image, ground, middle, range(30, 90)) >= VISIBLE


@BOTH
@pytest.mark.parametrize("kind", [QLineEdit, _note])
def test_what_is_to_be_typed_is_read(qtbot, dressed, kind):
    field = kind()
    field.setPlaceholderText("█████")
    image = _on(dressed.card, field, qtbot)
    assert _strongest(image, image.pixelColor(114, 26).name(), range(22, 30), range(30, 60)) >= 4.5


@BOTH
def test_a_line_of_either_sign_is_seen(colours):
    """Wires are thin, unlike areas: orange has 2.25:1 on white."""
    for line in (colours.positive_line, colours.negative, colours.accent, colours.error):
        assert contrast(line, colours.card) >= VISIBLE, line
    assert contrast(colours.edge, colours.palette.ground) >= VISIBLE


@BOTH
def test_a_hidden_neuron_has_a_colour_of_its_own(colours):
    """Its name can be read in it; it means no sign, no parameter, no error and no other neuron."""
    own = colours.neuron_colours
    assert len(own) == 8
    assert min(contrast(colour, colours.card) for colour in own) >= 4.5
    signs = (colours.positive, colours.negative, colours.positive_line)
    for colour in own:
        apart = {taken: dist(lab(colour), lab(taken)) for taken in (*signs, colours.accent)}
        assert min(apart.values()) >= 25
        assert dist(lab(colour), lab(colours.error)) >= 25
        assert min(dist(lab(colour), lab(taken)) for taken in colours.series) >= 15
    assert min(dist(lab(one), lab(other)) for one, other in combinations(own, 2)) >= 20


@BOTH
def test_in_high_contrast_words_have_7_and_marks_4_5(colours):
    """WCAG's 1.4.6 for words, its enhanced ratio; its ratio of words for edges and marks.

    On every ground they stand on; on which all stays what it was in the usual contrast.
    """
    strong = stronger(colours)
    grounds = (strong.card, strong.background, strong.field)
    assert grounds == (colours.card, colours.background, colours.field)
    texts = (strong.ink, strong.muted, strong.error, strong.accent, strong.accent_hover)
    texts += (strong.positive_text, strong.negative_text, *strong.series, *strong.neuron_colours)
    marks = (strong.border, strong.edge, strong.disabled, strong.positive, strong.negative)
    for ground in grounds:
        assert min(contrast(text, ground) for text in texts) >= 7
        assert min(contrast(mark, ground) for mark in (*marks, strong.positive_line)) >= 4.5
    for name in ("good", "warn", "bad", "neutral"):
        chip = getattr(strong, name)
        assert contrast(chip.text, chip.background) >= 7
    assert contrast(strong.on_accent, strong.accent) >= 7
    assert contrast(strong.palette.paler.ink, strong.card) >= 7
    assert contrast(strong.ink, strong.selected) >= 7
    assert strong.good.background == colours.good.background
    apart = [dist(lab(one), lab(strong.positive)) for one in (strong.negative, strong.error)]
    assert min(apart) >= 30  # of either class, and of what is wrong
