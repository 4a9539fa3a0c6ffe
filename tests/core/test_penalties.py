"""L1 and L2 from outside.

torch's autograd and optimizers, finite differences, ridge regression, the lasso.
"""

import io
from contextlib import redirect_stdout

import numpy as np
import pytest
import torch
from torch.nn import functional

from neuroviz.core.anatomy.explain import Quantity, explain
from neuroviz.core.anatomy.phases import sentence
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.command_line import command_line
from neuroviz.core.choices.edits import Edit, in_order
from neuroviz.core.choices.penalties import PENALTIES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.growth import must_grow
from neuroviz.core.curvature.hessian import (
    curvature_at,
    gradient_at,
    hessian_at,
    is_quadratic,
    stable_limit,
)
from neuroviz.core.curvature.quadratic import least_loss, optimum, predicted_losses
from neuroviz.core.curvature.rate_ruler import ruler_of, track_ends
from neuroviz.core.curvature.scale_hint import stable_rate
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import diagnose
from neuroviz.core.landscape.loss_grid import gradient_of, loss_grid, losses_at
from neuroviz.core.landscape.minimum import minimum
from neuroviz.core.landscape.plane import point_at, principal_plane, slice_plane
from neuroviz.core.model.separability import no_finite_best
from neuroviz.core.script.script import script
from neuroviz.core.slices import finished
from neuroviz.core.sweep.grid import rate_axis, rate_grid
from neuroviz.core.sweep.sweep import Sweep
from neuroviz.core.training.held_out import held_out_at
from neuroviz.core.training.trainer import Trainer
from neuroviz.files.glossary import load_glossary
from tests.core.anatomies import anatomy_at
from tests.core.same_bits import both_ways, difference
from tests.core.their_optimizers import THEIRS
from tests.for_each import for_each

BOTH = {"l1": 0.03, "l2": 0.07}
NEURONS = [("and", functional.binary_cross_entropy_with_logits), ("line", functional.mse_loss)]
SAID = {
    name: f"{row.strength.help} {load_glossary()[row.label].text}"
    for name, row in PENALTIES.items()
}


def objective(settings, data):
    """Return the loss of parameters (P,) as a notebook would write it."""
    x = torch.tensor(settings.coded_inputs)
    y = torch.tensor(settings.coded_targets)

    def loss(theta):
        w = theta[:-1]
        return data(x @ w + theta[-1], y) + settings.l1 * w.abs().sum() + settings.l2 * (w**2).sum()

    return loss


def trained(settings, steps):
    """Return a run after so many steps."""
    trainer = Trainer(settings)
    trainer.advance(steps)
    return trainer


def now(settings, steps):
    """Return where a run is after so many steps, (P,)."""
    return trained(settings, steps).history.newest.parameters


@pytest.mark.parametrize("name", THEIRS)
def test_steps_are_those_of_torch_on_the_whole_loss(name):
    """Penalty added by hand, gradient by autograd, step by torch.optim.

    The bias is not penalised.
    """
    settings = Settings("and", optimizer=name, learning_rate=THEIRS[name].rate, seed=3, **BOTH)
    loss_of = objective(settings, functional.binary_cross_entropy_with_logits)
    theta = torch.tensor(now(settings, 0), requires_grad=True)
    optimizer = THEIRS[name].made([theta], settings.learning_rate)
    for _ in range(60):
        optimizer.zero_grad()
        loss = loss_of(theta)
        loss.backward()
        optimizer.step()
    newest = trained(settings, 60).history.newest
    np.testing.assert_allclose(newest.parameters, theta.detach().numpy(), rtol=1e-9)
    assert newest.loss == pytest.approx(loss_of(theta).item(), rel=1e-12)


