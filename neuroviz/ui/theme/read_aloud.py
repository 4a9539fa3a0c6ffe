"""What screen readers and magnifiers are told: of plots, buttons, single numbers, and news.

A widget is read by the class that its ``read_by`` names; Qt reads those without one itself.
"""

# mypy: disable-error-code="override"
# Qt's stubs know of no None, and of no pointer.
from __future__ import annotations

import weakref
from collections.abc import Hashable, Mapping, Sequence

from msgspec import Struct
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleInterface,
)
from PySide6.QtWidgets import QAbstractButton, QAccessibleWidget, QToolButton, QWidget
from shiboken6 import isValid

_SILENCE = " "
"""A description that is not read: for an empty one Qt reads the tooltip."""


def announce(widget: QWidget, words: str) -> None:
    """Have words read aloud once what is being read has come to its end."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


def read_tip_once(widget: QWidget) -> None:
    """Leave a tooltip out of what is read where it is the name, too."""
    text = getattr(widget, "text", str)().replace("&", "")
    said = widget.toolTip() in (widget.accessibleName(), text, text.removesuffix("…"))
    if widget.accessibleDescription() in ("", _SILENCE):
        widget.setAccessibleDescription(_SILENCE if said else "")


class ReadPlot(QAccessibleWidget):
    """A plot whose description is what its method ``described`` returns."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget, QAccessible.Role.Chart)

    def text(self, kind: QAccessible.Text) -> str:
        """Return name or description."""
        if kind is QAccessible.Text.Description:
            return str(self.object().described())  # type: ignore[attr-defined]
        return super().text(kind)


class ReadButton(QAccessibleWidget):
    """A button that is pressed or not, as one of its group, or as a section that it opens."""

    as_what = QAccessible.Role.RadioButton

    def __init__(self, button: QAbstractButton) -> None:
        super().__init__(button, self.as_what)

    def text(self, kind: QAccessible.Text) -> str:
        """Return name or description, with its place among the choices."""
        said = super().text(kind)
        if kind is QAccessible.Text.Name:
            return said or self._button.text().replace("&", "")
        if kind is not QAccessible.Text.Description or not self._choices:
            return said
        place = f"{self._choices.index(self._button) + 1} of {len(self._choices)}"
        return f"{place}. {said}".removesuffix(f". {_SILENCE}").removesuffix(". ")

    def state(self) -> QAccessible.State:
        """Return whether it is chosen, or has opened its section."""
        state = super().state()
        on = self._button.isChecked()
        if self.role() is QAccessible.Role.RadioButton:
            state.checkable = True
            state.checked = on
        else:
            state.expandable = True
            state.expanded = on
            state.collapsed = not on
        return state

    def actionNames(self) -> list[str]:
        """Return that it can be pressed, and what any widget can."""
        return [QAccessibleActionInterface.pressAction(), *super().actionNames()]

    def doAction(self, name: str) -> None:
        """Press it, or do what any widget can."""
        if name == QAccessibleActionInterface.pressAction():
            self._button.click()
        else:
            super().doAction(name)

    @property
    def _button(self) -> QAbstractButton:
        return self.object()  # type: ignore[return-value]

    @property
    def _choices(self) -> list[QAbstractButton]:
        """The choices that are to be seen; none for a section."""
        group = self._button.group()
        every = group.buttons() if group else getattr(self._button, "choices", ())
        return [each for each in every if not each.isHidden()]


class _ReadFold(ReadButton):
    as_what = QAccessible.Role.Button


class ChoiceTool(QToolButton):
    """A small button that is one choice of a group."""

    read_by = ReadButton
    choices: Sequence[QAbstractButton] = ()
    """All of them, where they are no group of Qt's, of which Tab reaches one alone."""


class FoldButton(QToolButton):
    """A line that opens what is under it, and closes it again."""

    read_by = _ReadFold

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def event(self, event: QEvent) -> bool:
        """Take the keyboard where Alt and a letter opens it, so that Tab goes on into it."""
        if event.type() == QEvent.Type.Shortcut:
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return super().event(event)


class Part(Struct, frozen=True):
    """Something that is drawn in a widget, as it is read."""

    name: str
    value: str
    area: QRect
    """In pixels of the widget."""
    focused: bool = False


