import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.slices import finished
from neuroviz.core.sweep.grid import momentum_axis, rate_axis, rate_grid, start_grid
from neuroviz.core.sweep.sweep import Sweep, SweepResult
from neuroviz.pictures.marks import ColourMap, Curve, Points, Segments, Text
from neuroviz.pictures.render import ENDINGS, render
from neuroviz.pictures.sweep.figure import sweep_figure
from tests.for_each import for_each
from tests.pictures.declared import marks_of

LINE = Settings("line")
RATES = rate_axis(1e-4, 1, 5)


def result_of(losses, diverged_at=None, settings=LINE, first=100.0, grid=None):
    """Give a result made by hand."""
    grid = grid or rate_grid(settings, rate_axis(1e-4, 1, len(losses)))
    diverged_at = (
        np.zeros(len(losses), dtype=np.int64) if diverged_at is None else np.array(diverged_at)
    )
    starts = np.full(len(losses), first)
    parameters = np.zeros((len(losses), settings.dataset.width + 1))
    return SweepResult(grid, 1000, starts, np.array(losses, dtype=float), parameters, diverged_at)


def trained(grid):
    return finished(Sweep(grid).work())


def curve_of(figure):
    """Give the curve of the losses: the line that is neither dashed nor vertical."""
    (curve,) = [curve for curve in marks_of(figure, Curve) if not curve.dash]
    return curve


def test_losses_stand_over_their_rates_on_logarithmic_axes():
    figure = sweep_figure(result_of([50, 10, 1, 5, 20]))
    curve = curve_of(figure)
    assert curve.x == pytest.approx([1e-4, 1e-3, 0.01, 0.1, 1])
    assert curve.y.tolist() == [50, 10, 1, 5, 20]
    assert (figure.x_label, figure.y_label) == ("learning rate", "loss")
    assert figure.log_x
    assert figure.log_y
    assert 0 < figure.x_limits[0] < 1e-4 < 1 < figure.x_limits[1]
    assert figure.y_limits[0] < 1 < 100 < figure.y_limits[1]


def test_texts():
    settings = Settings("and", optimizer="adam", schedule="cosine", batch_size=2)
    figure = sweep_figure(
        result_of([1, 2], settings=settings, grid=rate_grid(settings, rate_axis(0.1, 1, 2)))
    )
    assert figure.title == "Loss after 500 epochs, over the learning rate"
    neuron = "AND gate · 4 samples · Sigmoid · Binary cross-entropy · Adam"
    assert figure.subtitle == f"{neuron} · cosine schedule, period 10,000 · batches of 2"


def test_diverged_ones_are_crosses_at_the_top_and_no_part_of_the_curve():
    figure = sweep_figure(result_of([50, 10, 1, 1e290, 1e300], [0, 0, 0, 77, 5]))
    (crosses,) = marks_of(figure, Points, "diverged")
    assert crosses.marker == "x"
    assert crosses.x == pytest.approx([0.1, 1])
    low, high = figure.y_limits
    share = np.log(crosses.y / low) / np.log(high / low)
    assert ((share > 0.95) & (share < 1)).all()
    assert np.isnan(curve_of(figure).y).tolist() == [False, False, False, True, True]
    assert high < 1e4


def test_a_loss_out_of_all_proportion_is_said_to_be_above():
    figure = sweep_figure(result_of([50, 10, 1, 1e6, 1e200]))
    (beyond,) = marks_of(figure, Points, "above 100,000")
    assert (beyond.marker, len(beyond.x)) == ("^", 2)
    assert not marks_of(figure, Points, "diverged")


def test_a_loss_of_0_has_its_place_at_the_bottom():
    figure = sweep_figure(result_of([50, 10, 0, 5, 20]))
    (zero,) = marks_of(figure, Points, "loss 0")
    assert zero.x == pytest.approx([0.01])
    assert figure.y_limits[0] < zero.y[0] < 5


def test_without_a_loss_above_0_the_axis_is_linear():
    settings = Settings("and", activation="identity", loss="cross_entropy")
    figure = sweep_figure(trained(rate_grid(settings.replace(epochs=2), RATES)))
    assert not figure.log_y
    assert curve_of(figure).y.tolist() == [0] * 5
    render(figure, ".png")


def test_the_start_is_a_level():
    (level,) = marks_of(sweep_figure(result_of([50, 10, 1])), Curve, "loss at the start")
    assert level.y == (100, 100)


def lines_of(figure):
    """Give the rates of the vertical lines."""
    return [rate for ruler in marks_of(figure, Segments) for rate in ruler.x0]


