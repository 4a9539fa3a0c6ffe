"""Hidden neurons in the picture of the data, beside a network that is worked out apart."""

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.model import predict, right
from neuroviz.core.numbers import subscripted
from neuroviz.pictures.data.figure import data_figure, data_scene
from neuroviz.pictures.data.overlap import reason
from neuroviz.pictures.data.scene import Now, finite
from neuroviz.pictures.marks import Curve, Points, Text
from neuroviz.pictures.palette import PAPER
from neuroviz.pictures.render import render

FUNCTIONS = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Network:
    """Weights that were drawn, read by their names, and what they say."""

    def __init__(self, settings, seed=3, scale=2.0):
        self.settings = settings
        names = settings.parameters.names
        self.theta = np.random.default_rng(seed).normal(scale=scale, size=len(names))
        self.named = dict(zip(names, self.theta, strict=True))

    def sums(self, inputs):
        """Return z (N, H) of the hidden neurons at inputs (N, D)."""
        count = range(1, self.settings.hidden + 1)
        width = range(1, inputs.shape[1] + 1)
        weights = np.array([[self.named[f"w{j}{i}"] for i in width] for j in count])
        return inputs @ weights.T + [self.named[f"b{j}"] for j in count]

    def hidden(self, inputs):
        return FUNCTIONS[self.settings.hidden_activation](self.sums(inputs))

    def shares(self, inputs):
        """Return v·h (N, H)."""
        return self.hidden(inputs) * [
            self.named[f"v{j}"] for j in range(1, self.settings.hidden + 1)
        ]

    def z(self, inputs):
        return self.shares(inputs).sum(axis=1) + self.named["c"]

    def marks(self, **choices):
        scene = data_scene(self.settings, **choices)
        now = self.now
        return scene, scene.marks(now, scene.bounds_at(now), (40, 32), PAPER)

    @property
    def now(self):
        output = finite(predict(self.settings, self.theta).output)
        return Now(self.theta, output, right(self.settings, output))


def curves(marks, kind):
    """Return x and y (2, n) of the curves under keys that begin with a word."""
    return [
        np.array((mark.x, mark.y))
        for key, mark in marks.items()
        if isinstance(key, tuple) and key[0] == kind and isinstance(mark, Curve)
    ]


@pytest.mark.parametrize(("hidden", "activation"), [(1, "tanh"), (3, "tanh"), (8, "relu")])
def test_the_border_is_where_the_output_is_the_threshold(hidden, activation):
    """At 200 points and more; and over the lines of hidden neurons their sums are 0."""
    settings = Settings("xor", hidden=hidden, hidden_activation=activation)
    checked, seen = 0, set()
    for seed in range(8):
        network = Network(settings, seed)
        scene, marks = network.marks()
        drawn = curves(marks, "boundary")
        points = np.hstack(drawn).T if drawn else np.empty((0, 2))
        there = sigmoid(network.z(points))
        assert there == pytest.approx(np.full(len(points), 0.5), abs=1e-6)
        checked += len(points)
        lines = {key[1]: mark for key, mark in marks.items() if key[0] == "hidden"}
        first = f"{subscripted(f'h{min(lines) + 1}')}{' …' * (len(lines) > 1)}" if lines else ""
        assert scene.said_last(marks) == (f"{first}: where its z is 0" if lines else "")
        for unit, line in lines.items():
            share = np.linspace(0, 1, 50)[:, np.newaxis]
            ends = np.array((line.x, line.y)).T
            along = (1 - share) * ends[0] + share * ends[-1]
            assert network.sums(along)[:, unit] == pytest.approx(np.zeros(50), abs=1e-9)
            assert line.color == PAPER.neuron_colours[unit]
            assert marks["name", unit].text == subscripted(f"h{unit + 1}")
            seen.add(unit)
    assert checked >= 200
    assert len(seen) == hidden
    drawn = data_figure(network.settings, network.theta)
    assert f"{len(network.theta)} parameters" in drawn.subtitle
    assert "w =" not in drawn.subtitle
    assert render(drawn, ".svg", dpi=50)


def test_of_formulas_the_lines_of_hidden_neurons_are_curves():
    settings = Settings("xor", hidden=2, features=("x1*x2",))
    network = Network(settings)
    scene, marks = network.marks()
    drawn = curves(marks, "hidden")
    assert drawn
    for line in drawn:
        x, y = line
        sums = network.sums(np.column_stack((x, y, x * y)))
        assert np.abs(sums).min(axis=1) == pytest.approx(np.zeros(len(x)), abs=1e-8)
    assert not scene.lines_to_take(network.theta, (0.0, 1.0, 0.0, 1.0))


