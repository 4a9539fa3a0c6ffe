"""Moments of real runs, for the tests of what is drawn from them."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.session.frame import Frame
from neuroviz.session.session import Session


def moment(
    task: str = "and",
    steps: int = 3,
    phase: str | None = None,
    sample: int | None = None,
    *,
    ready: bool = True,
    **choices: object,
) -> Frame:
    """Return the frame of a run after so many steps, at a part of a step, with a sample picked."""
    session = Session(Settings(task, **choices))
    if ready:
        session.prepare()
        session.advance(steps)
    session.look_at(None, phase)
    session.pick(sample)
    return session.frame()


def settle(widget: QWidget, width: int, height: int) -> None:
    """Show a widget in a size, and let its layout come to rest."""
    widget.resize(width, height)
    widget.show()
    for _ in range(3):
        QApplication.processEvents()