def test_the_marks_of_the_ruler():
    """1/λmax, 2/(λmin + λmax), 2/λmax of the line, from its Hessian.

    Their names with their values.
    """
    low, high = np.linalg.eigvalsh(np.array([[91 / 6, 3.5], [3.5, 1]]) * 2)
    figure = sweep_figure(result_of([50, 10, 1, 5, 20]))
    assert lines_of(figure) == pytest.approx([1 / high, 2 / (low + high), 2 / high])
    texts = [text.text for text in marks_of(figure, Text)]
    assert texts == [
        "smooth up to 0.03128",
        "fastest in the worst case 0.06185",
        "diverges above 0.06256",
    ]


def test_where_the_marks_are_local_nothing_is_said_to_diverge():
    settings = Settings("and", init="zeros")
    figure = sweep_figure(result_of([0.5, 0.1, 0.2], settings=settings, first=0.69))
    assert not marks_of(figure, Text)  # 2.5 and more: beyond the axis
    wide = rate_grid(settings, rate_axis(0.1, 100, 3))
    figure = sweep_figure(result_of([0.5, 0.1, 0.2], settings=settings, first=0.69, grid=wide))
    assert [text.text for text in marks_of(figure, Text)][-1] == "overshoots above 5.021"


def test_no_marks_without_theory():
    figure = sweep_figure(result_of([50, 10, 1], settings=Settings("line", optimizer="adam")))
    assert not marks_of(figure, Text)
    assert not lines_of(figure)


@pytest.mark.parametrize(
    ("settings", "ends"),
    [
        (Settings("line", epochs=300), (1e-6, 1)),
        (Settings("sum", epochs=300), (1e-8, 1e-3)),
        (Settings("and", epochs=300), (1e-3, 50)),
        (Settings("and", activation="identity", loss="mse", epochs=100), (0.01, 0.8)),
    ],
)
def test_names_stand_at_their_lines_and_cross_neither_curve_nor_each_other(settings, ends):
    """In shares of the plot, with letters as wide as they were measured to be in print."""
    figure = sweep_figure(trained(rate_grid(settings, rate_axis(*ends, 40))))
    (left, right), (low, high) = np.log(figure.x_limits), np.log(figure.y_limits)
    boxes = []
    for text in marks_of(figure, Text):
        x, y = (np.log(text.x) - left) / (right - left), (np.log(text.y) - low) / (high - low)
        x -= 0.0115 * len(text.text) * text.right
        boxes.append((x, x + 0.0115 * len(text.text), y, y + 0.03))
    assert len(boxes) == 3
    lines = (np.log(lines_of(figure)) - left) / (right - left)
    for (x0, x1, y0, y1), own in zip(boxes, lines.tolist(), strict=True):
        assert 0 < x0 < x1 < 1
        assert min(abs(x0 - own), abs(x1 - own)) < 0.06
        for curve in marks_of(figure, Curve):
            fine = np.linspace(0, len(curve.x) - 1, 1000)
            x = (np.interp(fine, np.arange(len(curve.x)), np.log(curve.x)) - left) / (right - left)
            y = (np.interp(fine, np.arange(len(curve.y)), np.log(curve.y)) - low) / (high - low)
            assert not ((x0 < x) & (x < x1) & (y0 < y) & (y < y1)).any()
    for i, one in enumerate(boxes):
        assert not any(
            one[0] < o[1] and o[0] < one[1] and one[2] < o[3] and o[2] < one[3] for o in boxes[:i]
        )


def test_a_map_has_rates_across_and_momenta_up():
    settings = Settings("line", optimizer="momentum")
    grid = rate_grid(settings, rate_axis(1e-3, 1, 4), momentum_axis(settings, 0, 0.8, 3))
    losses = 10.0 ** np.arange(-6, 6)
    figure = sweep_figure(result_of(losses, [0] * 11 + [9], settings, first=1000.0, grid=grid))
    (colours,) = marks_of(figure, ColourMap)
    assert colours.values.shape == (3, 4)
    assert colours.values[0].tolist() == [-6, -5, -4, -3]
    assert np.isnan(colours.values[2, 3])
    assert colours.extent == pytest.approx((10**-3.5, 10**0.5, -0.2, 1.0))
    assert figure.log_x
    assert not figure.log_y
    assert (colours.low, colours.high, colours.label) == (-6, 4, "log₁₀ of the loss")
    assert (figure.title, figure.y_label) == (
        "Loss after 1,000 epochs, over the learning rate and momentum",
        "momentum",
    )
    (cross,) = marks_of(figure, Points, "diverged")
    assert (cross.x.tolist(), cross.y.tolist()) == ([pytest.approx(1)], [0.8])


