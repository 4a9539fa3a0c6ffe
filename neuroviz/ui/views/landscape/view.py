"""The loss over a plane of two parameters.

It is a map with contour lines or a surface, with the run on it and a ball that can be dropped
elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QRegion, QResizeEvent

from neuroviz.core.choices.edits import only_edits
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.sentences import FLAT_STEP
from neuroviz.core.landscape.loss_grid import loss_at, losses_at
from neuroviz.core.landscape.plane import coordinates, is_off_the_page, point_at
from neuroviz.core.slices import SHORT_SLICE, Work
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats
from neuroviz.pictures.input_names import parameter_labels, parameters_by_unit
from neuroviz.pictures.landscape import words
from neuroviz.pictures.landscape.run_marks import PathAhead
from neuroviz.pictures.landscape.scene import LONGEST_NAME, OFF_THE_PAGE, LandscapeScene
from neuroviz.pictures.marks import PAGE, room_on
from neuroviz.session.figures import FigureMaker
from neuroviz.session.frame import Frame
from neuroviz.session.landscape.follower import (
    LandscapeFollower,
    OtherRunPaths,
    landscape_figure,
    starts_elsewhere,
)
from neuroviz.session.landscape.maps import MapMaker
from neuroviz.session.own_steps import OwnSteps
from neuroviz.ui.canvas.drag import Drag, Handle, start_at
from neuroviz.ui.canvas.handles import DragMe, HandlesItem, in_pixels, place_along
from neuroviz.ui.canvas.jobs import REST, Job
from neuroviz.ui.canvas.plot import PlotView
from neuroviz.ui.canvas.tables import PlotNumbers
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import set_tip
from neuroviz.ui.views.landscape.map_canvas import MapCanvas
from neuroviz.ui.views.landscape.surface import SurfaceCanvas
from neuroviz.ui.views.landscape.tools import PlaneChoice, TurnTools

_PLACES = 40
"""Steps of the keyboard from one edge of the map to the other."""
_REACH = 8.0
"""Pixels from the path within which the pointer is on it."""
_ROUND_BALL = QSize(180, 70)
"""Pixels that the ball takes with its loss and the words "drag me"."""
_YOUR_TURN = "Your turn: you are the optimizer: take the steps"
_SWITCHES = (
    ("hold_ranges", "Hold axes", "Hold axes: hold the ranges of the axes", "hold"),
    ("show_surface", "3D", "3D: show the loss as a surface", "surface"),
    ("you_optimize", "Your turn", _YOUR_TURN, "pointer"),
)
"""Name, text, tooltip and icon of each switch in the header, the last one first."""
_NAMED = 520
"""Width in pixels of a card from which on your turn has room for its name."""
_BETWEEN = 4
"""Pixels between the switches."""


class LandscapeView(PlotView):
    """Map or surface of the mean loss over a plane of the parameters.

    While the run moves, the map is coarse and follows for a small share of the time. When it rests,
    the full map, the minimum and the contour lines are computed in slices. While the view is
    hidden, nothing is computed.
    """

    figure_name = "landscape"
    title = "Loss landscape"
    step_hovered = Signal(object)
    """The step (int) of the path under the pointer; None when there is none any more."""
    own_asked = Signal(object)
    """The OwnSteps that a person has taken; None to end them."""

    _is_pointed_at = False
    _pointed_step: int | None = None
    """The step of the path under the pointer."""
    _scene: LandscapeScene | None = None
    _named: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    """The names of the axes, and the colours of parameters, when the axes were named."""
    _looked_at: Floats | None = None
    _step_of_ball: tuple[Floats, Floats, LandscapeScene] | None = None
    _moving: LandscapeScene | None = None
    _aside = False
    """Whether the names of the axes have been moved to make room for the ball."""
    _back_to_surface = False
    """Whether the surface comes back when a person takes no more steps."""
    _step = 0
    _settings: Settings | None = None
    """The settings of the run that was last shown."""

    def __init__(self) -> None:
        super().__init__("", "")
        self.hold, self.surface_shown, self.you = (
            self.add_button(name, text, tip, sign) for name, text, tip, sign in _SWITCHES
        )
        for button in (self.hold, self.surface_shown):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._header.setSpacing(_BETWEEN)
        self.turn = TurnTools()
        self.choice = PlaneChoice(self)
        self.surface = SurfaceCanvas()
        self.surface.reading = self.reading
        self.surface.addAction(self.plot.as_table)
        self.map = MapCanvas(self.plot)
        self._follower = LandscapeFollower()
        self._maker = MapMaker()
        self._others = OtherRunPaths()
        self._drawn: dict[int, Floats] = {}
        """Number of each run that was drawn -> its parameters (P,)."""
        self._rest = Job(self, SHORT_SLICE)
        self.drag = Drag(self.plot, self._handles)
        self.drag.nudged.connect(self.plot.tell_reading)  # it names the place
        self.drag_me = DragMe(self.drag, "ball")
        words = self.drag_me
        self.handles = self.plot.addItem(HandlesItem(self.drag, 21, words, covered=self.map.boxes))
        self.surface_drag = Drag(self.surface, self._handles_on_surface)
        self.surface.handles = HandlesItem(self.surface_drag, words=self.drag_me)
        self._place()
        self._connect()

    @property
    def computed(self) -> int:
        """How many losses of maps have been computed so far."""
        return self._maker.points

    # --- what a view provides ---------------------------------------------------------------------

    def reset(self, frame: Frame) -> None:
        """Make ready for another run; held ranges stay held, unless the task is another."""
        self._put_back()
        self._rest.drop()
        before = self._settings
        now = frame.settings
        self._settings = now
        # A change of settings before the first step moves nothing; after a run the next has its own
        # ranges.
        same = before is not None and self._step == 0 and only_edits(before, now)
        elsewhere = before is not None and starts_elsewhere(before, now)
        if frame.newest_step == 0 and (same or elsewhere):
            self._follower.start_elsewhere(self.map.extent)
        else:
            if before is None or before.task != now.task:
                self.hold.setChecked(False)
            self.plot.following = not self.hold.isChecked()
            self._follower = LandscapeFollower()
            self._maker.forget()
            self.surface.forget()
        self._others = OtherRunPaths()
        self._forget_pointer()
        self._scene = None
        self._looked_at = None
        names = parameter_labels(frame.settings, LONGEST_NAME)
        self.choice.offer(names, parameters_by_unit(frame.settings))

    def show_new(self, frame: Frame) -> None:
        """Show another experiment, on the same part of the plane if only its start is another."""
        self._stays = not self.plot.following
        super().show_new(frame)

    def draw(self, frame: Frame) -> None:
        """Show a moment, and begin the finer work when no other comes for a while."""
        self._show_turn(frame.own)
        trainable = frame.settings.activation_entry.trainable
        self.you.setEnabled(trainable)
        set_tip(self.you, _YOUR_TURN if trainable else FLAT_STEP)
        if frame.rows_here is None:
            self._draw_nothing(words.LOADING)
            return
        self._make_quiet(frame.race is not None)
        if self._races:
            self.you.setVisible(frame.own is not None)
        if self._draw_moment(frame, frame.rows_here, exact=False) is not None:
            self._rest.start(self._refine(), after=REST if self._follower.minimum else 0)
        if self._holds or self._races:
            self.read(frame)  # at once: a person looks at it, and in a race it names what moves

    @property
    def _races(self) -> bool:
        """Whether a race is watched, in which nothing can be dragged."""
        return self.surface.quiet

    def _make_quiet(self, races: bool) -> None:
        """Make the ground pale behind a race, and offer nothing that belongs to a single run."""
        if races != self._races:
            self.map.quiet = self.surface.quiet = races
            self._maker.forget()
            self._put_back()
            self.you.show()

    def draw_ghost(self, frame: Frame) -> None:
        """Draw the path of the ghost."""
        if self.surface_shown.isChecked():
            self.surface.show_ahead(self._ahead)
        elif self._scene is not None:
            self.map.show_ahead(self._scene, self._ahead)

    @property
    def _ahead(self) -> PathAhead | None:
        """The path of the ghost."""
        ghost = self.frame.ghost if self.frame else None
        if ghost is None:
            return None
        return PathAhead(ghost.ahead.parameters, ghost.opacity, ghost.rise)

    def follow(self, frame: Frame) -> bool:
        """Show what is watched; if nothing has moved, go on with the finer work."""
        moved = super().follow(frame)
        if not moved:
            self.map.go_on_with_lines()
            self._rest.start(self._refine(), after=REST)
        return moved

    def stands_still(self, frame: Frame) -> bool:
        """Return whether no ball has moved by half a pixel; in a race losses change too."""
        now = _places(frame)
        if self._races or self._scene is None or now.keys() != self._drawn.keys():
            return False
        if self._scene.settings.dataset is not frame.settings.dataset:
            return False
        pixel = min(self.plot.box.viewPixelSize())
        return all(
            np.abs(place - self._drawn[run]).max() <= pixel / 2 for run, place in now.items()
        )

    def read(self, frame: Frame) -> None:
        """Say what is known here, unless a person reads something else."""
        if (
            frame.preview
            and self._holds
            and self._scene is not None
            and frame.parameters is not None
        ):
            self.reading.setText(words.at_start(self._scene, frame.parameters))
        elif frame.preview:
            self.reading.setText("")  # what is held is not on this plane
        elif not self._is_pointed_at:
            self.leave()

    def figure_maker(self, page: tuple[float, float] = PAGE) -> FigureMaker:
        """Return what makes a figure of the map or the surface, as the view is set now."""
        extent = None if self.plot.following else self.map.extent
        surface = self.surface_shown.isChecked()
        seen_from = self.surface.view if surface else None
        return partial(
            landscape_figure,
            axes=self.choice.shown,
            known=self._follower.minimum,
            extent=extent,
            seen_from=seen_from,
            surface=surface,
            room=room_on(page),
        )

    def numbers(self) -> PlotNumbers:
        """Return the path of the run, and places all over the map; empty while a question asks."""
        frame = self.frame
        scene = self._scene
        path = self._follower.path
        asked = bool(self.veiled)
        if asked or frame is None or frame.rows_here is None or scene is None or path is None:
            return PlotNumbers()
        names = parameter_labels(frame.settings, LONGEST_NAME)
        columns = {
            "epoch": path.steps / frame.rows_here.steps_per_epoch,
            **dict(zip(names, path.parameters.T, strict=True)),
            "loss": losses_at(frame.settings, path.parameters),
        }
        size = self.plot.box.viewRect().size()
        steps = np.moveaxis(np.mgrid[-_PLACES : _PLACES + 1, -_PLACES : _PLACES + 1], 0, -1)
        places = coordinates(scene.plane, scene.ball) + steps * size.toTuple() / _PLACES
        return PlotNumbers(columns, places, (_PLACES, _PLACES))

    def hover(self, point: QPointF) -> None:
        """Read the step of the path under the pointer, else the loss there; not in a race."""
        frame = self.frame
        scene = self._scene
        if self._races or frame is None or frame.rows_here is None or scene is None:
            return
        self._is_pointed_at = True
        step = self._step_at(point, scene)
        row = None if step is None else frame.row_at(step)
        if "ground" in self.veiled:
            self.reading.setText(words.place(scene.plane, *point.toTuple()))
        elif row is None:
            self.reading.setText(words.at_place(frame.settings, scene.plane, *point.toTuple()))
        else:
            per_epoch = frame.rows_here.steps_per_epoch
            self.reading.setText(words.at_step(frame.settings, row.step, per_epoch, row.parameters))
        self._looked_at = None if row is None else row.parameters
        self._point_at_step(step)
        self._show_looked_at(scene)

    def _step_at(self, point: QPointF, scene: LandscapeScene) -> int | None:
        """Return the step of the path at a point of the plane; None where there is none."""
        path = self._follower.path
        if path is None or "ball" in self.veiled:
            return None
        to_pixels = self.plot.box.childTransform()
        places = in_pixels(to_pixels, coordinates(scene.plane, scene.path))
        row = place_along(places, in_pixels(to_pixels, np.array(point.toTuple())), _REACH)
        return None if row is None else round(np.interp(row, np.arange(len(places)), path.steps))

    def _point_at_step(self, step: int | None) -> None:
        if step != self._pointed_step:
            self._pointed_step = step
            self.step_hovered.emit(step)

    def _forget_pointer(self) -> None:
        self._is_pointed_at = False
        self._point_at_step(None)

    def leave(self) -> None:
        """Say what the plane holds fixed, and what is known about the minimum."""
        self._forget_pointer()
        if self.frame is None or self._scene is None:
            return
        self.reading.setText(self._at_rest(self._scene))
        if self._looked_at is not None:
            self._looked_at = None
            self._show_looked_at(self._scene)

    def _at_rest(self, scene: LandscapeScene, *, whole: bool = False) -> str:
        if self.veiled & {"ball", "answer"}:
            return ""
        if self._races:
            return words.of_race(scene)
        drawn = None if self.surface_shown.isChecked() or "arrows" in self.veiled else scene.sample
        return words.at_rest(scene, drawn, whole=whole)

    def veil(self, names: frozenset[str]) -> None:
        """Leave these out from now on, of "ball" (with path and minimum), "arrows" and "ground".

        The others are shown.
        """
        super().veil(names)
        self._show_ground()
        self.reading.setToolTip("")  # the work at rest sets it again if it may
        if self.surface_shown.isChecked() and self._scene is not None:
            self._show_surface(self._scene)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the names at the axes, and numbers on lines apart."""
        styles = Qt.ToolButtonStyle
        named = self.width() >= themes.scaled(_NAMED)
        self.you.setToolButtonStyle(
            styles.ToolButtonTextBesideIcon if named else styles.ToolButtonIconOnly
        )
        super().resizeEvent(event)
        self._place_tools()
        # Work that is on its way places the numbers anyhow, and is not to be put off.
        if self.map.loss_map is not None and self.is_finished:
            self._rest.start(self._refine(), after=REST)

    def _place_tools(self, *_: object) -> None:
        surface = self.surface_shown.isChecked()
        picture = self.surface if surface else self.plot
        if surface:
            ends = self.surface.middles_of_axes()
            self.choice.place(ends, self.surface.geometry(), self.surface.taken)
        else:
            seen = self.plot.box.sceneBoundingRect().translated(self.plot.pos())
            ends = (seen.bottomRight(), seen.topLeft())
            room = seen.toAlignedRect()
            self.choice.place(ends, room, QRegion())
            self._aside = self._covers_ball
            if self._aside:
                self.choice.place(ends, room, QRegion(self._round_ball))
        canvas = self.surface if surface else self.map
        buttons = self.choice.buttons if self.choice.offered else ()
        canvas.covered = [QRectF(each.geometry().translated(-picture.pos())) for each in buttons]

    @property
    def _round_ball(self) -> QRect:
        """The box of the ball on the map with what stands beside it, in pixels of the card."""
        box = QRect(QPoint(), _ROUND_BALL)
        for ball in self._handles():
            assert ball.at is not None
            box.moveCenter(ball.at.toPoint() + self.plot.pos())
        return box

    @property
    def _covers_ball(self) -> bool:
        """Whether the name of an axis covers it."""
        ball = self._round_ball
        return self.choice.offered and any(
            button.geometry().intersects(ball) for button in self.choice.buttons
        )

    def hideEvent(self, event: QHideEvent) -> None:
        """Drop work that nobody sees, and the ball if it is held."""
        super().hideEvent(event)
        self._forget_pointer()
        self._rest.drop()
        self._put_back()

    # --- the moment -------------------------------------------------------------------------------

    def _draw_nothing(self, why: str) -> None:
        self._rest.drop()
        self._maker.forget()
        self._scene = None
        self.map.show_nothing()
        self.surface.show_surface(None, None)
        self.reading.setText(why)

    def _draw_moment(self, frame: Frame, rows: Rows, *, exact: bool) -> LandscapeScene | None:
        """Draw what can be drawn at once; return the scene, None if it is too far off."""
        own = frame.own  # the plane stays under the pointer
        # What is read, and what is shown after a stop, is on the plane through this very place.
        anew = own is None and (exact or not self.follows or self._maker.due)
        other_runs = self._others.follow(frame)
        self.drag_me.waits = bool(other_runs.runs)  # the names of other runs stand there
        held = frame.preview
        if exact and own is None and frame.race is not None and frame.race.end is frame.race:
            self._follower.bounds = None  # a race ends on one land, however it was watched
        first = self._follower.bounds is None or rows.newest.step == 0
        self._follower.follow(
            frame.settings, rows, self.choice.shown, other_runs, anew=anew, exact=exact, held=held
        )
        assert self._follower.bounds is not None
        if is_off_the_page(self._follower.bounds):
            self._draw_nothing(OFF_THE_PAGE)
            return None
        if not held:
            self.map.fit(self._follower.bounds, anew=first)
        # At several steps a frame, the next one cannot be told apart from the path, and would cost
        # more.
        by_steps = not self._races and (exact or held or rows.newest.step - self._step <= 1)
        self._step = self._step if held else rows.newest.step
        following = frame.following if by_steps else None
        looked_at = None if held else self._looked_at
        scene = self._follower.scene(frame, following, self.map.extent, looked_at)
        if self._scene is not None and self.follows and not held:
            scene = scene.read_like(self._scene)
        named = scene.plane.names, themes.now.series
        if self._scene is None or self._named != named:
            self._named = named
            self._name(scene)
        self._scene = scene
        self._drawn = _places(frame)
        self._follow_map(frame, scene)
        self._show_run(scene)
        return scene

    def _name(self, scene: LandscapeScene) -> None:
        set_tip(self.heading, scene.title)
        colours = scene.colours(themes.now.series)
        self.choice.name(scene.labels, colours)
        labels = ("", "") if self.choice.offered else scene.labels
        self.plot.label_axes(*labels, colours=colours)
        self.surface.colours = dict(zip(scene.names, colours, strict=True))
        self.surface.buttons = self.choice.size
        self._place_tools()

    def _follow_map(self, frame: Frame, scene: LandscapeScene) -> None:
        changed = self._maker.follow(frame.settings, scene.plane, self.map.extent)
        if changed is not None:
            self.map.show_map(
                changed, None if self.surface_shown.isChecked() else self.map.under(scene)
            )
        else:
            self.map.go_on_with_lines()

    def _show_looked_at(self, scene: LandscapeScene) -> None:
        self._scene = replace(scene, looked_at=self._looked_at)
        self._show_run(self._scene)

    def _show_run(self, scene: LandscapeScene) -> None:
        """Show path, arrows and minimum.

        While "ball" is veiled none of them is shown; while "arrows" are, there are no arrows.
        """
        self.map.runs.setVisible("ball" not in self.veiled)
        shown = replace(scene, minimum=None) if self._in_fog else scene
        if self.surface_shown.isChecked():
            self._show_surface(scene, moving=True)
            return
        arrows = "arrows" not in self.veiled and (self._own is not None or not self._races)
        self.map.show_runs(shown, self._ahead, arrows=arrows)
        if self._aside or self._covers_ball:
            self._place_tools()

    def _show_surface(self, scene: LandscapeScene, *, moving: bool = False) -> None:
        loss_map = None if "ground" in self.veiled else self._maker.loss_map
        self.surface.show_surface(
            loss_map, scene, self._ahead, runs="ball" not in self.veiled, moving=moving
        )

    # --- the work at rest -------------------------------------------------------------------------

    @property
    def is_finished(self) -> bool:
        """Whether minimum, full map and lines of this moment have all been computed."""
        return not self._rest.running

    def _refine(self) -> Work[None]:
        """Find the minimum, then compute the full map and its lines."""
        frame = self.frame
        if frame is None or frame.rows_here is None or not self.isVisible():
            return
        # The minimum is to be found even while a run goes on.
        self._rest.urgent = self._follower.minimum is None
        yield from self._follower.search(frame.settings, frame.rows_here)
        self._rest.urgent = False
        frame = self.frame or frame  # the run may have gone on in the meantime
        if frame.rows_here is None:
            return
        self._drawing = True  # changes of range are drawn here
        scene = self._draw_moment(frame, frame.rows_here, exact=True)
        self._drawing = False
        if scene is None:
            return
        if not self.follows:
            self.read(frame)
        extent = self.map.extent
        if not self._maker.is_full(frame.settings, scene.plane, extent):
            yield 0.0  # gives everything that was seen to change a turn
            yield from self._maker.refine(frame.settings, scene.plane, extent)
            yield 0.0
        loss_map = self._maker.loss_map
        if loss_map is not None:
            yield from self.map.finish(loss_map, partial(self.map.under, scene))
        self.reading.setToolTip(self._at_rest(scene, whole=True))
        if self.surface_shown.isChecked():
            self._show_surface(scene)

    # --- a step in motion -------------------------------------------------------------------------

    def begin_step(self, *, back: bool) -> bool:
        """Prepare the motion of the ball to where it is, or back to it from the next step.

        Return whether it can be seen.
        """
        frame = self.frame
        scene = self._scene
        if frame is None or scene is None or self._own is not None or not self.isVisible():
            return False
        first = frame.step - (not back)
        ends = [frame.row_at(step) for step in (first, first + 1)]
        way = [row.parameters for row in ends if row is not None]
        gone = scene.path if back or len(scene.path) < 2 else scene.path[:-1]
        self._step_of_ball = way[0], way[-1], scene.standing(gone, way[0])
        self._rest.drop()
        return True

    def show_part(self, t: float) -> None:
        """Show the motion at a time from 0 to 1."""
        if self._step_of_ball is not None:
            start, end, standing = self._step_of_ball
            self._moving = standing.with_ball(start + t * (end - start))
            self._show_run(self._moving)
            self.handles.update()

    def end_part(self) -> None:
        """Show the ball where it is, and go on with the work that waited."""
        moved = self._step_of_ball
        self._step_of_ball = None
        self._moving = None
        if moved is not None and self._scene is not None:
            self._show_run(self._scene)
            self._rest.start(self._refine(), after=REST)

    # --- the ball ---------------------------------------------------------------------------------

    @property
    def _holds(self) -> bool:
        return self.drag.holds or self.surface_drag.holds

    def _put_back(self) -> None:
        self.drag.cancel()
        self.surface_drag.cancel()

    def _handles(self) -> list[Handle]:
        """Return the ball's handle on the map; a race has none."""
        scene = self._moving or self._scene
        if scene is None or self._races or "ball" in self.veiled:
            return []
        at = self.plot.pixel_of(QPointF(*coordinates(scene.plane, scene.ball).tolist()))
        return [self._ball(scene, at, lambda place: self.plot.point_at(place).toTuple())]

    def _handles_on_surface(self) -> list[Handle]:
        at = self.surface.ball
        if self._scene is None or at is None or self._races:
            return []
        ball = self._ball(self._scene, at, self.surface.plane_point)
        return [replace(ball, behind=self.surface.ball_is_behind)]

    def _ball(
        self, scene: LandscapeScene, at: QPointF, point: Callable[[QPointF], tuple[float, float]]
    ) -> Handle:
        """Return the ball's handle at a place; ``point`` gives the coordinates of any place."""
        return Handle(
            lambda place: start_at(point_at(scene.plane, *point(place))),
            kind="ball",
            at=at,
            name="ball",
            spoken="the ball",
            shape=scene.other_runs.shape,
            core=themes.now.accent,
        )

    # --- you are the optimizer --------------------------------------------------------------------

    @property
    def _own(self) -> OwnSteps | None:
        return self.frame.own if self.frame else None

    @property
    def _in_fog(self) -> bool:
        """Whether everything is hidden except where the person stands."""
        return self.turn.fog.isChecked() and self._own is not None and not self._own.sgd_done

    def _show_turn(self, own: OwnSteps | None) -> None:
        self.turn.show_own(own)
        with QSignalBlocker(self.you):
            self.you.setChecked(own is not None)
        if own is not None and self.surface_shown.isChecked():
            self.surface_shown.setChecked(False)
            self._back_to_surface = True
        elif own is None and self._back_to_surface:
            self._back_to_surface = False
            self.surface_shown.setChecked(True)

    def end_own_steps(self) -> None:
        """End a person's own steps, if any were taken, and ask for everything as it was before."""
        if self._own is not None:
            self.own_asked.emit(None)

    def _on_you_toggled(self, on: bool) -> None:
        frame = self.frame
        if on and frame is not None and frame.ready and frame.parameters is not None:
            self.own_asked.emit(OwnSteps.begun(frame.settings, frame.parameters))
        else:
            self.own_asked.emit(None)
            self._show_turn(self._own)  # where nothing has begun the button comes back up

    def _on_clicked(self, point: QPointF) -> None:
        """Take a step of a person's own to this point."""
        own = self._own
        scene = self._scene
        if own is None or scene is None:
            return
        there = point_at(scene.plane, *point.toTuple())
        if np.isfinite(loss_at(own.settings, there)):
            self.own_asked.emit(own.then(there))
        else:
            self.show_error("The loss is not finite there: take a shorter step.")

    def _on_sgd_turn(self) -> None:
        if self._own is not None:
            self.own_asked.emit(replace(self._own, sgd_done=True))

    def _on_fog_toggled(self) -> None:
        self._show_ground()
        if self._own is not None:
            self._draw_again()

    def _show_ground(self) -> None:
        self.map.ground.setVisible(not self.turn.fog.isChecked() and "ground" not in self.veiled)

    # --- parts ------------------------------------------------------------------------------------

    def _place(self) -> None:
        self._rows.insertWidget(1, self.turn)  # under the header
        self._rows.addWidget(self.surface, 1)
        self.surface.hide()

    def _connect(self) -> None:
        self.you.toggled.connect(self._on_you_toggled)
        self.turn.fog.toggled.connect(self._on_fog_toggled)
        self.turn.sgd.clicked.connect(self._on_sgd_turn)
        self.hold.clicked.connect(self._on_hold_clicked)
        self.plot.clicked.connect(self._on_clicked)
        self.choice.changed.connect(self.end_own_steps)
        self.plot.fit_asked.connect(self._on_fit_asked)
        self.choice.changed.connect(self.plot.fit)
        self.surface_shown.toggled.connect(self._on_surface_toggled)
        self.surface.turned.connect(self._place_tools)
        self.surface_drag.looks_changed.connect(self.surface.update)
        self.drag_me.pulsed.connect(self.surface.update)
        self.surface_drag.held.connect(self.drag.held)
        self.surface_drag.dropped.connect(self.drag.dropped)
        self.plot.box.sigResized.connect(self._place_tools)

    def _on_hold_clicked(self, hold: bool) -> None:
        """Hold the ranges until the next press, or until a fit; zooming by hand is not a hold."""
        if hold:
            self.plot.following = False
        else:
            self.plot.fit()

    def _on_fit_asked(self) -> None:
        self.hold.setChecked(False)
        self._follower.fit()
        self._draw_again()

    def _on_surface_toggled(self, surface: bool) -> None:
        self._put_back()
        if surface:
            self.end_own_steps()
        self.plot.setVisible(not surface)
        self.surface.setVisible(surface)
        self._rows.activate()
        self._place_tools()
        self._draw_again()


def _places(frame: Frame) -> dict[int, Floats]:
    """Return the parameters of each visible run, by its number."""
    others = {
        run.number: run.rows.newest.parameters for run in frame.others if run.rows is not None
    }
    return others if frame.parameters is None else {**others, frame.number: frame.parameters}
