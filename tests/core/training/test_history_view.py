import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import assert_same_row, block_of, fed
from tests.for_each import for_each

PER_EPOCH = (1, 4)


def rows_of(epochs, per_epoch=1, extra=0, max_rows=64):
    """Return rows of a noisy run with its losses, NaN inside epochs.

    Some steps are beyond the last whole epoch.
    """
    count = epochs * per_epoch + extra + 1
    losses = np.random.default_rng(count).standard_normal(count).cumsum() ** 2
    losses[np.arange(count) % per_epoch != 0] = np.nan
    return fed(block_of(list(losses), 0, per_epoch), max_rows).rows(), losses


def test_a_run_inside_an_epoch_has_masked_losses():
    """Where no loss over all samples was computed the column is masked.

    0 is not taken for a loss.
    """
    losses = [1.0, None, None, None] * 3
    rows = fed(block_of(losses[:9], 0, 4)).rows()
    assert rows.loss.mask.tolist() == [False, True, True, True] * 2 + [False]
    assert fed(block_of(losses[:10], 0, 4)).rows().loss.mask[-1]
    assert rows.epochs.tolist() == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]
    assert rows.columns()["epoch"].tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 2]


@pytest.mark.parametrize("task", ["double", "and", "sum", "spam"])
def test_columns_have_the_names_of_the_csv(task):
    """The names are step, epoch, loss, batch_loss, learning_rate.

    Then the parameters and their gradients.
    """
    trainer = Trainer(Settings(task))
    trainer.advance(25)
    columns, width = trainer.history.rows().columns(), trainer.settings.dataset.width
    parameters = [*[f"w{i}" for i in range(1, width + 1)], "b"]
    expected = ["step", "epoch", "loss", "batch_loss", "learning_rate", *parameters]
    assert list(columns) == [*expected, *[f"grad_{name}" for name in parameters]]
    assert {len(column) for column in columns.values()} == {26}
    assert columns["step"].tolist() == list(range(26))


@pytest.mark.parametrize("per_epoch", PER_EPOCH)
@pytest.mark.parametrize("epochs", [3, 500])
def test_kept_before_is_the_last_kept_row_at_or_before_a_step(per_epoch, epochs):
    """Of all kept rows and the newest it is the last that is not beyond the step, whole."""
    rows, losses = rows_of(epochs, per_epoch, extra=1)
    block = block_of(list(losses), 0, per_epoch)
    for step in range(0, len(losses) + 3):
        expected = max(kept for kept in rows.steps if kept <= step)
        assert_same_row(rows.kept_before(step), block.row(int(expected)))


def test_kept_before_hands_out_copies():
    """What is done to a row does not reach the history."""
    rows, _ = rows_of(20)
    rows.kept_before(3).parameters[:] = 99.0
    rows.kept_before(3).state[:] = 99.0
    assert rows.kept_before(3).parameters.tolist() == [3.0, 4.0]
    assert rows.parameter(0)[3] == 3.0


# --- what a picture can show ----------------------------------------------------------------------


@for_each("max_rows", [64, 2**15])
@for_each("most", [1, 2, 37, 400])
@for_each("per_epoch", PER_EPOCH)
def test_a_drawn_loss_has_few_points_and_every_extreme(per_epoch, most, max_rows):
    """At most two points a pixel column and a few, and not many fewer where there are rows.

    The least, the greatest, the first and the last are there.
    """
    for epochs, extra in ((1, 0), (2, 1), (63, 0), (1000, 0), (3001, per_epoch - 1)):
        rows, losses = rows_of(epochs, per_epoch, extra, max_rows)
        known = losses[~np.isnan(losses)]
        x, y = rows.drawn_loss(most)
        assert len(x) == len(y) <= 2 * most + 8
        assert len(x) >= min(1.5 * most, rows.loss.count())
        assert (y.min(), y.max()) == (known.min(), known.max())
        assert (np.diff(x) >= 0).all()
        assert x[0] == 0
        assert set(y) <= set(known)
        if extra == 0:
            assert (x[-1], y[-1]) == (epochs, losses[-1])


