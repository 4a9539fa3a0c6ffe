"""Opens what is dropped on the window, by its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from neuroviz.files.session_file import kind_of
from neuroviz.ui.preferences import local_path


class Drops(QObject):
    """Takes files and texts that are dropped anywhere on a window.

    Parameters
    ----------
    window
        The window, which owns this object.
    by_kind
        Opens each kind of file, as `kind_of` names it.
    read_text
        Takes a text.
    """

    refused = Signal(str)
    """Why nothing is opened."""

    def __init__(
        self,
        window: QWidget,
        by_kind: Mapping[str, Callable[[Path], object]],
        read_text: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self._by_kind = by_kind
        self._read_text = read_text
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take files and texts, and let everything else pass."""
        if not (isinstance(event, QDragEnterEvent) or type(event) is QDropEvent):
            return False
        mime = event.mimeData()
        if not (mime.hasUrls() or mime.hasText()):
            return False
        event.acceptProposedAction()
        if type(event) is QDropEvent:
            # Later, since until this returns, the program it comes from is blocked.
            QTimer.singleShot(0, self._opener(mime))
        return True

    def _opener(self, mime: QMimeData) -> Callable[[], object]:
        """Return what opens what was dropped, or says why it cannot."""
        if not mime.hasUrls():
            return partial(self._read_text, mime.text())
        paths = [local_path(url) for url in mime.urls()]
        path = paths[0]
        if len(paths) != 1:
            return partial(self.refused.emit, "Drop one file at a time.")
        if path is None:
            said = "An address on the web cannot be opened: save the file, and drop that."
            return partial(self.refused.emit, said)
        return partial(self.open, path)

    def open(self, path: Path) -> None:
        """Open a file of any kind; what is wrong with it is shown."""
        self._by_kind[kind_of(path)](path)
