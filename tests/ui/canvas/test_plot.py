"""What every plot does: follow, zoom, move, fit again."""

import math
from unittest.mock import patch

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from neuroviz.core.choices.settings import Settings
from neuroviz.ui.canvas.plot import LARGEST_ON_SCREEN, Plot, clamp
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import DARK
from tests.ui.person import CTRL, KEY, LEFT, NO_KEY, SHIFT

PLOTS = ("loss", "data", "weights")


def ranges(person, name):
    """Return the ends of the axes of a plot."""
    (left, right), (bottom, top) = person.plot(name).box.viewRange()
    return [left, right, bottom, top]


def spans(person, name):
    """Return the width and height of what a plot shows, in units of its axes."""
    return np.ptp(person.plot(name).box.viewRange(), axis=1)


def test_zoomed_by_the_wheel_and_fitted_again(open_window):
    """The wheel zooms; a double click, A on the plot, or Ctrl+0 show everything again.

    Fit stands over the plot as long as it is zoomed; nothing moves when it comes.
    """
    person = open_window(plots=PLOTS)
    person.press(KEY.Key_F8, CTRL)
    for name, way in zip(PLOTS, ("double click", "A", "all"), strict=True):
        viewport = person.plot(name).viewport()
        fit, plot = person.bench.views[name].fit_button, person.plot(name)
        person.press(KEY.Key_F8)
        person.settle()
        person.plot(name).fit()  # at the width that the labels of the axis beside it have left
        person.settle()
        before, place = ranges(person, name), plot.geometry()
        assert not fit.isVisible(), way
        person.wheel(name, 3)
        zoomed = ranges(person, name)
        person.settle()
        assert (fit.isVisible(), plot.geometry()) == (True, place), way
        assert zoomed[1] - zoomed[0] < before[1] - before[0], way
        person.press(KEY.Key_F8)
        person.settle()
        assert ranges(person, name) == pytest.approx(zoomed), way
        if way == "double click":
            centre = viewport.rect().center()
            person.qtbot.mouseDClick(viewport, LEFT, pos=centre)
        elif way == "A":
            person.focus(person.plot(name))
            person.press(KEY.Key_A)
        else:
            person.press(KEY.Key_0, CTRL)
        person.settle()
        # The labels of the axis beside it may have made the plot a few pixels narrower meanwhile.
        assert ranges(person, name) == pytest.approx(before), way
        assert not fit.isVisible(), way


def test_400_notches_out_and_in_raise_nothing(open_window):
    """However far one zooms, every plot goes on drawing finite ranges, while the run goes on."""
    person = open_window(plots=PLOTS)
    for task, far in (("and", 400), ("line", 60), ("spam", 60)):
        person.begin(Settings(task))
        person.press(KEY.Key_F8)
        person.settle()
        fitted = {name: spans(person, name) for name in PLOTS}
        for notches in (-far, 2 * far):
            for name in PLOTS:
                person.wheel(name, notches)
                assert all(map(math.isfinite, ranges(person, name)))
                if notches < 0:  # not so far that nothing could be told any more
                    assert (spans(person, name) < 150 * fitted[name]).all(), (task, name)
            person.settle()
            person.press(KEY.Key_F8)
            person.settle()
    # Axes say what they show, and never "(x0.001)".
    person.begin(Settings("line", learning_rate=1e-6))
    person.settle()
    for name in PLOTS:
        for side in ("left", "bottom"):
            axis = person.plot(name).getAxis(side)
            assert axis.labelText
            assert axis.autoSIPrefixScale == 1.0
    # A name that is longer than its axis is shortened, and whole again where it has room.
    plot = person.plot("data")
    axis = plot.getAxis("left")
    for name in ("W" * 24 + " <standardised>", "x"):
        plot.label_axes(y_label=name)
        shown = axis.label.toPlainText().strip()
        assert axis.label.boundingRect().width() <= axis.size().height() + 8
        assert (shown == name) == (len(name) == 1)
        assert name.startswith(shown.removesuffix("…"))
    for words in ("weight", "learning rate"):
        plot.label_axes(y_label=f"{words} " * 9)
        assert axis.label.toPlainText().strip().endswith(tuple(f"{w}…" for w in words.split()))
    person.window.resize(1024, 768)  # where the strip has little height
    person.settle()
    assert person.bench.timeline.plot.getAxis("left").label.toPlainText().strip() == "loss"


def test_a_plot_is_moved_and_fitted(open_window):
    """A drag with the left button moves the plane, which stays where it is put."""
    person = open_window(plots=("data", "landscape", "loss"))
    before = ranges(person, "data")
    viewport = person.plot("data").viewport()
    centre = viewport.rect().center()
    person.qtbot.mousePress(viewport, LEFT, pos=centre)
    for dx in range(0, 60, 10):
        place = centre.__class__(centre.x() + dx, centre.y())
        person.qtbot.mouseMove(viewport, place)
        QApplication.processEvents()
    person.qtbot.mouseRelease(viewport, LEFT, pos=place)
    person.qtbot.waitUntil(
        lambda: ranges(person, "data") != before or not person.plot("data").following
    )
    # Fit comes by the wheel, not with axes that are held, and goes when it is pressed.
    landscape = person.bench.views["landscape"]
    landscape.surface_shown.setChecked(False)
    person.settle()
    fit, before = landscape.fit_button, ranges(person, "landscape")
    for _ in ("held", "let go"):
        person.click("hold_ranges")
        person.settle()
        assert not fit.isVisible()
    person.wheel("landscape", -3)
    person.settle()
    assert fit.isVisible()
    person.qtbot.mouseClick(fit, LEFT)
    person.settle()
    assert (fit.isVisible(), ranges(person, "landscape")) == (False, before)
    # What nobody sees costs nothing, and is up to date when it is seen.
    person.bench.views["data"].enlarge.click()
    person.press(KEY.Key_F8, CTRL)
    person.press(KEY.Key_Escape)
    person.settle()
    x, _ = person.curve("loss", themes.now.accent)
    assert x[-1] == 100


