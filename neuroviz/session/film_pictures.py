"""The other kinds of film: of one view, of a step, of a race, and of the very first run."""

from __future__ import annotations

from functools import cached_property
from itertools import product

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.anatomy import PHASES
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.evidence import PastEvidence, known_start
from neuroviz.core.model.rounding import without_rounding
from neuroviz.core.numbers import DASH, counted, with_real_minus
from neuroviz.core.slices import Work
from neuroviz.pictures.caption import experiment
from neuroviz.pictures.data.figure import data_scene
from neuroviz.pictures.film import (
    LETTER,
    USUAL,
    FilmInk,
    FilmPage,
    Pane,
    Place,
    plot_pane,
)
from neuroviz.pictures.input_names import unit_title
from neuroviz.pictures.landscape.surface import SurfaceScene
from neuroviz.pictures.loss import RunLosses, epoch_ticks, loss_title
from neuroviz.pictures.marks import Marks, Ticks
from neuroviz.pictures.neuron.ink import readable
from neuroviz.pictures.neuron.layout import Layout, laid_out, place
from neuroviz.pictures.neuron.motion import LASTS, NeuronPicture, PartMotion, blended
from neuroviz.pictures.neuron.numbers import described, numbers_of, ranked, sizes_of
from neuroviz.pictures.neuron.scene import Moment
from neuroviz.pictures.weights import WeightsScene, padded
from neuroviz.session.film import MOST, Film, FilmOrder, race_title, two_decimals
from neuroviz.session.frame import Frame, Selection
from neuroviz.session.loss_curves import OtherLosses, raced
from neuroviz.session.race_moment import YOU
from neuroviz.session.run import ListedRun

_NARROWEST, _BELOW = 45.0, 92.0
"""The width to which a neuron is laid out, in lines of 10-point letters, which gives its words 17
pixels in the narrowest picture; and the height of the text below it."""
_LANDS = {"tall": 400.0, "square": 190.0}
"""Height of the landscape under a neuron, including its caption, in the shapes with room for it."""
_COLUMNS = 1920
"""Pixel columns; each holds about two points of a curve."""
_LONG_NUMBER = "−0.00000"
"""As long as a weight is written where there are many."""
_ASIDE = 16.0
"""Free space around the name at the end of a line."""
_STILL = 0.35
"""Share of the time for which a finished part of a step stands still, to be read."""


def objection_to(kind: str, frame: Frame) -> str | None:
    """Return why there can be no film of a kind at a moment; None where there can."""
    if kind == "race" and not any(run.racing for run in frame.others):
        if frame.own is not None:
            return "SGD has not had its turn yet."
        return "No race is on: Race… in the menu Run starts one."
    if kind == "step" and frame.own is not None:
        return "These steps are yours: they have no parts."
    if kind == "step" and not frame.newest_step:
        return "No step has been taken that a film could show."
    return None


def film_work(
    frame: Frame, order: FilmOrder, rate: int, ink: FilmInk, land: SurfaceScene | None = None
) -> Work[Film]:
    """Return in slices the film of a run up to its newest step, or of the step that is looked at.

    Parameters
    ----------
    rate
        Pictures a second, at most.
    land
        The landscape of another film of this moment; None to make it, where one is shown.

    Raises
    ------
    SettingsError
        If it is a film of a step and none was taken, or of a race and none goes on.
    """
    objection = objection_to(order.kind, frame)
    if objection:
        raise SettingsError(objection, "kind")
    film = KINDS[order.kind](frame, order, rate, ink)
    yield from film.prepare(land)
    return film


class OpeningFilm(Film):
    """The very first run, made before torch is loaded; its title says when all are right."""

    def __init__(self, shape: str, seconds: float, rate: int, ink: FilmInk) -> None:
        settings = Settings.opened()
        known = known_start(settings, settings.epochs)
        assert known is not None
        past, rows, evidence = PastEvidence(settings, ()), *known
        end = Frame(1, settings, past, rows, evidence, Selection(), ready=False)
        super().__init__(end, FilmOrder("run", shape, seconds), rate, ink)
        moments = map(self._moment, range(end.newest_step))
        self._right_after = next(each.step for each in moments if np.all(each.right))

    def _show(self, page: FilmPage, moment: Frame) -> list[Pane]:
        panes = super()._show(page, moment)
        if moment.step >= self._right_after:
            steps = counted(self._right_after, "step")
            page.head(f"Every sample is right, after {steps}", self._size)
        return panes


