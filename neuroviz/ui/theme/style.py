"""What a style sheet cannot draw without image files: arrows, check boxes and radio buttons."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleOption, QWidget

from neuroviz.ui.theme.colours import Theme

_PRIMITIVE = QStyle.PrimitiveElement
_STATE = QStyle.StateFlag
_UP = {_PRIMITIVE.PE_IndicatorArrowUp, _PRIMITIVE.PE_IndicatorSpinUp}
_DOWN = {_PRIMITIVE.PE_IndicatorArrowDown, _PRIMITIVE.PE_IndicatorSpinDown}
_MARKS = {_PRIMITIVE.PE_IndicatorCheckBox, _PRIMITIVE.PE_IndicatorRadioButton}
_OURS = _UP | _DOWN | _MARKS


class FlatStyle(QProxyStyle):
    """Fusion with flat arrows and marks in a theme's colours."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Fusion")
        self._theme = theme

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw arrows and marks ourselves, all else as Fusion does."""
        if element not in _OURS:
            super().drawPrimitive(element, option, painter, widget)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if element in _MARKS:
            self._draw_mark(option, painter, is_round=element == _PRIMITIVE.PE_IndicatorRadioButton)
        else:
            self._draw_arrow(option, painter, upwards=element in _UP)
        painter.restore()

    def _draw_arrow(self, option: QStyleOption, painter: QPainter, *, upwards: bool) -> None:
        theme = self._theme
        centre = QRectF(option.rect).center()
        lift = -1.5 if upwards else 1.5
        enabled = option.state & _STATE.State_Enabled
        painter.setPen(_round_pen(theme.muted if enabled else theme.disabled, 1.5))
        painter.drawPolyline(
            [centre + QPointF(-3, -lift), centre + QPointF(0, lift), centre + QPointF(3, -lift)]
        )

    def _draw_mark(self, option: QStyleOption, painter: QPainter, *, is_round: bool) -> None:
        theme = self._theme
        box = QRectF(option.rect).adjusted(1, 1, -1, -1)
        enabled = bool(option.state & _STATE.State_Enabled)
        filled = bool(option.state & (_STATE.State_On | _STATE.State_NoChange))
        fill = (theme.accent if enabled else theme.disabled) if filled else theme.field
        edge = (theme.accent if filled else theme.muted) if enabled else theme.edge
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(fill))
        radius = box.width() / 2 if is_round else 3
        painter.drawRoundedRect(box, radius, radius)
        if filled:
            ink = theme.on_accent if enabled else theme.card
            _draw_sign(
                painter,
                box,
                ink,
                is_round=is_round,
                partly=bool(option.state & _STATE.State_NoChange),
            )


def _draw_sign(painter: QPainter, box: QRectF, ink: str, *, is_round: bool, partly: bool) -> None:
    """Draw a dot, a dash or a tick in a mark."""
    centre = box.center()
    painter.setPen(_round_pen(ink, 1.8))
    if is_round:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink))
        painter.drawEllipse(centre, box.width() / 5, box.width() / 5)
    elif partly:
        painter.drawLine(centre - QPointF(3, 0), centre + QPointF(3, 0))
    else:
        painter.drawPolyline(
            [centre + QPointF(-3, 0), centre + QPointF(-0.8, 2.4), centre + QPointF(3.2, -2.6)]
        )


def _round_pen(colour: str, width: float) -> QPen:
    return QPen(
        QColor(colour),
        width,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap,
        Qt.PenJoinStyle.RoundJoin,
    )
