"""What is proved of one neuron is said of no other model.

With hidden neurons z is not linear in the parameters.
"""

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.growth import epoch_factor, is_convex, must_grow
from neuroviz.core.curvature.hessian import is_quadratic, stable_limit
from neuroviz.core.curvature.scale_hint import hint_for
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.diagnosis import prospects
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.model.separability import no_finite_best, separable_by
from neuroviz.core.training.trainer import Trainer

LINE = {"task": "line", "learning_rate": 1.0}
UNSCALED = Dataset(
    np.array([[1.0, 1e3], [2.0, 3e3], [3.0, 2e3], [4.0, 5e3]]), [0, 0, 1, 1], classes=True
)
SAID = {
    "quadratic": (lambda **more: is_quadratic(Settings(**LINE, **more)), False),
    "limit": (lambda **more: stable_limit(Settings(**LINE, **more)), None),
    "grows": (lambda **more: must_grow(Settings(**LINE, **more), 1.0, 0.0), False),
    "factor": (lambda **more: epoch_factor(Settings(**LINE, **more), 1.0, 0.0), None),
    "convex": (lambda **more: is_convex(Settings("xor", **more)), False),
    "separable": (lambda **more: separable_by(Settings("xor", **more)), None),
    "no best": (lambda **more: no_finite_best(Settings("and", **more)), None),
    "scale": (lambda **more: hint_for(Settings(data=UNSCALED, **more)), None),
    "rounding": (lambda **more: prospects.rounding_of_grad(evidence("and", **more)), 0.0),
}


def evidence(task, **choices):
    trainer = Trainer(Settings(task, **choices))
    trainer.advance(20)
    return evidence_of(trainer)


@pytest.mark.parametrize("name", SAID)
def test_it_is_said_of_one_neuron_alone(name):
    """Of it something is said; with one hidden neuron or two, nothing.

    But that one hidden neuron parts no more than one alone.
    """
    say, nothing = SAID[name]
    assert say() != nothing
    assert say(hidden=2) == nothing
    assert say(hidden=1) == (say() if name == "separable" else nothing)