def test_l2_is_weight_decay_of_the_weights_alone():
    """Twice λ₂ in torch.optim.SGD, whose parameter groups leave the bias out."""
    settings = Settings("line", l2=0.2, learning_rate=0.01)
    x, y = torch.tensor(settings.coded_inputs), torch.tensor(settings.coded_targets)
    *weights, bias = now(settings, 0)
    w, b = torch.tensor(weights, requires_grad=True), torch.tensor(bias, requires_grad=True)
    optimizer = torch.optim.SGD([{"params": [w], "weight_decay": 0.4}, {"params": [b]}], lr=0.01)
    for _ in range(50):
        optimizer.zero_grad()
        functional.mse_loss(x @ w + b, y).backward()
        optimizer.step()
    np.testing.assert_allclose(now(settings, 50), [*w.detach(), b.detach()], rtol=1e-12)


def test_both_ways_take_a_step_of_many_weights_to_the_same_bits():
    """A thousand weights, whose squares are added in vectors; full and mini-batches."""
    generator = np.random.default_rng(4)
    data = Dataset(generator.normal(size=(6, 1000)), generator.normal(size=6), classes=False)
    for batch_size in ("full", 4):
        for precision in ("float64", "float32"):
            settings = Settings(
                data=data, batch_size=batch_size, precision=precision, learning_rate=1e-4, **BOTH
            )
            assert difference(*both_ways(settings, 9)) is None


# --- closed forms ---------------------------------------------------------------------------------


def ridge(settings):
    """Return the solution of (2·XᵀX/N + 2·λ₂·D)·θ = 2·Xᵀy/N, with D that leaves the bias out."""
    x, y = settings.design, settings.coded_targets
    free = np.diag([*[1.0] * settings.dataset.width, 0.0])
    return np.linalg.solve(2 * x.T @ x / len(y) + 2 * settings.l2 * free, 2 * x.T @ y / len(y))


def noisy():
    """Return 20 samples of three inputs."""
    generator = np.random.default_rng(6)
    return Dataset(generator.normal(size=(20, 3)), generator.normal(size=20), classes=False)


@pytest.mark.parametrize("data", [None, noisy()], ids=["line", "noisy"])
def test_ridge_regression(data):
    """The run comes to the solution of the normal equations.

    Optimum, loss and prediction are theirs.
    """
    settings = Settings("line" if data is None else None, data=data, l2=0.2, seed=1)
    settings = settings.replace(learning_rate=0.8 * stable_limit(settings))
    expected = ridge(settings)
    trainer = Trainer(settings)
    start = trainer.history.newest.parameters
    epochs = np.array([0, 1, 7, 3000])
    losses = [trainer.history.newest.loss]
    for steps in np.diff(epochs):
        trainer.advance(int(steps))
        losses.append(trainer.history.newest.loss)
    np.testing.assert_allclose(trainer.history.newest.parameters, expected, rtol=1e-6, atol=1e-7)
    best = optimum(settings, start)
    np.testing.assert_allclose([*best.weights, best.bias], expected, rtol=1e-9, atol=1e-9)
    assert best.loss == pytest.approx(losses_at(settings, expected[None])[0])
    assert least_loss(settings) == pytest.approx(best.loss)
    np.testing.assert_allclose(predicted_losses(settings, start, epochs), losses, rtol=1e-9)
    found = minimum(settings, start)
    assert "ridge regression" in found.sentence
    assert found.loss == pytest.approx(best.loss)
    said = diagnose(evidence_of(trainer))
    assert said.state == "converged"
    assert "is the least possible" in said.sentence
    assert said.source == "hastie_2009, section 3.4.1"


@pytest.mark.parametrize("l1", [0.5, 3.0, 200.0])
def test_the_lasso_of_one_weight_is_a_soft_threshold(l1):
    """With a bias that is not penalised: w = S(cov(x, y), λ₁/2)/var(x)."""
    settings = Settings("line", l1=l1, learning_rate=0.03)
    x, y = settings.coded_inputs[:, 0], settings.coded_targets
    covariance = np.mean((x - x.mean()) * (y - y.mean()))
    expected = np.sign(covariance) * max(0.0, abs(covariance) - l1 / 2) / x.var()
    weight, bias = now(settings, 4000)
    swing = 0.0 if expected else 2 * settings.learning_rate * l1  # at the kink it swings to and fro
    assert weight == pytest.approx(expected, abs=1e-9 + swing)
    if expected:
        assert bias == pytest.approx(np.mean(y - expected * x))
    np.testing.assert_allclose(minimum(settings, np.ones(2)).parameters[0], expected, atol=1e-9)
    assert "kinks" in minimum(settings.replace(loss="mae"), np.ones(2)).sentence


