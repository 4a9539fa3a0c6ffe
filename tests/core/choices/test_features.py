"""Inputs by formula, beside the data's own."""

import io
import pickle
from contextlib import redirect_stdout

import numpy as np
import pytest

import neuroviz as nv
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.command_line import command_line
from neuroviz.core.choices.edits import data_with, moved_data
from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.data.dataset import Dataset, with_features
from neuroviz.core.data.generators import Recipe
from neuroviz.core.model.boundary import level_lines
from neuroviz.core.model.model import output_of
from neuroviz.core.model.separability import parting_features, separable
from neuroviz.core.script.script import script
from tests.for_each import for_each

SQUARES = ("x1^2", "x2^2")
NAMED = Dataset(
    [[1.8, 80], [1.6, 90], [1.7, 60], [1.9, 100]],
    [0, 1, 0, 1],
    True,
    ("height in m", "weight"),
)


def _random_data(seed, rows=30):
    random = np.random.default_rng(seed)
    return Dataset(random.normal(3, 2, (rows, 2)), random.integers(0, 2, rows), True)


@for_each("seed", range(5))
def test_a_product_parts_xor_and_squares_part_a_ring(seed):
    """From five starts; the figures are those of a run of its own with torch.nn."""
    xor = nv.train("xor", features=["x1*x2"], learning_rate=5, epochs=3000, seed=seed)
    ring = nv.train("ring", features=SQUARES, epochs=1000, seed=seed)

    assert xor.accuracy == ring.accuracy == 1
    assert 0.0014 < xor.loss < 0.0019
    assert (ring.settings.dataset.samples, len(ring.weights)) == (200, 4)


def test_the_product_is_what_torch_trains_with():
    """The losses of the run are those of torch.nn on a table with one more column, to the bit."""
    settings = Settings("xor", features=["x1*x2"], learning_rate=5, epochs=300)
    by_hand = Settings(
        data=Dataset([[1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 0]], [0, 1, 1, 0], True),
        learning_rate=5,
        epochs=300,
    )

    runs = [nv.train(**{"task": s.task, **s.choices}) for s in (settings, by_hand)]

    assert runs[0].history()["loss"].tolist() == runs[1].history()["loss"].tolist()


@for_each("scaling", ["none", "standardise", "unit"])
def test_they_are_scaled_after_the_formula_by_the_training_rows(scaling):
    """As any other input: against numpy, with rows held out."""
    data = _random_data(1).holding_out(0.3, 4)

    wider = with_features(data.scaled(scaling), ["x1*x2", "x2^2"])

    own = data.inputs
    raw = np.column_stack((own, own[:, 0] * own[:, 1], own[:, 1] ** 2))
    training = raw[list(data.training_rows)]
    shift, size = {
        "none": (0, 1),
        "standardise": (training.mean(axis=0), training.std(axis=0)),
        "unit": (training.min(axis=0), np.ptp(training, axis=0)),
    }[scaling]
    np.testing.assert_allclose(wider.scaled_inputs, (raw - shift) / size, rtol=1e-12)
    assert wider.held_out == data.held_out
    assert with_features(wider, ()) == data.scaled(scaling)


def test_columns_are_meant_by_their_names_and_by_their_numbers():
    """What is no word stands in backquotes."""
    wider = with_features(NAMED, ["weight/`height in m`^2", "x2 > 85"])

    np.testing.assert_allclose(
        wider.inputs[:, 2], [80 / 1.8**2, 90 / 1.6**2, 60 / 1.7**2, 100 / 1.9**2]
    )
    assert wider.inputs[:, 3].tolist() == [0, 1, 0, 1]
    assert [wider.own_name(i) for i in (2, 3)] == ["weight/height in m²", "weight > 85"]


