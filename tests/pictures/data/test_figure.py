import io
import math

import numpy as np
import pytest
from msgspec.structs import asdict
from PIL import Image

from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.model import predict, right
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures import palette
from neuroviz.pictures.data.figure import data_figure, data_scene
from neuroviz.pictures.data.scene import Now
from neuroviz.pictures.marks import Arrow, ColourMap, Curve, Points, Segments, Text
from neuroviz.pictures.render import render
from tests.for_each import for_each
from tests.pictures.declared import UNLIKE, marks_of

GELU = {"task": "or", "activation": "gelu", "loss": "mse", "threshold": -0.1}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gelu(z):
    return z * 0.5 * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))


def colours_of(png):
    """Give the colours (r, g, b) of the pixels of a picture."""
    with Image.open(io.BytesIO(png)) as picture:
        return [colour for _, colour in picture.convert("RGB").getcolors(2**24)]


FLAT = {tuple(int(palette.DIVERGING[end][i : i + 2], 16) for i in (1, 3, 5)) for end in (0, 2)}


def figure_of(parameters, two_colours=False, **choices):
    """Give the figure of parameters that were made up."""
    return data_figure(Settings(**choices), np.array(parameters, dtype=float), two_colours)


def test_map_is_the_output_at_the_middle_of_every_cell():
    """Colours are those of a sigmoid computed apart, over the data and their margin."""
    (colours,) = marks_of(figure_of([3, -2, 0.5], task="and"), ColourMap)
    left, right, bottom, top = colours.extent
    assert left < 0 < 1 < right
    assert bottom < 0 < 1 < top
    columns, rows = 90, 70
    x = left + (right - left) * (np.arange(columns) + 0.5) / columns
    y = bottom + (top - bottom) * (np.arange(rows) + 0.5) / rows
    expected = sigmoid(3 * x[np.newaxis, :] - 2 * y[:, np.newaxis] + 0.5)
    assert colours.cells(columns, rows) == pytest.approx(expected, abs=1e-4)
    assert (colours.low, colours.high) == (0, 1)
    assert "output" in colours.label


@for_each(
    ("parameters", "choices", "function", "threshold", "lines"),
    [
        ([3, -2, 0.5], {"task": "and"}, sigmoid, 0.5, 1),
        ([3, -2, 0.5], {"task": "and", "threshold": 0.9}, sigmoid, 0.9, 1),
        ([0, -2e-5, 1e-5], {"task": "and"}, sigmoid, 0.5, 1),
        ([1e6, 0, -3e5], {"task": "or"}, sigmoid, 0.5, 1),
        (
            [1, 1, 0.2],
            {"task": "or", "loss": "hinge", "activation": "tanh", "inputs": "pm1"},
            np.tanh,
            0.0,
            1,
        ),
        ([3, 2, -2], GELU, gelu, -0.1, 2),
        ([0, 0, 1], {"task": "and"}, sigmoid, 0.5, 0),
        ([1, 1, 40], {"task": "and"}, sigmoid, 0.5, 0),
        ([1e-308, 0, 1], {"task": "and"}, sigmoid, 0.5, 0),
        ([3, 2, -2], {**GELU, "threshold": -0.2}, gelu, -0.2, 0),
    ],
)
def test_output_at_the_boundary_is_the_threshold(parameters, choices, function, threshold, lines):
    """Where a line is drawn, a neuron computed apart says just the threshold.

    The line ends at the edges.
    """
    drawn = figure_of(parameters, **choices)
    curves = marks_of(drawn, Curve)
    assert len(curves) == lines
    assert len(marks_of(drawn, Arrow)) == min(1, lines)
    left, right, bottom, top = marks_of(drawn, ColourMap)[0].extent
    for curve in curves:
        x, y = np.linspace(curve.x[0], curve.x[-1], 50), np.linspace(curve.y[0], curve.y[-1], 50)
        z = parameters[0] * x + parameters[1] * y + parameters[2]
        assert function(z) == pytest.approx(np.full(50, threshold), abs=1e-9)
        for x_end, y_end in ((curve.x[0], curve.y[0]), (curve.x[-1], curve.y[-1])):
            gaps = abs(x_end - left), abs(x_end - right), abs(y_end - bottom), abs(y_end - top)
            assert min(gaps) < 1e-9


