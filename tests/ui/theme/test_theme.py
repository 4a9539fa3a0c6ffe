"""Colours that can be read and told apart, and a program that can be dressed again and again."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPalette
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.controls.number_box import NumberBox
from neuroviz.ui.theme import theme
from neuroviz.ui.theme.colours import DARK, LIGHT, stronger
from tests.eye import colours_in, contrast, distance
from tests.ui.person import KEY

BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
READABLE = 4.5
VISIBLE = 3.0


@BOTH
def test_small_text_can_be_read(colours):
    for text in (
        colours.ink,
        colours.muted,
        colours.positive_text,
        colours.negative_text,
        colours.error,
    ):
        assert contrast(text, colours.card) >= READABLE, text
    for text in (colours.ink, colours.muted):
        assert contrast(text, colours.background) >= READABLE
        assert contrast(text, colours.field) >= READABLE
    assert contrast(colours.on_accent, colours.accent) >= READABLE
    assert contrast(colours.on_accent, colours.accent_hover) >= READABLE
    assert contrast(colours.accent, colours.card) >= READABLE
    assert contrast(colours.ink, colours.selected) >= READABLE


@BOTH
@pytest.mark.parametrize("name", ["good", "warn", "bad", "neutral"])
def test_chips_can_be_read(colours, name):
    chip = getattr(colours, name)
    assert contrast(chip.text, chip.background) >= READABLE
    assert contrast(chip.text, colours.card) >= READABLE


@BOTH
def test_curves_can_be_seen_and_told_from_what_has_a_meaning(colours):
    assert len(colours.series) >= 6
    for curve in (*colours.series, colours.accent):
        assert contrast(curve, colours.card) >= VISIBLE, curve
        for meaning in (colours.positive, colours.negative, colours.error):
            assert distance(curve, meaning) >= 0.12, (curve, meaning)


@BOTH
def test_curves_can_be_told_from_each_other(colours):
    for place, one in enumerate(colours.series):
        for other in colours.series[place + 1 :]:
            assert distance(one, other) >= 0.06, (one, other)


@BOTH
def test_disabled_is_clearly_dimmer(colours):
    assert contrast(colours.disabled, colours.card) < contrast(colours.muted, colours.card) / 1.7


def test_a_theme_is_chosen_by_name(qapp):
    assert theme.choose("light") is LIGHT
    assert theme.choose("dark") is DARK
    assert theme.choose("system") in (LIGHT, DARK)


def test_system_asks_the_desktop(monkeypatch, qapp):
    """And each of the two is one of high contrast where the desktop prefers that."""
    contrasts = Qt.ContrastPreference

    class Hints:
        contrast = contrasts.NoPreference

        def accessibility(self):
            return SimpleNamespace(contrastPreference=lambda: self.contrast)

        def unsetColorScheme(self):  # named as Qt names it
            self.asked = True

        def colorScheme(self):
            return Qt.ColorScheme.Dark if self.asked else Qt.ColorScheme.Light

    monkeypatch.setattr(theme.QGuiApplication, "styleHints", Hints)
    assert theme.choose("system") is DARK
    Hints.contrast = contrasts.HighContrast
    assert theme.choose("system") is stronger(DARK)
    assert theme.choose("light") is stronger(LIGHT)


@BOTH
def test_applied_twice_is_applied(undressed, colours):
    theme.apply(undressed, colours)
    theme.apply(undressed, DARK if colours is LIGHT else LIGHT)
    theme.apply(undressed, colours)
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    assert undressed.palette().color(group.Active, role.Window).name() == colours.background
    assert undressed.palette().color(group.Disabled, role.Text).name() == colours.disabled
    assert undressed.font().pointSize() == 10
    assert "$" not in undressed.styleSheet()


class Heard(QWidget):
    """A widget that counts what it is told of its style."""

    count = 0

    def changeEvent(self, event):
        super().changeEvent(event)
        self.count += event.type() == QEvent.Type.StyleChange


@BOTH
def test_what_is_in_force_is_not_put_on_again(qtbot, undressed, colours):
    """Each widget of each window would be told of it."""
    widget = Heard()
    qtbot.addWidget(widget)
    widget.ensurePolished()
    theme.apply(undressed, colours)
    told = widget.count
    assert told
    theme.apply(undressed, colours)
    assert widget.count == told
    theme.apply(undressed, DARK if colours is LIGHT else LIGHT)
    assert widget.count > told


def right_end(widget):
    return widget.rect().adjusted(widget.width() - 22, 4, -6, -4)


@BOTH
def test_boxes_show_their_arrows(qtbot, undressed, colours):
    theme.apply(undressed, colours)
    for widget in (QComboBox(), NumberBox()):
        qtbot.addWidget(widget)
        widget.resize(160, 32)
        seen = colours_in(widget.grab(right_end(widget)).toImage())
        assert max(contrast(colour, colours.field) for colour in seen) >= VISIBLE


@BOTH
def test_an_invalid_box_has_a_red_border(qtbot, undressed, colours):
    theme.apply(undressed, colours)
    box = NumberBox()
    qtbot.addWidget(box)
    box.resize(160, 32)
    left = box.rect().adjusted(0, 12, -158, -12)
    assert colours.error not in colours_in(box.grab(left).toImage())
    qtbot.keyClicks(box, "abc")
    qtbot.keyClick(box, KEY.Key_Return)
    assert colours.error in colours_in(box.grab(left).toImage())


def test_digits_have_one_width(qapp):
    metrics = QFontMetricsF(theme.numeric_font())
    assert len({round(metrics.horizontalAdvance(digit * 8), 3) for digit in "0123456789"}) == 1


@BOTH
def test_a_plot_is_dressed_and_dressed_again(qtbot, undressed, colours, monkeypatch):
    widget = Plot("loss", "epoch", "loss")
    qtbot.addWidget(widget)
    for each in (LIGHT, DARK, colours):
        monkeypatch.setattr(theme, "now", each)
        widget.apply_theme()
    axis = widget.getAxis("left")
    assert not axis.autoSIPrefix
    assert axis.textPen().color().name() == colours.muted
    assert axis.tickPen().color().name() == colours.grid
    assert axis.grid == 255
    assert widget.backgroundBrush().color().name() == colours.card


@pytest.mark.parametrize(
    ("desktop", "program"), [(8.0, 10.0), (10.0, 10.0), (11.0, 11.0), (24.0, 13.0)]
)
def test_letters_are_as_large_as_the_desktops(qapp, monkeypatch, desktop, program):
    """Within what is well read and has room."""
    font = QFont()
    font.setPointSizeF(desktop)
    monkeypatch.setattr(theme.QFontDatabase, "systemFont", lambda kind: QFont(font))
    assert theme.point_size() == program
    assert theme.text_font().pointSizeF() == program
    assert theme.numeric_font(smaller=1).pointSizeF() == program - 1
    assert theme.scaled(100) == round(10 * program)


def test_the_role_of_words_is_seen_by_their_letters(qtbot, undressed):
    """Headings are larger than what is read, notes smaller; titles stand out by their weight.

    So before a style sheet is in force: what is laid out is measured then.
    """
    sizes, bold = {}, set()
    for role in ("heading", "headline", "reading", "value", "muted", "section", "caption"):
        label = QLabel("word")
        qtbot.addWidget(label)
        theme.set_role(label, role)
        sizes[role] = label.font().pointSizeF()
        bold |= {role} if label.font().weight() > QFont.Weight.Normal else set()
    assert bold == {"heading", "headline", "section", "caption"}
    own = theme.point_size()
    assert sizes["heading"] > sizes["headline"] > sizes["reading"] > own > sizes["muted"]
    assert (sizes["value"], sizes["section"], sizes["caption"]) == (own, own, sizes["muted"])
