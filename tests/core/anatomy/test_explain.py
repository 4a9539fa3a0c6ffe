import re

import numpy as np
import pytest

from neuroviz.core.anatomy.explain import SLOPES, Quantity, explain, kink_distance
from neuroviz.core.anatomy.explanations import WORDS
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from tests.core.anatomies import anatomy_at
from tests.core.anatomy.test_anatomy import RANDOM
from tests.core.their_optimizers import THEIRS
from tests.for_each import for_each

_RATE = Quantity("stage", (1, 0))


def asked(anatomy):
    """Return one quantity of every kind, of the last parameter."""
    last = anatomy.settings.dataset.width
    indices = {
        "input": 0,
        "product": 0,
        "grad": last,
        "old_grad": last,
        "weight": last,
        "update": last,
        "stage": (len(anatomy.stages) - 1, last),
    }
    return [Quantity(kind, indices.get(kind)) for kind in WORDS]


@pytest.mark.parametrize("sample", [None, 1])
def test_the_three_numbers_agree(sample):
    """On random settings they are equal to the digits shown.

    Six of them wherever nothing stands in the way.
    """
    plain = 0
    for settings in RANDOM[::3]:
        anatomy = anatomy_at(settings, 3)
        for quantity in asked(anatomy):
            found = explain(anatomy, quantity, sample)
            if quantity.kind not in SLOPES or not found.digits:
                assert found.note
                continue
            assert found.texts[0] == found.texts[1] == found.texts[2]
            assert found.digits == 6 or found.note
            samples = anatomy.batch if sample is None else np.array([sample])
            near = (
                kink_distance(anatomy, samples) < 1e-2 or np.abs(anatomy.pre_activation).max() > 8
            )
            if settings.precision == "float64" and not near and abs(found.value) > 1e-6:
                assert found.digits == 6, (settings, quantity, found)
                assert found.slope.difference == pytest.approx(found.value, rel=1e-6)
                plain += 1
    assert plain > 20


def test_a_mean_unfolds_into_the_shares_of_the_samples():
    """The last column's mean is the value, for every kind that samples have shares of."""
    anatomy = anatomy_at(Settings(learning_rate=0.1, seed=3), 2)
    unfolded = 0
    for quantity in asked(anatomy):
        found = explain(anatomy, quantity, None)
        assert explain(anatomy, quantity, 2).terms is None
        if found.terms is not None:
            assert len(found.terms.headers) == found.terms.rows.shape[1]
            assert found.terms.rows[:, 0].tolist() == [1, 2, 3, 4]
            assert found.terms.rows[:, -1].mean() == pytest.approx(found.value, rel=1e-12)
            unfolded += 1
    assert unfolded == len(WORDS) - len(("old_grad", "weight", "update", "stage"))
    assert explain(anatomy_at(Settings(batch_size=1)), Quantity("grad", 0)).terms is None


def test_the_gradient_is_written_out():
    """The issue's own example: the mean over the samples of (ŷ − y)·x₁, with the numbers in."""
    anatomy = anatomy_at(Settings(weights=(0, 0), bias=0))
    found = explain(anatomy, Quantity("grad", 0), None)

    assert found.formula == "∂L/∂w₁ = mean over the samples of (ŷ − y)·x₁"
    assert found.arithmetic.startswith(
        "= ((0.5 − 1)·1 + (0.5 − 0)·1 + (0.5 − 0)·0 + (0.5 − 0)·0)/4 = "
    )
    assert found.value == found.slope.autograd == 0.0
    assert found.texts == ("0", "0", "0")
    bias = explain(anatomy, Quantity("grad", 2), 0)
    assert bias.formula == "∂ℓ/∂b = (ŷ − y)·1"
    assert bias.texts == ("-0.5", "-0.5", "-0.5")


def test_many_samples_and_inputs_are_folded():
    """Beyond five terms the rest is counted."""
    anatomy = anatomy_at(Settings("spam"))
    mean = explain(anatomy, Quantity("grad", 0), None).arithmetic
    one = explain(anatomy, Quantity("pre_activation"), 0).arithmetic
    assert re.search(
        rf"\({len(anatomy.batch) - 4} more: [-0-9.]+\)\)/{len(anatomy.batch)} = ", mean
    )
    assert "(97 more: " in one


def test_at_a_kink_the_sides_are_told():
    """At z = 0 ReLU has no slope.

    Autograd takes 0, the difference a half of each side, and the note says so.
    """
    anatomy = anatomy_at(Settings(activation="relu", loss="mse", weights=(0, 0), bias=0))
    found = explain(anatomy, Quantity("output_by_pre_activation"), 0)
    assert (found.value, found.slope.autograd) == (0.0, 0.0)
    assert found.slope.difference == pytest.approx(0.5, rel=1e-9)
    assert found.digits == 0
    assert "kink" in found.note


def test_a_bend_is_no_kink():
    """At z = 0 ELU has a slope, 1, on both sides, which the difference sees although φ″ jumps."""
    anatomy = anatomy_at(Settings(activation="elu", loss="mse", weights=(0, 0), bias=0))
    found = explain(anatomy, Quantity("output_by_pre_activation"), 0)
    assert found.texts == ("1", "1", "1")


@pytest.mark.parametrize("kind", ["loss_by_output", "output_by_pre_activation"])
def test_what_cannot_be_told_is_a_dash_with_the_reason(kind):
    """At z = 40 the factors are "—" in all three places; δ has its three numbers."""
    anatomy = anatomy_at(Settings(weights=(0, 40), bias=0))
    samples = np.flatnonzero(anatomy.pre_activation == 40)
    assert len(samples) == 2
    for sample in samples:
        found = explain(anatomy, Quantity(kind), int(sample))
        assert found.texts == ("—", "—", "—")
        assert found.slope is None
        assert found.note == anatomy.untold_reason
        delta = explain(anatomy, Quantity("loss_by_pre_activation"), int(sample))
        assert delta.texts == ("1", "1", "1") if anatomy.targets[sample] == 0 else delta.value == 0


