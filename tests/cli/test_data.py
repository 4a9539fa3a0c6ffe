"""Own data on the command line: files, rows, made-up data; columns, scaling, rows held out."""

import json
import os
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from neuroviz.cli.command import Parser
from neuroviz.cli.options import add_experiment, experiment
from neuroviz.core.choices.command_line import command_line, left_out
from neuroviz.core.choices.edits import moved_data
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.data.generators import Recipe
from neuroviz.core.data.table_text import data_text
from neuroviz.core.script import parts
from neuroviz.core.training.trainer import Trainer
from tests.cli.test_script import ran

SHOP = "age;income;buys\n" + "".join(
    f"{20 + i};{1000 + 37 * i * i},5;{'ja' if i % 3 else 'nein'}\n" for i in range(12)
)


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop ü.csv"
    path.write_text(SHOP, encoding="utf-16")
    return str(path)


def settings_of(line):
    """Return the settings that a command line makes."""
    parser = Parser(prog="neuroviz train", allow_abbrev=False)
    add_experiment(parser)
    return experiment(parser.read(shlex.split(line)[2:]))[0]


def test_a_file_is_trained_on_and_what_was_understood_is_said(neuroviz, shop):
    """On standard error, so that a program reads JSON alone.

    Scaling, own units and rows held out are in it.
    """
    result = neuroviz(
        "train", "--data", shop, "--scale", "standardise", "--held-out", "0.25", "--json"
    )
    assert "12 rows from shop ü.csv" in result.err
    assert "decimal comma" in result.err
    said = json.loads(result.out)
    assert said["settings"]["task"] == "own"
    told = [said["settings"][name] for name in ("data", "inputs", "target", "scale")]
    assert told == ["shop ü.csv", ["age", "income"], ["buys"], "standardise"]
    assert said["classes"] == ["nein", "ja"]
    assert said["held_out"]["rows"] == 3
    assert len(said["predictions"]) == 9
    data = settings_of(
        f"neuroviz train --data {shlex.quote(shop)} --scale standardise --held-out 0.25"
    ).dataset
    theta = np.array([*said["weights"], said["bias"]])
    own = np.array([*said["own_units"]["weights"], said["own_units"]["bias"]])
    z = data.scaled_inputs @ theta[:-1] + theta[-1]
    np.testing.assert_allclose(data.inputs @ own[:-1] + own[-1], z, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(1 / (1 + np.exp(-z)), said["predictions"], rtol=1e-12)


def test_the_words_say_scaling_held_out_rows_and_what_scaling_is_worth(neuroviz, shop):
    """None is longer than a hundred letters: what is goes on below its beginning."""
    plain = neuroviz("train", "--data", shop, "--epochs", "5").out
    assert max(map(len, plain.splitlines())) <= 100
    assert "is safe from any start; standardised" in " ".join(plain.split())
    assert "--scale standardise" in plain
    more = ("--scale", "unit", "--held-out", "3,8", "--feature", "age*income")
    scaled = neuroviz("train", "--data", shop, "--epochs", "5", *more).out
    assert "buys from age, income, with age·income" in scaled
    assert "(2 rows never trained on)" in scaled
    assert "right; ja is ŷ > 0.5, classes coded 01)" in scaled
    assert " 1 (ja)  " in scaled
    assert "From 0 to 1" in scaled
    assert "in the data's own units" in scaled
    assert "safe from any start" not in scaled


def test_predict_takes_numbers_in_the_data_s_own_units(neuroviz, shop):
    """The first row's own inputs give its own prediction."""
    words = (
        "train",
        "--data",
        shop,
        "--scale",
        "standardise",
        "--epochs",
        "20",
        "--json",
        "--predict",
        "20,1000.5",
    )
    said = json.loads(neuroviz(*words).out)
    assert said["predicted"][0] == pytest.approx(said["predictions"][0], rel=1e-12)


@pytest.mark.parametrize("command", ["train", "sweep"])
def test_no_result_is_written_over_the_data(neuroviz, shop, command):
    for option in ("--csv", "--json"):
        result = neuroviz(command, "--data", shop, option, os.path.relpath(shop))
        assert (result.code, result.out) == (2, "")
        assert f"--data and {option} both name " in result.err
    assert Path(shop).read_text(encoding="utf-16") == SHOP


@pytest.mark.parametrize("command", ["page", "report"])
def test_no_page_is_written_over_the_data(neuroviz, tmp_path, command):
    """A table in HTML is such data."""
    path = tmp_path / "shop.html"
    rows = "".join(f"<tr><td>{x}</td><td>{2 * x}</td></tr>" for x in range(5))
    table = f"<table><tr><th>x</th><th>y</th></tr>{rows}</table>"
    path.write_text(table, encoding="utf-8")
    result = neuroviz(command, "--data", str(path), "--epochs", "2", "--output", str(path))
    assert (result.code, result.out) == (2, "")
    assert "--data and --output both name " in result.err
    assert path.read_text(encoding="utf-8") == table


@pytest.mark.parametrize("command", ["train", "sweep", "curvature", "script"])
def test_every_command_takes_data(neuroviz, shop, command):
    """With columns by name: the age alone predicts the income."""
    words = ["--data", shop, "--target", "income", "--inputs", "age", "--epochs", "5"]
    result = neuroviz(command, *words)
    assert result.code == 0  # rate 0.1, at which ages of 20 diverge, is taken only if it is said
    assert "income from age" in result.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--data", "nowhere.csv"], "no such file"),
        (["--data", "https://example.org/a.csv"], "it is an address on the web; save the file"),
        (["--data", "blobz"], "there is no such file. Did you mean --data blobs?"),
        (["--data", "mons:noise=0.1"], "Did you mean --data moons?"),
        (["--data", "xor"], "Did you mean --task xor?"),
        (["--data", "1,2;" * 100], "file name too long"),  # a table without the ends of its lines
        (["--scale", "unit"], "--scale is about your own data"),
        (["--held-out", "0.5"], "--held-out is about your own data"),
        (["--data", "blobs", "--target", "y"], "--target is about a table"),
        (["--data", "blobs", "--inputs", "x1"], "--inputs is about a table"),
        (["--data", "blobs:noise=x"], "noise"),
        (["--data", "SHOP", "--target", "colour"], "There is no column 'colour'"),
        (["--data", "SHOP", "--inputs", "age,buys"], "not the target"),
        (["--data", "SHOP", "--scale", "twice"], "known are: none, standardise, unit"),
        (
            ["--data", "SHOP", "--held-out", "0.001"],
            "0.1 % of 12 rows, taken of each class, is not a whole row: hold out a larger share",
        ),
        (["--data", "SHOP", "--held-out", "3,99"], "there is no sample 99; they go from 1 to 12"),
        (["--data", "SHOP", "--held-out", "1.5"], "there is no sample 1.5; they go from 1 to 12"),
        (["--data", "SHOP", "--sheet", "May"], "--sheet is for a spreadsheet"),
        (["--data", "SHOP", "--held-out", "a"], "--held-out"),
        (["--data", "SHOP", "--separator", ",,"], "separator"),
        (["--data", "SHOP", "--decimal", "x"], "decimal"),
        (["--data", "SHOP", "--encoding", "latin-9000"], "no encoding"),
        (["--data", "SHOP", "--classes", "ja"], "2 to 5 different values"),
        (["--data", "SHOP", "--target", "age", "--loss", "bce"], "age = 20 of sample 1"),
        (
            ["--data", "SHOP", "--target", "age", "--task", "xor"],
            "the targets of your data are numbers, such as age = 20 of sample 1",
        ),
        (["--data", "SHOP", "--weights", "1"], "one for each input of your data"),
        (["--data", "SHOP", "--predict", "1"], "one for each input of your data"),
        (
            ["--data", "a,b\n1,2\n3,x\n4,5\n"],
            "Line 3, column 'b', has 'x' where a number is expected",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence(neuroviz, shop, words, said):
    """Exit code 2, and no traceback."""
    result = neuroviz("train", *[shop if word == "SHOP" else word for word in words])
    assert result.code == 2
    assert said in result.err
    assert result.err.strip().count("\n") <= 3


def test_rows_are_left_out_only_on_wish(neuroviz):
    """And that is said."""
    text = "a,b\n1,2\n3,x\n4,5\n6,7\n"
    refused = neuroviz("train", "--data", text)
    assert (refused.code, "--leave-out leaves them out" in refused.err) == (2, True)
    result = neuroviz("train", "--data", text, "--leave-out", "--epochs", "1", "--lr", "1e-3")
    assert result.code == 0
    assert "1 row left out: line 3" in result.err


IRIS = """# four sizes
# in cm
sepal length,petal length,species
5.1,1.4,setosa
4.9,1.3,setosa
7.0,4.7,versicolor
6.4,4.5,versicolor
6.3,6.0,virginica
5.8,5.1,virginica
"""
SIX_KINDS = IRIS + "5.2,3.9,ensata\n5.6,4.0,pumila\n6.0,4.1,sibirica\n"


def test_a_last_column_of_three_classes_is_the_target(neuroviz):
    """With an output each, in the order of the alphabet or as --classes says."""
    for words, names in (
        ((), "setosa, versicolor, virginica"),
        (("--classes", "virginica,setosa,versicolor"), "virginica, setosa, versicolor"),
    ):
        result = neuroviz("train", "--data", IRIS, "--epochs", "2", *words)
        assert result.code == 0
        assert f"target species: 3 classes, {names}: an output each, which softmax" in result.err


def test_comments_and_a_last_column_of_six_classes_are_told(neuroviz):
    """A column that can be learned is taken, with the words by which the other one could be."""
    result = neuroviz("train", "--data", SIX_KINDS, "--epochs", "2", "--lr", "1e-3")
    assert result.code == 0
    assert "petal length from sepal length" in result.out
    assert "2 lines above the table are not read." in result.err
    assert (
        "The last column, 'species', cannot be the target: it has 6 classes, ensata, pumila, "
        "setosa, sibirica, versicolor, virginica, and there can be 5." in result.err
    )
    way = "--target species --classes ensata,pumila --leave-out"
    assert f"To use it as the target, with the rows of two: {way}." in result.err
    taken = neuroviz("train", "--data", SIX_KINDS, "--epochs", "2", *shlex.split(way))
    assert (taken.code, "7 rows left out" in taken.err) == (0, True)


def test_the_refusal_of_six_classes_names_the_options_that_keep_two(neuroviz):
    """As they are typed: a name with a space in quotes."""
    table = SIX_KINDS.replace("setosa", "a b")
    refused = neuroviz("train", "--data", table, "--target", "species")
    assert refused.code == 2
    assert refused.err.endswith("or keep the rows of two: --classes 'a b,ensata' --leave-out.\n")


def test_the_tables_call_inputs_by_their_names(neuroviz):
    """Parameters, samples and what is asked for: w1 and x say nothing of thirty columns."""
    words = ("--epochs", "2", "--lr", "1e-3", "--predict", "5")
    target = ("--target", "petal length")
    out = neuroviz("train", "--data", IRIS, *target, *words).out
    assert "w1 (sepal length)" in out
    assert "sepal length" in out.rpartition("parameter")[2].rpartition("y (petal length)")[0]
    assert out.rpartition("\n\n")[2].split("  ")[0].strip() == "sepal length"
    scaled = neuroviz(
        "train", "--data", IRIS, *target, "--inputs", "sepal length", "--scale", "unit", *words
    ).out
    assert "w1 (sepal length)" in scaled
    many = (
        ",".join(f"size {i}" for i in range(30))
        + ",y\n"
        + "".join(
            ",".join(str((7 * i + 3 * row) % 11) for i in range(31)) + "\n" for row in range(5)
        )
    )
    out = neuroviz("train", "--data", many, "--epochs", "1", "--lr", "1e-6").out
    assert "(size 0, size 1, size 2, …)" in out
    assert len(re.findall(r"w\d+ \(size \d+\)", out)) == 6
    assert (
        "("
        not in neuroviz("train", "--task", "and", "--epochs", "1")
        .out.partition("parameter")[2]
        .partition("x ")[0]
    )


NAMED = Dataset(
    [[1, 2], [3, 5], [-0.0, 1e-310]],
    [1, 0, 1],
    True,
    ("a,b", "2001"),
    "kauft",
    ("nein", "ja, sehr"),
)
LINES = (
    Settings(data=NAMED, seed=4),
    Settings(data=Dataset(NAMED.inputs, [0.0, 1.0, 1.0], False)),
    Settings(
        data=Dataset([[1.0], [2.0], [4.0]], [0.1, 0.2, 1 / 3], False)
        .scaled("standardise")
        .keeping_aside([1])
    ),
    Settings(data=Recipe("above", 0.1, 200, 3, "x^2 - 0.5").dataset().scaled("unit")),
    Settings("or").replace(data=moved_data(Settings("or"), 0, np.array((1.25, 1.0)))),
)


@pytest.mark.parametrize("settings", LINES, ids=[settings.task_label for settings in LINES])
def test_the_copied_command_has_small_data_in_it(settings):
    """Read again it makes a run of the same bits."""
    again = settings_of(command_line(settings))
    assert left_out(settings.data) == ""
    assert again.coded_inputs.tobytes() == settings.coded_inputs.tobytes()
    assert again.coded_targets.tolist() == settings.coded_targets.tolist()
    assert again.replace(data=settings.data) == settings
    ends = []
    for one in (settings, again):
        trainer = Trainer(one)
        trainer.advance(20)
        ends.append(trainer.history.newest.parameters.tobytes())
    assert ends[0] == ends[1]


def test_of_large_data_the_command_names_the_file():
    """And what is left out is said."""
    many = Dataset(np.arange(120.0).reshape(60, 2), np.arange(60.0), False, origin="shop.csv")
    line = command_line(Settings(data=many))
    assert "--data shop.csv --target y --inputs x1,x2" in line
    assert "reads them from shop.csv" in left_out(many)
    assert "data.csv" in left_out(Dataset(many.inputs, many.targets, False))


def test_the_command_reads_a_file_whose_faulty_rows_were_left_out(monkeypatch, tmp_path):
    """It makes the run again from the file as it is, faults and all."""
    monkeypatch.chdir(tmp_path)
    rows = [f"{i},{i * i % 7}" for i in range(60)]
    Path("shop.csv").write_text(
        "\n".join(["age,buys", *rows[:5], "n/a,3", *rows[5:]]), encoding="utf-8"
    )
    first = settings_of("neuroviz train --data shop.csv --leave-out --scale unit --held-out 2,9")
    assert first.data.rows == 60
    assert settings_of(command_line(first)) == first


def test_a_script_of_large_data_reads_them_from_a_file_beside_it(neuroviz, tmp_path, monkeypatch):
    """It prints the losses of the run to the last bit."""
    monkeypatch.setattr(parts, "_MOST_NUMBERS", 100)
    inputs = np.random.default_rng(0).standard_normal((120, 9))
    table = tmp_path / "large.csv"
    table.write_text(data_text(Dataset(inputs, inputs.sum(axis=1), False)), encoding="utf-8")
    words = ("--data", str(table), "--scale", "standardise", "--epochs", "3", "--held-out", "0.1")
    assert "--output" in neuroviz("script", *words).err
    before = table.read_bytes()
    refused = neuroviz("script", *words, "--output", str(table.with_suffix(".py")))
    assert "large.csv', where they are to be, has other content" in refused.err
    assert (refused.code, table.read_bytes(), [*tmp_path.iterdir()]) == (2, before, [table])
    script = tmp_path / "run.py"
    assert neuroviz("script", *words, "--every", "1", "--output", str(script)).code == 0
    monkeypatch.chdir(tmp_path)
    printed = [float(loss) for loss in ran(script.read_text(encoding="utf-8")).values()]
    history = tmp_path / "history.csv"
    neuroviz("train", *words, "--history", str(history))
    losses = np.genfromtxt(history, delimiter=",", names=True)["loss"]
    assert printed == losses.tolist()


GRID = "a,b,up,down\n1,2,yes,no\n2,1,no,no\n3,5,yes,yes\n4,1,no,yes\n5,3,yes,no\n"


def test_a_target_said_again_is_another_output(neuroviz, tmp_path):
    """Each with its meaning told; the line that is copied gives the same data back."""
    path = tmp_path / "grid.csv"
    path.write_text(GRID)
    words = ("--data", str(path), "--target", "up", "--target", "down")
    result = neuroviz("train", *words, "--epochs", "3", "--json")
    meaning = "class 0 is 'no', class 1 is 'yes'"
    assert f"Inputs a, b; target up: {meaning}; target down: {meaning}." in result.err
    said = json.loads(result.out)
    assert said["targets"] == ["up", "down"]
    settings = settings_of(shlex.join(("neuroviz", "train", *words)))
    wanted = np.array([[1, 0], [0, 0], [1, 1], [0, 1], [1, 0]])
    np.testing.assert_array_equal(settings.dataset.targets, wanted)
    again = settings_of(command_line(settings))
    assert again.dataset.targets.tolist() == wanted.tolist()
    assert again.dataset.column_names == ("a", "b", "up", "down")
    moved = settings.replace(
        data=moved_data(Settings("gates"), 0, np.array((0.8, 0.9))), task="own"
    )
    same = settings_of(command_line(moved)).dataset
    assert data_text(same) == data_text(moved.dataset)
    assert left_out(moved.data) == ""


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("up", "a"), "The targets 'up' and 'a' are of different kinds"),
        (("up", "up"), "A column can be a target only once."),
        (("up", "sideways"), "There is no column 'sideways'"),
    ],
)
def test_targets_that_cannot_be_together_are_refused(neuroviz, tmp_path, names, said):
    """In one sentence, and nothing is trained."""
    path = tmp_path / "grid.csv"
    path.write_text(GRID)
    words = [word for name in names for word in ("--target", name)]
    refused = neuroviz("train", "--data", str(path), *words)
    assert refused.code == 2
    assert said in refused.err
    assert refused.err.count("\n") == 1


