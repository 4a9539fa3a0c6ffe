"""The fast way is the readable way to the last bit, and a wrong kernel is seen."""

import functools
import itertools
import math

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS, Activation, Kernels
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.resolve import INITS, MAX_HIDDEN, PRECISIONS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.model.model import Neuron
from neuroviz.core.training.step import NetworkStep, NeuronStep, ReadableStep
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Parameters
from tests.core.same_bits import BATCHES, both_ways, columns, difference, pairwise, random_data
from tests.core.their_optimizers import THEIRS
from tests.for_each import for_each

# Steps and learning rate; the last two leave the finite numbers with many a neuron.
LENGTHS = {
    "short": (7, 1e-3),
    "long": (20, 0.1),
    "odd": (17, 3.0),
    "wild": (20, 1e3),
    "beyond": (12, 1e12),
}
PENALTIES = {
    "no penalty": {},
    "l1": {"l1": 0.03},
    "l2": {"l2": 0.07},
    "l1 and l2": {"l1": 0.1, "l2": 0.01},
}
# Layers of one hidden neuron up to eight, one of every activation that gradients come back through.
LAYERS = {
    "none": {},
    **{
        f"{1 + at % MAX_HIDDEN} {name}": {"hidden": 1 + at % MAX_HIDDEN, "hidden_activation": name}
        for at, name in enumerate(name for name, row in ACTIVATIONS.items() if row.trainable)
    },
}
FACTORS = {
    "activation": list(ACTIVATIONS),
    "loss": list(LOSSES),
    "task": list(TASKS),
    "optimizer": list(OPTIMIZERS),
    "batch": list(BATCHES),
    "schedule": list(SCHEDULES),
    "length": list(LENGTHS),
    "init": list(INITS),
    "precision": list(PRECISIONS),
    "penalty": list(PENALTIES),
    "layer": list(LAYERS),
    # A saturated start takes the place of the drawn ones,
    # so it is in no pair with them: test_breaks has it.
    "breaks": [
        (),
        *((name,) for name in BREAKS if name != "saturated_start"),
        ("no_bias", "no_zero_grad", "ascent"),
    ],
}


def settings_of(row):
    """Return the settings of a row of the cover, or of the part of it that is chosen so far."""
    batch, length = BATCHES[row.get("batch", "full")], LENGTHS[row.get("length", "long")]
    penalty = PENALTIES[row.get("penalty", "no penalty")]
    layer = LAYERS[row.get("layer", "none")]
    named = ("batch", "length", "penalty", "layer")
    own = {name: value for name, value in row.items() if name not in named}
    return Settings(**own, **batch, **penalty, **layer, learning_rate=length[1])


def allowed(row):
    """Return whether Settings takes it.

    Which, activation and loss decide together with the rest.
    """
    return not {"task", "activation", "loss"} <= row.keys() or _taken(tuple(row.items()))


@functools.cache
def _taken(items):
    try:
        settings_of(dict(items))
    except SettingsError:
        return False
    return True


@functools.cache
def cover():
    """Return rows in which every two choices meet that can."""
    return pairwise(FACTORS, allowed)


def steps_of(row):
    """Return how many steps a row takes.

    A step that searches takes as long as fifty others, and is the same from step to step.
    """
    return 3 if OPTIMIZERS[row["optimizer"]].search else LENGTHS[row["length"]][0]


@for_each("row", cover)
def test_both_ways_have_the_same_bits(row):
    """Parameters, losses, gradients, state, why it stopped, whether it settled.

    All as by autograd.
    """
    runs = both_ways(settings_of(row), steps_of(row))
    if isinstance(runs, tuple):
        assert difference(*runs) is None


def test_the_cover_has_every_choice_and_every_pair_of_activation_and_loss():
    """That every two choices meet is how it is made, which the battery of scripts tests."""
    for name, values in FACTORS.items():
        assert {row[name] for row in cover()} == set(values)
    assert {(row["activation"], row["loss"]) for row in cover()} == {*PAIRS}
    assert len(cover()) < 4 * len(ACTIVATIONS) * len(TASKS)