def test_logistic_regression_has_a_minimum_with_l2():
    """The classes of AND can be parted.

    With L2 there is a finite best all the same, and nothing denies it.
    """
    settings = Settings("and", l2=0.01, learning_rate=2.0)
    assert no_finite_best(Settings("and"))
    assert no_finite_best(settings) is False
    found = minimum(settings, now(settings, 0))
    assert found.parameters is not None
    gradient = torch.autograd.functional.jacobian(
        objective(settings, functional.binary_cross_entropy_with_logits),
        torch.tensor(found.parameters),
    )
    assert gradient.abs().max() < 1e-8
    trainer = trained(settings, 4000)
    np.testing.assert_allclose(trainer.history.newest.parameters, found.parameters, rtol=1e-5)
    said = diagnose(evidence_of(trainer))
    assert said.state == "converged"
    notes = ruler_of(settings, curvature_at(settings, found.parameters)).notes
    assert not any("There are no best weights" in note for note in notes)


def test_a_single_class_lets_the_bias_grow_for_ever():
    """The one thing that is not penalised: no weights are best, and none are said to be worse."""
    settings = Settings(
        data=Dataset(np.array([[0.0], [1.0]]), np.array([1.0, 1.0]), classes=True), l2=0.1
    )
    assert no_finite_best(settings) is None
    assert minimum(settings, now(settings, 5)).parameters is None


@for_each("l2", [0.0, 0.1])
@for_each("l1", [0.001, 0.05, 0.3, 2.0])
@for_each("data", [None, noisy()])
def test_the_minimum_of_l1_is_where_no_subgradient_leads_down(data, l1, l2):
    """Autograd of the loss without L1.

    λ₁ against each weight, and no more than λ₁ where a weight is exactly 0.
    """
    settings = Settings("and" if data is None else None, data=data, l1=l1, l2=l2, seed=2)
    found = minimum(settings, now(settings, 0))
    own = functional.binary_cross_entropy_with_logits if data is None else functional.mse_loss
    loss_of = objective(settings.replace(l1=0.0), own)
    *slopes, of_bias = torch.autograd.functional.jacobian(
        loss_of, torch.tensor(found.parameters)
    ).tolist()
    weights = found.parameters[:-1]
    assert of_bias == pytest.approx(0.0, abs=1e-8)
    for weight, slope in zip(weights, slopes, strict=True):
        if weight:
            assert slope == pytest.approx(-l1 * np.sign(weight), abs=1e-7)
        else:
            assert abs(slope) <= l1
    assert (weights == 0).all() or l1 < 2.0
    assert found.loss == pytest.approx(
        objective(settings, own)(torch.tensor(found.parameters)).item()
    )
    assert ("L1 holds" in found.sentence) == bool((weights == 0).any())


# --- curvature and landscape ----------------------------------------------------------------------


@pytest.mark.parametrize(("task", "data"), NEURONS)
def test_gradient_and_hessian_are_autograds(task, data):
    """Of the whole loss, off the kinks; the rows of a curvature are those of the Hessian."""
    settings = Settings(task, **BOTH)
    theta = np.random.default_rng(2).normal(size=settings.dataset.width + 1)
    loss_of = objective(settings, data)
    gradient = torch.autograd.functional.jacobian(loss_of, torch.tensor(theta)).numpy()
    hessian = torch.autograd.functional.hessian(loss_of, torch.tensor(theta)).numpy()
    np.testing.assert_allclose(gradient_at(settings, theta), gradient, rtol=1e-10)
    np.testing.assert_allclose(gradient_of(settings, theta), gradient, rtol=1e-10)
    np.testing.assert_allclose(hessian_at(settings, theta), hessian, rtol=1e-10)
    np.testing.assert_allclose(
        curvature_at(settings, theta).eigenvalues, np.linalg.eigvalsh(hessian), rtol=1e-9
    )


