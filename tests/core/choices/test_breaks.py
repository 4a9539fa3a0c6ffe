"""Switches that break a run on purpose.

Each does what a notebook would do with the same mistake in it.
"""

import itertools

import numpy as np
import pytest
import torch

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.breaks import BREAKS, check_breaks, coded, saturated_bias
from neuroviz.core.choices.command_line import command_line
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import not_descending
from neuroviz.core.diagnosis.sentences import breaks_line
from neuroviz.core.model.model import predict
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import assert_same_row, both_ways, difference, random_data
from tests.core.their_optimizers import THEIRS
from tests.for_each import for_each

ALONE = tuple(name for name, row in BREAKS.items() if not row.least_hidden)
"""Those that one neuron can have; the others need hidden ones."""
BESIDE = tuple(name for name, row in BREAKS.items() if not row.alone)
SWITCHES = [
    (),
    *((name,) for name in BREAKS),
    *(
        pair
        for pair in itertools.combinations(BREAKS, 2)
        if {*pair} <= {*ALONE} or {*pair} <= {*BESIDE}
    ),
    ALONE,
    BESIDE,
]
BATCHES = ({}, {"batch_size": 3}, {"batch_size": 1, "shuffle": True})
FAR = {"learning_rate": 0.05, "seed": 3}


def hidden_for(breaks):
    """Return the choice of hidden neurons where a switch needs them."""
    return {"hidden": 2} if any(BREAKS[name].least_hidden for name in breaks) else {}


def settings_of(breaks, turn=0, **more):
    """Return settings with these switches; the other choices take turns."""
    optimizer, precision = (
        list(THEIRS)[turn % len(THEIRS)],
        ("float64", "float32")[turn % 2],
    )
    choices = {
        "optimizer": optimizer,
        "precision": precision,
        **BATCHES[turn % len(BATCHES)],
        **FAR,
        **hidden_for(breaks),
        **more,
    }
    return Settings(
        data=random_data(7, 2), activation="sigmoid", loss="bce", breaks=breaks, **choices
    )


def notebook(settings, epochs):
    """Return the parameters after every epoch of a plain torch loop, full batches.

    With the mistakes in it.
    """
    on, dtype = settings.breaks_it, getattr(torch, settings.precision)
    x = torch.tensor(settings.dataset.inputs, dtype=dtype)
    if on("x1_times_100"):
        x = x * torch.tensor([100.0] + [1.0] * (x.shape[1] - 1), dtype=dtype)
    y = torch.tensor(settings.dataset.targets, dtype=dtype)
    widths = [x.shape[1], *([settings.hidden] if settings.hidden else []), 1]
    linears = [
        torch.nn.Linear(*pair, bias=not on("no_bias"), dtype=dtype)
        for pair in itertools.pairwise(widths)
    ]
    model = torch.nn.Sequential(
        linears[0], *(m for one in linears[1:] for m in (torch.nn.Tanh(), one))
    )
    places = []
    start = torch.tensor(Trainer(settings).history.newest.parameters)
    end = 0
    with torch.no_grad():
        for linear in linears:
            for size, part in (
                (linear.weight.numel(), linear.weight),
                (len(linear.weight), linear.bias),
            ):
                places.append((slice(end, end + size), part))
                end += size
                if part is not None:
                    part.copy_(start[places[-1][0]].view_as(part))
    optimizer = THEIRS[settings.optimizer].made(
        model.parameters(),
        settings.learning_rate,
        dict(settings.hyperparameters),
        maximize=on("ascent"),
    )
    way = torch.nn.BCELoss() if on("naive_bce") else torch.nn.BCEWithLogitsLoss()
    result = []
    for _ in range(epochs):
        z = model(x)[:, 0]
        loss = way(z.sigmoid() if on("naive_bce") else z, y)
        if not on("no_zero_grad"):
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        theta = torch.zeros_like(start)
        for place, part in places:
            if part is not None:
                theta[place] = part.detach().flatten()
        result.append(theta.numpy())
    return result


@for_each("optimizer", THEIRS)
@for_each("breaks", SWITCHES)
def test_a_run_is_what_a_notebook_does(breaks, optimizer):
    """Linear(bias=False), no zero_grad(), maximize=True, x[:, 0] * 100, BCELoss.

    Step by step the same.
    """
    settings = settings_of(breaks, optimizer=optimizer, precision="float64", batch_size="full")
    trainer = Trainer(settings)
    # Uphill a difference in the last bit grows in every step.
    steps = 4 if "ascent" in breaks else 6
    for expected in notebook(settings, steps):
        trainer.advance(1)
        np.testing.assert_allclose(
            trainer.history.newest.parameters, expected, rtol=1e-9, atol=1e-13
        )


