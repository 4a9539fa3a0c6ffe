"""What can be dragged looks it, and the keyboard can take it too."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from neuroviz.ui.canvas.drag import Drag, Handle
from neuroviz.ui.canvas.handles import DragMe, HandlesItem, place_along
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme.colours import LIGHT
from tests.ui.person import KEY, LEFT, NO_KEY, SHIFT


class Two(QWidget):
    """A plot with two handles 24 pixels apart, between two lines to type in."""

    def __init__(self):
        super().__init__()
        self.before, self.plot, self.after = QLineEdit(), Plot("data_plot", "x", "y"), QLineEdit()
        rows = QVBoxLayout(self)
        for widget in (self.before, self.plot, self.after):
            rows.addWidget(widget)
        self.resize(400, 400)
        self.plot.apply_theme()
        self.plot.show_range(0, 10, 0, 10)
        self.drag = Drag(self.plot, self.handles)
        self.item = HandlesItem(self.drag, 5)
        self.plot.addItem(self.item)
        self.heard = []
        self.drag.held.connect(lambda changes: self.heard.append(changes and changes["from"]))
        self.drag.dropped.connect(lambda changes: self.heard.append(("dropped", changes)))

    @property
    def first(self):
        return QPointF(self.plot.viewport().rect().center())

    def handles(self):
        return [
            Handle(
                lambda to, name=name: {"from": name, "to": to},
                kind="ball",
                at=self.first + QPointF(away, 0),
                name=name,
                core=LIGHT.accent,
            )
            for name, away in (("one", 0), ("two", 24))
        ]

    def colour(self, right, down=0):
        """Return what is seen so many pixels from the middle of the first handle."""
        ratio = self.devicePixelRatioF()
        at = (self.first + QPointF(right, down)) * ratio
        return self.plot.viewport().grab().toImage().pixelColor(at.toPoint())

    def point(self, right, down=0):
        QTest.mouseMove(self.plot.viewport(), (self.first + QPointF(right, down)).toPoint())


@pytest.fixture
def two(qtbot):
    widget = Two()
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    return widget


def test_a_handle_has_a_ring_and_grows_a_halo_under_the_pointer_and_more_when_it_is_held(two):
    two.point(0, -80)
    assert two.colour(0).name() == LIGHT.accent
    assert two.colour(0, -9).name() == "#ffffff"
    seen = [two.colour(0, -17)]
    assert seen[0].name() == LIGHT.card
    two.point(0)
    seen.append(two.colour(0, -17))
    assert two.colour(0, -9).name() == LIGHT.accent  # it is larger: here was the ring
    QTest.mousePress(two.plot.viewport(), LEFT, NO_KEY, two.first.toPoint())
    seen.append(two.colour(0, -17))
    assert seen[0].lightness() > seen[1].lightness() > seen[2].lightness()


def test_the_nearest_of_two_within_reach_is_taken_and_what_is_farther_is_not(two, qtbot):
    viewport = two.plot.viewport()
    for right, name in ((-15, "one"), (11, "one"), (13, "two"), (39, "two"), (24 + 17, None)):
        start = two.first.toPoint() + QPoint(right, 0)
        two.heard.clear()
        if name is None:
            two.point(right)
            assert two.drag.hovered is None
            continue
        QTest.mousePress(viewport, LEFT, NO_KEY, start)
        QTest.mouseMove(viewport, start + QPoint(0, 20))
        qtbot.waitUntil(lambda: bool(two.heard))
        assert two.heard == [name]
        qtbot.keyClick(two.plot, KEY.Key_Escape)
        QTest.mouseRelease(viewport, LEFT, NO_KEY, start)


def test_what_is_locked_is_flat(two):
    two.drag.locked = {"ball": "not now"}
    assert two.colour(0).name() == LIGHT.card


def test_tab_goes_through_the_handles_and_out_and_arrows_move_enter_takes(two, qtbot):
    two.before.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(two.before, KEY.Key_Tab)
    assert (two.plot.hasFocus(), two.drag.focused) == (True, None)  # it has keys of its own
    qtbot.keyClick(two.plot, KEY.Key_Tab)
    assert two.drag.focused == "one"
    assert two.colour(0, -15).name() == LIGHT.accent  # the ring of the keyboard
    qtbot.keyClick(two.plot, KEY.Key_Tab)
    assert (two.plot.hasFocus(), two.drag.focused) == (True, "two")
    for _ in range(3):
        qtbot.keyClick(two.plot, KEY.Key_Right)
    qtbot.keyClick(two.plot, KEY.Key_Up, SHIFT)
    qtbot.waitUntil(lambda: bool(two.heard))
    qtbot.keyClick(two.plot, KEY.Key_Escape)
    assert two.heard == ["two", None]
    for _ in range(2):
        qtbot.keyClick(two.plot, KEY.Key_Down)
    qtbot.keyClick(two.plot, KEY.Key_Return)
    _, changes = two.heard[-1]
    away = changes["to"] - two.first - QPointF(24, 0)
    assert (away.x(), away.y() > 10) == (0, True)
    qtbot.keyClick(two.plot, KEY.Key_Tab)
    assert (two.after.hasFocus(), two.drag.focused) == (True, None)
    qtbot.keyClick(two.after, KEY.Key_Backtab)
    assert two.drag.focused == "two"


def test_the_keyboard_that_goes_elsewhere_puts_back_what_it_held(two, qtbot):
    two.plot.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(two.plot, KEY.Key_Tab)
    qtbot.keyClick(two.plot, KEY.Key_Left)
    qtbot.waitUntil(lambda: two.heard == ["one"])
    two.after.setFocus(Qt.FocusReason.MouseFocusReason)
    assert (two.heard, two.drag.holds) == (["one", None], False)


@pytest.mark.parametrize(
    "reason", [Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason]
)
def test_the_keyboard_that_only_visits_a_menu_or_a_window_still_holds_it(two, qtbot, reason):
    two.plot.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(two.plot, KEY.Key_Tab)
    qtbot.keyClick(two.plot, KEY.Key_Left)
    qtbot.waitUntil(lambda: two.heard == ["one"])
    two.after.setFocus(reason)
    assert (two.heard, two.drag.holds, two.drag.focused) == (["one"], True, "one")


def test_a_place_is_found_on_a_line_and_between_its_points():
    """Beyond reach there is none; a line of one point is that point."""
    line = np.array([(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)])
    found = [place_along(line, np.array(at), 8.0) for at in ((52.0, 3.0), (103.0, 50.0))]
    assert found == pytest.approx([0.52, 1.5])
    assert place_along(line, np.array((50.0, 20.0)), 8.0) is None
    assert place_along(line[:1], np.array((2.0, 2.0)), 8.0) == 0


def test_drag_me_keeps_off_what_is_covered(qtbot):
    """It stands at the right and above, where there is room, else at another side."""
    widget = QWidget()
    qtbot.addWidget(widget)
    drag = Drag(widget, tuple)
    words = DragMe(drag, "ball")
    words.shown = True
    ball = Handle(lambda to: {}, at=QPointF(150, 100), name="ball", core="#000000")
    item = HandlesItem(drag, words=words, handles=lambda: [ball])

    def written_in(room, covered):
        image = QImage(300, 200, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.black)
        painter = QPainter(image)
        item.paint_handles(painter, QRectF(image.rect()), covered)
        painter.end()
        part = image.copy(room.toRect()).convertToFormat(QImage.Format.Format_Grayscale8)
        return np.frombuffer(part.constBits(), np.uint8).max() > 0

    above = QRectF(170, 60, 120, 35)
    below = QRectF(170, 105, 120, 35)
    assert written_in(above, ())
    assert not written_in(above, [above])
    assert written_in(below, [above])
