"""What stands in the neuron's diagram: against autograd, part by part."""

import itertools

import numpy as np
import pytest
import torch

from neuroviz.core.anatomy.anatomy import PHASES, Anatomy
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.neuron.numbers import (
    Ranking,
    described,
    numbers_of,
    ranked,
    sizes_of,
    slot_name,
)
from tests.core.anatomies import anatomy_at
from tests.for_each import for_each

FORWARD = {("input", 0), ("product", 0), ("pre_activation", None), ("output", None)}
FACTORS = {
    ("loss_by_output", None),
    ("output_by_pre_activation", None),
    ("loss_by_pre_activation", None),
}
BACKWARD = {*FACTORS, ("grad", 0), ("grad", 2)}


def anatomy(task="and", steps=3, **choices):
    """Return the arithmetic of the step after so many."""
    return anatomy_at(Settings(task, **choices), steps)


@pytest.mark.parametrize("sample", [0, 1, 3])
def test_every_number_is_autograds(sample):
    """The forward and the backward pass of a sample, by another graph."""
    step = anatomy(learning_rate=1.0)
    theta = torch.tensor(step.row.parameters, requires_grad=True)
    x = torch.tensor([[1.0, 1], [1, 0], [0, 1], [0, 0]], dtype=torch.float64)[sample]
    y = torch.tensor([1.0, 0, 0, 0], dtype=torch.float64)[sample]
    z = theta[:2] @ x + theta[2]
    output = torch.sigmoid(z)
    z.retain_grad()
    output.retain_grad()
    loss = torch.nn.functional.binary_cross_entropy(output, y)
    loss.backward()
    numbers = numbers_of(step, None, sample, (0, 1), 2)

    expected = {
        ("pre_activation", None): z,
        ("output", None): output,
        ("loss", None): loss,
        ("target", None): y,
        ("loss_by_output", None): output.grad,
        ("output_by_pre_activation", None): z.grad / output.grad,
        ("loss_by_pre_activation", None): z.grad,
        **{("input", i): x[i] for i in (0, 1)},
        **{("product", i): theta[i] * x[i] for i in (0, 1)},
        **{("grad", i): theta.grad[i] for i in (0, 1, 2)},
        **{("weight", i): theta[i] for i in (0, 1, 2)},
    }
    for slot, value in expected.items():
        assert numbers[slot].value == pytest.approx(value.detach().item(), rel=1e-12), slot


@pytest.mark.parametrize("phase", PHASES)
def test_what_is_not_yet_computed_is_a_dash(phase):
    """Every part of a step fills what it computes, and marks it.

    The update leaves nothing of the old weights.
    """
    numbers = numbers_of(anatomy(), phase, 1, (0, 1), 2)
    known = {slot for slot, number in numbers.items() if number.text != "—"}
    at = PHASES.index(phase)
    assert (("loss", None) in known) == (1 <= at < 4)
    assert (known >= FORWARD, bool(known & FORWARD)) == (at < 4, at < 4)
    assert (known >= FACTORS, bool(known & FACTORS)) == (at == 3, at == 3)
    assert (("grad", 0) in known) == (at >= 2)
    fresh = {slot for slot, number in numbers.items() if number.fresh}
    assert fresh
    assert fresh <= known
    assert (fresh & FORWARD == FORWARD) == (phase == "forward")


def test_without_parts_nothing_is_fresh_and_all_is_known():
    """Nobody goes by parts: forward, loss and backward are all there."""
    numbers = numbers_of(anatomy(), None, 1, (0, 1), 2)
    assert all(number.text != "—" and not number.fresh for number in numbers.values())
    assert numbers["product", 2].value == numbers["weight", 2].value  # the bias has one too


def test_zero_grad_empties_and_forgotten_keeps():
    """The gradients' slots read 0; where zero_grad is forgotten, what was left there."""
    numbers = numbers_of(anatomy(), "zero_grad", 1, (0, 1), 2)
    assert [numbers["grad", i].text for i in range(3)] == ["0"] * 3
    step = anatomy(breaks=("no_zero_grad",))
    kept = numbers_of(step, "zero_grad", 1, (0, 1), 2)
    assert [kept["grad", i].value for i in range(3)] == pytest.approx(
        list(step.row.grad - step.new_grad)
    )
    assert kept["grad", 2].value != 0


