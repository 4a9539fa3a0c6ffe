import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.views.landscape.ball_drag import BallDrag


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
        self.drag = BallDrag(self.plot, lambda: self.ball)
        self.heard = []
        self.drag.moved.connect(lambda point: self.heard.append(("moved", point)))
        self.drag.dropped.connect(lambda point: self.heard.append(("dropped", point)))
        self.drag.cancelled.connect(lambda: self.heard.append(("cancelled", None)))

    def place(self, x, y):
        return self.plot.mapFromScene(self.plot.box.mapViewToScene(QPointF(x, y)))

    def do(self, what, x, y):
        left = () if what is QTest.mouseMove else (Qt.MouseButton.LeftButton,)
        if left:
            what(self.plot.viewport(), *left, Qt.KeyboardModifier.NoModifier, self.place(x, y))
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
    assert (held.names[0], held.names[-1]) == ("moved", "dropped")
    point, pixel = held.heard[-1][1], held.plot.box.viewPixelSize()
    assert (point.x(), point.y()) == (pytest.approx(6, abs=pixel[0]), pytest.approx(7, abs=pixel[1]))
    assert held.plot.box.viewRange() == before


@pytest.mark.qt_log_ignore("not accepted by receiving widget")
def test_a_press_beside_the_ball_is_the_plots(held):
    held.do(QTest.mousePress, 5, 5)
    held.do(QTest.mouseMove, 6, 6)
    held.do(QTest.mouseRelease, 6, 6)
    assert held.heard == []


def test_escape_puts_it_back_wherever_the_keyboard_is(held, qtbot):
    held.do(QTest.mousePress, 2, 3)
    held.do(QTest.mouseMove, 5, 6)
    qtbot.keyClick(held.plot, Qt.Key.Key_Escape)
    held.do(QTest.mouseRelease, 5, 6)
    assert held.names[-1] == "cancelled"
    assert "dropped" not in held.names


@pytest.mark.qt_log_ignore("not accepted by receiving widget")
def test_without_a_ball_there_is_nothing_to_take(held):
    held.ball = None
    held.do(QTest.mousePress, 2, 3)
    held.do(QTest.mouseRelease, 6, 7)
    assert held.heard == []


def test_the_pointer_says_that_it_can_be_taken(held):
    viewport = held.plot.viewport()
    QTest.mouseMove(viewport, QPoint(1, 1))
    held.do(QTest.mouseMove, 2, 3)
    assert viewport.cursor().shape() == Qt.CursorShape.OpenHandCursor
    held.do(QTest.mouseMove, 8, 8)
    assert viewport.cursor().shape() != Qt.CursorShape.OpenHandCursor
    assert themes.application().overrideCursor() is None