@pytest.mark.parametrize(("last", "said"), [("1,1,1", "is 1 in every row"), ("4,0,1", "")])
def test_zeros_and_ones_are_numbers_beside_numbers(neuroviz, tmp_path, last, said):
    """By themselves they are classes; what never changes is named as that."""
    path = tmp_path / "mixed.csv"
    rows = zip("012", "110", last.split(","), strict=True)
    path.write_text("x,p,q\n" + "".join(f"{','.join(row)}\n" for row in rows))
    words = ("--data", str(path), "--target", "p", "--target", "q")
    result = neuroviz("train", *words, "--epochs", "1")
    assert result.code == (2 if said else 0)
    assert said in result.err
    if not said:
        data = settings_of(shlex.join(("neuroviz", "train", *words))).dataset
        assert not data.classes
        assert data.targets.tolist() == [[1, 4], [1, 0], [0, 1]]


def test_the_copied_command_names_targets_of_any_name():
    """Numbers, what looks like an option, and a comma."""
    targets = np.column_stack(([0, 1, 0], [1.5, 2, 3], [4, 4, 0.25]))
    for names in (("2020", "2021", "2022"), ("--lr", "-1", "a, b")):
        data = Dataset([[1, 2], [3, 4], [5, 7]], targets, classes=False, target_names=names)
        settings = Settings(data=data)
        again = settings_of(command_line(settings))
        assert again.dataset.target_names == names
        assert again.replace(data=data) == settings
        np.testing.assert_array_equal(again.dataset.targets, targets)


