"""The pen for the screen.

What a mark becomes, and that nothing is done where no mark has changed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from pytestqt.qtbot import QtBot

from neuroviz.pictures.marks import DASHED, ColourMap, Curve, EndLabel, Marks, Points, Text
from neuroviz.ui.canvas import mark_items as items
from neuroviz.ui.canvas.pen import Pen, heights
from neuroviz.ui.canvas.plot import Plot

X = np.arange(4.0)
GROUND = "#ffffff"


@pytest.fixture
def plot(qtbot: QtBot) -> Plot:
    """Return a plot of 40 epochs."""
    plot = Plot("p", "", "")
    qtbot.addWidget(plot)
    plot.resize(500, 300)
    plot.show()
    qtbot.waitExposed(plot)
    plot.show_range(0, 40, -5, 5)
    return plot


def shown(plot: Plot, kind: type) -> list[object]:
    """Return the items of a kind."""
    return [item for item in plot.drawn if isinstance(item, kind)]


def touched(pen: Pen, marks: Marks, monkeypatch: pytest.MonkeyPatch, **how: bool) -> list[str]:
    """Draw marks and return what was done to items that were there."""
    done: list[str] = []
    with monkeypatch.context() as watched:
        for kind, names in (
            (items.CurveItem, ("setPen", "setData")),
            (items.PointsItem, ("setBrush", "setData")),
        ):
            for name in names:
                real = getattr(kind, name)
                watched.setattr(
                    kind,
                    name,
                    lambda *a, name=name, real=real, **o: (done.append(name), real(*a, **o)),
                )
        pen.draw(marks, GROUND, **how)
    return done


def test_a_mark_becomes_an_item_with_its_look(plot: Plot) -> None:
    """A curve has its points, colour, width and dashes; a marker its place, colour and size."""
    marks: Marks = {
        "c": Curve(X, X**2, "#123456", dash=DASHED, width=3.0),
        "p": Points([1.0], [2.0], "#654321"),
    }
    Pen(plot).draw(marks, GROUND)
    (curve,), (points,) = shown(plot, items.CurveItem), shown(plot, items.PointsItem)
    assert [column.tolist() for column in curve.getData()] == [X.tolist(), (X**2).tolist()]
    pen = curve.opts["pen"]
    assert (pen.color().name(), pen.widthF() / plot.devicePixelRatioF(), pen.dashPattern()) == (
        "#123456",
        3,
        [5, 3],
    )
    assert [column.tolist() for column in points.getData()] == [[1.0], [2.0]]
    assert (pg.mkBrush(points.opts["brush"]).color().name(), points.opts["size"]) == (
        "#654321",
        6.0,
    )
    assert curve.zValue() < points.zValue()


def test_what_has_not_changed_is_not_touched(plot: Plot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same mark, and another one with the same look and the very same arrays, cost nothing."""
    pen, curve, ball = Pen(plot), Curve(X, X, "#123456"), Points(X[-1:], X[-1:], "#123456")
    pen.draw({"c": curve, "p": ball}, GROUND)
    assert touched(pen, {"c": curve, "p": ball}, monkeypatch) == []
    assert touched(pen, {"c": replace(curve), "p": replace(ball)}, monkeypatch) == []
    assert touched(pen, {"c": replace(curve, y=X + 1), "p": ball}, monkeypatch) == ["setData"]
    assert touched(
        pen, {"c": replace(curve, y=X + 1, color="#000000"), "p": ball}, monkeypatch
    ) == [
        "setPen",
        "setData",
    ]
    assert (
        touched(pen, {"c": curve, "p": replace(ball, color="#000000")}, monkeypatch)[-1]
        == "setBrush"
    )
    items_before = len(plot.drawn)
    pen.draw({"c": curve}, GROUND)
    assert len(plot.drawn) == items_before - 1


def test_a_key_may_come_to_stand_for_another_kind(plot: Plot) -> None:
    """The item of the kind before goes."""
    pen = Pen(plot)
    pen.draw({"a": Curve(X, X, "#123456")}, GROUND)
    pen.draw({"a": Points(X, X, "#123456")}, GROUND)
    assert (len(shown(plot, items.CurveItem)), len(shown(plot, items.PointsItem))) == (0, 1)


def test_the_order_is_from_back_to_front(plot: Plot) -> None:
    """What comes later lies over what comes before, also when the order changes."""
    pen = Pen(plot)
    marks: Marks = {"a": Curve(X, X, "#aa0000"), "b": Curve(X, X, "#0000aa")}
    pen.draw(marks, GROUND)
    pen.draw(dict(reversed(marks.items())), GROUND)
    height = {
        item.opts["pen"].color().name(): item.zValue() for item in shown(plot, items.CurveItem)
    }
    assert height["#aa0000"] > height["#0000aa"]


