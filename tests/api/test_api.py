"""What ``import neuroviz as nv`` gives, used as a person in a notebook uses it."""

import csv
import importlib.util
import inspect
import io
import json
import pickle
import pydoc
import re
import subprocess
import sys
from contextlib import redirect_stdout
from typing import get_type_hints

import matplotlib.figure
import numpy as np
import pytest
import torch
from PIL import Image

import neuroviz as nv
from neuroviz.api.choices import Choices
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.resolve import CHOICES
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.figures import VIEWS
from tests.for_each import for_each


def modules_after(code):
    """Give the great modules that a fresh interpreter has loaded after some code."""
    watched = {"torch", "numpy", "matplotlib", "PySide6", "pyqtgraph"}
    line = f"import sys; {code}; print(*(set({watched!r}) & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", line], capture_output=True, text=True, check=False, timeout=120
    )
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


def test_each_thing_is_loaded_when_it_is_used():
    """The bare import loads nothing great, the functions no torch."""
    assert modules_after("import neuroviz") == set()
    assert modules_after("import neuroviz as nv; nv.train; nv.sweep; nv.curvature; nv.Dataset") == {
        "numpy"
    }


def test_every_name_is_there():
    """What is promised can be had, is listed, and says what it does.

    Another name is an AttributeError.
    """
    assert dir(nv) == sorted([*nv.__all__, "__version__"])
    assert all(getattr(nv, name).__doc__ for name in nv.__all__)
    with pytest.raises(AttributeError, match="no attribute 'fit'"):
        nv.fit  # noqa: B018


def test_help_tells_what_each_is_made_of():
    """Of the names of the package, and of what a run and a curvature hold, by their fields."""
    run, start = nv.train(epochs=1), nv.curvature()
    held = run.frame, run.prediction, run.diagnosis, start.curvature, start.ruler, start.minimum
    for thing in (*(getattr(nv, name) for name in nv.__all__), *map(type, held)):
        told = pydoc.plain(pydoc.render_doc(thing))
        assert all(name in told for name in inspect.signature(thing).parameters), thing


def test_history_is_what_the_command_line_writes(neuroviz, tmp_path):
    """The columns of history() are those of the CSV.

    To the last bit, as plain arrays of one length.
    """
    run = nv.train("and_one_by_one", learning_rate=5, epochs=7, edits=["9:lr=0.5"])
    path = tmp_path / "run.csv"
    words = f"train --task and_one_by_one --lr 5 --epochs 7 --edit 9:lr=0.5 --json --history {path}"
    said = json.loads(neuroviz(*words.split()).out)
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    history = run.history()
    assert all(type(column) is np.ndarray for column in history.values())
    assert list(history) == list(rows[0])
    for name, column in history.items():
        theirs = [float(row[name] or "nan") for row in rows]
        assert column.astype(float).tobytes() == np.array(theirs).tobytes(), name
    assert [*run.weights.tolist(), run.bias, run.loss] == [
        *said["weights"],
        said["bias"],
        said["loss"],
    ]
    assert (run.epochs, run.state, run.accuracy) == (7, said["state"], said["accuracy"])


def test_the_run_is_the_trainers():
    """300 epochs of AND have the bits of the trainer's.

    numpy's numbers say the same as Python's.
    """
    trainer = Trainer(Settings("and", learning_rate=5, epochs=300))
    trainer.advance(300)
    for run in (
        nv.train("and", learning_rate=5, epochs=300),
        nv.train(learning_rate=np.float64(5), epochs=np.int64(300)),
    ):
        assert run.history()["w1"].tobytes() == trainer.history.rows().columns()["w1"].tobytes()


def test_own_data():
    """A neuron learns data of one's own: y = 3x − 1."""
    data = nv.Dataset([[0.0], [1.0], [2.0]], [-1.0, 2.0, 5.0], classes=False)
    run = nv.train(data=data, learning_rate=0.2, epochs=2000)
    assert run.predict([10.0]) == pytest.approx(29.0, abs=1e-6)
    assert run.predict(np.array([[0.0], [-1.0]])) == pytest.approx([-1.0, -4.0], abs=1e-6)


