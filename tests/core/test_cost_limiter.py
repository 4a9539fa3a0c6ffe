"""Work that costs takes no more than its share of the time."""

import pytest

from neuroviz.core.slices import CostLimiter


class Clock:
    """A clock that is turned by hand."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.mark.parametrize(("share", "cost"), [(0.05, 0.001), (0.05, 0.7), (0.5, 0.1), (1.0, 0.1)])
def test_the_share_is_kept(share, cost):
    """Done whenever it is due, work takes its share of a long time.

    It takes no less than nearly that.
    """
    clock = Clock()
    pace, worked, tick = CostLimiter(share, clock), 0.0, cost / 50
    while clock.now < 100.0 + 100 * cost:
        if pace.due():
            with pace:
                clock.now += cost
            worked += cost
        clock.now += tick
    assert worked / (clock.now - 100.0) == pytest.approx(share, rel=0.25)


def test_an_error_counts_too():
    """Work that fails has cost its time all the same."""
    clock = Clock()
    pace = CostLimiter(0.05, clock)

    def fail():
        with pace:
            clock.now += 1.0
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not pace.due()
    clock.now += 19.5
    assert pace.due()
