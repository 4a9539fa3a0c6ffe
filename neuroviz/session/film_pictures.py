"""Films of a run: which picture is seen when, and what it shows of that moment.

The numbers of each are those of the run at one of its steps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from neuroviz.core.anatomy.anatomy import PHASES, Anatomy
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import OWN
from neuroviz.core.landscape.loss_grid import FULL
from neuroviz.core.landscape.relief import VIEWS
from neuroviz.core.landscape.run_plane import path_of
from neuroviz.core.model.rounding import loss_said, without_rounding
from neuroviz.core.numbers import counted, with_real_minus
from neuroviz.core.slices import Work, made
from neuroviz.core.types import Floats
from neuroviz.pictures import film as declared
from neuroviz.pictures.caption import edits_in_words, experiment
from neuroviz.pictures.data.figure import data_scene
from neuroviz.pictures.data.plane import PlaneScene
from neuroviz.pictures.data.scene import Now, finite
from neuroviz.pictures.film import (
    PLANS,
    SHAPES,
    FilmInk,
    FilmPicture,
    Ground,
    LossLine,
    Pane,
    Place,
)
from neuroviz.pictures.input_names import parameter_labels
from neuroviz.pictures.landscape.scene import LandscapeScene
from neuroviz.pictures.landscape.surface import SurfaceScene
from neuroviz.pictures.loss import loss_title, with_extremes
from neuroviz.pictures.marks import Marks, Text
from neuroviz.pictures.neuron.layout import Layout, laid_out, place
from neuroviz.pictures.neuron.motion import LASTS, NeuronPicture, PartMotion
from neuroviz.pictures.neuron.numbers import described, numbers_of, ranked, sizes_of
from neuroviz.pictures.neuron.scene import Moment
from neuroviz.pictures.palette import run_style
from neuroviz.pictures.weights import LONGEST_NAME, WeightsScene, padded
from neuroviz.session.film import LENGTHS, film_times
from neuroviz.session.frame import Frame, Selection
from neuroviz.session.landscape.figures import LandscapeFigures
from neuroviz.session.landscape.other_paths import OtherRunPaths
from neuroviz.session.runs import ListedRun

_MOST = 400
"""Points of a path."""
_CELLS = (200, 200)
_NARROWEST = 700.0
"""Width in which a neuron has room for all its words."""
_SMALL_LOSS = 0.01
"""What is smaller has two digits: more could not be read."""
_FAILED = ("overflow", "diverging", "rising", "dead", "flat", "frozen", "impossible")
"""States at whose end nothing has been learned, where a row is wrong."""


@dataclass(frozen=True)
class FilmOrder:
    """What a film is to show, and how."""

    kind: str
    """A name in KINDS."""
    shape: str
    """A name in SHAPES."""
    seconds: float


class Film(ABC):
    """The pictures of a film."""

    milliseconds: tuple[int, ...]
    """(n,): how long each is seen."""

    @abstractmethod
    def picture(self, place: int) -> FilmPicture:
        """Return one of them, 0 … n − 1."""

    def place_at(self, milliseconds: float) -> int:
        """Return which is seen so long after the beginning; the last one after the end."""
        ends = np.cumsum(self.milliseconds)
        return min(int(np.searchsorted(ends, milliseconds, side="right")), len(ends) - 1)


def objection_to(kind: str, frame: Frame) -> str | None:
    """Return why there is no film of a kind at a moment, None where there is one."""
    if kind == "race" and not any(run.racing for run in frame.others):
        return "No runs race: Race… in the menu Run begins one."
    if kind == "step" and not frame.newest_step:
        return "No step has been taken that a film could show."
    return None


def film_work(frame: Frame, order: FilmOrder, rate: int, ink: FilmInk) -> Work[Film]:
    """Return the film of a run up to its newest step, or of the step that is looked at, in slices.

    Parameters
    ----------
    frame
        A moment of the run.
    rate
        Pictures a second at most.

    Raises
    ------
    SettingsError
        If it is of a step and none was taken, or of a race and none goes on,
        or it is too long or too short.
    """
    low, high = LENGTHS
    if not low <= order.seconds <= high:
        raise SettingsError(
            f"A film must last from {low} to {high} seconds, not {order.seconds:g}.", "seconds"
        )
    objection = objection_to(order.kind, frame)
    if objection:
        raise SettingsError(objection, "kind")
    film = KINDS[order.kind](frame, order, rate, ink)
    yield from film.prepare()
    return film


class _RunFilm(Film):
    """The steps of a run, even in the logarithm of the epoch."""

    has_land = False
    """Whether a landscape is seen."""

    def __init__(self, frame: Frame, order: FilmOrder, rate: int, ink: FilmInk) -> None:
        self._end = end = replace(frame, selection=Selection(sample=frame.selection.sample))
        self._order = order
        self._plan = PLANS[order.shape]
        self._ink = ink
        self._palette = ink.palette
        self._settings = end.settings_at_start
        per_epoch = self._settings.steps_per_epoch
        times = film_times(end.newest_step, per_epoch, order.seconds, rate)
        self._steps, self.milliseconds = times.steps, times.milliseconds
        self._epochs = max(end.newest_step / per_epoch, 1.0)

    def prepare(self) -> Work[None]:
        """Make what is the same in all pictures."""
        yield from made(None)
        if self.has_land:
            yield from self._prepare_land()

    def _prepare_land(self) -> Work[None]:
        scene = yield from LandscapeFigures("run").scene(self._end)
        loss_map = yield from scene.loss_map(FULL)
        yield None
        view = SurfaceScene(scene, loss_map, *VIEWS[0]).best_view()
        yield None
        # The last is an axis, which has no numbers here.
        lines = SurfaceScene(scene, loss_map, *view).lines(self._palette)
        self._land = replace(scene, extent=scene.bounds, following=None)
        self._ground = Ground(loss_map, view, dict(enumerate(lines[:-1])))

    def picture(self, place: int) -> FilmPicture:
        """Return one of them, 0 … n − 1."""
        moment = self._moment(self._steps[place])
        return self._framed(self._panes(moment), self._words(moment))

    def _framed(self, panes: Iterable[Pane], said: Marks) -> FilmPicture:
        shape = self._order.shape
        page = declared.page(shape, said)
        return FilmPicture(SHAPES[shape], self._ink.ground, (*panes, page))

    def _moment(self, step: int, phase: str | None = None) -> Frame:
        selection = Selection(step, phase, self._end.selection.sample)
        return replace(self._end, selection=selection)

    @abstractmethod
    def _panes(self, moment: Frame) -> Iterable[Pane]:
        """Return the panes of a moment."""

    # --- words ------------------------------------------------------------------------------------

    def _words(self, moment: Frame) -> Marks:
        """Return what stands around the panes."""
        plan, ink = self._plan, self._ink
        marks = declared.head(plan, self._title, self._under, ink)
        marks |= self._counters(moment)
        if moment.right is not None:
            marks |= declared.ticks(plan.right, moment.right, ink)
        if self.has_land:
            marks["land"] = declared.below(plan.land, self._land_said, ink)
        return marks | declared.foot(plan, self._said, ink)

    @cached_property
    def _land_said(self) -> str:
        elsewhere = self._land.other_runs.sentence
        return " · ".join(filter(None, (self._land.title, elsewhere)))

    def _counters(self, moment: Frame) -> Marks:
        plan, palette = self._plan, self._palette
        return {
            **declared.counter(
                "epoch", plan.epoch, "epoch", self._epoch_said(moment), palette.ink, self._ink
            ),
            **declared.counter(
                "loss", plan.loss, "loss", self._loss_said(moment), palette.accent, self._ink
            ),
        }

    @staticmethod
    def _epoch_said(moment: Frame) -> str:
        return f"{moment.step // moment.settings.steps_per_epoch:,}"

    def _loss_said(self, moment: Frame) -> str:
        assert moment.current_loss is not None
        return self._written(moment.current_loss)

    def _written(self, loss: float) -> str:
        return loss_said(self._settings, loss, 2 if loss < _SMALL_LOSS else 4)

    @cached_property
    def _title(self) -> str:
        return f"One neuron {_verb(self._end)} {_name(self._settings)}"

    @property
    def _under(self) -> str:
        return f"{self._size}, {self._way}"

    @property
    def _size(self) -> str:
        settings = self._settings
        samples = counted(settings.dataset.samples, "sample")
        return f"{samples}, {counted(settings.parameters.count, 'parameter')}"

    @property
    def _way(self) -> str:
        settings = self._settings
        if not settings.activation_entry.trainable:
            return "set by hand"
        return "gradient descent" if settings.optimizer == "sgd" else settings.optimizer_entry.label

    @property
    def _said(self) -> list[str]:
        """The experiment, as much of it as there is room for."""
        edits = edits_in_words(self._end.edits_so_far)
        return [*experiment(self._settings)[2:], *edits]

    # --- panes ------------------------------------------------------------------------------------

    def _land_pane(self, moment: Frame, place: Place) -> Pane:
        surface = SurfaceScene(self._land_of(moment), self._ground.loss_map, *self._ground.view)
        return declared.land_pane(place, surface, self._ground, self._palette)

    def _land_of(self, moment: Frame) -> LandscapeScene:
        rows = moment.rows_here
        assert rows is not None
        others = OtherRunPaths(_MOST).follow(moment)
        return replace(self._land, path=path_of(rows, _MOST).parameters, other_runs=others)

    def _loss_pane(self, moment: Frame, place: Place, *, alone: bool = False) -> Pane:
        lines = [*self._other_losses(moment), self._loss_line(moment)]
        return declared.loss_pane(place, lines, self._epochs, self._ink, with_losses=alone)

    def _loss_line(self, moment: Frame) -> LossLine:
        epoch = moment.step / self._settings.steps_per_epoch
        loss = moment.current_loss
        assert loss is not None
        return LossLine(*self._losses, self._palette.accent, epoch, loss)

    def _other_losses(self, moment: Frame) -> list[LossLine]:
        """Return the losses of what else is seen, from back to front."""
        return []

    @cached_property
    def _losses(self) -> tuple[Floats, Floats]:
        assert self._end.rows is not None
        return with_extremes(*self._end.rows.loss_curve)

    # --- the neuron -------------------------------------------------------------------------------

    @property
    def _sample(self) -> int:
        sample = self._end.selection.sample
        return self._settings.first_sample if sample is None else sample

    @property
    def _neuron_place(self) -> Place:
        return self._plan.alone

    @cached_property
    def _neuron_plan(self) -> tuple[Layout, float]:
        """The places of a neuron, and how much larger they are than the units of a picture."""
        _, _, width, height = self._neuron_place
        scale = width / _NARROWEST
        room = width / scale, height / scale
        plan = laid_out(*room, self._settings, self._ink.measure)
        assert self._end.anatomy is not None
        order = ranked(sizes_of(self._end.anatomy, self._sample))
        inputs = tuple(sorted(order[: plan.shown]))
        return place(*room, inputs, self._settings, plan), scale

    def _neuron(self, moment: Frame) -> NeuronPicture:
        layout, _ = self._neuron_plan
        settings, phase, sample = moment.settings, moment.phase, self._sample
        assert moment.anatomy is not None
        after = moment.next_step if phase == "update" else None
        backward = phase in ("zero_grad", "backward")
        width = settings.dataset.width
        inputs = tuple(index for index in layout.rows if 0 <= index < width)
        numbers = numbers_of(moment.anatomy, phase, sample, inputs, width, after, backward=backward)
        seen = Moment(settings, numbers, after or moment.anatomy, sample, backward, part=phase)
        return NeuronPicture(seen, layout, self._ink.neuron)

    def _neuron_pane(self, marks: Marks) -> Pane:
        layout, scale = self._neuron_plan
        place = self._neuron_place
        sight = 0.0, place.width / scale, -place.height / scale, 0.0
        return Pane(place, sight, marks, scale=scale, points=layout.plan.size)

    def _data_pane(self, moment: Frame, place: Place) -> Pane:
        scene = data_scene(self._settings)
        assert moment.parameters is not None
        assert moment.prediction is not None
        now = Now(moment.parameters, finite(moment.prediction.output), moment.right)
        sight = scene.bounds
        if scene.equal_aspect:
            sight = declared.fitted(sight, place)
        marks = scene.marks(now, sight, _CELLS, self._palette)
        if isinstance(scene, PlaneScene):
            marks = {key: mark for key, mark in marks.items() if key not in ("w", "w name")}
            marks |= self._outputs(scene, now)
        else:
            marks = declared.axes(marks, sight, scene.labels, scene.x_ticks, self._ink)
        return Pane(place, sight, marks, self._palette.ground, _DATA_SCALE)

    def _outputs(self, scene: PlaneScene, now: Now) -> Marks:
        """Return the outputs of few samples with two decimals: more could not be read."""
        if not scene.outputs(now):
            return {}
        places = zip(now.output.tolist(), scene.positions(now).tolist(), strict=True)
        return {
            ("output", row): Text(x, y, _two_decimals(output), self._palette.ink, raised=-28.0)
            for row, (output, (x, y)) in enumerate(places)
        }


def _two_decimals(number: float) -> str:
    return with_real_minus(f"{number:.2f}")


_DATA_SCALE = 1.4
"""How much larger than in a window samples are."""


class _Overview(_RunFilm):
    """Data, landscape and losses together."""

    has_land = True

    def _panes(self, moment: Frame) -> Iterable[Pane]:
        plan = self._plan
        return (
            self._data_pane(moment, plan.data),
            self._land_pane(moment, plan.land),
            self._loss_pane(moment, plan.strip),
        )


class _Single(_RunFilm):
    """A view alone, with the counters beside the title."""

    def _panes(self, moment: Frame) -> Iterable[Pane]:
        return (self._plot(moment, self._plan.alone),)

    @abstractmethod
    def _plot(self, moment: Frame, place: Place) -> Pane:
        """Return the view."""

    @abstractmethod
    def _caption(self, moment: Frame) -> str:
        """Return what it shows."""

    def _words(self, moment: Frame) -> Marks:
        caption = self._caption(moment)
        counts = self._epoch_said(moment), self._loss_said(moment)
        return declared.small_head(self._order.shape, self._title, caption, counts, self._ink)


class _NeuronFilm(_Single):
    def _plot(self, moment: Frame, place: Place) -> Pane:
        return self._neuron_pane(self._neuron(moment).marks)

    def _caption(self, moment: Frame) -> str:
        assert moment.anatomy is not None
        return described(moment.anatomy, self._settings, self._sample)


class _DataFilm(_Single):
    def _plot(self, moment: Frame, place: Place) -> Pane:
        return self._data_pane(moment, place)

    def _caption(self, moment: Frame) -> str:
        return data_scene(self._settings).title


class _LandscapeFilm(_Single):
    has_land = True

    def _plot(self, moment: Frame, place: Place) -> Pane:
        return self._land_pane(moment, place)

    def _caption(self, moment: Frame) -> str:
        return self._land_said


class _LossFilm(_Single):
    def _plot(self, moment: Frame, place: Place) -> Pane:
        left, top, width, height = place
        return self._loss_pane(moment, Place(left + 8, top, width - 16, height - 24), alone=True)

    def _caption(self, moment: Frame) -> str:
        return loss_title(self._settings)


class _WeightsFilm(_Single):
    def _plot(self, moment: Frame, place: Place) -> Pane:
        rows = moment.rows_here
        assert rows is not None
        assert moment.parameters is not None
        here = float(np.log1p(moment.step / self._settings.steps_per_epoch))
        end = float(np.log1p(self._epochs))
        if self._scene.many:
            values = rows.drawn_map(_MOST)
            # Even in the logarithm, as the epochs go by.
            here = here or end / _MOST
            shares = np.expm1(np.linspace(0, here, _MOST)) / np.expm1(here)
            columns = np.round(shares * (values.shape[1] - 1)).astype(np.intp)
            marks = self._scene.mapped(values[:, columns], here, self._palette)
            sight = 0.0, 1.25 * end, 0.5, len(self._scene.names) + 0.5
            return declared.lines_pane(place, sight, marks, None, self._ink)
        series = [rows.parameter(index) for index in range(len(self._scene.names))]
        curves = [(np.log1p(rows.epochs), values) for values in series]
        now = without_rounding(self._settings, moment.parameters).tolist()
        said = [_two_decimals(value) for value in now]
        marks = self._scene.lines(curves, here, now, said, self._palette)
        sight = 0.0, 1.25 * end, *self._span
        return declared.lines_pane(place, sight, marks, self._epochs, self._ink)

    def _caption(self, moment: Frame) -> str:
        return f"{self._scene.title} over the epochs"

    @cached_property
    def _scene(self) -> WeightsScene:
        return WeightsScene(parameter_labels(self._settings, LONGEST_NAME))

    @cached_property
    def _span(self) -> tuple[float, float]:
        rows = self._end.rows
        assert rows is not None
        names = range(len(self._scene.names))
        return padded(np.concatenate([rows.parameter(index) for index in names]), 0.08)


class _Race(_Overview):
    """The runs that go in step, with their names and losses."""

    def _panes(self, moment: Frame) -> Iterable[Pane]:
        plan = self._plan
        return self._land_pane(moment, plan.land), self._loss_pane(moment, plan.strip)

    def _words(self, moment: Frame) -> Marks:
        plan, ink = self._plan, self._ink
        rows = self._rows(moment)
        name, best, _ = min(rows, key=lambda row: row[1].loss)
        least = self._written(best.loss)
        return {
            **declared.head(plan, self._title, self._size, ink),
            **declared.counter(
                "epoch", plan.epoch, "epoch", self._epoch_said(moment), self._palette.ink, ink
            ),
            **declared.counter("loss", plan.loss, f"lowest: {name}", least, best.color, ink),
            **declared.runners(plan.data, rows, ink),
            "land": declared.below(plan.land, self._land_said, ink),
            **declared.foot(plan, self._said, ink),
        }

    def _rows(self, moment: Frame) -> list[tuple[str, LossLine, str]]:
        """Return name and losses of each run, in the order of the list, which stays."""
        rows = []
        for run in self._end.runs:
            if run.active or run in self._others:
                own = run.active
                line = self._loss_line(moment) if own else self._runner(run, moment.step)
                rows.append((run.name, line, loss_said(self._settings, line.loss)))
        return rows

    @cached_property
    def _title(self) -> str:
        return f"{len(self._others) + 1} runs race on {_name(self._settings)}"

    @property
    def _said(self) -> list[str]:
        """What of the experiment is the same in all runs."""
        others = [experiment(run.settings) for run in self._others]
        words = experiment(self._settings)[2:]
        return [word for word in words if all(word in other for other in others)]

    @cached_property
    def _others(self) -> list[ListedRun]:
        return [run for run in self._end.others if run.racing]

    def _loss_line(self, moment: Frame) -> LossLine:
        slot = next(run.slot for run in self._end.runs if run.active)
        return replace(super()._loss_line(moment), marker=run_style(slot).shape)

    def _other_losses(self, moment: Frame) -> list[LossLine]:
        return [self._runner(run, moment.step) for run in self._others]

    def _runner(self, run: ListedRun, step: int) -> LossLine:
        rows = run.until(step).rows
        assert rows is not None
        assert run.rows is not None
        at, loss = rows.last_loss
        style = run_style(run.slot)
        return LossLine(
            *with_extremes(*run.rows.loss_curve),
            self._palette.run(run.slot),
            at / rows.steps_per_epoch,
            loss,
            style.dash,
            style.shape,
        )


class _Step(_RunFilm):
    """The five parts of the step that led to the row that is looked at, in motion."""

    def __init__(self, frame: Frame, order: FilmOrder, rate: int, ink: FilmInk) -> None:
        super().__init__(frame, order, rate, ink)
        first = max(frame.step - 1, 0)
        self._looks = [(first, phase) for phase in PHASES[:-1]] + [(first + 1, "update")]
        whole = sum(LASTS.values())
        still = _STILL * order.seconds / len(PHASES)
        moving = order.seconds - still * len(PHASES)
        # Each part moves for as long as in the window, in proportion, and is read then.
        self._ends = np.cumsum([moving * LASTS[part] / whole + still for part in PHASES])
        self._still = still
        count = round(order.seconds * rate)
        ticks = [round(place * 100 / rate) for place in range(count + 1)]
        self.milliseconds = tuple(10 * int(ms) for ms in np.diff(ticks))

    def picture(self, place: int) -> FilmPicture:
        """Return one of them, 0 … n − 1."""
        seconds = sum(self.milliseconds[:place]) / 1000
        part = min(int(np.searchsorted(self._ends, seconds, side="right")), len(PHASES) - 1)
        began = float(self._ends[part - 1]) if part else 0.0
        lasts = float(self._ends[part]) - began - self._still
        share = min((seconds - began) / lasts, 1.0)
        moment = self._moment(*self._looks[part])
        pane = self._neuron_pane(self._motions[part].at(share))
        shape, ink = self._order.shape, self._ink
        names = [name.replace("_", " ") for name in PHASES]
        caption = described(self._anatomy, self._settings, self._sample)
        words = declared.small_head(shape, self._title, caption, (), ink)
        said = with_real_minus(moment.phase_in_words or "")
        words |= declared.parts(shape, names, part, said, ink)
        return self._framed([pane], words)

    def _panes(self, moment: Frame) -> Iterable[Pane]:
        return ()

    @property
    def _neuron_place(self) -> Place:
        place = self._plan.alone
        return place._replace(height=place.height - _BELOW)

    @cached_property
    def _title(self) -> str:
        return f"Step {self._looks[-1][0]:,} of {self._way}"

    @cached_property
    def _anatomy(self) -> Anatomy:
        anatomy = self._moment(self._looks[0][0]).anatomy
        assert anatomy is not None
        return anatomy

    @cached_property
    def _motions(self) -> list[PartMotion]:
        start = self._moment(self._looks[0][0])
        pictures = [self._neuron(start), *(self._neuron(self._moment(*at)) for at in self._looks)]
        return [PartMotion(*found) for found in zip(PHASES, pictures, pictures[1:], strict=False)]


_BELOW = 78.0
"""Height of what is said below a neuron."""
_STILL = 0.35
"""Share of the time in which a part that is done stands still, to be read."""


def _verb(end: Frame) -> str:
    """Return what a neuron does with a task: none that learned nothing is said to have learned."""
    if not end.settings.activation_entry.trainable:
        return "computes"
    all_right = end.right is not None and bool(end.right.all())
    failed = end.diagnosis is not None and end.diagnosis.state in _FAILED
    return "tries to learn" if failed and not all_right else "learns"


def _name(settings: Settings) -> str:
    """Return what a task is called in a title."""
    entry = settings.task_entry
    name = entry.label.removesuffix(" gate").removesuffix(" by hand").partition(" (")[0]
    if entry.group == "lines":
        return entry.formula
    if settings.task == OWN:
        return settings.data.origin if settings.data and settings.data.origin else "own data"
    return name if name[:2].isupper() else name.lower()


KINDS: dict[str, type[_RunFilm]] = {
    "run": _Overview,
    "neuron": _NeuronFilm,
    "data": _DataFilm,
    "landscape": _LandscapeFilm,
    "loss": _LossFilm,
    "weights": _WeightsFilm,
    "step": _Step,
    "race": _Race,
}
"""Name -> what makes a film of a kind."""
