"""The scene of an experiment's data, for any number of inputs: samples, threshold and ranges."""

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
"""Number of samples up to which they are drawn large."""
_CROWD = 2000
"""Number of samples from which they are drawn tiny, without a rim that would hide others."""
_MOST_RINGED = 300
"""Most wrong samples in a crowd that have rings."""
OUTLINE = 7.0
"""How much larger than a wrong sample its ring is."""
UNSEEN = 0.5
"""Pixels, or shades of a map, up to which a change is invisible."""
_LARGE = 12.0
_SMALL = 7.0
_TINY = 3.0
_THIN = 1.4
"""Width in pixels of the line of an output that is not opened."""
_LONGEST = 16
"""Letters of a target's name, at most."""
_OF_CLASSES = 9.0
"""Size with many classes, large enough to see their shapes."""
Cells = tuple[int, int]
"""Columns and rows of a map."""


class Now(Unique):
    """The neuron's parameters and outputs at one moment."""

    parameters: Floats
    """(P,)."""
    output: Floats
    """(N,), or (N, K) for K outputs: the output for each sample."""
    right: Bools | None
    """(N,): which samples are classified correctly; None for numbers."""
    whole: Floats | None = None
    """The parameters of all outputs, where there are others than the one that is shown."""

    def has_same_wrong(self, other: Now) -> bool:
        """Return whether the same samples are wrong at another moment."""
        return (
            self.right is None
            or other.right is None
            or bool(np.array_equal(self.right, other.right))
        )


class DataScene(Unique):
    """The scene of an experiment's data."""

    settings: Settings
    two_colours: bool = False
    """For two inputs and classes: whether there are two flat colours, one on each side of the
    threshold."""
    whole: Settings | None = None
    """The experiment with all of several targets, of which `settings` has only the one shown; None
    for a single target."""
    output: int = 0
    """Index of that target."""

    def now(self, parameters: Floats, output: Floats, right: Bools | None) -> Now:
        """Return a moment as this scene shows it.

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
        """Return, of all outputs' parameters (P,), those of the output that is shown."""
        return parameters if self.whole is None else parameters[self.places]

    @cached_property
    def places(self) -> list[int]:
        """Indices of the shown output's parameters among those of all outputs."""
        if self.whole is None:
            return [*range(self.settings.parameters.count)]
        return self.whole.parameters.of_output(self.output)

    @cached_property
    def beside(self) -> dict[int, DataScene]:
        """The scenes of the other outputs, by index; empty where there is one."""
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
        """The title, with the name of the output where there are several targets."""
        if self.whole is None:
            return self.title
        name = elided(self.settings.dataset.target_name, _LONGEST)
        return self.title.replace("Output", f"Output {name}", 1)

    title: ClassVar[str]
    """What the scene shows."""

    @property
    @abstractmethod
    def labels(self) -> tuple[str, str]:
        """The names of the axes."""

    @property
    @abstractmethod
    def bounds(self) -> Extent:
        """The ranges that contain the data with some margin, whatever the neuron's output."""

    def bounds_at(self, now: Now | None) -> Extent:
        """Return the ranges at a moment, which also contain marks that move."""
        return self.bounds

    def said(self, now: Now | None) -> str:
        """Return what the marks of hidden neurons mean, in words; empty where there are none."""
        return ""

    def said_last(self, marks: Marks) -> str:
        """Return what some marks mean, for the end of a line, where there is room."""
        if not any(key[0] == "beside" for key in marks if isinstance(key, tuple)):
            return ""
        names = [scene.settings.dataset.target_name for scene in self.beside.values()]
        return f"thin: {', '.join(elided(name, _LONGEST) for name in names)}"

    def outputs(self, now: Now | None) -> list[str]:
        """Return the text beside each sample; none where there is no room."""
        return []

    def heights(self, now: Now) -> Floats:
        """Return the heights to keep visible: the outputs."""
        return now.output

    @property
    def x_ticks(self) -> Ticks | None:
        """Texts along the horizontal axis; None for numbers."""
        return None

    @property
    def y_ticks(self) -> Ticks | None:
        """Texts along the vertical axis; None for numbers."""
        return None

    @property
    def equal_aspect(self) -> bool:
        """Whether a unit is equally long on both axes."""
        return False

    @abstractmethod
    def positions(self, now: Now | None) -> Floats:
        """Return the places of the samples, (N, 2); empty where they are unknown."""

    def marks(self, now: Now | None, sight: Extent, cells: Cells, palette: Palette) -> Marks:
        """Return all marks; for an unknown moment only the samples, where they have their places.

        The names of hidden neurons' curves stand over the samples.

        Parameters
        ----------
        sight
            The visible range.
        """
        marks: Marks = {}
        if now is not None:
            marks = self._background(now, sight, cells, palette)
            marks.update(self._beside(now, sight, palette))
        positions = self.positions(now)
        if len(positions):
            marks.update(self._samples(positions, now, palette))
        marks.update(self._held_out(now, palette))
        if now is not None and now.right is not None and self.rings_wrong(now):
            few = self.settings.dataset.samples <= FEW
            share, stroke = (1.0, 2.0) if few else (0.3, 0.8) if self.crowded else (0.6, 1.2)
            size = self.size + share * OUTLINE
            x, y = positions[~now.right].T
            ring = Points(x, y, HOLLOW, "o", "wrong", size, outline=palette.error, stroke=stroke)
            marks["wrong"] = ring
        named = [("name", unit) for unit in range(self.settings.hidden) if ("name", unit) in marks]
        return marks | {key: marks.pop(key) for key in named}

    def rings_wrong(self, now: Now) -> bool:
        """Return whether there are rings around wrong samples.

        In a crowd only a few have them: more rings would hide all samples, which tell by their side
        of the border as well.
        """
        wrong = 0 if now.right is None else int((~now.right).sum())
        return 0 < wrong <= (_MOST_RINGED if self.crowded else wrong)

    def has_moved(
        self, before: Now, parameters: Floats, sight: Extent, pixel: tuple[float, float]
    ) -> bool:
        """Return whether something has moved by more than half a pixel or half a shade.

        Parameters
        ----------
        before
            The moment that is drawn.
        parameters
            (P,): the parameters of another moment, of all outputs.
        sight
            The visible range.
        pixel
            Width and height of a pixel in units of the axes.
        """
        with np.errstate(all="ignore"):  # a value that overflows counts as moved
            if before.whole is not None:  # one of the other outputs can move alone
                return not np.array_equal(before.whole, parameters)
            moved = self._reach_of_change(before, parameters, sight, pixel)
        return not moved <= UNSEEN

    def ahead_marks(
        self, parameters: Floats, sight: Extent, palette: Palette, opacity: float
    ) -> Marks:
        """Return what a run that was not taken would show at its end, with parameters (P,)."""
        colour = faded(palette.accent, opacity)
        return {
            ("ahead", index): Curve(x, y, colour, None, AHEAD, 1.8)
            for index, (x, y) in enumerate(self.lines_of(parameters, sight))
        }

    def lines_of(self, parameters: Floats, sight: Extent) -> list[Floats]:
        """Return the visible lines, x and y (2, n), that show the output."""
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

        It is infinite where that is not computed.
        """
        return 0.0 if np.array_equal(before.parameters, parameters) else np.inf

    @abstractmethod
    def _background(self, now: Now, sight: Extent, cells: Cells, palette: Palette) -> Marks:
        """Return the marks behind the samples."""

    def _held_out(self, now: Now | None, palette: Palette) -> Marks:
        """Return the rows held out."""
        return held_out_marks(self.settings, self.held_out_places, palette, self.size)

    @cached_property
    def held_out_places(self) -> Floats:
        """(H, 2): the places of the rows held out, whatever the neuron's output.

        They are the first two of inputs and target.
        """
        return held_out_places(self.settings)[:, :2]

    @property
    def size(self) -> float:
        """Size of a sample in pixels."""
        if self.settings.dataset.samples <= FEW:
            return _LARGE
        if self.crowded:
            return _TINY
        return _SMALL if self.settings.outputs == 1 else _OF_CLASSES

    @property
    def crowded(self) -> bool:
        """Whether the rims of samples would hide each other."""
        return self.settings.dataset.samples >= _CROWD

    def _outline(self, palette: Palette) -> str | None:
        """Return the colour of the samples' rims; None for no rims."""
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
        """Return the name of a class's samples: its target, and its own name if it has one."""
        if self.settings.coding is None:
            return class_title(self.settings, target)
        y = printed(CODINGS[self.settings.coding][target])
        if self.settings.dataset.class_names == ("0", "1"):
            return f"y = {y}"
        return f"{class_title(self.settings, target)} (y = {y})"

    def _threshold(self, left: float, right: float, palette: Palette) -> Marks:
        """Return the horizontal line at the threshold; none for numbers."""
        threshold = self.settings.threshold
        if threshold is None:
            return {}
        label = f"threshold {printed(threshold)}"
        level = np.full(2, threshold)
        return {
            "threshold": Curve(np.array((left, right)), level, palette.muted, label, DASHED, 1.2)
        }


