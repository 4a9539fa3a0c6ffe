"""Two inputs: the map is the neuron's output, and the line is where it crosses the threshold."""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from neuroviz.core.choices.edits import moved_data
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.pictures.marks import AHEAD, Arrow, ColourMap, Curve, Text
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.views.data.outputs import _free_sides
from tests.ui.person import CTRL, KEY
from tests.ui.window.test_ghost import hold_rate, let_go

TURNS_DOWNWARDS = -0.1  # a threshold between the minimum of GELU and SiLU and 0


def dashed(person):
    """Return the lines of the boundary."""
    return person.dashes("data")


def arrow(person):
    """Return foot and tip of the normal, empty where there is none."""
    return [
        np.array(end)
        for mark in person.marks("data", Arrow)
        for end in ((mark.x, mark.y), (mark.x + mark.dx, mark.y + mark.dy))
    ]


def pre_activations(person):
    """Return w·x + b at the ends of every line of the boundary."""
    theta = person.rows.newest.parameters
    return [theta[0] * x + theta[1] * y + theta[2] for x, y in dashed(person)]


def test_the_boundary_is_where_the_output_is_the_threshold(open_window):
    """On the line w·x + b = 0 for a sigmoid at 0.5, at every step of the run, from edge to edge."""
    person = open_window(Settings("or", learning_rate=1.0))
    for _ in range(10):
        person.press(KEY.Key_F8)
        (z,) = pre_activations(person)
        assert z == pytest.approx([0, 0, 0], abs=1e-9)
        (x, y), *_ = dashed(person)
        (left, right), (bottom, top) = person.plot("data").box.viewRange()
        for end in (0, -1):
            gaps = (
                abs(x[end] - left),
                abs(x[end] - right),
                abs(y[end] - bottom),
                abs(y[end] - top),
            )
            assert min(gaps) < 1e-9
    # The arrow stands on the line and points along w, to the side of class 1.
    person.begin(Settings("and", weights=(3.0, 1.0), bias=-2.0))
    person.settle()
    foot, tip = arrow(person)
    direction = (tip - foot) / np.linalg.norm(tip - foot)
    assert direction == pytest.approx(np.array([3, 1]) / np.sqrt(10))
    assert foot @ [3.0, 1.0] - 2.0 == pytest.approx(0, abs=1e-9)
    # At ŷ = 0.8 the line stands where z = log 4, and nothing was restarted.
    person.begin(Settings("or", weights=(2.0, 3.0), bias=-1.0))
    person.press(KEY.Key_F8)
    person.bench.form.more.set_open(True)
    person.type_into("threshold", "0.8")
    (z,) = pre_activations(person)
    assert z == pytest.approx([np.log(4)] * 3, abs=1e-9)
    assert (person.step, person.frame.edits) == (1, ())
    assert "0.8" in person.text("accuracy")


def test_the_letter_w_stands_clear_of_the_ring_round_the_sample_in_the_neuron(open_window):
    """In a small window the line passes close by it."""
    person = open_window(Settings("and", learning_rate=1.0), plots="kept", sample="first")
    person.window.resize(1024, 768)
    person.press(KEY.Key_F8, CTRL)
    person.settle()
    plot = person.plot("data")
    sample = plot.pixel_of(QPointF(1, 1))
    for step in range(20, 60):
        person.bench.look_control.look_at(step)
        (name,) = (text for text in person.marks("data", Text) if text.text == "w")
        at = plot.pixel_of(QPointF(name.x, name.y)) - sample
        assert np.hypot(*at.toTuple()) > 19, step  # the ring and half of the letter


def test_two_lines_where_the_output_crosses_twice_and_none_where_nowhere(open_window):
    """GELU and SiLU fall before they rise.

    At a threshold between their minimum and 0 there are two lines.
    """
    person = open_window()
    turned = Settings("and", loss="mse", threshold=TURNS_DOWNWARDS, weights=(3.0, 2.0), bias=-1.0)
    for activation in ("gelu", "silu"):
        person.begin(turned.replace(activation=activation))
        person.settle()
        lines = pre_activations(person)
        assert len(lines) == 2
        output = person.frame.output_at
        for x, y in dashed(person):
            assert output(np.column_stack((x, y))) == pytest.approx([TURNS_DOWNWARDS] * 3, abs=1e-9)
        assert lines[0][0] != pytest.approx(lines[1][0], abs=0.1)
    # At w = 0 the output is the same everywhere; a threshold out of reach is crossed nowhere.
    out_of_reach = Settings("and", loss="mse", activation="relu", threshold=-1.0)
    for settings in (Settings("xor", init="zeros"), out_of_reach):
        person.begin(settings)
        person.settle()
        assert dashed(person) == []
        assert arrow(person) == []
    # The direction counts, not the size. What is smaller yet is rounding.
    for size in (1e-9, 1e150):
        person.begin(Settings("and", weights=(size, size), bias=-size))
        person.settle()
        (x, y), *_ = dashed(person)
        assert x + y == pytest.approx([1, 1, 1])


