"""What of the bench a step of a lesson shows, and what of it can be used."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtWidgets import QToolButton, QWidget

from neuroviz.lessons.format import (
    OPTIONS,
    TOUCHING,
    CurveQuestion,
    Lesson,
    LessonStep,
    PointQuestion,
)
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.lesson.locks import Locks
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.views import DataView, LandscapeView, LossView

_VEILS = {
    "ball": ("ball", "arrows", "numbers"),
    "line": ("model", "numbers"),
    "direction": ("arrows",),
}
"""What views leave out while a place in them is asked for."""
_BUTTONS = {"run": "run", "step": "step", "parts": "part"}
"""Controls, and the commands whose buttons they are."""
_CARDS = {
    **dict.fromkeys(("data", "line", "shift"), DataView),
    **dict.fromkeys(("ball", "direction", "own_steps"), LandscapeView),
    "curve": LossView,
}
"""What is done, clicked or drawn in a view, and the view."""
_ALWAYS = ("theory",)
"""What a lesson never shows: the curve that theory predicts would answer most of what it asks."""
_FIRST = "Predict first: what this page needs can be used then."
_ASKED = "Predict first: what is asked stands there too."


class Lab:
    """Shows on the bench of a lesson what a step needs."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._left_out: tuple[str, ...] = _ALWAYS
        self._lit: list[QWidget] = []
        data, landscape = bench.view(DataView), bench.view(LandscapeView)
        bench.status_bar.advises = False
        bench.columns.side_first = True
        bench.neuron.gradients.setChecked(True)  # unless a lesson leaves them out
        bench.neuron.gradients.hide()
        self.locks = Locks(
            bench.form,
            {
                "weights": [bench.weights_panel],
                "data": [data.drawing.switch],
                "own_steps": [landscape.you],
                "race pin": [bench.runs_place],
                "learning_rate": [bench.status_bar.action_button],
                "parts": [bench.neuron.parts],
            },
            [bench.neuron.drag, data.drag, landscape.drag, landscape.surface_drag],
            bench,
        )

    def show_views(self, step: LessonStep) -> None:
        """Show the views that a step wants, and each as it wants it."""
        bench = self._bench
        bench.grid.restore()
        bench.grid.show_hero("neuron" in step.views)
        bench.grid.choose([view for view in step.views if view != "neuron"])
        bench.view(LossView).log.setChecked(step.loss_axis == "log")
        bench.view(DataView).draw_data.setChecked(False)
        landscape = bench.view(LandscapeView)
        landscape.hold.setChecked(False)
        landscape.end_own_steps()
        landscape.surface_shown.setChecked(step.landscape == "surface")

    def lock_for(self, evaluator: StepEvaluator, lesson: Lesson, *, asks: bool) -> None:
        """Leave free what a step needs.

        While a question is open, nothing that would give the answer away.
        """
        step = evaluator.step
        reason = _FIRST if asks and step.controls else lesson.locked
        free = frozenset() if asks or not step.controls else step.controls | {"undo"}
        self._lock_all_but(free, reason, _ASKED if asks else "")
        self._bench.ghost_control.silent = asks
        self._bench.neuron.parts.setVisible(lesson.has_parts)
        self._bench.side.leave_out(self._bench.arithmetic, out=not lesson.has_gradients)
        self._bench.view(LandscapeView).you.setVisible("own_steps" in step.controls)
        self._left_out = _ALWAYS if lesson.has_gradients else (*_ALWAYS, "backward")
        self._veil((*self._left_out, *_veils(evaluator)) if asks else self._left_out)

    def light(self, step: LessonStep | None) -> None:
        """Put a ring round what an open task is done with, or answered in, and nothing else."""
        bench = self._bench
        controls: Collection[str] = ()
        if step is not None and isinstance(step.task, PointQuestion | CurveQuestion):
            controls = (getattr(step.task, "target", "curve"),)
        elif step is not None and step.do is not None:
            controls = step.controls
        asked = {bench.commands[_BUTTONS[name]] for name in controls if name in _BUTTONS}
        buttons = bench.transport.findChildren(QToolButton)
        lit = [
            *(button for button in buttons if button.defaultAction() in asked),
            *(field.control for name, field in bench.form.fields.items() if name in controls),
            *([bench.neuron.parts] if "parts" in controls else []),
            *([bench.view(LandscapeView).you] if "own_steps" in controls else []),
            *(bench.view(_CARDS[name]) for name in controls if name in _CARDS),
        ]
        for widget in (*self._lit, *lit):
            widget.setProperty("lit", widget in lit)
            themes.repolish(widget)
        self._lit = lit

    def show_all(self) -> None:
        """Show again what an open question left out."""
        self._veil(self._left_out)

    def show_answers(self, reason: str) -> None:
        """Show it at the end of a lesson, and withhold nothing.

        What is locked stays so, for a reason.
        """
        self._lock_all_but(self.locks.free or frozenset(), reason, "")
        self.show_all()

    def _lock_all_but(self, free: frozenset[str], reason: str, withheld: str) -> None:
        bench = self._bench
        # Weights are taken hold of, not typed as a start.
        needed = bool(free & set(OPTIONS) - set(TOUCHING))
        bench.columns.panel_folded = not needed
        if not needed or bench.width() >= bench.columns.both:
            bench.columns.show_panel(needed)
        free = free | {"panel"} if needed else free
        choosers = [view.chooser for view in bench.views.values()]
        self.locks.lock_all_but(free, reason, choosers)
        bench.action_state.lock_all_but(free, reason, withheld)
        bench.side.lock(withheld)
        bench.timeline.lock(withheld)

    def _veil(self, names: Collection[str]) -> None:
        """Let the views leave these out, and the words what would answer a question."""
        self._bench.status_bar.ask("answer" in names)
        for view in self._bench.views.values():
            view.veil(frozenset(names))


def _veils(evaluator: StepEvaluator) -> tuple[str, ...]:
    """Return what is left out as long as a question is open."""
    task = evaluator.step.task
    asked_for = _VEILS[task.target] if isinstance(task, PointQuestion) else ()
    ground = ("ground",) if evaluator.ground_tells else ()
    return ("answer", *asked_for, *ground)
