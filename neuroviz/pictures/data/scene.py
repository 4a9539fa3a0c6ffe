"""What is to be seen of the data of an experiment, whatever the number of inputs.

Samples, threshold, ranges.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

import numpy as np
from msgspec.structs import replace

from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.model import right as right_of
from neuroviz.core.numbers import elided, printed
from neuroviz.core.types import Bools, Extent, Floats, Unique
from neuroviz.pictures.input_names import class_title
from neuroviz.pictures.marks import (
    AHEAD,
    DASHED,
    HOLLOW,
    LARGEST,
    Curve,
    Marker,
    Marks,
    Points,
    Ticks,
)
from neuroviz.pictures.palette import CLASS_SHAPES, Palette, faded

FEW = 50
"""Up to so many samples are drawn large."""
_CROWD = 2000
"""From so many on they are drawn tiny, with no rim that would hide the next."""
OUTLINE = 7.0
"""By so much the outline of what is wrong is larger than that."""
UNSEEN = 0.5
"""Pixels, or shades of a map, that nobody sees."""
_LARGE = 12.0
_SMALL = 7.0
_TINY = 3.0
_THIN = 1.4
"""Pixels of a line of an output that is not opened."""
_LONGEST = 16
"""Letters of the name of a target."""
_OF_CLASSES = 9.0
"""That of many classes, whose shapes are seen then."""
Cells = tuple[int, int]
"""Columns and rows of a map."""


class Now(Unique):
    """What the neuron is and says at one moment."""

    parameters: Floats
    """(P,)."""
    output: Floats
    """(N,), of K outputs (N, K): what it says to its samples."""
    right: Bools | None
    """(N,): which of them are named as what they are; None for numbers."""
    whole: Floats | None = None
    """Where there are outputs beside the one that is seen, the parameters of all of them."""

    def has_same_wrong(self, other: Now) -> bool:
        """Return whether at another moment the same samples are wrong."""
        return (
            self.right is None
            or other.right is None
            or bool(np.array_equal(self.right, other.right))
        )


class DataScene(Unique):
    """What is to be seen of the data of an experiment."""

    settings: Settings
    two_colours: bool = False
    """For two inputs and classes: two flat colours, one on each side of the threshold."""
    whole: Settings | None = None
    """Of several targets the experiment with all of them, of which `settings` has the one that is
    seen; None where there is one."""
    output: int = 0
    """Which of them that is."""

    def now(self, parameters: Floats, output: Floats, right: Bools | None) -> Now:
        """Return a moment as this shows it.

        Parameters
        ----------
        parameters, output, right
            (P,), (N,) or (N, K), and (N,): of all outputs.
        """
        if self.whole is None:
            return Now(parameters, output, right)
        output = output[:, self.output]
        own = self.own(parameters)
        return Now(own, output, right_of(self.settings, output), whole=parameters)

    def own(self, parameters: Floats) -> Floats:
        """Return of the parameters (P,) of all outputs those of the one that is seen."""
        return parameters if self.whole is None else parameters[self.places]

    @cached_property
    def places(self) -> list[int]:
        """Where in the parameters of all outputs those of the one that is seen stand."""
        if self.whole is None:
            return [*range(self.settings.parameters.count)]
        return self.whole.parameters.of_output(self.output)

    @cached_property
    def beside(self) -> dict[int, DataScene]:
        """The scenes of the other outputs, by their places; none where there is one."""
        whole = self.whole
        if whole is None:
            return {}
        return {
            index: replace(self, settings=each, output=index)
            for index, each in enumerate(whole.each_output)
            if index != self.output
        }

    @property
    def heading(self) -> str:
        """What is shown, of which output where there are several targets."""
        if self.whole is None:
            return self.title
        name = elided(self.settings.dataset.target_name, _LONGEST)
        return self.title.replace("Output", f"Output {name}", 1)

    title: ClassVar[str]
    """What is shown."""

    @property
    @abstractmethod
    def labels(self) -> tuple[str, str]:
        """What the axes are called."""

    @property
    @abstractmethod
    def bounds(self) -> Extent:
        """The ranges that hold the data with some room, whatever the neuron says."""

    def bounds_at(self, now: Now | None) -> Extent:
        """Return the ranges that hold what stands elsewhere at every moment, too."""
        return self.bounds

    def said(self, now: Now | None) -> str:
        """Return what marks of hidden neurons mean, in words; empty where there are none."""
        return ""

    def said_last(self, marks: Marks) -> str:
        """Return what some marks mean, for the end of a line, where there is room."""
        if not any(key[0] == "beside" for key in marks if isinstance(key, tuple)):
            return ""
        names = [scene.settings.dataset.target_name for scene in self.beside.values()]
        return f"thin: {', '.join(elided(name, _LONGEST) for name in names)}"

    def outputs(self, now: Now | None) -> list[str]:
        """Return what is written beside each sample; nothing where there is no room for it."""
        return []

    def heights(self, now: Now) -> Floats:
        """Return heights that are to be in sight: the outputs."""
        return now.output

    @property
    def x_ticks(self) -> Ticks | None:
        """Texts of the axis below, where they are no numbers."""
        return None

    @property
    def y_ticks(self) -> Ticks | None:
        """Texts of the axis at the left, where not all of it is one of numbers."""
        return None

    @property
    def equal_aspect(self) -> bool:
        """Whether one unit is as long on both axes."""
        return False

    @abstractmethod
    def positions(self, now: Now | None) -> Floats:
        """Return where the samples stand, (N, 2); none where that cannot be known."""

    def marks(self, now: Now | None, sight: Extent, cells: Cells, palette: Palette) -> Marks:
        """Return all marks.

        Of a moment that is not known only the samples, where they have their places.

        Parameters
        ----------
        sight
            What of the plane is in sight.
        """
        marks: Marks = {}
        if now is not None:
            marks = self._background(now, sight, cells, palette)
            marks.update(self._beside(now, sight, palette))
        positions = self.positions(now)
        if len(positions):
            marks.update(self._samples(positions, now, palette))
        marks.update(self._held_out(now, palette))
        if now is not None and now.right is not None and not now.right.all():
            few = self.settings.dataset.samples <= FEW
            share, stroke = (1.0, 2.0) if few else (0.3, 0.8) if self.crowded else (0.6, 1.2)
            size = self.size + share * OUTLINE
            x, y = positions[~now.right].T
            ring = Points(x, y, HOLLOW, "o", "wrong", size, outline=palette.error, stroke=stroke)
            marks["wrong"] = ring
        return marks

    def has_moved(
        self, before: Now, parameters: Floats, sight: Extent, pixel: tuple[float, float]
    ) -> bool:
        """Return whether something has moved by more than half a pixel or half a shade.

        Parameters
        ----------
        before
            The moment that is drawn.
        parameters
            (P,): those of another, of all outputs.
        sight
            What of the plane is in sight.
        pixel
            Width and height of a pixel in units of the axes.
        """
        with np.errstate(all="ignore"):  # what is no float is not alike
            if before.whole is not None:  # one of the other outputs can move alone
                return not np.array_equal(before.whole, parameters)
            moved = self._reach_of_change(before, parameters, sight, pixel)
        return not moved <= UNSEEN

    def ahead_marks(
        self, parameters: Floats, sight: Extent, palette: Palette, opacity: float
    ) -> Marks:
        """Return what a run that nobody has taken would say at its end, with parameters (P,)."""
        colour = faded(palette.accent, opacity)
        return {
            ("ahead", index): Curve(x, y, colour, None, AHEAD, 1.8)
            for index, (x, y) in enumerate(self.lines_of(parameters, sight))
        }

    def lines_of(self, parameters: Floats, sight: Extent) -> list[Floats]:
        """Return the lines in sight, of each x and y (2, n), that tell what the output says."""
        return []

    def _beside(self, now: Now, sight: Extent, palette: Palette) -> Marks:
        """Return the lines of the other outputs, thin, each in its colour."""
        if now.whole is None:
            return {}
        return {
            ("beside", index, piece): Curve(x, y, palette.class_colours[index], None, width=_THIN)
            for index, scene in self.beside.items()
            for piece, (x, y) in enumerate(scene.lines_of(scene.own(now.whole), sight))
        }

    def _reach_of_change(
        self, before: Now, parameters: Floats, sight: Extent, pixel: tuple[float, float]
    ) -> float:
        """Return by how many pixels, or shades, something has moved, at most.

        Endlessly many where that is not worked out.
        """
        return 0.0 if np.array_equal(before.parameters, parameters) else np.inf

    @abstractmethod
    def _background(self, now: Now, sight: Extent, cells: Cells, palette: Palette) -> Marks:
        """Return what lies behind the samples."""

    def _held_out(self, now: Now | None, palette: Palette) -> Marks:
        """Return the rows held out."""
        return held_out_marks(self.settings, self.held_out_places, palette, self.size)

    @cached_property
    def held_out_places(self) -> Floats:
        """(H, 2): where the rows held out stand, whatever the neuron says.

        The first two of inputs and target.
        """
        return held_out_places(self.settings)[:, :2]

    @property
    def size(self) -> float:
        """Of a sample, in pixels."""
        if self.settings.dataset.samples <= FEW:
            return _LARGE
        if self.crowded:
            return _TINY
        return _SMALL if self.settings.outputs == 1 else _OF_CLASSES

    @property
    def crowded(self) -> bool:
        """Whether rims of samples would hide each other."""
        return self.settings.dataset.samples >= _CROWD

    def _outline(self, palette: Palette) -> str | None:
        """Return what samples have round them."""
        return None if self.crowded else palette.ground

    def _samples(self, positions: Floats, now: Now | None, palette: Palette) -> Marks:
        """Return the samples, with shapes and names by class."""
        outline = self._outline(palette)
        if not self.settings.dataset.classes:
            x, y = positions.T
            return {"samples": Points(x, y, palette.ink, "o", "samples", self.size, outline)}
        marks: Marks = {}
        for target, colour, shape in classes_drawn(self.settings, palette):
            own = self.settings.dataset.targets == target
            if own.any():
                x, y = positions[own].T
                name = self._class_name(target)
                marks[f"class {target}"] = Points(x, y, colour, shape, name, self.size, outline)
        return marks

    def _class_name(self, target: int) -> str:
        """Return what the samples of a class are called: by their target, and a name of its own."""
        if self.settings.coding is None:
            return class_title(self.settings, target)
        y = printed(CODINGS[self.settings.coding][target])
        if self.settings.dataset.class_names == ("0", "1"):
            return f"y = {y}"
        return f"{class_title(self.settings, target)} (y = {y})"

    def _threshold(self, left: float, right: float, palette: Palette) -> Marks:
        """Return the level line of the threshold; none for numbers."""
        threshold = self.settings.threshold
        if threshold is None:
            return {}
        label = f"threshold {printed(threshold)}"
        level = np.full(2, threshold)
        return {
            "threshold": Curve(np.array((left, right)), level, palette.muted, label, DASHED, 1.2)
        }


def classes_drawn(settings: Settings, palette: Palette) -> Sequence[tuple[int, str, Marker]]:
    """Return target, colour and shape of the classes, in the order in which they are drawn."""
    if settings.outputs == 1:
        return (1, palette.positive, "o"), (0, palette.negative, "s")
    every = zip(range(settings.outputs), palette.class_colours, CLASS_SHAPES, strict=False)
    return tuple(every)


def finite(output: Floats) -> Floats:
    """Return outputs (N,) that can be drawn.

    What is too large for a float is the largest number that is drawn.
    """
    if np.isfinite(output).all():
        return output
    return np.nan_to_num(output, nan=0.0, posinf=LARGEST, neginf=-LARGEST)


_GROUND = 3.0
"""By so much the outline in the colour of the ground is larger."""


def held_out_places(settings: Settings) -> Floats:
    """Return what is known of the rows held out, whatever the neuron says.

    Inputs and target, (H, D + 1).
    """
    held = settings.held_out
    if held is None:
        return np.empty((0, settings.dataset.width + 1))
    return np.column_stack((settings.coded_inputs_of(held), settings.coded_targets_of(held)))


def held_out_marks(settings: Settings, places: Floats, palette: Palette, size: float) -> Marks:
    """Return the rows held out at places (H, 2), with the shapes of their classes, but hollow.

    Parameters
    ----------
    size
        Of those that are not held out.
    """
    held = settings.held_out
    if held is None or not len(places):
        return {}
    if not held.classes:
        x, y = places.T
        ring = Points(x, y, HOLLOW, "o", "held out", size, palette.ink)
        return _on_ground(("held out",), ring, palette)
    marks: Marks = {}
    for target, colour, shape in classes_drawn(settings, palette):
        own = held.targets == target
        if own.any():
            label = f"held out, {class_title(settings, target)}"
            # Inside is the ground: on the map of a class its colour would look like a filling.
            x, y = places[own].T
            ring = Points(x, y, palette.ground, shape, label, size, colour)
            marks |= _on_ground(("held out", target), ring, palette)
    return marks


def _on_ground(key: tuple[object, ...], ring: Points, palette: Palette) -> Marks:
    """Return outlines with another of the ground round them: seen on every colour of a map."""
    wider = replace(
        ring, color=HOLLOW, label=None, size=ring.size + _GROUND, outline=palette.ground
    )
    return {(*key, "ground"): wider, key: ring}