@pytest.mark.parametrize(
    ("task", "data"), [*NEURONS, ("spam", functional.binary_cross_entropy_with_logits)]
)
def test_the_landscape_is_that_of_the_whole_loss(task, data):
    """On a slice, where most weights are held, and on a principal plane, where none is."""
    settings = Settings(task, **BOTH)
    width = settings.dataset.width + 1
    generator = np.random.default_rng(3)
    slices = slice_plane(settings, generator.normal(size=width), 0, width - 1)
    planes = [slices, principal_plane(generator.normal(size=(9, width)))]
    u, v = np.linspace(-2, 2, 5), np.linspace(-1, 3, 4)
    loss_of = objective(settings, data)
    for plane in planes:
        points = point_at(plane, *np.meshgrid(u, v))
        expected = [[float(loss_of(torch.tensor(point))) for point in row] for row in points]
        np.testing.assert_allclose(loss_grid(settings, plane, u, v), expected, rtol=1e-9)


def test_the_largest_stable_rate_has_the_curvature_of_l2():
    """2/λmax of the ridge matrix.

    Just above it the run leaves the numbers, just below it does not.
    """
    settings = Settings("line", l2=5.0)
    x = settings.design
    greatest = np.linalg.eigvalsh(2 * x.T @ x / len(x) + np.diag([10.0, 0.0]))[-1]
    limit = stable_limit(settings)
    assert limit == pytest.approx(2 / greatest)
    assert stable_rate(settings.dataset, bend=10.0) == pytest.approx(2 / greatest)
    assert trained(settings.replace(learning_rate=1.1 * limit), 3_000).stopped
    assert trained(settings.replace(learning_rate=0.9 * limit), 3_000).history.newest.loss < 1000
    assert must_grow(settings.replace(batch_size=2, shuffle=False), 3 * limit, 0.0)
    least, most = track_ends(Settings("and", l2=1000.0))
    assert least <= 2 / 2000 <= most
    kinked = settings.replace(l1=0.1)
    assert not is_quadratic(kinked)
    assert stable_limit(kinked) is None
    assert any("kink" in note for note in ruler_of(kinked, curvature_at(kinked, np.ones(2))).notes)


# --- what is told ---------------------------------------------------------------------------------


@pytest.mark.parametrize("batch_size", ["full", 1])
def test_the_anatomy_shows_both_parts_of_the_gradient(batch_size):
    """Autograd and the finite difference of the whole loss agree; a sample alone has no penalty."""
    anatomy = anatomy_at(Settings("and", batch_size=batch_size, learning_rate=0.3, **BOTH), 6)
    stages = {stage.symbol: stage.values for stage in anatomy.stages}
    np.testing.assert_allclose(stages["ḡ"] + stages["p"], stages["g"], atol=1e-12)
    assert anatomy.stages[anatomy.grad_stage].symbol == "g"
    weights = anatomy.weights
    np.testing.assert_allclose(
        stages["p"], [*(0.03 * np.sign(weights) + 0.14 * weights), 0.0], rtol=1e-12
    )
    for index in range(3):
        whole = explain(anatomy, Quantity("grad", index))
        assert whole.digits == 6
        assert ("λ₂·2·w" in whole.formula) == (index < 2)
        assert "λ" not in explain(anatomy, Quantity("grad", index), 0).formula
    loss = explain(anatomy, Quantity("loss"))
    assert "λ₁·Σ|wᵢ| + λ₂·Σwᵢ²" in loss.formula
    assert loss.value == anatomy.row.batch_loss
    assert "the penalty" in sentence(anatomy, "loss")
    assert "the penalty" in sentence(anatomy, "backward")


def said_of(settings, steps):
    """Return what is said of a run."""
    return diagnose(evidence_of(trained(settings, steps)))


