import numpy as np

from neuroviz.pictures.label_room import Room


def test_a_text_stands_beside_its_line_where_nothing_else_is():
    """The first goes right of its line at the bottom; what is in the way sends the next elsewhere."""
    room = Room(0.01, 0.05, 1.0)
    line = np.array([0.5, 0.5]), np.array([0.0, 1.0])
    room.add(*line)
    left, bottom = room.room_for("0123456789", [0.5])
    assert 0.5 < left < 0.53
    assert bottom < 0.05
    again = room.room_for("0123456789", [0.5])
    assert again != (left, bottom)
    room.add(np.array([0.0, 1.0]), np.array([0.1, 0.1]))
    x, y = room.room_for("0123456789", [0.5])
    assert not y <= 0.1 <= y + 0.05
    assert x + 0.1 < 1


def test_where_there_is_no_room_a_text_still_has_a_place():
    """A text longer than the plot is written from its left edge."""
    assert Room(0.01, 0.05, 1.0).room_for("x" * 200, [0.5])[0] == 0.0
