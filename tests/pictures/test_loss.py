import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.pictures.loss import loss_figure
from neuroviz.pictures.marks import Curve, Points
from neuroviz.pictures.render import ENDINGS, render
from neuroviz.pictures.run_styles import run_style
from tests.core.same_bits import block_of, fed


def rows_of(losses, max_rows=2**17, steps_per_epoch=1):
    """Give the rows of a history with these losses; None where there is none."""
    return fed(block_of(losses, 0, steps_per_epoch), max_rows).rows()


def test_texts():
    """Title, subtitle and axes name the loss with its mean, the task, neuron, optimizer and rate."""
    settings = Settings("and", optimizer="adam", schedule="cosine", batch_size=2, learning_rate=0.5)
    figure = loss_figure(settings, rows_of([1.0, 0.5]))
    assert figure.title == "Binary cross-entropy (mean over 4 samples)"
    assert figure.subtitle == "AND gate · Sigmoid · Adam, learning rate 0.5 (cosine) · batches of 2"
    assert (figure.x_label, figure.y_label, figure.log_y) == ("epoch", "loss", False)


def test_curve_is_the_stored_losses():
    """While all rows are kept, the curve is the losses against epochs, and nothing else."""
    figure = loss_figure(Settings("and"), rows_of([4.0, 2.0, 3.0, 1.0]))
    (curve,) = figure.marks
    assert curve.x.tolist() == [0, 1, 2, 3]
    assert curve.y.tolist() == [4.0, 2.0, 3.0, 1.0]


def test_batches():
    """On mini-batches the losses stand at whole epochs."""
    rows = rows_of([4.0, None, 2.0, None, 1.0, None], steps_per_epoch=2)
    (curve,) = loss_figure(Settings("and", batch_size=2), rows).marks
    assert curve.x.tolist() == [0, 1, 2]
    assert curve.y.tolist() == [4.0, 2.0, 1.0]


@pytest.mark.parametrize("spike", range(990, 1030, 3))
def test_spikes_of_a_thinned_history(spike):
    """The greatest and the least loss are in the curve though their rows are not, near their epochs."""
    losses = [1.0] * 2000
    losses[spike], losses[spike + 1] = 50.0, 0.01
    rows = rows_of(losses, max_rows=64)
    assert len(rows) < 100
    (curve,) = loss_figure(Settings("and"), rows).marks
    assert (curve.y.max(), curve.y.min()) == (50.0, 0.01)
    assert abs(curve.x[curve.y.argmax()] - spike) <= 2 * rows.stride
    assert (np.diff(curve.x) >= 0).all()


@pytest.mark.parametrize("direction", [1, -1])
def test_thinning_makes_no_teeth(direction):
    """A loss that only falls, or only rises, still does when rows are left out."""
    losses = [1 / (1 + step) for step in range(2000)][::direction]
    (curve,) = loss_figure(Settings("and"), rows_of(losses, max_rows=64)).marks
    assert (np.diff(curve.y) * direction <= 0).all()
    assert len(curve.y) > 64


def test_one_row():
    """A run that has not begun is one visible point."""
    figure = loss_figure(Settings("and"), rows_of([0.7]))
    _, points = figure.marks
    assert isinstance(points, Points)
    assert (points.x.tolist(), points.y.tolist(), figure.x_limits) == ([0.0], [0.7], (0.0, 1.0))


def test_zeros_on_a_logarithmic_axis():
    """Zeros are left out with a word, over the whole run's axis; a loss of nothing but zeros is drawn linear."""
    some = loss_figure(Settings("and"), rows_of([1.0, 0.1, 0.0, 0.0]), log=True)
    assert (some.log_y, some.x_limits) == (True, (0.0, 3.0))
    assert some.subtitle.endswith("zeros not drawn")
    none = loss_figure(Settings("and_by_hand"), rows_of([0.0, 0.0]), log=True)
    assert not none.log_y
    assert none.subtitle.endswith("linear, since the loss is 0")
    plain = loss_figure(Settings("and"), rows_of([1.0, 0.1]), log=True)
    assert (plain.log_y, "zeros" in plain.subtitle) == (True, False)


def test_a_loss_between_zeros():
    """On a logarithmic axis a loss whose neighbours are 0 is a point, since no line would show it."""
    losses = [0.0, 1.0, 0.0, 0.5, 0.2, 0.0]
    curve, points = loss_figure(Settings("and"), rows_of(losses), log=True).marks
    assert (points.x.tolist(), points.y.tolist()) == ([1.0], [1.0])
    assert curve.y.tolist() == losses
    assert len(loss_figure(Settings("and"), rows_of(losses)).marks) == 1


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("loss", [0.0, 1.0])
def test_a_start_is_a_point_on_any_axis(loss, log):
    """The only row of a run by hand can be seen, whatever its loss and the axis."""
    _, points = loss_figure(Settings("and"), rows_of([loss]), log).marks
    assert points.y.tolist() == [loss]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("losses", [[0.7], [0.0], [1e300, 1e-300], [1.0, 0.0], [5e-324, 5e-324]])
@pytest.mark.parametrize("log", [True, False])
def test_renders(ending, losses, log):
    """Every history that can be stored can be drawn, in every format, without a warning."""
    assert len(render(loss_figure(Settings("and"), rows_of(losses), log), ending)) > 1000


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_predicted_curve(ending):
    """A prediction is one more curve, dashed and named, over an axis as long as it; an empty one is none."""
    predicted = (np.array([0.0, 5.0, 10.0]), np.array([4.0, 2.0, 1.0]))
    figure = loss_figure(Settings("line"), rows_of([4.0, 3.5]), predicted=predicted)
    curve = figure.marks[-1]
    assert (curve.x.tolist(), curve.y.tolist()) == ([0.0, 5.0, 10.0], [4.0, 2.0, 1.0])
    assert (curve.dashed, curve.label, figure.x_limits) == (True, "predicted", (0.0, 10.0))
    assert len(render(figure, ending)) > 1000
    empty = loss_figure(Settings("line"), rows_of([4.0, 3.5]), predicted=(np.empty(0), np.empty(0)))
    assert (len(empty.marks), empty.x_limits) == (1, (0.0, 1.0))


def test_other_runs_have_their_curves_and_names():
    """Behind the run's own, in the colours of their slots, and the axis reaches the longest."""
    others = [("Adam", 0, rows_of([4.0, 2.0, 1.0, 0.5])), ("at its start", 7, rows_of([4.0]))]
    figure = loss_figure(Settings("and"), rows_of([4.0, 3.0]), log=True, others=others, name="SGD")
    curves = [mark for mark in figure.marks if isinstance(mark, Curve)]
    assert [curve.label for curve in curves] == ["Adam", "at its start", "SGD"]
    assert curves[0].y.tolist() == [4.0, 2.0, 1.0, 0.5]
    assert [curve.color for curve in curves[:2]] == [run_style(slot).colour for slot in (0, 7)]
    assert [curve.dashed for curve in curves] == [False, bool(run_style(7).dash), False]
    assert figure.x_limits == (0.0, 3.0)
    assert any(isinstance(mark, Points) and mark.x.tolist() == [0] for mark in figure.marks)
    assert render(figure, ".svg")


def test_alone_it_has_no_name():
    (curve,) = loss_figure(Settings("and"), rows_of([4.0, 3.0]), name="SGD").marks
    assert curve.label is None