def test_a_silent_relu_is_dead_only_where_l2_cannot_wake_it():
    """L2 brings z to the bias: below 0 it stays dead, above 0 it wakes up."""
    silent = Settings(
        data=Dataset(np.array([[1.0], [2.0]]), np.array([1.0, 2.0]), classes=False),
        activation="relu",
        loss="mse",
        weights=(-3.0,),
        learning_rate=0.1,
        l2=0.1,
    )
    dead = silent.replace(bias=-0.5)
    assert said_of(dead, 5).state == "dead"
    assert not (now(dead, 500) @ np.array([2.0, 1.0]) > 0)
    asleep = silent.replace(bias=0.5)
    said = said_of(asleep, 5)
    assert said.state == "flat"
    assert "Only the penalty still moves the weights" in said.sentence
    assert now(asleep, 500)[0] > 0


def test_a_loss_without_information_still_falls_with_a_penalty():
    """Cross-entropy of one output is 0: nothing is flat by nature where L2 shrinks the weights."""
    settings = Settings(
        "and", activation="identity", loss="cross_entropy", l2=0.1, learning_rate=0.1
    )
    assert said_of(settings, 30).state == "learning"
    assert minimum(settings, now(settings, 30)).parameters is not None


def test_rows_held_out_are_judged_without_penalty():
    """By what the neuron errs."""
    data = Settings("line").dataset
    data = Dataset(data.inputs, data.targets, classes=False, held_out=(0, 3))
    parameters = np.array([[2.0, 1.0]])
    plain, penalised = (held_out_at(Settings(data=data, l2=l2), parameters) for l2 in (0.0, 5.0))
    assert plain[0] == penalised[0]


# --- the same everywhere --------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["tensors", "module"])
@pytest.mark.parametrize("batch_size", ["full", 3])
def test_the_script_prints_the_losses_of_the_run(style, batch_size):
    """With tensors to the last bit."""
    settings = Settings(
        "line", batch_size=batch_size, optimizer="adamw", learning_rate=0.1, epochs=20, **BOTH
    )
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(script(settings, style=style).text, {})
    epoch, loss = [line.split() for line in printed.getvalue().splitlines() if line[0].isdigit()][
        -1
    ]
    expected = trained(settings, 20 * settings.steps_per_epoch).history.newest.loss
    assert (int(epoch), float(loss)) == (
        20,
        expected if style == "tensors" else pytest.approx(expected, rel=1e-9),
    )


def test_a_sweep_trains_with_the_penalties():
    """Each neuron as the trainer does."""
    settings = Settings("and", epochs=40, **BOTH)
    result = finished(Sweep(rate_grid(settings, rate_axis(0.1, 1.0, 2))).work())
    losses = [
        trained(settings.replace(learning_rate=rate), 40).history.newest.loss for rate in (0.1, 1.0)
    ]
    np.testing.assert_allclose(result.losses, losses, rtol=1e-12)


@pytest.mark.parametrize("name", PENALTIES)
def test_a_strength_is_0_or_a_number_above(name):
    """Anything else is refused in one sentence; a step, which is not trained, has no penalty."""
    assert Settings("and", **{name: 0.0}) == Settings("and")
    for wrong in (-0.1, float("nan"), float("inf"), 1e7):
        with pytest.raises(
            SettingsError, match=rf"^{name} must be a number from 0 to 1e6, not [^.]*(\.1)?\.$"
        ):
            Settings("and", **{name: wrong})
    with pytest.raises(SettingsError, match="not trained"):
        Settings("and", activation="step", loss="mse", epochs=0, **{name: 0.1})
    penalised = Settings("and", **{name: 0.25})
    assert penalised.replace(loss="mse", activation="step").penalties == ()
    assert f"--{name} 0.25" in command_line(penalised)
    with pytest.raises(SettingsError, match="cannot change in mid-run"):
        in_order(penalised, [Edit(5, name, 1.0)])


# --- what is said of it ---------------------------------------------------------------------------


def swings(run):
    """Return how far the weights of AND are from 0 in the last steps, (S, 2)."""
    return np.abs(run.history.recent.numbers[:, :2])


