import pytest

from neuroviz.pictures.ticks import log_labels, log_ticks, tick_labels
from tests.for_each import for_each


@for_each(
    ("values", "labels"),
    [
        ([0, 0.5, 1], ["0.0", "0.5", "1.0"]),
        ([0.0, 5000.0, 10000.0], ["0", "5,000", "10,000"]),
        ([-1.0, -0.0, 1.0], ["−1", "0", "1"]),
        ([-0.1, 1e-18, 0.1], ["−0.1", "0.0", "0.1"]),
        ([0.1 + 0.2, 0.4], ["0.3", "0.4"]),
        ([1000.001, 1000.002], ["1,000.001", "1,000.002"]),
        ([0, 2e-7, 4e-7], ["0", "2·10⁻⁷", "4·10⁻⁷"]),
        ([0, 5e299, 1e300], ["0", "0.5·10³⁰⁰", "1.0·10³⁰⁰"]),
        ([5e-300], ["5·10⁻³⁰⁰"]),
        ([0.0], ["0"]),
        ([], []),
    ],
)
def test_numbers_of_an_even_axis(values, labels):
    """Numbers are told apart, have equally many decimals, a real minus, and no sign at zero."""
    assert tick_labels(values) == labels


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.001, 1, [0.001, 0.01, 0.1, 1]),
        (0.3, 6, [0.5, 1, 2, 5]),
        (1e-12, 1, [1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1]),
        (1.1, 1.2, []),
    ],
)
def test_numbers_chosen_for_a_logarithmic_axis(low, high, ticks):
    """Powers of ten, with 2 and 5 where few fit, at even strides.

    None where an even axis is better.
    """
    assert log_ticks(low, high) == ticks


def test_logarithmic_axis_never_has_more_numbers_than_fit():
    """From the smallest to the largest float there are still few numbers."""
    for count in (2, 5, 8):
        assert 2 <= len(log_ticks(1e-300, 1e300, count)) <= count + 1
    # Few fit, and of every five decades only one is in sight: then a number in every second.
    assert log_ticks(3.5e-4, 3e3, 3) == [0.01, 1, 100]
    # Only one power of ten is in sight: even numbers would lie on each other at the upper end.
    assert log_ticks(4, 80, 4) == [5, 10, 20, 50]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0.0001, 0.01, 1, 100, 10_000], ["0.0001", "0.01", "1", "100", "10,000"]),
        ([1e-5, 1e-3], ["10⁻⁵", "10⁻³"]),
        ([2e-7, 5e-7], ["2·10⁻⁷", "5·10⁻⁷"]),
        ([1e6], ["10⁶"]),
    ],
)
def test_numbers_of_a_logarithmic_axis(values, labels):
    """Numbers of one axis are all plain or all powers of ten."""
    assert log_labels(values) == labels