class Column(list):
    """A stand-in for a Series."""

    to_list = list.copy


class Table(dict):
    """A stand-in for a DataFrame, where there is no library of them."""

    columns = property(list)


def tables():
    """Give what makes tables of columns: the libraries that are here, and the stand-in."""
    yield lambda columns: Table({name: Column(values) for name, values in columns.items()})
    for library in ("pandas", "polars"):
        if importlib.util.find_spec(library):
            yield importlib.import_module(library).DataFrame


@pytest.mark.parametrize("table", [*tables()])
def test_a_table_is_data_with_names(table):
    """To the last bit; classes by their names; what is missing is refused by its row."""
    columns = {"#size": [0.1, 1 / 3, 1e-300], "a, b": [1, 2, 3], "price": [5.5, -1.0, 2.0]}
    data = nv.train(data=table(columns), epochs=1).settings.data
    assert (data.input_names, data.target_name) == (("#size", "a, b"), "price")
    assert data.inputs.tolist() == [[0.1, 1.0], [1 / 3, 2.0], [1e-300, 3.0]]
    assert data.targets.tolist() == [5.5, -1.0, 2.0]
    named = nv.train(data=table({"x": [1, 2, 3], "y": ["no", "=yes", "no"]}), epochs=1)
    assert named.settings.data.class_names == ("no", "=yes")
    for missing in (None, float("nan")):
        with pytest.raises(nv.SettingsError, match=r"Row 2"):
            nv.train(data=table({"x": [1.0, missing, 3.0], "y": [1.0, 2.0, 3.5]}))
        no_class = Column(["no", "yes", missing, "no"])
        with pytest.raises(nv.SettingsError, match=r"Row 3"):
            nv.train(data=Table(x=Column([1.0, 2.0, 4.0, 3.0]), y=no_class))


@pytest.mark.parametrize("table", [*tables()])
def test_a_column_that_is_not_used_is_told(table, tmp_path):
    """Of a table and of a file, unless the inputs are named."""
    columns = {"x": [1.0, 2, 3], "who": ["Ada", "Bo", "Cy"], "y": [1.0, 2, 4]}
    why = "Not used, since most cells are not numbers: who"
    with pytest.warns(UserWarning, match=why):
        assert nv.train(data=table(columns), epochs=1).settings.data.input_names == ("x",)
    path = tmp_path / "who.csv"
    path.write_text("x,who,y\n1,Ada,1\n2,Bo,2\n3,Cy,4\n", encoding="utf-8")
    with pytest.warns(UserWarning, match=why):
        nv.Dataset.from_csv(path)
    nv.Dataset.from_csv(path, inputs=["x"])


@pytest.mark.parametrize("table", [*tables()])
def test_true_is_1_as_an_input_and_names_a_class_as_the_target(table):
    columns = {"open": [True, False, True], "x": [1.0, 2.0, 3.0], "late": [False, True, False]}
    data = nv.train(data=table(columns), epochs=1).settings.data
    assert (data.input_names, data.class_names) == (("open", "x"), ("False", "True"))
    assert data.inputs.tolist() == [[1.0, 1.0], [0.0, 2.0], [1.0, 3.0]]
    both = np.array([[True, False], [False, False], [True, True]])
    data = nv.train(data=(both, both), epochs=1).settings.data
    assert (data.inputs.tolist(), data.targets.tolist()) == (both.tolist(), both.tolist())


@pytest.mark.parametrize("table", [*tables()])
def test_a_table_is_predicted_by_its_names(table):
    """In any order, with other columns beside them; where a name is missing, nothing is guessed."""
    run = nv.train(data=table({"a": [1.0, 2, 3], "b": [3.0, 1, 2], "y": [1.0, 2, 4]}), epochs=5)
    expected = run.predict([[5.0, 7.0], [6.0, 8.0]]).tolist()
    moved = table({"y": [0.0, 0.0], "b": [7.0, 8.0], "a": [5.0, 6.0]})
    assert run.predict(moved).tolist() == expected
    with pytest.raises(nv.SettingsError, match=r"no column 'b': give the columns a, b\."):
        run.predict(table({"a": [5.0], "c": [7.0]}))


