import re

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.pictures.loss import epoch_ticks, loss_figure, loss_title
from neuroviz.pictures.marks import DASHED, Curve, EndLabel, Points
from neuroviz.pictures.palette import run_style
from neuroviz.pictures.render import ENDINGS, render
from tests.core.same_bits import block_of, fed
from tests.for_each import for_each
from tests.pictures.declared import marks_of


def rows_of(losses, max_rows=2**17, steps_per_epoch=1):
    """Give the rows of a history with these losses; None where there is none."""
    return fed(block_of(losses, 0, steps_per_epoch), max_rows).rows()


def test_texts():
    """Title and axes name the loss with its mean.

    Below stands only what is not of the experiment.
    """
    settings = Settings("and", optimizer="adam", schedule="cosine", batch_size=2, learning_rate=0.5)
    figure = loss_figure(settings, rows_of([1.0, 0.5]))
    assert figure.title == "Binary cross-entropy, mean"
    assert figure.subtitle is None
    assert loss_figure(settings, rows_of([1.0, 0.5]), log=True).subtitle == "logarithmic loss axis"
    assert (figure.x_label, figure.y_label, figure.log_y) == ("epoch", "loss", False)


def test_curve_is_the_stored_losses():
    """While all rows are kept, the curve is the losses against epochs.

    With a ball where the run is.
    """
    curve, ball = loss_figure(Settings("and"), rows_of([4.0, 2.0, 3.0, 1.0])).marks
    assert (ball.x.tolist(), ball.y.tolist()) == ([3], [1.0])
    assert curve.x.tolist() == [0, 1, 2, 3]
    assert curve.y.tolist() == [4.0, 2.0, 3.0, 1.0]


def test_batches():
    """On mini-batches the losses stand at whole epochs."""
    rows = rows_of([4.0, None, 2.0, None, 1.0, None], steps_per_epoch=2)
    (curve,) = marks_of(loss_figure(Settings("and", batch_size=2), rows), Curve)
    assert curve.x.tolist() == [0, 1, 2]
    assert curve.y.tolist() == [4.0, 2.0, 1.0]


@for_each("spike", range(990, 1030, 3))
def test_spikes_of_a_thinned_history(spike):
    """The greatest and the least loss are in the curve though their rows are not.

    Near their epochs.
    """
    losses = [1.0] * 2000
    losses[spike], losses[spike + 1] = 50.0, 0.01
    rows = rows_of(losses, max_rows=64)
    assert len(rows) < 100
    (curve,) = marks_of(loss_figure(Settings("and"), rows), Curve)
    assert (curve.y.max(), curve.y.min()) == (50.0, 0.01)
    assert abs(curve.x[curve.y.argmax()] - spike) <= 2 * rows.stride
    assert (np.diff(curve.x) >= 0).all()


@pytest.mark.parametrize("direction", [1, -1])
def test_thinning_makes_no_teeth(direction):
    """A loss that only falls, or only rises, still does when rows are left out."""
    losses = [1 / (1 + step) for step in range(2000)][::direction]
    (curve,) = marks_of(loss_figure(Settings("and"), rows_of(losses, max_rows=64)), Curve)
    assert (np.diff(curve.y) * direction <= 0).all()
    assert len(curve.y) > 64


def test_one_row():
    """A run that has not begun is one visible point."""
    figure = loss_figure(Settings("and"), rows_of([0.7]))
    (ball,) = marks_of(figure, Points)
    assert (ball.x.tolist(), ball.y.tolist(), figure.x_limits) == ([0.0], [0.7], (-0.025, 1.025))


def test_zeros_on_a_logarithmic_axis():
    """Zeros are left out with a word, over the whole run's axis.

    A loss of nothing but zeros is drawn linear.
    """
    some = loss_figure(Settings("and"), rows_of([1.0, 0.1, 0.0, 0.0]), log=True)
    assert (some.log_y, some.y_label) == (True, "loss (log scale, zeros not drawn)")
    assert some.x_limits == pytest.approx((-0.075, 3.075))
    none = loss_figure(Settings("and_by_hand"), rows_of([0.0, 0.0]), log=True)
    assert (none.log_y, none.y_label) == (False, "loss (none above 0)")
    plain = loss_figure(Settings("and"), rows_of([1.0, 0.1]), log=True)
    assert (plain.log_y, plain.y_label) == (True, "loss (log scale)")


