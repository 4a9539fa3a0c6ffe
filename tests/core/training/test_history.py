import math
import tracemalloc

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.block import RowBlock
from neuroviz.core.training.history import MAX_ROWS, History, KeptRows
from neuroviz.core.training.history_view import Rows
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import block_of, fed
from tests.for_each import for_each


def wild_losses(count, per_epoch=1):
    """Return random positive losses with rare spikes, None inside epochs."""
    generator = np.random.default_rng(count)
    losses = np.exp(generator.standard_normal(count) + 8 * (generator.random(count) < 0.01))
    return [float(loss) if step % per_epoch == 0 else None for step, loss in enumerate(losses)]


def check_against_twin(rows, losses, per_epoch):
    """Check steps, numbers and the extremes of every gap against the list of all losses."""
    steps = rows.steps
    assert steps[0] == 0
    assert steps[-1] == len(losses) - 1
    assert (np.diff(steps) > 0).all()
    assert set(np.diff(steps[:-1])) <= {rows.stride}
    np.testing.assert_array_equal(rows.parameter(0), steps)
    np.testing.assert_array_equal(rows.grad(0), -steps)
    np.testing.assert_array_equal(rows.columns()["batch_loss"], 2 * steps)
    np.testing.assert_array_equal(rows.columns()["learning_rate"], 1 / (steps + 1))
    for step in steps:
        assert rows.kept_before(int(step)).state.tolist() == [[1000 + step, 1001 + step]]
    epochs, values, low, high = rows.loss_curve
    stored = [int(step) for step in steps if losses[step] is not None]
    np.testing.assert_array_equal(epochs, np.array(stored) / per_epoch)
    np.testing.assert_array_equal(values, [losses[step] for step in stored])
    before = -1
    for index, step in enumerate(stored):
        gap = [loss for loss in losses[before + 1 : step + 1] if loss is not None]
        assert (low[index], high[index]) == (min(gap), max(gap))
        before = step


@for_each("count", [1, 2, 63, 64, 65, 66, 127, 129, 130, 193, 1000, 4097])
def test_thinning_keeps_the_ends_and_the_extremes_of_what_it_drops(count):
    """Row 0 and the newest stay, the stride is even.

    Each gap tells its least and greatest loss.
    """
    losses = wild_losses(count)
    for seed, longest in enumerate((2, 7, 300, 20_000)):
        rows = fed(block_of(losses), 64, seed, longest).rows()
        assert len(rows) <= 65
        check_against_twin(rows, losses, 1)
        assert rows.stride == 2 ** max(0, math.ceil(math.log2(max(1, (count - 1)) / 64)))


@for_each("per_epoch", [2, 3, 50])
@for_each("epochs", [1, 20, 63, 64, 65, 130, 300])
def test_mini_batches_thin_to_whole_epochs(per_epoch, epochs):
    """The first thinning keeps the ends of epochs, so that every kept row has its loss."""
    losses = wild_losses(per_epoch * epochs + 1, per_epoch)
    for seed, longest in enumerate((9, 300, 50_000)):
        rows = fed(block_of(losses, 0, per_epoch), 64, seed, longest).rows()
        check_against_twin(rows, losses, per_epoch)
        assert rows.stride == 1 or rows.stride % per_epoch == 0
        if rows.stride > 1:
            assert not rows.loss.mask.any()


def test_the_pieces_do_not_matter():
    """Fed row by row or all at once.

    The same kept rows, extremes and recent losses, to the last bit.
    """
    for per_epoch in (1, 6):
        block = block_of(wild_losses(5000, per_epoch), 0, per_epoch)
        one, two = fed(block, longest=2), fed(block, longest=10_000)
        assert one.rows().kept.tobytes() == two.rows().kept.tobytes()
        assert (one.rows().gap, one.rows().stride) == (two.rows().gap, two.rows().stride)
        assert np.array_equal(one.recent_losses, two.recent_losses)


@pytest.mark.parametrize("per_epoch", [1, 5])
def test_the_spike_in_the_open_gap_is_not_lost(per_epoch):
    """Between the last kept row and the newest a spike shows at the newest row.

    Then at the next kept one.
    """
    losses = [1.0 if step % per_epoch == 0 else None for step in range(1000 * per_epoch + 1)]
    stride = fed(block_of(losses, 0, per_epoch)).rows().stride
    spike = next(step for step in range(len(losses), 10**6) if step % stride == per_epoch)
    for step in range(len(losses), spike + per_epoch + 1):
        loss = 99.0 if step == spike else 1.0
        losses.append(loss if step % per_epoch == 0 else None)
    history = fed(block_of(losses, 0, per_epoch))
    assert history.newest.step % stride
    _, values, low, high = history.rows().loss_curve
    assert (values[-1], low[-1], high[-1]) == (1.0, 1.0, 99.0)
    assert high[:-1].max() == 1.0


@pytest.mark.parametrize(
    "settings", [Settings(), Settings(batch_size=3), Settings("spam", loss="mse")], ids=str
)
def test_what_was_handed_out_never_changes(settings):
    """Snapshots taken at every stage stay as they are.

    After growing, thinning and an edit of the newest row.
    """
    trainer = Trainer(settings, max_rows=128)
    taken = []
    for steps in (0, 1, 5, 60, 70, 100, 900, 1500):
        trainer.advance(steps)
        rows = trainer.history.rows()
        copies = {name: column.copy() for name, column in rows.columns().items()}
        taken.append((rows, rows.kept.copy(), rows.newest.state.copy(), copies))
        trainer.edit("learning_rate", 0.1 + steps / 1e4)
    for rows, kept, state, copies in taken:
        again = Rows(
            rows.kept_steps,
            rows.kept,
            rows.newest,
            rows.steps_per_epoch,
            rows.stride,
            rows.last_loss,
            rows.gap,
        ).columns()
        assert rows.kept.tobytes() == kept.tobytes()
        assert rows.newest.state.tobytes() == state.tobytes()
        for name, column in copies.items():
            np.testing.assert_array_equal(np.ma.getdata(again[name]), np.ma.getdata(column))