def test_a_tensor_that_requires_a_gradient_is_taken_for_its_numbers():
    inputs = torch.tensor([[1.0], [2.0], [4.0]], requires_grad=True)
    run = nv.train(data=(inputs, [1.0, 2.0, 3.0]), epochs=2)
    assert run.settings.data == nv.train(data=(inputs.tolist(), [1.0, 2.0, 3.0])).settings.data
    assert run.predict(inputs).tolist() == run.predict(inputs.tolist()).tolist()
    with pytest.raises(nv.SettingsError, match="in rows of one length"):
        nv.train(data=([*inputs], [1.0, 2.0, 3.0]))


def test_arrays_and_paths_are_data(tmp_path):
    """As a neuroviz.Dataset of them is, and as the command line reads them."""
    x, y = np.random.default_rng(0).normal(size=(2, 20, 2))
    data = nv.train(data=(x, y[:, 0]), epochs=1).settings.data
    assert data == nv.Dataset(x, y[:, 0], classes=False, origin="arrays")
    assert nv.train(data=([1, 2, 3], [0, 1, 1]), epochs=1).settings.data.classes
    with pytest.raises(nv.SettingsError, match="Row 1, column 'x1', has 'a' where a number"):
        nv.train(data=([["a", 1], ["b", 2]], [0.5, 1.5]))
    path = tmp_path / "table.csv"
    path.write_text("a,b,y\n1,2,0\n2,1,1\n3,5,0\n", encoding="utf-8")
    for each in (path, str(path)):
        assert nv.train(data=each, epochs=1).settings.data == nv.Dataset.from_csv(path)
    assert nv.train(data="moons:count=30,seed=1", epochs=1).settings.data.rows == 30


def test_progress_is_told_and_can_end_the_run():
    """The last word is all epochs; False ends it, what else is returned does not."""
    told = []
    nv.train("and", epochs=5000, progress=lambda *far: told.append(far))
    assert told[0] == (0, 5000)
    assert told[-1] == (5000, 5000)
    assert told == sorted(told)
    for least in (10, np.float64(10)):  # compared with numpy's number, the answer is numpy's False
        run = nv.train("and", epochs=10**5, progress=lambda done, _, least=least: done < least)
        assert run.interrupted
        assert least <= run.epochs < 10**5


def test_choices_are_named():
    """By help, with every row of every table; and each of those names can be taken."""
    told = inspect.getdoc(nv.train)
    for table in (TASKS, ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES, BREAKS):
        assert all(name in told for name in table)
    assert list(nv.tasks()) == list(TASKS)
    assert nv.train(lr=2, epochs=3).loss == nv.train(learning_rate=2, epochs=3).loss


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_a_matplotlib_figure_that_a_notebook_shows(view):
    """It is matplotlib's own, with the plot in it, of the size asked for.

    IPython gets a PNG of it.
    """
    figure = nv.train("and", learning_rate=5, epochs=20).figure(view, width=120, height=90)
    assert isinstance(figure, matplotlib.figure.Figure)
    assert figure.get_size_inches() * 25.4 == pytest.approx([120, 90])
    picture = Image.open(io.BytesIO(figure._repr_png_()))
    assert picture.width / picture.height == pytest.approx(4 / 3, rel=0.01)
    assert len(picture.convert("RGB").getcolors(2**24)) > 20


def test_a_figure_shows_what_is_chosen():
    """The loss curve is the history's, on a logarithmic axis where that is asked for."""
    run = nv.train("and", learning_rate=5, epochs=20)
    axes = run.figure("loss", log=True).axes[0]
    assert axes.get_yscale() == "log"
    assert run.figure("loss").axes[0].get_yscale() == "linear"
    curve = max(axes.lines, key=lambda line: len(line.get_xdata()))
    assert curve.get_ydata() == pytest.approx(run.history()["loss"])
    assert run.figure("weights", gradients=True).axes[0].get_ylabel() == "gradient"