@pytest.mark.parametrize("size", [1.7e308, 1e-308])
def test_largest_and_smallest_weights_have_their_line(size):
    """The line of x₁ + x₂ = 0.5 is the same whatever the weights are multiplied by.

    So is the arrow.
    """
    lines = [figure_of([k, k, -k / 2], **{"task": "and_by_hand"}) for k in (1.0, size)]
    plain, scaled = (
        np.array([marks_of(drawn, Curve)[0].x, marks_of(drawn, Curve)[0].y]) for drawn in lines
    )
    assert scaled == pytest.approx(plain)
    assert plain.sum(axis=0) == pytest.approx(np.full(plain.shape[1], 0.5))
    arrows = [marks_of(drawn, Arrow)[0] for drawn in lines]
    assert (arrows[1].dx, arrows[1].dy) == pytest.approx((arrows[0].dx, arrows[0].dy))


@pytest.mark.parametrize("weights", [(3, -2), (-1, -1), (0, 5), (-2, 0), (1, 1)])
def test_arrow_stands_on_the_line_and_points_along_the_weights(weights):
    """The arrow starts on the line, goes to the side of the larger output.

    Along w, and stays in the plane.
    """
    bias = -0.5 * sum(weights) + 0.4  # the line passes not far from the middle of the data
    drawn = figure_of([*weights, bias], task="and")
    (arrow,) = marks_of(drawn, Arrow)
    assert np.dot(weights, (arrow.x, arrow.y)) + bias == pytest.approx(0, abs=1e-12)
    assert np.array([arrow.dx, arrow.dy]) / math.hypot(arrow.dx, arrow.dy) == pytest.approx(
        np.array(weights) / math.hypot(*weights)
    )
    left, right, bottom, top = marks_of(drawn, ColourMap)[0].extent
    assert left < arrow.x + arrow.dx < right
    assert bottom < arrow.y + arrow.dy < top


@pytest.mark.parametrize("weights", [(-1.0, 1.4), (1.0, 1.0), (1.0, 0.0), (0.2, -1.0)])
@pytest.mark.parametrize("at", [(-0.1, 1.2), (0.05, 1.25), (1.25, -0.1), (0.5, 0.5)])
def test_arrow_is_clear_of_the_edges(weights, at):
    """Where the line only crosses a corner, its handle was cut in half by the edge."""
    drawn = figure_of([*weights, -np.dot(weights, at)], task="and")
    (arrow,) = marks_of(drawn, Arrow)
    assert np.dot(weights, (arrow.x, arrow.y)) == pytest.approx(np.dot(weights, at), abs=1e-12)
    (colours,) = marks_of(drawn, ColourMap)
    left, right, bottom, top = colours.extent
    for x, y in ((arrow.x, arrow.y), (arrow.x + arrow.dx, arrow.y + arrow.dy)):
        beside = min(x - left, right - x) / (right - left)
        assert min(beside, min(y - bottom, top - y) / (top - bottom)) > 0.03
    if at == (0.05, 1.25):  # its line has a place from which half of the arrow can be seen
        assert math.hypot(arrow.dx / (right - left), arrow.dy / (top - bottom)) > 0.09


def test_arrow_starts_from_the_nearer_of_two_lines():
    """Of GELU's two lines the one nearer the middle of the data has the arrow."""
    drawn = figure_of([3, 2, -2], **GELU)
    (arrow,) = marks_of(drawn, Arrow)
    z_of_middle = 0.5 * 3 + 0.5 * 2 - 2
    offsets = [3 * curve.x[0] + 2 * curve.y[0] - 2 for curve in marks_of(drawn, Curve)]
    nearest = min(offsets, key=lambda z: abs(z - z_of_middle))
    assert 3 * arrow.x + 2 * arrow.y - 2 == pytest.approx(nearest)


