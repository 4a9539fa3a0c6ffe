"""A person before the window of sweeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.session import Session
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.sweep.window import SweepWindow
from tests.ui.person import KEY, LEFT


class Sweeper:
    """Sits before the window; what it asks for is kept."""

    def __init__(self, session: Session, window: SweepWindow, qtbot: QtBot) -> None:
        self.session, self.window, self.qtbot = session, window, qtbot
        self.asked: list[Any] = []
        for signal in (window.changes_asked, window.start_asked):
            signal.connect(self.asked.append)

    @property
    def result(self) -> SweepResult:
        result = self.window.view.result
        assert result is not None
        return result

    @property
    def read(self) -> str:
        return self.window.view.reading.text()

    @property
    def old(self) -> bool:
        return self.window.view.old.isVisible()

    def fill(self, **numbers: float) -> None:
        """Type numbers into the fields."""
        for name, value in numbers.items():
            box: Any = self.window.form.fields[name].control
            box.setFocus()
            box.selectAll()
            self.qtbot.keyClicks(box, repr(value))
            self.qtbot.keyClick(box, KEY.Key_Tab)

    def choose(self, over: str) -> None:
        self.window.form.over.setCurrentIndex(self.window.form.over.findData(over))

    def press_run(self) -> None:
        self.qtbot.mouseClick(self.window.form.button, LEFT)

    def run(self) -> None:
        """Press Run and wait for the end."""
        self.press_run()
        self.qtbot.waitUntil(lambda: not self.window.job.running, timeout=20_000)
        for _ in range(2):  # an axis takes its width while it is painted, and the plot moves by it
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
            QApplication.processEvents()
            self.window.grab()  # what is clicked is where it is shown

    def apply(self, **changes: Any) -> None:
        """Change the experiment, as the main window does."""
        self.session.apply(self.session.settings.replace(**changes))
        self.window.show_frame(self.session.frame())

    def place(self, x: float, y: float) -> QPoint:
        plot = self.window.view.plot
        return plot.mapFromScene(plot.box.mapViewToScene(QPointF(x, y)))

    def click(self, x: float, y: float) -> None:
        """Click a place of the plot, in its units (decades on logarithmic axes)."""
        plot = self.window.view.plot
        self.qtbot.mouseClick(plot.viewport(), LEFT, pos=self.place(x, y))

    def hover(self, x: float, y: float) -> None:
        """Move the pointer there and wait until it is heard there.

        An axis that takes its width moves the plot.
        """
        plot: Any = self.window.view.plot
        heard: list[QPointF] = []
        plot.hovered.connect(heard.append)

        def moved() -> bool:
            QTest.mouseMove(plot.viewport(), self.place(x, y) + QPoint(len(heard) % 2, 0))
            QTest.mouseMove(plot.viewport(), self.place(x, y))
            return (
                bool(heard)
                and (self.place(heard[-1].x(), heard[-1].y()) - self.place(x, y)).manhattanLength()
                < 2
            )

        self.qtbot.waitUntil(moved)
        plot.hovered.disconnect(heard.append)

    def key(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.window.view.plot, key)


def loss_of_trainer(settings: Settings, epochs: int) -> float:
    """Return the loss that a run of the trainer has after so many epochs."""
    trainer = Trainer(settings)
    trainer.advance(epochs * settings.steps_per_epoch)
    loss = trainer.history.rows().newest.loss
    assert loss is not None
    return loss


@pytest.fixture
def open_sweep(qapp: object, qtbot: QtBot) -> Iterator[Callable[..., Sweeper]]:
    """Return a function that opens the window over an experiment."""
    windows: list[SweepWindow] = []

    def opened(settings: Settings | None = None) -> Sweeper:
        session = Session(settings or Settings("line", epochs=200))
        session.prepare()
        window = SweepWindow(session, Preferences())
        windows.append(window)
        window.show()
        window.activateWindow()
        window.show_frame(session.frame())
        qtbot.waitUntil(window.isActiveWindow)
        return Sweeper(session, window, qtbot)

    yield opened
    for window in windows:
        window.close()
        window.deleteLater()
