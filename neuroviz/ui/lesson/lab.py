"""What a step of a lesson shows of the bench, and which controls can be used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainterPath, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QToolButton, QWidget
from shiboken6 import isValid

from neuroviz.lessons.format import (
    OPTIONS,
    TOUCHING,
    VIEW_OF,
    Lesson,
    LessonStep,
)
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.canvas.drag import Drag
from neuroviz.ui.canvas.motion import Ease
from neuroviz.ui.controls.form import ExperimentForm
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.views import DataView, LandscapeView, LossView

_VEILS = {
    "ball": ("ball", "arrows", "numbers"),
    "line": ("model", "numbers"),
    "direction": ("arrows",),
}
"""Kind of place that is asked for -> the parts that views leave out meanwhile."""
_DRAGGED = {"ball", "data", "line", "turn", "weights"}
"""Kinds of handles."""
_BUTTONS = {"run": "run", "step": "step", "parts": "part"}
"""Control -> the command whose button it is."""
_BESIDE = {"run": "step", "shift": "weights"}
"""Control by which a thing is done -> another that does it too, and gets no ring; but Step has one
where steps are asked for."""
_IN_FORM = frozenset(OPTIONS) - set(TOUCHING)
"""The controls of the form; weights are not among them, as they are dragged, not typed."""
_VEIL = 0.25
"""Opacity of the veil over what is not needed; small grey letters keep a contrast of 3:1 under
it."""
_RINGS = ((7.0, 0.25), (2.0, 1.0))
"""Widths in pixels and opacities of the strokes of a ring, from the outside inwards."""
_AWAY = 2
"""Pixels from the edge of a widget to the centre of its ring."""
_ROUND = 9
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
_FIRST = "Predict first: then you can use what this page needs."
_ASKED = "Predict first: the answer is there too."


class Spotlight(QWidget):
    """Lies over a bench, with rings round the controls of a task and a veil over others.

    Neuron and plots have none, since a page shows those that are to be watched; nor have locked
    controls, which look locked anyway.
    """

    lit: Collection[QWidget] = ()
    """The widgets with rings; in the diagram of the neuron its weights have them."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._bench = bench
        self._ease = Ease(self, lambda _: self.update())
        self.hide()

    def light(self, lit: Collection[QWidget]) -> None:
        """Ring these widgets; without any, nothing is veiled."""
        if lit == self.lit:
            return
        self.lit = lit
        for widget in (self._bench, *lit):
            widget.installEventFilter(self)
        self.resize(self._bench.size())
        self.setVisible(bool(lit))
        self.raise_()
        self._ease.begin()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the bench, and the widgets with rings on it."""
        if event.type() in _MOVES:
            self.resize(self._bench.size())
            self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the veils, and the rings over them."""
        bench = self._bench
        theme = themes.now
        painter = themes.painter(self)
        share = self._ease.currentValue()
        painter.setOpacity(_VEIL * share)
        cards = (bench.form, bench.timeline)
        for colour, areas in ((theme.background, (bench.transport,)), (theme.card, cards)):
            painter.setClipRegion(self._aside(areas))
            painter.fillRect(self.rect(), colour)
        painter.setClipping(False)
        for width, opacity in _RINGS:
            painter.setOpacity(opacity * share)
            painter.setPen(QPen(QColor(theme.accent), width))
            painter.drawPath(self._rings())

    def _aside(self, areas: Iterable[QWidget]) -> QRegion:
        """Return the region of these areas that is veiled."""
        aside = QRegion()
        for area in filter(QWidget.isVisible, areas):
            aside += self._place(area, area.rect())
            for part in filter(QWidget.isVisible, area.findChildren(QWidget)):
                locked = not part.isEnabled() and part is not self._bench.timeline.slider
                if locked or part in self.lit:
                    aside -= self._place(part, part.rect())
        return aside

    def _rings(self) -> QPainterPath:
        """Return the outline of the rings, in which rings that are close together merge."""
        diagram = self._bench.neuron.diagram
        places: list[QRect] = []
        for each in self.lit:
            if each.visibleRegion().isEmpty():
                continue
            areas = diagram.weight_areas() if each is diagram.viewport() else [each.rect()]
            for area in areas:
                place = self._place(each, area.adjusted(-_AWAY, -_AWAY, _AWAY, _AWAY))
                if places and _meet(places[-1], place):
                    place = places.pop().united(place)
                places.append(place)
        rings = QPainterPath()
        for place in places:
            rings.addRoundedRect(place, _ROUND, _ROUND)
        return rings

    def _place(self, widget: QWidget, area: QRect) -> QRect:
        return area.translated(widget.mapTo(self._bench, QPoint()))