def test_coded_inputs_are_multiplied_as_they_are_written():
    """Of truth values written −1 and 1 the product is XOR's opposite."""
    settings = Settings("xor", inputs="pm1", features=["x1*x2"])

    assert settings.coded_inputs.tolist() == [[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]
    assert Settings("xor", inputs="pm1").replace(features=["x1*x2"]) == settings


@for_each(
    "features, said",
    [
        (["x1*x3"], "'x3' is not known"),
        (["1/x1"], "is ∞ in row 3"),
        (["(x1-1)/(x1-1)"], "is no number in row 1"),
        (["log(x1)"], "is −∞ in row 3"),
        (["x1^2"], "is the same as x1 for every row"),
        (["-x1"], "is x1 with the other sign for every row"),
        (["x1*x2", "-x1*x2"], "is x1\\*x2 with the other sign for every row"),
        (["x1*x2", "x2*x1"], "is the same as x1\\*x2 for every row"),
        (["x1-x1+2"], "is 2 for every row"),
        (["9^9^9^9"], "is not a finite number"),
        (["x1*x2 + 1/9^999"], "is not a finite number"),
        (["x1*x2 + (0 > (-8)^0.5)"], "is not a finite number"),
        ([f"x1+{i}*x2" for i in range(2, 9)], "at most 6"),
        ("x1*x2", "must be a list"),
        ([7], "must be text"),
        ([""], "is no formula"),
    ],
)
def test_what_cannot_be_an_input_is_said_in_a_sentence(features, said):
    """And names the field; nothing has changed."""
    settings = Settings("xor")

    for refused in (
        lambda: Settings("xor", features=features),
        lambda: settings.replace(features=features),
    ):
        with pytest.raises(SettingsError, match=said) as error:
            refused()
        assert error.value.field == "features"
    assert settings == Settings("xor")


def test_they_come_and_go_and_are_kept():
    """As a part of the data: a copy, a file and a change know them; none is as before them."""
    for inputs in CODINGS:
        xor = Settings("xor", inputs=inputs, learning_rate=5, batch_size=1)
        settings = xor.replace(features=["x1*x2"])

        assert settings.features == ("x1*x2",)
        assert (settings.batch_size, settings.learning_rate) == (1, 5)
        assert settings.task_label == "XOR gate, with x₁·x₂"
        assert script(settings).title == "XOR gate: y = x₁ XOR x₂, with x₁·x₂."
        data = Dataset([[1, 2], [3, 5]], [1, 2], False, origin="t.csv")
        own = script(Settings(data=data, features=["x1*x2"])).title
        assert own == "Own data, t.csv: y from x1, x2, with x₁·x₂."
        assert settings.replace(features=()) == xor
        assert settings.replace(features=()).task_label == "XOR gate"
    assert pickle.loads(pickle.dumps(settings)) == settings
    assert Dataset.from_dict(settings.data.record) == settings.data
    typed = Settings("xor", weights=[1, 2], bias=3)
    assert typed.replace(features=["x1*x2"]).init == "uniform"
    assert not {"features"} & Dataset([[1.0]], [1.0], False).record.keys()


@for_each("task", TASKS)
def test_an_empty_list_of_them_is_none(task):
    """Said at once or later: not a choice is another for it."""
    for inputs in CODINGS if TASKS[task].gate else [None]:
        plain = Settings(task, inputs=inputs)
        assert Settings(task, inputs=inputs, features=()) == plain
        assert plain.replace(features=()) == plain


def test_a_point_that_moves_takes_its_formula_along():
    """And so does a new one; where it has no number the point stays."""
    settings = Settings(data=with_features(_random_data(2).scaled("unit"), ["x1*x2", "1/x1"]))
    there = np.array([0.25, 0.75])

    moved = moved_data(settings, 3, there)
    more = data_with(settings, there, 1.0)

    for data, row in ((moved, 3), (more, -1)):
        x, y = data.inputs[row, :2]
        assert data.inputs[row].tolist() == [x, y, x * y, 1 / x]
        np.testing.assert_allclose(data.scaled_inputs[row, :2], there)
    zero = settings.dataset.scaling.apply(np.zeros(4))[:2]
    with pytest.raises(SettingsError, match="is ∞ in row 4"):
        moved_data(settings, 3, zero)


@pytest.mark.parametrize(
    "settings",
    [
        Settings("xor", features=["x1*x2"], learning_rate=5, epochs=3000),
        Settings("ring", features=SQUARES, epochs=300),
        Settings(
            data=with_features(_random_data(3).scaled("standardise"), ["x1*x2", "sin(x2)"]),
            epochs=300,
            threshold=0.45,
            breaks=["x1_times_100"],
            precision="float64",
        ),
    ],
    ids=["xor", "ring", "scaled and magnified"],
)
def test_the_border_is_where_the_output_is_the_threshold(settings):
    """At all of its points, to 1e-6, and they are at least 200."""
    run = nv.train(**{"task": settings.task, **settings.choices})
    parameters = np.array([*run.weights, run.bias])
    own = settings.coded_inputs[:, :2]
    (left, bottom), (right, top) = own.min(axis=0) - 1, own.max(axis=0) + 1
    z = float(np.log(settings.threshold / (1 - settings.threshold)))

    lines = level_lines(settings, parameters, z, (left, right, bottom, top))

    points = np.concatenate([line.T for line in lines])
    outputs = output_of(settings, parameters, settings.inputs_at(points))
    assert len(points) >= 200
    np.testing.assert_allclose(outputs, settings.threshold, rtol=0, atol=1e-6)
    np.testing.assert_allclose(
        settings.inputs_at(own), settings.coded_inputs, rtol=1e-9, atol=1e-12
    )


def test_what_rounding_leaves_of_terms_that_cancel_is_no_border():
    """Of x₁ + x₂ beside both inputs: drawn, its signs were dots all over the plane."""
    settings = Settings("xor", features=("x1+x2",))
    parameters = np.array([0.26, 0.26, -0.26, 0.0])
    sight = (-0.4, 1.4, -0.6, 1.6)

    assert level_lines(settings, parameters, 0.0, sight) == []
    parameters[2] += 1e-9
    assert level_lines(settings, parameters, 0.0, sight)


def test_the_neuron_is_asked_by_the_data_own_inputs():
    """What formulas give beside is worked out, after scaling too."""
    run = nv.train(data=Recipe("ring", 0.1, 60).dataset().scaled("standardise"), features=SQUARES)

    outputs = run.predict(run.settings.dataset.own_inputs)

    np.testing.assert_allclose(outputs, run.prediction.output, rtol=1e-12)


@pytest.mark.parametrize("style", ["tensors", "module"])
@pytest.mark.parametrize(
    "settings",
    [
        Settings("xor", features=["x1*x2", "sin(x1 + 0.3*x2)", "x1 > x2"], epochs=40),
        Settings(
            data=with_features(_random_data(5).holding_out(0.2).scaled("standardise"), ["x1*x2"]),
            epochs=40,
            precision="float32",
            breaks=["x1_times_100"],
        ),
        Settings(data=with_features(_random_data(6), ["exp(x1)", "tanh(x2)^3"]), epochs=40),
    ],
    ids=["gate", "scaled", "exp"],
)
def test_a_script_works_them_out_and_prints_the_losses_of_the_run(settings, style):
    """In a line of torch each, or as numbers where torch's last digits are others."""
    text = script(settings, style=style, every=10).text
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(text, "script", "exec"), {"__name__": "__main__"})

    run = nv.train(**{"task": settings.task, **settings.choices})
    losses = run.history()["loss"]
    told = [line.split() for line in printed.getvalue().splitlines() if line[0].isdigit()]
    assert len(told) == 5
    for epoch, loss in told:
        expected = float(losses[int(epoch)])
        assert float(loss) == pytest.approx(expected, rel=0 if style == "tensors" else 1e-9, abs=0)
    assert "torch.column_stack((" in text


