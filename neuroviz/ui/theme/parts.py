"""What is used all over the window: rows, small buttons, labels that fit, the ends of dialogs."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable
from typing import TypeVar

from PySide6 import QtGui
from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, SignalInstance
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from neuroviz.core.numbers import DASH
from neuroviz.ui.theme.icons import SWATCH_OF_BUTTON, icon
from neuroviz.ui.theme.read_aloud import ChoiceTool, announce, read_tip_once
from neuroviz.ui.theme.theme import scaled, set_look, set_role, text_font

_LONG = 10**6
_WHOLE = QRect()
_TIP = 80
"""Letters of a line beside the pointer."""
FRAME = QSize(16, 48)
"""Pixels that the desktop's frame around a window needs, at most."""
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
"""Keys that take what is typed or chosen."""
FLUSH = (0, 0, 0, 0)
DIALOG = (16, 16, 16, 12)
"""Margins of a part of something larger, and of a dialog."""
SCROLL_BAR = 10
"""Pixels of a scroll bar; where one may come its room is left free, so that nothing moves."""
_STAYS = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
LEFT = Qt.AlignmentFlag.AlignLeft | _STAYS
RIGHT = Qt.AlignmentFlag.AlignRight | _STAYS
"""Alignment of words and of numbers in one line."""
STRETCH = (None, 1)
"""A part that is room left free."""
Layout = TypeVar("Layout", bound=QBoxLayout)
Widget = TypeVar("Widget", bound=QWidget)
Margins = tuple[int, int, int, int]
Part = QWidget | QLayout | tuple[QWidget | QLayout | None, int]
_CLOSE = "<style>p, li { margin: 7px 0 } ol, ul { margin: 0 }</style>"


def show_tip(at: QPoint, text: str, widget: QWidget, area: QRect = _WHOLE) -> None:
    """Show a text beside the pointer as it is.

    Qt would take it for HTML where a run, or a column, is called <b>.

    Parameters
    ----------
    at
        The pointer, in pixels of the screen.
    area
        Where in the widget it has to stay; the whole widget if it is empty.
    """
    lines = (part for line in text.splitlines() for part in textwrap.wrap(line, _TIP) or [""])
    shown = "\n".join(lines)
    if QtGui.Qt.mightBeRichText(shown):
        shown = f'<div style="white-space: pre">{html.escape(shown)}</div>'
    QToolTip.showText(at, shown, widget, area)


def set_tip(widget: QWidget, text: str) -> None:
    """Give a widget a tooltip: Qt would tell the whole program of the same one again."""
    if widget.toolTip() != text:
        widget.setToolTip(text)
    read_tip_once(widget)


def arrange(
    layout: Layout, *parts: Part, spacing: int = -1, margins: Margins | None = None
) -> Layout:
    """Put parts into a row or a column that is there, and return it.

    Parameters
    ----------
    parts
        Widgets and other rows or columns;
        with a number beside it a part's share of the room that is left.
    spacing, margins
        Pixels between the parts, and left, top, right and below of all; else those of the style.
    """
    layout.setSpacing(spacing)
    if margins is not None:
        layout.setContentsMargins(*margins)
    for part in parts:
        item, share = part if isinstance(part, tuple) else (part, 0)
        if item is None:
            layout.addStretch(share)
        elif isinstance(item, QLayout):
            layout.addLayout(item, share)
        else:
            layout.addWidget(item, share)
    return layout


def in_row(
    *parts: Part,
    within: QWidget | None = None,
    spacing: int = -1,
    margins: Margins = FLUSH,
) -> QHBoxLayout:
    """Return a row of parts, which fills a widget where one is given; see :func:`arrange`.

    It does so up to the edges if no margins are given.
    """
    layout = QHBoxLayout() if within is None else QHBoxLayout(within)
    return arrange(layout, *parts, spacing=spacing, margins=margins)


def in_column(
    *parts: Part,
    within: QWidget | None = None,
    spacing: int = -1,
    margins: Margins = FLUSH,
) -> QVBoxLayout:
    """Return such a column of parts; see :func:`in_row`."""
    layout = QVBoxLayout() if within is None else QVBoxLayout(within)
    return arrange(layout, *parts, spacing=spacing, margins=margins)


