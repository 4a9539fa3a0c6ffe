"""The plane of a run goes through where it is, and tells the truth about where it began."""

import numpy as np
import pytest
from msgspec.structs import replace

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import loss_at
from neuroviz.core.landscape.plane import components, coordinates, distance, point_at
from neuroviz.core.landscape.run_plane import TRUE_TO, differences, run_plane, tells
from neuroviz.core.training.trainer import Trainer

AND = Settings("and", learning_rate=1.0)
XOR = Settings("xor", learning_rate=1.0, hidden=3)


def ends_of(settings, steps):
    trainer = Trainer(settings)
    start = trainer.history.newest.parameters
    trainer.advance(steps)
    return start, trainer.history.newest.parameters


def test_the_weights_of_and_go_together_and_their_difference_is_held():
    start, now = ends_of(AND, 41)
    plane = run_plane(AND, np.stack((start, now)))
    assert plane.names == ("w₁ and w₂ together", "b")
    assert plane.held == (("w2 − w1", pytest.approx(now[1] - now[0])),)
    assert coordinates(plane, now) == pytest.approx([now[:2].mean(), now[2]])
    seen = loss_at(AND, point_at(plane, *coordinates(plane, start)))
    assert abs(seen - loss_at(AND, start)) <= TRUE_TO * loss_at(AND, start)
    assert loss_at(AND, point_at(plane, *coordinates(plane, now))) == pytest.approx(
        loss_at(AND, now)
    )


def test_before_the_first_step_the_start_is_on_it():
    start, _ = ends_of(AND, 0)
    plane = run_plane(AND, start[None])
    assert plane.kind == "together"
    assert distance(plane, start) < 1e-12


def test_weights_that_part_have_a_plane_through_start_and_ball():
    """One weight up and one down: what is their mean says nothing of the way."""
    start, now = np.array([3.0, -1.0, 0.0]), np.array([-2.0, 4.0, 1.0])
    plane = run_plane(AND, np.stack((start, now)))
    assert plane.kind == "along"
    assert distance(plane, np.stack((start, now))) == pytest.approx(0, abs=1e-12)
    assert coordinates(plane, start) == pytest.approx([0, 0])
    assert coordinates(plane, now) == pytest.approx([np.hypot(5, 5), 1])
    assert differences(AND, plane, np.stack((start, now))) == pytest.approx(0, abs=1e-9)


def test_two_parameters_are_their_own_plane():
    line = Settings("line")
    assert run_plane(line, np.eye(2)).kind == "whole"


def test_a_place_and_a_step_are_found_again_on_a_plane_whose_axis_is_a_mean():
    start, now = ends_of(AND, 10)
    plane = run_plane(AND, np.stack((start, now)))
    place = point_at(plane, 0.7, -2.0)
    assert coordinates(plane, place) == pytest.approx([0.7, -2.0])
    assert components(plane, place - now) == pytest.approx([0.7, -2.0] - coordinates(plane, now))


def test_a_plane_tells_of_a_run_while_both_of_its_ends_are_on_it():
    start, now = ends_of(AND, 30)
    plane = run_plane(AND, now[None])
    assert tells(plane)
    assert tells(plane, now)
    assert not tells(plane, start, now)
    assert not tells(run_plane(Settings("line"), np.eye(2)))


def test_many_weights_are_counted():
    spam = Settings("spam")
    start, now = ends_of(spam, 3)
    assert run_plane(spam, now[None]).names[0] == "all 100 weights together"
    assert differences(spam, run_plane(spam, np.stack((start, now))), start[None])[0] <= TRUE_TO


def path_of_xor(steps):
    trainer = Trainer(XOR)
    trainer.advance(steps)
    rows = trainer.history.rows()
    return np.column_stack([rows.parameter(i) for i in range(13)])


def test_with_hidden_neurons_it_goes_through_both_ends_and_holds_what_such_a_plane_can():
    path = path_of_xor(150)
    plane = run_plane(XOR, path)
    assert tells(plane, path[0], path[-1])
    assert coordinates(plane, path[0]) == pytest.approx([0, 0])
    length = np.linalg.norm(path[-1] - path[0])
    assert coordinates(plane, path[-1]) == pytest.approx([length, 0])
    ends = path[[0, -1]]
    assert differences(XOR, plane, ends) == pytest.approx(0, abs=1e-12)
    off = np.square(distance(plane, path)).sum()
    aside = path - path[0]
    aside -= np.outer(aside @ plane.directions[0], plane.directions[0])
    values = np.linalg.svd(aside, compute_uv=False) ** 2
    assert off == pytest.approx(values[1:].sum())
    opposite = replace(plane, directions=plane.directions * [[1], [-1]])
    turned = run_plane(XOR, path_of_xor(151), opposite)
    assert turned.directions[1] @ opposite.directions[1] > 0.9


@pytest.mark.parametrize("init", ["uniform", "zeros"])
def test_before_the_first_step_it_shows_the_gradient_and_what_bends(init):
    """From zeros there is no gradient; two directions are found all the same."""
    settings = XOR.replace(init=init)
    start = Trainer(settings).history.newest
    plane = run_plane(settings, start.parameters[None])
    assert plane.directions @ plane.directions.T == pytest.approx(np.eye(2), abs=1e-12)
    assert tells(plane, start.parameters)
    down = start.grad
    assert np.linalg.norm(components(plane, down)) == pytest.approx(np.linalg.norm(down))
