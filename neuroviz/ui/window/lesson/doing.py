"""Doing: whether what a step wants to be done is done."""

from __future__ import annotations

from neuroviz.lessons.expressions import ExpressionError
from neuroviz.lessons.format import DoTask
from neuroviz.session.frame import Frame
from neuroviz.ui.lesson.question import Question
from neuroviz.ui.views.landscape.own_steps import OwnSteps
from neuroviz.ui.window.lesson.course import Played
from neuroviz.ui.window.player import Player


class Doing:
    """Looks at every moment that is shown.

    Parameters
    ----------
    player
        Pauses when the thing is done, or has failed.
    own
        The steps of a person who is the optimizer.
    """

    def __init__(self, player: Player, own: OwnSteps) -> None:
        self._player = player
        self._own = own

    def look(self, played: Played, frame: Frame, question: Question) -> bool:
        """Look at a moment, say in the question how the thing stands, and return whether it has become done."""
        if played.done or not isinstance(played.stage.step.task, DoTask):
            return False
        own = self._own
        if frame.preview and not own.points:
            return False
        played.stage.more = dict(own.result()) if own.points else {"own_steps": 0.0, "sgd_done": False}
        try:
            played.said = played.stage.doing()
        except ExpressionError:  # not yet: what it asks for comes with a step
            return False
        self._tell(played, question)
        return played.done

    def _tell(self, played: Played, question: Question) -> None:
        status, said = played.said
        question.go.setVisible(status == "failed")
        question.go.setEnabled(status == "failed")
        if status == "open":
            question.show_told(said)
            return
        self._player.pause()
        played.done = status == "done"
        question.show_told(said, mark="✓" if played.done else "✗")
