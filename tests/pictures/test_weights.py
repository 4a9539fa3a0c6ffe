from itertools import product

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.numbers import printed, subscripted
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures import palette
from neuroviz.pictures.marks import ColourMap, Curve, EndLabel, Points
from neuroviz.pictures.render import render
from neuroviz.pictures.weights import padded, weights_figure
from tests.core.same_bits import block_of, fed
from tests.for_each import for_each
from tests.pictures.declared import marks_of


def run(steps, task="and", **choices):
    """Train and give settings and rows."""
    trainer = Trainer(Settings(task, **choices))
    trainer.advance(steps)
    return trainer.settings, trainer.history.rows()


def color_of(drawn, name):
    """Give the colour of a label by the beginning of its text."""
    return next(
        mark.color for mark in marks_of(drawn, EndLabel) if mark.text[2:].startswith(f"{name} ")
    )


@pytest.mark.parametrize("gradients", [False, True])
def test_every_line_is_a_column_of_the_history(gradients):
    """Each parameter, or component of the gradient, is drawn as stored.

    With its newest value at its end.
    """
    settings, rows = run(30, "or", learning_rate=5.0)
    drawn = weights_figure(settings, rows, gradients)
    columns = rows.columns()
    for column, name in (("w1", "w₁"), ("w2", "w₂"), ("b", "b")):
        expected = columns[f"grad_{column}" if gradients else column]
        colour = color_of(drawn, name)
        (curve,) = (mark for mark in marks_of(drawn, Curve) if mark.color == colour)
        assert np.array_equal(curve.y, expected)
        assert np.array_equal(curve.x, columns["step"])
        (label,) = (mark for mark in marks_of(drawn, EndLabel) if mark.color == colour)
        assert (label.x, label.y) == (30, expected[-1])
        assert label.text[2:] == f"{name} {printed(expected[-1])}"


@pytest.mark.parametrize("gradients", [False, True])
@pytest.mark.parametrize(
    ("unit", "whose", "named"),
    [(1, "Hidden neuron h₂", "w21 w22 b2"), (None, "Output neuron ŷ", "v1 v2 v3 c")],
)
def test_of_several_neurons_the_opened_one_s_lines_have_names_and_the_others_are_one_pale_line(
    unit, whose, named, gradients
):
    settings, rows = run(30, "xor", hidden=3)
    drawn = weights_figure(settings, rows, gradients, unit)
    assert drawn.title.startswith(f"{whose}: ")
    names, known = named.split(), settings.parameters.names
    columns = {
        name: (rows.grad if gradients else rows.parameter)(known.index(name)) for name in known
    }
    others, *lines = marks_of(drawn, Curve)
    labels = marks_of(drawn, EndLabel)
    assert [mark.text.split()[1] for mark in labels] == list(map(subscripted, names))
    for name, line, label in zip(names, lines, labels, strict=True):
        assert line.y.tolist() == columns[name].tolist()
        assert (line.color, label.y) == (label.color, line.y[-1])
    rest = [name for name in known if name not in names]
    pale = np.concatenate([columns[name] for name in rest])
    assert others.y[np.isfinite(others.y)].tolist() == pale.tolist()
    assert np.isnan(others.y).sum() == len(rest)


def test_epochs_of_batches_are_fractions():
    """With one sample a step, four steps are one epoch."""
    settings, rows = run(10, "and_one_by_one")
    drawn = weights_figure(settings, rows)
    assert np.array_equal(marks_of(drawn, Curve)[0].x, np.arange(11) / 4)
    assert drawn.x_limits == pytest.approx((-0.0375, 2.5375))


@pytest.mark.parametrize("width", [5, 11])
def test_lines_are_told_apart_by_colour_and_dashes(width):
    """Six parameters have six colours; twelve, colours and dashes that no two share."""
    inputs = np.eye(width)
    settings, rows = run(3, "line", data=Dataset(inputs, np.ones(width), False))
    curves = marks_of(weights_figure(settings, rows), Curve)
    looks = {(curve.color, curve.dash) for curve in curves}
    assert len(looks) == len(curves) == width + 1
    assert len({color for color, _ in looks}) == min(width + 1, len(palette.SERIES))
    # Dashes lie on top, and begin where the colours do again.
    assert [bool(curve.dash) for curve in curves] == [
        index >= len(palette.SERIES) for index in range(width + 1)
    ]


@for_each("task", ["and_by_hand", "spam"])
@for_each("gradients", [False, True])
def test_start_alone_is_seen(task, gradients):
    """A single row is a point for each parameter, or one column of colours."""
    settings, rows = run(0, task)
    drawn = weights_figure(settings, rows, gradients)
    if task == "spam":
        (colours,) = marks_of(drawn, ColourMap)
        assert colours.values.shape == (101, 1)
    else:
        assert [mark.y[0] for mark in marks_of(drawn, Points)] == (
            [0, 0, 0] if gradients else [1, 1, -1.5]
        )
    assert gradients or render(drawn, ".svg")


def test_lines_are_told_apart_without_colour():
    """Each has shapes of its own on it, and the same before its name."""
    settings, rows = run(60, "double", data=Dataset(np.eye(11), np.arange(11.0), classes=False))
    drawn = weights_figure(settings, rows)
    curves, shapes, labels = (marks_of(drawn, kind) for kind in (Curve, Points, EndLabel))
    assert len(curves) == len(shapes) == len(labels) == 12
    signs = "●■▲◆⬟★○□△◇⬠☆"
    kinds = [(mark.marker, mark.color == palette.BACKGROUND) for mark in shapes]
    assert kinds == [*product("os^Dp*", [False]), *product("os^Dp*", [True])]
    for curve, shape, label, sign in zip(curves, shapes, labels, signs, strict=True):
        assert 3 <= len(shape.x) <= 6
        assert np.interp(shape.x, curve.x, curve.y) == pytest.approx(shape.y)
        assert shape.outline == curve.color == label.color
        assert label.text[0] == sign