class ReadParts(QAccessibleWidget):
    """A picture whose parts, which its method ``parts`` returns by keys, are read one by one."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget, QAccessible.Role.Grouping)
        self._read: dict[Hashable, _ReadPart] = {}

    @property
    def _parts(self) -> Mapping[Hashable, Part]:
        parts: Mapping[Hashable, Part] = self.object().parts()  # type: ignore[attr-defined]
        return parts

    def _part(self, key: Hashable) -> _ReadPart:
        """Return the same for a key as long as the picture lives: a reader comes back to it."""
        if key not in self._read:
            self._read[key] = _ReadPart(self.object(), key)
        return self._read[key]

    def childCount(self) -> int:
        """Return how many parts and widgets there are."""
        return len(self._parts) + super().childCount()

    def child(self, index: int) -> QAccessibleInterface | None:
        """Return a part, or after the last one a widget."""
        keys = list(self._parts)
        if index < len(keys):
            return self._part(keys[index])
        return super().child(index - len(keys))

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Return the place of a part or a widget; -1 for what is none here."""
        keys = list(self._parts)
        if isinstance(child, _ReadPart):
            return keys.index(child.key) if child.key in keys else -1
        at = super().indexOfChild(child)
        return at if at < 0 else at + len(keys)

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:
        """Return the part at a place of the screen, else the widget."""
        parts = map(self._part, self._parts)
        found = next((part for part in parts if part.rect().contains(x, y)), None)
        return found or super().childAt(x, y)

    def focusChild(self) -> QAccessibleInterface | None:
        """Return the part that has the keyboard, else the widget."""
        focused = (key for key, part in self._parts.items() if part.focused)
        key = next(focused, None)
        return super().focusChild() if key is None else self._part(key)


class _ReadPart(QAccessibleInterface):
    """One part, which a reader may ask for when it is gone, with its picture or before it."""

    def __init__(self, widget: QObject, key: Hashable) -> None:
        super().__init__()
        self.key = key
        self._picture = weakref.ref(widget)

    def _widget(self) -> QWidget | None:
        widget = self._picture()
        return widget if isinstance(widget, QWidget) and isValid(widget) else None

    @property
    def _part(self) -> Part | None:
        widget = self._widget()
        parts: Mapping[Hashable, Part] = widget.parts() if widget else {}  # type: ignore[attr-defined]
        return parts.get(self.key)

    def isValid(self) -> bool:
        """Return whether it is still drawn."""
        return self._part is not None

    def object(self) -> None:
        """Return None: no widget stands there."""

    def parent(self) -> QAccessibleInterface | None:
        """Return the picture."""
        widget = self._widget()
        return QAccessible.queryAccessibleInterface(widget) if widget else None

    def childCount(self) -> int:
        """Return 0."""
        return 0

    def child(self, index: int) -> None:
        """Return None."""

    def childAt(self, x: int, y: int) -> None:
        """Return None."""

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Return -1."""
        return -1

    def role(self) -> QAccessible.Role:
        """Return that it is a text."""
        return QAccessible.Role.StaticText

    def state(self) -> QAccessible.State:
        """Return whether it has the keyboard."""
        state = QAccessible.State()
        part = self._part
        widget = self._widget()
        state.readOnly = True
        state.invisible = widget is None or not widget.isVisible()
        state.focused = part is not None and part.focused
        return state

    def rect(self) -> QRect:
        """Return where it stands, in pixels of the screen."""
        part = self._part
        widget = self._widget()
        if part is None or widget is None:
            return QRect()
        return part.area.translated(widget.mapToGlobal(QPoint()))

    def text(self, kind: QAccessible.Text) -> str:
        """Return name or value."""
        part = self._part
        kinds = QAccessible.Text
        if part is None:
            return ""
        # A text has no value for most readers: its name says it too.
        name = f"{part.name}: {part.value}".removesuffix(": ")
        return {kinds.Name: name, kinds.Value: part.value}.get(kind, "")

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """Change nothing: it is read."""


def tell_focus(widget: QWidget) -> None:
    """Tell which part of a widget that has the keyboard it goes to."""
    if QAccessible.isActive() and widget.hasFocus():
        picture = QAccessible.queryAccessibleInterface(widget)
        part = picture.focusChild() if picture else None
        if part is not None:
            QAccessible.updateAccessibility(QAccessibleEvent(part, QAccessible.Event.Focus))


def _read_by(kind: str, thing: QObject) -> QAccessibleInterface | None:
    """Return what reads a widget aloud; None where Qt does."""
    read_by = getattr(thing, "read_by", None)
    return read_by(thing) if read_by is not None and kind == type(thing).__name__ else None


QAccessible.installFactory(_read_by)
