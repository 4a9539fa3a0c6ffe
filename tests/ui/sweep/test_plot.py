"""The plot of a sweep."""

from neuroviz.ui.sweep.view import RateAxis, SweepPlot
from tests.ui.person import KEY


def test_labels_of_decades_leave_each_other_room(qapp):
    """On 400 pixels never more than one label to 56 pixels.

    None but powers of ten over many decades.
    """
    axis = RateAxis("bottom")
    axis.setLogMode(x=True, y=False)
    for decades in (1, 2, 5, 20):
        ((_, ticks),) = axis.tickValues(-decades / 2, decades / 2, 400)
        assert 2 <= len(ticks) <= 400 / 56 + 1
    assert all(tick == int(tick) for tick in ticks)
    assert axis.tickStrings([-5.0, -1.0, 0.0], 1, 1) == ["10⁻⁵", "0.1", "1"]


def test_keys(qtbot):
    """Enter takes, other keys are every plot's."""
    plot, taken = SweepPlot(), []
    qtbot.addWidget(plot)
    plot.taken.connect(lambda: taken.append(1))
    for key in (KEY.Key_Left, KEY.Key_Up, KEY.Key_Enter, KEY.Key_A):
        qtbot.keyClick(plot, key)
    assert taken == [1]
