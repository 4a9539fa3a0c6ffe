"""The card of a sweep."""

from itertools import combinations

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import format_number, measured, printed
from neuroviz.core.slices import finished
from neuroviz.core.sweep.grid import momentum_axis, rate_axis, rate_grid
from neuroviz.core.sweep.sweep import Sweep
from neuroviz.pictures.marks import ColourMap, Curve, Points, Segments, Text
from neuroviz.pictures.sweep.figure import at_neuron, at_rest
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import DARK, LIGHT
from tests.ui.person import KEY, marks_in


def test_hover_reads_the_nearest_rate_and_leaving_the_best(open_sweep):
    """The pointer reads rate and loss; away from the plot the best one stands there."""
    person = open_sweep()
    person.run()
    rest = person.read
    assert rest.startswith("best of these: rate")
    rate = person.result.grid.axes[0].values[10]
    person.hover(float(np.log10(rate)), person.window.view.plot.box.viewRange()[1][0] + 1.0)
    assert person.read == f"rate {format_number(rate)}  loss {measured(person.result.losses[10])}"
    person.window.view.plot.left.emit()
    assert person.read == rest


def test_a_neuron_that_diverged_is_read_as_such(open_sweep):
    """Its step stands in place of a loss."""
    person = open_sweep()
    person.run()
    last = len(person.result.grid) - 1
    assert person.result.diverged[last]
    for _ in range(last + 1):
        person.key(KEY.Key_Right)
    assert person.read.endswith(f"diverged at step {person.result.diverged_at[last]}")


def test_the_theme_can_change_with_a_result(open_sweep, undressed):
    """What was read is read again, in the other colours."""
    person = open_sweep()
    person.run()
    read, items = person.read, len(person.window.view.plot.box.addedItems)
    themes.apply(undressed, DARK)
    assert person.read == read
    assert len(person.window.view.plot.box.addedItems) == items


def test_before_the_first_sweep_there_are_no_axes_of_nothing(open_sweep):
    """The plot comes with the first result, and no figure before it.

    What stands there fits what is chosen, and what was swept stays as it is.
    """
    person = open_sweep()
    view = person.window.view
    assert view.heading.text() == "Sweep of learning rates"
    for over, word in (
        ("momenta", "momentum"),
        ("starts", "minimum"),
        ("seeds", "how many starts"),
    ):
        person.choose(over)
        assert word in person.read
    assert view.heading.text() == "Sweep of seeds"
    person.choose("rates")
    assert not view.plot.isVisible()
    assert person.window.exporter.figure_of("sweep") is None
    person.run()
    assert view.plot.isVisible()
    assert person.window.exporter.figure_of("sweep") is not None
    rest = person.read
    person.choose("seeds")
    assert person.read == rest


def test_its_title_begins_at_the_left_and_its_menu_ends_at_the_right(open_sweep):
    window = open_sweep(Settings("line")).window
    view = window.view
    left, _, right, _ = view.layout().getContentsMargins()
    for label in (view.heading, view.subtitle):
        assert label.x() == left
    assert window.export.geometry().right() == view.width() - right - 1


def trained(grid):
    return finished(Sweep(grid).work())


def test_what_is_read():
    """The best one at rest.

    Each neuron with its rate, and its loss or the step at which it diverged.
    """
    result = trained(rate_grid(Settings("line", epochs=2000), rate_axis(0.01, 1.0, 3)))
    assert result.diverged.tolist() == [False, True, True]
    assert at_neuron(result, 0) == f"rate 0.01  loss {measured(result.losses[0])}"
    assert at_neuron(result, 2) == f"rate 1  diverged at step {result.diverged_at[2]}"
    assert (
        at_rest(result, stopped=False)
        == f"best of these: {at_neuron(result, 0)}  ·  2 of 3 diverged"
    )
    assert at_rest(result, stopped=True).startswith("stopped early")
    result = trained(rate_grid(Settings("line", epochs=2000), rate_axis(0.5, 1.0, 2)))
    assert "all neurons diverged: use lower rates" in at_rest(result, stopped=False)
    # Of a map there is no range from one rate to another.
    right = Settings("double", optimizer="momentum", weights=(2.0,), bias=0.0, epochs=1)
    axes = rate_axis(0.01, 0.1, 2), momentum_axis(right, 0.0, 0.5, 3)
    result = trained(rate_grid(right, *axes))
    assert at_rest(result, stopped=False).endswith("loss 0; 5 more are level with it")


