"""The fast way is the readable way to the last bit.

Of data of any size, and of the smallest numbers.
"""

import numpy as np

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from tests.core.same_bits import both_ways, columns, difference, random_data
from tests.for_each import for_each

# Pairs that every data set in two classes takes, in turn over the sizes.
PAIRS = [("sigmoid", "bce")] + [
    (activation, loss)
    for loss, row in LOSSES.items()
    for activation, other in ACTIVATIONS.items()
    if row.fast and other.fast and row.objection(other) is None
]
KINDS = ("full", "full", "3", "half", "half shuffled")


def check(samples, inputs, turn):
    """Compare four runs on random data of a size.

    Another pair, batch and precision at each turn.
    """
    data = random_data(samples, inputs)
    for index in range(4 * turn, 4 * turn + 4):
        activation, loss = PAIRS[index % len(PAIRS)]
        batch = {
            "full": {},
            "3": {"batch_size": min(3, samples), "shuffle": False if samples > 3 else None},
            "half": {"batch_size": samples // 2 or 1, "shuffle": False if samples > 1 else None},
            "half shuffled": {
                "batch_size": samples // 2 or 1,
                "shuffle": True if samples > 1 else None,
            },
        }[KINDS[(index + turn) % len(KINDS)]]
        precision = ("float64", "float64", "float32")[index % 3]
        pair = {"activation": activation, "loss": loss, "precision": precision}
        runs = both_ways(Settings(data=data, learning_rate=0.3, **pair, **batch), 12)
        assert isinstance(runs, tuple)
        assert difference(*runs) is None, (samples, inputs, pair, batch)


@for_each("samples", [*range(1, 21), 31, 32, 33, 64, 257, 1000])
def test_any_number_of_samples(samples):
    """From one sample to a thousand.

    The kernels split data in blocks of their own, and so must not matter.
    """
    check(samples, 1 + samples % 5, samples)


@for_each("inputs", [*range(1, 21), 31, 32, 33, 64, 100])
def test_any_number_of_inputs(inputs):
    """From 2 parameters to 101."""
    check(2 + (7 * inputs) % 31, inputs, inputs)


def test_the_pairs_are_all_the_fast_ones():
    """Over the sizes every pair of catalogue rows that the fast way knows has its turn."""
    assert {loss for _, loss in PAIRS} == {name for name, row in LOSSES.items() if row.fast}
    assert {activation for activation, _ in PAIRS} == {
        name for name, row in ACTIVATIONS.items() if row.fast
    }
    assert len(PAIRS) <= 4 * 20


# --- numbers so small that their last bits are lost -----------------------------------------------

# Weights at which the slope of the activation is among the subnormal numbers, or just above them.
SMALL = {
    "sigmoid": {
        "task": "nand",
        "activation": "sigmoid",
        "loss": "mse",
        "weights": (0.3, -0.2),
        "bias": -709.1,
    },
    "sigmoid, float32": {
        "task": "nand",
        "activation": "sigmoid",
        "loss": "mse",
        "weights": (0.2, -0.3),
        "bias": -88.2,
        "precision": "float32",
    },
    "bce": {"task": "nor", "weights": (0.3, -0.1), "bias": -709.1},
    "silu": {"activation": "silu", "loss": "mae", "weights": (0.3, -0.2), "bias": -709.1},
    "elu": {"activation": "elu", "loss": "huber", "weights": (-0.5, -0.25), "bias": -741.3},
    "softplus": {"activation": "softplus", "loss": "mse", "weights": (-0.5, -0.25), "bias": -742.0},
    "gelu": {
        "task": "nand",
        "activation": "gelu",
        "loss": "mse",
        "weights": (0.05, 0.01),
        "bias": -37.7,
    },
}
BATCHES = {
    "full": {},
    "two": {"batch_size": 2, "shuffle": True},
    "one": {"batch_size": 1},
}


@for_each("batch", BATCHES)
@for_each("kind", SMALL)
def test_subnormal_gradients_are_autograd_s(kind, batch):
    """Where 1/N cannot be taken beforehand without loss it is not, from row 0 on."""
    for rate in (0.1, 1e12):
        runs = both_ways(Settings(**SMALL[kind], **BATCHES[batch], learning_rate=rate), 30)
        assert isinstance(runs, tuple)
        grads = np.abs(columns(runs[1])["grad_w1"][:3])
        assert ((grads > 0) & (grads < (1e-37 if "float32" in kind else 1e-300))).any()
        assert difference(*runs) is None, rate


@for_each("kind", ["sigmoid", "silu", "elu", "gelu"])
def test_a_run_that_comes_to_subnormal_gradients_goes_on(kind):
    """A run that walks there from common numbers, and back by an edit, is autograd's throughout."""
    choices = {**SMALL[kind], "bias": -30.0 if kind == "gelu" else -600.0, "optimizer": "adam"}
    settings = Settings(**choices, learning_rate=0.5 if kind == "gelu" else 4.0)
    runs = both_ways(settings, 400)
    assert isinstance(runs, tuple)
    assert difference(*runs) is None


@for_each("activation", ACTIVATIONS)
def test_inputs_among_the_smallest_numbers(activation):
    """Inputs near 5e-324 times 1/N would round: they do not."""
    inputs = np.array([[5e-324, 1.0], [3e-308, 5e-324], [1e-290, 2e-300], [0.0, 1e-323]])
    data = Dataset(inputs, np.array([0.0, 1, 1, 0]), classes=True)
    runs = both_ways(Settings(data=data, activation=activation, loss="mse", learning_rate=0.7), 40)
    assert isinstance(runs, tuple)
    assert difference(*runs) is None
