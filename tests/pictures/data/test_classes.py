"""The picture of data of several classes, against numpy."""

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.model import predict, right
from neuroviz.pictures.data.borders import class_names
from neuroviz.pictures.data.figure import data_figure, data_scene
from neuroviz.pictures.data.scene import Now
from neuroviz.pictures.marks import ColouredCells, Curve, Points, Text
from neuroviz.pictures.palette import CLASS_SHAPES, PAPER, rgb_mixed

SIGHT = (-2.0, 2.0, -2.0, 2.0)
HOSTILE = ("<b>bold</b>", "=1+1", "$x_1$")


def drawn(settings, theta, **options):
    said = predict(settings, theta)
    now = Now(theta, said.output, right(settings, said.output))
    scene = data_scene(settings, **options)
    return scene.marks(now, SIGHT, (60, 40), PAPER)


def shares_at(settings, theta, places):
    """Return ŷ (N, K) by numpy alone, of one layer or of tanh before it."""
    parts = np.split(theta, np.cumsum(settings.parameters.sizes)[:-1])
    for weights, biases in zip(parts[::2], parts[1::2], strict=True):
        z = places @ weights.reshape(len(biases), -1).T + biases
        places = np.tanh(z)
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def numbers(count, seed=3):
    return 2.5 * np.random.default_rng(seed).standard_normal(count)


@pytest.mark.parametrize("hidden", [0, 3])
def test_borders_are_where_two_shares_are_the_largest_and_the_same(hidden):
    """At 200 places and more, to 1e-9; and the map is the mixture of the colours by the shares."""
    seen = 0
    for seed in range(6):
        settings = Settings("blobs3", hidden=hidden)
        theta = numbers(settings.parameters.count, seed)
        marks = drawn(settings, theta)
        lines = [mark for key, mark in marks.items() if "boundary" in key]
        assert all(isinstance(line, Curve) and line.dash for line in lines)
        for line in lines:
            ends = np.array((line.x, line.y)).T
            between = np.linspace(0, 1, 50)[:, None]
            places = ends if hidden else ends[0] + between * (ends[-1] - ends[0])
            places = places[np.isfinite(places).all(axis=1)]
            shares = np.sort(shares_at(settings, theta, places), axis=1)
            assert np.abs(shares[:, -1] - shares[:, -2]).max() < 1e-9
            seen += len(places)
        cells = marks["map"]
        assert isinstance(cells, ColouredCells)
        rows, columns = cells.values.shape[:2]
        x, y = (-2 + 4 * (np.arange(count) + 0.5) / count for count in (columns, rows))
        places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        shares = shares_at(settings, theta, places)
        mixed = shares @ [[11, 122, 117], [168, 120, 31], [156, 53, 135]]
        cover = 0.10 + 0.46 * (shares.max(axis=1, keepdims=True) - 1 / 3) / (2 / 3)
        expected = 255 + cover * (mixed - 255)
        assert np.allclose(cells.values.reshape(-1, 3), expected, atol=1e-6)
        for index in range(3):
            name = marks.get(("class name", index))
            if name is not None:
                at = shares_at(settings, theta, np.array([[name.x, name.y]]))
                assert at.argmax() == index
    assert seen >= 200


def test_the_name_of_a_class_keeps_clear_of_the_edge_and_of_other_classes():
    """Of three columns of the plane, 5, 2 and 5 cells wide, in the middle of each."""
    shares = np.zeros((9, 12, 3))
    for index, columns in enumerate((slice(5), slice(5, 7), slice(7, 12))):
        shares[:, columns, index] = 1
    names = class_names(Settings("blobs3"), shares, (0, 12, 0, 9), np.empty((0, 2)), PAPER)
    assert [name.x for name in names.values()] == [2.5, pytest.approx(6, abs=0.5), 9.5]


def test_uncertain_is_pale_and_sure_is_not():
    """Shares of a third cover a tenth of the ground, all of one 0.56."""
    colours = ("#000000",) * 3
    covered = 1 - rgb_mixed(colours, np.array(([1 / 3] * 3, (1, 0, 0))), "#FFFFFF") / 255
    assert np.allclose(covered, [[0.10] * 3, [0.56] * 3])


def test_points_have_colour_and_shape_of_their_class_and_wrong_ones_a_ring():
    """In the plane, over one input, and with four of them; what names hold is text."""
    targets = np.repeat(np.arange(3.0), 4)
    for width in (1, 2, 4):
        inputs = np.random.default_rng(width).standard_normal((12, width))
        data = Dataset(inputs, targets, classes=True, class_names=HOSTILE).holding_out(0.25)
        settings = Settings(data=data)
        theta = numbers(settings.parameters.count)
        marks = drawn(settings, theta)
        found = right(settings, predict(settings, theta).output)
        assert len(marks["wrong"].x) == (~found).sum() > 0
        for index, shape in enumerate([*CLASS_SHAPES][:3]):
            points = marks[f"class {index}"]
            assert isinstance(points, Points)
            assert (points.marker, points.color) == (shape, PAPER.class_colours[index])
            assert points.label == HOSTILE[index]
            assert len(points.x) == 3
            assert marks["held out", index].marker == shape
        names = {mark.text for mark in marks.values() if isinstance(mark, Text)}
        assert names <= {*HOSTILE}
        if width == 1:
            curves = [mark for key, mark in marks.items() if "share" in key]
            for index, curve in enumerate(curves):
                expected = shares_at(settings, theta, np.array(curve.x)[:, None])[:, index]
                assert np.allclose(curve.y, expected, atol=1e-12)
        if width == 4:
            own = shares_at(settings, theta, settings.coded_inputs)
            heights = np.concatenate([marks[f"class {index}"].y for index in range(3)])
            order = settings.dataset.targets.astype(int)
            assert np.allclose(heights, own[np.arange(9), order], atol=1e-12)
        assert data_figure(settings, theta).title


def test_on_paper_each_class_is_named_once():
    """In its region; beside its samples only where it has none."""
    settings = Settings("blobs3")
    names = settings.dataset.class_names
    for theta in (numbers(9, 1), np.array((0.0,) * 6 + (9.0, 0.0, 0.0))):
        marks = data_figure(settings, theta).marks
        said = [mark.text for mark in marks if isinstance(mark, Text) and mark.bold]
        said += [mark.label for mark in marks if isinstance(mark, Points) and mark.label]
        assert sorted(name for name in said if name in names) == sorted(names)


def test_seen_by_the_outputs_classes_are_parted_by_lines_of_hidden_space():
    """Where two outputs of tanh neurons are the same and the largest, the third at its mean."""
    settings = Settings("blobs3", hidden=3)
    theta = numbers(settings.parameters.count)
    marks = drawn(settings, theta, pair=(2, 0))
    weights, biases = theta[9:18].reshape(3, 3), theta[18:]
    inner = np.tanh(settings.coded_inputs @ theta[:6].reshape(3, 2).T + theta[6:9])
    lines = [mark for key, mark in marks.items() if "boundary" in key]
    assert lines
    for line in lines:
        h = np.column_stack((line.y, np.full(3, inner[:, 1].mean()), line.x))
        z = np.sort(h @ weights.T + biases, axis=1)
        assert np.allclose(z[:, -1], z[:, -2], atol=1e-9)