def classes_drawn(settings: Settings, palette: Palette) -> Sequence[tuple[int, str, Marker]]:
    """Return target, colour and shape of the classes, in drawing order."""
    if settings.outputs == 1:
        return (1, palette.positive, "o"), (0, palette.negative, "s")
    every = zip(range(settings.outputs), palette.class_colours, CLASS_SHAPES, strict=False)
    return tuple(every)


def finite(output: Floats) -> Floats:
    """Return outputs (N,) with infinities replaced by the largest number that is drawn."""
    if np.isfinite(output).all():
        return output
    return np.nan_to_num(output, nan=0.0, posinf=LARGEST, neginf=-LARGEST)


_GROUND = 3.0
"""How much larger the outline in the colour of the ground is."""


def held_out_places(settings: Settings) -> Floats:
    """Return inputs and target, (H, D + 1), of the rows held out."""
    held = settings.held_out
    if held is None:
        return np.empty((0, settings.dataset.width + 1))
    return np.column_stack((settings.coded_inputs_of(held), settings.coded_targets_of(held)))


def held_out_marks(settings: Settings, places: Floats, palette: Palette, size: float) -> Marks:
    """Return the rows held out at places (H, 2), in their classes' shapes, but hollow.

    Parameters
    ----------
    size
        Size of samples that are not held out.
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
            # Filled with the ground: a map in the colour of the class would look like a filling.
            x, y = places[own].T
            ring = Points(x, y, palette.ground, shape, label, size, colour)
            marks |= _on_ground(("held out", target), ring, palette)
    return marks


def _on_ground(key: tuple[object, ...], ring: Points, palette: Palette) -> Marks:
    """Return outlines with a rim in the ground's colour, visible on every colour of a map."""
    wider = replace(
        ring, color=HOLLOW, label=None, size=ring.size + _GROUND, outline=palette.ground
    )
    return {(*key, "ground"): wider, key: ring}
