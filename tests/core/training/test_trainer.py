import math

import numpy as np
import pytest
import torch

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import advanced, assert_same_bits, columns
from tests.for_each import for_each

functional = torch.nn.functional

# The mean loss of z and targets, as a reader of the notebook would write it.
NOTEBOOKS = {
    "sigmoid-bce": ({}, lambda z, y: functional.binary_cross_entropy(torch.sigmoid(z), y)),
    "sigmoid-mse": ({"loss": "mse"}, lambda z, y: functional.mse_loss(torch.sigmoid(z), y)),
    "tanh-mse": (
        {"activation": "tanh", "loss": "mse", "coding": "pm1"},
        lambda z, y: functional.mse_loss(torch.tanh(z), 2 * y - 1),
    ),
    "identity-hinge": (
        {"activation": "identity", "loss": "hinge"},
        lambda z, y: torch.relu(1 - (2 * y - 1) * z).mean(),
    ),
    "elu-huber": (
        {"activation": "elu", "loss": "huber"},
        lambda z, y: functional.huber_loss(functional.elu(z), y),
    ),
    "gelu-mae": (
        {"activation": "gelu", "loss": "mae"},
        lambda z, y: functional.l1_loss(functional.gelu(z), y),
    ),
}
BATCHES = {
    "full": {},
    "mini": {"batch_size": 3},
    "single": {"batch_size": 1},
    "shuffled": {"batch_size": 3, "shuffle": True},
}
MANY_KINDS = {
    "and": {"task": "and"},
    "shuffled spam, cosine": {"task": "spam", "schedule": "cosine"},
    "adam single": {"task": "xor", "optimizer": "adam", "batch_size": 1, "learning_rate": 0.1},
    "float32 nesterov": {
        "task": "line",
        "optimizer": "nesterov",
        "precision": "float32",
        "learning_rate": 1e-3,
    },
    "hidden neurons mini": {"task": "xor", "hidden": 3, "batch_size": 2, "shuffle": True},
    "rmsprop mini": {"task": "sum", "optimizer": "rmsprop", "batch_size": 2, "shuffle": True},
}


LINEAR = {"activation": "identity", "loss": "mse"}