def test_two_colours_change_where_the_class_does():
    """Every cell has the colour of its class, and only two colours are used."""
    (colours,) = marks_of(figure_of([3, -2, 0.5], True, task="and", threshold=0.3), ColourMap)
    (smooth,) = marks_of(figure_of([3, -2, 0.5], task="and", threshold=0.3), ColourMap)
    assert np.array_equal(colours.values == colours.high, smooth.values > 0.3)
    assert set(np.unique(colours.values)) == {colours.low, colours.high} == {0, 1}
    assert (colours.stops, colours.flat) == ((palette.DIVERGING[0], palette.DIVERGING[2]), True)
    assert (
        len(set(colours_of(render(figure_of([3, -2, 0.5], True, task="and"), ".png"))) & FLAT) == 2
    )


@pytest.mark.parametrize(
    ("choices", "two_colours", "blended"),
    [
        ({"task": "xor", "hidden": 2}, False, True),
        ({"task": "xor", "hidden": 2}, True, False),
        ({"task": "ring", "features": ("1/x1",)}, False, False),
    ],
)
def test_cells_blend_only_where_the_output_is_smooth(choices, two_colours, blended):
    """Two colours have a sharp edge, and so has the place where a formula is undefined."""
    settings = Settings(**choices)
    parameters = np.linspace(-1, 2, settings.parameters.count)
    (colours,) = marks_of(data_figure(settings, parameters, two_colours), ColourMap)
    assert colours.smooth == blended


@pytest.mark.parametrize(
    ("choices", "ends"),
    [
        ({"task": "and"}, (0, 1)),
        ({"task": "and", "activation": "identity", "loss": "mse"}, (-0.5, 1.5)),
        ({"task": "and", "activation": "identity", "loss": "hinge"}, (-2, 2)),
        ({"task": "and", "activation": "relu", "loss": "mse"}, (0, 1.5)),
    ],
)
def test_colours_reach_as_far_as_outputs_and_targets_do(choices, ends):
    """The ends are the activation's.

    Where it has none, half a span beyond the targets. Undecided is pale.
    """
    settings = Settings(**choices)
    (colours,) = marks_of(data_figure(settings, np.array([9.0, 9.0, -5.0])), ColourMap)
    assert (colours.low, colours.high) == ends
    assert ("cut off" in colours.label) == (ends != (0, 1))
    assert (colours.stops, colours.middle) == (palette.DIVERGING, settings.threshold)


def test_samples_have_shapes_names_and_outputs():
    """Class 1 is round, class 0 square, the wrong ones are crossed.

    Each has its output beside it.
    """
    drawn = figure_of([1, 1, 3], task="or")  # says 1 to all
    (wrong,) = (mark for mark in marks_of(drawn, Points) if mark.label == "wrong")
    by_marker = {mark.marker: mark for mark in marks_of(drawn, Points) if mark is not wrong}
    assert sorted(zip(by_marker["o"].x, by_marker["o"].y, strict=True)) == [(0, 1), (1, 0), (1, 1)]
    assert (by_marker["o"].label, by_marker["s"].label) == ("y = 1", "y = 0")
    assert [(*mark.x, *mark.y) for mark in (by_marker["s"], wrong)] == [(0, 0), (0, 0)]
    texts = [mark.text for mark in marks_of(drawn, Text)]
    assert texts[-4:] == [f"{sigmoid(z):.4f}" for z in (5, 4, 4, 3)]
    assert drawn.equal_aspect
    assert "w = (1, 1), b = 3" in drawn.subtitle


def test_no_rim_of_a_crowd_hides_the_next_sample():
    """They are small, on paper and on screen, and no ring is thicker than a sample is wide.

    Each of 17 wrong samples has a ring; 523 rings would hide all there is.
    """
    places = np.random.default_rng(0).normal(size=(4000, 2))
    classes = places.sum(axis=1) > 0
    for targets, bias, ringed in (
        (classes, 0.02, 1),
        (classes, 0.5, 0),
        (places.sum(axis=1), 0.5, 0),
    ):
        crowd = Dataset(places, targets, classes=targets is classes)
        points = marks_of(figure_of([1, 1, bias], data=crowd), Points)
        rings = [mark for mark in points if mark.label == "wrong"]
        assert len(rings) == ringed
        assert all((mark.size, mark.stroke) < (6, 1) for mark in rings)
        for mark in points:
            if mark not in rings:
                assert mark.outline is None
                assert mark.size <= 3
    few = Dataset(places[:60], classes[:60], classes=True)
    assert marks_of(figure_of([1, 1, 0.5], data=few), Points)[0].outline is not None


