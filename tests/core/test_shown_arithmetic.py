"""Every arithmetic that is shown.

Worked out from its text, it gives the number, in the order of its formula.
"""

import functools
import itertools
import re

import numpy as np
import pytest
import torch

from neuroviz.core.anatomy import explanations, formula_text
from neuroviz.core.anatomy import formula_text as writing
from neuroviz.core.anatomy.explain import Quantity, explain
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.numbers import format_number
from tests.core.anatomies import anatomy_at
from tests.core.shown import letters_of, numbers_of, worked_out
from tests.core.their_optimizers import THEIRS
from tests.for_each import for_each

INPUTS = np.array([[1.7, -0.6], [0.3, 2.1], [-1.2, 0.8]])
THETA = (0.43, -0.71, 0.29)


def exact(value, digits=17):
    """Write a number to its last bit, where the screen has four digits."""
    return format_number(value, 17)


@pytest.fixture(autouse=True)
def all_digits(monkeypatch):
    """Let the texts have all digits, so that what they come to can be told from its neighbours."""
    for module in (formula_text, explanations, writing):
        monkeypatch.setattr(module, "format_number", exact)
    for module in (formula_text, writing):
        monkeypatch.setattr(module, "operand", exact)


@functools.cache
def of_three(steps=0, **choices):
    """Return the anatomy of a step on three samples, no two of whose numbers are the same."""
    settings = Settings("and", data=Dataset(INPUTS, np.array([1.0, 0.0, 1.0]), True),
                        weights=THETA[:2], bias=THETA[2], **choices)  # fmt: skip
    return anatomy_at(settings, steps)


def takes(activation, loss):
    try:
        Settings("and", activation=activation, loss=loss)
    except SettingsError:
        return False
    return True


PAIRS = [pair for pair in itertools.product(ACTIVATIONS, LOSSES) if takes(*pair)]


def own_numbers(anatomy, sample):
    """Return the numbers of a sample by their letters: z by hand, ŷ and the slopes by autograd."""
    settings, theta = anatomy.settings, anatomy.row.parameters
    x = INPUTS[sample]
    z = torch.tensor(
        float(theta[0] * x[0] + theta[1] * x[1] + theta[2]), dtype=torch.float64, requires_grad=True
    )
    output = eval(settings.activation_entry.torch_code, {"torch": torch, "z": z})
    target = float(settings.coded_targets[sample])
    return {"w₁": theta[0], "w₂": theta[1], "b": theta[2], "x₁": x[0], "x₂": x[1], "z": z.item(),
            "eᶻ": z.item(), "e⁻ᶻ": z.item(), "ŷ": output.item(), "y": target}  # fmt: skip


def assert_shown(arithmetic, formula, numbers, value):
    """Assert that a text has the formula's numbers.

    They are in the formula's order, and come to the value.
    """
    shown = arithmetic.removeprefix("= ").rsplit(" = ", 1)
    text = shown[0]
    assert worked_out(text) == pytest.approx(value, rel=1e-12, abs=1e-15), text
    assert float(shown[-1]) == pytest.approx(value, rel=1e-15)
    assert numbers_of(text) == pytest.approx(letters_of(formula, numbers), rel=1e-12), (
        text,
        formula,
    )


@for_each(("activation", "loss"), PAIRS)
@for_each(
    "kind", ["pre_activation", "output", "loss", "loss_by_output", "output_by_pre_activation"]
)
def test_a_sample_s_numbers_follow_from_what_is_written(kind, activation, loss):
    """Activation × loss: what is written comes to what torch has, number for letter."""
    anatomy = of_three(activation=activation, loss=loss)
    for sample in range(3):
        numbers = own_numbers(anatomy, sample)
        found = explain(anatomy, Quantity(kind), sample)
        formula = found.formula.split(" = ", 1)[1]
        if formula != "0":
            assert_shown(
                found.arithmetic,
                formula.removesuffix(", Φ the normal distribution"),
                numbers,
                found.value,
            )