@pytest.mark.parametrize("task", ["line", "sine classes"])
def test_what_hidden_neurons_add_is_drawn_in_one_input(task):
    """With c it adds up to the curve; to its z, on another scale, where ŷ is another number."""
    if task == "line":
        settings = Settings("line", hidden=3)
    else:
        data = Dataset([[-2.0], [-1.0], [0.0], [1.0], [2.0]], [0, 1, 1, 0, 1], classes=True)
        settings = Settings("and", data=data, hidden=3)
    network = Network(settings, scale=1.0)
    scene, marks = network.marks()
    bumps = np.array(curves(marks, "bump"))
    x = bumps[0, 0]
    curve = np.array(marks["curve"].y)
    added = bumps[:, 1] - (0.0 if task == "line" else marks["level"].y[0])
    inputs = x[:, np.newaxis]
    assert scene.addends(network.theta, x) == pytest.approx(network.shares(inputs).T, abs=1e-9)
    total = network.z(inputs) - network.named["c"]
    if task == "line":
        assert added.sum(axis=0) == pytest.approx(curve - network.named["c"], abs=1e-9)
        assert "add up to ŷ" in scene.said(network.now)
    else:
        assert curve == pytest.approx(sigmoid(network.z(inputs)), abs=1e-9)
        scale = added.sum(axis=0) / total
        assert scale == pytest.approx(np.full(len(x), scale[0]))
        assert "add up to z" in scene.said(network.now)
        assert bumps[:, 1].max() < curve.min()  # below the curve
        assert marks["scale"].text.startswith("v·h, ±")
    if task == "line":  # the targets alone, all above 15, leave the curves out of sight
        left, right, _, top = scene.bounds_at(network.now)
        marks = scene.marks(network.now, (left, right, -10.0, top), (40, 32), PAPER)
    names = [mark for key, mark in marks.items() if key[0] == "name"]
    assert [mark.text for mark in names] == ["v₁·h₁", "v₂·h₂", "v₃·h₃"]
    assert [*marks.values()][-3:] == names  # over the samples, which would hide them


def test_the_names_of_lines_are_over_the_samples_and_on_paper_beside_them():
    """Each on its own line."""
    for seed in range(5):
        network = Network(Settings("blobs3", hidden=3), seed)
        keys = [*network.marks()[1]]
        names = [key for key in keys if key[0] == "name"]
        over = [key for key in keys if key[0] in ("name", "class name")]
        assert keys[-len(over) :] == over
        figure = data_figure(network.settings, network.theta)
        drawn = {mark.text: mark for mark in figure.marks if isinstance(mark, Text)}
        left, right = figure.x_limits
        for _, unit in names:
            name = drawn[subscripted(f"h{unit + 1}")]
            place = np.array([[name.x, name.y]])
            assert network.sums(place)[0, unit] == pytest.approx(0, abs=1e-6)
            away = np.abs(network.settings.coded_inputs - place).max(axis=1)
            assert away.min() > 0.04 * (right - left)


def test_the_name_of_a_curve_that_leaves_the_picture_is_not_cut_by_its_edge():
    network = Network(Settings("line", hidden=3), scale=300.0)
    scene, marks = network.marks()
    bottom, top = scene.bounds_at(network.now)[2:]
    heights = [mark.y for key, mark in marks.items() if key[0] == "name"]
    assert max(mark.y.max() for key, mark in marks.items() if key[0] == "bump") > top
    room = 3 * 32 * (top - max(heights)) / (top - bottom)  # in pixels of a plot on the screen
    assert room > 20  # a line of text, and its distance from the curve


def test_a_curve_that_is_not_in_the_picture_has_no_name_there():
    """One that is there in part has its name at that part."""
    network = Network(Settings("sine", hidden=3))
    flat = {"w11": 0.0, "b1": 50.0, "v1": 100.0, "w21": 1.0, "b2": 0.0, "v2": 20.0}
    network.named |= {**flat, "w31": 1.0, "b3": 0.0, "v3": 1.0}
    network.theta = np.array([network.named[name] for name in network.settings.parameters.names])
    scene, marks = network.marks()
    bottom, top = scene.bounds_at(network.now)[2:]
    names = {mark.text: mark for key, mark in marks.items() if key[0] == "name"}
    assert list(names) == ["v₂·h₂", "v₃·h₃"]
    of_second = names["v₂·h₂"]
    assert bottom <= 20 * np.tanh(of_second.x) <= top
    assert bottom <= of_second.y <= top


def samples(marks):
    """Return the places of the samples, sorted."""
    drawn = (mark for mark in marks.values() if isinstance(mark, Points) and mark.label)
    return sorted(
        tuple(place)
        for mark in drawn
        if "y = " in mark.label
        for place in np.column_stack((mark.x, mark.y)).tolist()
    )


