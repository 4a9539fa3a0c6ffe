"""The importing of torch, off the GUI thread."""

from __future__ import annotations

import sys
import threading

from PySide6.QtCore import QObject, QTimer, Signal

from neuroviz.core.lazy import load_torch
from neuroviz.ui.canvas.jobs import Job

_POLL = 5  # ms


class TorchLoader(QObject):
    """Imports torch while the window is already shown.

    Work that can wait does so: numpy releases the interpreter for every sum over an array, and the
    import may then hold it for a tenth of a second.
    """

    loaded = Signal()
    failed = Signal(str)
    _error: str | None = None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = threading.Thread(target=self._load, name="torch import", daemon=True)
        self._timer = QTimer(self, interval=_POLL)
        self._timer.timeout.connect(self._poll)

    @staticmethod
    def is_loaded() -> bool:
        """Return whether torch is loaded already, so that there is nothing to wait for."""
        return "torch" in sys.modules

    def start(self) -> None:
        """Begin to load, unless that has begun; ``loaded`` or ``failed`` follows."""
        if self._thread.ident is not None:
            return
        Job.waiting = True
        self._thread.start()
        self._timer.start()

    @property
    def loading(self) -> bool:
        """Whether the import is under way; an interpreter that ends during it crashes."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Emit no more signals; the import itself cannot be stopped."""
        self._timer.stop()
        Job.waiting = False

    def _load(self) -> None:
        try:
            load_torch()
        except Exception as error:
            # An import can fail in any way, and must not do so silently in a thread.
            self._error = f"torch could not be loaded ({error}): install it again."

    def _poll(self) -> None:
        if self._thread.is_alive():
            return
        self.stop()
        if self._error:
            self.failed.emit(self._error)
        else:
            self.loaded.emit()