def test_the_update_shows_the_moved_weight_and_its_change():
    """New value and difference of plain gradient descent: −η·g."""
    step = anatomy(learning_rate=0.7, optimizer="sgd")
    numbers = numbers_of(step, "update", 1, (0, 1), 2)
    for i in range(3):
        change = -0.7 * step.row.grad[i]
        assert numbers["grad", i].text == ""
        assert numbers["change", i].value == pytest.approx(change, rel=1e-9)
        assert numbers["weight", i].value == pytest.approx(
            step.row.parameters[i] + change, rel=1e-12
        )
        assert numbers["change", i].text[0] in "+−"


@for_each(
    ("choices", "name"),
    [
        ({}, "step: −rate × mean of 4 ="),
        ({"schedule": "step_decay"}, "step: −rate × mean of 4 ="),
        ({"breaks": ("ascent",)}, "step: +rate × mean of 4 ="),
        ({"optimizer": "adam"}, "step from mean of 4 samples:"),
        ({"optimizer": "momentum"}, "step from mean of 4 samples:"),
        ({"l2": 0.1}, "step from mean of 4 samples and penalty:"),
        ({"breaks": ("no_zero_grad",)}, "step from all gradients so far:"),
    ],
)
def test_the_update_names_the_gradient_that_it_went_by(choices, name):
    """Not the sample's on show, by which the change would not be understood.

    Where it says how the one comes of the other, it does.
    """
    step = anatomy(steps=2, **choices)
    if "rate ×" in name:
        sign = -1.0 if "−" in name else 1.0
        made = sign * step.row.learning_rate * step.sample_grads.mean(axis=0)
        assert step.new_parameters - step.row.parameters == pytest.approx(made, rel=1e-9)
    for sample in range(4):
        assert numbers_of(step, "update", sample, (0, 1), 2)["change", 0].names[0] == name
        backward = numbers_of(step, "backward", sample, (0, 1), 2)
        assert (backward["grad", 0].names, backward["change", 0].text) == (("∂ℓ/∂w₁ =",), "")


def test_a_batch_of_one_is_called_by_its_sample():
    """The gradient is that sample's, whichever is on show."""
    step = anatomy(batch_size=1)
    numbers = numbers_of(step, "update", (int(step.batch[0]) + 1) % 4, (0, 1), 2)
    name, plain, shorter, _ = numbers["change", 0].names
    assert name == f"step: −rate × gradient of sample {step.batch[0] + 1} ="
    assert (plain, shorter) == (name[6:], f"by gradient of sample {step.batch[0] + 1}:")
    adam = numbers_of(anatomy(optimizer="adam"), "update", 0, (0, 1), 2)
    assert adam["change", 0].names[-1] == "by mean of 4:"


def test_gradients_that_are_left_out_are_empty():
    """All else is there."""
    numbers = numbers_of(anatomy(), None, 1, (0, 1), 2, backward=False)
    assert {number.text for slot, number in numbers.items() if slot in BACKWARD} == {""}
    assert numbers["output", None].text != ""


def test_after_the_update_everything_is_of_the_new_weights():
    """What they give, and the loss that the bar shows at that step."""
    step = anatomy(steps=3)
    after = anatomy(steps=4)
    moved = numbers_of(step, "update", 0, (0, 1), 2, after)
    following = numbers_of(after, "loss", 0, (0, 1), 2)
    for kind in ("pre_activation", "output", "loss"):
        assert moved[kind, None].text == following[kind, None].text != "—"
    assert [moved["weight", i].text for i in range(3)] == [
        following["weight", i].text for i in range(3)
    ]
    assert moved["loss_by_output", None].text == "—"