@for_each(("activation", "loss"), PAIRS)
def test_delta_and_gradient_follow_from_what_is_written(activation, loss):
    """∂ℓ/∂z is the product of its two factors in their order.

    ∂ℓ/∂θ of a sample is δ times its input.
    """
    anatomy = of_three(activation=activation, loss=loss)
    for sample in range(3):
        numbers = own_numbers(anatomy, sample)
        numbers["∂ℓ/∂ŷ"] = anatomy.loss_by_output[sample]
        numbers["∂ŷ/∂z"] = anatomy.output_by_pre_activation[sample]
        found = explain(anatomy, Quantity("loss_by_pre_activation"), sample)
        assert_shown(found.arithmetic, found.formula.split(" = ")[1], numbers, found.value)
        for index in range(3):
            found = explain(anatomy, Quantity("grad", index), sample)
            assert found.formula.endswith(("·x₁", "·x₂", "·1")[index])
            if not found.formula.split(" = ")[1].startswith("0"):
                assert_shown(
                    found.arithmetic, found.formula.split(" = ", 1)[1], numbers, found.value
                )


def test_products_and_means_follow_from_what_is_written():
    """wᵢ·xᵢ in this order; a mean is the sum of its terms by their number."""
    anatomy = of_three(2, learning_rate=0.3)
    for index in range(2):
        for sample in range(3):
            found = explain(anatomy, Quantity("product", index), sample)
            assert_shown(found.arithmetic, found.formula, own_numbers(anatomy, sample), found.value)
    for index in range(3):
        found = explain(anatomy, Quantity("grad", index), None)
        assert worked_out(found.arithmetic.removeprefix("= ").rsplit(" = ", 1)[0]) == pytest.approx(
            found.value
        )
        own = (
            (anatomy.output - anatomy.targets) @ np.column_stack((INPUTS, np.ones(3)))[:, index] / 3
        )
        assert found.value == pytest.approx(own, rel=1e-12)
    for kind in ("pre_activation", "output", "loss", "loss_by_pre_activation"):
        found = explain(anatomy, Quantity(kind), None)
        text = found.arithmetic.removeprefix("= ").rsplit(" = ", 1)[0]
        assert worked_out(text) == pytest.approx(found.value, rel=1e-12)


# --- the stages of an update ----------------------------------------------------------------------


def stages_of(optimizer, steps):
    """Return the anatomy of a run's step, and its numbers by their letters before the step."""
    row, own = OPTIMIZERS[optimizer], THEIRS[optimizer].numbers
    anatomy = of_three(steps, optimizer=optimizer, learning_rate=0.17, **own)
    letters = {number.symbol: own[number.name] for number in row.hyperparameters}
    before = dict(zip(row.state.values(), anatomy.row.state, strict=True))
    return anatomy, {
        "θ": anatomy.row.parameters,
        "g": anatomy.row.grad,
        "η": 0.17,
        "t": steps + 1,
        **letters,
        **before,
    }


@for_each("optimizer", THEIRS)
@for_each("steps", [0, 4])
def test_every_stage_is_the_textbook_s(optimizer, steps):
    """State and new parameters too.

    Each stage's number is the paper's, whatever the run says of its ends.
    """
    anatomy, numbers = stages_of(optimizer, steps)
    wanted = THEIRS[optimizer].stages(numbers)
    stages = anatomy.stages[2:]  # after the gradient and the learning rate
    assert [stage.symbol for stage in stages] == list(wanted)
    for stage in stages:
        np.testing.assert_allclose(
            stage.values, wanted[stage.symbol], rtol=1e-12, err_msg=stage.symbol
        )
        if stage.before is not None:
            before = "θ" if stage.symbol == "θ′" else stage.symbol
            np.testing.assert_array_equal(stage.before, numbers[before])