@pytest.mark.parametrize(("rate", "steps"), [(1.0, 300), (0.1, 1000)])
def test_weights_that_swing_across_the_kink_are_named_and_what_is_proposed_helps(rate, steps):
    """A smaller rate makes the swings as much smaller, and a schedule that falls to 0 ends them."""
    settings = Settings("and", l1=0.5, learning_rate=rate)
    run = trained(settings, steps)
    said = diagnose(evidence_of(run))
    assert said.state == "cycling"
    assert said.sentence.startswith("w₁ and w₂ swing about 0, across the kink of L1")
    assert f"learning rate times λ₁, {0.5 * rate:g};" in said.sentence
    assert "Cosine" in said.remedy
    assert "Compare" not in said.remedy
    gentle = trained(settings.replace(learning_rate=rate / 10), 3 * steps)
    assert swings(gentle).max() < 0.2 * swings(run).max()
    falling = settings.replace(learning_rate=1.0, schedule="cosine", period=float(2000))
    least = minimum(settings, now(settings, 1)).loss
    assert trained(falling, 2000).history.newest.loss == pytest.approx(least, rel=1e-4)
    assert run.history.recent_losses[1].max() > least * (1 + 1e-4)


@for_each("batch", ["full", 1])
@for_each(
    ("optimizer", "rate"),
    [("sgd", 0.1), ("momentum", 0.01), ("nesterov", 0.1), ("adam", 0.1), ("rmsprop", 0.01)],
)
def test_with_any_optimizer_and_batches_swings_across_the_kink_are_named(optimizer, rate, batch):
    """When the run goes on they swing on, about the lasso's 0.

    A tenth of the rate makes them smaller.
    """
    settings = Settings("and", l1=0.5, optimizer=optimizer, learning_rate=rate, batch_size=batch)
    steps = 400 * settings.steps_per_epoch
    run = trained(settings, steps)
    said = diagnose(evidence_of(run))
    assert said.state == "cycling"
    assert said.sentence.startswith("w₁ and w₂ swing about 0, across the kink of L1. ")
    where = (
        f"learning rate times λ₁, {0.5 * rate:g};"
        if optimizer == "sgd"
        else "the gradient jumps by 2·λ₁, 1;"
    )
    assert where in said.sentence
    assert "larger" not in said.remedy
    run.advance(steps)
    later = run.history.recent.numbers[:, :2]
    assert (np.count_nonzero(later[1:] * later[:-1] < 0, axis=0) >= 3).all()
    gentle = trained(settings.replace(learning_rate=rate / 10), 3 * steps)
    assert swings(gentle).max() < 0.5 * swings(run).max()


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_while_weights_swing_no_larger_rate_is_proposed(optimizer):
    """It would throw them farther: a loss that fell by chance in the last swing was called slow."""
    run = Trainer(Settings("and", l1=0.5, optimizer=optimizer, learning_rate=0.1))
    for _ in range(19):
        run.advance(100)
        assert "larger" not in diagnose(evidence_of(run)).remedy


def test_a_weight_that_l1_does_not_hold_at_0_is_not_said_to_swing_about_it():
    """Steps that are too long for the curvature throw it across 0 as well."""
    said = said_of(Settings("and", l1=0.02, l2=0.01, learning_rate=50.0), 200)
    assert said.state == "cycling"
    assert "kink" not in said.sentence
    assert said.remedy == "Start anew with a smaller learning rate, such as 4.9."
    assert said_of(Settings("and", l1=0.02, l2=0.01, learning_rate=4.9), 1000).state == "converged"


@pytest.mark.parametrize("rate", [10.0, 20.0, 50.0, 100.0])
def test_a_rate_that_throws_the_run_about_is_answered_with_one_that_falls(rate):
    """However far above it the run's own is, and whatever the curvature is at one spot of it."""
    settings = Settings("and", l2=0.01, learning_rate=rate)
    said = said_of(settings, 1000)
    assert said.state in ("cycling", "rising")
    assert "rate: up to 4.9 no step can raise the loss; larger ones may still end" in said.remedy
    losses = trained(settings.replace(learning_rate=4.9), 300).history.rows().loss.compressed()
    assert (np.diff(losses) <= 1e-15).all()