def test_what_was_handed_out_cannot_be_changed():
    """A view of the kept rows refuses to be written, and the newest row is a copy."""
    history = fed(block_of(wild_losses(500)))
    rows = history.rows()
    with pytest.raises(ValueError, match="read-only"):
        rows.kept[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        rows.kept_steps[0] = 1
    rows.newest.parameters[:] = 7.0
    assert history.newest.parameters.tolist() == [499.0, 500.0]


def test_a_thinned_run_is_the_same_run():
    """How many rows are kept does not change the run.

    The kept rows are those of the whole history.
    """
    whole, thinned = (
        Trainer(Settings(learning_rate=300.0)),
        Trainer(Settings(learning_rate=300.0), max_rows=64),
    )
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
    assert np.array_equal(whole.history.recent_losses, thinned.history.recent_losses)


@pytest.mark.parametrize(("width", "cap"), [(2, 2**17), (100, 20_000), (2000, 1_100)])
def test_memory_is_bounded(width, cap):
    """However long the run, the kept rows stay within their cap.

    By count or by bytes, and so does what follows.
    """
    piece = 2 * cap // 40
    start = block_of([1.0] * (piece + 1), 0, 1, width, states=2)
    tracemalloc.start()
    try:
        history = History(start.cut(0, 1))
        before = tracemalloc.get_traced_memory()[0]
        for index in range(45):
            moved = RowBlock(
                index * piece,
                1,
                width + 1,
                start.losses,
                start.batch_losses,
                start.losses,
                start.numbers,
            )
            history.extend(moved)
        current, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    rows = history.rows()
    assert rows.stride > 1
    assert rows.newest.step == 45 * piece
    assert len(rows) <= cap + 1
    assert rows.kept.nbytes <= 33 * 2**20
    assert history.size <= 66 * 2**20
    assert before < 36 * 2**20
    assert current < 70 * 2**20
    assert peak < 84 * 2**20


def test_memory_of_a_run_is_bounded():
    """Going on beyond the cap takes what a thinning takes.

    No more with the length of the run.
    """
    trainer = Trainer(Settings("double", learning_rate=1e-6, weights=(1e3,)), max_rows=20_000)
    trainer.advance(25_000)
    tracemalloc.start()
    try:
        trainer.advance(20_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert trainer.history.rows().stride == 4
    assert trainer.history.size < 2 * 20_000 * 8 * 12
    assert peak < trainer.history.size + 2**20


def test_no_block_pays_for_a_thinning(monkeypatch):
    """More room and fewer rows are made ready while rows come.

    Each block copies a few times what it brings.
    """
    copied = []
    take = KeptRows.take

    def watched(self, other, begin, end):
        copied.append(end - begin)
        take(self, other, begin, end)

    monkeypatch.setattr(KeptRows, "take", watched)
    piece = 256
    block = block_of([1.0] * (piece + 1), 0, 1, 2)
    history = History(block.cut(0, 1))
    for index in range(3 * MAX_ROWS // piece):
        history.extend(
            RowBlock(
                index * piece, 1, 3, block.losses, block.batch_losses, block.losses, block.numbers
            )
        )
    assert history.rows().stride == 4
    assert sum(copied) > 2 * MAX_ROWS
    # Also at first, where a thousand rows are a few blocks.
    assert max(copied) <= 8 * piece


def test_rows_must_follow_the_newest():
    """A piece that leaves a gap, or comes twice, is refused and changes nothing."""
    history = fed(block_of([3.0, 2.0, 1.0]))
    for first_step in (0, 1, 3):
        with pytest.raises(ValueError, match="begin at the newest"):
            history.extend(block_of([1.0, 0.5], first_step))
    assert (history.newest.step, len(history.rows())) == (2, 3)
    history.extend(block_of([1.0, 0.5], 2))
    assert history.newest.step == 3


def test_the_rate_of_the_newest_row_can_be_corrected_and_no_other():
    """The newest row has the new rate, also after it was left.

    What was handed out before keeps the old one.
    """
    history = fed(block_of([3.0, 2.0, 1.0]))
    before = history.rows()
    history.set_learning_rate(9.0)
    assert history.rows().columns()["learning_rate"].tolist() == [1.0, 0.5, 9.0]
    assert before.columns()["learning_rate"].tolist() == [1.0, 0.5, 1 / 3]
    more = block_of([1.0, 0.5, 0.25], 2)
    more.learning_rates[0] = 9.0
    history.extend(more)
    assert history.rows().columns()["learning_rate"].tolist() == [1.0, 0.5, 9.0, 1 / 4, 1 / 5]
    assert history.recent.learning_rates.tolist() == [1.0, 0.5, 9.0, 1 / 4, 1 / 5]


def test_recent_rows_and_losses_are_the_last_64():
    """The evidence for a run's state is the last 64 rows and the last 64 stored losses.

    Kept or not.
    """
    for longest in (2, 50, 63, 64, 65, 66, 1000):
        history = fed(block_of(wild_losses(1000, 4), 0, 4), longest=longest)
        assert history.recent.steps.tolist() == list(range(936, 1000))
        assert history.recent.numbers[:, 0].tolist() == list(range(936, 1000))
        steps, losses = history.recent_losses
        assert steps.tolist() == list(range(996 - 63 * 4, 997, 4))
        assert losses.tolist() == [wild_losses(1000, 4)[int(step)] for step in steps]