def test_what_grows_but_is_finite_yet_is_said():
    """Above the limit, 50 epochs are too few for an overflow.

    Both are told, and it is no best one.
    """
    result = trained(rate_grid(Settings("line", epochs=50), rate_axis(0.01, 0.6, 2)))
    assert at_neuron(result, 1).startswith("rate 0.6  diverged, still finite: loss ")
    assert at_rest(result, stopped=False).endswith("1 of 2 diverged")


# --- what is drawn --------------------------------------------------------------------------------


def crosses_of(plot):
    """Return the crosses of what diverged: the points in the colour of what is wrong."""
    (crosses,) = [mark for mark in marks_in(plot, Points) if mark.color == LIGHT.error]
    return crosses


def test_curve_marks_and_crosses(open_sweep):
    """The losses in decades, lines at the rates of the Hessian.

    Crosses at the top for those that diverged.
    """
    person = open_sweep()
    person.run()
    result, plot = person.result, person.window.view.plot
    curve = max(marks_in(plot, Curve), key=lambda mark: len(mark.x))
    fine = ~result.diverged & (result.losses <= 1e3 * result.first_losses)
    assert 10**curve.x == pytest.approx(result.grid.axes[0].values)
    assert 10 ** curve.y[fine] == pytest.approx(result.losses[fine])
    low, high = np.linalg.eigvalsh(np.array([[91 / 6, 3.5], [3.5, 1]]) * 2)
    ruler = marks_in(plot, Segments)[0]
    assert 10**ruler.x0 == pytest.approx([1 / high, 2 / (low + high), 2 / high])
    # Names have dots on their own lines.
    (dots,) = [mark for mark in marks_in(plot, Points) if mark.color == LIGHT.muted]
    rows = {float(mark.text.rsplit(" ", 1)[-1]): mark.y for mark in marks_in(plot, Text)[:3]}
    for x, y in zip(dots.x, dots.y, strict=True):
        assert rows[min(rows, key=lambda rate: abs(rate - 10**x))] == pytest.approx(y)
    assert len(dots.x) >= 2
    crosses = crosses_of(plot)
    assert 10**crosses.x == pytest.approx(result.grid.axes[0].values[result.diverged])
    assert (crosses.y > np.nanmax(curve.y)).all()


def test_what_is_no_theory_of_a_whole_run_says_so(open_sweep):
    """Of a quadratic loss it is one, and AND ends lowest far above its "overshoots"."""
    for settings, says in ((Settings("and"), True), (Settings("line"), False)):
        person = open_sweep(settings)
        person.run()
        under = person.window.view.under
        assert (under.isVisible(), "not of where a run ends" in under.text()) == (says, says)


def test_names_are_in_sight_and_apart(open_sweep):
    """Each of the three marks and what is at the edge has its name, none over another."""
    person = open_sweep()
    person.run()
    plot = person.window.view.plot
    places = [(mark.text, mark.x, mark.y) for mark in marks_in(plot, Text)]
    assert {text.rsplit(" ", 1)[0] for text, *_ in places} >= {"smooth up to", "diverges above"}
    assert "diverged" in {text for text, *_ in places}
    (left, right), (bottom, top) = plot.box.viewRange()
    height = 18 / plot.pixels()[1] * (top - bottom)
    letter = 7 / plot.pixels()[0] * (right - left)
    lefts = [mark.x - mark.right * letter * len(mark.text) for mark in marks_in(plot, Text)]
    names = sorted(
        (left, len(text), y)
        for left, (text, _, y) in zip(lefts, places, strict=True)
        if text[-1].isdigit()
    )
    assert all(left <= x < right and bottom < y < top for _, x, y in places)
    for (x, letters, y), (other_x, _, other_y) in combinations(names, 2):
        assert abs(other_y - y) >= height or other_x >= x + letters * letter