def test_at_the_least_loss_with_l1_that_is_what_is_said():
    """Of points (x, y) on a line of slope 10.

    Soft thresholding, worked out by hand, leaves 9.9142857.
    """
    settings = Settings("line", l1=1.0, learning_rate=0.03)
    for steps in (1000, 5000):
        said = said_of(settings, steps)
        assert said.state == "converged"
        assert "9.914, is the least possible" in said.sentence


def test_rates_that_lead_to_the_same_loss_are_level():
    """Trained long enough, many rates end at the one minimum.

    Which is lowest in its last digits says nothing.
    """
    settings = Settings("and", l2=0.05, epochs=2000)
    rates = rate_axis(0.001, 3.0, 8)
    result = finished(Sweep(rate_grid(settings, rates)).work())
    least = minimum(settings, np.zeros(3)).loss
    there = [
        rate
        for rate, loss in zip(rates.values, result.losses, strict=True)
        if loss - least < 1e-9 * least
    ]
    assert len(there) > 2
    assert result.level_span == (there[0], there[-1])
    result = finished(Sweep(rate_grid(settings.replace(epochs=5), rates)).work())
    assert result.level_span is None


@pytest.mark.parametrize("strength", [0.02, 0.3])
def test_what_is_said_of_ridge_in_scikit_learn(strength):
    """Ridge takes the least of the *sum* of squares plus alpha·|w|².

    Its alpha as it is said gives its weights.
    """
    settings = Settings("line", l2=strength)
    x, y = settings.coded_inputs, settings.coded_targets
    samples = len(y)
    alpha = samples * strength
    centred, offsets = x - x.mean(axis=0), y - y.mean()
    weights = np.linalg.solve(centred.T @ centred + alpha * np.eye(x.shape[1]), centred.T @ offsets)
    found = optimum(settings, np.zeros(2))
    assert found.weights == pytest.approx(weights, rel=1e-12)
    assert SAID["l2"].count("Ridge's alpha N·λ₂") == 2


@pytest.mark.parametrize("name", ["l1", "l2"])
def test_what_is_said_of_c_in_scikit_learn(name):
    """Its objective is ours but for a factor.

    It is C times the *sum* of the losses plus |w|₁ or ½·|w|².
    """
    settings = Settings("and", **{name: 0.03})
    c = 1 / (4 * 0.03) if name == "l1" else 1 / (2 * 4 * 0.03)
    y = settings.coded_targets
    ratios = []
    for point in np.random.default_rng(0).normal(size=(5, 3)):
        z = settings.coded_inputs @ point[:-1] + point[-1]
        term = np.abs(point[:-1]).sum() if name == "l1" else 0.5 * (point[:-1] ** 2).sum()
        ratios.append(
            (c * (np.logaddexp(0, z) - y * z).sum() + term)
            / float(losses_at(settings, point[None])[0])
        )
    assert ratios == pytest.approx([c * 4] * 5, rel=1e-12)
    assert SAID[name].count("C is 1/(N·λ₁)" if name == "l1" else "C is 1/(2·N·λ₂)") == 2


def test_what_is_said_of_the_lasso_in_scikit_learn():
    """Its loss is *half* of the mean squared error, so its alpha is half of λ₁."""
    settings = Settings("line", l1=0.4)
    x, y = settings.coded_inputs, settings.coded_targets
    for weight, bias in ((1.0, 2.0), (-3.0, 0.5)):
        theirs = ((x @ [weight] + bias - y) ** 2).sum() / (2 * len(y)) + 0.2 * abs(weight)
        assert float(losses_at(settings, np.array([[weight, bias]]))[0]) == pytest.approx(
            2 * theirs, rel=1e-12
        )
    assert SAID["l1"].count("Lasso's alpha λ₁/2") == 2
