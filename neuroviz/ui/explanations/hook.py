"""What brings the explainer at its first use.

A window is painted before its words are looked up.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QLabel, QWidget

from neuroviz.session.frame import Frame

if TYPE_CHECKING:
    from neuroviz.ui.explanations.explainer import Explainer

Type = QEvent.Type
HEEDED = frozenset(
    (
        *(Type.ToolTip, Type.Enter, Type.Leave),
        *(Type.MouseButtonPress, Type.Wheel, Type.KeyPress, Type.WindowDeactivate),
    )
)
"""Kinds of events that concern the explainer, wherever in the program they happen:
none is sent for a frame."""


class ExplainerHook:
    """Hands events on to the explainer.

    It is loaded when the pointer first rests, or comes upon a label.

    Parameters
    ----------
    window, frame, open_lesson
        See :class:`Explainer`.
    """

    def __init__(
        self,
        window: QWidget,
        frame: Callable[[], Frame | None],
        open_lesson: Callable[[str], object],
    ) -> None:
        self._window = window
        self._open_lesson = open_lesson
        self._frame = frame
        self._loaded = False

    @cached_property
    def explainer(self) -> Explainer:
        """The explainer."""
        from neuroviz.ui.explanations.explainer import Explainer

        self._loaded = True
        return Explainer(self._window, self._frame, self._open_lesson)

    def heed(self, watched: QObject, event: QEvent) -> bool:
        """Let the explainer see an event; return whether that deals with it."""
        first = event.type() == Type.ToolTip or (
            event.type() == Type.Enter and isinstance(watched, QLabel)
        )
        return (self._loaded or first) and self.explainer.heed(watched, event)