def test_the_name_of_a_hidden_neuron_s_curve_hides_no_sample():
    """At the start of the lesson of bumps it is level, and the samples go through its middle."""
    figure = figure_of([-0.007487, 0.5364, -0.823, -0.7359], task="sine", hidden=1)
    samples, *_ = marks_of(figure, Points)
    (name,) = (mark for mark in marks_of(figure, Text) if mark.text == "v₁·h₁")
    near = np.abs(samples.x - name.x) < 0.4
    assert near.any()
    assert not (near & (samples.y > name.y - 0.05) & (samples.y < name.y + 0.3)).any()


def test_outputs_of_a_gate_by_hand_are_written_alike():
    """They are 0 or 1 and nothing between, so that no digits stand behind the one alone."""
    figure = data_figure(Settings.opened("and_by_hand"), np.array([1.0, 1.0, -1.5]))
    outputs = {text.text for text in marks_of(figure, Text)} - {"w"}
    assert outputs == {"0", "1"}


def test_no_output_hides_another_or_is_dark_on_dark():
    """A number beside one that is already there is left out: its halo would hide digits."""
    x = np.array([[0, 0], [0.1, 0.01], [1, 1], [0, 1]])
    settings = Settings(data=Dataset(x, np.arange(4.0), False))
    outputs = [text for text in marks_of(data_figure(settings, np.ones(3)), Text) if text.raised]
    assert [(text.x, text.y) for text in outputs] == [(0, 0), (1, 1), (0, 1)]
    assert all(text.halo for text in outputs)


def test_coding_is_shown():
    """Classes and truth values as −1 and 1 are named and placed as such."""
    drawn = figure_of([1, 1, 1], task="or", activation="tanh", loss="hinge", inputs="pm1")
    assert {mark.label for mark in marks_of(drawn, Points)} >= {
        "y = 1",
        "y = −1",
    }
    assert "coded −1, 1" in drawn.x_label
    assert min(marks_of(drawn, Points)[0].x) == -1


def test_residuals_go_from_target_to_output():
    """A residual stands at its input, from the target to what w·x + b is."""
    drawn = figure_of([1.5, 0.25], task="double")
    (residuals,) = marks_of(drawn, Segments)
    assert np.array(residuals.x0).tolist() == np.array(residuals.x1).tolist() == [1, 2, 3]
    assert np.array(residuals.y0).tolist() == [2, 4, 6]
    assert np.array(residuals.y1).tolist() == [1.75, 3.25, 4.75]
    (line,) = marks_of(drawn, Curve)
    assert line.y == pytest.approx(1.5 * np.array(line.x) + 0.25)
    assert (len(line.x), line.x[0], line.x[-1]) == (200, pytest.approx(0.7), pytest.approx(3.3))
    assert drawn.title == "Output over the input"


def test_residuals_of_a_crowd_are_a_line_for_each_column():
    """They reach as far as all lines there together: 100,000 lines were 20 MB on a page."""
    x = np.random.default_rng(1).normal(0, 1, 20_000)
    data = Dataset(x[:, np.newaxis], 2 * x + np.sin(99 * x), classes=False)
    (residuals,) = marks_of(figure_of([1.5, 0.25], data=data), Segments)
    assert 300 < len(residuals.x0) < 1000
    middle = np.abs(x) < 1
    own = np.abs(np.interp(x[middle], residuals.x0, residuals.y1 - residuals.y0))
    assert (own > np.abs(0.5 * x + np.sin(99 * x) - 0.25)[middle] - 0.1).mean() > 0.9
    assert np.isin(residuals.x0, x).all()


def test_prediction_stands_against_target():
    """Numbers of more inputs stand at (target, prediction), with y = x to compare."""
    drawn = figure_of([1, 2, 3, 4], task="sum")
    (points,), (perfect,) = marks_of(drawn, Points), marks_of(drawn, Curve)
    assert np.array(points.x).tolist() == [6, 4.5, 33, 306, 6.63]
    assert points.y == pytest.approx(TASKS["sum"].data().inputs @ [1, 2, 3] + 4)
    assert np.array_equal(perfect.x, perfect.y)