def test_the_script_runs_to_the_same_losses():
    """script() is code that prints the losses of the run."""
    run = nv.train("or", learning_rate=2, epochs=30)
    with redirect_stdout(io.StringIO()) as printed:
        exec(run.script(every=30), {"__name__": "__main__"})
    assert repr(run.loss) in printed.getvalue()
    assert "nn.Module" in run.script(style="module")
    assert run.command() == "neuroviz train --task or --lr 2 --epochs 30"


def test_a_sweep_is_what_the_command_line_says(neuroviz):
    """The table and the best neuron are those of ``neuroviz sweep --json``.

    The figure is matplotlib's.
    """
    swept = nv.sweep("line", rates=(1e-3, 1), points=5, epochs=40)
    words = "sweep --task line --lr-min 1e-3 --lr-max 1 --points 5 --epochs 40 --json"
    said = json.loads(neuroviz(*words.split()).out)
    table = swept.table()
    assert table["loss"].tolist() == [neuron["loss"] for neuron in said["neurons"]]
    assert table["diverged_at"].tolist() == [
        neuron["diverged_at"] or 0 for neuron in said["neurons"]
    ]
    assert swept.best == said["best"] == pickle.loads(pickle.dumps(swept)).best
    assert isinstance(swept.figure(), matplotlib.figure.Figure)
    assert len(nv.sweep("and", starts=3, learning_rate=5, epochs=2).table()["start_w1"]) == 9
    momenta = nv.sweep(
        "line", optimizer="momentum", momenta=(0, None), momentum_points=3, points=2, epochs=2
    )
    assert sorted(set(momenta.table()["momentum"])) == pytest.approx([0, 0.475, 0.95])


def test_the_curvature_of_double():
    """The loss of y = 2x, mean of (wx + b − y)², has the Hessian 2·mean of (x², x; x, 1)."""
    found = nv.curvature("double", learning_rate=0.01)
    x = Settings("double").dataset.inputs[:, 0]
    hessian = 2 * np.array([[(x**2).mean(), x.mean()], [x.mean(), 1.0]])
    assert found.eigenvalues == pytest.approx(np.linalg.eigvalsh(hessian))
    assert found.limit == pytest.approx(2 / np.linalg.eigvalsh(hessian)[1])
    assert found.optimum.weights == pytest.approx((2.0,))
    line = nv.curvature("line")  # λ = 0.364944… and 31.968…: no rate is rounded up
    assert repr(pickle.loads(pickle.dumps(line))) == repr(line)
    assert repr(line) == "<Curvature of line: safe 0.0312809, best 0.0618556, limit 0.0625618>"


def test_an_optimum_is_that_of_a_convex_loss_alone():
    """With L2 cross-entropy has one; tanh or sigmoid under a square one of perhaps several."""
    convex = nv.curvature("and", l2=0.1)
    assert convex.optimum.loss == pytest.approx(convex.minimum.loss)
    assert (*convex.optimum.weights, convex.optimum.bias) == pytest.approx(
        tuple(convex.minimum.parameters)
    )
    for choices in ({"l2": 0.1}, {"activation": "tanh"}):
        other = nv.curvature("and", loss="mse", **choices)
        assert other.minimum.loss is not None
        assert other.optimum is None


