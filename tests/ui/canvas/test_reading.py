"""A reading is a line that costs nothing around it, and a heading one that is cut."""

import re

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QToolTip, QVBoxLayout, QWidget

from neuroviz.ui.canvas.card import PlotReading, heading
from neuroviz.ui.theme import theme
from neuroviz.ui.theme.colours import DARK, LIGHT
from tests.ui.person import plain_tooltip, rest_on
from tests.ui.watch import Watch


def shown(qtbot):
    """Return a reading in a window that is on screen and at rest."""
    window, reading = QWidget(), PlotReading(theme.numeric_font())
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(reading)
    window.resize(200, 60)
    with qtbot.waitExposed(window):
        window.show()
    window.grab()
    return window, reading


def test_it_says_what_it_was_told(qtbot):
    """Text goes in and comes out, and is drawn on its ground."""
    _, reading = shown(qtbot)
    before = reading.grab().toImage()
    reading.setText("<b>epoch</b> 12")
    assert reading.text() == "<b>epoch</b> 12"
    after = reading.grab().toImage()
    assert after != before
    assert after.pixelColor(after.width() - 1, 0) == QColor(LIGHT.card)


def test_a_change_asks_nothing_of_the_window(qtbot):
    """Neither is the layout done again nor the window under it drawn, however long the text."""
    window, reading = shown(qtbot)
    layouts, paints = Watch(window, QEvent.Type.LayoutRequest), Watch(window, QEvent.Type.Paint)
    drawn = Watch(reading, QEvent.Type.Paint)
    for length in (1, 10, 1000):
        reading.setText("x" * length)
        qtbot.waitUntil(lambda count=drawn.count: drawn.count > count)
    assert (layouts.count, paints.count) == (0, 0)
    assert reading.minimumSizeHint().width() <= 1


def test_what_is_cut_is_told_beside_the_pointer(qtbot):
    """All of it, as it reads then; what fits is not told again."""
    _, reading = shown(qtbot)
    label = reading.findChild(QLabel)

    def told():
        QToolTip.hideText()
        qtbot.waitUntil(lambda: not QToolTip.isVisible())
        rest_on(label, label.rect().center())
        return plain_tooltip() if QToolTip.isVisible() else ""

    long = "epoch 3   loss <b>0.5</b>   " + "   ".join(f"w{i} 0.123" for i in range(20))
    for text, tip in ((long, long), ("epoch 3", "")):
        reading.setText(text)
        assert told().split() == tip.split()


def test_text_fills_the_width_it_is_given(qtbot):
    """When the window grows more of a long text is seen."""
    window, reading = shown(qtbot)
    reading.setText("8" * 200)
    narrow = reading.grab().toImage()
    window.resize(400, 60)
    qtbot.waitUntil(lambda: reading.width() > narrow.width())
    ground = QColor("#ffcc00")
    wide = reading.grab().toImage()
    columns = [
        x
        for x in range(wide.width())
        if any(wide.pixelColor(x, y) != ground for y in range(wide.height()))
    ]
    assert columns[-1] > narrow.width()


def test_a_heading_is_cut_and_takes_no_markup(qtbot):
    """A long title makes nothing wider, and a name with signs of HTML is shown as it is."""
    title = heading("<b>" + "long " * 100)
    qtbot.addWidget(title)
    assert title.minimumWidth() == 1
    assert title.sizePolicy().horizontalPolicy() == title.sizePolicy().Policy.Maximum
    assert title.textFormat() == Qt.TextFormat.PlainText


def test_the_ground_holds_when_a_theme_is_worn_before_the_first_show(qtbot, monkeypatch):
    """A view in a tab that nobody has opened yet follows the theme too."""
    reading = PlotReading(theme.numeric_font())
    qtbot.addWidget(reading)
    monkeypatch.setattr(theme, "now", DARK)
    theme.application().setStyleSheet("QWidget { color: red; }")
    reading.resize(80, 20)
    reading.show()
    assert reading.grab().toImage().pixelColor(40, 5) == QColor(DARK.card)
    theme.application().setStyleSheet("")


def test_what_has_no_room_ends_in_dots(qtbot):
    """On screen a long reading is cut with "…" and stays whole for who asks.

    A short one is not touched.
    """
    window, reading = shown(qtbot)
    label = reading.findChild(QLabel)
    reading.setText("epoch 12")
    assert label.text() == "epoch 12"
    reading.setText("held at b = 3 · no finite minimum · and so on")
    assert reading.text() == "held at b = 3 · no finite minimum · and so on"
    assert label.text().endswith("…")
    assert label.fontMetrics().horizontalAdvance(label.text()) <= reading.width()
    for text in (
        "x (−1.6, 1)  ŷ 0.03375  loss 0.03435",
        "minimum: loss 0 · dashed arrow: the share of momentum",
    ):
        reading.setText(text)
        shown_parts = re.split(" · |  ", label.text())[:-1]
        assert label.text().endswith((" · …", "  …"))
        # None is cut, least of all a number.
        assert shown_parts == re.split(" · |  ", text)[: len(shown_parts)]
    window.resize(900, 60)
    qtbot.waitUntil(lambda: reading.width() > 700)
    assert label.text() == reading.text()


def test_a_long_title_ends_in_dots(qtbot):
    """It is drawn as the title that ends in dots and fits is."""
    long, short = heading("Output over the plane"), heading("")
    width = long.fontMetrics().horizontalAdvance("Output over the") + 4
    short.setText(long.fontMetrics().elidedText(long.text(), Qt.TextElideMode.ElideRight, width))
    pictures = []
    for title in (long, short):
        qtbot.addWidget(title)
        title.resize(width, 24)
        pictures.append(title.grab().toImage())
    assert short.text().endswith("…")
    assert pictures[0] == pictures[1]


def test_no_number_of_a_list_is_cut(qtbot):
    window, reading = shown(qtbot)
    label = reading.findChild(QLabel)
    said = "Backward: the gradient is ("
    reading.setText(f"{said}−0.5518, 0.1234, −2.25)")
    wide = label.fontMetrics().horizontalAdvance
    around = window.width() - reading.width()
    seen = set()
    for width in range(wide(f"{said}−0.5518, …") + 1, wide(reading.text()) + 5, 3):
        window.resize(width + around, 60)
        qtbot.waitUntil(lambda width=width: reading.width() == width)
        seen.add(label.text().removeprefix(said))
    assert seen == {"−0.5518, …", "−0.5518, 0.1234, …", "−0.5518, 0.1234, −2.25)"}
