import itertools
import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from neuroviz.core.anatomy.anatomy import PHASES, Anatomy, samples_of
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from tests.batteries import scripts
from tests.core.anatomies import anatomy_of
from tests.core.same_bits import random_data
from tests.core.their_functions import OUTPUTS, SAMPLE_LOSSES
from tests.core.their_optimizers import THEIRS
from tests.for_each import for_each


def random_settings(count, tables):
    """Return so many settings drawn from these tables.

    Those that cannot be left out, the same every time.
    """
    generator = np.random.default_rng(17)
    found = []
    while len(found) < count:
        batch = {"batch_size": int(generator.integers(1, 7))}
        if batch["batch_size"] < 6:
            batch["shuffle"] = bool(generator.integers(2))
        choices = {name: str(generator.choice(names)) for name, names in tables.items()}
        on = [
            name
            for name, row in BREAKS.items()
            if not row.least_hidden and generator.random() < 0.15
        ]
        try:
            found.append(
                Settings(
                    data=random_data(6, int(generator.integers(1, 4))),
                    learning_rate=0.01,
                    precision=str(generator.choice(["float64", "float32"])),
                    seed=int(generator.integers(100)),
                    breaks=tuple(on),
                    **choices,
                    **batch,
                )
            )
        except SettingsError:
            continue
    return found


TABLES = {
    "activation": list(ACTIVATIONS),
    "loss": list(LOSSES),
    "optimizer": list(OPTIMIZERS),
    "schedule": list(SCHEDULES),
}
KNOWN = {name: scripts.KNOWN[name] for name in TABLES}
RANDOM = random_settings(100, KNOWN)
for _name, _rows in TABLES.items():  # a newcomer brings settings of its own, and changes no others
    for _row in (row for row in _rows if row not in KNOWN[_name]):
        RANDOM += random_settings(10, {**KNOWN, _name: (_row,)})


def after(settings, steps):
    """Return the anatomy of the step after so many, and the row that it leads to."""
    trainer = Trainer(settings)
    trainer.advance(steps)
    row, hyperparameters = trainer.history.newest, trainer.hyperparameters()
    assert trainer.advance(1) == 1
    return Anatomy(settings, row, hyperparameters), trainer.history.newest


def graph(anatomy):
    """Return every intermediate of a graph of its own.

    From the parameters to the losses, all with their grads.
    """
    settings = anatomy.settings
    dtype = torch.float32 if settings.precision == "float32" else torch.float64
    inputs = torch.tensor(settings.coded_inputs, dtype=dtype)
    theta = torch.tensor(anatomy.row.parameters, dtype=dtype, requires_grad=True)
    targets = torch.tensor(settings.coded_targets, dtype=dtype)
    bias = 0.0 if "no_bias" in settings.breaks else 1.0
    products = inputs * theta[:-1]
    z = products.sum(-1) + bias * theta[-1]
    output = OUTPUTS[settings.activation](z)
    losses = SAMPLE_LOSSES[settings.loss](output, targets)
    found = {"products": products, "z": z, "output": output, "losses": losses, "theta": theta}
    for tensor in found.values():
        if tensor.requires_grad:
            tensor.retain_grad()
    return found


def near(ours, theirs, settings):
    """Assert that numbers agree with torch's to 1e-6, or to what float32 holds."""
    expected = np.zeros_like(ours) if theirs is None else theirs.detach().to(torch.float64).numpy()
    share = 1e-6 if settings.precision == "float64" else 3e-5
    np.testing.assert_allclose(
        ours, expected, rtol=share, atol=share * max(1e-3, np.abs(expected).max())
    )


