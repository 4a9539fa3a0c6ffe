import numpy as np

from neuroviz.core.training.history_view import outline
from tests.for_each import for_each


@for_each("count", [1, 2, 3, 99, 100, 101, 1000, 1001, 12_345])
def test_few_points_and_no_spike_lost(count: int) -> None:
    """At most two points a block and the ends remain.

    Greatest, least, first and last are among them.
    """
    values = np.random.default_rng(count).standard_normal(count)

    index, kept = outline(values, values, 50)

    assert len(kept) <= 104 or count <= 104
    assert np.array_equal(values[index], kept)
    assert (np.diff(index) >= 0).all()
    assert (kept.max(), kept.min(), kept[0], kept[-1]) == (
        values.max(),
        values.min(),
        values[0],
        values[-1],
    )


def test_a_short_curve_is_itself() -> None:
    """A curve with no more points than there are pixels loses none."""
    values = np.arange(80.0)

    index, kept = outline(values, values, 50)

    assert np.array_equal(index, np.arange(80))
    assert kept is values


def test_each_block_keeps_its_own_extremes() -> None:
    """Seen from the values themselves.

    The reach of every stretch of pixels is that of the whole curve there.
    """
    values = np.sin(np.arange(10_000.0)) * np.linspace(1, 5, 10_000)

    index, kept = outline(values, values, 100)

    size = 112  # 10,000 points in at most 100 blocks of 7 times a power of 2
    for start in range(0, 10_000, size):
        inside = (index >= start) & (index < start + size)
        assert kept[inside].max() == values[start : start + size].max()
        assert kept[inside].min() == values[start : start + size].min()


def test_a_band_shows_both_edges() -> None:
    """Of thinned rows the least and the greatest loss since the row before are both drawn.

    Also of few rows.
    """
    low, high = np.array([1.0, 2.0, 3.0]), np.array([1.0, 9.0, 3.0])

    _, kept = outline(low, high, 50)

    assert {2.0, 9.0} <= set(kept)
