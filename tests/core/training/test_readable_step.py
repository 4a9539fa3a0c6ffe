import itertools
import math

import numpy as np
import pytest

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import columns, random_data

PAIRS = [
    (activation, loss)
    for activation, loss in itertools.product(ACTIVATIONS, LOSSES)
    if LOSSES[loss].objection(ACTIVATIONS[activation]) is None
]


def settings_of(pair: tuple[str, str], **more: object) -> Settings:
    """Return a neuron of three inputs, away from every kink."""
    activation, loss = pair
    choices = {"activation": activation, "loss": loss, "weights": (0.6, -0.4, 0.3), "bias": 0.1, **more}
    return Settings(data=random_data(9, 3), learning_rate=0.05, **choices)


def mean_loss(settings: Settings, theta: np.ndarray) -> float:
    """Return the loss over all samples of a run that starts at these parameters."""
    *weights, bias = theta.tolist()
    return Trainer(settings.replace(weights=tuple(weights), bias=bias), readable=True).first_loss


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_the_gradient_is_the_slope_of_the_loss(pair: tuple[str, str]) -> None:
    """Central differences of the stored loss give every component, at the start and after five steps."""
    settings = settings_of(pair)
    trainer = Trainer(settings, readable=True)
    for _ in range(2):
        row = trainer.history.newest
        for index, component in enumerate(row.grad):
            step = np.zeros(4)
            step[index] = 1e-6
            one, two = mean_loss(settings, row.parameters + step), mean_loss(settings, row.parameters - step)
            if pair[0] != "step":
                assert component == pytest.approx((one - two) / 2e-6, rel=1e-6, abs=1e-8)
        trainer.advance(5)


def closed_form(z: float, y: float) -> float:
    """Return the cross-entropy of a sigmoid in nats, in plain arithmetic."""
    return math.log1p(math.exp(-z)) if y else math.log1p(math.exp(z))


@pytest.mark.parametrize("size", [1, 2, 4, 9])
def test_losses_are_those_of_the_batch(size: int) -> None:
    """The batch loss of a row is the mean over its batch, the loss that over all samples, a short one included."""
    settings = settings_of(("sigmoid", "bce"), batch_size=size)
    trainer = Trainer(settings, readable=True)
    trainer.advance(20)
    table, data = columns(trainer), settings.dataset
    for step in range(21):
        theta = [table[name][step] for name in ("w1", "w2", "w3", "b")]
        losses = [closed_form(x @ theta[:3] + theta[3], y) for x, y in zip(data.inputs, data.targets, strict=True)]
        position = step % settings.steps_per_epoch * size
        assert table["batch_loss"][step] == pytest.approx(np.mean(losses[position : position + size]), rel=1e-13)
        if position == 0:
            assert table["loss"][step] == pytest.approx(np.mean(losses), rel=1e-13)


def test_readable_is_asked_for() -> None:
    """The fast way is gone unless autograd is asked for, or the pair is not known to it."""
    assert Trainer(settings_of(("tanh", "mse"))).fast
    assert not Trainer(settings_of(("tanh", "mse")), readable=True).fast
    assert not Trainer(settings_of(("step", "mse"))).fast
    assert not Trainer(settings_of(("sigmoid", "cross_entropy"))).fast