@for_each("batch", BATCHES)
@for_each("optimizer", THEIRS)
def test_both_ways_leave_the_finite_numbers_at_the_same_step(optimizer, batch):
    """Where a neuron without bounds overflows, row and reason are those of autograd.

    Inside a block too.
    """
    stops = []
    for precision, rate in (("float32", 30.0), ("float64", 1e6), ("float64", 1e12)):
        choices = {
            "activation": "identity",
            "loss": "mse",
            "precision": precision,
            "learning_rate": rate,
        }
        runs = both_ways(Settings("line", optimizer=optimizer, **choices, **BATCHES[batch]), 40)
        assert isinstance(runs, tuple)
        assert difference(*runs) is None
        stops.append(runs[0].stopped)
    assert None not in stops or optimizer not in ("sgd", "momentum", "nesterov")


PAIRS = [
    (activation, loss)
    for activation, loss in itertools.product(ACTIVATIONS, LOSSES)
    if any(allowed({"task": task, "activation": activation, "loss": loss}) for task in TASKS)
]


def choices_of(pair):
    """Return the names of activation and loss as choices."""
    return dict(zip(("activation", "loss"), pair, strict=True))


def first_settings(*pair, **more):
    """Return settings with this pair on the first task that takes it."""
    choices = choices_of(pair)
    task = next(task for task in TASKS if allowed({"task": task, **choices}))
    return Settings(task, **choices, **more)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_the_field_says_which_way_is_gone(pair, monkeypatch):
    """A pair is fast if both rows are.

    Only then the chain rule written out is used, else autograd.
    """
    activation, loss = ACTIVATIONS[pair[0]], LOSSES[pair[1]]
    used = set()
    for way in (NeuronStep, NetworkStep, ReadableStep):
        true_evaluate = way.evaluate

        def evaluate(self, *args, way=way, true_evaluate=true_evaluate):
            used.add(way)
            return true_evaluate(self, *args)

        monkeypatch.setattr(way, "evaluate", evaluate)
    fast = activation.fast and loss.fast
    trainer = Trainer(first_settings(*pair))
    trainer.advance(2)
    assert Neuron(activation, loss, Parameters(2)).fast == trainer.fast == fast
    assert used == {NeuronStep if fast else ReadableStep}
    assert not Trainer(first_settings(*pair), readable=True).fast
    if not allowed({"task": first_settings(*pair).task, "layer": "3 tanh", **choices_of(pair)}):
        return
    used.clear()
    Trainer(first_settings(*pair, hidden=2)).advance(2)
    assert used == {NetworkStep if fast else ReadableStep}


# --- a wrong row of a catalogue -------------------------------------------------------------------


def _tanh_by_hand(grad, z, output, out):
    # The same but for the last rounding.
    return lambda: torch.sub(grad, grad * output * output, out=out)


def wrong_activation(name, **changes):
    """Return a row of an activation with another kernel."""
    kernels = ACTIVATIONS[name].kernels
    assert kernels is not None
    return replace(ACTIVATIONS[name], kernels=replace(kernels, **changes))


def _wrong_mse(output, target, out):
    return (lambda: torch.sub(output, target, out=out), lambda: out.mul_(2 * (1 + 2**-52)))


def _wrong_bce(z, target, out):
    return (lambda: torch.sub(1 / (1 + torch.exp(-z)), target, out=out),)