_HALF_A_SHADE = 1 / 512


def image_of(person):
    """Return the map as cells, with the centres of its columns and rows."""
    (found,) = person.marks("data", ColourMap)
    columns, rows = 60, 50
    left, right, bottom, top = found.extent
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = bottom + (np.arange(rows) + 0.5) * (top - bottom) / rows
    return replace(found, values=found.cells(columns, rows), direction=None), x, y


def test_the_map_is_the_output(open_window):
    """Every cell has the neuron's output at its centre, in the colours from class to class."""
    person = open_window(Settings("and", weights=(2.0, -3.0), bias=0.5))
    person.settle()
    item, x, y = image_of(person)
    expected = 1 / (1 + np.exp(-(2 * x[None, :] - 3 * y[:, None] + 0.5)))
    assert np.abs(item.shares - expected).max() < _HALF_A_SHADE
    assert item.stops == themes.now.palette.diverging
    sight = person.plot("data").box.viewRange()
    assert item.extent == pytest.approx((*sight[0], *sight[1]))
    # The map's middle is the threshold, wherever it is, and its ends are the classes.
    person.begin(Settings("and", weights=(2.0, -3.0), bias=0.5, threshold=0.8))
    person.settle()
    item, x, y = image_of(person)
    output = 1 / (1 + np.exp(-(2 * x[None, :] - 3 * y[:, None] + 0.5)))
    assert np.array_equal(item.shares > 0.5, output > 0.8)
    assert np.abs(item.shares - np.interp(output, (0, 0.8, 1), (0, 0.5, 1))).max() < _HALF_A_SHADE
    # With the switch on, the map has the side of the threshold and nothing else.
    person.begin(Settings("and", weights=(2.0, -3.0), bias=0.5))
    person.button("two_colours").click()
    person.settle()
    item, x, y = image_of(person)
    z = 2 * x[None, :] - 3 * y[:, None] + 0.5
    clear = np.abs(z) > 0.02 * np.ptp(z)  # nearer to the line the colours blend
    assert np.array_equal(item.shares[clear], (z[clear] > 0).astype(float))
    # Zoomed in, the map is computed anew for what is seen.
    person.begin(Settings())
    person.settle()
    _, before, _ = image_of(person)
    person.wheel("data", 5)
    person.qtbot.waitUntil(lambda: np.ptp(image_of(person)[1]) < 0.9 * np.ptp(before))


def test_shapes_tell_classes_and_red_outlines_the_wrong_ones(open_window):
    """Circles are class 1, squares class 0; what is on the wrong side has a red outline."""
    person = open_window(Settings("and_by_hand", bias=-0.5, weights=(1.0, 1.0)))
    assert person.points("data", "circles") == {(1.0, 1.0)}
    assert person.points("data", "squares") == {(1.0, 0.0), (0.0, 1.0), (0.0, 0.0)}
    assert person.points("data", "wrong") == {(1.0, 0.0), (0.0, 1.0)}
    person.type_weight(2, "-1.5")
    assert person.points("data", "wrong") == set()
    # Outputs stand beside few points.
    person.begin(Settings("and", weights=(0.0, 0.0), bias=0.0))
    person.settle()
    labels = [mark for mark in person.marks("data", Text) if mark.halo]
    assert sorted((mark.text, int(mark.x), mark.y) for mark in labels) == [
        ("0.5", *corner) for corner in ((0, 0), (0, 1), (1, 0), (1, 1))
    ]
    # Beside the point, not on it.
    assert all(0 < abs(mark.x - round(mark.x)) < 0.35 for mark in labels)
    # Inputs coded −1/+1 stand at −1 and +1.
    person.begin(Settings("and", inputs="pm1"))
    assert person.points("data", "circles") == {(1.0, 1.0)}
    assert (-1.0, -1.0) in person.points("data", "squares")


@pytest.mark.parametrize(
    ("x", "sides"),
    [
        ([0, 200], (1, 1)),
        ([0, 60], (-1, 1)),
        ([0, 30, 60], (-1, 0, 1)),
        ([60, 0], (1, -1)),
        ([0, 130, 190], (1, -1, 1)),
    ],
)
def test_a_label_goes_where_it_hides_nothing(x, sides):
    """Right of its point, else left of it, else nowhere; the size of a pixel is the plot's."""
    points = np.column_stack([x, np.zeros(len(x))]) / 100
    whole = np.full((len(x), 2), True)
    none = np.empty((0, 3))
    assert _free_sides(points, (0.01, 0.01), 50.0, 20.0, whole, none) == list(sides)
    assert _free_sides(points[:, ::-1], (0.01, 0.01), 50.0, 20.0, whole, none) == [1] * len(x)
    assert _free_sides(points, (0.0, 0.01), 50.0, 20.0, whole, none) == [1] * len(x)
    # A name is in the way of a label that has another side, and of no other.
    last = -1 if sides[-1] == 1 and x[-1] - x[-2] > 100 else sides[-1]
    for grip, named, side in (((0.4, 0.1), 0, last), ((0, 0.1), 0, last), ((0, 0.1), 1, sides[-1])):
        names = np.array([(*(points[-1] + grip), named)])
        assert _free_sides(points, (0.01, 0.01), 50.0, 20.0, whole, names)[-1] == side