class LabelSlot(QWidget):
    """Where a label stands whose text changes often.

    The label fills it, and asks nothing of any layout. A layout that is asked goes up to the window
    and through all that is in it.

    Parameters
    ----------
    label
        Its text has to fit; the place is as high as one line of it at first.
    """

    def __init__(self, label: QLabel) -> None:
        super().__init__()
        self._label = label
        label.setParent(self)
        self.setFixedHeight(height_of(1, label))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the room."""
        super().resizeEvent(event)
        self.fill()

    def fill(self) -> None:
        """Give the label all of the room, which a resize does by itself only where it is seen."""
        self._label.setFixedSize(self.size())


def small_button(
    name: str,
    text: str,
    tip: str = "",
    spoken: str = "",
    *,
    checkable: bool = False,
    choice: bool = False,
    sign: str = "",
    menu: QMenu | None = None,
    clicked: Callable[..., object] | SignalInstance | None = None,
    action: QAction | None = None,
) -> QToolButton:
    """Return a small button.

    Parameters
    ----------
    name
        Its object name.
    text, tip
        What stands on it, and beside the pointer.
    spoken
        What is read aloud, which has the text in it; without it the text, or else the tip.
    checkable
        Whether it stays pressed.
    choice
        Whether it does so as one of a group.
    sign
        Name of the icon before the text, or in place of one.
    menu
        What it opens.
    clicked
        What a click does, or the signal that it becomes.
    action
        The command that it is a button for: its text, tooltip and icon are those of the button,
        and what disables it disables the button.
    """
    button = ChoiceTool() if choice else QToolButton()
    button.setObjectName(name)
    button.setText(text)
    if sign:
        button.setIcon(icon(sign))
    if sign and text:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setToolTip(tip)
    button.setAccessibleName(spoken or ("" if text else tip))
    read_tip_once(button)
    button.setCheckable(checkable or choice)
    set_look(button, "small")
    button.setFont(text_font(smaller=1))
    if menu is not None:
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    if clicked is not None:
        button.clicked.connect(clicked)
    if action is not None:
        button.setDefaultAction(action)
    return button


def axis_button(name: str, what: str, menu: QMenu) -> QToolButton:
    """Return a small button that names an axis, and opens a menu of what it can show."""
    button = small_button(name, "", what, menu=menu)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(SWATCH_OF_BUTTON)
    return button


def add_choice(menu: QMenu, text: str, *, on: bool) -> QAction:
    """Add one of several things to choose to a menu, ticked or not, and return it."""
    action = menu.addAction(text)
    action.setCheckable(True)
    action.setChecked(on)
    return action


def show_text(label: QLabel, text: str) -> None:
    """Write a text, and hide the label where there is none."""
    label.setText(text)
    label.setVisible(bool(text))


def keep_room(widget: QWidget) -> None:
    """Have a widget keep its room while it is hidden, so that nothing else moves."""
    policy = widget.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    widget.setSizePolicy(policy)


def to_front(window: QWidget) -> None:
    """Show a window in front of the others."""
    window.show()
    window.raise_()
    window.activateWindow()


def text_label(name: str, role: str, text: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label of plain text, in the look of a role such as "muted" or "error".

    It may wrap.
    """
    label = named(QLabel(text), name)
    set_role(label, role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    return label


def wrapped_label(name: str, role: str) -> QLabel:
    """Return such a label that wraps, and begins at the top of its place."""
    label = text_label(name, role, wrap=True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    return label


class ValueLabel(QLabel):
    """A label of plain text that is read aloud with its caption, whatever stands before it."""

    def __init__(self, name: str, role: str, caption: str, text: str) -> None:
        super().__init__()
        self.setObjectName(name)
        set_role(self, role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._caption = caption
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show another value."""
        super().setText(text)
        self.setAccessibleName(f"{self._caption}: {'none' if text == DASH else text}")


class SearchLine(QLineEdit):
    """A line to search with: the arrows move through what is found, and it is read aloud."""

    def __init__(self, name: str, rows: QAbstractItemView) -> None:
        super().__init__()
        self.setObjectName(name)
        self._rows = rows
        rows.selectionModel().currentRowChanged.connect(self._read)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand the arrows on."""
        if event.key() in _MOVES:
            self._rows.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def _read(self, row: QModelIndex) -> None:
        if row.isValid() and self.hasFocus():
            cells = (row.siblingAtColumn(column).data() for column in range(3))  # or fewer
            announce(self, ", ".join(filter(None, cells)))


class MarkdownLabel(QLabel):
    """A label of Markdown in which there is no picture, no link and no HTML.

    A text from outside loads nothing.
    """

    _markdown = ""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.RichText)

    def setText(self, text: str) -> None:
        """Show Markdown."""
        self._markdown = text
        super().setText(self.html)

    def text(self) -> str:
        """Return the Markdown."""
        return self._markdown

    @property
    def html(self) -> str:
        """What Qt is given to show."""
        from neuroviz.paper.html import as_html  # the first paint does not wait for it

        return _CLOSE + as_html(self._markdown) if self._markdown else ""


class ScrolledPage(QScrollArea):
    """A page that is scrolled up and down, on the ground of what it stands in.

    Parameters
    ----------
    tabs
        Whether Tab goes to it, where nothing in it could be scrolled to.
    """

    def __init__(self, page: QWidget, *, tabs: bool = False) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if tabs:
            set_look(self, "stop")
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_look(page, "page")
        self.setWidget(page)


def caption(text: str, control: QWidget | None = None) -> QLabel:
    """Return the muted words before a control, which a letter in them leads to if it is given."""
    label = text_label("", "muted", text)
    if control is not None:
        label.setBuddy(control)
    return label


def named(widget: Widget, name: str, spoken: str = "") -> Widget:
    """Return a widget with its name in the program, and what screen readers call it."""
    widget.setObjectName(name)
    if spoken:
        widget.setAccessibleName(spoken)
    return widget


def tab_into(before: QWidget, part: QWidget) -> None:
    """Let Tab go from a widget into a part of the same window that came later."""
    # Qt's own chain is not asked: Python would delete what it hands out.
    for widget in (part, *part.findChildren(QWidget)):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.window() is part.window():
            QWidget.setTabOrder(before, widget)
            before = widget


def width_on_screen(window: QWidget, pixels: float) -> int:
    """Return the width of a window that needs so many pixels at 10 points; its screen limits it."""
    room = window.screen().availableGeometry().width() - FRAME.width()
    return min(scaled(pixels), room)


def room_on_screen() -> QSize:
    """Return the largest size at which a window is completely visible."""
    return QtGui.QGuiApplication.primaryScreen().availableGeometry().size() - FRAME


def message_box(
    window: QWidget, icon: QMessageBox.Icon, name: str, title: str, sentence: str
) -> QMessageBox:
    """Return a box that says a sentence in front of a window; it is deleted when it is closed.

    It is opened, not executed: the run behind it goes on, and the window keeps answering.
    """
    box = named(QMessageBox(icon, title, "", parent=window), name)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(sentence)
    return box


def closable(window: QWidget, name: str, title: str) -> tuple[QDialog, QDialogButtonBox]:
    """Return a dialog that is deleted when it is closed, and the button for that at its foot."""
    dialog = named(QDialog(window), name)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    return dialog, buttons


class TakeButton(QPushButton):
    """The button that takes what a dialog holds; Enter presses it from any field.

    What was typed is committed before; where it cannot be read, Enter stays in the field, and a
    press of the button takes nothing: the person reads why first. Without ``autoDefault``, neither
    holds.
    """

    unread = False
    """Whether what was typed was refused just now, as the keyboard came here."""

    def __init__(
        self, name: str, text: str, take_it: Callable[[], object], *, main: bool = True
    ) -> None:
        super().__init__(text)
        named(self, name)
        self._is_main = main
        set_look(self, "primary", on=main)
        self._take_it = take_it
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        unread = self.unread
        self.unread = False
        if not unread:
            self._take_it()

    def showEvent(self, event: QShowEvent) -> None:
        """Become the default button of the dialog, in which this is only now."""
        self.setDefault(self._is_main)
        super().showEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget what was refused."""
        self.unread = False
        super().focusOutEvent(event)


def take_or_cancel(
    dialog: QDialog, name: str, text: str, take_it: Callable[[], object]
) -> tuple[QDialogButtonBox, TakeButton]:
    """Return the buttons at the foot of a dialog, and the one that takes what it holds."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    take = TakeButton(name, text, take_it)
    buttons.rejected.connect(dialog.reject)
    buttons.addButton(take, QDialogButtonBox.ButtonRole.AcceptRole)
    return buttons, take


def fitted(text: str, label: QLabel) -> str:
    """Return a text, cut at a word with "…" where a label that wraps has no room for all of it."""
    room = label.contentsRect()
    shown = text
    while text and height_in(room.width(), label, shown) > room.height():
        text = text.rpartition(" ")[0]
        shown = f"{text} …"
    return shown


def fitted_line(text: str, label: QLabel, width: int) -> str:
    """Return a text that fits one line of so many pixels.

    It is cut with "…" where it has no room.
    """
    label.ensurePolished()
    return label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)


def height_of(lines: int, label: QLabel) -> int:
    """Return the height in pixels of so many lines of a label, in its font on the screen."""
    label.ensurePolished()
    return height_in(_LONG, label, "\n".join("x" * lines))


def height_in(width: int, label: QLabel, text: str) -> int:
    """Return the height in pixels of a text in a label so wide that wraps."""
    area = QRect(0, 0, width, _LONG)  # measured, since Qt rounds each line up
    return label.fontMetrics().boundingRect(area, Qt.TextFlag.TextWordWrap, text).height()
