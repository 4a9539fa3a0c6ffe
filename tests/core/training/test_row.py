import numpy as np
import pytest

from tests.core.same_bits import block_of
from tests.for_each import for_each

# --- finite or not --------------------------------------------------------------------------------

PLACES = {"parameters": slice(0, 3), "gradient": slice(3, 6), "optimizer state": slice(6, 12)}


@for_each("bad", [np.inf, -np.inf, np.nan])
@for_each("what", PLACES)
def test_the_first_row_that_is_not_finite_is_found(what, bad):
    """Any entry of any part of any row, with a worse row behind it."""
    for index in (0, 4, 9):
        for column in range(12)[PLACES[what]]:
            block = block_of([1.0, None] * 5, 6, 2, width=2, states=2)
            block.numbers[index, column] = bad
            block.numbers[index + 1 :] = np.nan
            assert block.first_not_finite() == (index, what)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_a_loss_that_is_not_finite_is_found_where_there_should_be_one(bad):
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


def test_of_several_wrong_parts_the_first_is_named():
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
def test_steps_that_change_no_bit_are_counted_from_the_end(still, column):
    """A parameter or a number of the state that moved ends the count.

    Gradients may move (batches).
    """
    block = block_of([1.0] * 6)
    block.numbers[:, [0, 1, 4, 5]] = 0.5
    if still < 5:
        block.numbers[5 - still :, column] += 2**-53
    assert block.still_at_the_end() == still
    assert block.cut(5, 6).still_at_the_end() == 0


def test_a_change_of_sign_of_zero_is_a_change():
    """−0 and 0 differ by a bit, and by where 1 divided by them goes."""
    block = block_of([1.0] * 4, 0, width=2)
    block.numbers[:] = 0.0
    assert block.still_at_the_end() == 3
    block.numbers[3, 1] = -0.0
    assert block.still_at_the_end() == 0
