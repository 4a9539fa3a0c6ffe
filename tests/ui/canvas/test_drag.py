import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from neuroviz.ui.canvas.drag import Drag, Handle
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme as themes
from tests.ui.person import KEY, LEFT, NO_KEY


class Held:
    """A plot with a ball at (2, 3), and what is heard of it."""

    def __init__(self, qtbot):
        self.plot = Plot("landscape_plot", "x", "y")
        qtbot.addWidget(self.plot)
        self.plot.resize(300, 300)
        self.plot.show()
        qtbot.waitExposed(self.plot)
        self.plot.show_range(0, 10, 0, 10)
        self.ball = QPointF(2, 3)
        self.drag = Drag(self.plot, tuple, self.handle_at)
        self.heard = []
        self.drag.held.connect(
            lambda changes: self.heard.append(("held" if changes else "put back", changes))
        )
        self.drag.dropped.connect(lambda changes: self.heard.append(("dropped", changes)))
        self.drag.clicked.connect(lambda place: self.heard.append(("clicked", place)))

    def handle_at(self, place):
        near = (self.plot.pixel_of(self.ball) - place).manhattanLength() < 12
        return Handle(lambda to: {"at": self.plot.point_at(to)}) if near else None

    def place(self, x, y):
        return self.plot.mapFromScene(self.plot.box.mapViewToScene(QPointF(x, y)))

    def do(self, what, x, y):
        left = () if what is QTest.mouseMove else (LEFT,)
        if left:
            what(self.plot.viewport(), *left, NO_KEY, self.place(x, y))
        else:
            what(self.plot.viewport(), self.place(x, y))

    @property
    def names(self):
        return [name for name, _ in self.heard]


@pytest.fixture
def held(qtbot):
    return Held(qtbot)


def test_the_ball_is_taken_moved_and_dropped(held):
    """Where it is dropped is where the pointer is, to the pixel; the plane stays."""
    before = held.plot.box.viewRange()
    held.do(QTest.mousePress, 2, 3)
    held.do(QTest.mouseMove, 5, 6)
    held.do(QTest.mouseRelease, 6, 7)
    assert held.names == ["dropped"]  # of a burst of moves only the last counts
    point, pixel = held.heard[-1][1]["at"], held.plot.box.viewPixelSize()
    assert (point.x(), point.y()) == (
        pytest.approx(6, abs=pixel[0]),
        pytest.approx(7, abs=pixel[1]),
    )
    assert held.plot.box.viewRange() == before


@pytest.mark.qt_log_ignore("not accepted by receiving widget")
def test_a_press_beside_the_ball_is_the_plots(held):
    held.do(QTest.mousePress, 5, 5)
    held.do(QTest.mouseMove, 6, 6)
    held.do(QTest.mouseRelease, 6, 6)
    assert held.heard == []


def test_a_press_that_is_let_go_at_the_same_place_is_a_click(held):
    held.do(QTest.mousePress, 2, 3)
    held.do(QTest.mouseRelease, 2, 3)
    assert held.names == ["clicked"]


def test_escape_puts_it_back_wherever_the_keyboard_is(held, qtbot):
    held.do(QTest.mousePress, 2, 3)
    held.do(QTest.mouseMove, 5, 6)
    qtbot.waitUntil(lambda: held.names == ["held"])
    qtbot.keyClick(held.plot, KEY.Key_Escape)
    held.do(QTest.mouseMove, 6, 7)
    held.do(QTest.mouseRelease, 6, 7)
    assert held.names == ["held", "put back"]


def test_the_pointer_says_that_it_can_be_taken(held):
    viewport = held.plot.viewport()
    QTest.mouseMove(viewport, QPoint(1, 1))
    held.do(QTest.mouseMove, 2, 3)
    assert viewport.cursor().shape() == Qt.CursorShape.OpenHandCursor
    held.do(QTest.mouseMove, 8, 8)
    assert viewport.cursor().shape() != Qt.CursorShape.OpenHandCursor
    assert themes.application().overrideCursor() is None