@for_each("settings", RANDOM)
def test_every_value_and_factor_is_autograds(settings):
    """On random settings all columns agree with a second graph.

    The mean with the run's own gradient.
    """
    anatomy, _ = after(settings, 3)
    found = graph(anatomy)
    if found["losses"].requires_grad:
        found["losses"].sum().backward()
    # A graph of its own, or its slope would be added to z.grad.
    z = found["z"].detach().requires_grad_()
    (slope,) = torch.autograd.grad(OUTPUTS[settings.activation](z).sum(), z)
    told = ~anatomy.untold

    near(anatomy.products, found["products"], settings)
    near(anatomy.pre_activation, found["z"], settings)
    near(anatomy.output, found["output"], settings)
    near(anatomy.losses, found["losses"], settings)
    near(anatomy.output_by_pre_activation[told], slope[told], settings)
    near(anatomy.loss_by_pre_activation, found["z"].grad, settings)
    by_output = found["output"].grad
    near(
        anatomy.loss_by_output[told],
        by_output if by_output is None else by_output[told],
        settings,
    )
    means = anatomy.sample_grads[anatomy.batch].mean(axis=0)
    near(means, torch.tensor(anatomy.grad - anatomy.accumulated), settings)
    near(np.array([anatomy.losses[anatomy.batch].mean()]), torch.tensor([anatomy.loss]), settings)
    assert anatomy.of(None).grad is anatomy.row.grad


@for_each("settings", RANDOM)
def test_the_stages_end_at_the_next_row(settings):
    """The step that is worked out has the bits of the run's own.

    The stages lead there by their formulas.
    """
    ours, following = after(settings, 3)
    share = 1e-12 if settings.precision == "float64" else 1e-5

    assert ours.new_parameters.tobytes() == following.parameters.tobytes()
    assert ours.new_state.tobytes() == following.state.tobytes()
    step = next(stage for stage in ours.stages if stage.symbol == "Δθ")
    decayed = [stage.values for stage in ours.stages if stage.symbol == "θ′"]
    start = np.asarray(decayed[0] if decayed else ours.row.parameters)
    size = np.abs(start).max() + np.abs(step.values).max()
    np.testing.assert_allclose(
        start + step.values, following.parameters, rtol=share, atol=share * size
    )
    assert np.asarray(ours.stages[-1].values).tobytes() == following.parameters.tobytes()
    rate = next(stage for stage in ours.stages if stage.symbol == "η")
    product = math.prod(rate.operands or (rate.values,))
    assert product == pytest.approx(ours.row.learning_rate, rel=1e-15)


@for_each("optimizer", THEIRS)
@for_each("breaks", [(), ("ascent",), ("no_zero_grad",)])
def test_state_and_step_are_those_of_torch_optim(optimizer, breaks):
    """torch.optim on the same neuron has the same state and parameters after the step."""
    settings = Settings("line", optimizer=optimizer, learning_rate=1e-3, seed=2, breaks=breaks)
    anatomy, _ = after(settings, 5)
    theta = torch.nn.Parameter(torch.tensor(Trainer(settings).history.newest.parameters))
    runner = THEIRS[optimizer].made([theta], settings.learning_rate, maximize="ascent" in breaks)
    design, targets = torch.tensor(settings.design), torch.tensor(settings.coded_targets)
    for _ in range(6):
        if "no_zero_grad" not in breaks:
            runner.zero_grad()
        functional.mse_loss(design @ theta, targets).backward()
        runner.step()

    np.testing.assert_allclose(anatomy.new_parameters, theta.detach().numpy(), rtol=1e-10)
    np.testing.assert_allclose(anatomy.grad, theta.grad.numpy(), rtol=1e-10)
    for ours, name in zip(anatomy.new_state, THEIRS[optimizer].state.values(), strict=True):
        np.testing.assert_allclose(ours, runner.state[theta][name], rtol=1e-10)


def test_a_saturated_output_hides_the_factors_and_not_their_product():
    """At z = 40 in float64 both factors are NaN, δ is ŷ − y, and the reason says so.

    MSE keeps its factors.
    """
    settings = Settings(weights=(0, 40), bias=0)
    anatomy, _ = after(settings, 0)
    hidden = anatomy.pre_activation == 40

    assert hidden.any()
    assert (anatomy.untold == hidden).all()
    assert np.isnan(anatomy.loss_by_output[hidden]).all()
    assert np.isnan(anatomy.output_by_pre_activation[hidden]).all()
    assert (anatomy.loss_by_pre_activation == anatomy.output - anatomy.targets).all()
    assert "1 − ŷ is 0" in anatomy.untold_reason
    assert anatomy.of(int(hidden.argmax())).note == anatomy.untold_reason
    squared, _ = after(settings.replace(loss="mse"), 0)
    assert not squared.untold.any()
    assert squared.untold_reason == ""