def test_classes_of_many_inputs_are_spread_over_their_names():
    """Each class lies around its target, no two samples at one place.

    In the order of the samples.
    """
    weights = np.linspace(-1, 1, 101)
    drawn = figure_of(weights, task="spam")
    data = TASKS["spam"].data()
    for marker, target in (("o", 1), ("s", 0)):
        (points,) = (
            mark
            for mark in marks_of(drawn, Points)
            if mark.marker == marker and mark.label != "wrong"
        )
        assert np.abs(points.x - target).max() == pytest.approx(0.15)
        assert np.all(np.diff(points.x) > 0)
        z = data.inputs[data.targets == target] @ weights[:-1] + weights[-1]
        assert points.y == pytest.approx(sigmoid(z))
    assert (drawn.x_label, drawn.x_ticks) == ("class", ((0.0, "class 0"), (1.0, "class 1")))
    assert "101 parameters" in drawn.subtitle


def test_regression_over_the_plane_colours_samples_by_the_sign_of_their_error():
    """Own numbers of two inputs: a map from light to dark; ŷ is 0, 1 and 2."""
    data = Dataset([[0, 0], [1, 0], [0, 1]], [0.005, 0.5, 3], classes=False)
    drawn = data_figure(Settings("line", data=data), np.array([1.0, 2.0, 0.0]), two_colours=True)
    (colours,) = marks_of(drawn, ColourMap)
    assert colours.stops == palette.SEQUENTIAL
    assert colours.low < 0 < 3 < colours.high
    points = marks_of(drawn, Points)
    samples = [mark for mark in points if mark.outline == palette.BACKGROUND]
    assert [(mark.color, mark.x.tolist(), mark.y.tolist()) for mark in samples] == [
        (palette.POSITIVE, [1], [0]),
        (palette.NEGATIVE, [0], [1]),
        (palette.INK, [0], [0]),
    ]
    rings = {mark.color for mark in points if mark not in samples}
    assert rings == {palette.INK}  # where the map is as they are, they are seen all the same
    assert (drawn.x_limits, drawn.equal_aspect) == (pytest.approx((-0.15, 1.15)), False)
    assert not marks_of(drawn, Curve)


@for_each("inputs", [[[5.0, 5.0]], [[0.0, 1e6], [1.0, 3e6]], [[1e100, 1], [-1e100, 2]], [[7.0]]])
@for_each("classes", [False, True])
@for_each("scale", [0.0, 1.0, 1e300])
def test_odd_data_and_parameters_give_only_finite_numbers(inputs, classes, scale):
    """One sample, scales far apart, the largest numbers: nothing non-finite, and a file."""
    task = "and" if classes else "line"
    settings = Settings(task, data=Dataset(inputs, np.ones(len(inputs)), classes))
    drawn = data_figure(settings, np.full(len(inputs[0]) + 1, scale))
    for mark in drawn.marks:
        numbers = [
            value for value in asdict(mark).values() if not isinstance(value, str | tuple | None)
        ]
        assert all(np.isfinite(np.asarray(value, dtype=float)).all() for value in numbers)
    if scale == 1e300 and len(inputs) == 2 - classes:
        assert render(drawn, ".svg", dpi=50)


@for_each("task", UNLIKE)
def test_every_task_is_drawn(task):
    """Each at its start and a little later makes a figure, and every other a file."""
    trainer = Trainer(Settings(task))
    for _ in range(2):
        drawn = data_figure(trainer.settings, trainer.history.newest.parameters)
        trainer.advance(0 if "hand" in task else 20)
    assert task not in UNLIKE[::2] or render(drawn, ".svg", dpi=50)


def test_a_perfect_prediction_of_classes_is_level_beside_its_target():
    """A sample that is moved sideways is as right as on its target.

    No line leads from one class to the other.
    """
    (perfect, threshold) = marks_of(figure_of(np.zeros(101), task="spam"), Curve)
    gaps = np.isnan(perfect.x)
    assert gaps.sum() == 2
    assert [tuple(piece) for piece in perfect.y.reshape(-1, 3)] == [(0, 0, 0), (1, 1, 1)]
    assert perfect.x[~gaps] == pytest.approx([-0.15, 0.15, 0.85, 1.15])
    assert (threshold.label, set(threshold.y)) == ("threshold 0.5", {0.5})


