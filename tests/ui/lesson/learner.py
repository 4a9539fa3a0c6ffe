"""A learner before the window.

Answers and does whatever a lesson asks, with the mouse or with the keyboard.
"""

from __future__ import annotations

import re
import tomllib

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton

from neuroviz.lessons.format import (
    ChoiceQuestion,
    CurveQuestion,
    LookTask,
    NumberQuestion,
    PointQuestion,
    SignQuestion,
)
from neuroviz.ui.theme import theme as themes
from tests.lessons.by_hand import Change, Steps
from tests.lessons.own_words import ANYTHING, OwnRun, OwnTelling, Unknown, untrue
from tests.lessons.play import feedback_to, untrue_verdict
from tests.lessons.truths import BY_CHANCE, TRUTHS
from tests.ui.person import KEY, LEFT, NO_KEY

GROWTH = ("grow", "shrink", "stay")
_KNOTS = 9
"""Places of a curve that the keys go to."""
_LONG = 20_000
"""Milliseconds."""


class Learner:
    """Goes through a lesson from its first step to its last.

    Parameters
    ----------
    person
        Sits before the window.
    path
        Of the lesson.
    keys
        Whether it is done with the keyboard; else with the mouse, but for what can only be typed.
    """

    def __init__(self, person, path, *, keys):
        self.person = person
        self.keys = keys
        self.answered = []
        """Of a check: question as it stands in the file, answer, what placeholders mean when it is
        judged, and whether it is right."""
        self.untrue = []
        """What was read that is not true of a run of the tests' own, with the step."""
        self.screens, self.state_words = {}, {}
        """By the step's number: heights of the panel that it fills,
        and words of the line on the run's state."""
        person.window.lessons.open_file(path)
        settle()
        self.path = self.control.lesson.path  # of a check, every second time another
        self.said = tomllib.loads(self.path.read_text(encoding="utf-8"))

    # --- seeing -----------------------------------------------------------------------------------

    @property
    def control(self):
        return self.person.window.lessons.control

    @property
    def played(self):
        """The step on show."""
        return self.control.lesson_run.now

    @property
    def step(self):
        return self.played.evaluator.step

    @property
    def number(self):
        """Of the step on show, from 1."""
        return self.control.lesson_run.here + 1

    @property
    def where(self):
        return self.path.stem, self.number

    @property
    def panel(self):
        return self.control.panel

    def text(self, name):
        """Return a text of the panel, empty where it is hidden."""
        label = self.panel.findChild(QLabel, name)
        return label.text() if label.isVisible() else ""

    @property
    def mark(self):
        """Return the tick or cross of what is told or was chosen, "" for none."""
        chosen = (each.text()[0] for each in self.panel.question.choices if each.isChecked())
        return self.text("lesson_told")[:1] or (next(chosen, "") if self.played.done else "")

    @property
    def tells_at_end(self):
        return self.control.lesson.tells_at_end

    def read(self, written, shown, names):
        """Hold what is shown against what is so."""
        self.untrue += [f"{self.where}: {wrong}" for wrong in untrue(written, shown, names)]

    # --- going through ----------------------------------------------------------------------------

    def play(self, answer):
        """Go through the lesson.

        ``answer`` is called at each step at which something is to be done.
        """
        steps = len(self.said["step"])
        for number in range(1, steps + 1):
            assert self.number == number
            written = self.said["step"][number - 1]
            telling = OwnTelling(self.person.frame, self.played.evaluator.keys)
            self.read(written["text"], self.text("lesson_text"), telling.names())
            scroll = self.panel._scroll
            assert scroll.widget().width() <= scroll.viewport().width(), (
                f"{self.where}: cut at its right edge"
            )
            if not isinstance(self.step.task, LookTask):
                answer(self, telling, written)
                assert self.played.done, self.where
            self.measure()
            self.go_on()
        assert self.control.lesson_run.here == steps

    def read_end(self):
        """Read what is told at the end of a check; return how many answers are said to be right.

        They are as many as are.
        """
        text = self.text("lesson_text").replace("  \n", "\n\n")
        lines = [line for line in text.split("\n\n") if re.match(r"([✓✗] )?\d+\\. ", line)]
        told = self.control.lesson_run.answers()
        assert len(lines) == len(self.answered) == len(told)
        for line, (said, answer, names, _) in zip(lines, self.answered, strict=True):
            if not self.control.lesson_run.withholds:
                self.read(
                    f"{{{ANYTHING}}} {said['truth']} {feedback_to(said, answer)}", line, names
                )
        right = sum(line.startswith("✓") for line in lines)
        if self.control.lesson_run.withholds:
            assert "✓" not in text
            assert "✗" not in text
            assert "plot was" not in text
            (right,) = map(int, re.findall(r"\*\*(\d+) of \d+ right\.\*\*", text))
        assert right == sum(is_right for *_, is_right in self.answered)
        return right

    def go_on(self):
        """Go to the next step."""
        if self.keys:
            assert "primary" in themes.looks(self.panel.next), self.where
            self.panel.setFocus()
            self.key(KEY.Key_Return)
        else:
            self.push("lesson_next")

    def measure(self):
        """Find out how much there is to read at a step with its answer."""
        scroll = self.panel._scroll
        self.screens[self.number] = scroll.widget().height() / scroll.viewport().height()
        self.state_words[self.number] = len(self.person.text("sentence").split())

    def leave(self):
        QTest.mouseClick(self.person.button("lesson_leave"), LEFT)
        settle()

    # --- answering --------------------------------------------------------------------------------

    def predict(self, answer, telling, written):
        """Give an answer, let happen what it is about, and read what is said to it.

        That is marked as right where it is. Return whether it is.
        """
        telling.ask(self.person.frame)
        parameters = self.person.frame.parameters
        said = written["predict"]
        right = None if "choice" in said else answer == answers(self)[0]
        start = self.person.frame.newest_step
        self.put(answer)
        self.give()
        self.arrive()
        went = said.get("then", {})
        # Of all samples, in each of them.
        ahead = went.get("steps", went.get("epochs", 0)) if self.tells_at_end else 0
        names = telling.names(None if ahead else self.person.frame, ahead=ahead)
        if "choice" in said:
            right = self.holds(said, answer, names, parameters)
        if self.tells_at_end:
            assert self.mark not in ("✓", "✗"), self.where
            self.answered.append((said, answer, names, right))
            return right
        assert self.mark == ("✓" if right else "✗"), (self.where, answer)
        self.read_verdict(said, answer, self.played.verdict, names)
        self.see_whole_choices()
        self.read_other(said, answer, names, parameters)
        if not self.person.frame.evidence.stopped and "until" not in went:
            epochs = went.get("epochs", 0) * self.person.frame.settings.steps_per_epoch
            assert self.person.frame.newest_step - start == went.get("steps", epochs), self.where
        return right

    def holds(self, said, answer, names, parameters):
        """Return whether a choice is the right one.

        What makes it so is read in the file and held against runs of the tests' own; where they
        do not know it, the truth is found out for itself.
        """
        names["near"] = lambda some, other, share: abs(some - other) <= share * abs(other)
        try:
            return bool(eval(said["choice"][answer]["true_if"], {"__builtins__": {}}, names))
        except Unknown:
            return answer == truth(self.where, parameters)

    def read_verdict(self, said, answer, verdict, names):
        """Hold what is said to an answer against what is so."""
        truth = self.text("lesson_truth")
        if "truth" in said and not truth:
            # What was predicted, word for word, is not said twice.
            truth = verdict.truth
        wrong = untrue_verdict(said, answer, truth, self.text("lesson_feedback"), names)
        self.untrue += [f"{self.where}: {each}" for each in wrong]

    def see_whole_choices(self):
        """Look whether the words of an answer fit into its button, in bold where it is marked."""
        for button in self.panel.question.findChildren(QPushButton):
            if button.isVisible() and button.property("verdict"):
                bold = button.font()
                bold.setBold(True)
                words = QFontMetrics(bold).size(0, button.text()).width()
                assert words <= button.width() - 2 * 15, (self.where, button.text())

    def read_other(self, said, answer, names, parameters):
        """Read what the panel says to another answer.

        Of several choices to the next; else to a wrong one where the right one was given, and the
        other way round. Not of what is drawn in a plot.
        """
        if isinstance(self.step.task, CurveQuestion | PointQuestion):
            return
        if "choice" in said:
            other = (answer + 1) % len(said["choice"])
            is_right = self.holds(said, other, names, parameters)
        else:
            right, wrong = answers(self)
            is_right = answer != right
            other = right if is_right else wrong[0]
        mark = "✓" if is_right else "✗"
        verdict = self.played.evaluator.judge(other)
        self.panel.question.show_verdict(verdict)
        settle()
        self.read_verdict(said, other, verdict, names)
        assert self.mark == mark, (self.where, other)
        self.panel.question.show_verdict(self.played.verdict)
        settle()

    def put(self, answer):
        """Put an answer in.

        The number of a choice, a word of GROWTH, a number, points of a curve, a place.
        """
        kind = self.step.task
        if isinstance(kind, ChoiceQuestion | SignQuestion):
            self.choose((kind.order if isinstance(kind, ChoiceQuestion) else GROWTH).index(answer))
        elif isinstance(kind, NumberQuestion):
            self.type_number(f"{answer:g}")
        elif isinstance(kind, CurveQuestion):
            self.bend(answer) if self.keys else self.person.drag("loss", *answer)
        else:
            self.point_with_keys(*answer) if self.keys else self.person.click_plot(
                self.plot_of(kind), *answer
            )
        settle()

    def choose(self, index):
        if self.keys:
            self.key(Qt.Key(KEY.Key_1 + index))
        else:
            self.push(f"lesson_choice_{index + 1}")

    def type_number(self, text):
        edit = self.panel.question.number
        edit.setFocus()
        edit.selectAll()
        if text:
            QTest.keyClicks(edit, text)
        else:
            QTest.keyClick(edit, KEY.Key_Delete)
        settle()

    def bend(self, points):
        """Bend the curve with the arrow keys, place after place.

        Until each is as near as they go.
        """
        plot = self.person.plot("loss")
        plot.setFocus()
        marks = self.control.answer_controller.marks
        epochs, heights = zip(*points, strict=True)
        self.key(KEY.Key_Up)
        unit = abs(np.diff(plot.box.viewRange()[1])[0]) * 0.04
        for knot in range(1, _KNOTS):
            wanted = np.interp(epochs[-1] * knot / (_KNOTS - 1), epochs, heights)
            away = round((wanted - marks._knots[knot]) / unit)
            for _ in range(abs(away)):
                self.key(KEY.Key_Up if away > 0 else KEY.Key_Down)
            self.key(KEY.Key_Right)

    def point_with_keys(self, x, y):
        """Go to a place with the arrow keys, from the middle of the plot."""
        plot = self.person.plot(self.plot_of(self.step.task))
        plot.setFocus()
        for at, (low, high), keys in zip(
            (x, y),
            plot.box.viewRange(),
            ((KEY.Key_Right, KEY.Key_Left), (KEY.Key_Up, KEY.Key_Down)),
            strict=True,
        ):
            away = round((at - (low + high) / 2) / (0.04 * (high - low)))
            for _ in range(abs(away)):
                self.key(keys[away < 0])
            if away == 0:  # a place there must be
                self.key(keys[0])
                self.key(keys[1])

    def plot_of(self, kind):
        return "data" if kind.target == "line" else "landscape"

    def give(self):
        """Press the button that lets happen what was asked about."""
        if self.keys:
            assert self.panel.question.go.isEnabled(), self.where
            self.key(KEY.Key_Return)
        else:
            self.push("lesson_go")

    def arrive(self):
        """Wait until the run is where the answer lets it go, at once where that takes long."""
        if self.control.answer_controller.on_the_way:
            self.push("lesson_go")
        self.person.qtbot.waitUntil(lambda: self.played.done, timeout=_LONG)
        settle()

    # --- doing ------------------------------------------------------------------------------------

    def do(self, way):
        """Make moves through the controls that the step leaves unlocked."""
        for move in way:
            if isinstance(move, Steps):
                self.take_steps(move.count)
            elif isinstance(move, Change):
                self.change(move.options)
            else:
                here = self.person.frame.settings.coded_inputs[move.sample]
                self.drag("data", here, move.place)
            settle()

    def change(self, options):
        window = self.person.window
        if options.keys() & {"weights", "bias"}:
            self.set_parameters(options)
            return
        ((name, value),) = options.items()
        if name not in self.step.controls:
            field = window.bench.form.fields[name]
            assert not field.isEnabled()
            assert field.toolTip() == self.control.lesson.locked
        elif name == "breaks":
            for each in set(window.bench.session.settings.breaks) - set(value):
                box = self.person.find(QCheckBox, each)
                self.person.focus(box)
                QTest.keyClick(box, KEY.Key_Space) if self.keys else QTest.mouseClick(
                    box, LEFT, NO_KEY, QPoint(8, box.height() // 2)
                )
        elif name == "features":
            self.person.action("add_input").trigger()
            self.person.type_into(name, ", ".join(value))
        elif name == "learning_rate":
            self.person.type_into(name, repr(value))
        else:
            assert self.person.choose(name, value)

    def set_parameters(self, options):
        """Type parameters into the table, or drop the ball where they are."""
        now = self.person.frame.parameters
        wanted = [*options.get("weights", now[:-1]), options.get("bias", now[-1])]
        if "weights" not in self.step.controls:
            self.drag("landscape", now[:2], wanted[:2])
            return
        for row, value in enumerate(wanted):
            if value != now[row]:
                self.person.type_weight(row, f"{value:.6g}")
        self.person.bench.side.bring(self.panel)

    def take_steps(self, count):
        controls = self.step.controls
        if "step" not in controls and "parts" in controls:
            goal = self.person.step + count
            while self.person.step < goal:
                self.press("part", KEY.Key_F6)
        elif count < 12 or "run" not in controls:
            for _ in range(count):
                self.press("step", KEY.Key_F8)
        else:
            self.press("run", KEY.Key_Space)
            self.person.qtbot.waitUntil(lambda: not self.person.bench.player.running, timeout=_LONG)
        settle()

    def press(self, button, key):
        """Press a button on the bar, or its key."""
        if self.keys:
            self.panel.setFocus()
            self.key(key)
        else:
            QTest.mouseClick(self.person.button(button), LEFT)
        settle()

    def drag(self, plot, start, end):
        if plot == "landscape":  # which finds its range when it has found the minimum
            self.person.qtbot.waitUntil(
                lambda: self.person.bench.views[plot].is_finished, timeout=_LONG
            )
        self.person.drag(plot, start, end)

    def optimize(self, places):
        """Be the optimizer, and click on the landscape where each step is to lead."""
        self.person.click("you_optimize")
        settle()
        for x, y in places:
            self.person.click_plot("landscape", x, y)
            settle()
        self.person.click("sgd_turn")
        settle()

    # --- hands ------------------------------------------------------------------------------------

    def key(self, key, modifier=NO_KEY):
        QTest.keyClick(QApplication.focusWidget() or self.person.window, key, modifier)
        settle()

    def push(self, name):
        """Click a button of the panel.

        The one on show, since those of steps before may wait to be deleted.
        """
        (button,) = [
            each for each in self.panel.findChildren(QPushButton, name) if each.isVisible()
        ]
        assert button.isEnabled(), (self.where, name)
        QTest.mouseClick(button, LEFT)
        settle()


def settle():
    QApplication.sendPostedEvents(None, 0)
    QApplication.processEvents()


# --- what to answer -------------------------------------------------------------------------------


_RIGHT = dict(BY_CHANCE)
"""What is right, kept once it is found out: a step begins with the same parameters each time."""


def truth(where, parameters):
    """Return what is right at a step that begins with these parameters."""
    if where not in _RIGHT:
        _RIGHT[where] = TRUTHS[where](parameters)
    return _RIGHT[where]


def answers(learner):
    """Return the right answer to the question on show, and the wrong ones.

    Found without the program.
    """
    kind = learner.step.task
    frame = learner.person.frame
    run = OwnRun(frame.settings_at_start, frame.start)
    if isinstance(kind, CurveQuestion):
        return _curves(learner, run)
    if isinstance(kind, PointQuestion):
        return _places(kind, frame, run)
    right = truth(learner.where, frame.parameters)
    if isinstance(kind, NumberQuestion):
        return right, [1.0, 1e6]
    every = range(len(kind.choices)) if isinstance(kind, ChoiceQuestion) else GROWTH
    return right, [answer for answer in every if answer != right]


def _curves(learner, run):
    """Return the run's own curve within the page, one that only falls, and one that stays."""
    frame, evaluator = learner.person.frame, learner.played.evaluator
    epochs = frame.newest_step + evaluator.steps_to_go()
    start = run.loss(frame.newest_step)

    def height(loss):
        return np.log10(loss) if evaluator.step.loss_axis == "log" else loss

    (bottom, top) = learner.person.plot("loss").box.viewRange()[1]
    places = np.linspace(0, epochs, 4 * (_KNOTS - 1) + 1).round()
    own = [(epoch, min(max(height(run.loss(int(epoch))), bottom), 0.99 * top)) for epoch in places]
    return own, [
        [(0, height(start)), (epochs, height(start) - 0.8 * (height(start) - bottom))],
        [(0, height(start)), (epochs, height(start))],
    ]


def _places(kind, frame, run):
    """Return where to click: at the ball, on the line, or down the slope; and beside it."""
    w, b = run.theta(frame.newest_step)
    if kind.target == "line":
        return (1.0, w + b), [(1.0, w + b + 3), (1.0, w + b - 3)]
    if kind.target == "ball":
        w, b = run.theta(frame.newest_step)
        return (w, b), [(b, w), (w + 3, b)]
    down = -run.grad(frame.newest_step)
    down /= np.abs(down).max()
    return (w + 1.5 * down[0], b + 1.5 * down[1]), [
        (2.0, 0.0),
        (w - 1.5 * down[0], b - 1.5 * down[1]),
    ]
