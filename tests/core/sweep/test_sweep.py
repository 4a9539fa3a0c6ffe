import itertools
import math
from types import SimpleNamespace

import numpy as np
import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.rate_ruler import track_ends
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import diagnose
from neuroviz.core.slices import finished
from neuroviz.core.sweep import sweep as module
from neuroviz.core.sweep.grid import (
    momentum_axis,
    rate_axis,
    rate_grid,
    seed_grid,
    start_grid,
)
from neuroviz.core.sweep.population import Population
from neuroviz.core.sweep.sweep import Sweep, SweepResult
from neuroviz.core.training.trainer import Trainer
from tests.for_each import for_each

BATCHES = [
    {"batch_size": "full"},
    {"batch_size": 1, "shuffle": False},
    {"batch_size": 2, "shuffle": True},
    {"batch_size": 3, "shuffle": True},
]


def swept(grid):
    """Return where the neurons come to."""
    return finished(Sweep(grid).work())


def around(settings, points=7):
    return rate_grid(settings, rate_axis(*track_ends(settings), points))


def assert_agrees(result):
    """Each neuron is where the trainer comes to.

    1e-9 of the loss, or rounding beside the loss at the start.
    """
    settings = result.grid.settings
    for k, hyperparameters in enumerate(zip(*result.grid.hyperparameters.values(), strict=True)):
        own = dict(zip(result.grid.hyperparameters, map(float, hyperparameters), strict=True))
        trainer = Trainer(settings.replace(**own))
        trainer.advance(settings.epochs * settings.steps_per_epoch)
        assert result.diverged_at[k] == (trainer.stopped.step if trainer.stopped else 0)
        newest = trainer.history.newest
        if newest.loss is not None:
            rounding = 1e-14 * result.first_losses[k]
            assert result.losses[k] == pytest.approx(newest.loss, rel=1e-9, abs=rounding)
        np.testing.assert_allclose(result.parameters[k], newest.parameters, rtol=1e-7, atol=1e-9)


@for_each("schedule", SCHEDULES)
@for_each("optimizer", [name for name in OPTIMIZERS if name != "line_search"])
def test_agrees_with_the_trainer_for_every_optimizer_and_schedule(optimizer, schedule):
    turn = list(OPTIMIZERS).index(optimizer) + list(SCHEDULES).index(schedule)
    batch = {} if OPTIMIZERS[optimizer].search else BATCHES[turn % len(BATCHES)]
    settings = Settings("and", optimizer=optimizer, schedule=schedule, epochs=15, **batch)
    assert_agrees(swept(rate_grid(settings, rate_axis(1e-3, 1, 4))))


def test_there_are_no_rates_to_sweep_where_a_step_finds_its_own():
    """Starts there are: each neuron finds the rates of its own run."""
    settings = Settings("and", optimizer="line_search", epochs=4)
    with pytest.raises(SettingsError, match="finds a rate at every step"):
        rate_grid(settings, rate_axis(1e-3, 1, 7))
    result = swept(start_grid(settings, 2.0, 3))
    for start, parameters in zip(result.grid.starts, result.parameters, strict=True):
        trainer = Trainer(settings.replace(weights=tuple(start[:2].tolist()), bias=start[2]))
        trainer.advance(4)
        np.testing.assert_allclose(parameters, trainer.history.newest.parameters, rtol=1e-9)


@for_each("batch", BATCHES)
@for_each("loss", [name for name in LOSSES if name != "cross_entropy"])
def test_agrees_with_the_trainer_for_every_batch_and_loss(loss, batch):
    """At rates below which no sample jumps over a kink: there a last bit decides where it goes."""
    settings = Settings(
        "and", activation="sigmoid" if loss == "bce" else "tanh", loss=loss, epochs=15, **batch
    )
    assert_agrees(swept(rate_grid(settings, rate_axis(1e-4, 0.02, 4))))


@for_each("activation", [row.name for row in ACTIVATIONS.values() if row.trainable])
def test_agrees_with_the_trainer_for_every_activation(activation):
    """At rates that the curvature allows: above them a last bit decides where a neuron goes."""
    settings = Settings("and", activation=activation, loss="mse", epochs=15)
    assert_agrees(swept(rate_grid(settings, rate_axis(1e-3, 1, 4))))


