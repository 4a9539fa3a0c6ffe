"""The landscape as a map in a plot: losses with contour lines, and the runs over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QTransform

from neuroviz.core.landscape.plane import FARTHEST
from neuroviz.core.slices import Work
from neuroviz.core.types import Extent, Floats
from neuroviz.pictures.landscape.contours import Contour, LossMap
from neuroviz.pictures.landscape.run_marks import PathAhead
from neuroviz.pictures.landscape.scene import ARROWS, LandscapeScene, under_ball
from neuroviz.pictures.marks import Marks
from neuroviz.pictures.palette import Palette
from neuroviz.session.landscape.maps import contour_work
from neuroviz.ui.canvas.painted_marks import KeptMarks, PaintedMarks, boxes_of
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme as themes

_CLOSE = 16
"""Pixels between the places of a button that are kept clear of the numbers of lines."""
_STRAIN = 2.5
"""Both axes have the same units, unless one would then show this many times what is asked for."""


class MapCanvas:
    """Draws maps, one after the other, and the runs over them.

    Parameters
    ----------
    plot
        The plot that it draws in.
    """

    quiet = False
    """Whether the map's colours are pale, so that the runs' colours stand out."""
    loss_map: LossMap | None = None
    """The map that is drawn."""
    _finished_for: tuple[float, float] | None = None
    """The size of a letter for which the lines have all their numbers; None before that."""
    _work: Work[list[Contour]] | None = None
    """Places the numbers of the contour lines while the map stands still."""

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.ground = plot.addItem(KeptMarks(-10))
        self.runs = plot.addItem(PaintedMarks(20))
        self.covered: list[QRectF] = []
        """The boxes of buttons on the plot, in its pixels."""
        self._marks: Marks = {}
        """The marks of the runs, without the path of the ghost."""
        plot.box.setLimits(xMin=-FARTHEST, xMax=FARTHEST, yMin=-FARTHEST, yMax=FARTHEST)

    @property
    def extent(self) -> Extent:
        """The part of the plane that is visible, or will be when the range has come to rest."""
        (left, right), (bottom, top) = self.plot.range_to_come
        return float(left), float(right), float(bottom), float(top)

    def show_nothing(self) -> None:
        """Show neither map nor runs."""
        self._draw(None, [])
        self.runs.show_marks({})

    def show_map(self, loss_map: LossMap, hidden: Floats | None) -> None:
        """Show a map; the numbers of its lines come later.

        Parameters
        ----------
        hidden
            (k, 2): places on the plane that no number should cover; None for no lines.
        """
        lines: list[Contour] = []
        if hidden is not None:
            made = contour_work(loss_map, hidden, self.letter)
            lines = made.found
            self._work = made.work()
        self._draw(loss_map, lines)

    def go_on_with_lines(self) -> None:
        """Add numbers to the lines, a few at a time."""
        if self._work is not None:
            try:
                next(self._work)
            except StopIteration as end:
                self._draw(self.loss_map, end.value)
                self._work = None

    def finish(self, loss_map: LossMap, hidden: Callable[[], Floats]) -> Work[None]:
        """Show a map with all numbers of its lines, in slices, unless it is shown already.

        What hides numbers is asked for again where the plot gets another size meanwhile.
        """
        while self.loss_map is not loss_map or self._finished_for != self.letter:
            letter = self.letter
            lines = yield from contour_work(loss_map, hidden(), letter).work()
            self._draw(loss_map, lines)
            self._work = None
            self._finished_for = letter

    def show_runs(
        self, scene: LandscapeScene, ahead: PathAhead | None, *, arrows: bool = True
    ) -> None:
        """Show paths, arrows and minimum, and the path of the ghost."""
        self._marks = self._run_marks(scene, arrows=arrows)
        self.show_ahead(scene, ahead)

    def _run_marks(self, scene: LandscapeScene, *, arrows: bool = True) -> Marks:
        others = scene.other_runs
        taken = self._covered if others.races or others.runs else ()
        marks = scene.marks(self._palette, self._ratio, letter=self.letter, taken=taken)
        return marks if arrows else {key: marks[key] for key in marks if key not in ARROWS}

    def show_ahead(self, scene: LandscapeScene, ahead: PathAhead | None) -> None:
        """Show another path of the ghost, or none, while all else stays."""
        marks = self._marks
        if ahead is not None:
            ahead_marks = scene.ahead_marks(ahead, self._palette, self._ratio)
            marks = under_ball(marks, ahead_marks)
        self.runs.show_marks(marks)

    def fit(self, bounds: Extent, *, anew: bool = True) -> None:
        """Show these ranges, unless a person has zoomed; both axes get the same units if they can.

        With the same units −gradient is at right angles to the lines. Only ``anew`` can they get
        them again, since a run that needs other units now and then would make the land leap.
        """
        if self.plot.following:
            left, right, bottom, top = bounds
            strain = (right - left) / (top - bottom) / self._ratio
            can = anew or self.plot.box.state["aspectLocked"]
            self.plot.box.setAspectLocked(can and 1 / _STRAIN <= strain <= _STRAIN)
        self.plot.show_range(*bounds)

    def under(self, scene: LandscapeScene) -> Floats:
        """Return places (k, 2) on the plane that runs, their texts and buttons hide."""
        buttons = [
            (x, y)
            for box, (left, right, bottom, top) in zip(self.covered, self._covered, strict=True)
            for x in np.linspace(left, right, 2 + int(box.width()) // _CLOSE).tolist()
            for y in (bottom, top)
        ]
        runs = scene.under(self._run_marks(scene).values(), self.letter)
        return np.vstack((runs, *buttons))

    @property
    def _covered(self) -> tuple[Extent, ...]:
        """The covered boxes in units of the axes."""
        corners = [
            (self.plot.point_at(box.bottomLeft()), self.plot.point_at(box.topRight()))
            for box in self.covered
        ]
        return tuple((low.x(), high.x(), low.y(), high.y()) for low, high in corners)

    @property
    def _palette(self) -> Palette:
        palette = themes.now.palette
        return palette.quiet if self.quiet else palette

    @property
    def _ratio(self) -> float:
        width, height = self.plot.pixels()
        return width / height

    @property
    def letter(self) -> tuple[float, float]:
        """The width of a digit and the height of a line of text, in units of the axes."""
        # The size of a pixel in pyqtgraph is 0 where a pixel is about 1e288 wide.
        left, right, bottom, top = self.extent
        metrics = QFontMetricsF(themes.numeric_font())
        width, height = self.plot.pixels()
        across = metrics.horizontalAdvance("0") * (right - left) / width
        return across, metrics.height() * (top - bottom) / height

    def boxes(self, to_pixels: QTransform) -> Iterator[QRectF]:
        """Yield the boxes of buttons, texts and places of runs on the plot, in its pixels."""
        yield from self.covered
        for marks in (self.ground.marks, self.runs.marks):
            yield from boxes_of(marks, to_pixels)

    def _draw(self, loss_map: LossMap | None, lines: list[Contour]) -> None:
        self.loss_map = loss_map
        self._finished_for = None
        self.ground.show_marks({} if loss_map is None else loss_map.marks(self._palette, lines))
