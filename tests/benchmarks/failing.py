"""What a child may be asked that fails; it loads little, as each is a process of its own."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.benchmarks.window import run_until


def takes_nothing() -> dict[str, float]:
    """Take none of the arguments that a benchmark gives."""
    return {}


def raises_in_a_slot(began: float) -> dict[str, float]:
    """Wait for ever, while an exception is raised where Qt swallows it."""
    app = QApplication([])
    QTimer.singleShot(0, lambda: 1 // 0)
    run_until(lambda: False)
    return {"began": began, "app": id(app)}