WRONG = [
    (lambda: nv.train("nothing"), "no task named 'nothing'"),
    (lambda: nv.train([[0, 1]]), "A task is a name such as 'and', not [[0, 1]]: give your own"),
    (lambda: nv.train("shop.csv"), "data="),
    (lambda: nv.train(lr=5, learning_rate=5), "learning_rate"),
    (lambda: nv.train(weights=3), "weights must be a list"),
    (lambda: nv.train(weights="1,2"), "weights must be a list"),
    (lambda: nv.train(breaks=7), "breaks must be a list"),
    (lambda: nv.train(activation=["relu"]), "activation must be a name"),
    (lambda: nv.train(data=[[1, 2]]), "neuroviz.Dataset"),
    (lambda: nv.train(edits=["soon"]), "STEP:NAME=VALUE"),
    (lambda: nv.train(epochs=1).figure("weight"), "no view named 'weight'"),
    (
        lambda: nv.train(epochs=1).figure("neuron", sample=4),
        "sample must be a whole number from 0 to 3",
    ),
    (lambda: nv.train(epochs=1).predict([1, 2, 3]), "2 inputs"),
    (
        lambda: nv.train(data=type("Table", (), {"columns": ["a", "b", "a"]})),
        "Two columns are named 'a': rename one.",
    ),
    (lambda: nv.train(data=Table()), "The table needs two columns: an input and"),
    (lambda: nv.train(data=Table(x=Column([1, 2]))), "The table needs two columns: an input and"),
    (lambda: nv.train(epochs=1).figure(width=6), "width in mm must be a number from 10"),
    (lambda: nv.train("double", epochs=1).predict(3), "1 input: give numbers of shape (1,)"),
    (lambda: nv.train(epochs=1).script("prose"), "prose"),
    (lambda: nv.sweep(learning_rate=5), "learning_rate is one rate, and a sweep has many"),
    (lambda: nv.sweep(until_loss=0.1), "leave until_loss out"),
    (lambda: nv.sweep(starts=3, momenta=(0, 1)), "momenta does not go with starts"),
    (lambda: nv.sweep(seeds=3, rates=(1, 2)), "rates does not go with seeds"),
    (lambda: nv.sweep(seeds=3, points=3), "points does not go with seeds, whose neurons have one"),
    (lambda: nv.sweep(seeds=3, reach=10), "reach does not go with seeds, which draws all starts"),
    (lambda: nv.curvature("and", momentum=1), "momentum means nothing"),
    (lambda: nv.Dataset([[1.0]], [2.0, 3.0], classes=False), "inputs (N, D)"),
]


@for_each(("wrong", "words"), WRONG)
def test_what_cannot_be_is_one_sentence(wrong, words):
    """It is a SettingsError, which is a ValueError."""
    with pytest.raises(nv.SettingsError) as error:
        wrong()
    assert isinstance(error.value, ValueError)
    assert words in str(error.value)
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


def test_one_input_by_formula_needs_no_list():
    """Nor does one break."""
    one = nv.train("xor", features="x1*x2", breaks="no_bias", epochs=1).settings
    assert (one.features, one.breaks) == (("x1*x2",), ("no_bias",))


def test_an_edit_after_the_end_is_told():
    """It would change nothing."""
    with pytest.warns(UserWarning, match=r"edit 9:learning_rate=0.5 changes nothing.* at step 9\."):
        nv.train(epochs=9, edits=["9:lr=0.5"])


def test_data_from_a_table(tmp_path):
    """Columns by name, classes in words, a decimal comma.

    What the neuron learns is what it learns from arrays.
    """
    path = tmp_path / "fruit.csv"
    path.write_text(
        "weight;length;kind\n1,5;2;apple\n2,5;9;pear\n1;3;apple\n3;8,5;pear\n", encoding="utf-8"
    )
    data = nv.Dataset.from_csv(path, target="kind", inputs=["length"], classes=("pear", "apple"))
    plain = nv.Dataset([[2.0], [9.0], [3.0], [8.5]], [1, 0, 1, 0], classes=True)
    assert (data.input_names, data.class_names) == (("length",), ("pear", "apple"))
    assert nv.train(data=data, epochs=50).loss == nv.train(data=plain, epochs=50).loss
    with pytest.raises(nv.SettingsError, match="kinds"):
        nv.Dataset.from_csv(path, target="kinds")
    with pytest.raises(nv.SettingsError):
        nv.Dataset.from_csv(tmp_path / "none.csv")


# --- for a type checker ---------------------------------------------------------------------------


def test_what_a_type_checker_is_told_is_the_table_of_settings():
    """Every choice and hyperparameter, and each is of the kind that the settings have."""
    rows = (*OPTIMIZERS.values(), *SCHEDULES.values())
    told = get_type_hints(Choices)
    own = (row.name for entry in rows for row in entry.hyperparameters)
    assert set(told) == {*CHOICES, "lr", *own}
    kinds = get_type_hints(Settings)
    assert set(told) <= set(re.findall(r"\w+", nv.train.__doc__))  # as the README says of its help
    # Any sequence where settings have tuples, and any data.
    for name in set(told) - {"weights", "breaks", "features", "data"}:
        assert told[name] == kinds.get(name, float) | None, name
