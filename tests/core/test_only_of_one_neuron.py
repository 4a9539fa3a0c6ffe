"""What is proved of one neuron is said of no other model.

Their z is not linear in its parameters.
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
from neuroviz.core.types import Parameters

LINE = {"task": "line", "learning_rate": 1.0}
DEAD = {"task": "and", "activation": "relu", "loss": "mse", "weights": (-1.0, -1.0), "bias": -1.0}
UNSCALED = Dataset(
    np.array([[1.0, 1e3], [2.0, 3e3], [3.0, 2e3], [4.0, 5e3]]), [0, 0, 1, 1], classes=True
)
SAID = {
    "quadratic": (lambda: is_quadratic(Settings(**LINE)), False),
    "limit": (lambda: stable_limit(Settings(**LINE)), None),
    "grows": (lambda: must_grow(Settings(**LINE), 1.0, 0.0), False),
    "factor": (lambda: epoch_factor(Settings(**LINE), 1.0, 0.0), None),
    "convex": (lambda: is_convex(Settings("xor")), False),
    "separable": (lambda: separable_by(Settings("xor")), None),
    "no best": (lambda: no_finite_best(Settings("and")), None),
    "scale": (lambda: hint_for(Settings(data=UNSCALED)), None),
    "dead": (lambda: prospects.stays_dead(evidence(DEAD)), False),
    "rounding": (lambda: prospects.rounding_of_grad(evidence({"task": "and"})), 0.0),
}


def evidence(choices):
    trainer = Trainer(Settings(**choices))
    trainer.advance(20)
    return evidence_of(trainer)


@pytest.mark.parametrize("name", SAID)
def test_it_is_said_of_one_neuron_alone(name, monkeypatch):
    """Of it something is said; of a model that only has as many parameters, nothing."""
    say, nothing = SAID[name]
    assert say() != nothing
    names = ("w1", "w2"), ("b",)
    monkeypatch.setattr(
        Parameters,
        "of_neuron",
        lambda inputs: Parameters(names[0][:inputs], names[1], linear=False),
    )
    assert say() == nothing