@for_each(("turn", "breaks"), enumerate(SWITCHES))
def test_both_ways_have_the_same_bits(turn, breaks):
    """The fast way breaks what the readable way breaks, to the last bit, in every kind of batch."""
    for batch in BATCHES:
        runs = both_ways(settings_of(breaks, turn, **batch), 12)
        assert isinstance(runs, tuple)
        assert difference(*runs) is None
        assert runs[0].fast == ("naive_bce" not in breaks)


@for_each(("turn", "breaks"), enumerate(SWITCHES))
def test_a_run_is_taken_up_at_any_row(turn, breaks):
    """What was accumulated before a kept row is neither lost nor added twice."""
    settings = settings_of(breaks, turn)
    whole, first = Trainer(settings), Trainer(settings)
    whole.advance(23)
    first.advance(11)
    second = Trainer(settings, start=first.history.newest)
    assert_same_row(second.history.newest, first.history.newest)
    second.advance(12)
    assert_same_row(second.history.newest, whole.history.newest)


def test_the_gradient_column_accumulates():
    """With zero_grad forgotten row k holds g₀ + … + g_k.

    Of gradients taken at the run's own parameters.
    """
    trainer = Trainer(
        settings_of(("no_zero_grad",), precision="float64", batch_size="full", optimizer="sgd")
    )
    total = np.zeros(3)
    for _ in range(20):
        row = trainer.history.newest
        alone = Trainer(
            settings_of((), weights=tuple(row.parameters[:-1]), bias=row.parameters[-1])
        )
        total += alone.history.newest.grad
        np.testing.assert_allclose(row.grad, total, rtol=1e-13, atol=1e-16)
        trainer.advance(1)


def test_ascent_keeps_the_gradient_and_raises_the_loss():
    """The column is ∂L/∂θ, as without the switch; the loss rises."""
    plain, up = (Trainer(Settings("and", breaks=breaks)) for breaks in ((), ("ascent",)))
    np.testing.assert_array_equal(plain.history.newest.grad, up.history.newest.grad)
    up.advance(50)
    losses = up.history.rows().columns()["loss"]
    assert (np.diff(np.asarray(losses)) > 0).all()


@for_each("optimizer", OPTIMIZERS)
@for_each("init", ["uniform", "normal", "zeros"])
def test_no_bias_stays_zero(optimizer, init):
    """Bias and gradient are exactly +0 in every row; the weights start as with one."""
    trainer = Trainer(Settings("and", breaks=("no_bias",), optimizer=optimizer, init=init))
    with_bias = Trainer(Settings("and", optimizer=optimizer, init=init)).history.newest.parameters
    np.testing.assert_array_equal(trainer.history.newest.parameters[:-1], with_bias[:-1])
    # A search has no state: its steps are all alike, and each takes as long as a hundred others.
    steps = 10 if trainer.settings.optimizer_entry.search else 100
    assert trainer.advance(steps) == steps
    columns = trainer.history.rows().columns()
    assert np.asarray(columns["b"]).tobytes() == np.zeros(steps + 1).tobytes()
    assert not np.asarray(columns["grad_b"]).any()


def test_no_bias_refuses_a_typed_one():
    """Another bias than 0 is refused with a sentence; 0 is taken."""
    with pytest.raises(
        SettingsError, match=r"bias must be 0 where 'No bias' leaves it out"
    ) as refusal:
        Settings("and", weights=(1.0, 2.0), bias=0.5, breaks=("no_bias",))
    assert refusal.value.field == "bias"
    assert Settings("and", weights=(1.0, 2.0), bias=0.0, breaks=("no_bias",)).bias == 0


@for_each("activation", [row for row in ACTIVATIONS.values() if row.saturates])
@for_each("task", ["and", "line", "sum", "spam"])
def test_a_saturated_start_is_flat_for_every_sample(activation, task):
    """At least 4 out on the flat side: the slope there is at most that of z = ±4."""
    for inputs in ("01", "pm1") if task == "and" else (None,):
        choices = {} if inputs is None else {"inputs": inputs}
        settings = Settings(
            task, activation=activation.name, loss="mse", breaks=("saturated_start",), **choices
        )
        z = predict(settings, Trainer(settings).history.newest.parameters).pre_activation
        assert (activation.saturates * z >= 4).all()
        edge = activation.derivative(
            torch.tensor([4.0 * activation.saturates], dtype=torch.float64)
        ).abs()
        slopes = activation.derivative(torch.tensor(z)).abs()
        assert float(slopes.max()) <= float(edge) * (1 + 1e-12) < 0.06
        assert set(np.abs(settings.weights)) == {4.0}


def test_the_saturated_start_of_the_experiments():
    """AND starts at w = (4, 4), b = 4; where inputs are negative the bias makes up for them."""
    settings = Settings("and", loss="mse", breaks=("saturated_start",))
    assert (settings.weights, settings.bias, settings.init) == ((4.0, 4.0), 4.0, None)
    assert saturated_bias(np.array([[-1.0, -1.0], [1.0, 1.0]]), 1) == 12.0
    assert saturated_bias(np.array([[-1.0], [1.0]]), -1) == -8.0


