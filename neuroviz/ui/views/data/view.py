"""The data and the neuron's output on them: a plane, a line, or prediction against target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTransform

from neuroviz.core.anatomy.unit import unit_letter
from neuroviz.core.landscape.plane import ends_of, within
from neuroviz.core.model.rounding import settled, settled_loss, without_rounding
from neuroviz.core.numbers import counted, elided, measured, printed, round_up, subscripted
from neuroviz.core.types import Floats
from neuroviz.pictures.data.figure import TargetScene, data_scene
from neuroviz.pictures.data.hidden_space import HiddenSpaceScene
from neuroviz.pictures.data.overlap import overlap_marks
from neuroviz.pictures.data.plane import PlaneScene
from neuroviz.pictures.data.scene import DataScene, Now, classes_drawn
from neuroviz.pictures.input_names import (
    class_title,
    input_name,
    output_labels,
    shares_told,
    target_label,
    target_of_each,
    unit_name,
)
from neuroviz.pictures.marks import HOLLOW, Arrow, ColourMap, Marks, Points, Rim, Text
from neuroviz.session.figures import FigureOptions
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.drag import REACH, Drag, Handle
from neuroviz.ui.canvas.handles import DragMe, HandlesItem
from neuroviz.ui.canvas.motion import Ease
from neuroviz.ui.canvas.painted_marks import PaintedMarks, boxes_of
from neuroviz.ui.canvas.pen import ColourKey, Pen
from neuroviz.ui.canvas.plot import LARGEST_ON_SCREEN, PlotView
from neuroviz.ui.canvas.tables import PlotNumbers, headed
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.views.data.handles import hidden_handles, line_at, line_handles, sample_handle
from neuroviz.ui.views.data.outputs import OutputLabels
from neuroviz.ui.views.data.tools import BlankScene, DataDrawing, PairChoice

_CELL = 3  # pixels of a cell of the map
_RING = 28.0  # pixels of the ring around a sample: a square under the pointer has room in it
_EDGE = 0.08  # share of the range, with room for a ring around a sample
_MOST_TERMS = 3
_LONGEST = 14
"""Most letters that a name of own data has in the equation."""
_GAP = 4  # pixels between title and buttons; other views have fewer buttons
_REMOVES = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_MOST_HANDLES = 40
"""Most samples that all look as if they could be dragged; of more, only one at the pointer does."""
_BLOWN_UP, _ZOOMED_OUT = (
    f"One pixel is more than all of the data here: {way} before you move them."
    for way in ("press Reset, or Undo", "press Fit")
)
_KEYED, _KEYED_OF_SEVERAL, _KEYED_BESIDE_PAIR, _SEEN_BY = 360, 500, 640, 100
"""Pixels of width below which the title gets the room of the key of colours: that of the only
output, of one of several, and beside the two buttons of the pair; and what "Seen by ŷ" takes."""
_FOLDS = 900
"""Milliseconds in which the samples move from their inputs to hidden space."""
_CLOSES, _CLOSED = 600, 30.0
"""Milliseconds in which a ring closes around a sample, and its size in pixels at the end."""


class DataView(PlotView):
    """The data view; its content depends on the number of inputs."""

    figure_name = "data"
    title = "Output"
    sample_picked = Signal(object)
    sample_hovered = Signal(object)
    """Another sample, or None, is under the pointer."""

    _folded = 1.0
    _scene: DataScene | None = None
    _made_with: object = None
    _leads = False
    """Whether the ghost is drawn."""
    _drawn: Now | None = None
    _closed: int | None = None
    """Number of the run in which the closing ring was shown."""
    _under_pointer: int | None = None

    def __init__(self) -> None:
        super().__init__("x", "y")
        tip = "Show the classes instead of the output"
        self.two_colours = self.add_button("two_colours", "Classes", tip)
        self.two_colours.toggled.connect(self._draw_again)
        tip = "Draw the data: add, move and remove points"
        self.draw_data = self.add_button("draw_data", "", tip, "draw")
        self.drawing = DataDrawing(self.draw_data)
        self.drawing.changed.connect(self._on_drawing_changed)
        self.drawing.refused.connect(self.show_error)
        self.drawing.removes.connect(partial(self.sample_picked.emit, None))
        self._rows.insertWidget(1, self.drawing)
        self._header.setSpacing(_GAP)
        self._key = ColourKey("ŷ")
        self._pen = Pen(self.plot)
        tip = "Show the samples as the output sees them: by what the hidden neurons give"
        self.hidden_space = self.add_button("hidden_space", "Seen by ŷ", tip)
        self._header.insertWidget(1, self._key)
        self._pair = PairChoice(self)
        for button in self._pair.buttons[::-1]:
            self._header.insertWidget(self._header.indexOf(self.hidden_space) + 1, button)
        self._pair.changed.connect(self._on_space_changed)
        self._fold = Ease(self, self._show_fold, _FOLDS)
        self.hidden_space.toggled.connect(self._on_space_changed)
        self._marks: Marks = {}
        """The marks that are drawn, without those of the ghost."""
        self._outputs = OutputLabels(self.plot)
        self._ring = self.plot.addItem(PaintedMarks(3))
        self.plot.clicked.connect(self._on_clicked)
        self.drag = Drag(
            self.plot,
            lambda: [*self._handles_of_samples(), *self._handles_of_line()],
            self._handle_at,
        )
        self.drag.nudged.connect(self.plot.tell_moved)
        self.drag_me = DragMe(self.drag, "line")
        self.closing_ring = self.plot.addItem(PaintedMarks(5))
        self._closes_at = np.empty((0, 2))
        self.closing = Ease(self, self._show_closing, _CLOSES)
        # Samples are drawn over their rings, and the map under these.
        self.plot.addItem(HandlesItem(self.drag, -1, handles=self._handles_of_samples))
        words = self.drag_me
        self.plot.addItem(HandlesItem(self.drag, 4, words, self._handles_of_line, self._covered))
        self.drag.clicked.connect(lambda place: self._pick(self.plot.point_at(place)))

    def reset(self, frame: Frame) -> None:
        """Choose the content for this experiment."""
        self.drag.cancel()
        self._drawn = None
        scene = self._scene_of(frame)
        if not self._stays:
            self.plot.box.setAspectLocked(scene.equal_aspect)
        self.two_colours.setVisible(
            isinstance(scene, PlaneScene) and frame.settings.dataset.classes
        )
        self.hidden_space.setVisible(frame.settings.hidden > 1 and not self.drawing.blank)
        in_hidden_space = isinstance(scene, HiddenSpaceScene)
        self._pair.offer(frame.settings.hidden, shown=in_hidden_space)
        self._name(scene)
        for side, ticks in (("bottom", scene.x_ticks), ("left", scene.y_ticks)):
            self.plot.getAxis(side).setTicks(None if ticks is None else [ticks, []])
        self.drawing.show_settings(frame.settings)
        self.draw_data.setVisible(self.draw_data.isVisibleTo(self) and not in_hidden_space)
        self.leave()

    def _name(self, scene: DataScene) -> None:
        whole = scene.whole
        short = self.title
        if isinstance(scene, HiddenSpaceScene):
            short = "Hidden"
        elif whole is not None:
            short = f"{short} {unit_letter(whole, whole.hidden + scene.output)}"
        self.heading.setText(scene.heading)
        self.heading.shorter = short
        self.plot.label_axes(*scene.labels)

    def _on_space_changed(self) -> None:
        """Show the inputs, or let the samples move to hidden space."""
        if self.frame is None:
            return
        if self.hidden_space.isChecked():
            self.draw_data.setChecked(False)
        self._stays = False
        self.reset(self.frame)
        if isinstance(self._scene, HiddenSpaceScene):
            self._folded = 0.0
            self._fold.begin()
        self.plot.fit()

    def _show_fold(self, share: float) -> None:
        self._folded = share
        self._draw_again()

    def show_new(self, frame: Frame) -> None:
        """Show another experiment.

        While data are drawn, or a sample was dragged, the range stays if all samples are within it:
        then the plane stands still, and the sample moves.
        """
        dragged = self.frame is not None and _one_moved(self.frame, frame)
        on = self.drawing.on or dragged
        self.drawing.blank = False
        self._stays = on and not self._too_coarse and self._all_in_sight(frame)
        super().show_new(frame)
        self._stays = self.drawing.on

    def _all_in_sight(self, frame: Frame) -> bool:
        """Return whether the present range shows all samples of an experiment, on the same axes."""
        before = type(self._scene)
        scene = self._scene_of(frame)
        if isinstance(scene, TargetScene | HiddenSpaceScene) or not (
            before is BlankScene or isinstance(scene, before)
        ):
            return False
        return bool(within(scene.positions(None), self.plot.sight).all())

    def draw(self, frame: Frame) -> None:
        """Draw the neuron's output now, if the plot has any room."""
        if self.plot.box.size().isEmpty():
            return
        scene = self._scene_of(frame)
        if self.heading.text() != scene.heading:  # another output is opened
            self._name(scene)
        now = self._now(frame)
        left, right, bottom, top = scene.bounds_at(now)
        if now is not None and not isinstance(scene, PlaneScene):
            bottom, top = reaching(
                bottom, top, np.clip(scene.heights(now), -LARGEST_ON_SCREEN, LARGEST_ON_SCREEN)
            )
        if scene.outputs(now):
            right = self._outputs.right_of(scene.positions(now), left, right)
        if not frame.preview:  # otherwise what is held would move away from the pointer
            self.plot.show_range(left, right, bottom, top)
        columns, rows = (max(2, pixels // _CELL) for pixels in self.plot.pixels())
        marks = scene.marks(now, self.plot.sight, (columns, rows), themes.now.palette)
        if self.drawing.on and not self.drawing.blank:
            marks.update(overlap_marks(scene, themes.now.palette))
        self._marks = marks
        self.draw_ghost(frame)
        colours = marks.get("map")
        shown = colours if isinstance(colours, ColourMap) and colours.bar else None
        least = _KEYED if scene.whole is None else _KEYED_OF_SEVERAL
        least += _SEEN_BY * (frame.settings.hidden > 1)
        least = _KEYED_BESIDE_PAIR if self._pair.visible else least
        self._key.show_map(shown if self.width() >= themes.scaled(least) else None)
        self._close_ring(frame, now)
        self._drawn = now
        self._mark(frame)
        if frame.preview:
            self.read(frame)  # at once: what is said is of what is held

    def draw_ghost(self, frame: Frame) -> None:
        """Draw the line of the ghost over all the rest, and say once what it is."""
        ghost = frame.ghost
        ahead = {}
        leads = self._leads
        if self._marks and ghost is not None and ghost.ahead.stopped is None:
            scene = self._scene_of(frame)
            end = scene.own(ghost.ahead.parameters[-1])
            ahead = scene.ahead_marks(end, self.plot.sight, themes.now.palette, ghost.opacity)
        self._leads = bool(ahead)
        self._pen.draw({**self._marks, **ahead})
        if leads != self._leads:
            self._read(frame)

    def _close_ring(self, frame: Frame, now: Now | None) -> None:
        """Close rings around the last wrong samples, once all are right; once in a run."""
        was = None if self._drawn is None else self._drawn.right
        if self._closed == frame.number or frame.looks_back or now is None or now.right is None:
            return
        if was is not None and now.right.all() and len(was) == len(now.right) and not was.all():
            self._closed = frame.number
            self._closes_at = self._scene_of(frame).positions(now)[~was]
            self.closing.begin()

    def _show_closing(self, share: float) -> None:
        size = _CLOSED * (3 - 2 * share)
        x, y = self._closes_at.T
        ring = Points(x, y, HOLLOW, size=size, outline=themes.now.accent, stroke=3.0)
        self.closing_ring.show_marks({"ring": ring})
        self.closing_ring.setOpacity(min(1.0, 4 * (1 - share)))

    def stands_still(self, frame: Frame) -> bool:
        """Return whether border and colours are where they were, and nothing is held."""
        parameters = frame.parameters
        width, height = self.plot.box.viewPixelSize()
        if (
            self._drawn is None
            or parameters is None
            or self._scene is None
            or frame.preview
            or not (width and height)
        ):
            return False
        before = self._scene.whole or self._scene.settings
        if before.dataset is not frame.settings.dataset or self._scene.output != frame.output:
            return False
        sight = self.plot.sight
        # Whether a sample has become right is checked when it is read, since that takes longer.
        return not self._scene_of(frame).has_moved(self._drawn, parameters, sight, (width, height))

    def read(self, frame: Frame) -> None:
        """Write the outputs beside the samples, and read the picked sample."""
        if self.plot.box.size().isEmpty():
            return
        scene = self._scene_of(frame)
        now = self._now(frame)
        if now is not None and self._drawn is not None and not now.has_same_wrong(self._drawn):
            self._draw_watched()
        names = [mark for mark in self._marks.values() if isinstance(mark, Text)]
        self._outputs.show(scene.outputs(now), scene.positions(now), names)
        self._read(frame)

    def _now(self, frame: Frame) -> Now | None:
        """Return the neuron's output now.

        None until it is known, on an empty plane, and while "model" is veiled.
        """
        hidden = self.drawing.blank or "model" in self.veiled
        if hidden or frame.parameters is None or frame.prediction is None:
            return None
        said = frame.prediction.output, frame.right
        return self._scene_of(frame).now(frame.parameters, *said)

    def _scene_of(self, frame: Frame) -> DataScene:
        """Return the scene, which is the same one as long as its experiment and choices are."""
        two_colours = self.two_colours.isChecked()
        known = self._scene
        pair = self._chosen_pair(frame)
        blank = self.drawing.blank_labels
        made_with = blank, two_colours, pair, self._folded, frame.output
        before = None if known is None else known.whole or known.settings
        if before is not frame.settings or self._made_with != made_with:
            self._made_with = made_with
            self._scene = (
                BlankScene(frame.settings, labels=blank)
                if blank
                else data_scene(
                    frame.settings,
                    two_colours=two_colours,
                    pair=pair,
                    share=self._folded,
                    output=frame.output,
                )
            )
        assert self._scene is not None
        return self._scene

    def _chosen_pair(self, frame: Frame | None) -> tuple[int, int] | None:
        if frame is None or self.drawing.on or not self.hidden_space.isChecked():
            return None
        return self._pair.among(frame.settings.hidden)

    def figure_options(self) -> FigureOptions:
        """Return whether it shows classes, and the pair of hidden neurons that are its axes."""
        return FigureOptions(
            two_colours=self.two_colours.isChecked(), pair=self._chosen_pair(self.frame)
        )

    def numbers(self) -> PlotNumbers:
        """Return the samples as drawn, with their outputs unless a question asks for these."""
        frame = self.frame
        if frame is None:
            return PlotNumbers()
        scene = self._scene_of(frame)
        settings = frame.seen.settings
        prediction = frame.seen.prediction
        places = scene.positions(self._now(frame))
        if not len(places):
            return PlotNumbers()
        columns: list[tuple[str, NDArray[Any]]] = [("sample", 1.0 + np.arange(len(places)))]
        if not isinstance(scene, TargetScene):
            inputs = 2 if isinstance(scene, PlaneScene) else 1
            columns += zip(scene.labels[:inputs], places.T[:inputs], strict=True)
        target = (
            np.array(target_of_each(settings, printed))
            if settings.softmax
            else settings.coded_targets
        )
        columns.append((target_label(settings, "y"), target))
        if prediction is not None and not self.veiled & {"model", "numbers"}:
            of = [label.removeprefix("ŷ") for label in output_labels(settings)]
            sums = np.atleast_2d(prediction.pre_activation.T)
            outputs = np.atleast_2d(prediction.output.T)
            columns += [(f"z{each}", z) for each, z in zip(of, sums, strict=True)]
            columns += [(f"ŷ{each}", output) for each, output in zip(of, outputs, strict=True)]
            loss = "its loss" if frame.settings.independent else "loss"
            columns.append((loss, prediction.losses))
        begins = frame.selection.sample or 0, 0
        return PlotNumbers(headed(columns), places[:, np.newaxis], begins, "sample")

    def hover(self, point: QPointF) -> None:
        """Read the sample under the pointer."""
        if self.frame is not None:
            self._point_at(self._nearest(self.frame, point))
            self._read(self.frame)

    def leave(self) -> None:
        """Read the picked sample, if any."""
        self._point_at(None)
        if self.frame is not None:
            self._read(self.frame)

    def _point_at(self, sample: int | None) -> None:
        if sample != self._under_pointer:
            self._under_pointer = sample
            self.sample_hovered.emit(sample)
            if self.frame is not None:
                self._mark(self.frame)

    def _read(self, frame: Frame) -> None:
        if self.drawing.blank:
            self.reading.setText("")
            return
        pointed = self._under_pointer is not None
        index = self._under_pointer if pointed else frame.selection.sample
        if not pointed and index is not None and not frame.newest_step and not frame.preview:
            # At the start it is said where the numbers of the ringed sample stand.
            now = self._now(frame)
            red = now is not None and self._scene_of(frame).rings_wrong(now)
            said = f"ring: the sample in the neuron{' · red: wrong' if red else ''}"
        else:
            valid = index is not None and index < frame.settings.dataset.samples
            said = self._tip(frame, index if valid else None)
        self.reading.setText(said if pointed else f"{self._legend(frame)}{said}{self._last_words}")

    def _legend(self, frame: Frame) -> str:
        """Return the words about dashes, hollow points, and colours that are not of a class."""
        if self.veiled:
            return ""
        numbers = not frame.settings.dataset.classes and isinstance(self._scene, PlaneScene)
        hollow = frame.settings.held_out is not None
        scene = self._scene
        marks = scene.said(self._now(frame)) if scene is not None else ""
        said = {
            f"{marks} · ": bool(marks),
            "violet dashes: where the run would lead · ": self._leads,
            "orange: ŷ too high, blue: too low · ": numbers,
            "hollow: held out · ": hollow,
        }
        return "".join(words for words, is_so in said.items() if is_so)

    @property
    def _last_words(self) -> str:
        """The words that are left out first if the reading has no room."""
        scene = None if self.veiled else self._scene
        words = scene.said_last(self._marks) if scene is not None else ""
        return f" · {words}" if words else ""

    def _tip(self, frame: Frame, index: int | None) -> str:
        if self.veiled & {"model", "numbers"}:
            return ""
        return equation(frame) if index is None else describe_sample(frame, index)

    def _nearest(self, frame: Frame, point: QPointF) -> int | None:
        positions = self._scene_of(frame).positions(self._now(frame))
        if not len(positions):
            return None
        width, height = self.plot.box.viewPixelSize()
        if not (width and height):  # the plot has no room
            return None
        distances = np.hypot(
            (positions[:, 0] - point.x()) / width, (positions[:, 1] - point.y()) / height
        )
        index = int(distances.argmin())
        return index if distances[index] <= REACH else None

    def _mark(self, frame: Frame) -> None:
        """Draw a ring around the neuron's sample, that under the pointer or else the picked."""
        sample = self._under_pointer
        if sample is None or sample >= frame.settings.dataset.samples:
            sample = frame.selection.sample
        scene = self._scene_of(frame)
        picked = scene.positions(self._now(frame))[
            slice(0) if sample is None else slice(sample, sample + 1)
        ]
        x, y = picked.T
        # Samples of a crowd have no rims beside which it would be seen; the red ring of a wrong
        # one elsewhere would be hidden.
        rim = Rim(themes.now.card, 1.5) if scene.crowded else None
        ring = Points(x, y, HOLLOW, size=_RING, outline=themes.now.ink, stroke=2.0, rim=rim)
        self._ring.show_marks({"ring": ring})

    def _on_clicked(self, point: QPointF, other: bool) -> None:
        """Pick a sample, or draw; ``other`` stands for the class that the pen does not have."""
        frame = self.frame
        if frame is None or not self.drawing.on:
            self._pick(point)
        elif self._too_coarse and not self.drawing.erases:
            self.show_error(self._too_coarse)
        else:
            nearest = self._nearest(frame, point)
            place = np.array(point.toTuple())
            settings = frame.settings
            self.drawing.click(settings, place, nearest, other=other, output=frame.output)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle the keys of the drawing mode.

        Delete removes the picked sample, or the one under the pointer; a digit takes a pen.
        """
        if self.drawing.on and self.frame is not None:
            if event.text() and self.drawing.take_pen(event.text()):
                return
            sample = (
                self._under_pointer
                if self.frame.selection.sample is None
                else self.frame.selection.sample
            )
            if event.key() in _REMOVES and sample is not None and not self.drawing.blank:
                self.drawing.remove(self.frame.settings, sample)
                return
        super().keyPressEvent(event)

    def _pick(self, point: QPointF) -> None:
        if self.frame is not None:
            sample = self._nearest(self.frame, point)
            if sample is not None:  # a click beside all samples leaves the neuron's as it is
                again = sample == self.frame.selection.sample
                self.sample_picked.emit(None if again else sample)

    def _handles_of_samples(self) -> list[Handle]:
        """Return all samples' handles if they are few, else those picked or under the pointer."""
        frame = self.frame
        if frame is None or frame.parameters is None or self._takes_nothing:
            return []
        samples = list(range(frame.settings.dataset.samples))
        if len(samples) > _MOST_HANDLES:
            picked = (self._under_pointer, frame.selection.sample)
            samples = [sample for sample in dict.fromkeys(picked) if sample is not None]
        return self._sample_handles(frame, samples)

    def _handles_of_line(self) -> list[Handle]:
        """Return the handles of the line between classes, or of the lines of hidden neurons.

        One shifts a line, and another turns it.
        """
        frame = self.frame
        scene = self._line_scene
        arrow = self._marks.get("w")
        if frame is None or frame.parameters is None or scene is None or self._takes_nothing:
            return []
        if isinstance(arrow, Arrow):
            return line_handles(self.plot, scene, frame.parameters, arrow, themes.now.accent)
        return hidden_handles(self.plot, scene, frame.parameters, frame.unit)

    def _covered(self, to_pixels: QTransform) -> Iterator[QRectF]:
        """Yield the boxes of samples, their outputs and names, in pixels."""
        for marks in (self._marks, self._outputs.labels.marks):
            yield from boxes_of(marks, to_pixels)

    def _sample_handles(self, frame: Frame, samples: Iterable[int]) -> list[Handle]:
        settings = frame.settings
        scene = self._scene_of(frame)
        if settings.dataset.own_width > 2 or isinstance(scene, HiddenSpaceScene):
            return []
        places = scene.positions(self._now(frame))
        targets = scene.settings.dataset.targets
        classes = scene.settings.dataset.classes
        drawn = classes_drawn(scene.settings, themes.now.palette) if classes else ()
        shapes = {target: shape for target, _, shape in drawn}
        take = partial(sample_handle, self.plot, settings, refusal=self._too_coarse)
        return [
            take(sample, places[sample], shapes.get(int(targets[sample]), "o"), scene.size)
            for sample in samples
            if sample < len(places)
        ]

    @property
    def _too_coarse(self) -> str:
        """Why no sample can be placed by hand, as a pixel is too wide; empty where one can."""
        if self._scene is None:
            return ""
        own = np.ptp(np.reshape(self._scene.bounds, (2, 2)), axis=1)
        if (np.array(self.plot.box.viewPixelSize()) <= own).all():
            return ""
        return _BLOWN_UP if self.fit_button.isHidden() else _ZOOMED_OUT

    @property
    def _takes_nothing(self) -> bool:
        return self.drawing.on and self.drawing.erases

    @property
    def _line_scene(self) -> PlaneScene | None:
        """The plane with lines that can be dragged; None where there are none."""
        if self.frame is None or self.drawing.on or "model" in self.veiled:
            return None
        scene = self._scene_of(self.frame)
        return scene if isinstance(scene, PlaneScene) else None

    def _handle_at(self, place: QPointF) -> Handle | None:
        """Return the handle of a sample at a place in pixels, else of a line between classes."""
        frame = self.frame
        if frame is None or frame.parameters is None or self._takes_nothing:
            return None
        sample = self._nearest(frame, self.plot.point_at(place))
        handles = [] if sample is None else self._sample_handles(frame, [sample])
        if handles:
            return handles[0]
        scene = self._line_scene
        if scene is None:
            return None
        turns = "turn" not in self.drag.locked
        return line_at(self.plot, scene, frame.parameters, place, turns=turns)

    def _on_drawing_changed(self) -> None:
        """Show or hide the tools, and an empty plane or the present data."""
        if self.frame is not None:
            self._stays = False
            self.reset(self.frame)
            self._stays = self.drawing.on
            self.plot.fit()


def equation(frame: Frame) -> str:
    """Return the output as an equation in inputs or hidden neurons, if it fits into a line."""
    settings = frame.seen.settings
    theta = frame.seen.parameters
    if settings.outputs > 1:
        sums = ", ".join(subscripted(f"z{index + 1}") for index in range(settings.outputs))
        return f"ŷ = softmax({sums})"
    own = settings.parameters.of_unit(None)
    if theta is None or len(own) > _MOST_TERMS + 1:
        data = settings.dataset
        return f"{counted(data.width, 'input')}, {counted(data.samples, 'sample')}"
    theta = without_rounding(settings, theta)[own]
    names = [unit_name(unit) for unit in range(settings.hidden)]
    if not settings.hidden:
        names = [input_name(settings, index, _LONGEST) for index in range(len(theta) - 1)]
    terms = [f"{measured(weight)}·{name}" for weight, name in zip(theta[:-1], names, strict=True)]
    z = " + ".join([*terms, measured(theta[-1])]).replace("+ −", "− ")
    activation = frame.settings.activation_entry
    letter = "ŷ"
    if frame.settings.independent:
        letter = unit_letter(frame.settings, frame.settings.hidden + frame.output)
    return (
        f"{letter} = {z}"
        if activation.name == "identity"
        else f"{letter} = {activation.label.split()[0].lower()}({z})"
    )


def describe_sample(frame: Frame, index: int) -> str:
    """Return x, z, ŷ, y and the loss of a sample in one line; with softmax the classes' shares."""
    settings = frame.seen.settings
    prediction = frame.seen.prediction
    inputs = settings.coded_inputs[index]
    target = settings.coded_targets[index]
    z, output, loss = (
        (prediction.pre_activation[index], prediction.output[index], prediction.losses[index])
        if prediction is not None
        else (None, None, None)
    )
    x = ", ".join(map(printed, inputs[:3])) + (", …" if len(inputs) > 3 else "")
    if settings.softmax:
        own = class_title(settings, int(target))
        said = f"ŷ {shares_told(settings, output)}  y {own}"
        return f"{said}  loss {measured(None if loss is None else float(loss))}  x ({x})"
    if z is not None and loss is not None:
        z = settled(settings, float(z))
        loss = settled_loss(settings, float(loss))
    own = "its " * frame.settings.independent  # the loss of the sample is the mean over all outputs
    said = f"z {measured(z)}  ŷ {measured(output)}  y {printed(target)}  {own}loss {measured(loss)}"
    name = f"{elided(settings.dataset.target_name, _LONGEST)}: " * frame.settings.independent
    return f"{name}x ({x})  {said}"


def reaching(bottom: float, top: float, outputs: Floats) -> tuple[float, float]:
    """Return a range that contains the outputs too, in rounded steps, so that it does not jump.

    If it grows on one side, the other side gets some room beyond its old end, so that no sample is
    cut there.
    """
    low = bottom
    high = top
    least, greatest = ends_of(outputs)
    if greatest > high:
        top = round_up(1.05 * greatest) if greatest > 0 else 0.0
    if least < low:
        bottom = -round_up(-1.05 * least) if least < 0 else -0.1 * top
    room = _EDGE * (top - bottom) if (bottom, top) != (low, high) else 0.0
    return min(bottom, low - room), max(top, high + room)


def _one_moved(before: Frame, after: Frame) -> bool:
    """Return whether one sample in a plane has moved, or there is only one sample.

    It is False for several samples of one input, where the plot goes on reaching to all outputs.
    """
    old = before.settings
    new = after.settings
    if len(old.dataset.targets) == len(new.dataset.targets) == 1:
        return True
    if old.coded_inputs.shape != new.coded_inputs.shape or new.dataset.own_width != 2:
        return False
    moved = int((old.coded_inputs != new.coded_inputs).any(axis=1).sum())
    return moved == 1 or (before.preview and moved == 0)  # it was seen there while it was held
