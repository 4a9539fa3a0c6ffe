import numpy as np
import pytest

from neuroviz.core.training.block import RowBlock
from tests.core.same_bits import block_of
from tests.for_each import for_each


def assert_same_block(one: RowBlock, two: RowBlock) -> None:
    """Assert that two pieces hold the same rows."""
    assert (one.first_step, one.steps_per_epoch, one.width, len(one)) == (
        *(two.first_step, two.steps_per_epoch, two.width),
        len(two),
    )
    for name in ("losses", "batch_losses", "learning_rates", "numbers"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


@for_each("states", [0, 1, 2])
@for_each("index", [0, 3, 6, -1, -7])
def test_a_row_is_what_stands_at_its_index(index: int, states: int) -> None:
    """Step, epoch and all numbers of one row, from the front or from the back."""
    row = block_of([1.0, None, None, 0.5, None, None, 0.25], 9, 3, width=2, states=states).row(
        index
    )
    step = 9 + index % 7
    assert (row.step, row.epoch, row.batch_loss, row.learning_rate) == (
        step,
        step // 3,
        2 * step,
        1 / (step + 1),
    )
    assert row.loss == {9: 1.0, 12: 0.5, 15: 0.25}.get(step)
    assert row.parameters.tolist() == [step, step + 1, step + 2]
    assert row.grad.tolist() == [-step, -step - 1, -step - 2]
    assert row.state.shape == (states, 3)
    assert row.state.tolist() == [
        [1000 * (k + 1) + step + entry for entry in range(3)] for k in range(states)
    ]


def test_a_row_has_memory_of_its_own() -> None:
    """Writing to a row does not reach the block."""
    block = block_of([1.0, 2.0])
    row = block.row(1)
    for part in (row.parameters, row.grad, row.state):
        part[:] = 99.0
    assert block.numbers[1].tolist() == [1, 2, -1, -2, 1001, 1002]


@for_each("at", range(8))
def test_cut_and_joined_is_the_same(at: int) -> None:
    """Two cuts at any place, joined again, are the rows they were cut from."""
    block = block_of([1.0, None, 0.5, None, 0.25, None, 0.125], 10, 2)
    one, two = block.cut(0, at), block.cut(at, 7)
    assert (len(one), len(two), two.first_step) == (at, 7 - at, 10 + at)
    assert_same_block(one.then(two), block)


def test_a_copy_keeps_its_numbers() -> None:
    """A cut shares memory; a copy does not."""
    block = block_of([1.0, 2.0, 3.0])
    cut, copy = block.cut(1, 3), block.cut(1, 3).copied()
    block.numbers[:] = block.losses[:] = block.learning_rates[:] = block.batch_losses[:] = -5.0
    assert cut.numbers.max() == cut.losses.max() == -5.0
    assert_same_block(copy, block_of([1.0, 2.0, 3.0]).cut(1, 3))


@for_each("per_epoch", [1, 2, 5])
@for_each("first_step", range(11))
def test_known_are_the_whole_epochs(first_step: int, per_epoch: int) -> None:
    """The rows whose loss was computed stand at multiples of an epoch's steps."""
    block = block_of([0.0] * 12, first_step, per_epoch)
    assert block.steps.tolist() == list(range(first_step, first_step + 12))
    expected = [step for step in range(first_step, first_step + 12) if step % per_epoch == 0]
    assert block.steps[block.known].tolist() == expected


def test_grads_are_the_second_part() -> None:
    """(n, P), between parameters and state."""
    assert block_of([1.0, 1.0], 3).grads.tolist() == [[-3, -4], [-4, -5]]


# --- finite or not --------------------------------------------------------------------------------

PLACES = {"parameters": slice(0, 3), "gradient": slice(3, 6), "optimizer state": slice(6, 12)}


@for_each("bad", [np.inf, -np.inf, np.nan])
@for_each("what", PLACES)
def test_the_first_row_that_is_not_finite_is_found(what: str, bad: float) -> None:
    """Any entry of any part of any row, with a worse row behind it."""
    for index in (0, 4, 9):
        for column in range(12)[PLACES[what]]:
            block = block_of([1.0, None] * 5, 6, 2, width=2, states=2)
            block.numbers[index, column] = bad
            block.numbers[index + 1 :] = np.nan
            assert block.first_not_finite() == (index, what)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_a_loss_that_is_not_finite_is_found_where_there_should_be_one(bad: float) -> None:
    """At whole epochs the loss counts, everywhere that of the batch.

    NaN inside an epoch means none.
    """
    fine = block_of([1.0, None, None] * 3, 3, 3)
    assert fine.first_not_finite() is None
    for index in range(9):
        block = fine.copied()
        block.losses[index] = bad
        if index % 3 == 0:
            assert block.first_not_finite() == (index, "loss")
        block = fine.copied()
        block.batch_losses[index] = bad
        assert block.first_not_finite() == (index, "loss")


def test_of_several_wrong_parts_the_first_is_named() -> None:
    """In the order parameters, state, loss, gradient: what led to the others."""
    block = block_of([1.0], width=2, states=2)
    for what in ("gradient", "loss", "optimizer state", "parameters"):
        if what == "loss":
            block.losses[0] = np.inf
        else:
            block.numbers[0, PLACES[what]] = np.inf
        assert block.first_not_finite() == (0, what)


# --- standing still -------------------------------------------------------------------------------


@for_each("still", range(6))
@for_each("column", [0, 1, 4, 5])
def test_steps_that_change_no_bit_are_counted_from_the_end(still: int, column: int) -> None:
    """A parameter or a number of the state that moved ends the count.

    Gradients may move (batches).
    """
    block = block_of([1.0] * 6)
    block.numbers[:, [0, 1, 4, 5]] = 0.5
    if still < 5:
        block.numbers[5 - still :, column] += 2**-53
    assert block.still_at_the_end() == still
    assert block.cut(5, 6).still_at_the_end() == 0


def test_a_change_of_sign_of_zero_is_a_change() -> None:
    """−0 and 0 differ by a bit, and by where 1 divided by them goes."""
    block = block_of([1.0] * 4, 0, width=2)
    block.numbers[:] = 0.0
    assert block.still_at_the_end() == 3
    block.numbers[3, 1] = -0.0
    assert block.still_at_the_end() == 0
