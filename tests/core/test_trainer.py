import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.edits import Edit
from neuroviz.core.optimizers import OPTIMIZERS
from neuroviz.core.settings import Settings
from neuroviz.core.tasks import Dataset
from neuroviz.core.trainer import Trainer, initial_parameters

functional = torch.nn.functional
Notebook = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

# The mean loss of z and targets, as a reader of the notebook would write it.
NOTEBOOKS: dict[str, tuple[dict[str, Any], Notebook]] = {
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
    "elu-huber": ({"activation": "elu", "loss": "huber"}, lambda z, y: functional.huber_loss(functional.elu(z), y)),
    "gelu-mae": ({"activation": "gelu", "loss": "mae"}, lambda z, y: functional.l1_loss(functional.gelu(z), y)),
}
BATCHES: dict[str, dict[str, Any]] = {
    "full": {},
    "mini": {"batch_size": 3},
    "single": {"batch_size": 1},
    "shuffled": {"batch_size": 3, "shuffle": True},
}
MANY_KINDS: dict[str, dict[str, Any]] = {
    "and": {"task": "and"},
    "shuffled spam, cosine": {"task": "spam", "schedule": "cosine"},
    "adam single": {"task": "xor", "optimizer": "adam", "batch_size": 1, "learning_rate": 0.1},
    "float32 nesterov": {"task": "line", "optimizer": "nesterov", "precision": "float32", "learning_rate": 1e-3},
    "rmsprop mini": {"task": "sum", "optimizer": "rmsprop", "batch_size": 2, "shuffle": True},
}


def columns(trainer: Trainer) -> dict[str, np.ndarray]:
    """Return the columns of a run, masked losses as NaN."""
    return {name: np.ma.filled(column, np.nan) if name == "loss" else np.asarray(column)
            for name, column in trainer.history.rows().columns().items()}  # fmt: skip


def assert_same_bits(one: Trainer, two: Trainer) -> None:
    """Assert that two runs are the same run."""
    columns_of_two = columns(two)
    for name, column in columns(one).items():
        assert column.tobytes() == columns_of_two[name].tobytes(), name
    for name, values in one.state().items():
        assert values.tobytes() == two.state()[name].tobytes(), name
    assert one.edits == two.edits
    assert one.stopped == two.stopped


def advanced(steps: int, **choices: Any) -> Trainer:
    """Return a run after so many steps."""
    trainer = Trainer(Settings(**choices))
    trainer.advance(steps)
    return trainer


