"""The theme in force: every pen, font and palette of the program.

The colours are in `colours`, the style sheet they fill in is `sheet`.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QGuiApplication,
    QPainter,
    QPalette,
)
from PySide6.QtWidgets import QApplication, QWidget

from neuroviz.ui.theme.colours import DARK, LIGHT, Theme, stronger
from neuroviz.ui.theme.sheet import style_sheet

if TYPE_CHECKING:
    import pyqtgraph

GRID = 8
"""Distances on screen are multiples or halves of this many pixels."""

_LEAST, _MOST = 10.0, 13.0
"""Points of letters in which the program is well read, and for which there is room."""
_NUMERIC = QFont.Tag("tnum")
_FALLBACK_FAMILY = "DejaVu Sans"
_LOOK = "look"

now = LIGHT
"""The theme in force, for what paints itself; `apply` and `apply_without_sheet` change it."""


class Notifier(QObject):
    """Has the signal of all themes."""

    changed = Signal()
    """Another theme is in force: what paints itself paints anew."""


notifier = Notifier()
"""Tells everything that is drawn in colours of its own, and not by the style sheet."""


def choose(name: str) -> Theme:
    """Return the theme "light" or "dark", or for "system" that of the desktop.

    It has high contrast where the desktop prefers that.
    """
    if name == "system":
        hints = QGuiApplication.styleHints()
        # `apply` may have overruled the desktop, whose own choice is asked for here.
        hints.unsetColorScheme()
        name = "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"
    theme = DARK if name == "dark" else LIGHT
    return stronger(theme) if desktop_prefers_contrast() else theme


def desktop_prefers_contrast() -> bool:
    """Return whether the desktop asks for high contrast."""
    hints = QGuiApplication.styleHints()  # held: PySide has what is theirs end with them
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


def application() -> QApplication:
    """Return the application, which must have been created."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def apply(app: QApplication, theme: Theme) -> None:
    """Give the whole program the look of a theme; may be called again at any time."""
    sheet = style_sheet(theme, point_size())
    if theme is now and app.styleSheet() == sheet and app.font() == text_font():
        return  # in force: set again, it would make every widget that there is look at it anew
    another = theme is not now
    apply_without_sheet(app, theme)
    app.setStyleSheet(sheet)
    if another:
        notifier.changed.emit()


def apply_without_sheet(app: QApplication, theme: Theme) -> None:
    """Apply all of a theme but its style sheet, which `apply` sets.

    A window is best built so. With a sheet in force Qt asks it about a widget, and about all in
    it, whenever it gets another parent.
    """
    global now
    now = theme
    scheme = Qt.ColorScheme.Dark if theme.name == "dark" else Qt.ColorScheme.Light
    hints = QGuiApplication.styleHints()
    # Overruled only where it differs, so that a program on "system" goes on following the desktop.
    if hints.colorScheme() != scheme:
        hints.setColorScheme(scheme)
    app.setStyleSheet("")  # with another one in force every line below would ask it, too
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    font = text_font()
    if app.font() != font:
        app.setFont(font)


def repolish(widget: QWidget) -> None:
    """Have the style sheet look again at a widget's properties.

    It does only when polishing.
    """
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Give a widget another value of a property that the style sheet looks at."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            repolish(widget)


def looks(widget: QWidget) -> list[str]:
    """Return the words that a widget has in the style sheet, such as "card"."""
    return str(widget.property(_LOOK) or "").split()


def set_look(widget: QWidget, *words: str, on: bool = True) -> None:
    """Add words of the style sheet to those that a widget has, or remove them.

    They are one property: Qt searches all that a class has for each that a sheet asks about.
    """
    others = [word for word in looks(widget) if word not in words]
    restyle(widget, _LOOK, " ".join([*others, *words] if on else others))


def set_role(label: QWidget, role: str) -> None:
    """Give a label the look of a role such as "muted": colours by the style sheet, letters here.

    So it can be measured before a sheet is in force.
    """
    base = point_size()
    sizes = {
        "caption": base - 1,
        "accent": base - 1,
        "muted": base - 1,
        "reading": base + 1,
        "headline": 1.3 * base,
        "heading": 1.5 * base,
    }
    font = label.font()
    font.setPointSizeF(sizes.get(role, base))
    bold = role in ("title", "section", "caption", "accent", "headline", "heading")
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    label.setFont(font)
    restyle(label, "role", role)


def set_numeric(label: QWidget) -> None:
    """Give a label digits of one width."""
    font = label.font()
    font.setFeature(_NUMERIC, 1)
    label.setFont(font)


def point_size() -> float:
    """Return the size of the program's letters in points: the desktop's, within what has room."""
    desktop = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    return min(max(desktop.pointSizeF(), _LEAST), _MOST)


def scaled(pixels: float) -> int:
    """Return how many pixels something takes that holds text, and needs so many at 10 points."""
    return round(pixels * point_size() / _LEAST)


def text_font(smaller: float = 0.0) -> QFont:
    """Return the font of the program, the desktop's own sans, or one by so many points smaller."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setFamilies([*font.families(), _FALLBACK_FAMILY])
    font.setPointSizeF(point_size() - smaller)
    return font


def numeric_font(smaller: float = 0.0) -> QFont:
    """Return such a font for numbers, with digits of one width."""
    font = text_font(smaller)
    font.setFeature(_NUMERIC, 1)
    return font


def painter(widget: QWidget, font: QFont | None = None) -> QPainter:
    """Return what paints a widget with smooth edges, in a font or that of the widget."""
    result = QPainter(widget)
    result.setRenderHint(QPainter.RenderHint.Antialiasing)
    if font is not None:
        result.setFont(font)
    return result


def paint_focus(painter: QPainter, area: QRect) -> None:
    """Paint the ring round what has the keyboard."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(now.accent)
    painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)


def code_font() -> QFont:
    """Return the desktop's own font with letters of one width, a little smaller than words."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setFamilies([*font.families(), f"{_FALLBACK_FAMILY} Mono"])
    font.setPointSizeF(point_size() - 1)
    return font


def style_axis(axis: "pyqtgraph.AxisItem") -> None:
    """Set the colours of an axis and its grid. To be called again after a change of theme."""
    # Lines at every labelled tick are enough to read by.
    axis.setStyle(maxTickLevel=0, hideOverlappingLabels=False)
    # Behind the curves: the grid is part of the axis, and would cut them up.
    axis.setZValue(-1)
    axis.setPen(now.edge)
    axis.setTickPen(now.grid)
    axis.setTextPen(now.muted)
    axis.setTickFont(numeric_font(smaller=1))
    axis.setGrid(255)  # opaque


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for name, colour in {
        role.Window: theme.background,
        role.WindowText: theme.ink,
        role.Base: theme.field,
        role.AlternateBase: theme.hover,
        role.Text: theme.ink,
        role.Button: theme.card,
        role.ButtonText: theme.ink,
        role.BrightText: theme.error,
        role.ToolTipBase: theme.card,
        role.ToolTipText: theme.ink,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Light: theme.hover,
        role.Midlight: theme.border,
        role.Mid: theme.edge,
        role.Dark: theme.edge,
        role.Shadow: theme.border,
    }.items():
        palette.setColor(name, colour)
    for name in (
        role.WindowText,
        role.Text,
        role.ButtonText,
        role.PlaceholderText,
        role.HighlightedText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, name, theme.disabled)
    for name in (role.Highlight, role.Accent):
        palette.setColor(QPalette.ColorGroup.Disabled, name, theme.track)
    return palette
