"""The place of a panel that is built when it is first seen or asked for: the first paint does not wait for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar, cast

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from neuroviz.session.frame import Frame
from neuroviz.ui.theme.colours import Theme


class Panel(Protocol):
    """What shows moments in the colours of a theme, and is made ready for another run."""

    def show_frame(self, frame: Frame) -> None:
        """Show a moment."""

    def show_new(self, frame: Frame) -> None:
        """Show another run."""

    def apply_theme(self, theme: Theme) -> None:
        """Wear a theme."""


Built = TypeVar("Built", bound=Panel)


class Later(QWidget, Generic[Built]):
    """Stands for a panel; once that is built it shows what it would show had it been there from the start."""

    def __init__(self, build: Callable[[Theme], Built], theme: Theme) -> None:
        super().__init__()
        self.built: Built | None = None
        """The panel, None as long as nobody wanted it."""
        self._build = build
        self._theme = theme
        self._frame: Frame | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    @property
    def panel(self) -> Built:
        """The panel, built now if it is not there yet."""
        if self.built is None:
            self.built = self._build(self._theme)
            if self._frame is not None:
                self.built.show_new(self._frame)
            widget = cast(QWidget, self.built)
            self._layout.addWidget(widget)
            widget.setGeometry(self.rect())  # it may scroll to something when it is shown
            widget.show()  # Qt has shown what was there before it tells of being shown
        return self.built

    def show_new(self, frame: Frame) -> None:
        """Show another run."""
        self._frame = frame
        if self.built is not None:
            self.built.show_new(frame)

    def show_frame(self, frame: Frame) -> None:
        """Show a moment."""
        self._frame = frame
        if self.built is not None:
            self.built.show_frame(frame)

    def apply_theme(self, theme: Theme) -> None:
        """Wear a theme."""
        self._theme = theme
        if self.built is not None:
            self.built.apply_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        """Have the panel there before anything of it is painted."""
        super().showEvent(event)
        assert self.panel
