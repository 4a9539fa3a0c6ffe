"""What a person does to the window, and sees of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6 import QtGui
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QHelpEvent, QTextDocumentFragment, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTableView,
    QToolButton,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.history_view import Rows
from neuroviz.pictures.marks import HOLLOW, Curve, Points
from neuroviz.session.frame import Frame
from neuroviz.session.session import Session
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.canvas.painted_marks import PaintedMarks
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.views.neuron.network import NetworkPicture
from neuroviz.ui.window.main_window import MainWindow

Floats = NDArray[np.float64]
T = TypeVar("T", bound=QObject)
M = TypeVar("M")
KEY = Qt.Key
NO_KEY = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def marks_in(plot: Plot, kind: type[M]) -> list[M]:
    """Return the marks of a kind in a plot, at their positions on its axes."""
    items = (
        item for item in plot.box.addedItems if isinstance(item, PaintedMarks) and item.isVisible()
    )
    return [mark for item in items for mark in item.marks.values() if isinstance(mark, kind)]


def in_menus(window: MainWindow) -> list[QAction]:
    """Return the actions of the menus in the menu bar, and of the menus in them, each once."""
    menus = [action.menu() for action in window.menuBar().actions()]
    own = [action for menu in menus if isinstance(menu, QMenu) for action in menu.actions()]
    inner = [action.menu() for action in own]
    every = [
        *own,
        *(action for menu in inner if isinstance(menu, QMenu) for action in menu.actions()),
    ]
    return list(dict.fromkeys(every))


class Person:
    """Sits before a window with keyboard and mouse; finds everything by its object name."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot

    @property
    def bench(self) -> Workbench:
        """The bench that is seen."""
        return self.window.bench

    # --- seeing -----------------------------------------------------------------------------------

    def find(self, kind: type[T], name: str) -> T:
        """Return the part of the window with this name."""
        part = self.find_if_any(kind, name)
        assert part is not None, f"there is no {kind.__name__} {name!r}"
        return part

    def find_if_any(self, kind: type[T], name: str) -> T | None:
        """Return the part of the window with this name, built by now or in More settings."""
        if part := self.bench.findChild(kind, name) or self.window.findChild(kind, name):
            return part
        return self.bench.form.more_settings.findChild(kind, name)

    def text(self, name: str) -> str:
        """Return the text of a label, all of it where its end is left to the tooltip."""
        label = self.find(QLabel, name)
        cut = label.text().endswith("…")
        return label.toolTip() if cut and label.toolTip() else label.text()

    def combo(self, name: str) -> QComboBox:
        """Return a combo box."""
        return self.find(QComboBox, name)

    def box(self, name: str) -> Any:
        """Return a spin box."""
        return self.find(QAbstractSpinBox, name)

    def action(self, name: str) -> QAction:
        """Return an action."""
        return self.find(QAction, f"action_{name}")

    def button(self, name: str) -> QToolButton:
        """Return the button on the bar for an action, or the one with this name."""
        button = self.find_if_any(QToolButton, name)
        if button is not None:
            return button
        action = self.action(name)
        return next(
            each for each in self.bench.findChildren(QToolButton) if each.defaultAction() is action
        )

    def plot(self, name: str) -> Plot:
        """Return a plot that is on show: others are not drawn."""
        unseen = name in self.bench.views and name not in self.bench.grid.chosen
        assert not unseen, f"Nobody sees {name}: name it in open_window(plots=...)"
        return self.find(Plot, f"{name}_plot")

    def reading(self, name: str) -> str:
        """Return the line of text over a plot."""
        return str(self.bench.views[name].reading.text())

    def marks(self, plot: str, kind: type[M]) -> list[M]:
        """Return the marks of a kind in a plot, at their positions on its axes."""
        return marks_in(self.plot(plot), kind)

    def curves(self, plot: str) -> list[tuple[Floats, Floats]]:
        """Return x and y of every curve in a plot that has points."""
        pairs = [(np.asarray(mark.x), np.asarray(mark.y)) for mark in self.marks(plot, Curve)]
        return [(x, y) for x, y in pairs if len(x)]

    def curve(self, plot: str, colour: str) -> tuple[Floats, Floats]:
        """Return x and y of the curve in a colour."""
        drawn = [mark for mark in self.marks(plot, Curve) if np.size(mark.x)]
        (found,) = (mark for mark in drawn if mark.color == colour)
        return np.asarray(found.x), np.asarray(found.y)

    def dashes(self, plot: str) -> list[tuple[Floats, Floats]]:
        """Return x and y of every curve in dashes, and of what a person has drawn by hand."""
        dashed = [mark for mark in self.marks(plot, Curve) if mark.dash]
        return [(np.asarray(mark.x), np.asarray(mark.y)) for mark in dashed]

    def points(self, plot: str, what: str) -> set[tuple[float, float]]:
        """Return the places of circles, squares or rings in a plot, or of what is wrong."""
        found: set[tuple[float, float]] = set()
        for mark in self.marks(plot, Points):
            round_one = "rings" if mark.color == HOLLOW else "circles"
            red = mark.outline == themes.now.error
            kind = "wrong" if red else {"o": round_one, "s": "squares"}.get(mark.marker, "crosses")
            if kind == what:
                places = np.column_stack((mark.x, mark.y))
                found |= {*map(tuple, places[np.isfinite(places).all(axis=1)].tolist())}
        return found

    def table(self, name: str) -> QTableView:
        """Return a table."""
        return self.find(QTableView, name)

    def cells(self, name: str) -> list[list[str]]:
        """Return the texts of a table."""
        model = self.table(name).model()
        return [
            [str(model.index(row, column).data()) for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]

    @property
    def frame(self) -> Frame:
        """What the window shows."""
        return self.bench.session.frame()

    @property
    def rows(self) -> Rows:
        """The history of the run on show."""
        rows = self.frame.rows
        assert rows is not None
        return rows

    @property
    def step(self) -> int:
        """Updates done."""
        return self.rows.newest.step

    def error(self, name: str) -> str:
        """Return the sentence shown at a control, empty if there is none."""
        label = self.window.findChild(QLabel, f"{name}_error")
        return label.text() if label is not None and label.isVisible() else ""

    # --- doing ------------------------------------------------------------------------------------

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
        """Press a key where the keyboard is.

        Many steps at once come in slices, to the end of which this waits.
        """
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        if key == KEY.Key_F8:
            self.qtbot.waitUntil(lambda: not self.bench.player.running, timeout=30_000)

    def reveal(self, widget: QWidget) -> None:
        """Open the section of the experiment in which a widget stands, if it is closed."""
        for section in self.bench.form.sections:
            if section.holds(widget) and not section.is_open:
                self.qtbot.mouseClick(section.header, LEFT)
                self.settle()

    def focus(self, widget: QWidget) -> None:
        """Bring the keyboard to a widget."""
        self.reveal(widget)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        self.qtbot.waitUntil(widget.hasFocus)

    def click(self, name: str, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
        """Click a button."""
        self.reveal(self.button(name))
        self.qtbot.mouseClick(self.button(name), LEFT, modifier)

    def choose(self, combo: str, name: str) -> bool:
        """Choose an entry of a combo box with the keyboard; return whether it can be chosen."""
        box = self.combo(combo)
        self.focus(box)
        self.qtbot.keyClick(box, KEY.Key_Down, Qt.KeyboardModifier.AltModifier)
        view = box.view()
        self.qtbot.waitUntil(view.isVisible)
        self.qtbot.keyClick(view, KEY.Key_Home)
        for _ in range(box.count()):
            if view.currentIndex().data(Qt.ItemDataRole.UserRole) == name:
                self.qtbot.keyClick(view, KEY.Key_Return)
                self.qtbot.waitUntil(lambda: not view.isVisible())
                # Without a window manager a list that is gone may go on being the active window.
                self.window.activateWindow()
                self.qtbot.waitUntil(self.window.isActiveWindow)
                return True
            self.qtbot.keyClick(view, KEY.Key_Down)
        self.qtbot.keyClick(view, KEY.Key_Escape)
        return False

    def type_into(self, name: str, text: str, key: Qt.Key = KEY.Key_Return) -> None:
        """Type into a box or a line in place of what stands there."""
        edit: Any = self.find_if_any(QAbstractSpinBox, name) or self.find(QLineEdit, name)
        self.focus(edit)
        edit.selectAll()
        self.qtbot.keyClicks(edit, text)
        self.qtbot.keyClick(edit, key)

    def type_weight(self, row: int, text: str) -> None:
        """Double-click a value in the weights table.

        Brought to the front if need be, and type another.
        """
        self.bench.columns.show("side")
        self.bench.side.bring(self.bench.tables)
        self.settle()
        table = self.table("weights")
        place = table.visualRect(table.model().index(row, 1)).center()
        self.qtbot.mouseClick(table.viewport(), LEFT, pos=place)
        self.qtbot.mouseDClick(table.viewport(), LEFT, pos=place)
        self.qtbot.waitUntil(lambda: bool(table.viewport().findChildren(QLineEdit)))
        edit = table.viewport().findChildren(QLineEdit)[-1]
        edit.selectAll()
        if text:
            self.qtbot.keyClicks(edit, text)
        else:
            self.qtbot.keyClick(edit, KEY.Key_Delete)
        self.qtbot.keyClick(edit, KEY.Key_Return)
        # Qt takes what was typed when the key has been dealt with.
        self.qtbot.waitUntil(lambda: table.state() != QTableView.State.EditingState)

    def begin(self, settings: Settings) -> None:
        """Have a new session of an experiment in the place of the one on show, as one opened has.

        That takes a tenth of the time of another window.
        """
        self.bench.player.pause()
        self.bench.session.become(Session(settings))
        self.bench.session.prepare()
        self.bench.session.pick(None)
        self.bench.frame_dispatcher.new()

    def run_until(self, condition: Any, timeout: int = 60_000) -> None:
        """Press Run and wait for a condition."""
        self.press(KEY.Key_Space)
        self.qtbot.waitUntil(condition, timeout=timeout)

    def place(self, plot: str, x: float, y: float) -> QPoint:
        """Return where a point of a plane stands on its widget."""
        widget = self.plot(plot)
        return widget.mapFromScene(widget.box.mapViewToScene(QPointF(x, y)))

    def hover(self, plot: str, x: float, y: float) -> str:
        """Move the pointer over a plot, and return what is then read."""
        viewport, place = self.plot(plot).viewport(), self.place(plot, x, y)
        heard: list[QPointF] = []
        offsets = cycle((1, 0))
        self.plot(plot).hovered.connect(heard.append)

        def moved() -> bool:
            # pyqtgraph leaves out what comes within some milliseconds of the move before, Qt what
            # does not move.
            offset = next(offsets)
            if offset and heard:
                return True  # of the move to the place, the last one
            heard.clear()
            QTest.mouseMove(viewport, place + QPoint(offset, 0))
            return False

        self.qtbot.waitUntil(moved)
        self.plot(plot).hovered.disconnect(heard.append)
        return self.reading(plot)

    def click_plot(self, plot: str, x: float, y: float) -> None:
        """Click a point of a plane."""
        self.qtbot.mouseClick(self.plot(plot).viewport(), LEFT, pos=self.place(plot, x, y))

    def drag(self, plot: str, *points: Sequence[float], drop: bool = True) -> None:
        """Take what is at a point of a plane through others to the last, and let go of it there."""
        viewport = self.plot(plot).viewport()
        places = [self.place(plot, *point) for point in points]
        QTest.mousePress(viewport, LEFT, NO_KEY, places[0])
        for one, other in pairwise(places):
            for place in ((one + other) / 2, other):
                QTest.mouseMove(viewport, place)
                QApplication.processEvents()
        if drop:
            QTest.mouseRelease(viewport, LEFT, NO_KEY, places[-1])
            self.settle()

    def grip(self, name: object) -> Floats:
        """Return where a handle of the data stands, in the units of the axes."""
        handles = self.bench.views["data"].drag.handles()  # type: ignore[attr-defined]
        (found,) = (each for each in handles if each.name == name)
        point = self.plot("data").point_at(found.at)
        return np.array((point.x(), point.y()))

    def open_neuron(self, unit: int | None) -> None:
        """Press a neuron in the picture of all."""
        picture = self.find(NetworkPicture, "network")
        at = QPoint(*map(round, picture.tiles[unit].middle))
        QTest.mouseClick(picture, LEFT, pos=at)
        self.settle()

    def wheel(self, plot: str, notches: int) -> None:
        """Turn the wheel in the middle of a plot: positive is nearer."""
        for _ in range(abs(notches)):
            turn_wheel(self.plot(plot).viewport(), 1 if notches > 0 else -1)

    def settle(self) -> None:
        """Let everything be drawn that waits to be, and nothing else."""
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        QApplication.processEvents()
        QApplication.sendEvent(self.window, QEvent(QEvent.Type.UpdateRequest))


def turn_wheel(widget: QWidget, notches: int) -> bool:
    """Turn the wheel over the middle of a widget; return whether that has a use for it."""
    centre = QPointF(widget.rect().center())
    everywhere = QPointF(widget.mapToGlobal(centre.toPoint()))
    none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    turned = QPoint(0, 120 * notches)
    event = QWheelEvent(centre, everywhere, QPoint(), turned, none, NO_KEY, phase, False)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def rest_on(widget: QWidget, place: QPoint) -> None:
    """Let the pointer rest there."""
    event = QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)


def plain_tooltip() -> str:
    """Return what a person reads in the tooltip; empty where none is shown."""
    text = QToolTip.text()
    return (
        QTextDocumentFragment.fromHtml(text).toPlainText()
        if QtGui.Qt.mightBeRichText(text)
        else text
    )
