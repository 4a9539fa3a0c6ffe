"""A lesson on its own bench: it is gone through step by step, to its end."""

from __future__ import annotations

import json

from PySide6.QtCore import QObject, Signal

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.slices import Work, made
from neuroviz.lessons.answers import LessonProgress, as_dict, handout
from neuroviz.lessons.expressions import ExpressionError
from neuroviz.lessons.format import Lesson
from neuroviz.lessons.library import listed_lessons
from neuroviz.lessons.riddles import next_riddle
from neuroviz.session.frame import Frame
from neuroviz.session.saved import brief
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.export.exporter import paper_size
from neuroviz.ui.export.queue import made_apart
from neuroviz.ui.lesson.answer_controller import AnswerController
from neuroviz.ui.lesson.gallery import small_picture
from neuroviz.ui.lesson.lab import Lab, view_of
from neuroviz.ui.lesson.lesson_run import LATE, NOTED, LessonRun, StepResult, end_words
from neuroviz.ui.lesson.panel import LessonPanel
from neuroviz.ui.preferences import Preferences
from neuroviz.ui.theme import theme as themes

_PAGES = "Page (*.pdf);;Web page (*.html);;Data (*.json)"
_ENDINGS = (".pdf", ".html", ".json")


class LessonControl(QObject):
    """Plays a lesson on a bench, with its session, views and controls.

    Parameters
    ----------
    bench
        The bench; the control ends with it.
    """

    leave_asked = Signal()
    """A person leaves the lesson."""
    another_asked = Signal(object)
    """A person goes on to another `Lesson`."""
    impossible = Signal(str)
    """The lesson cannot go on, for this reason."""

    def __init__(self, bench: Workbench, lesson: Lesson, preferences: Preferences) -> None:
        super().__init__(bench)
        self._bench = bench
        self._preferences = preferences
        self.lesson = lesson
        self.lesson_run = LessonRun(
            lesson,
            bench.session,
            LessonProgress.read(preferences.lesson_progress(lesson.name)),
            preferences.check_results(lesson.name),
        )
        self._lab = Lab(bench, lesson)
        bench.change_control.objection = self._lab.locks.objection
        bench.exporter.lesson = None if lesson.quiet else lesson  # a riddle is solved in the window
        self.panel = self._new_panel()
        self.answer_controller = AnswerController(
            bench, self._lab, self.panel.question, told_at_end=lesson.tells_at_end
        )
        self.answer_controller.judged.connect(self._on_judged)
        self.answer_controller.put_in.connect(self._bring_question)
        self.answer_controller.impossible.connect(self.impossible)
        bench.side.insert("Lesson", self.panel)
        bench.side.bring(self.panel)
        # The first press of the two has brought the arithmetic.
        bench.neuron.diagram.typing_asked.connect(lambda _: bench.side.bring(self.panel))
        bench.frame_dispatcher.readers.append(self.show_frame)
        themes.notifier.changed.connect(self._draw_again)

    def begin(self) -> None:
        """Show the step at which the lesson was left the last time."""
        self._enter(self.lesson_run.first)

    def _draw_again(self) -> None:
        if self.lesson_run.now is None:
            self._show_own()

    def _new_panel(self) -> LessonPanel:
        panel = LessonPanel(self.lesson.title, len(self.lesson.steps))
        panel.next.clicked.connect(self.next)
        panel.back.clicked.connect(self.back)
        panel.leave.clicked.connect(self.leave_asked)
        panel.dots.asked.connect(self._enter)
        panel.take_away.clicked.connect(self.take_away)
        panel.question.go.clicked.connect(self._on_given)
        panel.question.clear.clicked.connect(self._on_cleared)
        return panel

    # --- going through the steps ------------------------------------------------------------------

    def next(self) -> None:
        """Go to the next step or to the end, and from the end to the next lesson."""
        self.answer_controller.hurry()
        if self.lesson_run.now is None:
            self._open_another()
        elif self.lesson_run.here + 1 < len(self.lesson.steps):
            self._enter(self.lesson_run.here + 1)
        else:
            self._show_end()

    def back(self) -> None:
        """Go to the step before."""
        self._enter(max(0, self.lesson_run.here - 1))

    def _enter(self, index: int) -> None:
        """Show a step, as it was left or at its beginning."""
        bench = self._bench
        self.answer_controller.hurry()  # an answer that was given is judged all the same
        bench.player.pause()
        self.answer_controller.close()
        try:
            result = self.lesson_run.enter(index)
        except (SettingsError, ExpressionError) as error:
            self.impossible.emit(
                brief(f"{self.lesson.path.name} cannot go on at step {index + 1}: {error}")
            )
            return
        self._show_step(result)

    def _begin_again(self, *, with_choices: bool) -> None:
        """Let a step begin again, with or without the settings that were chosen in it."""
        assert self.lesson_run.now is not None
        chosen = self._bench.session.settings.as_dict()
        controls = self.lesson_run.now.step.controls if with_choices else ()
        kept = {name: chosen[name] for name in controls if name in chosen}
        self.lesson_run.forget_here()
        self._enter(self.lesson_run.here)
        if kept:
            self._bench.change_control.change(kept)

    def _show_step(self, result: StepResult) -> None:
        """Show a step on the whole bench."""
        bench = self._bench
        lesson_run = self.lesson_run
        self._lab.show_views(result.step)
        self._lock(result)
        bench.frame_dispatcher.new()  # after the locks, as only what is free has handles
        bench.columns.show("side")
        bench.grid.end_glide()
        self.answer_controller.open(result)
        folded = "panel" in bench.columns.state.wanted and bench.form.isHidden()
        self.panel.show_step(result.words, lesson_run.here, folded=folded)
        self._show_progress()
        self._show_outcome(result)
        self.answer_controller.offer()
        self.show_frame(bench.session.frame())  # how far a thing to do was left
        self.panel.setFocus()  # it takes the digits and Return

    def _lock(self, result: StepResult) -> None:
        """Unlock what the step needs; before the answer, hide what would give it away."""
        told = result.done and not self.lesson.tells_at_end
        asks = bool(result.step.predict or result.step.compare) and not told
        self._lab.lock_for(result.evaluator, asks=asks)
        self._lab.light(None if result.done else result.step)

    def _show_progress(self) -> None:
        """Show the result of each step, and keep it for the next time the lesson is opened."""
        run = self.lesson_run
        self.panel.dots.show_marks(run.here, run.marks)
        self._preferences.set_lesson_progress(self.lesson.name, run.progress.text)

    def _show_outcome(self, result: StepResult) -> None:
        """Show the result of a step, if there is one."""
        if not result.done:
            return
        question = self.panel.question
        if self.lesson.tells_at_end:
            if result.answer is not None:
                question.show_given(result.answer)
            question.stop_asking()
            question.show_status(LATE if result.answer is None else NOTED)
        elif result.verdict is not None:
            question.show_verdict(result.verdict)
        elif result.said[1]:
            question.show_status(result.said[1], mark="✓")
        elif result.step.compare is not None:
            question.stop_asking()
        self.panel.table.show_table(*result.table)
        self._show_progress()
        self.panel.show_way_on(done=True)

    # --- what is asked and done in a step ---------------------------------------------------------

    def _on_given(self) -> None:
        """Take an answer, let the run arrive at once, or let the step begin again."""
        result = self.lesson_run.now
        if self.answer_controller.on_the_way:
            self.answer_controller.hurry()
        elif result is not None and result.step.do is not None:
            self._begin_again(with_choices=True)
        else:
            self.answer_controller.take()

    def _on_cleared(self) -> None:
        """Undo what was done in the step, or clear an answer in a plot."""
        result = self.lesson_run.now
        if result is not None and result.step.do is not None:
            self._begin_again(with_choices=False)
        else:
            self.answer_controller.clear()

    def _on_judged(self) -> None:
        """Show the result of an answer."""
        result = self.lesson_run.now
        assert result is not None
        self._lock(result)
        if not self.lesson.tells_at_end:
            self._bench.frame_dispatcher.advanced()
            self.answer_controller.compare(result)
        self._show_outcome(result)
        self.panel.next.setFocus()
        self._bring_question()

    def _bring_question(self) -> None:
        """Scroll to the end of the question, where it is told or goes on."""
        self.panel.bring(self.panel.question)

    def show_frame(self, frame: Frame) -> None:
        """Look at a moment, to see whether a thing to do is done."""
        result = self.lesson_run.now
        if result is None:
            return
        status, said = result.said
        done = self.answer_controller.look(result, frame)
        if result.step.do is not None:
            self.panel.question.clear.setEnabled(result.evaluator.touched)
        if result.said[1] and (result.said[0] != status or not said):
            self._bring_question()  # what is told of it for the first time
        if done:
            self._show_outcome(result)
            self._lab.light(None)
            if not self.panel.isVisible():  # it was done while another panel was in front
                self._bench.side.bring(self.panel)
                self.panel.setFocus()

    # --- the end ----------------------------------------------------------------------------------

    def _show_end(self) -> None:
        """Show the end of the lesson, with what was answered."""
        lesson_run = self.lesson_run
        lesson = self.lesson
        self.answer_controller.close()
        lesson_run.end()
        self._lab.light(None)
        if not lesson_run.withholds:
            self._lab.show_answers()
        answers = lesson_run.answers()
        if answers and lesson.tells_at_end:
            counts = (*lesson_run.earlier, lesson_run.right)
            self._preferences.set_check_results(lesson.name, counts)
        another = self._another()
        self.panel.show_end(
            end_words(lesson_run, another),
            another=another.title if another else "",
            can_take_away=bool(answers),
        )
        self._show_own()
        self._show_progress()
        self.panel.next.setFocus()

    def _show_own(self) -> None:
        """Show what was made last, if possible by hand."""
        for result in [] if self.lesson.tells_at_end else self.lesson_run.own[::-1]:
            assert result.session is not None
            frame = result.session.frame()
            view = view_of(result.step)
            if frame.step or view in ("data", "landscape"):  # otherwise there is no curve yet
                picture = small_picture(frame, view, self._bench.devicePixelRatioF())
                self.panel.show_own(picture, result.words.title)
                return

    def take_away(self) -> None:
        """Write the answers into a file that a person chooses."""
        exporter = self._bench.exporter
        path = exporter.ask("Save the answers", f"{self.lesson.name}.pdf", _PAGES, _ENDINGS)
        exporter.write(path, self._answers_file)

    def _answers_file(self, ending: str) -> Work[list[bytes]]:
        """Return the work that makes JSON, or a page of the answers with the figures on show."""
        lesson = self.lesson
        bench = self._bench
        said = lesson, self.lesson_run.answers(), self.lesson_run.right
        if ending == ".json":
            data = json.dumps(as_dict(*said), ensure_ascii=False, indent=2)
            return made([f"{data}\n".encode()])
        shown = {*lesson.steps[-1].views} - {"neuron"}
        frame = bench.session.frame()
        figures = [view.figure(frame) for name, view in bench.views.items() if name in shown]
        page = handout(*said, [figure for figure in figures if figure is not None])
        return made_apart("paper.write", page, ending, paper_size())

    def _another(self) -> Lesson | None:
        """Return the lesson after this one; None after the last, and after a check or file."""
        number = self.lesson.number
        if number is None:
            return next_riddle(self.lesson)
        return next((lesson for lesson in listed_lessons() if (lesson.number or 0) > number), None)

    def _open_another(self) -> None:
        another = self._another()
        if another is None:
            self.leave_asked.emit()
        else:
            self.another_asked.emit(another)