class Locks:
    """Locks the controls of a bench.

    Parameters
    ----------
    form
        The experiment: its fields are locked one by one, and the breaks as a whole.
    widgets
        Names of the controls that free a widget, any one of them -> the widget.
    drags
        The drags in the views.
    """

    _locked: Sequence[QWidget] = ()
    _outside: Sequence[QWidget] = ()
    """What is locked beside the form."""
    free: frozenset[str] | None = None
    """Names of the controls that are not locked; None while nothing is locked."""
    reason = ""

    def __init__(
        self,
        form: ExperimentForm,
        widgets: Mapping[str, QWidget],
        drags: Iterable[Drag],
    ) -> None:
        self._form = form
        self._widgets = widgets
        self._drags = list(drags)
        form.more_built.connect(self._lock_built)
        self._tips: dict[QWidget, str] = {}
        """The tooltip that each widget had before its lock was told there."""

    def objection(self, control: str) -> str | None:
        """Return why a control is locked; None if it is not."""
        return None if self.free is None or control in self.free else self.reason

    def lock_all_but(self, free: frozenset[str], reason: str, others: Iterable[QWidget]) -> None:
        """Lock all but these controls, and other widgets too, with a reason in the tooltips."""
        self.free = free
        self.reason = reason
        self._form.more.set_open(False)  # it would cover what the lesson shows
        named = (each for names, each in self._widgets.items() if not free & set(names.split()))
        self._outside = [*named, *others]
        self._lock_built()
        of_line = {"line", "turn"} if "line" in free else {"line"} if "shift" in free else set()
        for drag in self._drags:
            drag.cancel()
            drag.locked = dict.fromkeys(_DRAGGED - free - of_line, reason)

    def _lock_built(self) -> None:
        """Lock what is there by now: More settings may never be needed."""
        if self.free is not None:
            self._lock([*self._of_form(self.free), *self._outside])

    def _of_form(self, free: frozenset[str]) -> Iterator[QWidget]:
        """Yield what is not free in the form."""
        form = self._form
        yield from (field for name, field in form.built_fields.items() if name not in free)
        if "task" not in free:
            yield from (form.own_data, form.ruler.flat)
        if "learning_rate" not in free:
            yield form.ruler
        if not form.has_more:
            return
        form.more_settings.breaks.set_open("breaks" in free)
        if "task" not in free:
            yield form.more_settings.notebook
        if "breaks" not in free:
            yield form.more_settings.breaks

    def _lock(self, widgets: Sequence[QWidget]) -> None:
        """Lock these and no others; what stays as it is gives Qt nothing to do."""
        told = [each for widget in widgets for each in (widget, *widget.findChildren(QWidget))]
        tips = {each: self._tips.get(each, each.toolTip()) for each in told}
        let_go = self._tips.keys() - tips.keys()
        for each in filter(isValid, let_go):  # the field of a hyperparameter may be gone
            each.setToolTip(self._tips[each])
        self._tips = tips
        for each in tips:
            if each.toolTip() != self.reason:
                each.setToolTip(self.reason)
        for widget in filter(isValid, self._locked):
            if widget not in widgets:
                widget.setEnabled(True)
        for widget in widgets:
            widget.setEnabled(False)
        self._locked = widgets