@for_each("optimizer", THEIRS)
@for_each("steps", [0, 4])
def test_every_stage_is_written_number_for_letter(optimizer, steps):
    """What is shown has the numbers of the formula's letters, in their order.

    It comes to the stage's number.
    """
    anatomy, numbers = stages_of(optimizer, steps)
    wanted = THEIRS[optimizer].stages(numbers)
    for index, stage in enumerate(anatomy.stages):
        if index < 2:
            continue
        for parameter in range(3):
            found = explain(anatomy, Quantity("stage", (index, parameter)), None)
            kept = stage.symbol in ("v", "m", "s") or stage.formula == "θ + Δθ"
            assert found.formula == f"{stage.symbol} {'←' if kept else '='} {stage.formula}"
            here = {letter: float(np.ravel(value)[parameter if np.ndim(value) else 0])
                    for letter, value in numbers.items()}  # fmt: skip
            formula = stage.formula.replace("ᵗ", "^t")
            assert_shown(found.arithmetic, formula, here, float(np.ravel(wanted[stage.symbol])[
                parameter if np.ndim(wanted[stage.symbol]) else 0]))  # fmt: skip
            shape = re.sub(
                "|".join(sorted(map(re.escape, here), key=len, reverse=True)), "{}", formula
            )
            assert stage.pattern == shape
        if stage.symbol != "θ":
            numbers[stage.symbol] = wanted[stage.symbol]


@for_each("optimizer", THEIRS)
def test_the_state_s_stages_are_torch_optim_s_own_state(optimizer):
    """After five steps on the same gradients torch.optim's buffers are our v, m and s."""
    anatomy, _ = stages_of(optimizer, 4)
    row = OPTIMIZERS[optimizer]
    parameter = torch.nn.Parameter(torch.tensor(THETA, dtype=torch.float64))
    theirs = THEIRS[optimizer].made([parameter], 0.17, THEIRS[optimizer].numbers)
    x, y = (
        torch.tensor(np.column_stack((INPUTS, np.ones(3)))),
        torch.tensor([1.0, 0.0, 1.0], dtype=torch.float64),
    )
    for _ in range(5):
        theirs.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(x @ parameter, y).backward()
        theirs.step()
    found = {stage.symbol: stage.values for stage in anatomy.stages}
    np.testing.assert_allclose(found["θ"], parameter.detach().numpy(), rtol=1e-12)
    state = theirs.state[parameter]
    for name, letter in row.state.items():
        np.testing.assert_allclose(
            found[letter], state[THEIRS[optimizer].state[name]].numpy(), rtol=1e-12
        )


@for_each("optimizer", THEIRS)
def test_the_formula_of_an_optimizer_is_its_update(optimizer):
    """The assignments of the one-line formula, worked out in turn, are the run's.

    Both its state and its parameters.
    """
    anatomy, numbers = stages_of(optimizer, 4)
    formula = OPTIMIZERS[optimizer].formula.replace(
        ", then as Adam", f";  {OPTIMIZERS['adam'].formula}"
    )
    hats = {stage.symbol: stage.values for stage in anatomy.stages if stage.symbol in ("ĝ", "ŝ")}
    for parameter in range(3):
        here = {
            letter: float(np.ravel(value)[parameter if np.ndim(value) else 0])
            for letter, value in {**numbers, **hats}.items()
        }
        for assignment in formula.split(";  "):
            symbol, expression = assignment.split(" ← ")
            pattern = "|".join(sorted(map(re.escape, here), key=len, reverse=True))
            texts = {
                letter: f"({value!r})" if value < 0 else repr(value)
                for letter, value in here.items()
            }
            here[symbol] = worked_out(
                re.sub(pattern, lambda found, known=texts: known[found.group()], expression)
            )
        letters = OPTIMIZERS[optimizer].state.values()
        wanted = {"θ": anatomy.new_parameters, **dict(zip(letters, anatomy.new_state, strict=True))}
        for symbol, values in wanted.items():
            assert here[symbol] == pytest.approx(values[parameter], rel=1e-12)