@pytest.mark.parametrize("max_rows", [64, 2**15])
@pytest.mark.parametrize("per_epoch", PER_EPOCH)
def test_a_drawn_loss_shows_every_stretch(per_epoch, max_rows):
    """In every stretch of the axis the curve reaches as high and as low as the losses there.

    Within a stride.
    """
    rows, losses = rows_of(4000, per_epoch, 0, max_rows)
    known = losses[::per_epoch]
    x, y = rows.drawn_loss(50)
    reach = 160 + 2 * rows.stride // per_epoch
    for first in range(0, 4000 - 160, 160):
        stretch = known[first : first + 160]
        near = (x >= first - reach) & (x <= first + 160 + reach)
        assert y[near].max() >= stretch.max()
        assert y[near].min() <= stretch.min()


@pytest.mark.parametrize("way", [1, -1])
def test_a_loss_that_only_falls_or_rises_is_drawn_so(way):
    """Between two kept rows, too, of which only the extremes are known."""
    losses = np.geomspace(10, 1e-3, 4001)[::way]
    rows = fed(block_of(list(losses), 0, 1), 64).rows()
    assert rows.stride > 8
    _, y = rows.drawn_loss(400)
    assert (np.diff(y) * way <= 0).all()


@pytest.mark.parametrize("per_epoch", PER_EPOCH)
@pytest.mark.parametrize("gradient", [False, True])
def test_a_drawn_parameter_has_few_points_and_every_extreme(per_epoch, gradient):
    """Of kept rows the downsampled: few points, both extremes, first and newest.

    Of components too.
    """
    count = 5001
    block = block_of([1.0] * count, 0, per_epoch, width=2)
    walk = np.random.default_rng(2).standard_normal((count, 3)).cumsum(axis=0)
    block.numbers[:, 3:6] = walk if gradient else 0
    block.numbers[:, :3] = 0 if gradient else walk
    for max_rows in (64, 2**15):
        rows = fed(block, max_rows).rows()
        for index, most in ((0, 5), (1, 100), (2, 6000)):
            x, y = rows.drawn_parameter(index, most, grad=gradient)
            kept = walk[rows.steps, index]
            assert len(x) == len(y) <= 2 * most + 5
            assert (y.min(), y.max(), y[0], y[-1]) == (kept.min(), kept.max(), kept[0], kept[-1])
            assert (np.diff(x) >= 0).all()
            assert (x[0], x[-1]) == (0, (count - 1) / per_epoch)
            assert set(y) <= set(kept)