@for_each("batch", BATCHES)
@for_each("breaks", [(), ("no_bias",), ("no_zero_grad", "ascent"), ("equal_start",)])
def test_agrees_with_the_trainer_with_hidden_neurons(breaks, batch):
    """Of every kind of batch, with a penalty, and broken on purpose."""
    settings = Settings("xor", hidden=3, l2=0.001, breaks=breaks, epochs=15, **batch)
    assert_agrees(swept(rate_grid(settings, rate_axis(1e-3, 0.3, 3))))


@pytest.mark.parametrize("hidden", [0, 3])
@pytest.mark.parametrize(("task", "size"), [("blobs3", 20), ("gates", 3)])
def test_agrees_with_the_trainer_with_several_outputs(task, size, hidden):
    """Of classes and of targets, over rates and over starts, on mini-batches, with a penalty."""
    settings = Settings(task, hidden=hidden, l2=0.001, batch_size=size, epochs=8)
    assert_agrees(swept(rate_grid(settings, rate_axis(1e-3, 0.3, 3))))
    result = swept(start_grid(settings, 2.0, 2))
    for start, parameters in zip(result.grid.starts.tolist(), result.parameters, strict=True):
        trainer = Trainer(settings.replace(weights=tuple(start[:-1]), bias=start[-1]))
        trainer.advance(8 * settings.steps_per_epoch)
        np.testing.assert_allclose(parameters, trainer.history.newest.parameters, rtol=1e-9)


@pytest.mark.parametrize(
    "choices", [{"task": "xor", "hidden": 2}, {"task": "and", "init": "normal"}, {"task": "gates"}]
)
def test_each_seed_is_the_run_with_that_seed(choices):
    """With the start that it draws."""
    settings = Settings(**choices, learning_rate=1.0, epochs=30)
    result = swept(seed_grid(settings, 6))
    for seed in range(6):
        trainer = Trainer(settings.replace(seed=seed))
        start = trainer.history.newest.parameters
        assert result.grid.starts[seed].tobytes() == start.tobytes()
        trainer.advance(30)
        assert result.losses[seed] == pytest.approx(trainer.history.newest.loss, rel=1e-9)
    assert result.grid.coordinates["seed"].tolist() == [*range(6)]


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"init": "zeros"}, "not drawn"),
        ({"weights": (1.0, 2.0)}, "not drawn"),
        ({"batch_size": 2, "shuffle": True}, "order of the batches"),
    ],
)
def test_seeds_that_draw_no_start_are_refused(choices, said):
    with pytest.raises(SettingsError, match=said):
        seed_grid(Settings("and", **choices), 5)


def test_agrees_with_the_trainer_where_autograd_takes_the_steps():
    settings = Settings(
        "and", activation="identity", loss="cross_entropy", optimizer="adamw", epochs=9
    )
    assert_agrees(swept(rate_grid(settings, rate_axis(0.1, 1, 3))))


@pytest.mark.parametrize("task", ["line", "sum", "spam", "weather", "and_by_hand"])
def test_agrees_with_the_trainer_on_other_tasks(task):
    """Numbers, many inputs, mini-batches, a neuron that is dead, one that is not trained.

    Some diverge.
    """
    result = swept(around(Settings(task, epochs=0 if "hand" in task else 150)))
    assert_agrees(result)
    assert result.diverged.any() == (task in ("line", "sum"))


def test_agrees_with_the_trainer_in_the_other_precision():
    """There numbers end at 3e38."""
    settings = Settings("double", precision="float32", epochs=60)
    result = swept(rate_grid(settings, rate_axis(0.01, 10, 4)))
    assert result.diverged.tolist() == [False, False, True, True]
    for k, rate in enumerate(result.grid.axes[0].values.tolist()):
        trainer = Trainer(settings.replace(learning_rate=rate))
        trainer.advance(60)
        assert result.diverged_at[k] == (trainer.stopped.step if trainer.stopped else 0)
        assert result.losses[k] == pytest.approx(trainer.history.newest.loss, rel=1e-4)


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_a_second_axis_is_the_momentum(optimizer):
    settings = Settings("line", optimizer=optimizer, epochs=200)
    result = swept(rate_grid(settings, rate_axis(1e-5, 1, 5), momentum_axis(settings, 0, 0.9, 3)))
    assert_agrees(result)
    assert 0 < result.diverged.sum() < 15


