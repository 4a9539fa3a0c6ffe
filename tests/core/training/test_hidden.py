"""Hidden neurons, and several outputs, are trained as torch's own modules and optimizers do it.

To the last bit.
"""

import itertools
import math

import numpy as np
import torch

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.resolve import MAX_HIDDEN, MAX_INPUTS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import MOST_CLASSES
from neuroviz.core.model.model import predict
from neuroviz.core.training.trainer import Trainer
from tests.batteries.networks import RATE, XOR, sharpness, sine_error
from tests.core.same_bits import advanced, random_data, random_targets
from tests.core.their_functions import FACTORS, MODULES
from tests.core.their_optimizers import THEIRS
from tests.core.training.test_trainer import batch_of
from tests.for_each import for_each

nn = torch.nn
KINDS = {"": 150, "classes": 75, "targets": 75}
"""How many networks with one output, and with several of a kind."""
EQUAL = {"hidden": 3, "breaks": ("equal_start",), "learning_rate": 0.1}


def random_network(generator, several=""):
    """Return random settings with hidden neurons, or several outputs, None where they cannot be.

    Outputs of "classes", or of "targets".
    """
    outputs = int(generator.integers(2, MOST_CLASSES + 1)) if several else 1
    samples = int(generator.integers(outputs, 17))
    size = int(generator.integers(1, samples + 1))
    names = {
        "activation": MODULES,
        "loss": LOSSES,
        "hidden_activation": MODULES,
        "optimizer": THEIRS,
        "schedule": SCHEDULES,
        "precision": ("float64", "float32"),
    }
    choices = {name: str(generator.choice(list(known))) for name, known in names.items()}
    if choices["schedule"] != "constant":
        choices["period"] = int(generator.integers(1, 9))
    if size < samples:
        choices |= {"batch_size": size, "shuffle": bool(generator.integers(2))}
    choices |= {name: float(generator.choice([0.0, 0.03])) for name in ("l1", "l2")}
    data = random_data(samples, int(generator.integers(1, MAX_INPUTS + 1)), max(2, outputs))
    choices["hidden"] = int(generator.integers(not several, MAX_HIDDEN + 1))
    if several == "classes":
        choices |= {"activation": "identity", "loss": "cross_entropy"}
    elif several:
        classes = bool(generator.integers(2))
        data = random_targets(samples, data.width, outputs, classes=classes)
    if not choices["hidden"]:
        choices["hidden_activation"] = None
    try:
        return Settings(
            data=data,
            outputs=outputs,
            learning_rate=float(generator.choice([1e-3, 0.05, 0.5])),
            seed=int(generator.integers(10_000)),
            **choices,
        )
    except SettingsError:
        return None


def networks(several):
    """Return the random networks of a kind, the same every time."""
    generator = np.random.default_rng(30)
    drawn = (random_network(generator, several) for _ in itertools.count())
    return list(itertools.islice(filter(None, drawn), KINDS[several]))


class Notebook:
    """What a reader would write: nn.Sequential, and one of torch.optim's own optimizers."""

    def __init__(self, settings):
        self.settings = settings
        dtype = getattr(torch, settings.precision)
        self.inputs = torch.tensor(settings.coded_inputs, dtype=dtype)
        self.targets = torch.tensor(settings.coded_targets, dtype=dtype)
        hidden = []
        with torch.random.fork_rng():
            torch.manual_seed(settings.seed)
            if settings.hidden:
                phi = MODULES[str(settings.hidden_activation)]()
                hidden = [nn.Linear(settings.dataset.width, settings.hidden), phi]
            last = nn.Linear(settings.hidden or settings.dataset.width, settings.outputs)
        self.module = nn.Sequential(*hidden, last).to(dtype)
        self.layers = [layer for layer in self.module if isinstance(layer, nn.Linear)]
        self.output = MODULES[settings.activation]()
        theirs = THEIRS[settings.optimizer]
        numbers = {name: settings.hyperparameters[name] for name in theirs.numbers}
        self.optimizer = theirs.made(self.module.parameters(), settings.learning_rate, numbers)

    @property
    def theta(self):
        """All parameters one after another, as bytes of float64."""
        parts = [part.detach().flatten() for part in self.module.parameters()]
        return torch.cat(parts).double().numpy().tobytes()

    def loss(self, chosen):
        """Return the mean loss of samples and the penalties."""
        settings = self.settings
        result = self.losses(self.module(self.inputs[chosen]), self.targets[chosen]).mean()
        weights = torch.cat([layer.weight.flatten() for layer in self.layers])
        sums = {"l1": weights.abs().sum(), "l2": weights.square().sum()}
        terms = [getattr(settings, name) * sums[name] for name in sums if getattr(settings, name)]
        return result + sum(terms[1:], start=terms[0]) if terms else result

    def losses(self, z, target):
        """Return the losses of samples by z of the outputs."""
        if self.settings.loss == "cross_entropy" and self.settings.outputs > 1:
            return nn.functional.cross_entropy(z, target.long(), reduction="none")
        z, loss = z[:, 0] if target.dim() == 1 else z, LOSSES[self.settings.loss]
        names = {"torch": torch, "z": z, "output": self.output(z), "target": target}
        fused = loss.fused.get(self.settings.activation)
        result = eval((fused or loss).sample_code, names)
        return result

    def step(self, step):
        """Take a step, and return the loss of its batch before it."""
        settings = self.settings
        epoch, numbers = step // settings.steps_per_epoch, settings.hyperparameters
        factor = FACTORS[settings.schedule](
            epoch, numbers.get("period", 1), numbers.get("gamma", 1)
        )
        for group in self.optimizer.param_groups:
            group["lr"] = settings.learning_rate * factor
        loss = self.loss(batch_of(settings, step))
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()