def test_the_command_brings_them():
    """Beside the task where only they are new."""
    xor = Settings("xor", features=["x1*x2"], learning_rate=5)
    made = Settings(data=with_features(Recipe("ring", 0.1, 40).dataset(), SQUARES))

    assert command_line(xor) == "neuroviz train --task xor --feature 'x1*x2' --lr 5"
    assert command_line(made).endswith("--feature 'x1^2' --feature 'x2^2'")
    assert "--data ring:noise=0.1,count=40,seed=0" in command_line(made)


def test_what_parts_the_classes_is_found():
    """The fewest products and squares; nothing where none does, or of many inputs."""
    xor, ring, spiral = (
        Settings("xor").dataset,
        Settings("ring").dataset,
        Recipe("spiral", 0).dataset(),
    )

    assert parting_features(xor) == ("x1*x2",)
    assert parting_features(ring) == SQUARES
    assert parting_features(with_features(ring, ["x1^2"])) == ("x2^2",)
    band = Dataset([[x, y] for x in (0, 1, -1) for y in (-3, 3)], [0, 0, 1, 1, 1, 1], classes=True)
    assert parting_features(band) == ("x1^2",)
    assert parting_features(spiral) == ()
    for data in (xor, ring):
        assert separable(data) is False
        assert separable(with_features(data, parting_features(data))) is True
