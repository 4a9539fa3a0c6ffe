"""A film of a run: which step is seen when, and what is shown of it.

The numbers in each picture are those of the run at one of its steps.
"""

from __future__ import annotations

import math
import re
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import OWN
from neuroviz.core.landscape.loss_grid import full_points
from neuroviz.core.landscape.plane import axis_ranges, together
from neuroviz.core.landscape.relief import VIEWS
from neuroviz.core.landscape.run_plane import path_of
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import counted, elided, measured, with_real_minus
from neuroviz.core.slices import Work
from neuroviz.core.types import Extent, Frozen
from neuroviz.pictures.caption import edits_in_words, experiment
from neuroviz.pictures.data.figure import data_scene
from neuroviz.pictures.data.plane import PlaneScene
from neuroviz.pictures.data.scene import DataScene, Now, finite
from neuroviz.pictures.film import (
    PLANS,
    SMALL,
    FilmInk,
    FilmPage,
    FilmPicture,
    Ground,
    Pane,
    Place,
    fitted,
    land_pane,
    loss_pane,
    plot_pane,
)
from neuroviz.pictures.input_names import target_label
from neuroviz.pictures.landscape.surface import SurfaceScene
from neuroviz.pictures.loss import RunLosses
from neuroviz.pictures.marks import Text
from neuroviz.session.frame import Frame
from neuroviz.session.landscape.follower import (
    OtherRunPaths,
    landscape_scene,
    not_far_above,
    with_tail,
)

LENGTHS = (1, 30)
"""Shortest and longest film, in seconds."""
_HELD = 1.5
_HELD_SHARE = 0.2
"""Seconds that the end is held before the film begins again, and the largest share of a short
film."""
_TICK = 10
"""Milliseconds: the times of a GIF are whole ticks, and all films use the same."""
MOST = 400
"""Points of a path, and columns of a map, at most."""
_CELLS = (200, 200)
_DATA_SCALE = 1.4
"""How much larger the samples are than in a window."""
_FAR = 3.0
"""Outputs farther from the samples than so many of their heights may be out of sight."""
_MARGIN = 0.16
"""Share of the height that stays free for texts."""
_SMALL_LOSS, _LARGE = 0.01, 1e4
"""Below the first a loss has two digits, from the second a number has no decimals: more could not
be read in passing."""
_LONGEST = 32
"""Letters that the name of a person's own data has in a title, at most."""
_FAILED = (
    *("overflow", "diverging", "rising", "dead", "flat", "frozen", "impossible"),
    *("twins", "saddle", "plateau"),
)
"""States in which a run that ends with a row wrong has learned nothing."""


class FilmOrder(Frozen):
    """What a film is to show, and how."""

    kind: str
    """A name in :data:`neuroviz.session.film_pictures.KINDS`."""
    shape: str
    """A name in :data:`neuroviz.pictures.film.SHAPES`."""
    seconds: float


class FilmTimes(NamedTuple):
    """Which step is seen when."""

    steps: tuple[int, ...]
    """(n,), strictly ascending: the steps of the run; the last is its end."""
    milliseconds: tuple[int, ...]
    """(n,): how long each is seen."""


def even_steps(last_step: int, steps_per_epoch: int, count: int) -> list[int]:
    """Return ``count`` steps of a run from 0 to the last, evenly spaced in log(1 + epoch).

    Steps of a short run are repeated.
    """
    way = math.log1p(last_step / steps_per_epoch)
    shares = (place / (count - 1) for place in range(count))
    return [round(steps_per_epoch * math.expm1(share * way)) for share in shares]


def film_times(last_step: int, steps_per_epoch: int, seconds: float, rate: int) -> FilmTimes:
    """Spread the steps of a run, from 0 to the last, over a film, evenly in log(1 + epoch).

    Parameters
    ----------
    seconds
        Length of the film, including the time for which its end is held.
    rate
        Pictures a second, at most.
    """
    moving = seconds - min(_HELD, _HELD_SHARE * seconds)
    count = max(2, round(moving * rate))
    steps = even_steps(last_step, steps_per_epoch, count)
    ticks = [round(place * 1000 / rate / _TICK) for place in range(count - 1)]
    ticks += [round(moving * 1000 / _TICK), round(seconds * 1000 / _TICK)]
    first = [next(places) for _, places in groupby(range(count), key=steps.__getitem__)]
    ends = [*(ticks[place] for place in first[1:]), ticks[-1]]
    lengths = [_TICK * (end - ticks[place]) for place, end in zip(first, ends, strict=True)]
    return FilmTimes(tuple(steps[place] for place in first), tuple(lengths))


def _land_work(frame: Frame) -> Work[SurfaceScene]:
    """Return in slices the landscape of a run, seen from where its path shows best."""
    scene = yield from landscape_scene(frame)
    paths = together(scene.path, scene.other_runs.paths)
    ball = scene.ball
    if frame.race is not None:
        paths = not_far_above(scene.settings, [scene.path, *scene.other_runs.paths])
        ball = paths[0]
    extent = axis_ranges(scene.plane, paths, ball, scene.lowest)
    scene = replace(scene, extent=extent, following=None)
    loss_map = yield from scene.loss_map(full_points(scene.settings))
    azimuth, elevation = SurfaceScene(scene, loss_map, *VIEWS[0]).best_view()
    yield None
    return SurfaceScene(scene, loss_map, azimuth, elevation)