class _Single(Film):
    """One view alone, with the counters beside the title."""

    has_land = False

    def _view(self, moment: Frame, place: Place) -> tuple[Pane, str]:
        """Return the view, and what it shows in words."""
        scene = data_scene(self._settings, output=self._end.output)
        return self._data_pane(moment, place), scene.heading

    def _show(self, page: FilmPage, moment: Frame) -> list[Pane]:
        pane, caption = self._view(moment, self._plan.alone)
        loss = f"loss {self._loss_said(moment.current_loss)}"
        epoch = f"epoch {self._epoch_said(moment)}"
        counts = (epoch, self._palette.ink), (loss, self._palette.accent)
        page.head(self._title, caption, counts)
        return [pane]


class _LandscapeFilm(_Single):
    has_land = True

    def _view(self, moment: Frame, place: Place) -> tuple[Pane, str]:
        return self._land_pane(moment, place), self._land_said


class _LossFilm(_Single):
    def _view(self, moment: Frame, place: Place) -> tuple[Pane, str]:
        left, top, width, height = place
        place = Place(left + 8, top, width - 16, height - 24)
        return self._loss_pane(moment, place, numbers=True), loss_title(self._settings)


class _WeightsFilm(_Single):
    def _view(self, moment: Frame, place: Place) -> tuple[Pane, str]:
        rows = moment.rows_here
        assert rows is not None
        scene = WeightsScene.of(self._settings, moment.unit)
        palette = self._palette
        ticks: Ticks = ()
        here, end = np.log1p((self._epoch_of(moment), self._epochs)).tolist()
        if scene.many:
            here = here or end / MOST
            values = rows.drawn_map(MOST)[[*scene.own]]
            # Columns are evenly spaced in the logarithm of the epoch, as the film's steps are.
            shares = np.expm1(np.linspace(0, here, MOST)) / np.expm1(here)
            columns = np.round(shares * (values.shape[1] - 1)).astype(np.intp)
            marks = scene.mapped(values[:, columns], here, palette)
            span = 0.5, len(scene.names) + 0.5
        else:
            assert moment.parameters is not None
            now = without_rounding(moment.settings, moment.parameters)[[*scene.own]].tolist()
            curves, others = (
                [(np.log1p(rows.epochs), rows.parameter(i)) for i in each]
                for each in (scene.own, scene.rest)
            )
            marks = scene.lines(curves, here, now, list(map(two_decimals, now)), palette, others)
            span = self._span
            ticks = epoch_ticks(self._epochs)
        sight = (*self._across(scene, end), *span)
        numbers = not scene.many
        pane = plot_pane(place, sight, marks, self._ink, x_ticks=ticks, numbers=numbers)
        return pane, f"{scene.title} over the epochs"

    def _across(self, scene: WeightsScene, end: float) -> tuple[float, float]:
        """Return the ends of the axis of epochs: numbers have room before the run, names after."""
        numbers = [_LONG_NUMBER] if scene.many else list(map(two_decimals, self._span))
        texts = map(" ".join, product("■", scene.names, numbers))
        after = _ASIDE + USUAL * max(map(self._ink.width, texts))
        before = 0.0 if scene.many else USUAL * max(map(self._ink.width, numbers))
        room = self._plan.alone.width
        whole = end * max(1.25, 1 / (1 - (before + after) / room))
        left = before / room * whole
        return -left, whole - left

    @cached_property
    def _span(self) -> tuple[float, float]:
        rows = self._end.rows
        assert rows is not None
        every = [rows.parameter(i) for i in range(self._settings.parameters.count)]
        return padded(np.concatenate(every), 0.08)


