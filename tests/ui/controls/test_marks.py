"""Marks that stand too near merge, a zoom parts them, and their names have room."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at
from neuroviz.core.curvature.rate_ruler import ruler_of
from neuroviz.core.lazy import load_torch
from neuroviz.ui.controls.marks import MERGED, Mark, grouped, marks_of, spread, zoom_on

WIDTH = 268.0


def three(*rates: float) -> list[Mark]:
    """Return marks at these rates."""
    return [Mark(name, rate) for name, rate in zip(("smooth", "best", "limit"), rates, strict=False)]


def test_marks_of_and() -> None:
    """On AND with identity and MSE they are the three of the book; where the loss is flat there are none."""
    load_torch()
    and_ = Settings("and", activation="identity", loss="mse", weights=(0.0, 0.0), bias=0.0)
    marks = {mark.name: mark.rate for mark in marks_of(ruler_of(and_, curvature_at(and_, np.zeros(3))))}
    assert marks == pytest.approx({"smooth": 0.3138595, "best": 0.5714286, "limit": 0.6277187}, rel=1e-6)
    adam = and_.replace(optimizer="adam")
    assert marks_of(ruler_of(adam, curvature_at(adam, np.zeros(3)))) == ()
    assert marks_of(None) == ()


@pytest.mark.parametrize(
    ("places", "groups"),
    [
        ((0.0, 8.0, 16.0), ["smooth", "best", "limit"]),
        ((0.0, 7.9, 16.0), ["smooth best", "limit"]),
        ((0.0, 20.0, 27.9), ["smooth", "best limit"]),
        ((0.0, 7.9, 15.8), ["smooth best limit"]),
    ],
)
def test_merging(places: tuple[float, ...], groups: list[str]) -> None:
    """Neighbours nearer than 8 pixels are one, also in a row; at 8 they are two."""
    found = grouped(three(*places), lambda rate: rate)
    assert [" ".join(mark.name for mark in group) for group in found] == groups


@pytest.mark.parametrize("condition", [1.01, 2.0, 10.15, 87.6, 2877.0, 1e6])
def test_a_zoom_parts_the_nearest_two(condition: float) -> None:
    """Whatever the condition number, two marks at least are in sight, and all that are, 8 pixels apart or more."""
    marks = three(1.0, 2 * condition / (1 + condition), 2.0)
    places = [zoom_on(marks, WIDTH).place(mark.rate) for mark in marks]
    seen = [place for place in places if 0 <= place <= WIDTH]
    assert len(seen) >= 2
    assert all(after - before >= MERGED for before, after in pairwise(places))
    nearest = min(range(2), key=lambda i: places[i + 1] - places[i])
    assert all(0 <= place <= WIDTH for place in places[nearest : nearest + 2])


def test_where_all_fit_in_all_are_in_sight() -> None:
    """On AND the three are seen at once, at distances true to the logarithms of their rates."""
    marks = three(0.3138595, 0.5714286, 0.6277187)
    zoom = zoom_on(marks, WIDTH)
    first, second, last = (zoom.place(mark.rate) for mark in marks)
    assert 0 < first < second < last < WIDTH
    assert (second - first) / (last - second) == pytest.approx(
        math.log(0.5714286 / 0.3138595) / math.log(0.6277187 / 0.5714286)
    )


def test_marks_at_one_place_are_no_endless_zoom() -> None:
    """Where all curvatures are one, smooth and best are one rate, and the zoom shows both."""
    for marks in (three(1.0, 1.0 + 1e-15, 2.0), three(1.0, 1.0)):
        zoom = zoom_on(marks, WIDTH)
        assert all(0 <= zoom.place(mark.rate) <= WIDTH for mark in marks)


@pytest.mark.parametrize(
    "centres",
    [(134.0, 134.0, 134.0), (0.0, 1.0, 2.0), (268.0, 268.0, 268.0), (10.0, 130.0, 140.0), (-500.0, 5.0, 900.0)],
)
def test_names_do_not_overlap(centres: tuple[float, ...]) -> None:
    """Names stand in their order, apart, and inside."""
    widths = (45.0, 25.0, 30.0)
    lefts = spread(centres, widths, WIDTH)
    assert lefts[0] >= 0
    assert lefts[-1] + widths[-1] <= WIDTH
    for i in range(2):
        assert lefts[i] + widths[i] < lefts[i + 1]


def test_a_name_with_room_is_centred() -> None:
    """Where nothing is in the way a name stands under its mark."""
    assert spread((50.0, 150.0), (20.0, 40.0), WIDTH) == [40.0, 130.0]