@pytest.mark.parametrize("per_epoch", PER_EPOCH)
@pytest.mark.parametrize("max_rows", [64, 2**15])
def test_a_window_is_respected(per_epoch, max_rows):
    """Only what is in sight is drawn.

    One point more on each side, and all of what is in sight is.
    """
    rows, losses = rows_of(2000, per_epoch, per_epoch // 2, max_rows)
    stride = rows.stride / per_epoch
    for left, right in (
        (300.0, 420.5),
        (0.0, 10.0),
        (1990.2, 2500.0),
        (700.3, 700.4),
        (-50.0, -10.0),
    ):
        x, _ = rows.drawn_parameter(0, 10_000, (left, right))
        inside = [epoch for epoch in rows.epochs if left <= epoch <= right]
        assert set(inside) <= set(x)
        before_newest = x[x < rows.epochs[-1]]
        assert (before_newest >= left - stride).all() or left < 0
        assert (before_newest <= right + stride).all() or right < 0
        x, y = rows.drawn_loss(10_000, (left, right))
        assert (x[:-1] >= left - max(1, stride)).all() or left < 0
        known = losses[(np.arange(len(losses)) % per_epoch == 0)]
        seen = known[max(0, int(np.ceil(left))) : max(0, int(right)) + 1]
        assert rows.stride > 1 or set(seen) <= set(y)
        in_sight = max(0, int(min(right, 2001) - max(left, 0))) + 2 * int(max(1, stride))
        assert len(x) <= 2 * in_sight + 8


def test_a_window_is_drawn_finely():
    """In a narrow window the points of the whole curve's downsampled are not enough.

    Every row is there.
    """
    rows, losses = rows_of(20_000, max_rows=2**15)
    x, y = rows.drawn_loss(100, (5000.0, 5060.0))
    inside = (x >= 5000) & (x <= 5060)
    assert x[inside].tolist() == list(range(5000, 5061))
    assert y[inside].tolist() == losses[5000:5061].tolist()


def test_one_row_can_be_drawn():
    """A run that has not begun is one point, in or out of sight."""
    rows = fed(block_of([0.7])).rows()
    for window in (None, (-1.0, 1.0), (3.0, 4.0)):
        assert [column.tolist() for column in rows.drawn_parameter(1, 100, window)] == [
            [0.0],
            [1.0],
        ]
        assert [column.tolist() for column in rows.drawn_loss(100, window)] == [[0.0], [0.7]]


@for_each("grad", [False, True])
@for_each("most", [2, 7, 64, 65, 66, 900, 10_000])
def test_a_drawn_map_has_whole_rows_of_the_history(most, grad):
    """Columns are kept rows in order, first and newest among them.

    At even distances, at most as many as asked.
    """
    for max_rows in (64, 2**15):
        rows, _ = rows_of(800, max_rows=max_rows)
        shown = rows.drawn_map(most, grad=grad)
        assert shown.shape == (2, min(most, len(rows)))
        sign = -1 if grad else 1
        steps = (sign * shown[0]).astype(int)
        assert set(steps) <= set(rows.steps)
        assert (steps[0], steps[-1]) == (0, 800)
        assert (sign * shown[1]).tolist() == (steps + 1).tolist()
        places = np.searchsorted(rows.steps, steps)
        assert np.ptp(np.diff(places)) <= 1
    first = fed(block_of([0.7])).rows()
    assert first.drawn_map(most).tolist() == [[0.0], [1.0]]


def test_columns_of_a_drawn_map_stand_at_even_steps():
    """Also where the newest row is not a whole stride from the last kept one."""
    rows, _ = rows_of(1003, max_rows=64)
    assert len(set(np.diff(rows.steps))) > 1
    steps = rows.drawn_map(10_000)[0]
    assert np.abs(steps - np.linspace(0, 1003, len(steps))).max() <= rows.stride / 2


@pytest.mark.parametrize("rows_inside", [1, 2, 3])
def test_a_spike_in_the_open_gap_is_drawn_inside_an_epoch_too(rows_inside):
    """A thinned run of mini-batches keeps its last losses in sight while an epoch is under way."""
    count = 4001 + rows_inside
    losses = np.where(np.arange(count) % 4 == 0, 1.0, np.nan)
    losses[3980] = 99.0
    rows = fed(block_of(losses, 0, 4)).rows()
    assert rows.newest.loss is None
    assert rows.gap == (1.0, 99.0)
    x, y = rows.drawn_loss(400)
    assert (x[-1], y[-1], y.max()) == (1000.0, 1.0, 99.0)
    epochs, values, low, high = rows.loss_curve
    assert (epochs[-1], values[-1], low[-1], high[-1]) == (1000.0, 1.0, 1.0, 99.0)


@pytest.mark.parametrize("batch_size", ["full", 2])
def test_what_was_handed_out_is_drawn_as_before_however_the_run_grows_and_thins(batch_size):
    trainer = Trainer(Settings("and", batch_size=batch_size), max_rows=128)
    taken = []
    # As many rows at 100, 200, 400, 800 and 1,600 steps.
    for steps in (10, 90, 100, 200, 37, 363, 800):
        trainer.advance(steps)
        rows = trainer.history.rows()
        taken.append((rows, rows.drawn_parameter(1, 20), rows.drawn_loss(20)))
    for rows, parameter, loss in taken:
        np.testing.assert_array_equal(rows.drawn_parameter(1, 20), parameter)
        np.testing.assert_array_equal(rows.drawn_loss(20), loss)
