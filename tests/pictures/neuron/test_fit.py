"""What fits into a room."""

from itertools import pairwise

import pytest

from neuroviz.pictures.neuron.fit import POINT_SIZES, Metrics, Plan, extent, laid_out, row_at


def measure(size: int) -> Metrics:
    """Return widths in proportion to the letters, as DejaVu Sans has them."""
    return Metrics(size, 1.55 * size, 6.1 * size, 6.5 * size, 3.9 * size, 2.2 * size, 1.4 * size)


@pytest.mark.parametrize("inputs", [1, 2, 6, 100])
def test_more_room_has_larger_letters(inputs: int) -> None:
    """Letters grow with the room, and are never under 8 points."""
    rooms = [(500, 124), (800, 200), (1200, 320), (1600, 500)]
    sizes = [laid_out(*room, inputs, measure).metrics.size for room in rooms]
    assert sizes == sorted(sizes)
    assert sizes[0] == POINT_SIZES[-1] == 8
    assert sizes[-1] > 11


@pytest.mark.parametrize("inputs", range(1, 7))
def test_up_to_six_inputs_are_shown_in_full(inputs: int) -> None:
    """Even where there is little room."""
    assert laid_out(500, 124, inputs, measure).shown == inputs


def test_many_inputs_are_folded() -> None:
    """A handful is in sight."""
    assert (
        3 <= laid_out(500, 124, 100, measure).shown < laid_out(1400, 400, 100, measure).shown <= 8
    )


def test_the_products_give_way_last() -> None:
    """Where even the smallest letters leave no room."""
    assert laid_out(900, 200, 2, measure).products
    narrow = laid_out(400, 124, 2, measure)
    assert (narrow.products, narrow.tight) == (False, True)
    assert row_at(0, 10.0, narrow, 0.0, 20.0).product.width == 0


def test_a_plan_knows_its_width() -> None:
    """A tight one is narrower."""
    assert Plan(measure(8), 2, tight=True).width < Plan(measure(8), 2).width


@pytest.mark.parametrize(("room", "stays"), [((1122, 186), True), ((800, 130), False)])
def test_without_gradients_the_words_stay(room: tuple[int, int], stays: bool) -> None:
    """Where there is room for both, gradients change no place when they come."""
    with_them, without = (laid_out(*room, 2, measure, gradients=shown) for shown in (True, False))
    assert without.below
    assert (with_them == without) is stays
    assert with_them.below is stays


@pytest.mark.parametrize("under", [0, 1, 2])
def test_the_lines_under_the_weights_have_their_room(under: int) -> None:
    """Each in its row, and the lane under the last of them."""
    plan = Plan(measure(11), 2, below=True, under=under)
    rows = [row_at(at, at * plan.row_height, plan, 0.0, plan.row_height) for at in range(3)]
    line = plan.metrics.line
    for row, following in pairwise(rows):
        assert row.pill.bottom + under * line <= following.pill.y
    above, lane, whole = extent(plan, 3, plan.row_height)
    last = rows[1].pill.bottom + plan.row_height - rows[1].pill.middle[1]
    assert above > last
    assert last + (3 if under else 0) <= lane < whole