SIZE = (300, 240)
"""Pixels of a plot."""


def moved_by(choices, parameters, change):
    """Say whether two moments are said to look alike.

    Beside it by how many pixels and shades their pictures differ.
    """
    settings = Settings(**choices)
    scene = data_scene(settings)
    left, right_end, bottom, top = scene.bounds
    pixel = np.array([(right_end - left) / SIZE[0], (top - bottom) / SIZE[1]])
    moments = []
    for theta in (parameters, parameters + change):
        output = predict(settings, theta).output
        moments.append(Now(theta, output, right(settings, output)))
    drawn = [scene.marks(moment, scene.bounds, (40, 32), palette.PAPER) for moment in moments]
    differ = []
    for key in drawn[0].keys() & drawn[1].keys():
        before, after = drawn[0][key], drawn[1][key]
        if isinstance(before, ColourMap):
            differ.append(256 * np.abs(before.shares - after.shares).max())
        elif key[0] == "boundary":
            line = np.array([before.x, before.y]) / pixel[:, np.newaxis]
            other = np.array([after.x, after.y]) / pixel[:, np.newaxis]
            along = other[:, -1] - other[:, 0]
            normal = np.array([-along[1], along[0]]) / np.hypot(*along)
            differ.append(np.abs(normal @ (line - other[:, :1])).max())
        elif isinstance(before, Curve | Points) and len(before.x) == len(after.x):
            differ.append(np.abs(np.nan_to_num(before.y) - np.nan_to_num(after.y)).max() / pixel[1])
    same_keys = drawn[0].keys() == drawn[1].keys()
    before, now = moments
    alike = now.has_same_wrong(before) and not scene.has_moved(
        before, now.parameters, scene.bounds, tuple(pixel)
    )
    return alike, max(differ), same_keys


@pytest.mark.parametrize(
    "choices", [{"task": "and"}, {"task": "line"}, {"task": "spam"}, GELU], ids=str
)
def test_what_looks_alike_differs_by_less_than_a_pixel_and_a_shade(choices):
    """Moments that need not be drawn again are the same to the eye.

    Some are, and large ones are not.
    """
    rng = np.random.default_rng(3)
    width = Settings(**choices).dataset.width + 1
    alike = 0
    for _ in range(80):
        parameters = rng.standard_normal(width) * rng.choice([0.3, 3.0, 30.0])
        change = rng.standard_normal(width) * 10.0 ** rng.uniform(-6, 0)
        said, differs, same = moved_by(choices, parameters, change)
        alike += said
        assert not said or (differs <= 0.51 and same)
    assert 16 < alike < 72
    assert not moved_by(choices, np.full(width, 1e308), np.full(width, 1e300))[0]
    bias = np.eye(width)[-1]
    assert not moved_by(choices, -bias, bias)[0]


def test_a_map_that_is_saturated_looks_alike_though_the_weights_grow():
    """Late in a run of AND the sums grow by what would be shades at 0.

    Far from the line that is nothing.
    """
    late = np.array([14.0, 14.0, -21.0])
    said, differs, _ = moved_by({"task": "and"}, late, 2e-3 * late)
    assert said
    assert differs < 0.5
    said, differs, _ = moved_by({"task": "and"}, late, 0.05 * late)
    assert not said
    assert differs > 1


def test_a_curve_that_would_come_is_none_where_it_is_out_of_sight():
    """Above the plot nothing of it is seen; one that crosses the plot steeply is."""
    scene = data_scene(Settings("line"))
    sight = scene.bounds
    over = scene.ahead_marks(np.array([0.0, 10 * sight[3]]), sight, palette.PAPER, 1.0)
    steep = scene.ahead_marks(np.array([1e6, -1e6 * np.mean(sight[:2])]), sight, palette.PAPER, 1.0)
    assert (len(over), len(steep)) == (0, 1)
