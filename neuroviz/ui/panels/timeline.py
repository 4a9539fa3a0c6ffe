"""The timeline: every step of the run, any of which can be looked at."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QStyle, QStyleOptionSlider

from neuroviz.core.choices.edits import Edit
from neuroviz.session.frame import Frame
from neuroviz.ui.controls.slider import Slider
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.theme.parts import LabelSlot, caption, set_tip, small_button, text_label

_MOST = 2**31 - 1
_TICK = 4
_DRAG = "Drag to look at an earlier step; the run is not touched"
_BACK = "Back to the newest step (F4)"


class _Track(Slider):
    """A slider with a tick where the run was edited."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.theme = theme
        self.edits: tuple[Edit, ...] = ()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the edits under the handle."""
        painter = QPainter(self)
        painter.setPen(themes.pen(self.theme.ink, 1.4, self))
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        handle = self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
        )
        room = self.width() - handle.width()
        middle = self.height() // 2
        for edit in self.edits:
            place = QStyle.sliderPositionFromValue(
                0, self.maximum(), min(edit.step, self.maximum()), room
            )
            x = place + handle.width() // 2
            painter.drawLine(x, middle - 2 * _TICK, x, middle - _TICK)
        painter.end()
        super().paintEvent(event)


class Timeline(QFrame):
    """A slider over the steps of the run.

    Beside it what is said of the one that is looked at, and the way back to now.
    """

    step_asked = Signal(int)
    """This row is to be looked at."""
    now_asked = Signal()
    """The newest row is to be looked at, wherever it goes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.slider = _Track(theme)
        self.slider.setObjectName("timeline")
        self.slider.setAccessibleName("Timeline: which step of the run is looked at")
        self.slider.setToolTip(_DRAG)
        self.where = text_label("looked_at", "")
        self.where.setFont(themes.numeric_font())
        self.now = small_button("now", "Now", _BACK, "Back to the newest step")
        self.now.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QGridLayout(self)
        layout.setContentsMargins(12, 4, 8, 4)
        layout.setHorizontalSpacing(themes.GRID)
        layout.setVerticalSpacing(0)
        layout.addWidget(caption("Time"), 0, 0)
        layout.addWidget(self.slider, 0, 1)
        layout.addWidget(self.now, 0, 2)
        layout.addWidget(LabelSlot(self.where), 1, 1, 1, 2)
        layout.setColumnStretch(1, 1)
        # Of a burst of moves only the last is looked at.
        self._asked = QTimer(self, singleShot=True, interval=0)
        self._asked.timeout.connect(self._ask)
        self._showing = False
        self._lock = ""
        """Why no other step can be looked at; empty where it can."""
        self.slider.valueChanged.connect(self._on_value_changed)
        self.now.clicked.connect(self.now_asked)

    def show_frame(self, frame: Frame) -> None:
        """Show which step is looked at, and of how many."""
        self._showing = True
        newest = min(frame.newest_step, _MOST)
        if self.slider.maximum() != newest:
            self.slider.setRange(0, newest)
            self.slider.setPageStep(max(1, newest // 20))
        if not self._asked.isActive():
            self.slider.setValue(min(frame.step, _MOST))
        self._showing = False
        if self.slider.edits != frame.edits:
            self.slider.edits = frame.edits
            self.slider.update()
        self.slider.setEnabled(newest > 0 and not self._lock)
        self.now.setEnabled((frame.looks_back or frame.phase is not None) and not self._lock)
        self.where.setText(_where(frame))
        set_tip(self.where, _kept(frame))

    def lock(self, reason: str) -> None:
        """Keep what is looked at for a reason, which is told.

        Free it with the next frame where it is empty.
        """
        self._lock = reason
        self.slider.setToolTip(reason or _DRAG)
        self.now.setToolTip(reason or _BACK)
        if reason:
            self.slider.setEnabled(False)
            self.now.setEnabled(False)

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self.slider.theme = theme
        self.slider.update()

    def _on_value_changed(self) -> None:
        if not self._showing:
            self._asked.start()

    def _ask(self) -> None:
        if self.slider.value() >= self.slider.maximum():
            self.now_asked.emit()
        else:
            self.step_asked.emit(self.slider.value())


def _where(frame: Frame) -> str:
    if frame.rows is None:
        return "—"
    if not frame.looks_back:
        return f"step {frame.newest_step:,}, now" if frame.newest_step else "at the start"
    again = "*" if _recomputed(frame) else ""
    return f"step {frame.step:,}{again} of {frame.newest_step:,}"


def _recomputed(frame: Frame) -> bool:
    return frame.rows is not None and frame.rows.kept_before(frame.step).step != frame.step


def _kept(frame: Frame) -> str:
    """Return what is said of the rows that were left out."""
    if frame.rows is None or frame.rows.stride == 1:
        return "Every step is kept."
    kept = (
        f"Of this long run every {frame.rows.stride:,}th step is kept; "
        "those between are computed again, exactly."
    )
    return f"* This step was computed again. {kept}" if _recomputed(frame) else kept