def test_cells_limit_and_crosses(open_sweep):
    """Shares of the scale in the order of the losses.

    (2 + 2μ)/λmax over μ, and a cross in each lost cell.
    """
    person = open_sweep(Settings("line", optimizer="momentum", epochs=50))
    person.choose("momenta")
    person.fill(rates=7, momenta=5)
    person.run()
    result, plot = person.result, person.window.view.plot
    (cells,) = marks_in(plot, ColourMap)
    fine = ~result.diverged.reshape(5, 7)
    losses = result.losses.reshape(5, 7)[fine]
    span = np.log10(losses / losses.min()).clip(
        None, np.log10(losses[losses <= 1e3 * result.first_losses[0]].max() / losses.min())
    )
    assert np.isnan(cells.shares).tolist() == (~fine).tolist()
    assert cells.shares[fine] / cells.shares[fine].max() == pytest.approx(span / span.max())
    limit = marks_in(plot, Curve)[0]
    high = np.linalg.eigvalsh(np.array([[91 / 6, 3.5], [3.5, 1]]) * 2)[1]
    assert 10**limit.x == pytest.approx((2 + 2 * limit.y) / high)
    assert len(crosses_of(plot).x) == result.diverged.sum()
    key = person.window.view.legend
    assert key.isVisible()
    low, high = losses.min(), losses[losses <= 1e3 * result.first_losses[0]].max()
    assert key.accessibleName().endswith(
        f"from {printed(low, 3)} to {printed(high, 3)}     × diverged"
    )

    # The number at the end of the axis is not cut by the edge of the plot.
    person.fill(low=0.001, high=100, rates=40)
    person.run()
    edge = plot.width() - 2
    below = plot.mapFromScene(plot.box.sceneBoundingRect().bottomRight()).y() + 2
    picture = plot.grab().toImage()
    colours = {picture.pixelColor(edge, y).name() for y in range(below, plot.height())}
    assert len(colours) == 1


def test_a_map_of_starts_says_which_minima_there_are(open_sweep):
    """A line for each under the map, which has its letter."""
    settings = Settings("and", loss="mse", learning_rate=5.0, epochs=400)
    person = open_sweep(settings)
    person.choose("starts")
    person.fill(reach=8.0, starts=9)
    person.run()
    view = person.window.view
    letters = {mark.text for mark in marks_in(view.plot, Text) if mark.centred}
    *minima, others = view.under.text().splitlines()
    assert len(minima) == len(letters) > 1
    assert others.startswith("others: ")
    shares = [float(line.split()[-5]) for line in (*minima, others)]
    assert sum(shares) == pytest.approx(100, abs=0.2)
    assert "diverged" not in view.legend.accessibleName()


def test_the_keyboard_goes_over_rows_and_columns(open_sweep):
    """Up is another row, right another column, and none beyond the edge."""
    person = open_sweep(Settings("line", optimizer="momentum", epochs=5))
    person.choose("momenta")
    person.fill(rates=3, momenta=4)
    person.run()
    person.window.view.plot.setFocus()
    read = {}
    for key, times in ((KEY.Key_Left, 4), (KEY.Key_Down, 4), (KEY.Key_Right, 1), (KEY.Key_Up, 9)):
        for _ in range(times):
            person.key(key)
        read[key] = person.read
    rates, momenta = (axis.values for axis in person.result.grid.axes)
    for key, column, row in ((KEY.Key_Down, 0, 0), (KEY.Key_Right, 1, 0), (KEY.Key_Up, 1, 3)):
        assert read[key].startswith(
            f"rate {printed(rates[column])}  momentum {printed(momenta[row])}"
        )
