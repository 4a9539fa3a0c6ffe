"""Lessons in the window: open, play, leave; the lab stands aside meanwhile, and comes back as it was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from neuroviz.core.catalogue import SettingsError
from neuroviz.files.writer import FileError, write_bytes
from neuroviz.lessons.answers import Answered, as_dict
from neuroviz.lessons.document import LessonError
from neuroviz.lessons.expressions import ExpressionError
from neuroviz.lessons.format import Click, Compare, Curve, Do, Lesson, Look, Predict, Sign, Step
from neuroviz.lessons.handout import handout
from neuroviz.lessons.reading import find_lesson, listed_lessons, read_lesson
from neuroviz.lessons.stage import Answer, Clicked, Drawn, Stage, Verdict
from neuroviz.session.frame import Frame
from neuroviz.session.session import Session
from neuroviz.ui.lesson.gallery import Gallery
from neuroviz.ui.lesson.marks import AnswerMarks, ClickedPlace, DrawnCurve
from neuroviz.ui.lesson.panel import LessonPanel, StepWords
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views import DataView, LandscapeView, LossView
from neuroviz.ui.window.lab import Lab

if TYPE_CHECKING:
    from neuroviz.ui.window.main_window import MainWindow

__all__ = ["LessonControl"]

_CHECK = "check"
_PAGES = "Page (*.pdf);;Web page (*.html);;Data (*.json)"
_VEILS = {
    "ball": ("ball", "arrows", "numbers"),
    "line": ("model", "numbers"),
    "direction": ("arrows",),
}
"""What views leave out while a place in them is asked for."""
_ALWAYS = ("theory",)
"""What a lesson never shows: the curve that theory predicts would answer most of what it asks."""
_AT_ONCE = 3
"""Steps that are taken at once: there is nothing to watch."""


class _Played:
    """One step as it is played: its stage, what was answered, and what came of it."""

    def __init__(self, stage: Stage, text: StepWords) -> None:
        self.stage = stage
        self.words = text
        self.aside: Session | None = None
        self.answer: Answer | None = None
        self.verdict: Verdict | None = None
        self.said = ("", "")
        self.table: tuple[Sequence[str], Sequence[Sequence[str]]] = ((), ())
        self.done = isinstance(stage.step.task, Look)


class LessonControl(QObject):
    """The slots of everything that a lesson needs.

    Parameters
    ----------
    window
        Whose session, views and controls a lesson takes over; with it this ends.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._lab = Lab(window)
        window.changing.objection = self._lab.locks.objection
        self.lesson: Lesson | None = None
        self.panel: LessonPanel | None = None
        self._waits: Path | None = None
        self._here = 0
        self._played: dict[int, _Played] = {}
        self._marks: AnswerMarks | None = None
        self._goal: int | None = None
        """The step at which the run has gone where an answer let it go; None while it does not go for one."""
        window.player.advanced.connect(self._on_advanced)
        window.player.paused.connect(self._on_advanced)
        window.loader.loaded.connect(self._on_loaded)

    # --- opening and leaving -----------------------------------------------------------------------------

    def open_gallery(self) -> None:
        """Show all lessons."""
        window = self._window
        try:
            lessons = listed_lessons()
        except LessonError as error:
            window.tell_trouble(str(error))
            return
        progress = {lesson.name: self._progress_in_words(lesson) for lesson in lessons}
        has_check = self._file_of(_CHECK) is not None
        gallery = Gallery(
            lessons, progress, window.theme, ready=window.session.ready, has_check=has_check, parent=window
        )
        gallery.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        gallery.chosen.connect(self._on_chosen)
        gallery.file_asked.connect(gallery.reject)
        gallery.file_asked.connect(self.ask_for_file)
        gallery.check_asked.connect(gallery.reject)
        gallery.check_asked.connect(self._open_check)
        gallery.open()

    def ask_for_file(self) -> None:
        """Let a person choose the file of a lesson, and open it."""
        folder = self._window.preferences.folder()
        name, _ = QFileDialog.getOpenFileName(self._window, "Open a lesson", folder, "Lessons (*.toml)")
        if name:
            self.open_file(Path(name))

    def open_named(self, name: str) -> None:
        """Open a lesson of the program."""
        path = self._file_of(name)
        if path is not None:
            self.open_file(path)

    def open_file(self, path: Path) -> None:
        """Open the lesson in a file, as soon as torch is there; what is wrong with it is told."""
        if not self._window.session.ready:
            self._waits = path
            return
        try:
            lesson = read_lesson(path)
        except LessonError as error:
            more = len(error.problems) - 1
            rest = f"\n\nThere is more ({more}): neuroviz lesson --check tells all of it." if more else ""
            self._window.tell_trouble(f"{path.name}, {error}{rest}")
            return
        self._open(lesson)

    def leave(self) -> None:
        """Bring everything back as it was before the lesson."""
        if self.lesson is None or self.panel is None:
            return
        self._window.player.pause()
        self._goal = None
        self._remove_marks()
        self.lesson = None
        self._played.clear()
        self._window.side.remove(self.panel)
        self.panel.deleteLater()
        self.panel = None
        self._window.actions_.leave_lesson.setEnabled(False)
        self._lab.bring_back()

    def apply_theme(self, theme: Theme) -> None:
        """Wear a theme."""
        if self.panel is not None:
            self.panel.apply_theme(theme)
        if self._marks is not None:
            self._marks.apply_theme(theme)

    def _open(self, lesson: Lesson) -> None:
        self.leave()
        window = self._window
        window.player.pause()
        self._lab.set_aside()
        self.lesson = lesson
        self.panel = self._new_panel()
        window.side.insert("Lesson", self.panel)
        window.actions_.leave_lesson.setEnabled(True)
        window.side.bring(self.panel)
        self._enter(self._first_step(lesson))

    def _new_panel(self) -> LessonPanel:
        panel = LessonPanel(self._window.theme)
        panel.next_asked.connect(self.next)
        panel.back_asked.connect(self.back)
        panel.leave_asked.connect(self.leave)
        panel.step_asked.connect(self._enter)
        panel.take_away_asked.connect(self.take_away)
        panel.another_asked.connect(self._open_another)
        panel.question.given.connect(self._on_given)
        panel.question.changed.connect(self._offer)
        panel.question.cleared.connect(self._on_cleared)
        return panel

    def _on_loaded(self) -> None:
        if self._waits is not None:
            path, self._waits = self._waits, None
            self.open_file(path)

    def _on_chosen(self, path: str) -> None:
        self.open_file(Path(path))

    def _open_check(self) -> None:
        self.open_named(_CHECK)

    @staticmethod
    def _file_of(name: str) -> Path | None:
        try:
            return find_lesson(name)
        except LessonError:
            return None

    # --- progress ----------------------------------------------------------------------------------------

    def _first_step(self, lesson: Lesson) -> int:
        """Return where to go on: at the last step that was reached, or before it, that has its own experiment."""
        reached, _ = self._window.preferences.lesson_progress(lesson.name)
        if lesson.tells_at_end or reached >= len(lesson.steps):
            return 0
        return max(index for index in range(reached + 1) if lesson.steps[index].experiment is not None)

    def _progress_in_words(self, lesson: Lesson) -> str:
        reached, finished = self._window.preferences.lesson_progress(lesson.name)
        if finished:
            return "✓ done"
        return f"step {min(reached + 1, len(lesson.steps))} of {len(lesson.steps)}" if reached else ""

    def _keep_progress(self, *, finished: bool = False) -> None:
        assert self.lesson is not None
        reached, before = self._window.preferences.lesson_progress(self.lesson.name)
        self._window.preferences.set_lesson_progress(
            self.lesson.name, max(reached, self._here), finished=before or finished
        )

    # --- going through the steps -------------------------------------------------------------------------

    def next(self) -> None:
        """Go to the next step, or to the end."""
        assert self.lesson is not None
        if self._goal is not None:
            self._go_to_goal_at_once()
        if self._here + 1 < len(self.lesson.steps):
            self._enter(self._here + 1)
        else:
            self._show_end()

    def back(self) -> None:
        """Go to the step before."""
        self._enter(max(0, self._here - 1))

    def _enter(self, index: int) -> None:
        """Show a step: as it was left, or from its beginning."""
        assert self.lesson is not None
        window = self._window
        if self._goal is not None:  # what was answered is judged all the same
            self._go_to_goal_at_once()
        window.player.pause()
        self._goal = None
        self._remove_marks()
        self._set_step_aside()
        try:
            played = self._played.get(index) or self._begun(index)
        except (SettingsError, ExpressionError) as error:
            name = self.lesson.path.name
            self.leave()
            window.tell_trouble(f"{name} cannot go on at step {index + 1}: {error}")
            return
        self._here = index
        self._played[index] = played
        if played.aside is not None:
            window.session.become(played.aside)
        self._keep_progress()
        self._show_step(played)

    def _begun(self, index: int) -> _Played:
        """Return a step at its beginning, which the session takes over."""
        assert self.lesson is not None
        step = self.lesson.steps[index]
        before = self._played.get(index - 1)
        if before is not None and before.aside is not None:
            self._window.session.become(before.aside)
        stage = Stage(step, before.stage if before is not None else None)
        words = self._words(stage, index)  # may be refused: before the session takes anything
        self._window.session.become(stage.session.parted())
        stage.session = self._window.session
        return _Played(stage, words)

    def _set_step_aside(self) -> None:
        if self._here in self._played:
            self._played[self._here].aside = self._window.session.parted()

    def _words(self, stage: Stage, index: int) -> StepWords:
        assert self.lesson is not None
        lesson = self.lesson
        step = stage.step
        task = step.task
        choices: Sequence[str] = ()
        if isinstance(task, Predict):
            kind = task.answer
            choices = [stage.text(choice.text) for choice in kind] if isinstance(kind, tuple) else choices
            choices = kind.words if isinstance(kind, Sign) else choices
        return StepWords(
            head=self._head(),
            lesson=lesson.title,
            title=stage.text(step.title),
            text=stage.text(step.text),
            task=task,
            ask=stage.text(task.ask),
            choices=choices,
            hints=[stage.text(hint) for hint in step.hints],
        )

    def _head(self) -> str:
        assert self.lesson is not None
        number = f"Lesson {self.lesson.number}" if self.lesson.number else "A lesson of your own"
        if self.lesson.name == _CHECK:
            number = "Check yourself"
        return f"{number} · {self.lesson.minutes} min"

    def _show_step(self, played: _Played) -> None:
        """Show a step in the whole window."""
        assert self.panel is not None
        assert self.lesson is not None
        window = self._window
        step = played.stage.step
        self._lab.show_views(step)
        window.showing.new()
        window.columns.show_side(True)
        self._lock(played)
        self._put_marks(played)
        last = len(self.lesson.steps) - 1
        self.panel.show_step(played.words, self._here, last + 1, max(self._here, *self._played))
        self._show_outcome(played)
        self._offer()
        self.panel.setFocus()  # digits and Return are its keys

    def _show_outcome(self, played: _Played) -> None:
        """Show what came of a step, if anything did."""
        assert self.panel is not None
        assert self.lesson is not None
        if not played.done:
            return
        question = self.panel.question
        last = self._here == len(self.lesson.steps) - 1
        if self.lesson.tells_at_end and played.answer is not None:
            question.close()
            question.show_told("Noted. What was true is told at the end.")
        elif played.verdict is not None:
            question.show_verdict(played.verdict)
        elif played.said[1]:
            question.close()
            question.show_told(played.said[1], mark="✓")
        elif isinstance(played.stage.step.task, Compare):
            question.close()
        self.panel.table.show_table(*played.table)
        self.panel.show_way_on(done=True, last=last)

    # --- answering ---------------------------------------------------------------------------------------

    @property
    def _now(self) -> _Played | None:
        return self._played.get(self._here) if self.lesson is not None else None

    def _lock(self, played: _Played) -> None:
        """Leave unlocked what the step needs; before an answer nothing that would give it away."""
        assert self.lesson is not None
        step = played.stage.step
        asks = isinstance(step.task, Predict | Compare) and not played.done
        reason = "Predict first: then it works." if asks and step.controls else self.lesson.locked
        self._lab.lock_all_but(frozenset() if asks else step.controls, reason)
        self._lab.veil(_veils(step) if asks else _ALWAYS)

    def _put_marks(self, played: _Played) -> None:
        """Let the plots take an answer that is given in them, or show the one that was given."""
        task = played.stage.step.task
        answer = played.answer
        if not isinstance(task, Predict):
            return
        if isinstance(task.answer, Curve):
            curve = self._marks = self._curve_marks(played)
            if isinstance(answer, Drawn):
                curve.take(answer)
                self._compare_curve()
        elif isinstance(task.answer, Click):
            place = self._marks = self._click_marks(task.answer)
            if isinstance(answer, Clicked):
                place.take(answer)
        if self._marks is not None:
            self._marks.changed.connect(self._offer)

    def _curve_marks(self, played: _Played) -> DrawnCurve:
        stage = played.stage
        view = self._window.view(LossView)
        rows = stage.session.frame()
        ahead = 0 if played.done else stage.steps_to_go()
        epochs = (rows.newest_step + ahead) // stage.session.settings.steps_per_epoch
        log = stage.step.loss_axis == "log"
        marks = DrawnCurve(view.plot, view.theme, epochs, rows.current_loss or 0.0, stage.page(), log=log)
        marks.fit()
        return marks

    def _click_marks(self, click: Click) -> ClickedPlace:
        if click.target == "line":
            view = self._window.view(DataView)
            return ClickedPlace(view.plot, view.theme)
        landscape = self._window.view(LandscapeView)
        return ClickedPlace(landscape.plot, landscape.theme, landscape.choice.axes)

    def _remove_marks(self) -> None:
        if self._marks is not None:
            self._marks.remove()
            self._marks = None

    def _offer(self) -> None:
        """Let the answer be given once there is one."""
        played = self._now
        if self.panel is None or played is None or played.done or isinstance(played.stage.step.task, Do):
            return
        if self._goal is not None:
            return
        in_plot = self._marks is not None and self._answer_in_plot() is not None
        compares = isinstance(played.stage.step.task, Compare)
        ready = compares or in_plot or self.panel.question.answer is not None
        self.panel.question.offer(ready=ready, in_plot=self._marks is not None)

    def _answer_in_plot(self) -> Answer | None:
        marks = self._marks
        return marks.answer if isinstance(marks, DrawnCurve | ClickedPlace) else None

    def _on_cleared(self) -> None:
        if isinstance(self._marks, DrawnCurve | ClickedPlace):
            self._marks.clear()

    def _on_given(self) -> None:
        """Take an answer, and let happen what it is about; or start again, or go to the end at once."""
        played = self._now
        if played is None or self.panel is None:
            return
        if self._goal is not None:
            self._go_to_goal_at_once()
        elif isinstance(played.stage.step.task, Do):
            self._begin_again()
        else:
            self._take_answer(played)

    def _take_answer(self, played: _Played) -> None:
        assert self.panel is not None
        assert self.lesson is not None
        in_plot = self._answer_in_plot()
        played.answer = in_plot if in_plot is not None else self.panel.question.answer
        if self._marks is not None:
            self._marks.settle()
        stage = played.stage
        try:
            if self.lesson.tells_at_end:
                stage.go()
                self._finish(played)
                return
            stage.ask()
            self._window.session.look_at(None)  # from the part of a step that is shown, go on
            steps = stage.steps_to_go()
        except ExpressionError as error:
            self.leave()
            self._window.tell_trouble(f"The lesson cannot go on: {error}")
            return
        if steps <= _AT_ONCE:
            self._window.session.advance(steps)
            self._finish(played)
            return
        self._goal = self._window.session.step + steps
        self.panel.question.close(button="To the end at once")
        self.panel.question.go.setFocus()
        self._lab.veil(_ALWAYS)
        self._window.player.start(steps, paced=True)

    def _go_to_goal_at_once(self) -> None:
        session = self._window.session
        self._window.player.pause()
        if self._goal is not None:
            session.advance(self._goal - session.step)
        self._on_advanced()

    def _on_advanced(self) -> None:
        """Finish the step once the run has gone where it was to go, or cannot."""
        played = self._now
        if self._goal is None or played is None or self._window.player.running:
            return
        self._goal = None
        self._finish(played)

    def _finish(self, played: _Played) -> None:
        """Judge the answer, and show what came of it."""
        stage = played.stage
        try:
            if played.answer is not None:
                played.verdict = stage.judge(played.answer)
            if stage.step.columns:
                played.table = stage.table()
        except ExpressionError as error:
            self.leave()
            self._window.tell_trouble(f"The lesson cannot go on: {error}")
            return
        played.done = True
        if self.lesson is not None and not self.lesson.tells_at_end:
            self._lock(played)
            self._window.showing.advanced()
            self._compare_curve()
        self._show_outcome(played)
        if self.panel is not None:
            self.panel.next.setFocus()
            self.panel.show_outcome()

    def _compare_curve(self) -> None:
        """Show in the middle of a drawn curve how far off the run was."""
        frame = self._window.session.frame()
        if not isinstance(self._marks, DrawnCurve) or frame.rows is None:
            return
        epoch = frame.rows.newest.epoch // 2
        row = frame.row_at(epoch * frame.settings.steps_per_epoch)
        if row is not None and row.loss is not None:
            self._marks.compare(epoch, row.loss)

    # --- doing -------------------------------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        """Look at a moment: whether a thing to do is done."""
        played = self._now
        if self.panel is None or played is None or played.done or not isinstance(played.stage.step.task, Do):
            return
        own = self._window.view(LandscapeView).own
        if frame.preview and not own.points:
            return
        played.stage.more = dict(own.result()) if own.points else {"own_steps": 0.0, "sgd_done": False}
        try:
            played.said = played.stage.doing()
        except ExpressionError:  # not yet: what it asks for comes with a step
            return
        self._show_doing(played)

    def _show_doing(self, played: _Played) -> None:
        assert self.panel is not None
        assert self.lesson is not None
        status, said = played.said
        question = self.panel.question
        question.go.setVisible(status == "failed")
        question.go.setEnabled(status == "failed")
        if status == "open":
            question.show_told(said)
            return
        self._window.player.pause()
        if status == "failed":
            question.show_told(said, mark="✗")
            return
        played.done = True
        question.show_told(said, mark="✓")
        self.panel.show_way_on(done=True, last=self._here == len(self.lesson.steps) - 1)

    def _begin_again(self) -> None:
        """Let the step begin anew, after it has failed."""
        del self._played[self._here]
        self._enter(self._here)

    # --- the end -----------------------------------------------------------------------------------------

    def _show_end(self) -> None:
        """Show what remains of the lesson, and what was answered."""
        assert self.lesson is not None
        assert self.panel is not None
        self._keep_progress(finished=True)
        self._remove_marks()
        self._set_step_aside()
        self._lab.veil(_ALWAYS)
        lesson = self.lesson
        text = f"**To take home.** {lesson.take_home}"
        answers = self._answers()
        if lesson.tells_at_end:
            text = f"{text}\n\n{_told_at_end(answers, len(lesson.steps))}"
        words = StepWords(self._head(), lesson.title, "", text, Look(), "", (), ())
        another = self._another()
        self._here = len(lesson.steps)
        self.panel.show_end(
            words, len(lesson.steps), another=another.title if another else "", can_take_away=bool(answers)
        )
        self.panel.next.setFocus()

    def _another(self) -> Lesson | None:
        """Return the lesson after this one."""
        assert self.lesson is not None
        if self.lesson.number is None:
            return None
        later = [lesson for lesson in listed_lessons() if (lesson.number or 0) > self.lesson.number]
        return later[0] if later else None

    def _open_another(self) -> None:
        another = self._another()
        self.leave()
        if another is not None:
            self._open(another)

    def _answers(self) -> list[Answered]:
        """Return what was answered, in the order of the steps."""
        return [
            Answered(
                index + 1,
                played.words.ask,
                played.verdict.prediction,
                played.verdict.truth,
                played.verdict.right,
                played.verdict.feedback,
            )
            for index, played in sorted(self._played.items())
            if played.verdict is not None
        ]

    def take_away(self) -> None:
        """Write the answers into a file of a person's choice."""
        if self.lesson is None:
            return
        window = self._window
        start = str(Path(window.preferences.folder()) / f"{self.lesson.name}.pdf")
        name, _ = QFileDialog.getSaveFileName(window, "Take the answers away", start, _PAGES)
        if not name:
            return
        ending = Path(name).suffix.lower()
        try:
            if ending not in (".pdf", ".html", ".json"):
                raise FileError(f"{name} must end in .pdf, .html or .json.")
            write_bytes(name, self._taken_away(ending))
        except FileError as error:
            window.tell_trouble(str(error))
            return
        window.preferences.set_folder(str(Path(name).parent))
        window.showing.tell(f"The answers are in {name}.")

    def _taken_away(self, ending: str) -> bytes:
        """Return the answers as a page, with the figures on show, or as JSON."""
        assert self.lesson is not None
        if ending == ".json":
            return f"{json.dumps(as_dict(self.lesson, self._answers()), ensure_ascii=False, indent=2)}\n".encode()
        from neuroviz.paper.write import page_bytes  # here: matplotlib, which the window does not wait for

        frame = self._window.session.frame()
        figures = [view.figure(frame) for name, view in self._window.views.items() if name in self._shown_last()]
        seen = [figure for figure in figures if figure is not None]
        return page_bytes(handout(self.lesson, self._answers(), seen), ending)

    def _shown_last(self) -> list[str]:
        assert self.lesson is not None
        return [view for view in self.lesson.steps[-1].views if view != "neuron"]


def _veils(step: Step) -> tuple[str, ...]:
    """Return what is left out as long as a question is open."""
    answer = step.task.answer if isinstance(step.task, Predict) else None
    return (*_ALWAYS, "answer", *(_VEILS[answer.target] if isinstance(answer, Click) else ()))


def _told_at_end(answers: Sequence[Answered], asked: int) -> str:
    """Return how many answers were right, and each with what was true, as Markdown."""
    right = sum(answer.right for answer in answers)
    lines = [f"**{right} of {asked} right.**"]
    for answer in answers:
        mark = "✓" if answer.right else "✗"
        truth = "" if answer.right or not answer.truth else f" True: {answer.truth.rstrip('.')}."
        lines.append(f"{mark} {answer.step}. You said: {answer.answer or 'a place'}.{truth} {answer.feedback}")
    return "\n\n".join(lines)