def test_no_label_is_cut_by_the_edge_or_hides_another(open_window):
    """Outputs of inputs in millions have more digits than those that the axis leaves room for."""
    inputs = [[1.0, 1e6], [2.0, 2e6], [3.0, 1.5e6], [4.0, 9e5], [5.0, 3e6]]
    person = open_window(
        Settings("own", data=Dataset(inputs, [3.0, 5.0, 7.0, 9.0, 11.0], classes=False))
    )
    person.settle()
    labels = [mark for mark in person.marks("data", Text) if mark.halo]
    assert "1.138·10⁶" in {label.text for label in labels}
    wide = QFontMetricsF(themes.numeric_font()).horizontalAdvance

    def no_edge_cuts(labels):
        box = person.plot("data").box
        left, right = box.viewRange()[0]
        pixel = box.viewPixelSize()[0]
        for label in labels:
            begin = label.x - (wide(label.text) * pixel if label.right else 0)
            assert left <= begin
            assert begin + wide(label.text) * pixel <= right

    no_edge_cuts(labels)
    # In the smallest window every label still says its number, and hides neither points nor
    # others.
    person.begin(Settings("and", learning_rate=1.0))
    person.window.resize(person.window.minimumSize())
    person.settle()
    labels = [mark for mark in person.marks("data", Text) if mark.halo]
    width, height = person.plot("data").box.viewPixelSize()
    boxes = [
        QRectF(
            mark.x / width - (wide(mark.text) + 4 if mark.right else 4),
            mark.y / height - 9,
            wide(mark.text) + 8,
            18,
        )
        for mark in labels
    ]
    points = [
        QRectF(x / width - 6, y / height - 6, 12, 12) for x, y in ((1, 1), (1, 0), (0, 1), (0, 0))
    ]
    assert len(boxes) == 4
    assert not any(
        box.intersects(other) for box in boxes for other in (*boxes, *points) if other is not box
    )
    # In a narrow plot "1.616·10⁻¹²" stood to the left of its point, and "10⁻¹²" was seen of it.
    person.window.resize(1024, 768)
    person.bench.columns.show("side")
    person.begin(Settings("and", weights=(18.97, 19.0), bias=-27.15))
    person.settle()
    labels = [mark for mark in person.marks("data", Text) if mark.halo]
    assert len(labels) >= 3
    no_edge_cuts(labels)


def test_the_plane_stays_where_a_sample_was_dropped(open_window):
    """The sample moves, not the ground under it; another experiment is fitted again."""
    person = open_window(Settings("and"))
    person.settle()
    plot = person.plot("data")
    shown = plot.box.viewRange()
    changed = {"data": moved_data(person.frame.settings, 0, np.array([1.36, 0.4]))}
    person.bench.change_control.hold(changed, person.bench.views["data"])
    person.settle()
    person.bench.change_control.drop(changed, person.bench.views["data"])
    person.settle()
    assert person.frame.settings.dataset.inputs[0].tolist() == [1.36, 0.4]
    assert plot.box.viewRange() == shown
    person.choose("task", "line")
    person.settle()
    assert plot.box.viewRange() != shown


@pytest.mark.parametrize("rate", [0.4, 1.5])
def test_a_run_that_would_blow_up_leads_to_no_line(open_window, rate):
    """While its rate is held there is a line where another would end. The limit is 1.

    Of inputs ±1 the error itself grows, so that the last line would still be in sight.
    """
    linear = {"activation": "identity", "loss": "mse", "inputs": "pm1", "learning_rate": 0.1}
    start = {"weights": (1.0, 0.0), "bias": -0.25}
    person = open_window(Settings("and", **linear, **start, epochs=2000), plots=["data"])
    at = hold_rate(person, rate)
    person.qtbot.waitUntil(lambda: person.frame.ghost is not None and person.frame.ghost.ahead.ends)
    person.settle()
    stays = person.frame.ghost.ahead.stopped is None
    ahead = [mark for mark in person.marks("data", Curve) if mark.dash == AHEAD]
    assert (stays, len(ahead)) == ((True, 1) if rate < 1 else (False, 0))
    let_go(person, at)
