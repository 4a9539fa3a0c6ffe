"""A part of the experiment that opens and closes: its line says in short what is in it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QVBoxLayout, QWidget

from neuroviz.ui.theme.parts import arrange, fitted_line, set_tip, text_label

_INDENT = 18
"""Pixels that the arrow takes, left of the name."""
_ARROW = 4.0


class FormSection(QWidget):
    """A line with a name, and :attr:`rows`, a layout that a press on the line opens.

    Parameters
    ----------
    name
        For object names and for the file of preferences.
    body
        Where its rows stand, if not under the line.
    """

    def __init__(self, name: str, title: str, body: QWidget | None = None) -> None:
        super().__init__()
        self.setProperty("section", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.header = _SectionHeader(title, keeps_summary=body is not None)
        self.header.setObjectName(f"section_{name}")
        column = arrange(QVBoxLayout(self), self.header, spacing=0, margins=(0, 4, 0, 5))
        self._body = body or QWidget()
        self.rows = QVBoxLayout(self._body)
        self.rows.setContentsMargins(0, 4, 0, 12)
        self.rows.setSpacing(6)
        if body is None:
            column.addWidget(self._body)
            self._body.hide()
            self.header.toggled.connect(self._body.setVisible)

    @property
    def is_open(self) -> bool:
        """Whether its rows are to be seen."""
        return self.header.isChecked()

    def set_open(self, on: bool) -> None:
        """Open or close it."""
        self.header.setChecked(on)

    def holds(self, widget: QWidget) -> bool:
        """Return whether a widget stands in its rows."""
        return self._body.isAncestorOf(widget)

    def summarize(self, summary: str) -> None:
        """Say in short what is in it, for its closed line."""
        self.header.summarize(summary)


class _SectionHeader(QAbstractButton):
    """The line: an arrow, the name, and under it the summary while the section is closed.

    Or always, where what opens stands elsewhere.
    """

    def __init__(self, title: str, *, keeps_summary: bool) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setAccessibleName(title)
        # After a click Space runs and pauses all the same.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._summary = ""
        self._title = _line(title, "section")
        self._line = _line("", "muted")
        self._line.setObjectName("summary")
        arrange(QVBoxLayout(self), self._title, self._line, spacing=1, margins=(_INDENT, 5, 4, 5))
        if not keeps_summary:
            self.toggled.connect(self._line.setHidden)

    def summarize(self, summary: str) -> None:
        """Show a summary, as much of it as there is room for."""
        if summary == self._summary:
            return
        self._summary = summary
        self.setAccessibleDescription(summary)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the size of what stands in it."""
        layout = self.layout()
        assert layout is not None
        return layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the height of what stands in it; it is as wide as it may be."""
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the summary to another width."""
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground under the pointer, the ring of the keyboard, and the arrow."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self.palette()
        painter.setPen(Qt.PenStyle.NoPen)
        if self.hasFocus():
            painter.setPen(QPen(colours.color(QPalette.ColorRole.Highlight), 1))
        if self.underMouse():
            painter.setBrush(colours.color(QPalette.ColorRole.AlternateBase))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        self._draw_arrow(painter, colours.color(QPalette.ColorRole.PlaceholderText))

    def _draw_arrow(self, painter: QPainter, colour: QColor) -> None:
        """Draw the arrow: to the right while closed, down while open."""
        pen = QPen(colour, 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.translate(7.0, self._title.geometry().center().y() + 1.0)
        if self.isChecked():
            painter.rotate(90)
        half = _ARROW / 2
        painter.drawPolyline([QPointF(-half, -_ARROW), QPointF(half, 0), QPointF(-half, _ARROW)])

    def _fit(self) -> None:
        shown = fitted_line(self._summary, self._line, self.width() - _INDENT - 4)
        self._line.setFixedSize(max(0, self.width() - _INDENT - 4), self._line.sizeHint().height())
        self._line.setText(shown)
        set_tip(self, "" if shown == self._summary else self._summary)


def _line(text: str, role: str) -> QLabel:
    label = text_label("", role, text)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return label