class Film:
    """Data, landscape and losses of a run together, evenly in the logarithm of the epoch."""

    has_land = True
    """Whether a landscape is seen."""

    def __init__(self, frame: Frame, order: FilmOrder, rate: int, ink: FilmInk) -> None:
        runs = frame.runs
        home = frame.home
        if order.kind != "race":  # in other films the runners would have no names
            runs = tuple(run for run in runs if run.active or not run.racing)
        elif home is None:  # of a lesson, whose runs race beside it, as of any other race
            home = frame.settings
        self._end = replace(frame, selection=frame.selection.resting, runs=runs, home=home)
        self._settings = settings = frame.settings_at_start
        self.shape = order.shape
        self._ink = ink
        self._palette = ink.palette
        self._plan = PLANS[order.shape]
        self._steps, self.milliseconds = film_times(
            frame.newest_step, settings.steps_per_epoch, order.seconds, rate
        )
        self._epochs = max(self._epoch_of(self._end), 1.0)

    def prepare(self, land: SurfaceScene | None = None) -> Work[None]:
        """Make what all pictures share: the landscape, where one is shown and none is given."""
        if self.has_land and land is None:
            land = yield from _land_work(self._end)
        self.land = land
        yield None

    def place_at(self, milliseconds: float) -> int:
        """Return the index of the picture seen at a time; after the end, the last."""
        ends = np.cumsum(self.milliseconds)
        return min(int(np.searchsorted(ends, milliseconds, side="right")), len(ends) - 1)

    def picture(self, place: int) -> FilmPicture:
        """Return picture 0 … n − 1."""
        page = FilmPage(self.shape, self._ink)
        panes = self._compose(page, place)
        return FilmPicture(page.size, self._ink.ground, (*panes, page.pane))

    def _compose(self, page: FilmPage, place: int) -> list[Pane]:
        """Return the panes of a picture, and write the texts around them."""
        return self._show(page, self._moment(self._steps[place]))

    def _moment(self, step: int, phase: str | None = None) -> Frame:
        return replace(self._end, selection=replace(self._end.selection, step=step, phase=phase))

    @staticmethod
    def _epoch_of(moment: Frame) -> float:
        return moment.step / moment.settings.steps_per_epoch

    def _show(self, page: FilmPage, moment: Frame) -> list[Pane]:
        plan = self._plan
        page.head(self._title, f"{self._size}, {self._way}")
        page.count(0, "epoch", self._epoch_said(moment), self._palette.ink)
        page.count(1, "loss", self._loss_said(moment.current_loss), self._palette.accent)
        if moment.right is not None:
            page.rows_right(moment.right)
        page.below(plan.land, self._land_said)
        page.foot([*self._experiment, *edits_in_words(self._end.edits_so_far)])
        return [
            self._data_pane(moment, plan.data),
            self._land_pane(moment, plan.land),
            self._loss_pane(moment, plan.strip),
        ]

    def _land_pane(self, moment: Frame, place: Place) -> Pane:
        rows = moment.rows_here
        assert rows is not None
        others = OtherRunPaths(MOST).follow(moment)
        land = self.land
        race = self._end.race
        assert land is not None
        path = with_tail(path_of(rows, MOST).parameters, rows)
        scene = replace(land.scene, path=path, other_runs=others)
        palette = self._palette if race is None else self._palette.quiet
        ground = Ground(land, replace(palette, ground=self._ink.ground))
        return land_pane(place, replace(land, scene=scene), ground, self._palette)

    def _loss_pane(self, moment: Frame, place: Place, *, numbers: bool = False) -> Pane:
        return loss_pane(place, self._runs(moment), self._epochs, self._ink, numbers=numbers)

    def _runs(self, moment: Frame) -> list[RunLosses]:
        """Return the losses to show, those of the active run last."""
        at = np.array([self._epoch_of(moment)])
        loss = np.array([moment.current_loss])
        return [replace(self._own, epoch=at, loss=loss)]

    @cached_property
    def _own(self) -> RunLosses:
        assert self._end.rows is not None
        slot = self._end.active.slot if self._end.active else None
        return RunLosses.of(None, slot, self._end.rows, active=True)

    def _data_pane(self, moment: Frame, place: Place) -> Pane:
        scene = data_scene(self._settings, output=self._end.output)
        now = _now(scene, moment)
        bounds = scene.bounds_at(now)
        has_strip = bounds[2] < scene.bounds[2]
        if not (has_strip or isinstance(scene, PlaneScene)):
            bounds = self._with_outputs
        sight = fitted(bounds, place) if scene.equal_aspect else bounds
        marks = scene.marks(now, sight, _CELLS, self._palette)
        alone = place == self._plan.alone
        if not alone:  # names of hidden neurons would stand on each other
            names = {("name", unit) for unit in range(self._settings.hidden)}
            marks = {key: mark for key, mark in marks.items() if key not in names}
        if not isinstance(scene, PlaneScene):
            shown = (place, sight, marks, self._ink)
            least = scene.bounds[2] if has_strip else -math.inf
            return plot_pane(*shown, scene.labels, scene.x_ticks, least=least, scale=_DATA_SCALE)
        # The mark w and the labels would name what nothing else in the picture speaks of.
        marks = {key: mark for key, mark in marks.items() if key != "w" and type(mark) is not Text}
        places = zip(scene.outputs(now), now.output.tolist(), scene.positions(now), strict=False)
        ink = self._palette.ink
        ground = self._palette.ground
        for row, (_, output, (x, y)) in enumerate(places):
            text = two_decimals(output)
            marks["output", row] = Text(x, y, text, ink, halo=ground, raised=-28.0)
        if scene.whole is not None and not alone:
            said = target_label(scene.settings, "output ŷ")
            y = sight[3] - 0.05 * (sight[3] - sight[2])
            marks["y"] = Text(sight[0], y, said, ink, halo=ground, aside=6.0, size=SMALL)
        return Pane(place, sight, marks, ground, _DATA_SCALE)

    @cached_property
    def _with_outputs(self) -> Extent:
        """The ranges of data that contain the first and the last outputs too, unless far away."""
        scene = data_scene(self._settings, output=self._end.output)
        left, right, bottom, top = scene.bounds
        room = _FAR * (top - bottom)
        ends = self._moment(0), self._end
        outputs = np.concatenate([scene.heights(_now(scene, each)) for each in ends])
        near = outputs[(outputs > bottom - room) & (outputs < top + room)]
        low = near.min(initial=top)
        high = near.max(initial=bottom)
        margin = _MARGIN * (max(high, top) - min(low, bottom))
        return left, right, min(bottom, low - margin), max(top, high + margin)

    # --- words ------------------------------------------------------------------------------------

    def _epoch_said(self, moment: Frame) -> str:
        return f"{int(self._epoch_of(moment)):,}"

    def _loss_said(self, loss: float | None) -> str:
        return loss_said(self._settings, loss, 2 if loss is not None and loss < _SMALL_LOSS else 4)

    @property
    def _experiment(self) -> list[str]:
        """The experiment in words, without an optimizer where a person took the steps."""
        said = experiment(self._settings)[2:]
        label = self._settings.optimizer_entry.label
        return [word for word in said if self._end.own is None or not word.startswith(label)]

    @property
    def _land_said(self) -> str:
        assert self.land is not None
        scene = self.land.scene
        return " · ".join(filter(None, (scene.title, scene.other_runs.sentence)))

    @cached_property
    def _title(self) -> str:
        end = self._end
        verb = "learns"
        all_right = end.right is not None and bool(end.right.all())
        if not self._settings.activation_entry.trainable:
            verb = "computes"
        elif end.diagnosis is not None and not all_right:
            losses = self._own.losses
            if losses[-1] > losses[0] or end.diagnosis.state in _FAILED:
                verb = "tries to learn"  # a run that learned nothing must not be said to learn
        who = "One neuron"
        if not self._settings.parameters.linear:
            who = "A network" if self._settings.hidden else "A layer"
            who = f"{who} of {self._settings.hidden + self._settings.outputs} neurons"
        return f"{who} {verb} {task_name(self._settings)}"

    @property
    def _size(self) -> str:
        samples = counted(self._settings.dataset.samples, "sample")
        return f"{samples}, {counted(self._settings.parameters.count, 'parameter')}"

    @property
    def _way(self) -> str:
        settings = self._settings
        if not settings.activation_entry.trainable:
            return "set by hand"
        if self._end.own is not None:
            return "steps taken by hand"
        return "gradient descent" if settings.optimizer == "sgd" else settings.optimizer_entry.label


def _now(scene: DataScene, moment: Frame) -> Now:
    assert moment.parameters is not None
    assert moment.prediction is not None
    return scene.now(moment.parameters, finite(moment.prediction.output), moment.right)


def two_decimals(number: float) -> str:
    """Write a number with two decimals, or a large one with three digits, to be read in passing."""
    return with_real_minus(f"{number:z.2f}") if abs(number) < _LARGE else measured(number, 3)


def race_title(settings: Settings, count: int) -> str:
    """Return the title of a race between so many runs."""
    return f"{count} runs race on {task_name(settings)}"


def task_name(settings: Settings) -> str:
    """Return the name of a task as it is written in a title."""
    entry = settings.task_entry
    if settings.task == OWN:
        return elided(settings.dataset.origin or "own data", _LONGEST)
    name = re.split(r" gate$| by hand$| \(|, ", entry.label)[0]
    name = name if name[:2].isupper() else name.lower()
    if entry.group == "lines":
        name = entry.formula
    return f"{name}, moved points" if settings.points_moved else name