def test_a_logarithmic_axis_has_gaps(plot: Plot) -> None:
    """Positions are decades, 0 has none, and the switch reaches marks that have not changed."""
    pen, marks = (
        Pen(plot),
        {"c": Curve(X, np.array([1, 0, 100, 1000.0]), "#123456"), "p": Points(X, X, "#123456")},
    )
    pen.draw(marks, GROUND)
    assert pen.curve("c")[1].tolist() == [1, 0, 100, 1000]
    pen.draw(marks, GROUND, log_y=True)
    np.testing.assert_allclose(pen.curve("c")[1], [0, np.nan, 2, 3])
    (points,) = shown(plot, items.PointsItem)
    assert points.getData()[0].tolist() == [1, 2, 3]
    (curve,) = shown(plot, items.CurveItem)
    assert curve.opts["connect"] == "finite"


def test_heights_are_within_reach() -> None:
    """Numbers near the largest are drawn where Qt can still count."""
    assert np.isfinite(heights(np.array([1e308, -1e308]), log=False)).all()
    assert heights(np.array([1e-2, 1e308]), log=True) == pytest.approx([-2, 308])


def named(
    pen: Pen, plot: Plot, ends: list[EndLabel], *, log: bool = False
) -> list[tuple[str, float, float]]:
    """Draw labels and return what is written where, empty ones left out."""
    pen.draw(dict(enumerate(ends)), GROUND, log_y=log)
    (labels,) = shown(plot, items.Labels)
    return [place for place in labels.places if place[0]]


def line_of(plot: Plot) -> float:
    """Return the height of a line of text in the units of the plot."""
    bottom, top = plot.box.viewRange()[1]
    return (top - bottom) * 17 / plot.pixels()[1]


def test_labels_do_not_overlap_and_long_ones_are_shortened(plot: Plot) -> None:
    """Six at one place stand one below the other, in their order."""
    ends = [
        EndLabel(20, 1.0, f"run {i} with a name that is far too long", "#123456") for i in range(5)
    ]
    places = named(Pen(plot), plot, [*ends, EndLabel(20, 1.0, "own", "#123456")])
    assert len(places) == 6
    assert (np.diff([y for _, _, y in places]) >= 0.999 * line_of(plot)).all()
    assert all(text.endswith("…") for text, _, _ in places[:-1])
    assert places[-1][0] == "own"


def test_a_label_out_of_sight_is_not_written(plot: Plot) -> None:
    """Right of the range, above it, and where an end has no place on a logarithmic axis."""
    ends = [
        EndLabel(45, 1, "right", "#000000"),
        EndLabel(20, 1e9, "high", "#000000"),
        EndLabel(20, 0, "zero", "#000000"),
    ]
    own = EndLabel(20, 10.0, "own", "#000000")
    assert [text for text, *_ in named(Pen(plot), plot, [*ends, own], log=True)] == ["own"]


@pytest.mark.parametrize("height", [300, 80])
def test_labels_without_height_are_left_out(plot: Plot, qtbot: QtBot, height: int) -> None:
    """The last stays; of the others those whose ends are nearest to it."""
    plot.resize(500, height)
    qtbot.waitUntil(lambda: plot.height() == height)
    at = {f"run {i}": 4.0 - i for i in range(6)}
    ends = [EndLabel(20, y, name, "#000000") for name, y in at.items()]
    shown_names = [
        text for text, *_ in named(Pen(plot), plot, [*ends, EndLabel(20, 4.01, "own", "#000000")])
    ]
    room = min(7, plot.pixels()[1] // 17)
    assert shown_names == [*list(at)[: room - 1], "own"]
    assert room == 7 or height == 80


def test_a_label_leaves_its_ball_alone(plot: Plot) -> None:
    """Four pixels are between them."""
    named(Pen(plot), plot, [EndLabel(20, 1.0, "own", "#000000")])
    (labels,) = shown(plot, items.Labels)
    assert labels.gap >= 8 / 2


def test_no_dashes_are_a_solid_line(plot: Plot) -> None:
    """A curve that loses its dashes is drawn through."""
    pen = Pen(plot)
    pen.draw({"c": Curve(X, X, "#123456", dash=DASHED)}, GROUND)
    pen.draw({"c": Curve(X, X, "#123456")}, GROUND)
    (curve,) = shown(plot, items.CurveItem)
    assert curve.opts["pen"].style() == Qt.PenStyle.SolidLine


def test_both_axes_may_hold_decades(plot: Plot) -> None:
    """A point, a map and a text at 0.1 and 1000 stand at −1 and 3."""
    marks: Marks = {
        "m": ColourMap(
            np.zeros((1, 1)), (0.1, 1.0, 100.0, 1000.0), ("#000000", "#ffffff"), 0.0, 1.0
        ),
        "p": Points([0.1], [1000.0], "#123456"),
        "t": Text(0.1, 1000.0, "t", "#123456"),
    }
    Pen(plot).draw(marks, GROUND, log_x=True, log_y=True)
    (cells,), (points,), (text,) = (
        shown(plot, kind) for kind in (items.ColourMapItem, items.PointsItem, items.TextItem)
    )
    assert cells.mapRectToParent(cells.boundingRect()) == QRectF(-1, 2, 1, 1)
    assert [column.tolist() for column in points.getData()] == [[-1.0], [3.0]]
    assert text.at == QPointF(-1.0, 3.0)
