"""Locks: what a lesson leaves unlocked; the rest is folded away, and says why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from neuroviz.ui.canvas.drag import Drag
from neuroviz.ui.controls.form import ExperimentForm

_DRAGGED = {"ball", "data", "line", "turn", "weights"}
"""Kinds of handles."""


class Locks(QObject):
    """Locks the controls of a bench.

    Parameters
    ----------
    form
        The experiment: its fields are locked one by one, sections without a free field as a whole.
    widgets
        Other widgets by the name of the control that frees them; of several names one is enough.
    drags
        What can be taken hold of in the views.
    """

    def __init__(
        self,
        form: ExperimentForm,
        widgets: Mapping[str, Collection[QWidget]],
        drags: Iterable[Drag],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._form = form
        self._widgets = widgets
        self._drags = list(drags)
        self._locked: list[QWidget] = []
        self._tips: list[tuple[QWidget, str]] = []
        """What is locked, and what it said before."""
        self.free: frozenset[str] | None = None
        """Names of the controls that are not locked; None while nothing is."""
        self.reason = ""

    def objection(self, control: str) -> str | None:
        """Return why a control is locked; None if it is not."""
        return None if self.free is None or control in self.free else self.reason

    def lock_all_but(
        self, free: frozenset[str], reason: str, others: Iterable[QWidget] = ()
    ) -> None:
        """Lock everything but these controls, and other widgets too, for a reason that is told."""
        self._let_go()
        self.free = free
        self.reason = reason
        self._lock_form(free)
        for names, widgets in self._widgets.items():
            if not free & set(names.split()):
                for widget in widgets:
                    self._lock(widget)
        for widget in others:
            self._lock(widget)
        of_line = {"line", "turn"} if "line" in free else {"line"} if "shift" in free else set()
        for drag in self._drags:
            drag.cancel()
            drag.locked = dict.fromkeys(_DRAGGED - free - of_line, reason)

    def _lock_form(self, free: frozenset[str]) -> None:
        form = self._form
        for name, field in form.fields.items():
            if name not in free:
                self._lock(field)
        if "task" not in free:
            self._lock(form.notebook)
            self._lock(form.own_data)
        if "learning_rate" not in free:
            self._lock(form.ruler)
        form.more.set_open(False)  # it would lie over what the lesson shows
        form.breaks.set_open("breaks" in free)
        if "breaks" not in free:
            self._lock(form.breaks)

    def _lock(self, widget: QWidget) -> None:
        if widget in self._locked:
            return
        self._locked.append(widget)
        widget.setEnabled(False)
        for each in (widget, *widget.findChildren(QWidget)):
            self._tips.append((each, each.toolTip()))
            each.setToolTip(self.reason)

    def _let_go(self) -> None:
        for widget, tip in reversed(
            self._tips
        ):  # a field in a section may be locked twice: what it said first counts
            if isValid(widget):  # the field of a hyperparameter goes with its optimizer
                widget.setToolTip(tip)
        for widget in self._locked:
            if isValid(widget):
                widget.setEnabled(True)
        self._locked.clear()
        self._tips.clear()