def test_another_start_switches_the_saturated_one_off():
    """Typed weights, a typed bias and a drawn start exclude it, either way.

    Said at once they are refused.
    """
    on = Settings("and", breaks=("ascent", "saturated_start"))
    for changes in ({"weights": (1.0, 1.0)}, {"bias": 2.0}, {"init": "zeros"}):
        assert on.replace(**changes).breaks == ("ascent",)
    assert on.replace(bias=2.0).weights == (4.0, 4.0)
    typed = Settings("and", weights=(1.0, 1.0), bias=3.0)
    assert typed.replace(breaks=("saturated_start",)).weights == (4.0, 4.0)
    assert Settings("and", init="zeros").replace(breaks=("saturated_start",)).init is None
    for said in ({"weights": (1.0, 1.0)}, {"init": "zeros"}):
        with pytest.raises(SettingsError, match="exclude each other"):
            Settings("and", breaks=("saturated_start",), **said)


def test_switches_that_lose_their_meaning_go():
    """Another loss drops the naive form, another task all of them; other changes none."""
    on = Settings("and", breaks=ALONE)
    assert on.breaks == ALONE
    assert on.replace(loss="mse").breaks == tuple(name for name in ALONE if name != "naive_bce")
    gone = on.replace(activation="identity", loss="mse").breaks
    assert gone == ("no_bias", "no_zero_grad", "ascent", "x1_times_100")
    assert on.replace(task="or").breaks == ()
    assert on.replace(seed=3, learning_rate=2.0, epochs=7).breaks == ALONE
    among = Settings("and", hidden=2, breaks=BESIDE)
    assert among.replace(hidden=0).breaks == tuple(name for name in BESIDE if name in ALONE)
    assert on.replace(hidden=2).breaks == tuple(name for name in ALONE if name in BESIDE)


def test_x1_is_magnified_and_no_other():
    """The first column times 100, after the coding of truth values; nothing else."""
    inputs = np.array([[0.0, 1.0], [1.0, 0.0]])
    np.testing.assert_array_equal(coded(inputs, "pm1", ("x1_times_100",)), [[-100, 1], [100, -1]])
    np.testing.assert_array_equal(coded(inputs, "01", ()), inputs)


@for_each(("name", "activation", "loss"), list(itertools.product(BREAKS, ACTIVATIONS, LOSSES)))
def test_objections(name, activation, loss):
    """What a switch refuses it refuses with a sentence that ends, and Settings refuse it too."""
    chosen = ACTIVATIONS[activation], LOSSES[loss], OPTIMIZERS["sgd"]
    objection = BREAKS[name].objection(*chosen)
    row = BREAKS[name]
    needed = row.least_hidden
    if objection is None:
        assert check_breaks((name,), *chosen, hidden=needed) == (name,)
        for others in {*range(needed), *([1, 8] if row.alone else [])}:
            with pytest.raises(SettingsError, match=r"use hidden .*\.$"):
                check_breaks((name,), *chosen, hidden=others)
    if objection is None:
        return
    assert objection.endswith(".")
    with pytest.raises(SettingsError) as refusal:
        check_breaks((name,), *chosen, hidden=needed)
    assert (str(refusal.value), refusal.value.field) == (objection, "breaks")


def test_unknown_and_repeated_names():
    """An unknown name lists the known ones; order and repetition do not matter."""
    with pytest.raises(SettingsError, match="no_bias, no_zero_grad"):
        Settings("and", breaks=("bias",))
    assert Settings("and", breaks=("ascent", "no_bias", "ascent")).breaks == ("no_bias", "ascent")


def test_they_define_the_run():
    """They are in the settings' dictionary, in what defines a run, and in the command line."""
    settings = Settings("and", breaks=("ascent", "no_bias"))
    assert settings.as_dict()["breaks"] == ["no_bias", "ascent"]
    assert settings.defining != Settings("and").defining
    assert command_line(settings) == "neuroviz train --task and --break ascent,no_bias"
    assert settings != Settings("and")


def test_the_line_names_what_is_on():
    """Names, then what to look for; nothing where nothing is broken."""
    line = breaks_line(Settings("and", breaks=("ascent", "no_bias")))
    assert line.startswith("On purpose: No bias, Gradient ascent. Look for ")
    assert BREAKS["ascent"].look_for in line
    assert breaks_line(Settings("and")) == ""
    broken = [Settings("and", breaks=(name,), **hidden_for((name,))) for name in BREAKS]
    assert [bool(not_descending(settings)) for settings in broken].count(True) == 2


@for_each("name", ["saturated_start", "naive_bce"])
def test_what_is_of_one_output_is_refused_with_several_and_says_so(name):
    """No sigmoid is advised, which several outputs cannot take."""
    with pytest.raises(SettingsError, match="is for one") as refusal:
        Settings("blobs3", breaks=(name,))
    assert "take" not in str(refusal.value)
