"""What the neuron shows: four digits, and a sum that holds as it is printed."""

import itertools
import math
import random
import re
from decimal import Decimal

import pytest

from neuroviz.core.anatomy.unit import opened, units_of
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import measured
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.neuron.equations import adding_up, in_column
from neuroviz.pictures.neuron.numbers import numbers_of
from tests.core.anatomies import anatomy_of
from tests.for_each import for_each

FEW = ("and", "double", "weather", "five", "blobs3", "gates", "xor_two", "sine", "and_by_hand")


def read(text):
    """Return the number that a text says."""
    text = re.sub("·?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$", lambda power: f"e{power[1]}", text)
    return Decimal(
        text.replace(",", "")
        .removeprefix("≈")
        .translate(str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789"))
    )


def decimals(text):
    """Return how many decimals a number has that is no 0."""
    return len(text.partition(".")[2])


def moments(task, **choices):
    """Return the arithmetic at 20 random moments of a run, in one of its neurons each."""
    settings = Settings(task, **choices)
    trainer = Trainer(settings)
    found = []
    units = itertools.cycle(units_of(settings) or (None,))
    for steps in random.Random(task).choices([0, 1, 1, 2, 3, 7, 20, 90, 400], k=20):
        trainer.advance(steps)
        whole = anatomy_of(trainer)
        alone = settings.parameters.linear
        found.append(whole if alone else opened(whole, next(units)))
    return found


def assert_sum_holds(step, sample, shown):
    """Assert that what is printed adds up, the bias's product and the rest among it."""
    width = step.settings.dataset.width
    numbers = numbers_of(step, None, sample, shown, width)
    terms = [number for slot, number in numbers.items() if slot[0] in ("product", "rest")]
    total = numbers["pre_activation", None]
    assert len(terms) == len(shown) + 1 + (len(shown) < width)
    assert sum(read(term.text) for term in terms) == read(total.text)
    places = {decimals(term.text) for term in (*terms, total) if term.text not in ("0", "≈0")}
    assert len(places) <= 1
    for term in (*terms, total):
        assert term.value is not None
        unit = 10.0 ** -max(places, default=0)
        if "·10" not in term.text:
            assert float(read(term.text)) == pytest.approx(term.value, abs=unit)
        if term is not total and read(term.text) > 0:
            assert term.text.startswith("+")


@for_each("task", FEW)
def test_the_sum_of_samples_holds_as_it_is_printed(task):
    for step in moments(task):
        for sample in range(min(20, step.settings.dataset.samples)):
            assert_sum_holds(step, sample, range(step.settings.dataset.width))


@pytest.mark.parametrize(
    "choices",
    [
        {"task": "and", "activation": "tanh", "loss": "mse", "coding": "pm1", "optimizer": "adam"},
        {"task": "line", "learning_rate": 0.07},
        {"task": "spam"},
        {"task": "xor", "activation": "relu", "loss": "mse", "learning_rate": 0.9},
    ],
)
def test_it_holds_where_numbers_are_many_large_or_diverge(choices):
    """Exponents too, and where most inputs are out of sight."""
    for step in moments(**choices)[::3]:
        for sample in range(min(6, step.settings.dataset.samples)):
            assert_sum_holds(step, sample, range(min(8, step.settings.dataset.width)))


@pytest.mark.parametrize(
    ("terms", "texts", "total"),
    [
        ((1.87977, 1.92594, -3.131), ["+1.880", "+1.926", "−3.131"], "0.675"),
        ((8.2534, 8.2534, -12.8906), ["+8.2534", "+8.2534", "−12.8906"], "3.6162"),
        ((1.8804, 1.9254, -3.13), ["+1.8804", "+1.9254", "−3.1300"], "0.6758"),
        ((60.0, 5.0), ["+60", "+5"], "65"),
        ((0.0, 0.0), ["0", "0"], "0"),
        ((1e200, -3e199), ["+1.000·10²⁰⁰", "−0.300·10²⁰⁰"], "0.700·10²⁰⁰"),
    ],
)
def test_terms_have_the_decimals_of_their_sum(terms, texts, total):
    """Those of four digits of the largest; up to two more for all where the last would not hold."""
    assert adding_up(terms, math.fsum(terms)) == (texts, total)


def test_whatever_the_terms_the_sum_holds():
    """With so many that rounding cannot but break it: each is within one unit of its last."""
    numbers = random.Random(3)
    for _ in range(2000):
        terms = [numbers.gauss(0, 10.0 ** numbers.randint(-3, 3)) for _ in range(9)]
        texts, total = adding_up(terms, math.fsum(terms))
        assert sum(map(read, texts)) == read(total)
        for term, text in zip(terms, texts, strict=True):
            assert float(read(text)) == pytest.approx(term, abs=10.0 ** -decimals(total))


@for_each(
    ("value", "text"),
    [
        (1.87977, "1.880"),
        (-0.0287525, "−0.02875"),
        (0.041842, "0.04184"),
        (2.0, "2"),
        (0.5, "0.5"),
        (123456.7, "123,457"),
        (0.99996, "1.000"),
        (-1.2346e-7, "−1.235·10⁻⁷"),
        (0.0, "0"),
        (math.nan, "—"),
        (math.inf, "∞"),
    ],
)
def test_a_number_by_itself_has_four_digits(value, text):
    """With the zeros that are known, and no others."""
    assert measured(value) == text


def test_a_positive_number_has_its_sign_where_that_is_wanted():
    assert [measured(value, signed=True) for value in (1.5, -1.5, 0.0)] == ["+1.5", "−1.5", "0"]


def test_numbers_in_a_column_share_their_decimals():
    """Those of the largest, 0 too, and what comes to 0; without any, 0 is plain."""
    column = in_column([-0.33746, 0.2225, 0.0, 0.0418, 1e-9], signed=True)
    assert column == ["−0.3375", "+0.2225", "0.0000", "+0.0418", "0.0000"]
    assert in_column([1e9, 0.0, 2e3]) == ["1.000·10⁹", "0", "≈0"]
    assert in_column([379_324.0, -0.3, 0.0]) == ["379,324", "≈0", "0"]
    assert in_column([65.0, 5.0]) == ["65", "5"]


@pytest.mark.parametrize("value", [1.79e308, -1.79e308, 5e-324, -2.2e-308])
def test_the_largest_and_the_smallest_floats_are_written(value):
    for text in (measured(value), *adding_up([value, value], value)[0], *in_column([value, 1.0])):
        assert float(read(text)) is not None
