"""What can be broken on purpose, and the offer of a task on which a rate blows up."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QToolButton

from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.rate_ruler import flattens
from neuroviz.ui.controls.field import FormSection
from neuroviz.ui.theme.parts import small_button

NO_RATE = "No rate blows up"
LINE_THAT_BLOWS_UP = {"task": "line", "learning_rate": 0.1}
"""The task of the line at a learning rate above its limit, 0.0626."""


def offer_button(name: str) -> QToolButton:
    """Return the button that offers changes to make the loss blow up; it is hidden at first."""
    button = small_button(name, "", "See a task and a rate at which the loss blows up")
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.hide()
    return button


def offer(button: QToolButton, sentence: str) -> None:
    """Show the reason on the button, or hide the button if the sentence is empty."""
    button.setText(f"{sentence}: try the line")
    button.setAccessibleName("")  # its text is read
    button.setVisible(bool(sentence))


class BreakSwitches(FormSection):
    """A checkbox for each row of BREAKS; the closed line says which ones are on."""

    changed = Signal(dict)
    """``{"breaks": names}`` for those that are to be on, or a rate that is too large, or another
    task."""
    _settings: Settings | None = None

    def __init__(self) -> None:
        super().__init__("breaks", "Break it on purpose")
        self.boxes = {name: QCheckBox(row.label) for name, row in BREAKS.items()}
        self.too_large = small_button(
            "rate_too_large",
            "Learning rate too large",
            "A rate found by trial that blows up here",
            clicked=self._on_too_large,
        )
        self._offer = offer_button("no_rate_blows_up")
        self._offer.clicked.connect(lambda: self.changed.emit(LINE_THAT_BLOWS_UP))
        self.rows.addWidget(self.too_large, 0, Qt.AlignmentFlag.AlignLeft)
        self.rows.addWidget(self._offer, 0, Qt.AlignmentFlag.AlignLeft)
        for name, box in self.boxes.items():
            self.rows.addWidget(box)
            box.setObjectName(name)
            # After a click Space runs and pauses all the same.
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            box.setAccessibleDescription(BREAKS[name].explanation)
            box.clicked.connect(self._on_clicked)

    def show_settings(self, settings: Settings) -> None:
        """Show which breaks are on."""
        if self._settings is None or settings.task != self._settings.task:
            offer(self._offer, "")
        self._settings = settings
        self.summarize(
            ", ".join(BREAKS[name].label for name in settings.breaks) or "nothing broken"
        )
        for name, box in self.boxes.items():
            box.setChecked(name in settings.breaks)

    def show_objections(self, settings: Settings) -> None:
        """Dim the breaks that cannot be added to these settings, each with a reason as tooltip."""
        for name, box in self.boxes.items():
            reason = (
                None
                if settings.breaks_it(name)
                else settings.objection(breaks=(*settings.breaks, name))
            )
            box.setEnabled(reason is None)
            box.setToolTip(f"{BREAKS[name].formula}\n{reason or BREAKS[name].explanation}")

    def _on_too_large(self) -> None:
        """Set a rate that blows up, or say that none does."""
        from neuroviz.core.sweep.rate_curve import rate_that_blows_up  # needs torch

        assert self._settings is not None
        rate = rate_that_blows_up(self._settings)
        if rate is not None:
            self.changed.emit({"learning_rate": rate})
        elif flattens(self._settings):
            offer(self._offer, NO_RATE)
        else:
            offer(self._offer, "No rate that was tried blows up here")

    def _on_clicked(self) -> None:
        on = tuple(name for name, box in self.boxes.items() if box.isChecked())
        self.changed.emit({"breaks": on})
