import math
import tracemalloc

import numpy as np
import pytest

from neuroviz.core.history import History, Row, Rows
from neuroviz.core.settings import Settings
from neuroviz.core.trainer import Trainer


def row(step: int, loss: float | None, per_epoch: int = 1, width: int = 1) -> Row:
    """Return a row whose numbers all follow from its step."""
    return Row(
        step,
        step // per_epoch,
        loss,
        2.0 * step,
        0.5,
        np.arange(width + 1.0) + step,
        -np.arange(width + 1.0) - step,
    )


def filled(losses: list[float | None], per_epoch: int = 1, max_rows: int = 64, width: int = 1) -> History:
    """Return a history with a row for every loss."""
    history = History(width + 1, per_epoch, max_rows)
    for step, loss in enumerate(losses):
        history.push(row(step, loss, per_epoch, width))
    return history


def wild_losses(count: int, per_epoch: int = 1) -> list[float | None]:
    """Return random positive losses with rare spikes, None inside epochs."""
    generator = np.random.default_rng(count)
    losses = np.exp(generator.standard_normal(count) + 8 * (generator.random(count) < 0.01))
    return [float(loss) if step % per_epoch == 0 else None for step, loss in enumerate(losses)]


def check_against_twin(rows: Rows, losses: list[float | None], per_epoch: int) -> None:
    """Check steps, numbers and the extremes of every gap against the list of all losses."""
    steps = rows.steps
    assert steps[0] == 0
    assert steps[-1] == len(losses) - 1
    assert (np.diff(steps) > 0).all()
    assert set(np.diff(steps[:-1])) <= {rows.stride}
    np.testing.assert_array_equal(rows.parameter(0), steps)
    np.testing.assert_array_equal(rows.grad(0), -steps)
    np.testing.assert_array_equal(rows.columns()["batch_loss"], 2 * steps)
    epochs, values, low, high = rows.loss_curve
    stored = [int(step) for step in steps if losses[step] is not None]
    np.testing.assert_array_equal(epochs, np.array(stored) / per_epoch)
    np.testing.assert_array_equal(values, [losses[step] for step in stored])
    before = -1
    for index, step in enumerate(stored):
        gap = [loss for loss in losses[before + 1 : step + 1] if loss is not None]
        assert (low[index], high[index]) == (min(gap), max(gap))
        before = step


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 66, 127, 129, 130, 193, 1000, 4097, 10_007])
def test_thinning_keeps_the_ends_and_the_extremes_of_what_it_drops(count: int) -> None:
    """Row 0 and the newest stay, the stride is even, and each gap tells its least and greatest loss."""
    losses = wild_losses(count)
    rows = filled(losses).rows()
    assert len(rows) <= 65
    check_against_twin(rows, losses, 1)
    assert rows.stride == 2 ** max(0, math.ceil(math.log2(max(1, (count - 1)) / 64)))


@pytest.mark.parametrize("per_epoch", [2, 3, 7, 50])
@pytest.mark.parametrize("epochs", [1, 20, 63, 64, 65, 130, 700])
def test_mini_batches_thin_to_whole_epochs(per_epoch: int, epochs: int) -> None:
    """The first thinning keeps the ends of epochs, so that every kept row has its loss."""
    losses = wild_losses(per_epoch * epochs + 1, per_epoch)
    rows = filled(losses, per_epoch).rows()
    check_against_twin(rows, losses, per_epoch)
    assert rows.stride == 1 or rows.stride % per_epoch == 0
    if rows.stride > 1:
        assert rows.known.all()


def test_a_run_inside_an_epoch_has_masked_losses() -> None:
    """Where no loss over all samples was computed the column is masked, and 0 is not taken for a loss."""
    rows = filled(wild_losses(9, 4), 4).rows()
    assert rows.loss.mask.tolist() == [False, True, True, True] * 2 + [False]
    assert filled(wild_losses(10, 4), 4).rows().loss.mask[-1]
    assert rows.epochs.tolist() == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]
    assert rows.columns()["epoch"].tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 2]


@pytest.mark.parametrize("per_epoch", [1, 5])
def test_the_spike_in_the_open_gap_is_not_lost(per_epoch: int) -> None:
    """Between the last kept row and the newest a spike shows at the newest row, then at the next kept one."""
    losses = [1.0 if step % per_epoch == 0 else None for step in range(1000 * per_epoch + 1)]
    history = filled(losses, per_epoch)
    stride = history.rows().stride
    spike = next(step for step in range(len(losses), 10**6) if step % stride == per_epoch)
    for step in range(len(losses), spike + per_epoch + 1):
        loss = 99.0 if step == spike else 1.0
        history.push(row(step, loss if step % per_epoch == 0 else None, per_epoch))
    assert history.newest.step % stride
    _, values, low, high = history.rows().loss_curve
    assert (values[-1], low[-1], high[-1]) == (1.0, 1.0, 99.0)
    assert high[:-1].max() == 1.0


