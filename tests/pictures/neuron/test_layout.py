"""Where everything stands: inside the room, and nothing over anything else."""

from itertools import combinations

import pytest

from neuroviz.pictures.neuron.fit import Rect, laid_out
from neuroviz.pictures.neuron.layout import COLUMNS, Layout, place
from tests.pictures.neuron.test_fit import measure

ROOMS = [(498, 124), (780, 150), (800, 260), (1380, 380)]


def laid(width: float, height: float, inputs: int) -> Layout:
    """Return the layout of the first inputs in sight."""
    plan = laid_out(width, height, inputs, measure)
    return place(width, height, tuple(range(plan.shown)), inputs, plan)


def overlap(one: Rect, two: Rect) -> bool:
    """Return whether two boxes share more than an edge."""
    apart = 0.01
    across = min(one.right, two.right) - max(one.x, two.x)
    return across > apart and min(one.bottom, two.bottom) - max(one.y, two.y) > apart


def texts(layout: Layout) -> list[Rect]:
    """Return where texts stand, but those in shapes and pills, which the numbers stand beside."""
    rest = [] if layout.rest is None else [layout.rest]
    captions = [layout.captions["activation"], layout.captions["loss"]]
    heads = list(layout.heads.values())
    labels = [row.label for row in layout.rows]
    # Beside a weight gradient and change have one place.
    slots = dict.fromkeys(layout.slots.values())
    return [*slots, *list(layout.names.values())[:3], *captions, *heads, *labels, *rest]


@pytest.mark.parametrize("inputs", [1, 2, 3, 4, 6, 7, 100])
@pytest.mark.parametrize("room", ROOMS)
def test_nothing_overlaps(room: tuple[float, float], inputs: int) -> None:
    """No number, name, heading or shape stands over another."""
    layout = laid(*room, inputs)
    for one, two in combinations(texts(layout), 2):
        assert not overlap(one, two), (one, two)
    for one, two in combinations([*layout.shapes.values(), *(row.pill for row in layout.rows)], 2):
        assert not overlap(one, two), (one, two)


@pytest.mark.parametrize("inputs", [1, 2, 6, 100])
@pytest.mark.parametrize("room", ROOMS)
def test_everything_is_inside(room: tuple[float, float], inputs: int) -> None:
    """Nothing is cut off by the edge."""
    layout = laid(*room, inputs)
    for box in (*texts(layout), *layout.shapes.values(), *(row.input for row in layout.rows)):
        assert box.x >= 0
        assert box.right <= room[0] + 0.01
        assert box.y >= 0
        assert box.bottom <= room[1] + 0.01


@pytest.mark.parametrize("room", ROOMS)
def test_left_to_right_is_the_order_of_thought(room: tuple[float, float]) -> None:
    """Inputs, weights, sum, activation, output, loss."""
    layout = laid(*room, 3)
    row = layout.rows[0]
    under = [] if layout.bus is None else [layout.bus]
    edges = [
        row.input.x,
        row.pill.x,
        *(under or [row.cell.x]),
        layout.fan,
        *(layout.shapes[name].x for name in COLUMNS),
    ]
    assert edges == sorted(edges)
    assert layout.shapes["sum"].x - layout.fan >= 10


def test_numbers_lie_in_their_shapes() -> None:
    """Output and loss in theirs, weights and gradients in the pills."""
    layout = laid(780, 160, 2)
    pairs = [(layout.slots[name, None], layout.shapes[name]) for name in ("output", "loss")]
    pairs += [(layout.slots["weight", row.index], row.pill) for row in layout.rows]
    pairs += [(layout.slots["grad", row.index], row.cell) for row in layout.rows]
    for number, shape in pairs:
        assert shape.x <= number.x
        assert number.right <= shape.right
        assert shape.y <= number.y + 1
        assert number.bottom <= shape.bottom + 1


@pytest.mark.parametrize("inputs", [1, 2, 6, 100])
@pytest.mark.parametrize("room", ROOMS)
def test_a_change_has_room_for_its_sign(room: tuple[float, float], inputs: int) -> None:
    """In the update the column of the gradients holds changes.

    They are written with their sign.
    """
    layout = laid(*room, inputs)
    signed = measure(layout.point_size).signed
    assert all(layout.slots["grad", row.index].width >= signed for row in layout.rows)