@pytest.mark.parametrize("pair", [(0, 1), (2, 0)])
def test_hidden_space_has_the_samples_where_hidden_neurons_put_them(pair):
    """The border is straight: of the two, with the other at its mean, which is written."""
    network = Network(Settings("xor", hidden=3), seed=1, scale=1.0)
    scene, marks = network.marks(pair=pair)
    given = network.hidden(network.settings.coded_inputs)
    expected = np.array(sorted(map(tuple, given[:, pair].tolist())))
    assert np.array(samples(marks)) == pytest.approx(expected)
    (other,) = {0, 1, 2} - {*pair}
    mean = given[:, other].mean()
    for x, y in curves(marks, "boundary"):
        at = {pair[0]: x, pair[1]: y, other: mean}
        z = network.named["c"] + sum(network.named[f"v{j + 1}"] * at[j] for j in at)
        assert z == pytest.approx(np.zeros(3), abs=1e-9)
    assert f"{subscripted(f'h{other + 1}')} held at its mean, " in scene.said(network.now)
    more = Network(Settings("xor", hidden=4))
    assert more.marks(pair=pair)[0].said(more.now).endswith("the others held at their means")
    texts = [mark.text for mark in marks.values() if isinstance(mark, Text)]
    assert texts == [] or "w" not in texts
    drawn = data_figure(network.settings, network.theta, pair=pair)
    assert drawn.title == "Hidden space"
    assert drawn.x_label.endswith(subscripted(f"h{pair[0] + 1}"))
    assert render(drawn, ".svg", dpi=50)


def test_a_pair_that_does_not_part_the_classes_says_so():
    """h₁ and h₂ part XOR, and h₃ adds nothing: with it and one of them no line does."""
    network = Network(Settings("xor", hidden=3))
    network.named = {
        **dict.fromkeys(("w11", "w12", "w21", "w22"), 10.0),
        **{"w31": 1.0, "w32": -1.0, "b1": -5.0, "b2": -15.0, "b3": 0.0},
        **{"v1": 5.0, "v2": -5.0, "v3": 0.0, "c": -5.0},
    }
    network.theta = np.array([network.named[name] for name in network.settings.parameters.names])
    assert network.now.right.all()
    both, one = (data_scene(network.settings, pair=pair) for pair in ((0, 1), (0, 2)))
    assert "one line is enough here" in both.said(network.now)
    assert "not separated in this pair" in one.said(network.now)
    assert reason(network.settings) is None
    assert reason(Settings("xor"))


def test_the_samples_go_from_the_plane_to_hidden_space():
    """On the way they start as the inputs stand to each other, and end where they are put."""
    network = Network(Settings("xor", hidden=2))
    start, halfway, end = (
        np.array(network.marks(pair=(0, 1), share=share)[0].positions(network.now))
        for share in (0.0, 0.5, 1.0)
    )
    # (0, 0), (0, 1), (1, 0), (1, 1): a rectangle
    inputs = network.settings.coded_inputs
    corner, across, up = (
        start[(inputs == place).all(axis=1)][0] for place in ((0, 0), (1, 0), (0, 1))
    )
    expected = corner + inputs[:, :1] * (across - corner) + inputs[:, 1:] * (up - corner)
    assert start == pytest.approx(expected)
    assert across[1] == pytest.approx(corner[1])
    assert halfway == pytest.approx((start + end) / 2)
    assert end == pytest.approx(network.hidden(inputs))
    assert not curves(network.marks(pair=(0, 1), share=0.5)[1], "boundary")


@pytest.mark.parametrize("scale", [0.0, 1e-300, 1e300])
@pytest.mark.parametrize("width", [1, 2, 3])
def test_odd_parameters_give_only_finite_numbers(width, scale):
    """Nothing that is drawn overflows, over the inputs or in hidden space."""
    inputs = np.random.default_rng(4).normal(size=(6, width))
    data = Dataset(inputs, [0.0, 1.0] * 3, True)
    for activation in FUNCTIONS:
        network = Network(Settings("and", data=data, hidden=3, hidden_activation=activation))
        network.theta = np.full_like(network.theta, scale)
        for pair in (None, (0, 2)):
            _, marks = network.marks(pair=pair)
            for key, mark in marks.items():
                if isinstance(mark, Curve | Points):
                    places = np.array((mark.x, mark.y))
                    # Only its gaps are no numbers.
                    assert np.isfinite(places).all() or key == "perfect", key


def test_what_has_no_ends_is_in_sight_in_hidden_space():
    """Outputs of ReLU are held by rounded ranges; rows held out are put there, too."""
    inputs = np.random.default_rng(2).normal(size=(20, 2))
    data = Dataset(inputs, [0.0, 1.0] * 10, True, held_out=(3, 8, 15))
    settings = Settings("and", data=data, hidden=4, hidden_activation="relu")
    network = Network(settings, scale=30.0)
    scene, marks = network.marks(pair=(0, 1))
    left, right_end, bottom, top = scene.bounds_at(network.now)
    held = np.vstack(
        [
            np.column_stack((mark.x, mark.y))
            for key, mark in marks.items()
            if key[0] == "held out" and key[-1] != "ground"
        ]
    )
    x, y = np.vstack((scene.positions(network.now), held)).T
    assert left < x.min() <= x.max() < right_end
    assert bottom < y.min() <= y.max() < top
    given = network.hidden(settings.coded_inputs_of(settings.held_out))[:, :2]
    assert np.sort(held, axis=0) == pytest.approx(np.sort(given, axis=0))
