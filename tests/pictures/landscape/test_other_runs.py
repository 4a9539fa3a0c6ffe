import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.landscape.other_runs import NO_OTHERS, OtherRun, OtherRuns, ball_marks, pieces, short
from neuroviz.pictures.marks import Curve, Points
from neuroviz.pictures.render import render
from neuroviz.pictures.run_styles import SHAPES, marker, run_style


def other(name="Adam", slot=1, steps=3):
    trainer = Trainer(Settings("line"))
    trainer.advance(steps)
    rows = trainer.history.rows()
    return OtherRun(name, slot, np.column_stack([rows.parameter(0), rows.parameter(1)]), rows)


def drawn(run, off):
    x, y = run.path.T
    marks = list(ball_marks(run, x, y, "0.5", np.array(off)))
    named = [mark for mark in marks if isinstance(mark, Curve) and mark.color == run_style(run.slot).colour]
    (ball,) = [mark for mark in marks if isinstance(mark, Points)]
    return named, ball


def test_every_shape_has_a_marker_of_its_own_that_can_be_drawn():
    markers = [marker(shape) for shape in SHAPES]
    assert len(set(markers)) == len(SHAPES)
    points = tuple(Points([i], [0.0], "#000000", each) for i, each in enumerate(markers))
    assert render(Figure("", "", "", points), ".png", 50, 50, 50)


def test_the_ball_is_at_the_last_row_with_name_and_loss():
    run = other()
    _, ball = drawn(run, [False] * 4)
    assert (ball.x[0], ball.y[0]) == tuple(run.path[-1])
    assert ball.label == "Adam, loss 0.5"
    assert ball.marker == marker(run_style(1).shape)


@pytest.mark.parametrize(
    ("off", "dashes"), [([0, 0, 0, 0], [False]), ([1, 0, 0, 0], [False, True]), ([1] * 4, [True])]
)
def test_the_path_is_dashed_where_an_end_is_off_the_plane(off, dashes):
    curves, _ = drawn(other(), np.array(off, dtype=bool))
    assert [bool(curve.dash) for curve in curves] == dashes


def test_a_run_at_its_start_is_only_a_ball():
    assert drawn(other(steps=0), [False])[0] == []


def test_pieces_that_are_not_drawn_are_gaps():
    x, y = pieces(np.arange(4.0), np.arange(4.0) * 2, np.array((True, False, True)))
    assert [number for number in x if np.isfinite(number)] == [0, 1, 2, 3]
    assert np.isnan(x[2])
    assert (np.isnan(x) == np.isnan(y)).all()


def test_a_long_name_leaves_the_legend_room_for_others():
    assert short("Adam") == "Adam"
    shortened = short("AdamW with a long name of its own")
    assert len(shortened) <= 20
    assert shortened.startswith("AdamW with")
    assert shortened.endswith("…")


def test_what_is_left_out_is_said():
    assert NO_OTHERS.sentence is None
    assert OtherRuns(left_out=1).sentence == "1 run has another landscape"
    assert OtherRuns(left_out=3).sentence == "3 runs have another landscape"


def test_the_shape_of_the_active_run_is_that_of_its_slot():
    assert NO_OTHERS.shape == "circle"
    assert OtherRuns(slot=3).shape == run_style(3).shape