def test_loss_of_a_quadratic_is_the_closed_form():
    """From the eigenvalues of the Hessian alone.

    The error along each shrinks by (1 − ηλ) a step.
    """
    settings = Settings("line", epochs=300)
    grid = rate_grid(settings, rate_axis(1e-5, 0.06, 9))
    x = settings.dataset.inputs[:, 0]
    rows = np.column_stack((x, np.ones(6)))
    eigenvalues, vectors = np.linalg.eigh(rows.T @ rows * 2 / 6)
    errors = vectors.T @ (grid.starts[0] - (10, 5))
    factors = (1 - np.outer(grid.axes[0].values, eigenvalues)) ** 300
    expected = ((factors * errors) ** 2 @ eigenvalues) / 2
    np.testing.assert_allclose(swept(grid).losses, expected, rtol=1e-8, atol=1e-13)


def test_divergence_begins_at_the_limit():
    """Above 2/λmax = 0.627719 every neuron of AND with identity and MSE diverges, below none."""
    settings = Settings("and", activation="identity", loss="mse", epochs=20_000)
    result = swept(rate_grid(settings, rate_axis(0.48, 0.8, 8)))
    assert (
        result.diverged.tolist() == (result.grid.axes[0].values > 8 / (7 + math.sqrt(33))).tolist()
    )
    assert np.isfinite(result.losses).all()
    steps = result.diverged_at[result.diverged]
    assert (np.diff(steps) < 0).all()
    assert result.best is not None
    assert not result.diverged[result.best]


def test_a_diverged_neuron_keeps_its_last_finite_row_and_the_others_go_on():
    """y = 2x: one beside the other they are what they are alone."""
    settings = Settings("double", epochs=400)
    grid = rate_grid(settings, rate_axis(0.01, 10, 4))
    together = swept(grid)
    assert together.diverged.tolist() == [False, False, True, True]
    assert_agrees(together)
    assert together.losses[0] < together.first_losses[0] < 1e200 < together.losses[2]


def test_steps_taken_with_care_are_the_same_steps(monkeypatch):
    """Where numbers may have overflowed, what the quick way left counts for nothing."""
    grid = rate_grid(Settings("and", optimizer="momentum", epochs=600), rate_axis(0.01, 1, 4))
    quick = swept(grid)

    near, calls = Population.near, itertools.count()

    def spoilt(population):
        if next(calls) != 1:
            return near(population)
        population.numbers[:] += 1
        return np.zeros(4, dtype=bool)

    monkeypatch.setattr(Population, "near", spoilt)
    careful = swept(grid)
    assert careful.parameters.tobytes() == quick.parameters.tobytes()
    assert not careful.diverged.any()
    assert next(calls) > 2


LINEAR = {"activation": "identity", "loss": "mse"}


@for_each(
    ("choices", "low", "high"),
    [
        *(
            ({"task": "line", "epochs": epochs}, 1e-3, 0.7)
            for epochs in (0, 1, 2, 10, 11, 12, 50, 63, 64, 65)
        ),
        ({"task": "and", **LINEAR, "schedule": "cosine", "period": 40.0, "epochs": 33}, 0.1, 10),
        ({"task": "and", **LINEAR, "schedule": "warmup", "period": 30.0, "epochs": 29}, 0.1, 10),
        ({"task": "and", **LINEAR, "batch_size": 3, "epochs": 40}, 0.1, 1.5),
        (
            {
                "task": "and",
                **LINEAR,
                "optimizer": "momentum",
                "schedule": "cosine",
                "period": 60.0,
                "epochs": 59,
            },
            1,
            10,
        ),
        ({"task": "and", "epochs": 30, "breaks": ("ascent",)}, 1e-3, 10),
        ({"task": "and", "epochs": 450, "breaks": ("ascent",)}, 0.1, 10),
        ({"task": "and", "epochs": 30, "activation": "identity", "loss": "cross_entropy"}, 0.1, 10),
        ({"task": "and", "loss": "mse", "activation": "gelu", "epochs": 90}, 0.1, 10),
        ({"task": "double", "optimizer": "rmsprop", "epochs": 100}, 0.01, 100),
    ],
)
def test_what_diverges_is_what_the_trainer_says(choices, low, high):
    """Also of those that are still finite: the state that each run by itself ends in."""
    settings = Settings(**choices)
    result = swept(rate_grid(settings, rate_axis(low, high, 9)))
    said = []
    for rate in result.grid.axes[0].values.tolist():
        trainer = Trainer(settings.replace(learning_rate=rate))
        trainer.advance(settings.epochs * settings.steps_per_epoch)
        said.append(diagnose(evidence_of(trainer)).state in ("overflow", "diverging"))
    assert result.diverged.tolist() == said