def batch_of(settings: Settings, step: int) -> np.ndarray:
    """Return the samples of a step: all, or a slice of the epoch's order, which follows from seed and epoch."""
    samples, size = settings.dataset.samples, settings.samples_per_step
    epoch, position = divmod(step, -(-samples // size))
    order = np.arange(samples)
    if settings.shuffle:
        order = np.random.default_rng((settings.seed, epoch)).permutation(samples)
    return order[position * size : (position + 1) * size]


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("kind", NOTEBOOKS)
def test_every_number_of_a_row_is_of_that_row_s_parameters(kind: str, batch: str) -> None:
    """Row k holds loss, batch loss, gradient and rate at θ_k, and θ_k+1 follows from them (the row rule)."""
    choices, notebook = NOTEBOOKS[kind]
    trainer = advanced(23, learning_rate=0.2, schedule="exponential", period=5, seed=7, **choices, **BATCHES[batch])
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
        assert table["learning_rate"][step] == pytest.approx(0.2 * 0.01 ** ((step // per_epoch) / 5), rel=1e-13)
        if step % per_epoch == 0:
            loss = notebook(inputs @ leaf[:2] + leaf[2], targets).item()
            assert table["loss"][step] == pytest.approx(loss, rel=1e-12, abs=1e-15)
        else:
            assert math.isnan(table["loss"][step])
    np.testing.assert_allclose(thetas[1:], thetas[:-1] - table["learning_rate"][:-1, None] * grads[:-1], rtol=1e-14)


def test_every_epoch_takes_every_sample_once() -> None:
    """Shuffled or not, each epoch's batches are all samples once, and shuffled epochs differ in order."""
    settings = Settings("spam", batch_size=30)
    orders = [
        np.concatenate([batch_of(settings, step) for step in range(epoch * 7, epoch * 7 + 7)]) for epoch in range(3)
    ]
    assert [sorted(order) for order in orders] == [list(range(200))] * 3
    assert orders[0].tolist() != orders[1].tolist() != orders[2].tolist()
    assert settings.steps_per_epoch == 7


def test_an_epoch_s_order_does_not_depend_on_how_it_was_reached() -> None:
    """A run of another optimizer and rate sees the same batches: the order is of (seed, epoch) alone."""
    one = advanced(30, task="spam", learning_rate=1e-12)
    two = advanced(30, task="spam", learning_rate=1e-12, optimizer="momentum")
    other_seed = advanced(30, task="spam", learning_rate=1e-12, seed=1, weights=(0.0,) * 100)
    same_start = advanced(30, task="spam", learning_rate=1e-12, weights=(0.0,) * 100)
    np.testing.assert_allclose(columns(one)["batch_loss"], columns(two)["batch_loss"], rtol=1e-8)
    difference = columns(other_seed)["grad_w1"] - columns(same_start)["grad_w1"]
    assert np.abs(difference).min() > 0


@pytest.mark.parametrize("seed", [0, 1, 12345, 2**31 - 1])
@pytest.mark.parametrize("width", [1, 2, 3, 20, 100])
def test_the_uniform_start_is_nn_linear_s(width: int, seed: int) -> None:
    """Weights and bias are, to the bit, what nn.Linear(D, 1) draws in float32 after manual_seed."""
    data = Dataset(np.zeros((2, width)), np.array([0, 1]), classes=True)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        linear = torch.nn.Linear(width, 1, dtype=torch.float32)
    expected = [*linear.weight[0].tolist(), linear.bias.item()]
    for precision, dtype in (("float64", torch.float64), ("float32", torch.float32)):
        start = initial_parameters(Settings(data=data, seed=seed, precision=precision))
        assert start.dtype == dtype
        assert start.tolist() == expected


@pytest.mark.parametrize("width", [1, 2, 3, 20, 100])
def test_the_normal_start_is_drawn_in_float32(width: int) -> None:
    """It is what torch.randn gives in float32: weights, then the bias, from one generator."""
    data = Dataset(np.zeros((2, width)), np.array([0, 1]), classes=True)
    with torch.random.fork_rng():
        torch.manual_seed(9)
        expected = [*torch.randn(1, width)[0].tolist(), torch.randn(1).item()]
    assert initial_parameters(Settings(data=data, seed=9, init="normal")).tolist() == expected
    assert initial_parameters(Settings(data=data, seed=10, init="normal")).tolist() != expected


def test_zero_and_typed_starts_are_as_said() -> None:
    """Zeros are 0; typed weights and bias are taken to the last digit."""
    assert initial_parameters(Settings(init="zeros")).tolist() == [0.0, 0.0, 0.0]
    assert initial_parameters(Settings(weights=(0.1, -1e-9), bias=1 / 3)).tolist() == [0.1, -1e-9, 1 / 3]
    assert initial_parameters(Settings(weights=(0.1, 2))).tolist() == [0.1, 2.0, 0.0]


@pytest.mark.parametrize("kind", MANY_KINDS)
def test_a_run_leaves_the_global_random_numbers_alone(kind: str) -> None:
    """Neither torch's nor numpy's global generator is moved."""
    before, numpy_before = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    advanced(30, **MANY_KINDS[kind])
    assert torch.equal(torch.random.get_rng_state(), before)
    assert (np.random.get_state()[1] == numpy_before).all()


@pytest.mark.parametrize("kind", MANY_KINDS)
def test_same_settings_and_edits_give_the_same_bits(kind: str) -> None:
    """However it is cut into pieces, a run has one history; edits made live or given before are the same."""
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


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch", BATCHES)
def test_float32_rows_are_float32_numbers(optimizer: str, batch: str) -> None:
    """In float32 parameters, gradients, losses and state are values of float32; in float64 they are not."""
    for precision, single in (("float32", True), ("float64", False)):
        trainer = advanced(20, optimizer=optimizer, precision=precision, learning_rate=0.1, **BATCHES[batch])
        table = columns(trainer)
        for name in ("w1", "w2", "b", "grad_w1", "grad_b", "batch_loss"):
            values = table[name][2:]
            assert (values == values.astype(np.float32)).all() == single, (name, precision)
        for values in trainer.state().values():
            assert (values == values.astype(np.float32)).all() == single


def test_losses_over_all_samples_are_stored_at_the_ends_of_epochs_only() -> None:
    """With mini-batches row 0 and whole epochs hold a loss, the rows between only that of their batch."""
    table = advanced(25, task="spam").history.rows()
    assert [step for step, masked in zip(table.steps, table.loss.mask, strict=True) if not masked] == [0, 10, 20]
    assert not advanced(25, task="and").history.rows().loss.mask.any()


LINEAR: dict[str, Any] = {"activation": "identity", "loss": "mse"}
NON_FINITE: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("loss", {**LINEAR, "learning_rate": 10.0}),
    "momentum": ("loss", {**LINEAR, "optimizer": "momentum", "learning_rate": 10.0}),
    "nesterov, shuffled": (
        "loss",
        {**LINEAR, "optimizer": "nesterov", "learning_rate": 1e3, "batch_size": 3, "shuffle": True},
    ),
    "single, float32": ("loss", {**LINEAR, "learning_rate": 1e4, "batch_size": 1, "precision": "float32"}),
    # The fourth sample is (101, 102, 103): its gradient's square is beyond float32, nothing else is.
    "adam's square": (
        "optimizer state",
        {
            "task": "sum",
            "optimizer": "adam",
            "batch_size": 1,
            "precision": "float32",
            "weights": (3e16, 3e16, 3e16),
        },
    ),
    "a step beyond the numbers": (
        "parameters",
        {
            "data": Dataset(np.array([[1.0]]), np.array([0.0]), classes=False),
            **LINEAR,
            "loss": "mae",
            "optimizer": "adamw",
            "learning_rate": 1e12,
            "weight_decay": 1e3,
            "weights": (1.0,),
        },
    ),
}


@pytest.mark.parametrize("kind", NON_FINITE)
def test_a_run_stops_before_the_first_number_that_is_not_finite(kind: str) -> None:
    """The last finite row stays, with the optimizer's state of a run that was stopped there by hand."""
    what, choices = NON_FINITE[kind]
    settings = Settings(**choices)
    trainer = Trainer(settings)
    taken = trainer.advance(3000)
    assert taken == trainer.step < 3000
    assert trainer.stopped is not None
    assert (trainer.stopped.step, trainer.stopped.what) == (taken + 1, what)
    twin = Trainer(settings)
    assert twin.advance(taken) == taken
    assert twin.stopped is None
    trainer_columns = trainer.history.rows().columns()
    assert all(np.isfinite(np.ma.getdata(column)).all() for column in trainer_columns.values())
    assert all(np.isfinite(values).all() for values in trainer.state().values())
    assert twin.advance(1) == 0
    assert_same_bits(trainer, twin)
    assert trainer.advance(5) == 0
    assert_same_bits(trainer, twin)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_after_a_stop_a_smaller_rate_goes_on(optimizer: str) -> None:
    """An edit at the last finite row lets the run go on, and the whole replays from its recipe."""
    choices = {"activation": "identity", "loss": "mse", "optimizer": optimizer, "learning_rate": 10.0}
    trainer = advanced(100_000, **choices)
    stopped_at = trainer.step
    assert trainer.stopped is not None
    trainer.edit("learning_rate", 0.01)
    assert trainer.stopped is None
    assert trainer.advance(3000) == 3000
    assert trainer.history.newest.loss is not None
    assert trainer.history.newest.loss < columns(trainer)["loss"][stopped_at]
    replayed = Trainer(Settings(**choices), trainer.edits)
    assert replayed.advance(stopped_at + 3000) == stopped_at + 3000
    assert_same_bits(trainer, replayed)


@pytest.mark.parametrize(
    ("choices", "what"),
    [
        ({"activation": "identity", "loss": "mse", "weights": (1e200, 1e200)}, "loss"),
        ({"activation": "identity", "loss": "mse", "weights": (1e308, 1e308)}, "loss"),
        ({"weights": (1e39, 0.0), "precision": "float32"}, "parameters"),
    ],
)
def test_a_start_that_is_not_finite_is_refused(choices: dict[str, Any], what: str) -> None:
    """There is no row 0 to show, so the settings' start is refused with what is wrong."""
    with pytest.raises(SettingsError) as refusal:
        Trainer(Settings(**choices))
    assert str(refusal.value) == f"The {what} at this start is not finite: take smaller weights or inputs."
    assert refusal.value.field == "weights"


def test_an_edit_sets_the_base_that_the_schedule_multiplies() -> None:
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


def test_an_edit_acts_from_the_update_that_leaves_its_row() -> None:
    """θ at the row of the edit stays; the next one is a step of the new size."""
    trainer = advanced(5, learning_rate=1.0)
    trainer.edit("learning_rate", 4.0)
    before = trainer.history.newest
    trainer.advance(1)
    np.testing.assert_allclose(trainer.history.newest.parameters, before.parameters - 4 * before.grad, rtol=1e-14)
    assert [edit.step for edit in trainer.edits] == [5]


def test_an_edit_that_means_nothing_changes_nothing() -> None:
    """A refused edit leaves the run as it was."""
    trainer, twin = advanced(5), advanced(5)
    for name, value in (("momentum", 0.5), ("learning_rate", 0.0), ("seed", 3)):
        with pytest.raises(SettingsError):
            trainer.edit(name, value)
    assert_same_bits(trainer, twin)


@pytest.mark.parametrize("batch", ["full", "single"])
def test_a_run_has_settled_when_a_whole_epoch_changed_no_bit(batch: str) -> None:
    """Cross-entropy over one output changes nothing: settled after one epoch, and an edit wakes it."""
    per_epoch = {"full": 1, "single": 4}[batch]
    trainer = Trainer(Settings(loss="cross_entropy", **BATCHES[batch]))
    for _ in range(per_epoch):
        assert not trainer.settled
        trainer.advance(1)
    assert trainer.settled
    trainer.edit("learning_rate", 1.0)
    assert not trainer.settled
    trainer.advance(per_epoch)
    assert trainer.settled


def test_a_run_whose_state_still_changes_has_not_settled() -> None:
    """A velocity that decays counts as a change even when the parameters stand still."""
    trainer = advanced(30, learning_rate=1e-12, optimizer="momentum", weights=(1e9, 1e9), activation="identity",
                       loss="mae")  # fmt: skip
    assert len(set(columns(trainer)["w1"])) == 1
    assert not trainer.settled
    assert not advanced(50).settled


def test_an_optimum_in_reach_of_float64_is_settled() -> None:
    """``double`` ends where a step is too small to change a bit, and stays there."""
    trainer = advanced(6_000, task="double", learning_rate=0.1)
    assert trainer.settled
    assert columns(trainer)["w1"][-1] == pytest.approx(2.0, rel=1e-14)


def test_with_inputs_pm1_rate_one_half_reaches_the_optimum_in_one_step() -> None:
    """All curvatures are 2: the least-squares weights are reached from any start in one step."""
    for seed in range(5):
        trainer = advanced(1, activation="identity", loss="mse", inputs="pm1", learning_rate=0.5, seed=seed)
        inputs = np.array([[1, 1, 1], [1, -1, 1], [-1, 1, 1], [-1, -1, 1]], dtype=float)
        optimum = np.linalg.lstsq(inputs, np.array([1.0, 0, 0, 0]), rcond=None)[0]
        np.testing.assert_allclose(trainer.history.newest.parameters, optimum, atol=1e-15)
        np.testing.assert_allclose(trainer.history.newest.grad, 0, atol=1e-15)


@pytest.mark.parametrize(("rate", "falls"), [(0.627, True), (0.6285, False)])
def test_and_with_identity_and_mse_is_stable_below_its_limit(rate: float, falls: bool) -> None:
    """Below 0.627719 the loss nears 0.0625 at w = (½, ½), b = −¼; above, it grows without end."""
    trainer = advanced(6_000, **LINEAR, learning_rate=rate)
    losses = columns(trainer)["loss"]
    if falls:
        assert losses[-1] == pytest.approx(0.0625, abs=1e-9)
        np.testing.assert_allclose(trainer.history.newest.parameters, [0.5, 0.5, -0.25], atol=1e-5)
    else:
        assert losses[-1] > 2 * losses[1000]


@pytest.mark.parametrize(("factor", "steps"), [(1.1, 1929), (10.0, 120)])
def test_above_the_limit_float64_overflows_when_theory_says(factor: float, steps: int) -> None:
    """At 1.1 and 10 times 2/λmax the loss overflows after some 1,929 and 120 steps, by |1 − lr·λ| per step."""
    trainer = advanced(10_000, activation="identity", loss="mse", learning_rate=factor * 2 / 3.1861406616345072)
    assert trainer.stopped is not None
    assert abs(trainer.step - steps) <= 0.02 * steps


def test_an_edit_at_the_step_that_fails_is_not_in_force() -> None:
    """The update that leaves the finite numbers was made with the old rate: the run stands before the edit."""
    free = Trainer(Settings("double", learning_rate=1e9))
    free.advance(1000)
    assert free.stopped is not None
    edited = Trainer(Settings("double", learning_rate=1e9), [Edit(free.stopped.step, "learning_rate", 0.1)])
    edited.advance(1000)

    assert edited.stopped == free.stopped
    assert edited.hyperparameters()["learning_rate"] == 1e9