def test_what_cannot_be_drawn_is_clamped(qtbot):
    """Qt overflows beyond, and no range goes so far."""
    plot = Plot("plot", "epoch", "loss")
    qtbot.addWidget(plot)
    plot.box.setRange(xRange=(-1e300, 1e300), yRange=(-1e300, 1e300), padding=0)
    for ends in plot.box.viewRange():
        assert ends == pytest.approx([-LARGEST_ON_SCREEN, LARGEST_ON_SCREEN], rel=1e-3)
    assert (clamp(1e300), clamp(-1e300), clamp(2.0)) == (LARGEST_ON_SCREEN, -LARGEST_ON_SCREEN, 2.0)


def picture(plot):
    """Return the pixels of a plot."""
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the ring is another matter
    plot.clearFocus()
    image = plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return (
        np.frombuffer(image.constBits(), dtype=np.uint8)
        .reshape(image.height(), image.width(), 4)
        .copy()
    )


def settle(plot):
    """Let the layout, which depends on the widths of the labels, come to rest."""
    for _ in range(5):
        QApplication.processEvents()
        plot.grab()


def shown(qtbot, top=1.0, *axes, change=lambda plot: None):
    """Return a plot on screen, with something changed before it is shown."""
    plot = Plot("plot", "epoch", "loss", *axes)
    qtbot.addWidget(plot)
    plot.apply_theme()
    plot.resize(400, 300)
    plot.show_range(0, 100, 0, top)
    change(plot)
    plot.show()
    plot.grab()
    return plot


def wear_dark(plot):
    with patch.object(themes, "now", DARK):
        plot.apply_theme()


@pytest.mark.parametrize(
    "change",
    [
        lambda plot: plot.show_range(0, 100, 0, 5),
        lambda plot: plot.show_range(3, 97, 0, 1),
        lambda plot: plot.getAxis("bottom").end_at(50),
        lambda plot: plot.resize(450, 350),
        lambda plot: plot.label_axes(y_label="another"),
        wear_dark,
        lambda plot: plot.getAxis("left").setLogMode(x=False, y=True),
    ],
)
def test_the_kept_picture_of_the_axes_follows_every_change(qtbot, change):
    """It looks as that of a plot that was so before it was shown."""

    def wide(plot):
        """Fix the room of the numbers: pyqtgraph leaves them what they had before."""
        plot.getAxis("left").setWidth(60)

    def wide_and_changed(plot):
        wide(plot)
        change(plot)

    plot = shown(qtbot, change=wide)
    settle(plot)
    before = picture(plot)
    change(plot)
    settle(plot)
    after = picture(plot)
    assert before.shape != after.shape or (before != after).any()
    never_kept = shown(qtbot, change=wide_and_changed)
    settle(never_kept)
    assert np.array_equal(after, picture(never_kept))


def test_the_axes_are_drawn_once(qtbot, monkeypatch):
    """What moves in a plot does not have its axes drawn again."""
    plot = shown(qtbot)
    drawn = []
    monkeypatch.setattr(type(plot.getAxis("left")), "draw", lambda *_: drawn.append(1))
    plot.grab()
    plot.box.update()
    plot.grab()
    assert drawn == []


@pytest.mark.qt_log_ignore("not accepted by receiving widget")
def test_the_left_button_alone_tells_where_it_was(qtbot):
    """A menu, or the wheel that is pressed, takes no sample and no step."""
    plot = shown(qtbot)
    heard = []
    plot.clicked.connect(lambda _, shift: heard.append(shift))
    for button in (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
        qtbot.mouseClick(plot.viewport(), button, pos=plot.viewport().rect().center())
    assert heard == []
    for held in (NO_KEY, SHIFT):
        middle = plot.viewport().rect().center()
        qtbot.mouseClick(plot.viewport(), LEFT, held, middle)
        qtbot.wait(QApplication.doubleClickInterval() + 50)
    assert heard == [False, True]


def numbers_of(axis):
    """Return where the numbers of an axis stand, in its coordinates."""
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    numbers = [rect for rect, *_ in axis.generateDrawSpecs(painter)[2]]
    painter.end()
    return numbers


def name_of(axis):
    """Return where the name of an axis stands, without the margin that Qt leaves round a text."""
    return axis.label.mapRectToParent(axis.label.boundingRect()).adjusted(4, 4, -4, -4)


def test_a_short_name_stands_in_the_line_of_the_numbers(qtbot):
    """The plot has that line more, and the numbers leave the name its place.

    However many they are.
    """
    plot = shown(qtbot)
    axis = plot.getAxis("bottom")
    high = plot.pixels()[1]
    for right in (1.0, 37.0, 1e5, 1e6):
        plot.show_range(0, right, 0, 1)
        settle(plot)
        name, numbers = name_of(axis), numbers_of(axis)
        assert len(numbers) >= 2
        assert name.right() <= axis.size().width() + 1
        assert not any(name.intersects(number) for number in numbers)
        assert abs(name.center().y() - numbers[0].center().y()) < name.height() / 2
    plot.label_axes(x_label="a name that is far too long for that")
    settle(plot)
    assert name_of(axis).top() >= max(number.bottom() for number in numbers_of(axis)) - 2
    assert plot.pixels()[1] <= high - 10
