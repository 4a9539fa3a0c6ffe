"""What fits into a room."""

import pytest

from neuroviz.pictures.neuron.fit import POINT_SIZES, Metrics, Plan, laid_out, row_at


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