class _ReadablePicture(NeuronPicture):
    """A neuron whose numbers have fewer digits, where in a window they get smaller letters."""

    @cached_property
    def marks(self) -> Marks:
        """All marks, at rest."""
        return readable(super().marks, self.moment.numbers, self.layout.plan.letters)


class _NeuronFilm(_Single):
    _below = 0.0
    """Height of the text below the neuron."""

    @property
    def _room(self) -> Place:
        room = self._plan.alone
        return room._replace(height=room.height - self._below)

    @property
    def _sample(self) -> int:
        sample = self._end.selection.sample
        return self._settings.first_sample if sample is None else sample

    def _view(self, moment: Frame, place: Place) -> tuple[Pane, str]:
        return self._pane(self._neuron(moment).marks), self._caption

    @property
    def _caption(self) -> str:
        whose = (
            [] if self._settings.parameters.linear else [unit_title(self._settings, self._end.unit)]
        )
        return " · ".join((*whose, described(self._end.anatomy, self._settings, self._sample)))

    @cached_property
    def _scale(self) -> float:
        return self._room.width / (_NARROWEST * self._ink.measure(10).line)

    @cached_property
    def _layout(self) -> Layout:
        room = self._room.width / self._scale, self._room.height / self._scale
        opened = self._end.opened
        assert opened is not None
        plan = laid_out(*room, opened.settings, self._ink.measure)
        order = ranked(sizes_of(opened, self._sample))
        return place(*room, tuple(sorted(order[: plan.shown])), opened.settings, plan)

    def _neuron(self, moment: Frame) -> NeuronPicture:
        opened = moment.opened
        phase = moment.phase
        sample = self._sample
        assert opened is not None
        settings = opened.settings
        after = moment.opened_next if phase == "update" else None
        backward = phase in ("zero_grad", "backward")
        width = settings.dataset.width
        inputs = tuple(index for index in self._layout.rows if 0 <= index < width)
        numbers = numbers_of(opened, phase, sample, inputs, width, after, backward=backward)
        seen = Moment(settings, numbers, after or opened, sample, backward, part=phase)
        return _ReadablePicture(seen, self._layout, self._ink.palette)

    def _pane(self, marks: Marks) -> Pane:
        room = self._room
        scale = self._scale
        sight = 0.0, room.width / scale, -room.height / scale, 0.0
        return Pane(room, sight, marks, scale=scale, points=self._layout.plan.size)


class _StepFilm(_NeuronFilm):
    """The five parts of the step that led to the row that is looked at, in motion.

    A tall or square picture has room for the landscape too, on which the ball takes the step.
    """

    def __init__(self, frame: Frame, order: FilmOrder, rate: int, ink: FilmInk) -> None:
        super().__init__(frame, order, rate, ink)
        self.has_land = order.shape in _LANDS
        self._land = _LANDS.get(order.shape, 0.0)
        self._below = _BELOW + self._land
        first = max(frame.step - 1, 0)
        self._looks = [(first, phase) for phase in PHASES[:-1]] + [(first + 1, "update")]
        # Each part moves for its share of the time, as in the window, then stands still to be read.
        lasts = np.array([LASTS[part] for part in PHASES]) / sum(LASTS.values())
        self._moves = lasts * (1 - _STILL) * order.seconds
        self._begins = np.cumsum(self._moves + _STILL * order.seconds / len(PHASES))
        ticks = np.round(np.arange(round(order.seconds * rate) + 1) * 100 / rate)
        self.milliseconds = tuple((10 * np.diff(ticks)).astype(int).tolist())

    def _compose(self, page: FilmPage, place: int) -> list[Pane]:
        seconds = sum(self.milliseconds[:place]) / 1000
        part = min(int(np.searchsorted(self._begins, seconds, side="right")), len(PHASES) - 1)
        began = self._begins[part - 1] if part else 0.0
        page.head(f"Step {self._looks[-1][0]:,} of {self._way}", self._caption, (("", ""),))
        said = self._moment(*self._looks[part]).phase_in_words or ""
        names = [name.replace("_", " ") for name in PHASES]
        page.parts(names, part, with_real_minus(said))
        share = min((seconds - began) / self._moves[part], 1.0)
        neuron = self._pane(self._motions[part].at(share))
        if not self.has_land:
            return [neuron]
        page.below(self._under, self._land_said)
        return [neuron, self._stepped(share if part == len(PHASES) - 1 else 0.0)]

    @property
    def _under(self) -> Place:
        """Where the landscape stands."""
        left, _, width, _ = self._plan.strip
        top = self._room.top + self._room.height
        return Place(left, top, width, self._land - USUAL * LETTER * 2)

    @cached_property
    def _ends(self) -> tuple[Pane, Pane]:
        """The landscape before the step and after it."""
        first, last = (self._moment(*self._looks[at]) for at in (0, -1))
        return self._land_pane(first, self._under), self._land_pane(last, self._under)

    def _stepped(self, share: float) -> Pane:
        """Return the landscape with the ball after a share, 0 … 1, of its step."""
        first, last = self._ends
        if share == 1:
            return last
        before: Marks = {}
        after: Marks = {}
        for key in ("shadow", "ball"):  # a ball that a hill hides has no shadow
            if key in first.marks and key in last.marks:
                before[key] = first.marks[key]
                after[key] = last.marks[key]
        return replace(first, marks={**first.marks, **blended(before, after, share)})

    @cached_property
    def _motions(self) -> list[PartMotion]:
        looks = [(self._looks[0][0], None), *self._looks]
        seen = [self._neuron(self._moment(*look)) for look in looks]
        return [PartMotion(*each) for each in zip(PHASES, seen, seen[1:], strict=False)]