def test_what_is_taken_for_a_slip_can_be_taken_as_a_class(neuroviz, tmp_path):
    """The refusal names the option, and that works."""
    path = tmp_path / "animals.csv"
    rows = [f"{x},{word}" for word in ("cat", "dog") for x in range(20)]
    path.write_text("\n".join(["x,kind", *rows, "7,barn owl"]))
    words = ("train", "--data", str(path), "--epochs", "1")
    refused = neuroviz(*words).err
    assert "mend it, leave out what cannot be used, or take all 3 classes." in refused
    option = "--classes 'barn owl,cat,dog'"
    assert f"{option} takes them all as classes." in refused
    assert neuroviz(*words, *shlex.split(option)).code == 0


def test_rows_that_one_target_lacks_are_left_out_of_all(neuroviz, tmp_path):
    """Where that is asked for; else the first is named."""
    path = tmp_path / "grid.csv"
    text = GRID.replace("3,5,yes,yes", "3,5,yes,").replace("4,1,no,yes", "4,x,no,yes")
    path.write_text(text.replace("5,3,yes,no", "5,3,yes,yes"))
    words = ("--data", str(path), "--target", "up", "--target", "down")
    refused = neuroviz("train", *words).err
    assert "Line 4, column 'down', has nothing where 'no' or 'yes' is expected" in refused
    assert refused.endswith("--leave-out leaves them out.\n")
    data = settings_of(shlex.join(("neuroviz", "train", *words, "--leave-out"))).dataset
    assert data.inputs[:, 0].tolist() == [1, 2, 5]
    assert data.targets.tolist() == [[1, 0], [0, 0], [1, 1]]