WRONG = {
    "backward of tanh": wrong_activation("tanh", backward=_tanh_by_hand),
    "forward of softplus": wrong_activation(
        "softplus",
        forward=lambda z, out: (
            lambda: torch.add(torch.log1p(torch.exp(-z.abs())), z.relu(), out=out)
        ),
    ),
    "relu without its kernels": replace(ACTIVATIONS["relu"], kernels=Kernels()),
    "backward of mse": replace(LOSSES["mse"], backward=_wrong_mse),
    "backward of bce": replace(
        LOSSES["bce"],
        fused={"sigmoid": replace(LOSSES["bce"].fused["sigmoid"], backward=_wrong_bce)},
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_kernel_off_by_one_rounding_is_seen(kind, monkeypatch):
    """The same comparison finds a difference where there is one.

    A row of a catalogue is wrong in the last bit.
    """
    row = WRONG[kind]
    data = random_data(7, 3)
    if isinstance(row, Activation):
        pair = {"activation": row.name, "loss": "huber"}
        places = {
            "activation": {},
            "hidden_activation": {"hidden": 3, "hidden_activation": row.name},
        }
    else:
        pair = {"activation": "sigmoid", "loss": row.name}
        places = {"loss": {}}
    for place, layer in places.items():
        settings = Settings(data=data, learning_rate=0.3, **{**pair, **layer})
        runs = both_ways(settings, 30)
        assert isinstance(runs, tuple)
        assert difference(*runs) is None
        with monkeypatch.context() as patched:
            patched.setattr(Settings, f"{place}_entry", property(lambda self: row))
            wrong = both_ways(settings, 30)
        assert isinstance(wrong, tuple)
        assert difference(*wrong) is not None


READABLE = [
    (activation, loss)
    for activation, loss in itertools.product(ACTIVATIONS, LOSSES)
    if LOSSES[loss].objection(ACTIVATIONS[activation]) is None
]


def away_from_kinks(pair, **more):
    """Return a neuron of three inputs, away from every kink."""
    activation, loss = pair
    choices = {
        "activation": activation,
        "loss": loss,
        "weights": (0.6, -0.4, 0.3),
        "bias": 0.1,
        "batch_size": "full",
        **more,
    }
    return Settings(data=random_data(9, 3), learning_rate=0.05, **choices)


def mean_loss(settings, theta):
    """Return the loss over all samples of a run that starts at these parameters."""
    *weights, bias = theta.tolist()
    return Trainer(settings.replace(weights=tuple(weights), bias=bias), readable=True).first_loss


@for_each("pair", READABLE)
def test_the_gradient_is_the_slope_of_the_loss(pair):
    """Central differences of the stored loss give every component.

    At the start and after five steps.
    """
    settings = away_from_kinks(pair)
    trainer = Trainer(settings, readable=True)
    for _ in range(2):
        row = trainer.history.newest
        for index, component in enumerate(row.grad):
            step = np.zeros(4)
            step[index] = 1e-6
            one, two = (
                mean_loss(settings, row.parameters + step),
                mean_loss(settings, row.parameters - step),
            )
            if pair[0] != "step":
                assert component == pytest.approx((one - two) / 2e-6, rel=1e-6, abs=1e-8)
        trainer.advance(5)


def closed_form(z, y):
    """Return the cross-entropy of a sigmoid in nats, in plain arithmetic."""
    return math.log1p(math.exp(-z)) if y else math.log1p(math.exp(z))


@pytest.mark.parametrize("size", [1, 2, 4, 9])
def test_losses_are_those_of_the_batch(size):
    """The batch loss of a row is the mean over its batch, the loss that over all samples.

    A short one included.
    """
    settings = away_from_kinks(("sigmoid", "bce"), batch_size=size)
    trainer = Trainer(settings, readable=True)
    trainer.advance(20)
    table, data = columns(trainer), settings.dataset
    for step in range(21):
        theta = [table[name][step] for name in ("w1", "w2", "w3", "b")]
        losses = [
            closed_form(x @ theta[:3] + theta[3], y)
            for x, y in zip(data.inputs, data.targets, strict=True)
        ]
        position = step % settings.steps_per_epoch * size
        assert table["batch_loss"][step] == pytest.approx(
            np.mean(losses[position : position + size]), rel=1e-13
        )
        if position == 0:
            assert table["loss"][step] == pytest.approx(np.mean(losses), rel=1e-13)