def test_shapes_stay_while_the_run_goes_on():
    """At more steps there are more of them, or every other one, and none between."""
    settings, rows = run(200)
    before = weights_figure(settings, rows)
    after = weights_figure(*run(230))
    for one, other in zip(marks_of(before, Points), marks_of(after, Points), strict=True):
        assert {*one.x} <= {*other.x}


@pytest.mark.parametrize("gradients", [False, True])
def test_of_several_outputs_the_map_is_of_the_opened_one(gradients):
    """20 inputs and 3 classes: 21 lines of cells, each a parameter of that output."""
    random = np.random.default_rng(3)
    targets = np.arange(9.0) % 3
    data = Dataset(random.normal(size=(9, 20)), targets, True, class_names=("a", "b", "c"))
    settings, rows = run(30, None, data=data)
    (colours,) = marks_of(weights_figure(settings, rows, gradients, 1), ColourMap)
    newest = rows.newest.grad if gradients else rows.newest.parameters
    own = [*range(20, 40), 61]
    assert colours.values[:, -1].tolist() == sorted(newest[own])


def test_many_parameters_are_a_heat_map():
    """101 parameters are 101 lines of cells over at most 400 epochs.

    The first and the newest among them.
    """
    settings, rows = run(1234, "spam")
    (colours,) = marks_of(weights_figure(settings, rows), ColourMap)
    assert colours.values.shape == (101, 400)
    assert colours.low == -colours.high == -np.abs(colours.values).max()
    by_value = sorted(range(101), key=lambda index: rows.parameter(index)[-1])
    for line in (0, 57, 100):
        own = rows.parameter(by_value[line])
        assert colours.values[line, [0, -1]].tolist() == own[[0, -1]].tolist()
        epochs = np.linspace(0, rows.epochs[-1], 400)
        near = np.interp(epochs, rows.epochs, own)
        assert np.abs(colours.values[line] - near).max() <= np.abs(np.diff(own)).max()
    left, right, bottom, top = colours.extent
    assert (left + right, bottom, top) == (pytest.approx(rows.epochs[-1]), 0.5, 101.5)
    assert right == pytest.approx(rows.epochs[-1] * (1 + 0.5 / 399))


def test_gradient_far_above_the_rest_is_cut_off_and_said():
    """The few greatest components of a falling gradient do not make all others white."""
    settings, rows = run(2000, "spam")
    drawn = weights_figure(settings, rows, gradients=True)
    (colours,) = marks_of(drawn, ColourMap)
    inside = np.abs(colours.values) <= colours.high
    assert 0.9 < inside.mean() < 1
    assert "cut off" in colours.label
    assert drawn.y_label == "101 parameters, largest first"


def test_the_five_largest_of_many_are_named_at_their_lines():
    settings, rows = run(300, "spam")
    figure = weights_figure(settings, rows)
    ends = np.array([rows.parameter(index)[-1] for index in range(101)])
    largest = np.argsort(-np.abs(ends))[:5].tolist()
    named = {mark.text.split()[0]: mark.y for mark in marks_of(figure, EndLabel)}
    assert named == {
        subscripted(settings.parameters.names[index]): 1 + int((ends < ends[index]).sum())
        for index in largest
    }
    assert figure.y_ticks == ()


def test_newest_row_off_the_grid_of_kept_rows_is_the_last_column():
    """After thinning, kept rows are even and the newest is not.

    Columns are placed by their epoch.
    """
    block = block_of([1.0] * 1004, width=13)
    block.numbers[:, :14] = np.arange(1004.0)[:, None]
    rows = fed(block).rows()
    settings = Settings("line", data=Dataset(np.eye(13), np.ones(13), False))
    (colours,) = marks_of(weights_figure(settings, rows), ColourMap)
    columns = colours.values[-1]
    assert (columns[0], columns[-1]) == (0, 1003)
    assert np.abs(columns - np.linspace(0, 1003, len(columns))).max() <= rows.stride / 2


@pytest.mark.parametrize(
    "values", [[1.0, 1.0], [0.0], [-3e-200], [1e308, -1e308], [1e15, 1e15 + 0.125]]
)
def test_range_always_has_a_span(values):
    """A range is finite and ascending whatever it is of."""
    low, high = padded(np.array(values), 0.1)
    assert np.isfinite([low, high]).all()
    assert low < high


def test_range_has_its_margin():
    """A tenth of the span is added at both ends."""
    assert padded(np.array([3.0, 1.0]), 0.1) == pytest.approx((0.8, 3.2))


@for_each("task", ["and", "and_by_hand", "weather", "spam", "xor_two", "gates"])
def test_every_task_is_drawn(task):
    """Each makes both figures, and one of them a file, which one in turn."""
    settings, rows = run(0 if "hand" in task else 20, task)
    both = [weights_figure(settings, rows, gradients) for gradients in (False, True)]
    assert render(both[len(task) % 2], ".svg", dpi=50)


def test_weights_beyond_what_can_be_drawn():
    """They stand at the end of the axis.

    Its name says how far it goes, with their own values beside them.
    """
    drawn = weights_figure(*run(2, weights=(1e308, -1e308), bias=0.0))
    assert drawn.y_label.endswith("at most ±10³⁰⁰ here")
    assert [mark.text[2:] for mark in marks_of(drawn, EndLabel)][:2] == [
        "w₁ 10³⁰⁸",
        "w₂ −10³⁰⁸",
    ]
    assert render(drawn, ".png", 80, 60, 60)
    assert weights_figure(*run(2)).y_label == "value"