def test_what_diverges_follows_the_momentum_of_each_neuron():
    """The limit of y = 10x + 5 grows with 1 + μ: no one momentum's limit serves for all."""
    settings = Settings("line", optimizer="momentum", epochs=40)
    result = swept(
        rate_grid(settings, rate_axis(0.05, 0.15, 9), momentum_axis(settings, 0, 0.9, 3))
    )
    said = []
    for rate, momentum in zip(*result.grid.hyperparameters.values(), strict=True):
        trainer = Trainer(settings.replace(learning_rate=float(rate), momentum=float(momentum)))
        trainer.advance(settings.epochs)
        said.append(diagnose(evidence_of(trainer)).state in ("overflow", "diverging"))
    assert result.diverged.tolist() == said
    assert 3 < sum(said) < 24


def test_a_sweep_that_is_cut_short_says_nothing_of_growth():
    """As of a run that was interrupted: only what overflowed diverged."""
    sweep = Sweep(rate_grid(Settings("line", epochs=10_000), rate_axis(1e-3, 0.065, 5)))
    work = sweep.work()
    next(work)
    sweep.stop()
    assert not finished(work).diverged.any()


def test_when_all_diverge_the_sweep_is_done_at_once():
    settings = Settings("double", epochs=2 * 10**9)
    result = swept(rate_grid(settings, rate_axis(10, 100, 3)))
    assert result.diverged.all()
    assert result.best is None


def test_starts_of_sigmoid_with_mse_end_in_different_minima():
    """Every neuron that is at rest is right in three or four of the four rows.

    The loss is 0 or about 1/4.
    """
    settings = Settings(
        "and", loss="mse", learning_rate=5.0, epochs=3000, weights=(0.0, 0.0), bias=0.0
    )
    result = swept(start_grid(settings, 10.0, 9))
    trainer = Trainer(
        settings.replace(weights=tuple(result.grid.starts[17, :2].tolist()), bias=0.0)
    )
    trainer.advance(3000)
    assert result.losses[17] == pytest.approx(trainer.history.newest.loss, rel=1e-9)
    low, high = result.losses < 0.01, abs(result.losses - 0.25) < 0.02
    assert low.any()
    assert high.any()
    assert (low | high).mean() > 0.95


@pytest.mark.parametrize("batch", BATCHES)
def test_slices_change_no_bit(batch, monkeypatch):
    """However the work is cut by the clock; the number of steps in a block changes none either."""
    settings = Settings("and", optimizer="adam", schedule="cosine", epochs=37, **batch)
    grid = rate_grid(settings, rate_axis(1e-3, 1, 6))
    whole = swept(grid)
    monkeypatch.setattr(module, "SLICE", 0.0)
    cut = swept(grid)
    monkeypatch.setattr(module, "_STEPS", 5)
    fives = swept(grid)
    assert whole.parameters.tobytes() == cut.parameters.tobytes() == fives.parameters.tobytes()


@pytest.mark.parametrize("task", ["line", "five"])
def test_a_slice_ends_with_the_step_that_uses_it_up(task, monkeypatch):
    """A step at least; and no bit of any neuron, of those that diverge neither, is another then."""
    advance, taken, cost = Population.advance, [0], [0.0]

    def counted(self, slot, step, count):
        advance(self, slot, step, count)
        taken[0] += count

    monkeypatch.setattr(Population, "advance", counted)
    clock = SimpleNamespace(perf_counter=lambda: cost[0] * taken[0])
    monkeypatch.setattr(module, "time", clock)
    grid = around(Settings(task, epochs=150), 5)
    whole = swept(grid)
    for cost[0], most in ((module.SLICE / 3.5, 4), (1.0, 1)):
        work, slices, cut = Sweep(grid).work(), [], None
        next(work)
        while cut is None:
            before = taken[0]
            try:
                next(work)
            except StopIteration as end:
                cut = end.value
            slices.append(taken[0] - before)
        assert set(slices[:10]) == {most}
        assert max(slices) == most
        assert cut.parameters.tobytes() == whole.parameters.tobytes()
        assert cut.diverged_at.tolist() == whole.diverged_at.tolist()


@pytest.mark.parametrize("task", ["line", "spam"])
def test_groups_change_nothing_but_last_bits(task, monkeypatch):
    """Many neurons are trained a few at a time."""
    settings = Settings(task, epochs=40)
    grid = around(settings, 11)
    whole = swept(grid)
    monkeypatch.setattr(module, "_GROUP_NUMBERS", 300)
    sweep = Sweep(grid)
    assert len(sweep._groups) > 3 or task == "line"
    few = swept(grid)
    assert few.diverged_at.tolist() == whole.diverged_at.tolist()
    good = ~whole.diverged
    np.testing.assert_allclose(few.losses[good], whole.losses[good], rtol=1e-9)


