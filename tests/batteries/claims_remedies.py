"""What a state proposes, done.

Every remedy that names a learning rate is taken, and the run is seen to its end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.states import Diagnosis
from neuroviz.core.training.trainer import Trainer

_NUMBER = r"(\d+(?:\.\d+)?(?:e-?\d+)?)"
_RATE = re.compile(rf"(?:such as|up to|Take|take) {_NUMBER}(?![\d%])")
_MORE_EPOCHS = 200


def named_rate(remedy: str) -> float | None:
    """Return the learning rate that a remedy names, the one to take where it names two.

    None if it names none.
    """
    found = (
        re.search(rf"such as {_NUMBER}", remedy)
        or _RATE.search(remedy)
        or re.search(rf"below {_NUMBER}", remedy)
    )
    return float(found[1]) if found else None


def what_comes_of_it(
    settings: Settings, edits: Sequence[Edit], steps: int, loss: float, diagnosis: Diagnosis
) -> str | None:
    """Return what is wrong with the rate that a remedy names, taken as it says; None if nothing is.

    "Start anew" does so, anything else goes on from here, with that rate, for as long as the run
    has gone and 200 epochs more. It must not overflow, and must come lower than the run is now, and
    than it began.
    """
    rate = named_rate(diagnosis.remedy)
    if rate is None:
        return None
    anew = "Start anew" in diagnosis.remedy
    trainer = (
        Trainer(settings.replace(learning_rate=rate))
        if anew
        else Trainer(
            settings,
            (*(edit for edit in edits if edit.step < steps), Edit(steps, "learning_rate", rate)),
        )
    )
    wanted = steps + _MORE_EPOCHS * settings.steps_per_epoch
    while trainer.step < wanted and trainer.stopped is None:
        trainer.advance(wanted - trainer.step)
    if trainer.stopped is not None:
        return f"overflows at step {trainer.stopped.step:,}"
    losses = np.asarray(trainer.history.rows().columns()["loss"])
    now = float(losses[np.isfinite(losses)][-1])
    ends = min(loss, trainer.first_loss) if anew else loss
    return None if now <= ends * (1 + 1e-9) else f"ends at {now:.6g}, above {ends:.6g}"