def test_the_limit_grows_with_the_momentum():
    """(2 + 2μ)/λmax over μ."""
    settings = Settings("line", optimizer="momentum", epochs=1)
    figure = sweep_figure(
        trained(rate_grid(settings, rate_axis(1e-3, 1, 4), momentum_axis(settings, 0, 0.8, 3)))
    )
    (limit,) = marks_of(figure, Curve, "diverges above this rate")
    high = np.linalg.eigvalsh(np.array([[91 / 6, 3.5], [3.5, 1]]) * 2)[1]
    assert limit.x == pytest.approx((2 + 2 * limit.y) / high)
    assert limit.y.tolist() == [0, 0.4, 0.8]


def test_no_limit_on_a_map_of_a_loss_that_is_not_quadratic():
    settings = Settings("and", optimizer="momentum", epochs=1)
    grid = rate_grid(settings, rate_axis(1e-3, 1, 4), momentum_axis(settings, 0, 0.8, 3))
    assert not marks_of(sweep_figure(trained(grid)), Curve)


def test_a_map_of_starts_says_what_begins_where():
    settings = Settings(
        "and", loss="mse", weights=(0.0, 0.0), bias=-0.25, learning_rate=5.0, epochs=1000
    )
    result = trained(start_grid(settings, 4.0, 5))
    figure = sweep_figure(result)
    (colours,) = marks_of(figure, ColourMap)
    assert 10 ** colours.values.ravel() == pytest.approx(result.losses)
    assert (figure.x_label, figure.y_label) == ("w₁ at the start", "w₂ at the start")
    assert figure.title == "Loss after 1,000 epochs, over the starts of w₁ and w₂"
    assert "SGD · learning rate 5 · b begins at −0.25\nA: loss" in figure.subtitle
    assert (
        "99 parameters"
        in sweep_figure(trained(start_grid(Settings("spam", epochs=0), 1.0, 2))).subtitle
    )


def test_colours_are_cut_off_where_a_loss_is_out_of_all_proportion():
    grid = start_grid(Settings("and"), 1.0, 2)
    figure = sweep_figure(
        result_of([1.0, 10, 0, 1e200], settings=Settings("and"), first=10.0, grid=grid)
    )
    (colours,) = marks_of(figure, ColourMap)
    assert colours.values.tolist() == [[0, 1], [0, 1]]
    assert colours.label == "log₁₀ of the loss (cut off at the ends)"


def test_letters_name_the_minima_that_starts_end_in():
    """Of two halves with a loss each, the lower one is A; both letters stand in their half."""
    grid = start_grid(Settings("and"), 2.0, 8)
    losses = np.where(np.arange(64) % 8 < 3, 0.5, 0.01)
    figure = sweep_figure(result_of(losses, settings=Settings("and"), first=1.0, grid=grid))
    letters = {text.text: text.x for text in marks_of(figure, Text)}
    border = (grid.axes[0].values[2] + grid.axes[0].values[3]) / 2
    assert letters.keys() == {"A", "B"}
    assert letters["B"] < border < letters["A"]
    said = ["A: loss 0.01, 62.5 % of the starts", "B: loss 0.5, 37.5 % of the starts"]
    assert figure.subtitle.splitlines()[1:] == said
    drawn = render(figure, ".svg").decode()
    assert all(line in drawn for line in said)


LOSSES = ([1.0] * 4, [0.0] * 4, [1e-300, 1, 1e300, np.inf])
DIVERGED_AT = ([0] * 4, [1] * 4, [0, 0, 0, 2])
FIRST = (1.0, 0.0, 1e305)


@for_each("i", range(3))
@for_each("j", range(3))
def test_whatever_came_out_can_be_drawn(i, j):
    """Every two of what can be meet; every other is drawn as a curve, every other as a map."""
    losses, diverged_at, first = LOSSES[i], DIVERGED_AT[j], FIRST[(i + j) % 3]
    grids = (
        rate_grid(Settings("and"), rate_axis(1e-12, 1e12, 4)),
        start_grid(Settings("and"), 1.0, 2),
    )
    figures = [
        sweep_figure(result_of(losses, diverged_at, Settings("and"), first, grid)) for grid in grids
    ]
    render(figures[(i + j) % 2], ".svg", 80, 60)


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_kind_of_file(ending):
    assert len(render(sweep_figure(result_of([50, 10, 1])), ending)) > 1000