@for_each("settings", lambda: itertools.chain(*map(networks, KINDS)))
def test_a_run_is_that_of_nn_sequential_to_the_last_bit(settings):
    """Start as drawn after manual_seed, the losses of the batches, and every step."""
    trainer, notebook = Trainer(settings), Notebook(settings)
    steps = trainer.advance(8)
    rows = trainer.history.rows()
    parameters = np.column_stack([rows.parameter(i) for i in range(settings.parameters.count)])
    losses = np.asarray(rows.columns()["batch_loss"]).tolist()
    for step in range(steps + 1):
        assert parameters[step].tobytes() == notebook.theta, step
        assert losses[step] == notebook.step(step), step
    assert steps == 8 or trainer.stopped


def test_the_networks_are_many_kinds():
    """Every choice is among the networks of each kind, and most go the fast way."""
    drawn, several, targets = map(networks, KINDS)
    for name, known in (
        ("activation", MODULES),
        ("hidden_activation", MODULES),
        ("loss", [name for name in LOSSES if name != "perceptron"]),
        ("optimizer", THEIRS),
        ("schedule", SCHEDULES),
        ("hidden", range(1, MAX_HIDDEN + 1)),
    ):
        assert {getattr(settings, name) for settings in drawn} == set(known)
    for name, known in (
        ("outputs", range(2, MOST_CLASSES + 1)),
        ("hidden", range(MAX_HIDDEN + 1)),
        ("hidden_activation", [None, *MODULES]),
        ("optimizer", THEIRS),
        ("schedule", SCHEDULES),
    ):
        assert {getattr(settings, name) for settings in several} == set(known)
        assert {getattr(settings, name) for settings in targets} == set(known)
    assert {settings.dataset.classes for settings in targets} == {True, False}
    assert set(MODULES) == {name for name, row in ACTIVATIONS.items() if row.trainable}
    assert {settings.dataset.width for settings in drawn} == set(range(1, MAX_INPUTS + 1))
    assert sum(Trainer(settings).fast for settings in drawn) > 0.6 * len(drawn)


# --- what hidden neurons can and cannot -----------------------------------------------------------


def loss_of(trainer):
    """Return the newest loss over all samples."""
    loss = trainer.history.newest.loss
    assert loss is not None
    return loss


def test_two_hidden_neurons_learn_xor():
    """From seed 0 the loss comes below 0.01 at epoch 486, and every sample is right."""
    trainer = advanced(485, hidden=2, **XOR)
    assert loss_of(trainer) >= 0.01
    trainer.advance(1)
    assert loss_of(trainer) < 0.01
    output = predict(trainer.settings, trainer.history.newest.parameters).output
    assert (np.round(output) == trainer.settings.dataset.targets).all()


def units_of(trainer):
    """Return the parameters of every hidden neuron and its weight in the output, of all rows."""
    parameters, rows = trainer.settings.parameters, trainer.history.rows()
    output = parameters.of_unit(None)
    places = [[*parameters.of_unit(j), output[j]] for j in range(parameters.hidden)]
    return [np.array([rows.parameter(i) for i in place]).tobytes() for place in places]


def test_from_zeros_hidden_neurons_stay_what_they_are():
    """XOR stays at ln 2 for ever: nothing tells one of them from another."""
    trainer = advanced(300, hidden=3, init="zeros", **XOR)
    assert loss_of(trainer) == math.log(2)
    assert len(set(units_of(trainer))) == 1


@for_each("precision", ["float64", "float32"])
@for_each("batch", [{}, {"batch_size": 3, "shuffle": True}])
@for_each("optimizer", THEIRS)
@for_each("readable", [False, True])
def test_equal_hidden_neurons_stay_equal(precision, batch, optimizer, readable):
    """To the last bit, in every row; drawn apart they part."""
    choices = {**XOR, **EQUAL, **batch, "optimizer": optimizer, "precision": precision}
    trainer = Trainer(Settings(**choices), readable=readable)
    trainer.advance(20)
    assert len(set(units_of(trainer))) == 1
    apart = Trainer(Settings(**{**choices, "breaks": ()}), readable=readable)
    assert len(set(units_of(apart))) == 3


@for_each("seed", [0, 7])
def test_eight_hidden_neurons_fit_a_sine(seed):
    """To 0.01 everywhere, which one with its one bend cannot."""
    assert sine_error(8, seed) < 0.01
    assert round(sine_error(1, seed, epochs=1_000), 2) > 0.7


def test_plain_descent_comes_to_the_edge_of_stability():
    """λmax of the sine's loss climbs past 2/η = 10, and falls back to it."""
    first, climbed, late = sharpness([0, 200, 1_000])
    assert (round(first, 2), round(climbed, 1)) == (5.63, 10.2)
    assert abs(late * RATE / 2 - 1) < 0.02
