"""The neuron: the hero of the window, with the live numbers of one sample or the mean over the batch."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy

from neuroviz.core.anatomy.explain import Quantity
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.neuron.figure import neuron_figure
from neuroviz.pictures.neuron.numbers import Ranking, Slot, described, numbers_of
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.card import Card
from neuroviz.ui.canvas.reading import Reading
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views.neuron.diagram import Diagram

__all__ = ["NeuronView"]


class NeuronView(Card):
    """The neuron from its inputs to its loss, and back."""

    asked = Signal(Quantity)
    """This number is to be explained."""
    sample_picked = Signal(object)
    """Another sample is to be shown: its index, or None for the mean over the batch."""
    figure_name = "neuron"
    menu_title = "Neuron"

    def __init__(self, theme: Theme) -> None:
        super().__init__("Neuron", theme)
        self.setObjectName("neuron")
        self.diagram = Diagram()
        self.reading = Reading(themes.numeric_font())
        self.reading.setObjectName("neuron_reading")
        self.reading.set_ground(theme.card)
        self._header.setStretch(0, 0)
        self.heading.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._header.insertWidget(1, self.reading, 1)
        self._rows.addWidget(self.diagram, 1)
        self._ranking = Ranking()
        self._built: tuple[object, ...] = ()
        self._plan_key: tuple[object, ...] = ()
        self.diagram.clicked.connect(self._on_clicked)
        self.diagram.sample_moved.connect(self._on_sample_moved)
        self.diagram.scrolled.connect(self._on_scrolled)

    def reset(self, frame: Frame) -> None:
        """Make ready for another experiment."""
        self._ranking.restart()
        self._built = self._plan_key = ()

    def read(self, frame: Frame) -> None:
        """Show this moment: all of it is numbers."""
        settings = frame.settings
        anatomy = frame.anatomy
        sample = frame.sample
        size = self.diagram.viewport().size()
        if self._plan_key != (size, settings.dataset.width):
            self._plan = self.diagram.plan(settings)
            self._plan_key = (size, settings.dataset.width)
        width = settings.dataset.width
        shown = self._ranking.shown(anatomy, sample, width, self._plan.shown)
        wanted = (self._plan_key, shown, settings.activation, settings.loss_entry.name, self.theme)
        if wanted != self._built:
            self.diagram.build(settings, shown, self._plan, self.theme)
            self._built = wanted
        numbers = numbers_of(anatomy, frame.phase, sample, shown, width)
        self.diagram.numbers = numbers
        assert self.diagram.drawing is not None
        self.diagram.drawing.draw(numbers, anatomy, frame.phase, sample)
        self._read(frame)

    def figure(self, frame: Frame) -> Figure | None:
        """Return the same for a file."""
        if frame.anatomy is None:
            return None
        return neuron_figure(frame.settings, frame.anatomy, frame.phase, frame.sample)

    def apply_theme(self, theme: Theme) -> None:
        """Wear a theme and draw again."""
        self.reading.set_ground(theme.card)
        super().apply_theme(theme)

    def _read(self, frame: Frame) -> None:
        """Say whose numbers they are, and what must be known to read them."""
        text = described(frame.anatomy, frame.settings, frame.sample)
        note = ""
        if frame.anatomy is not None:
            note = frame.anatomy.of(frame.sample).note
            if frame.anatomy.untold.any() and note == frame.anatomy.untold_reason:
                text = f"{text} · saturated: of the factors only δ = ŷ − y is known"
        if text != self.reading.text():
            self.reading.setText(text)
        self.reading.setToolTip(note or text)

    def _on_clicked(self, slot: Slot) -> None:
        kind, index = slot
        moved = self.frame is not None and self.frame.phase == "update"
        self.asked.emit(Quantity("weight" if kind == "grad" and moved else kind, index))

    def _on_sample_moved(self, move: str) -> None:
        if self.frame is None:
            return
        last = self.frame.settings.dataset.samples - 1
        now = self.frame.look.sample
        places = {
            "first": 0,
            "last": last,
            "mean": None,
            "next": 0 if now is None else min(now + 1, last),
            "previous": last if now is None else max(now - 1, 0),
        }
        if places[move] != now:
            self.sample_picked.emit(places[move])

    def _on_scrolled(self, rows: int) -> None:
        self._ranking.scroll(rows)
        self._draw_again()
