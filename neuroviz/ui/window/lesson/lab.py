"""The window without a lesson, saved while one is open, and restored as it was."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuroviz.lessons.format import OPTIONS, TOUCHING, Lesson, LessonStep, PointQuestion
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.session.session import Session
from neuroviz.ui.canvas.plot import PlotView
from neuroviz.ui.lesson.locks import Locks
from neuroviz.ui.views import DataView, LandscapeView, LossView, WeightsView

if TYPE_CHECKING:
    from neuroviz.ui.window.main_window import MainWindow

Range = tuple[bool, list[list[float]], float]
"""Whether a plot follows the run, what it shows, and the room of the numbers at its left in pixels."""
_VEILS = {
    "ball": ("ball", "arrows", "numbers"),
    "line": ("model", "numbers"),
    "direction": ("arrows",),
}
"""What views leave out while a place in them is asked for."""
_ALWAYS = ("theory",)
"""What a lesson never shows: the curve that theory predicts would answer most of what it asks."""
_FIRST = "Predict first: what this step needs can be used then."
_ASKED = "Predict first: what is asked stands there too."


@dataclass(frozen=True)
class _ViewState:
    """What of the window a lesson changes."""

    session: Session
    plots: list[str]
    enlarged: str | None
    switches: list[bool]
    """Of the views, in the order of `Lab.switches`."""
    tab: int
    side: bool
    panel: bool
    side_wanted: bool
    welcome: bool
    looks: list[str]
    """At rows held out: those of a lesson count for nothing in the lab."""
    ranges: dict[str, Range]


class Lab:
    """Saves the window before a lesson and restores it after, and shows in it what a step needs."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._saved: _ViewState | None = None
        self._left_out: tuple[str, ...] = _ALWAYS
        data, landscape = window.view(DataView), window.view(LandscapeView)
        self._switches = (
            *(window.view(LossView).log, landscape.surface_shown, landscape.hold),
            *(data.two_colours, data.draw_data, window.view(WeightsView).gradients),
        )
        """What a person can switch in a view: off where a lesson does not ask for it."""
        self.locks = Locks(
            window.form,
            {
                "weights": [window.weights_panel],
                "data": [data.drawing.switch],
                "own_steps": [landscape.you],
                "race pin": [window.runs_place],
                "learning_rate": [window.status_bar.rate_button],
                "parts": [window.neuron.parts],
            },
            [window.neuron.drag, data.drag, landscape.drag],
            window,
        )

    def save(self) -> None:
        """Keep everything that a lesson changes."""
        window = self._window
        enlarged = next((name for name, view in window.views.items() if view.enlarge.isChecked()), None)
        self._saved = _ViewState(
            session=window.session.parted(),
            plots=list(window.grid.choice.chosen),
            enlarged=enlarged,
            switches=[switch.isChecked() for switch in self._switches],
            tab=window.side.tabs.currentIndex(),
            side=not window.side.isHidden(),
            panel=not window.form.isHidden(),
            side_wanted=window.columns.side_wanted,
            welcome=not window.welcome.isHidden(),
            looks=window.view(LossView).held_out.looks(),
            ranges={name: _range_of(view) for name, view in window.views.items() if isinstance(view, PlotView)},
        )
        window.document.stand_aside(self._saved.session)
        for switch in self._switches:
            switch.setChecked(False)
        window.welcome.hide()
        window.view(LandscapeView).end_own_steps()
        if enlarged is not None:
            window.grid.restore()

    def restore(self) -> None:
        """Make the window what it was before the lesson."""
        saved = self._saved
        if saved is None:
            return
        self._saved = None
        window = self._window
        window.view(LandscapeView).end_own_steps()
        self._unlock()
        window.grid.restore()
        window.grid.show_hero(True)
        window.status_bar.advises = True
        window.columns.side_first = False
        window.columns.panel_folded = False
        window.session.become(saved.session)
        window.view(LossView).held_out.take_looks(saved.looks)
        window.document.stand_aside(None)
        window.grid.choice.choose(saved.plots)
        for switch, on in zip(self._switches, saved.switches, strict=True):
            switch.setChecked(on)
        window.frame_dispatcher.new()
        window.side.tabs.setCurrentIndex(saved.tab)
        window.columns.show_side(saved.side)
        window.columns.show_panel(saved.panel)
        window.columns.side_wanted = saved.side_wanted
        window.welcome.setVisible(saved.welcome)
        if saved.enlarged is not None:
            window.views[saved.enlarged].enlarge.click()
        for name, view_range in saved.ranges.items():
            _set_range(window.views[name], view_range)

    def show_views(self, step: LessonStep) -> None:
        """Show the views that a step wants, and each as it wants it."""
        window = self._window
        window.grid.restore()
        window.grid.show_hero("neuron" in step.views)
        window.grid.choice.choose([view for view in step.views if view != "neuron"])
        window.view(LossView).log.setChecked(step.loss_axis == "log")
        window.view(DataView).draw_data.setChecked(False)
        landscape = window.view(LandscapeView)
        landscape.hold.setChecked(False)
        landscape.end_own_steps()
        landscape.surface_shown.setChecked(step.landscape == "surface")
        window.status_bar.advises = False
        window.columns.side_first = True

    def lock_for(self, evaluator: StepEvaluator, lesson: Lesson, *, asks: bool) -> None:
        """Leave free what a step needs; while a question is open, nothing that would give the answer away."""
        step = evaluator.step
        reason = _FIRST if asks and step.controls else lesson.locked
        free = frozenset() if asks or not step.controls else step.controls | {"undo"}
        self._lock_all_but(free, reason, _ASKED if asks else "")
        self._window.neuron.parts.setVisible(lesson.has_parts)
        self._window.view(LandscapeView).you.setVisible("own_steps" in step.controls)
        self._left_out = _ALWAYS if lesson.has_gradients else (*_ALWAYS, "backward")
        self._veil((*self._left_out, *_veils(evaluator)) if asks else self._left_out)

    def show_all(self) -> None:
        """Show again what an open question left out."""
        self._veil(self._left_out)

    def show_answers(self, reason: str) -> None:
        """Show it at the end of a lesson, and withhold nothing; what is locked stays so, for a reason."""
        self._lock_all_but(self.locks.free or frozenset(), reason, "")
        self.show_all()

    def _lock_all_but(self, free: frozenset[str], reason: str, withheld: str) -> None:
        window = self._window
        needed = bool(free & set(OPTIONS) - set(TOUCHING))  # weights are taken hold of, not typed as a start
        window.columns.panel_folded = not needed
        if not needed or window.width() >= window.columns.both:
            window.columns.show_panel(needed)
        free = free | {"panel"} if needed else free
        choice = window.grid.choice
        self.locks.lock_all_but(free, reason, choice.buttons_beside(choice.chosen))
        window.action_state.lock_all_but(free, reason, withheld)
        window.side.lock(withheld)
        window.timeline.lock(withheld)

    def _unlock(self) -> None:
        self._veil(())
        self._window.neuron.parts.show()
        self._window.view(LandscapeView).you.show()
        self._window.side.lock("")
        self._window.timeline.lock("")
        self.locks.unlock()
        self._window.action_state.unlock()

    def _veil(self, names: Collection[str]) -> None:
        """Let the views leave these out, and the words what would answer a question."""
        self._window.status_bar.ask("answer" in names)
        for view in self._window.views.values():
            view.veil(frozenset(names))


def _veils(evaluator: StepEvaluator) -> tuple[str, ...]:
    """Return what is left out as long as a question is open."""
    task = evaluator.step.task
    asked_for = _VEILS[task.target] if isinstance(task, PointQuestion) else ()
    ground = ("ground",) if evaluator.ground_tells else ()
    return ("answer", *asked_for, *ground)


def _range_of(view: PlotView) -> Range:
    return view.plot.following, view.plot.box.viewRange(), view.plot.getAxis("left").textWidth


def _set_range(view: object, saved: Range) -> None:
    following, (x, y), room = saved
    if not isinstance(view, PlotView):
        return
    axis = view.plot.getAxis("left")
    axis.textWidth = room  # which pyqtgraph lets grow at once, but shrink only when much of it is empty
    axis._updateWidth()
    if not following:
        view.plot.following = False
        view.plot.box.setRange(xRange=x, yRange=y, padding=0)