def test_factors_far_out_lose_no_digits():
    """At z = 30, where 1 − ŷ has three digits left.

    The factors of y = 0 are e^30 + 1 and its inverse's like.
    """
    anatomy, _ = after(Settings(weights=(0, 30), bias=0), 0)
    index = int(((anatomy.pre_activation == 30) & (anatomy.targets == 0)).argmax())
    assert anatomy.loss_by_output[index] == pytest.approx(1 + np.exp(30), rel=1e-13, abs=0)
    slope = np.exp(-30) / (1 + np.exp(-30)) ** 2
    assert anatomy.output_by_pre_activation[index] == pytest.approx(slope, rel=1e-13, abs=0)


@for_each(("size", "shuffle"), list(itertools.product([1, 2, 4], [False, True])))
def test_the_batch_is_the_one_the_step_saw(size, shuffle):
    """In every epoch each sample has its turn once.

    The run's gradient is the mean over the batch.
    """
    settings = Settings(data=random_data(7, 2), batch_size=size, shuffle=shuffle, learning_rate=0.1)
    trainer, seen = Trainer(settings), []
    for step in range(settings.steps_per_epoch):
        anatomy = anatomy_of(trainer)
        np.testing.assert_allclose(
            anatomy.sample_grads[anatomy.batch].mean(axis=0), anatomy.grad, rtol=1e-12
        )
        seen += samples_of(settings, step).tolist()
        trainer.advance(1)
    assert sorted(seen) == list(range(7))


def test_a_mean_says_that_it_does_not_multiply():
    """Over several samples the means are those of the columns.

    One sample's factors multiply to δ.
    """
    anatomy, _ = after(Settings(learning_rate=0.1, seed=3), 2)
    mean, one = anatomy.of(None), anatomy.of(1)

    assert not mean.multiply
    assert "not the product of the means" in mean.note
    assert mean.output == pytest.approx(anatomy.output.mean(), rel=1e-15)
    assert mean.loss == anatomy.row.batch_loss
    assert one.multiply
    assert one.note == ""
    assert one.loss_by_output * one.output_by_pre_activation == pytest.approx(
        one.loss_by_pre_activation, rel=1e-14
    )
    assert PHASES[0] == "forward"
    with pytest.raises(IndexError):
        anatomy.of(4)


@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_what_was_not_thrown_away_is_told_apart(l2):
    """With zero_grad forgotten the gradient is the old one, the sum so far, and the new one.

    The new one has that of a penalty, too.
    """
    settings = Settings(learning_rate=0.1, seed=3, l2=l2, breaks=("no_zero_grad",))
    trainer, total = Trainer(settings), np.zeros(3)
    for _ in range(4):
        anatomy = anatomy_of(trainer)
        np.testing.assert_allclose(anatomy.accumulated, total, rtol=1e-12, atol=1e-15)
        total = total + anatomy.new_grad
        np.testing.assert_allclose(anatomy.grad, total, rtol=1e-12)
        trainer.advance(1)


def test_means_of_numbers_whose_sum_is_no_float():
    """Half of the samples of AND have x = 1.

    The mean of w·x is half the weight, also of the largest.
    """
    settings = Settings("and", weights=(1.6e308, -1.6e308), bias=0.0)
    shown = anatomy_of(Trainer(settings)).of(None)
    assert shown.products.tolist() == [0.8e308, -0.8e308]


def test_what_the_optimizer_is_given_is_told_by_its_parts():
    """The new gradient and what was left.

    The sum with its sign turned, and the rate by its schedule.
    """
    trainer = Trainer(
        Settings("line", breaks=("no_zero_grad", "ascent"), schedule="cosine", period=4)
    )
    trainer.advance(2)
    anatomy = anatomy_of(trainer)
    both, turned, rate = anatomy.stages[:3]
    assert [stage.label for stage in (both, turned)] == [
        "accumulated gradient",
        "gradient, turned for ascent",
    ]
    assert both.of(1) == pytest.approx(sum(both.operands_of(1)), rel=1e-12)
    assert both.of(1) == -turned.of(1) == anatomy.grad[1]
    assert rate.operands_of(0)[0] * rate.operands_of(0)[1] == pytest.approx(rate.of(0), rel=1e-12)
    assert rate.of(0) == pytest.approx(0.5 * trainer.settings.learning_rate)