def test_a_loss_between_zeros():
    """On a logarithmic axis a loss whose neighbours are 0 is a point.

    No line would show it.
    """
    losses = [0.0, 1.0, 0.0, 0.5, 0.2, 0.0]
    curve, points, _ = loss_figure(Settings("and"), rows_of(losses), log=True).marks
    assert (points.x.tolist(), points.y.tolist()) == ([1.0], [1.0])
    assert curve.y.tolist() == losses
    assert len(loss_figure(Settings("and"), rows_of(losses)).marks) == 2


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("loss", [0.0, 1.0])
def test_a_start_is_a_point_on_any_axis(loss, log):
    """The only row of a run by hand can be seen, whatever its loss and the axis."""
    (ball,) = marks_of(loss_figure(Settings("and"), rows_of([loss]), log), Points)
    assert ball.y.tolist() == [loss]


@pytest.mark.parametrize(
    ("losses", "endings"),
    [
        ([0.7], (".png", ".svg")),
        ([0.0], (".svg", ".pdf")),
        ([1e300, 1e-300], (".pdf", ".png")),
        ([1.0, 0.0], (".png", ".svg")),
        ([5e-324, 5e-324], (".svg", ".pdf")),
    ],
)
def test_renders(losses, endings):
    """Every history that can be stored can be drawn over either axis, without a warning.

    In each format some.
    """
    for ending, log in zip(endings, (False, True), strict=True):
        assert len(render(loss_figure(Settings("and"), rows_of(losses), log), ending)) > 1000


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_predicted_curve(ending):
    """A prediction is one more curve, dashed and named, over an axis as long as it.

    An empty one is none.
    """
    predicted = (np.array([0.0, 5.0, 10.0]), np.array([4.0, 2.0, 1.0]))
    figure = loss_figure(Settings("line"), rows_of([4.0, 3.5]), predicted=predicted)
    curve = figure.marks[0]  # behind the run
    assert (curve.x.tolist(), curve.y.tolist()) == ([0.0, 5.0, 10.0], [4.0, 2.0, 1.0])
    assert (curve.dash, curve.label) == (DASHED, "predicted")
    assert figure.x_limits == pytest.approx((-0.25, 10.25))
    assert len(render(figure, ending)) > 1000
    empty = loss_figure(Settings("line"), rows_of([4.0, 3.5]), predicted=(np.empty(0), np.empty(0)))
    assert len(empty.marks) == 2
    assert empty.x_limits == pytest.approx((-0.025, 1.025))


def test_a_prediction_has_no_say_in_the_height_of_a_run_on_a_linear_axis():
    """Of a run that has not begun, and on a logarithmic axis, all of it is in sight."""
    predicted = (np.array([0.0, 5.0, 10.0]), np.array([4.0, 200.0, 9000.0]))
    begun, at_start = rows_of([4.0, 3.5]), rows_of([4.0])

    def top(rows, log, predicted=predicted):
        return loss_figure(Settings("line"), rows, log, predicted).y_limits[1]

    assert top(begun, log=False) == top(begun, log=False, predicted=None) < 6
    assert top(at_start, log=False) >= 9000
    assert top(begun, log=True) >= 9000 > top(begun, log=True, predicted=None)


@for_each(
    ("losses", "log", "limits"),
    [
        ([0.717, 0.6931, 0.6931], True, (0.1, 1.0)),
        ([0.717, 0.6931, 0.6931], False, (-0.016, 0.8)),
        ([0.5, 10.2, 0.1], False, (-0.24, 12.0)),
        ([1852.0, 3e-9], True, (1e-9, 1e4)),
        ([0.0, 0.0], True, (-0.02, 1.0)),
        ([1.7e308, 1.0], False, None),
    ],
)
def test_what_hardly_falls_looks_flat(losses, log, limits):
    """XOR comes from 0.717 to ln 2, which is not learning.

    The axis ends at powers of ten, or begins at 0.
    """
    found = loss_figure(Settings("xor"), rows_of(losses), log).y_limits
    assert found == pytest.approx(limits) if limits else np.isfinite(found).all()