@pytest.mark.parametrize("settings", [Settings(), Settings(batch_size=3), Settings("spam", loss="mse")], ids=str)
def test_what_was_handed_out_never_changes(settings: Settings) -> None:
    """Snapshots taken at every stage are as they were after growing, thinning and an edit of the newest row."""
    trainer = Trainer(settings, max_rows=128)
    taken = []
    for steps in (0, 1, 5, 60, 70, 100, 900, 1500):
        trainer.advance(steps)
        rows = trainer.history.rows()
        taken.append((rows, {name: column.copy() for name, column in rows.columns().items()}))
        trainer.edit("learning_rate", 0.1 + steps / 1e4)
    for rows, copies in taken:
        again = Rows(
            rows.kept_steps, rows.kept, rows.known, rows.newest, rows.steps_per_epoch, rows.stride, rows.gap
        ).columns()
        for name, column in copies.items():
            np.testing.assert_array_equal(np.ma.getdata(again[name]), np.ma.getdata(column))


def test_a_thinned_run_is_the_same_run() -> None:
    """How many rows are kept does not change the run: the kept rows are those of the whole history."""
    whole, thinned = Trainer(Settings(learning_rate=300.0)), Trainer(Settings(learning_rate=300.0), max_rows=64)
    for trainer in (whole, thinned):
        trainer.advance(3001)
    all_rows, rows = whole.history.rows(), thinned.history.rows()
    assert all_rows.stride == 1
    assert rows.stride == 64
    for name, column in rows.columns().items():
        np.testing.assert_array_equal(column, all_rows.columns()[name][rows.steps])
    _, _, low, high = rows.loss_curve
    starts = np.append(0, rows.steps[:-1] + 1)
    np.testing.assert_array_equal(low, np.minimum.reduceat(all_rows.loss.data, starts))
    np.testing.assert_array_equal(high, np.maximum.reduceat(all_rows.loss.data, starts))
    assert list(whole.history.recent_losses) == list(thinned.history.recent_losses)


@pytest.mark.parametrize(("width", "cap"), [(2, 2**17), (100, 20_000), (2000, 1_100)])
def test_memory_is_bounded(width: int, cap: int) -> None:
    """However long the run, the kept rows stay within their cap, by count or by bytes."""
    history, numbers = History(width + 1, 1), np.zeros(width + 1)
    tracemalloc.start()
    try:
        for step in range(2 * cap):
            history.push(Row(step, step, 1.0, 1.0, 1.0, numbers, numbers))
        current, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    rows = history.rows()
    assert rows.stride > 1
    assert len(rows) <= cap + 1
    assert rows.kept.nbytes <= 32 * 2**20
    assert current < 36 * 2**20
    assert peak < 80 * 2**20


@pytest.mark.parametrize("task", ["double", "and", "sum", "spam"])
def test_columns_have_the_names_of_the_csv(task: str) -> None:
    """The names are step, epoch, loss, batch_loss, learning_rate, the parameters and their gradients."""
    trainer = Trainer(Settings(task))
    trainer.advance(25)
    columns, width = trainer.history.rows().columns(), trainer.settings.dataset.width
    parameters = [*[f"w{i}" for i in range(1, width + 1)], "b"]
    expected = ["step", "epoch", "loss", "batch_loss", "learning_rate", *parameters]
    assert list(columns) == [*expected, *[f"grad_{name}" for name in parameters]]
    assert {len(column) for column in columns.values()} == {26}
    assert columns["step"].tolist() == list(range(26))


def test_the_newest_row_can_be_corrected_and_no_other() -> None:
    """Replacing needs the newest row's step, and shows in the rows and in the recent ones."""
    history = filled([3.0, 2.0, 1.0])
    better = row(2, 0.5)
    history.replace_newest(better)
    assert history.newest is better
    assert history.recent_rows[-1] is better
    with pytest.raises(ValueError, match="only the newest"):
        history.replace_newest(row(1, 0.5))


def test_a_history_without_rows_has_no_newest() -> None:
    """Asking an empty history is an error in words."""
    with pytest.raises(LookupError, match="no row"):
        History(3, 1).newest  # noqa: B018


def test_recent_rows_and_losses_are_the_last_64() -> None:
    """The evidence for a run's state is the last 64 rows and the last 64 stored losses, kept or not."""
    history = filled(wild_losses(1000, 4), 4)
    assert [row.step for row in history.recent_rows] == list(range(936, 1000))
    assert [step for step, _ in history.recent_losses] == list(range(996 - 63 * 4, 997, 4))