@for_each("schedule", SCHEDULES)
@for_each("optimizer", OPTIMIZERS)
def test_every_stage_says_how_it_comes_about(optimizer, schedule):
    """Every stage of every parameter has its arithmetic, and ends with its own number.

    A value has no slope.
    """
    settings = Settings(optimizer=optimizer, schedule=schedule, learning_rate=0.1)
    if optimizer in THEIRS:
        settings = settings.replace(breaks=("ascent",))
    anatomy = anatomy_at(settings, 2)
    for index, stage in enumerate(anatomy.stages):
        for parameter in range(3):
            found = explain(anatomy, Quantity("stage", (index, parameter)), None)
            assert found.value == stage.of(parameter)
            assert found.slope is None
            assert found.note
            assert "{" not in found.arithmetic
    new = explain(anatomy, Quantity("update", 1), None)
    assert new.value == anatomy.new_parameters[1]
    assert "w₂ ← w₂" in new.formula


def test_a_constant_rate_comes_from_nothing():
    """Its number stands alone; with a schedule it is the product."""
    for schedule, words in (
        ("constant", ("η", "= 0.5")),
        ("warmup", ("η = η·min(1, (e + 1)/T)", "= 0.5·0.25")),
    ):
        settings = Settings(learning_rate=0.5, schedule=schedule)
        found = explain(
            anatomy_at(settings if schedule == "constant" else settings.replace(period=4.0)), _RATE
        )
        assert (found.formula, found.arithmetic.split(" = ")[0]) == words


@pytest.mark.parametrize("z", [-800.0, 40.0])
def test_at_the_edge_of_what_the_loss_accepts_there_is_no_difference(z):
    """BCE as commonly written takes ŷ of 0 or 1 and nothing beyond.

    torch divides by 1e-12 there, in float32.
    """
    anatomy = anatomy_at(Settings(weights=(0, 0), bias=z, breaks=("naive_bce",)))
    sample = int(np.flatnonzero(anatomy.targets != anatomy.output)[0])
    found = explain(anatomy, Quantity("loss_by_output"), sample)
    assert found.value == (1e12 if z > 0 else -1e12)
    assert found.slope.autograd == pytest.approx(found.value, rel=1e-8)
    assert found.texts[2] == "—"
    assert "edge" in found.note


def test_near_the_edge_the_difference_stays_inside():
    """At z = 30 the room is 9e-14.

    The loss has the slope −1/ŷ, torch another one, and that is said.
    """
    anatomy = anatomy_at(Settings(weights=(0, 0), bias=30.0, breaks=("naive_bce",)))
    sample = int(np.flatnonzero(anatomy.targets == 1)[0])
    found = explain(anatomy, Quantity("loss_by_output"), sample)
    assert found.value == pytest.approx(found.slope.autograd, rel=1e-7)
    assert found.value == pytest.approx(-(1 - anatomy.output[sample]) / 1e-12, rel=1e-7)
    # 9e-14 is some 400 units in the last place.
    assert found.slope.difference == pytest.approx(-1, abs=0.2)
    assert "torch divides by at least 1e-12" in found.note
    assert found.arithmetic.startswith(
        "= ((1 − 9.348e-14) − 1)/max((1 − 9.348e-14)·9.348e-14, 1e-12) = "
    )


def test_the_old_gradient_goes_with_all_three():
    """With zero_grad forgotten the number is the run's; the other two have the old one added."""
    anatomy = anatomy_at(Settings(learning_rate=0.1, seed=3, breaks=("no_zero_grad",)), 3)
    found = explain(anatomy, Quantity("grad", 0), None)
    assert found.value == anatomy.row.grad[0]
    assert found.texts[0] == found.texts[1] == found.texts[2]
    assert "not discarded" in found.note
    first, _ = found.arithmetic.removeprefix("= ").split(" + (", 1)
    assert float(first.replace("−", "-")) == pytest.approx(anatomy.accumulated[0], rel=1e-3)
    assert found.formula.startswith("old gradient + ∂L/∂w₁ = ")


def test_what_does_not_exist_is_refused():
    """An unknown kind and a parameter that is not there raise."""
    anatomy = anatomy_at(Settings())
    with pytest.raises(KeyError):
        explain(anatomy, Quantity("velocity"), None)
    with pytest.raises(IndexError):
        explain(anatomy, Quantity("grad", 3), None)


def test_the_same_output_is_told_under_other_losses():
    """Those that take it: by their textbook formulas, and no other."""
    anatomy = anatomy_at(Settings("and"), 0)
    output = float(anatomy.output[0])

    note = explain(anatomy, Quantity("loss"), 0).note

    assert f"Mean squared error {(output - 1) ** 2:.4g}" in note
    assert f"Mean absolute error {abs(output - 1):.4g}" in note
    assert f"Huber (δ = 1) {(output - 1) ** 2 / 2:.4g}" in note
    assert "Hinge" not in note  # wants −1 and +1
    assert "Binary" not in note  # is the one at hand
    assert "other losses" not in explain(anatomy, Quantity("loss")).note
    sure = Settings("and", loss="mse", weights=(20.0, 20.0), bias=20.0)
    note = explain(anatomy_at(sure), Quantity("loss"), 1).note
    assert "Binary cross-entropy 40" in note  # of z = 40, at which ŷ is 1 to the last bit