@pytest.mark.parametrize(
    ("loss", "log", "end", "words"),
    [
        (2.5e307, False, 1e300, "at most 10³⁰⁰ here"),
        (2.5e307, True, 1e270, "to 10²⁷⁰ at most"),
        (1e-290, True, 1e-270, "from 10⁻²⁷⁰"),
    ],
)
def test_losses_beyond_what_can_be_drawn(loss, log, end, words):
    """They stand at the end of the axis, and it is said how far that goes."""
    drawn = loss_figure(Settings("and"), rows_of([loss, loss]), log=log)
    assert words in f"{drawn.y_label} {drawn.subtitle}"
    low, high = drawn.y_limits
    assert low < high
    assert end in (low, high)
    assert render(drawn, ".png", 80, 60, 60)


def test_a_curve_that_grows_beyond_what_can_be_drawn_leaves_the_page():
    """On a logarithmic axis it is a straight line.

    Nothing of it runs along the upper edge as if it rested.
    """
    losses = 10.0 ** np.linspace(3, 307, 100)
    drawn = render(
        loss_figure(Settings("line"), rows_of(losses), log=True), ".svg", 80, 60
    ).decode()
    (curve,) = (path for path in re.findall(r'd="(M [^"]*)"', drawn) if path.count("L") > 50)
    heights = [float(y) for y in re.findall(r"[ML] \S+ (\S+)", curve)]
    assert np.diff(heights).max() < 0  # upwards is less, in an SVG
    assert len(heights) == (losses < 1e270).sum()


def test_other_runs_have_their_curves_and_names():
    """Behind the run's own, in the looks of their slots.

    The axis reaches the longest, which is named there.
    """
    others = [("Adam", 0, rows_of([4.0, 2.0, 1.0, 0.5])), ("at its start", 7, rows_of([4.0]))]
    figure = loss_figure(Settings("and"), rows_of([4.0, 3.0]), log=True, others=others, name="SGD")
    curves = marks_of(figure, Curve)
    assert [curve.label for curve in curves] == [None, "at its start", "SGD"]
    assert [(name.text, name.x, name.y) for name in marks_of(figure, EndLabel)] == [
        ("Adam", 3.0, 0.5)
    ]
    assert curves[0].y.tolist() == [4.0, 2.0, 1.0, 0.5]
    assert [curve.color for curve in curves[:2]] == [run_style(slot).colour for slot in (0, 7)]
    assert [curve.dash for curve in curves] == [(), run_style(7).dash, ()]
    balls = marks_of(figure, Points)
    assert [ball.marker for ball in balls] == [
        *(run_style(slot).shape for slot in (0, 7)),
        "o",
    ]
    assert [ball.x.tolist() for ball in balls] == [[3], [0], [1]]
    assert figure.x_limits == pytest.approx((-0.075, 3.075))
    assert render(figure, ".svg")


def test_alone_it_has_no_name():
    figure = loss_figure(Settings("and"), rows_of([4.0, 3.0]), name="SGD")
    (curve,) = marks_of(figure, Curve)
    assert curve.label is None
    assert not marks_of(figure, EndLabel)


@pytest.mark.parametrize("loss", ["mse", "mae", "huber", "hinge"])
def test_the_title_says_mean_once(loss):
    """The reduction is named, by the loss itself or behind it."""
    settings = Settings("and", activation="identity", loss=loss)
    assert loss_title(settings).lower().count("mean") == 1


def test_round_epochs_have_a_number_up_to_a_third_of_the_last():
    """So they are clear of it: of a run of 300 the 100 too."""
    said = {last: " ".join(text for _, text in epoch_ticks(last)) for last in (5, 299, 300)}
    assert said == {5: "0 1 5", 299: "0 1 10 299", 300: "0 1 10 100 300"}