def test_progress_and_a_result_in_its_midst():
    """Progress grows to 1; what there is before has every neuron at the same step."""
    sweep = Sweep(rate_grid(Settings("and", epochs=2000), rate_axis(0.01, 1, 5)))
    assert (sweep.done, sweep.progress, sweep.step) == (False, 0.0, 0)
    work = sweep.work()
    while not sweep.step:
        next(work)
    assert 0 < sweep.progress < 1
    sweep.stop()
    result = finished(work)
    assert result.steps == sweep.step == result.epochs < 2000
    trainer = Trainer(Settings("and", learning_rate=0.01))
    trainer.advance(result.steps)
    assert result.losses[0] == pytest.approx(trainer.history.newest.loss, rel=1e-9)


def test_a_result_between_groups_has_all_neurons_at_one_step(
    monkeypatch,
):
    monkeypatch.setattr(module, "_GROUP_NUMBERS", 8)
    monkeypatch.setattr(module, "SLICE", 0.0)
    sweep = Sweep(rate_grid(Settings("and", epochs=600), rate_axis(0.01, 1, 6)))
    work = sweep.work()
    for _ in range(100):  # steps of groups of two neurons: the first is done with its 64
        next(work)
    assert sweep.step == 0
    sweep.stop()
    result = finished(work)
    assert result.steps == sweep.step > 0
    assert (result.losses < result.first_losses).all()


def test_no_epochs_leave_the_start():
    result = swept(rate_grid(Settings("and_by_hand"), rate_axis(0.1, 1, 3)))
    assert result.steps == 0
    assert result.losses.tolist() == result.first_losses.tolist()
    assert Sweep(rate_grid(Settings("and_by_hand"), rate_axis(0.1, 1, 3))).progress == 1.0


def test_losses_at_the_start_are_those_of_the_starts():
    settings = Settings("and", epochs=1)
    result = swept(start_grid(settings, 3.0, 4))
    for start, loss in zip(result.grid.starts.tolist(), result.first_losses.tolist(), strict=True):
        z = settings.dataset.inputs @ start[:2] + start[2]
        assert loss == pytest.approx((np.logaddexp(0, z) - settings.dataset.targets * z).mean())


def test_a_start_that_is_not_finite_is_refused():
    with pytest.raises(SettingsError, match="A start is not finite"):
        Sweep(rate_grid(Settings("double", weights=(1e200,)), rate_axis(0.1, 1, 3)))


def test_the_best_of_those_that_did_not_diverge():
    grid = rate_grid(Settings("and"), rate_axis(0.1, 1, 4))
    losses = np.array([3.0, 1.0, 1.0, 0.0])
    result = SweepResult(grid, 10, losses, losses, np.zeros((4, 3)), np.array([0, 0, 0, 7]))
    assert (result.best, result.diverged.tolist()) == (1, [False, False, False, True])
    first, second = grid.axes[0].values[1:3]
    assert result.level_span == (first, second)  # two are level, though both are the best


@for_each(
    "breaks",
    [
        ("no_bias",),
        ("no_zero_grad",),
        ("ascent",),
        ("x1_times_100", "naive_bce"),
        ("no_bias", "no_zero_grad", "ascent"),
    ],
)
@for_each("batch", BATCHES[::2])
def test_agrees_with_the_trainer_broken_on_purpose(breaks, batch):
    """Every switch does to a population what it does to a run, with momentum and without."""
    for optimizer in ("sgd", "momentum"):
        settings = Settings("and", optimizer=optimizer, breaks=breaks, epochs=15, **batch)
        assert_agrees(swept(rate_grid(settings, rate_axis(1e-4, 0.05, 3))))


def test_sums_of_gradients_that_diverge():
    """A neuron that leaves the finite numbers is taken step by step, with its own sum."""
    linear = {"activation": "identity", "loss": "mse", "precision": "float32"}
    settings = Settings("and", **linear, breaks=("no_zero_grad",), epochs=300)
    result = swept(rate_grid(settings, rate_axis(0.1, 1e3, 6)))
    assert result.diverged.any()
    for rate, diverged_at in zip(
        result.grid.coordinates["learning_rate"].tolist(), result.diverged_at, strict=True
    ):
        trainer = Trainer(settings.replace(learning_rate=rate))
        trainer.advance(300)
        assert diverged_at == (trainer.stopped.step if trainer.stopped else 0)
