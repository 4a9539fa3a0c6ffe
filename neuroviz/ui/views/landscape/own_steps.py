"""You are the optimizer.

Steps that a person takes by clicking, and as many by SGD to compare them with.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import loss_at
from neuroviz.core.landscape.minimum import Minimum
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import measured, printed
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Floats
from neuroviz.pictures.landscape.run_marks import OtherRun
from neuroviz.pictures.landscape.scene import LandscapeScene
from neuroviz.ui.canvas.drag import start_at
from neuroviz.ui.theme.parts import FLUSH, arrange, small_button, text_label


class OwnSteps(QWidget):
    """The bar of the mode: fog, SGD's turn, and what is known so far.

    Attributes
    ----------
    points
        (P,) each: where the person began, and went with each step; empty while the mode is off.
    sgd
        (m, P): the same number of steps by SGD from the same start; None until it had its turn.
    """

    changed = Signal()
    """A step was taken, fog came or went, or SGD had its turn."""

    def __init__(self) -> None:
        super().__init__()
        tip = "Hide the map: only the loss and the gradient where you stand are shown"
        self.fog = small_button("fog", "Fog", tip, "Fog", checkable=True)
        self.sgd_turn = small_button("sgd_turn", "")
        self.words = text_label("own_steps_words", "", wrap=True)
        arrange(QHBoxLayout(self), self.fog, self.sgd_turn, (self.words, 1), margins=FLUSH)
        self.points: list[Floats] = []
        self.sgd: Floats | None = None
        self.fog.toggled.connect(self.changed)
        self.sgd_turn.clicked.connect(self._on_sgd_turn)
        self.hide()

    def begin(self, settings: Settings, parameters: Floats) -> None:
        """Let a person begin at parameters (P,)."""
        self._settings = settings
        self.points = [parameters]
        self.sgd = None
        self.show()

    def end(self) -> None:
        """Forget the steps, and let the fog lift."""
        self.points = []
        self.sgd = None
        self.fog.setChecked(False)
        self.hide()

    def take(self, parameters: Floats) -> None:
        """Take a step to parameters (P,); SGD's turn comes again after it."""
        self.points.append(parameters)
        self.sgd = None
        self.changed.emit()

    def result(self) -> dict[str, float | bool]:
        """Return how many steps were taken, and the loss where they lead to.

        SGD's too, once it had its turn.
        """
        numbers: dict[str, float | bool] = {
            "own_steps": float(len(self.points) - 1),
            "sgd_done": self.sgd is not None,
        }
        numbers["own_loss"] = float(loss_at(self._settings, self.points[-1]))
        if self.sgd is not None:
            numbers["sgd_loss"] = float(loss_at(self._settings, self.sgd[-1]))
        return numbers

    @property
    def paths(self) -> Floats:
        """(m, P): all points of both, the person's last."""
        own = np.array(self.points)
        return own if self.sgd is None else np.vstack((self.sgd, own))

    @property
    def hidden(self) -> bool:
        """Whether the fog hides all but where the person stands."""
        return self.fog.isChecked() and self.sgd is None

    def say(self, minimum: Minimum | None, *, whole: bool) -> None:
        """Say where the person stands, or how both have done.

        Parameters
        ----------
        whole
            Whether the plane holds all parameters; else SGD moves more of them than a person can.
        """
        steps = len(self.points) - 1
        self.sgd_turn.setEnabled(steps > 0 and self.sgd is None)
        self.sgd_turn.setText(f"SGD's turn: {steps} step{'s' * (steps != 1)}")
        if self.sgd is None:
            here = loss_at(self._settings, self.points[-1])
            self.words.setText(
                f"Click where the next step is to lead. Step {steps}: loss {measured(here)}"
            )
            return
        rate = printed(self._settings.learning_rate)
        you = self._result(self.points[-1], minimum)
        sgd = self._result(self.sgd[-1], minimum)
        more = "" if whole else " It moves every parameter, you only along this slice."
        taken = len(self.sgd) - 1
        early = "" if taken == steps else f", where it left the finite numbers after step {taken}"
        after = f"After {steps} step{'s' * (steps != 1)}"
        self.words.setText(f"{after}, you: {you}; SGD at rate {rate}: {sgd}{early}.{more}")

    def _result(self, parameters: Floats, minimum: Minimum | None) -> str:
        """Return the loss at parameters (P,), and how far off a known minimum they are."""
        said = f"loss {loss_said(self._settings, loss_at(self._settings, parameters))}"
        if minimum is None or minimum.parameters is None:
            return said
        away = float(np.linalg.norm(parameters - minimum.parameters))
        return f"{said}, {measured(away)} from the minimum"

    def _on_sgd_turn(self) -> None:
        self.sgd = sgd_path(self._settings, self.points[0], len(self.points) - 1)
        self.fog.setChecked(False)
        self.changed.emit()


def own_scene(scene: LandscapeScene, own: OwnSteps) -> LandscapeScene:
    """Return what is to be seen while a person takes the steps.

    Only these, then SGD's as those of another run.
    """
    sgd = () if own.sgd is None else (OtherRun("SGD", 1, own.sgd),)
    return replace(
        scene,
        path=np.array(own.points),
        following=None,
        minimum=None if own.hidden else scene.minimum,
        looked_at=None,
        other_runs=replace(scene.other_runs, runs=sgd),
    )


def sgd_path(settings: Settings, start: Floats, steps: int) -> Floats:
    """Return the parameters (m, P) of so many steps of SGD.

    Fewer where they leave the finite numbers.

    Parameters
    ----------
    settings
        Data, neuron, batches and learning rate; their optimizer and schedule are left aside.
    start
        (P,): where it begins.
    """
    own = settings.replace(optimizer="sgd", schedule="constant", **start_at(start))
    trainer = Trainer(own)
    points = [trainer.history.newest.parameters]
    for _ in range(steps):
        if not trainer.advance(1):
            break
        points.append(trainer.history.newest.parameters)
    return np.array(points)
