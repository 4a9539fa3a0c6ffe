"""A lesson in the window: entered, gone through step by step, and left; the lab stands aside meanwhile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from neuroviz.core.catalogue import SettingsError
from neuroviz.files.writer import FileError, write_bytes
from neuroviz.lessons.answers import as_dict, handout
from neuroviz.lessons.expressions import ExpressionError
from neuroviz.lessons.format import CompareTask, DoTask, Lesson, Prediction
from neuroviz.lessons.library import listed_lessons
from neuroviz.session.frame import Frame
from neuroviz.session.saved import brief
from neuroviz.ui.lesson.panel import LessonPanel
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views import LandscapeView
from neuroviz.ui.window.lesson.answer_controller import AnswerController, TaskController
from neuroviz.ui.window.lesson.lab import Lab
from neuroviz.ui.window.lesson.lesson_run import LessonRun, StepResult
from neuroviz.ui.window.lesson.progress import first_step, keep_progress, keep_result
from neuroviz.ui.window.lesson.words import end_words, noted

if TYPE_CHECKING:
    from neuroviz.ui.window.main_window import MainWindow

_PAGES = "Page (*.pdf);;Web page (*.html);;Data (*.json)"
_ENDINGS = (".pdf", ".html", ".json")


class LessonControl(QObject):
    """Plays one lesson at a time in the window, whose session, views and controls it takes over."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._lab = Lab(window)
        window.change_control.objection = self._lab.locks.objection
        self.lesson_run: LessonRun | None = None
        """The steps of the lesson that is open; None while none is."""
        self.panel: LessonPanel | None = None
        self.answer_controller = AnswerController(window, self._lab)
        self.answer_controller.judged.connect(self._on_judged)
        self.answer_controller.impossible.connect(self._give_up)
        own = window.view(LandscapeView).own
        self._task_controller = TaskController(window.player, own)
        own.changed.connect(self._on_own_steps_changed)

    @property
    def lesson(self) -> Lesson | None:
        """The lesson that is open; None while none is."""
        return None if self.lesson_run is None else self.lesson_run.lesson

    # --- opening and leaving -----------------------------------------------------------------------------

    def open(self, lesson: Lesson) -> None:
        """Open a lesson where it was left the last time."""
        self.leave()
        window = self._window
        window.player.pause()
        self._lab.save()
        self.lesson_run = LessonRun(lesson, window.session, window.preferences.check_results(lesson.name))
        self.panel = self._new_panel()
        window.side.insert("Lesson", self.panel)
        window.actions_.leave_lesson.setEnabled(True)
        window.side.bring(self.panel)
        self._enter(first_step(window.preferences, lesson))

    def leave(self) -> None:
        """Bring everything back as it was before the lesson."""
        if self.lesson_run is None or self.panel is None:
            return
        self._window.player.pause()
        self.answer_controller.close()
        self.lesson_run = None
        self._window.side.remove(self.panel)
        self.panel.deleteLater()
        self.panel = None
        self._window.actions_.leave_lesson.setEnabled(False)
        self._lab.restore()

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        if self.panel is not None:
            self.panel.apply_theme(theme)
        self.answer_controller.plots.apply_theme(theme)

    def _new_panel(self) -> LessonPanel:
        panel = LessonPanel(self._window.theme)
        panel.next_asked.connect(self.next)
        panel.back_asked.connect(self.back)
        panel.leave_asked.connect(self.leave)
        panel.step_asked.connect(self._enter)
        panel.take_away_asked.connect(self.take_away)
        panel.another_asked.connect(self._open_another)
        panel.question.given.connect(self._on_given)
        panel.question.changed.connect(self.answer_controller.offer)
        panel.question.cleared.connect(self.answer_controller.plots.clear)
        return panel

    def _give_up(self, sentence: str) -> None:
        self.leave()
        self._window.tell_trouble(sentence)

    # --- going through the steps -------------------------------------------------------------------------

    def next(self) -> None:
        """Go to the next step, or to the end."""
        assert self.lesson_run is not None
        self.answer_controller.run_to_answer.hurry()
        if self.lesson_run.here + 1 < len(self.lesson_run.lesson.steps):
            self._enter(self.lesson_run.here + 1)
        else:
            self._show_end()

    def back(self) -> None:
        """Go to the step before."""
        assert self.lesson_run is not None
        self._enter(max(0, self.lesson_run.here - 1))

    def _enter(self, index: int) -> None:
        """Show a step: as it was left, or from its beginning."""
        assert self.lesson_run is not None
        window = self._window
        self.answer_controller.run_to_answer.hurry()  # what was answered is judged all the same
        window.player.pause()
        self.answer_controller.close()
        try:
            result = self.lesson_run.enter(index)
        except (SettingsError, ExpressionError) as error:
            self._give_up(brief(f"{self.lesson_run.lesson.path.name} cannot go on at step {index + 1}: {error}"))
            return
        keep_progress(window.preferences, self.lesson_run.lesson, index)
        self._show_step(result)

    def _begin_again(self) -> None:
        """Let a step begin anew, after it has failed, with what it left a person to choose as it was chosen."""
        assert self.lesson_run is not None
        assert self.lesson_run.now is not None
        session = self._window.session
        chosen = session.settings.as_dict()
        kept = {name: chosen[name] for name in self.lesson_run.now.evaluator.step.controls if name in chosen}
        self.lesson_run.forget_here()
        self._enter(self.lesson_run.here)
        if kept and self.lesson_run is not None:
            self._window.change_control.change(kept)

    def _show_step(self, result: StepResult) -> None:
        """Show a step in the whole window."""
        assert self.panel is not None
        assert self.lesson_run is not None
        window = self._window
        lesson_run = self.lesson_run
        self._lab.show_views(result.evaluator.step)
        window.frame_dispatcher.new()
        window.columns.show_side(True)
        self._lock(result)
        self.answer_controller.open(result, self.panel.question, told_at_end=lesson_run.lesson.tells_at_end)
        folded = not window.columns.panel_folded and window.form.isHidden()
        self.panel.show_step(
            result.words, lesson_run.here, len(lesson_run.lesson.steps), lesson_run.reached, folded=folded
        )
        self._show_outcome(result)
        self.answer_controller.offer()
        self.panel.setFocus()  # digits and Return are its keys

    def _lock(self, result: StepResult) -> None:
        """Leave unlocked what the step needs; before an answer nothing that would give it away."""
        assert self.lesson_run is not None
        told = result.done and not self.lesson_run.lesson.tells_at_end
        asks = isinstance(result.evaluator.step.task, Prediction | CompareTask) and not told
        self._lab.lock_for(result.evaluator, self.lesson_run.lesson, asks=asks)

    def _show_outcome(self, result: StepResult) -> None:
        """Show what came of a step, if anything did."""
        assert self.panel is not None
        assert self.lesson_run is not None
        if not result.done:
            return
        question = self.panel.question
        if self.lesson_run.lesson.tells_at_end:
            question.stop_asking()
            question.show_status(noted(answered=result.answer is not None))
        elif result.verdict is not None:
            question.show_verdict(result.verdict)
        elif result.said[1]:
            question.stop_asking()
            question.show_status(result.said[1], mark="✓")
        elif isinstance(result.evaluator.step.task, CompareTask):
            question.stop_asking()
        self.panel.table.show_table(*result.table)
        self.panel.show_way_on(done=True, last=self.lesson_run.at_last)

    # --- what is asked and done in a step ----------------------------------------------------------------

    def _on_given(self) -> None:
        """Take an answer; or let the run arrive at once, or the step begin again."""
        result = self.lesson_run.now if self.lesson_run is not None else None
        if self.answer_controller.run_to_answer:
            self.answer_controller.run_to_answer.hurry()
        elif result is not None and isinstance(result.evaluator.step.task, DoTask):
            self._begin_again()
        else:
            self.answer_controller.take()

    def _on_judged(self) -> None:
        """Show what came of an answer."""
        assert self.panel is not None
        assert self.lesson_run is not None
        result = self.lesson_run.now
        assert result is not None
        if not self.lesson_run.lesson.tells_at_end:
            self._lock(result)
            self._window.frame_dispatcher.advanced()
            self.answer_controller.plots.compare(self._window.session.frame())
        self._show_outcome(result)
        self.panel.next.setFocus()
        self.panel.show_outcome()

    def show_frame(self, frame: Frame) -> None:
        """Look at a moment: whether a thing to do is done."""
        result = self.lesson_run.now if self.lesson_run is not None else None
        if self.panel is None or self.lesson_run is None or result is None or result.done:
            return
        if self._task_controller.look(result, frame, self.panel.question):
            self.panel.show_way_on(done=True, last=self.lesson_run.at_last)
            if not self.panel.isVisible():  # another panel is in front, in which it was done
                self._window.side.bring(self.panel)
                self.panel.setFocus()

    def _on_own_steps_changed(self) -> None:
        self.show_frame(self._window.session.frame())

    # --- the end -----------------------------------------------------------------------------------------

    def _show_end(self) -> None:
        """Show what remains of the lesson, and what was answered."""
        assert self.lesson_run is not None
        assert self.panel is not None
        lesson_run = self.lesson_run
        lesson = lesson_run.lesson
        keep_progress(self._window.preferences, lesson, lesson_run.here, finished=True)
        self.answer_controller.close()
        lesson_run.end()
        if not lesson_run.withholds:
            self._lab.show_answers(lesson.locked)
        answers = lesson_run.answers()
        if answers:
            keep_result(self._window.preferences, lesson, lesson_run.right, lesson_run.earlier)
        another = self._another()
        self.panel.show_end(
            end_words(lesson, answers, lesson_run.right, lesson_run.earlier),
            len(lesson.steps),
            another=another.title if another else "",
            can_take_away=bool(answers),
        )
        self.panel.next.setFocus()

    def take_away(self) -> None:
        """Write the answers into a file of a person's choice."""
        if self.lesson_run is None:
            return
        start = str(Path(self._window.preferences.folder()) / f"{self.lesson_run.lesson.name}.pdf")
        name, _ = QFileDialog.getSaveFileName(self._window, "Save the answers", start, _PAGES)
        if not name:
            return
        ending = Path(name).suffix.lower()
        try:
            if ending not in _ENDINGS:
                raise FileError(f"{name} must end in .pdf, .html or .json.")
            write_bytes(name, self._answers_file(ending))
        except FileError as error:
            self._window.tell_trouble(str(error))
            return
        self._window.preferences.set_folder(str(Path(name).parent))
        self._window.frame_dispatcher.tell(f"The answers are in {name}.")

    def _answers_file(self, ending: str) -> bytes:
        """Return the answers as a page, with the figures on show, or as JSON."""
        assert self.lesson_run is not None
        lesson = self.lesson_run.lesson
        answers = self.lesson_run.answers()
        if ending == ".json":
            data = as_dict(lesson, answers, self.lesson_run.right)
            return f"{json.dumps(data, ensure_ascii=False, indent=2)}\n".encode()
        from neuroviz.paper.write import page_bytes  # here: matplotlib, which the window does not wait for

        frame = self._window.session.frame()
        names = [name for name in lesson.steps[-1].views if name != "neuron"]
        figures = [view.figure(frame) for name, view in self._window.views.items() if name in names]
        seen = [figure for figure in figures if figure is not None]
        return page_bytes(handout(lesson, answers, self.lesson_run.right, seen), ending)

    def _another(self) -> Lesson | None:
        """Return the lesson after this one."""
        assert self.lesson_run is not None
        number = self.lesson_run.lesson.number
        if number is None:
            return None
        return next((lesson for lesson in listed_lessons() if (lesson.number or 0) > number), None)

    def _open_another(self) -> None:
        another = self._another()
        self.leave()
        if another is not None:
            self.open(another)