class Lab:
    """Shows on the bench of a lesson what a step needs."""

    _in_drawer: Sequence[QWidget] = ()
    """What is ringed in More settings."""

    def __init__(self, bench: Workbench, lesson: Lesson) -> None:
        self._bench = bench
        self._lesson = lesson
        backward = () if lesson.has_gradients else ("backward",)
        self._left_out = ("theory", *backward)
        """What is never shown; the curve of theory would answer most questions."""
        self.spotlight = Spotlight(bench)
        bench.form.more.header.toggled.connect(self._on_more_toggled)
        data = bench.view(DataView)
        landscape = bench.view(LandscapeView)
        bench.status_bar.change(advises=False)
        bench.timeline.tells_facts = not lesson.quiet
        bench.columns.change(first="side")
        bench.neuron.gradients.setChecked(True)  # unless a lesson leaves them out
        bench.neuron.gradients.hide()
        self.locks = Locks(
            bench.form,
            {
                "weights": bench.weights_panel,
                "own_steps": landscape.you,
                "race pin": bench.runs,
                "parts": bench.neuron.parts,
            },
            [bench.neuron.drag, data.drag, landscape.drag, landscape.surface_drag],
        )

    def show_views(self, step: LessonStep) -> None:
        """Show the views of a step, in the way that it wants them."""
        bench = self._bench
        bench.grid.restore()
        bench.grid.show_hero("neuron" in step.views)
        plots = [view for view in step.views if view != "neuron"]
        bench.grid.choose(plots, needed=view_of(step))
        bench.view(LossView).log.setChecked(step.loss_axis == "log")
        bench.view(DataView).draw_data.setChecked(False)
        landscape = bench.view(LandscapeView)
        landscape.hold.setChecked(False)
        landscape.end_own_steps()
        landscape.surface_shown.setChecked(step.landscape == "surface")

    def lock_for(self, evaluator: StepEvaluator, *, asks: bool) -> None:
        """Leave free the controls that a step needs.

        While a question is open, lock and hide what would give the answer away.
        """
        step = evaluator.step
        lesson = self._lesson
        reason = _FIRST if asks and step.controls else lesson.locked
        free = frozenset() if asks or not step.controls else step.controls | {"undo"}
        unwritten = lesson.locked if lesson.quiet else ""
        self._lock_all_but(free, reason, _ASKED if asks else "", unwritten)
        # Where nothing is trained, there is nothing to look ahead at.
        self._bench.ghost_control.silent = asks or "run" not in step.controls
        self._bench.form.ruler.be_silent(asks)
        self._bench.neuron.parts.setVisible(lesson.has_parts)
        self._bench.side.leave_out("Arithmetic", out=not lesson.has_gradients)
        self._bench.side.leave_out("Code", out=lesson.quiet)
        self._bench.view(LandscapeView).you.setVisible("own_steps" in step.controls)
        silent = ("answer",) if lesson.quiet and step.predict is None else ()
        self._veil((*self._left_out, *(_veils(evaluator) if asks else silent)))

    def light(self, step: LessonStep | None) -> None:
        """Put rings only around the controls with which an open task is done or answered."""
        bench = self._bench
        form = bench.form
        controls = frozenset() if step is None else _used_in(step)
        asked = {bench.commands[_BUTTONS[name]] for name in controls if name in _BUTTONS}
        if form.isHidden() and controls & _IN_FORM:
            asked.add(bench.commands["panel"])
        buttons = bench.transport.findChildren(QToolButton)
        named = controls & _IN_FORM
        choices: dict[str, QWidget] = {**form.own_fields}
        if named - choices.keys():
            choices = {**form.fields, "breaks": form.more_settings.breaks}
        chosen = [choice for name, choice in choices.items() if name in named]
        self._in_drawer = [choice for choice in chosen if form.drawer.isAncestorOf(choice)]
        places: list[tuple[str, QWidget]] = [
            ("learning_rate", form.ruler),
            ("parts", bench.neuron.parts),
            ("weights", bench.neuron.diagram.viewport()),
            ("own_steps", bench.view(LandscapeView).you),
            *((name, bench.views[view]) for name, view in VIEW_OF.items()),
        ]
        lit = [
            *(button for button in buttons if button.defaultAction() in asked),
            *chosen,
            *([form.more] if self._in_drawer else []),
            *(place for name, place in places if name in controls),
        ]
        self.spotlight.light(lit)

    def _on_more_toggled(self, on: bool) -> None:
        """Bring what a task is done with into sight."""
        for choice in self._in_drawer[:1] if on else ():
            self._bench.form.more_settings.bring(choice)

    def show_all(self) -> None:
        """Show again what an open question left out."""
        self._veil(self._left_out)

    def show_answers(self) -> None:
        """Show everything at the end of a lesson; what is locked stays locked."""
        self._lock_all_but(self.locks.free or frozenset(), self._lesson.locked, "")
        self.show_all()

    def _lock_all_but(
        self, free: frozenset[str], reason: str, withheld: str, unwritten: str = ""
    ) -> None:
        bench = self._bench
        needed = bool(free & _IN_FORM)
        bench.columns.change(wanted={"panel", "side"} if needed else {"side"})
        free = free | {"panel"} if needed else free
        others = [view.chooser for view in bench.views.values()]
        data = bench.view(DataView)
        others.append(data.drawing.switch)
        if withheld:  # what the output gets would give the answer away
            data.hidden_space.setChecked(False)
            others.append(data.hidden_space)
        self.locks.lock_all_but(free, reason, others)
        bench.action_state.lock_all_but(free, reason, withheld, unwritten)
        bench.side.lock(withheld)
        bench.timeline.lock(withheld)

    def _veil(self, names: Collection[str]) -> None:
        """Let the views leave these out, and the foot its words if they are the answer."""
        self._bench.status_bar.change(asks="answer" in names)
        for view in self._bench.views.values():
            view.veil(frozenset(names))


def _meet(one: QRect, other: QRect) -> bool:
    """Return whether two places touch, and neither lies in the other."""
    inside = one.contains(other) or other.contains(one)
    return one.intersects(other) and not inside


def view_of(step: LessonStep) -> str:
    """Return the name of the view in which the task is done, else of the last view shown."""
    done_in = (VIEW_OF[name] for name in _used_in(step) if name in VIEW_OF)
    return next(done_in, step.views[-1])


def _used_in(step: LessonStep) -> frozenset[str]:
    """Return the controls with which a step's task is done, or the place where it is answered."""
    if step.target:
        return frozenset((step.target,))
    if step.do is not None and ("steps_taken",) in step.do.until.names:
        return step.by_hand
    return step.by_hand - {other for name, other in _BESIDE.items() if name in step.by_hand}


def _veils(evaluator: StepEvaluator) -> tuple[str, ...]:
    """Return what views leave out while a question is open."""
    ground = ("ground",) if evaluator.ground_tells else ()
    return ("answer", *_VEILS.get(evaluator.step.target, ()), *ground)