class _RaceFilm(Film):
    """The runs of a race, with their names and losses."""

    def _show(self, page: FilmPage, moment: Frame) -> list[Pane]:
        plan = self._plan
        ink = self._palette.ink
        racers = self._racers
        race = moment.race
        assert race is not None
        first = race.runners[0]
        leader = race.leader
        order = [run.number for run in racers]
        title = race_title(self._settings, len(racers))
        said = race.headline
        if moment.step < self._end.newest_step:
            page.head(title, f"{said} · {self._size}")
        else:
            page.head(said, f"{title} · {self._size}")
        page.count(0, "epoch", self._epoch_said(moment), ink)
        lowest = "loss"
        color = ink
        if leader is not None:
            lowest = "your loss" if first.name == YOU else f"loss of {first.name}"
            color = self._palette.run(leader)
        told = race.comparable and not first.stopped
        page.count(1, lowest, with_real_minus(first.said) if told else DASH, color)
        page.runners(sorted(race.runners, key=lambda one: order.index(one.number)), leader)
        page.below(plan.land, self._land_said)
        others = [experiment(run.settings) for run in racers]
        page.foot(word for word in self._experiment if all(word in each for each in others))
        return [self._land_pane(moment, plan.land), self._loss_pane(moment, plan.strip)]

    @property
    def _racers(self) -> list[ListedRun]:
        return [run for run in self._end.runs if run.racing or run.active]

    def _runs(self, moment: Frame) -> list[RunLosses]:
        slots, (own,) = [run.slot for run in self._racers], super()._runs(moment)
        others = OtherLosses().follow(moment, _COLUMNS, None)
        race = moment.race_of(moment.step)
        rows = moment.rows_here
        assert rows is not None
        at, loss = rows.last_loss  # the last stored one, as for the other runs
        epoch = np.array([at / rows.steps_per_epoch])
        own = replace(own, active=False, epoch=epoch, loss=np.array([loss]))
        runs = [*(run for run in others if run.slot in slots), own]
        runs = raced(runs, race) if race is not None else runs
        return sorted(runs, key=lambda run: run.leads)  # the leader is drawn on top


KINDS: dict[str, type[Film]] = {
    "run": Film,
    "neuron": _NeuronFilm,
    "data": _Single,
    "landscape": _LandscapeFilm,
    "loss": _LossFilm,
    "weights": _WeightsFilm,
    "step": _StepFilm,
    "race": _RaceFilm,
}
"""The class that makes a film of each kind, by name."""
