"""A lesson in the window: entered, gone through step by step, and left; the lab stands aside meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from neuroviz.core.catalogue import SettingsError
from neuroviz.lessons.expressions import ExpressionError
from neuroviz.lessons.format import CompareTask, DoTask, Lesson, Prediction
from neuroviz.lessons.library import listed_lessons
from neuroviz.session.frame import Frame
from neuroviz.session.saved import brief
from neuroviz.ui.lesson.panel import LessonPanel
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views import LandscapeView
from neuroviz.ui.window.lesson.asking import Asking
from neuroviz.ui.window.lesson.course import Course, Played
from neuroviz.ui.window.lesson.doing import Doing
from neuroviz.ui.window.lesson.lab import Lab
from neuroviz.ui.window.lesson.progress import first_step, keep_progress, keep_result
from neuroviz.ui.window.lesson.take_away import take_away
from neuroviz.ui.window.lesson.words import end_words, noted

if TYPE_CHECKING:
    from neuroviz.ui.window.main_window import MainWindow


class LessonControl(QObject):
    """Plays one lesson at a time in the window, whose session, views and controls it takes over."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._lab = Lab(window)
        window.changing.objection = self._lab.locks.objection
        self.course: Course | None = None
        """The steps of the lesson that is open; None while none is."""
        self.panel: LessonPanel | None = None
        self.asking = Asking(window, self._lab)
        self.asking.judged.connect(self._on_judged)
        self.asking.impossible.connect(self._give_up)
        own = window.view(LandscapeView).own
        self._doing = Doing(window.player, own)
        own.changed.connect(self._on_own_steps_changed)

    @property
    def lesson(self) -> Lesson | None:
        """The lesson that is open; None while none is."""
        return None if self.course is None else self.course.lesson

    # --- opening and leaving -----------------------------------------------------------------------------

    def open(self, lesson: Lesson) -> None:
        """Open a lesson where it was left the last time."""
        self.leave()
        window = self._window
        window.player.pause()
        self._lab.set_aside()
        self.course = Course(lesson, window.session, window.preferences.check_results(lesson.name))
        self.panel = self._new_panel()
        window.side.insert("Lesson", self.panel)
        window.actions_.leave_lesson.setEnabled(True)
        window.side.bring(self.panel)
        self._enter(first_step(window.preferences, lesson))

    def leave(self) -> None:
        """Bring everything back as it was before the lesson."""
        if self.course is None or self.panel is None:
            return
        self._window.player.pause()
        self.asking.close()
        self.course = None
        self._window.side.remove(self.panel)
        self.panel.deleteLater()
        self.panel = None
        self._window.actions_.leave_lesson.setEnabled(False)
        self._lab.bring_back()

    def apply_theme(self, theme: Theme) -> None:
        """Wear a theme."""
        if self.panel is not None:
            self.panel.apply_theme(theme)
        self.asking.plots.apply_theme(theme)

    def _new_panel(self) -> LessonPanel:
        panel = LessonPanel(self._window.theme)
        panel.next_asked.connect(self.next)
        panel.back_asked.connect(self.back)
        panel.leave_asked.connect(self.leave)
        panel.step_asked.connect(self._enter)
        panel.take_away_asked.connect(self.take_away)
        panel.another_asked.connect(self._open_another)
        panel.question.given.connect(self._on_given)
        panel.question.changed.connect(self.asking.offer)
        panel.question.cleared.connect(self.asking.plots.clear)
        return panel

    def _give_up(self, sentence: str) -> None:
        self.leave()
        self._window.tell_trouble(sentence)

    # --- going through the steps -------------------------------------------------------------------------

    def next(self) -> None:
        """Go to the next step, or to the end."""
        assert self.course is not None
        self.asking.going.hurry()
        if self.course.here + 1 < len(self.course.lesson.steps):
            self._enter(self.course.here + 1)
        else:
            self._show_end()

    def back(self) -> None:
        """Go to the step before."""
        assert self.course is not None
        self._enter(max(0, self.course.here - 1))

    def _enter(self, index: int) -> None:
        """Show a step: as it was left, or from its beginning."""
        assert self.course is not None
        window = self._window
        self.asking.going.hurry()  # what was answered is judged all the same
        window.player.pause()
        self.asking.close()
        try:
            played = self.course.enter(index)
        except (SettingsError, ExpressionError) as error:
            self._give_up(brief(f"{self.course.lesson.path.name} cannot go on at step {index + 1}: {error}"))
            return
        keep_progress(window.preferences, self.course.lesson, index)
        self._show_step(played)

    def _begin_again(self) -> None:
        """Let a step begin anew, after it has failed, with what it left a person to choose as it was chosen."""
        assert self.course is not None
        assert self.course.now is not None
        session = self._window.session
        chosen = session.settings.as_dict()
        kept = {name: chosen[name] for name in self.course.now.stage.step.controls if name in chosen}
        self.course.forget_here()
        self._enter(self.course.here)
        if kept and self.course is not None:
            self._window.changing.change(kept)

    def _show_step(self, played: Played) -> None:
        """Show a step in the whole window."""
        assert self.panel is not None
        assert self.course is not None
        window = self._window
        course = self.course
        self._lab.show_views(played.stage.step)
        window.showing.new()
        window.columns.show_side(True)
        self._lock(played)
        self.asking.open(played, self.panel.question, told_at_end=course.lesson.tells_at_end)
        folded = not window.columns.panel_folded and window.form.isHidden()
        self.panel.show_step(played.words, course.here, len(course.lesson.steps), course.reached, folded=folded)
        self._show_outcome(played)
        self.asking.offer()
        self.panel.setFocus()  # digits and Return are its keys

    def _lock(self, played: Played) -> None:
        """Leave unlocked what the step needs; before an answer nothing that would give it away."""
        assert self.course is not None
        told = played.done and not self.course.lesson.tells_at_end
        asks = isinstance(played.stage.step.task, Prediction | CompareTask) and not told
        self._lab.dress(played.stage, self.course.lesson, asks=asks)

    def _show_outcome(self, played: Played) -> None:
        """Show what came of a step, if anything did."""
        assert self.panel is not None
        assert self.course is not None
        if not played.done:
            return
        question = self.panel.question
        if self.course.lesson.tells_at_end:
            question.stop_asking()
            question.show_told(noted(answered=played.answer is not None))
        elif played.verdict is not None:
            question.show_verdict(played.verdict)
        elif played.said[1]:
            question.stop_asking()
            question.show_told(played.said[1], mark="✓")
        elif isinstance(played.stage.step.task, CompareTask):
            question.stop_asking()
        self.panel.table.show_table(*played.table)
        self.panel.show_way_on(done=True, last=self.course.at_last)

    # --- what is asked and done in a step ----------------------------------------------------------------

    def _on_given(self) -> None:
        """Take an answer; or let the run arrive at once, or the step begin again."""
        played = self.course.now if self.course is not None else None
        if self.asking.going:
            self.asking.going.hurry()
        elif played is not None and isinstance(played.stage.step.task, DoTask):
            self._begin_again()
        else:
            self.asking.take()

    def _on_judged(self) -> None:
        """Show what came of an answer."""
        assert self.panel is not None
        assert self.course is not None
        played = self.course.now
        assert played is not None
        if not self.course.lesson.tells_at_end:
            self._lock(played)
            self._window.showing.advanced()
            self.asking.plots.compare(self._window.session.frame())
        self._show_outcome(played)
        self.panel.next.setFocus()
        self.panel.show_outcome()

    def show_frame(self, frame: Frame) -> None:
        """Look at a moment: whether a thing to do is done."""
        played = self.course.now if self.course is not None else None
        if self.panel is None or self.course is None or played is None or played.done:
            return
        if self._doing.look(played, frame, self.panel.question):
            self.panel.show_way_on(done=True, last=self.course.at_last)
            if not self.panel.isVisible():  # another panel is in front, in which it was done
                self._window.side.bring(self.panel)
                self.panel.setFocus()

    def _on_own_steps_changed(self) -> None:
        self.show_frame(self._window.session.frame())

    # --- the end -----------------------------------------------------------------------------------------

    def _show_end(self) -> None:
        """Show what remains of the lesson, and what was answered."""
        assert self.course is not None
        assert self.panel is not None
        course = self.course
        lesson = course.lesson
        keep_progress(self._window.preferences, lesson, course.here, finished=True)
        self.asking.close()
        course.end()
        if not course.withholds:
            self._lab.tell_all(lesson.locked)
        answers = course.answers()
        if answers:
            keep_result(self._window.preferences, lesson, course.right, course.earlier)
        another = self._another()
        self.panel.show_end(
            end_words(lesson, answers, course.right, course.earlier),
            len(lesson.steps),
            another=another.title if another else "",
            can_take_away=bool(answers),
        )
        self.panel.next.setFocus()

    def take_away(self) -> None:
        """Write the answers into a file of a person's choice."""
        if self.course is not None:
            take_away(self._window, self.course)

    def _another(self) -> Lesson | None:
        """Return the lesson after this one."""
        assert self.course is not None
        number = self.course.lesson.number
        if number is None:
            return None
        return next((lesson for lesson in listed_lessons() if (lesson.number or 0) > number), None)

    def _open_another(self) -> None:
        another = self._another()
        self.leave()
        if another is not None:
            self.open(another)