def test_saturated_factors_are_dashes_with_their_product():
    """At z = 40 ŷ is 1 to the last bit: the factors cannot be told, δ = ŷ − y can."""
    step = anatomy("and", 0, weights=(20.0, 20.0), bias=0.0)
    numbers = numbers_of(step, None, 0, (0, 1), 2)
    assert [
        numbers[kind, None].text for kind in ("loss_by_output", "output_by_pre_activation")
    ] == ["—", "—"]
    assert numbers["loss_by_pre_activation", None].text != "—"


def test_before_torch_everything_is_a_dash():
    """Nothing is known."""
    assert {number.text for number in numbers_of(None, None, 0, (0, 1), 2).values()} - {""} == {"—"}


def test_the_rest_is_what_is_out_of_sight():
    """The products on show, the rest and the bias are z."""
    step = anatomy("spam", 5)
    shown = (3, 8, 50)
    numbers = numbers_of(step, None, 7, shown, 100)
    parts = [numbers["product", i].value for i in shown] + [numbers["rest", None].value, step.bias]
    assert sum(part for part in parts if part is not None) == pytest.approx(
        float(step.pre_activation[7])
    )


def test_the_ranking_shows_the_largest_and_scrolls_to_all():
    """The greatest |w·x| of a sample come first; paging reaches every input."""
    step = anatomy("spam", 5)
    ranking = Ranking()
    shown = ranking.shown(step, 7, 100, 6)
    sizes = np.abs(step.weights * step.inputs[7])
    assert set(shown) == set(np.argsort(-sizes)[:6].tolist())
    assert list(shown) == sorted(shown)
    seen = set(shown)
    for _ in range(100):
        ranking.scroll(1)
        seen |= set(ranking.shown(step, 7, 100, 6))
    assert seen == set(range(100))
    last = ranking.shown(step, 7, 100, 6)
    ranking.scroll(5)
    assert ranking.shown(step, 7, 100, 6) == last


def test_the_ranking_does_not_flicker():
    """A folded input takes the place of a shown one only when it is clearly larger."""
    ranking, trainer = Ranking(), Trainer(Settings("spam"))
    sets = []
    for _ in range(30):
        trainer.advance(1)
        numbers = {"learning_rate": 0.1}
        sets.append(
            ranking.shown(
                Anatomy(trainer.settings, trainer.history.rows().newest, numbers), None, 100, 6
            )
        )
    changes = sum(one != two for one, two in itertools.pairwise(sets))
    assert changes <= 5


def test_few_inputs_are_all_shown():
    """In their own order."""
    assert Ranking().shown(anatomy(), None, 2, 2) == (0, 1)
    assert ranked(np.array([1.0, 3.0, 2.0])) == [1, 2, 0]
    assert sizes_of(anatomy(), None).shape == (2,)


MANY = Dataset(np.arange(2_000.0)[:, None] / 4_000, np.zeros(2_000), classes=False)


@pytest.mark.parametrize(
    ("choices", "sample", "text"),
    [
        ({}, 1, "sample 2 of 4 · x = (1, 0) · target 0"),
        ({}, None, "mean over the batch of 4"),
        ({"batch_size": 2}, None, "mean over the batch of 2"),
        ({"task": "line"}, 0, "sample 1 of 6 · x = 1 · target"),
        ({"task": "spam"}, 3, ", …) · target"),
        ({"task": None, "data": MANY}, 1_199, "sample 1,200 of 2,000 · x = 0.2998 · target 0"),
        ({"task": None, "data": MANY}, None, "mean over the batch of 2,000"),
    ],
)
def test_it_says_whose_numbers_they_are(choices, sample, text):
    """One sample with its x and target, or the batch."""
    step = anatomy(**choices)
    assert text in described(step, step.settings, sample)


def test_slots_have_names():
    """For the tip and a screen reader."""
    settings = Settings("and")
    named = [
        slot_name(slot, settings)
        for slot in (("grad", 0), ("grad", 2), ("product", 1), ("loss_by_output", None))
    ]
    assert named == ["∂ℓ/∂w₁", "∂ℓ/∂b", "w₂·x₂", "∂ℓ/∂ŷ"]