def batch_of(settings, step):
    """Return the samples of a step.

    All, or a slice of the epoch's order, which follows from seed and epoch.
    """
    samples, size = settings.dataset.samples, settings.samples_per_step
    epoch, position = divmod(step, -(-samples // size))
    order = np.arange(samples)
    if settings.shuffle:
        generator = torch.Generator().manual_seed((settings.seed * 1_000_003 + epoch) % 2**32)
        order = torch.randperm(samples, generator=generator).numpy()
    return order[position * size : (position + 1) * size]


@for_each("batch", BATCHES)
@for_each("kind", NOTEBOOKS)
def test_every_number_of_a_row_is_of_that_row_s_parameters(kind, batch):
    """Row k holds loss, batch loss, gradient and rate at θ_k.

    θ_k+1 follows from them (the row rule).
    """
    choices, notebook = NOTEBOOKS[kind]
    trainer = advanced(
        23, learning_rate=0.2, schedule="exponential", period=5, seed=7, **choices, **BATCHES[batch]
    )
    settings, table = trainer.settings, columns(trainer)
    inputs, targets = torch.tensor(settings.dataset.inputs), torch.tensor(settings.dataset.targets)
    per_epoch = {"full": 1, "mini": 2, "single": 4, "shuffled": 2}[batch]
    thetas = np.column_stack([table[name] for name in ("w1", "w2", "b")])
    grads = np.column_stack([table[name] for name in ("grad_w1", "grad_w2", "grad_b")])
    for step, theta in enumerate(thetas):
        leaf = torch.tensor(theta, requires_grad=True)
        chosen = batch_of(settings, step)
        batch_loss = notebook(inputs[chosen] @ leaf[:2] + leaf[2], targets[chosen])
        batch_loss.backward()
        assert table["batch_loss"][step] == pytest.approx(batch_loss.item(), rel=1e-12, abs=1e-15)
        np.testing.assert_allclose(grads[step], leaf.grad, rtol=1e-11, atol=1e-14)
        assert table["epoch"][step] == step // per_epoch
        assert table["learning_rate"][step] == pytest.approx(
            0.2 * 0.01 ** ((step // per_epoch) / 5), rel=1e-13
        )
        if step % per_epoch == 0:
            loss = notebook(inputs @ leaf[:2] + leaf[2], targets).item()
            assert table["loss"][step] == pytest.approx(loss, rel=1e-12, abs=1e-15)
        else:
            assert math.isnan(table["loss"][step])
    np.testing.assert_allclose(
        thetas[1:], thetas[:-1] - table["learning_rate"][:-1, None] * grads[:-1], rtol=1e-14
    )


@pytest.mark.parametrize("kind", MANY_KINDS)
def test_a_run_leaves_the_global_random_numbers_alone(kind):
    """Neither torch's nor numpy's global generator is moved."""
    before, numpy_before = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    advanced(30, **MANY_KINDS[kind])
    assert torch.equal(torch.random.get_rng_state(), before)
    assert (np.random.get_state()[1] == numpy_before).all()


@pytest.mark.parametrize("kind", MANY_KINDS)
def test_same_settings_and_edits_give_the_same_bits(kind):
    """However it is cut into pieces, a run has one history.

    Edits made live or given before are the same.
    """
    settings = Settings(**MANY_KINDS[kind])
    live = Trainer(settings)
    live.advance(17)
    live.edit("learning_rate", settings.learning_rate / 3)
    live.advance(4)
    live.edit("learning_rate", settings.learning_rate / 5)
    live.edit("learning_rate", settings.learning_rate / 2)
    for name in list(settings.hyperparameters)[:1]:
        live.edit(name, settings.hyperparameters[name] / 2 if name != "period" else 7)
    for _ in range(40):
        live.advance()
    replayed = Trainer(settings, live.edits)
    assert replayed.advance(61) == 61
    assert_same_bits(live, replayed)
    assert live.hyperparameters() == replayed.hyperparameters()
    plain = advanced(61, **MANY_KINDS[kind])
    assert columns(plain)["b"][:18].tobytes() == columns(live)["b"][:18].tobytes()
    assert columns(plain)["b"][18] != columns(live)["b"][18]


@for_each(
    ("optimizer", "batch"),
    [
        (name, batch)
        for name, row in OPTIMIZERS.items()
        for batch in (["full"] if row.search else BATCHES)
    ],
)
def test_float32_rows_are_float32_numbers(optimizer, batch):
    """In float32 parameters, gradients, losses and state are values of float32.

    In float64 they are not.
    """
    for precision, single in (("float32", True), ("float64", False)):
        trainer = advanced(
            20, optimizer=optimizer, precision=precision, learning_rate=0.1, **BATCHES[batch]
        )
        table = columns(trainer)
        for name in ("w1", "w2", "b", "grad_w1", "grad_b", "batch_loss"):
            values = table[name][2:]
            assert (values == values.astype(np.float32)).all() == single, (name, precision)
        for values in trainer.history.newest.state:
            assert (values == values.astype(np.float32)).all() == single


def test_an_edit_sets_the_base_that_the_schedule_multiplies():
    """The newest row's rate follows at once, older rows keep theirs."""
    trainer = advanced(10, schedule="exponential", period=10, gamma=0.25, learning_rate=8.0)
    assert trainer.history.newest.learning_rate == pytest.approx(2.0, rel=1e-14)
    trainer.edit("learning_rate", 0.4)
    assert trainer.history.newest.learning_rate == pytest.approx(0.1, rel=1e-14)
    trainer.edit("gamma", 0.5)
    assert trainer.history.newest.learning_rate == pytest.approx(0.2, rel=1e-14)
    assert trainer.hyperparameters() == {"learning_rate": 0.4, "period": 10.0, "gamma": 0.5}
    trainer.advance(10)
    rates = columns(trainer)["learning_rate"]
    assert rates[9] == pytest.approx(8 * 0.25**0.9, rel=1e-14)
    assert rates[20] == pytest.approx(0.4 * 0.25, rel=1e-14)


def test_an_edit_acts_from_the_update_that_leaves_its_row():
    """θ at the row of the edit stays; the next one is a step of the new size."""
    trainer = advanced(5, learning_rate=1.0)
    trainer.edit("learning_rate", 4.0)
    before = trainer.history.newest
    trainer.advance(1)
    np.testing.assert_allclose(
        trainer.history.newest.parameters, before.parameters - 4 * before.grad, rtol=1e-14
    )
    assert [edit.step for edit in trainer.edits] == [5]


def test_an_edit_that_means_nothing_changes_nothing():
    """A refused edit leaves the run as it was."""
    trainer, twin = advanced(5), advanced(5)
    for name, value in (("momentum", 0.5), ("learning_rate", 0.0), ("seed", 3)):
        with pytest.raises(SettingsError):
            trainer.edit(name, value)
    assert_same_bits(trainer, twin)


def test_with_inputs_pm1_rate_one_half_reaches_the_optimum_in_one_step():
    """All curvatures are 2: the least-squares weights are reached from any start in one step."""
    for seed in range(5):
        trainer = advanced(
            1, activation="identity", loss="mse", inputs="pm1", learning_rate=0.5, seed=seed
        )
        inputs = np.array([[1, 1, 1], [1, -1, 1], [-1, 1, 1], [-1, -1, 1]], dtype=float)
        optimum = np.linalg.lstsq(inputs, np.array([1.0, 0, 0, 0]), rcond=None)[0]
        np.testing.assert_allclose(trainer.history.newest.parameters, optimum, atol=1e-15)
        np.testing.assert_allclose(trainer.history.newest.grad, 0, atol=1e-15)


@pytest.mark.parametrize(("rate", "falls"), [(0.627, True), (0.6285, False)])
def test_and_with_identity_and_mse_is_stable_below_its_limit(rate, falls):
    """Below 0.627719 the loss nears 0.0625 at w = (½, ½), b = −¼; above, it grows without end."""
    trainer = advanced(6_000, **LINEAR, learning_rate=rate)
    losses = columns(trainer)["loss"]
    if falls:
        assert losses[-1] == pytest.approx(0.0625, abs=1e-9)
        np.testing.assert_allclose(trainer.history.newest.parameters, [0.5, 0.5, -0.25], atol=1e-5)
    else:
        assert losses[-1] > 2 * losses[1000]
