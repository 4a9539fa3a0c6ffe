import json
import math
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep.population import Population
from neuroviz.core.sweep.sweep import Sweep
from neuroviz.core.training.trainer import Trainer
from tests.cli.terminal import columns_of

IDENTITY = "--task and --activation identity --loss mse --epochs 200"
LIMIT = 8 / (7 + math.sqrt(33))


def said(neuroviz, words, code=0):
    """Give the JSON object of a command."""
    result = neuroviz("sweep", *words.split(), "--json")
    assert (result.code, result.out.count("\n")) == (code, 1)
    assert not result.err or result.err.startswith("Written: ")
    return json.loads(result.out)


def test_forty_rates_of_the_slider(neuroviz):
    """By default 40 rates over the track of the ruler, about its limit."""
    found = said(neuroviz, IDENTITY)
    rates = [neuron["learning_rate"] for neuron in found["neurons"]]
    assert (len(rates), rates[0], rates[-1]) == (40, 0.001, 100)
    assert rates == found["axes"]["learning_rate"]
    assert found["rates"]["limit"] == pytest.approx(LIMIT)
    assert (found["epochs"], found["stopped"]) == (200, "done")
    assert found["best"]["loss"] == min(
        n["loss"] for n in found["neurons"] if n["diverged_at"] is None
    )
    assert found["best"]["loss"] == pytest.approx(0.0625)
    overflowed = sum(n["diverged_at"] is not None for n in found["neurons"])
    assert 0 < overflowed < found["diverged"] == sum(rate > LIMIT for rate in rates)


def test_one_end_said_and_the_other_not(neuroviz):
    rates = said(neuroviz, f"{IDENTITY} --lr-min 0.01 --points 3")["axes"]["learning_rate"]
    assert (rates[0], rates[-1]) == (0.01, 100)


def test_losses_are_those_of_train(neuroviz):
    found = said(
        neuroviz, "--task xor --epochs 50 --optimizer adam --lr-min 0.01 --lr-max 1 --points 3"
    )
    for neuron in found["neurons"]:
        line = (
            f"train --task xor --epochs 50 --optimizer adam --lr {neuron['learning_rate']} --json"
        )
        alone = json.loads(neuroviz(*line.split()).out)
        assert neuron["loss"] == pytest.approx(alone["loss"], rel=1e-9)
        assert [neuron["w1"], neuron["w2"]] == pytest.approx(alone["weights"])


def test_csv_has_a_row_for_each_neuron(neuroviz, tmp_path):
    """Its numbers are those of the JSON to the last bit; where none diverged the cell is empty."""
    path = tmp_path / "rates.csv"
    found = said(neuroviz, f"{IDENTITY} --lr-max 10 --points 4 --csv {path}")
    table = columns_of(path)
    assert ",".join(table) == "learning_rate,loss,diverged_at,w1,w2,b"
    for name, cells in table.items():
        assert [float(cell) if cell else None for cell in cells] == [
            neuron[name] for neuron in found["neurons"]
        ]
    assert table["diverged_at"][0] == ""
    assert table["diverged_at"][-1].isdecimal()


def test_csv_of_maps(neuroviz, tmp_path):
    path = tmp_path / "map.csv"
    neuroviz(
        *(
            f"sweep --optimizer momentum --epochs 3 --points 4 --momentum-points 2 --csv {path}"
        ).split()
    )
    table = columns_of(path)
    assert table["momentum"] == ["0.0"] * 4 + ["0.95"] * 4
    neuroviz(*f"sweep --task line --epochs 3 --starts 3 --start-range 2 --csv {path}".split())
    table = columns_of(path)
    assert table["start_w1"] == ["-2.0", "0.0", "2.0"] * 3
    assert table["start_b"] == ["-2.0"] * 3 + ["0.0"] * 3 + ["2.0"] * 3


def test_momentum_by_one_option_alone(neuroviz):
    """Each of the three asks for the second axis, with the others as they are by default."""
    found = said(
        neuroviz, "--task line --optimizer nesterov --epochs 5 --points 2 --momentum-max 0.5"
    )
    assert found["axes"]["momentum"] == pytest.approx(np.linspace(0, 0.5, 20).tolist())
    assert found["rates"] is None
    assert len(found["neurons"]) == 40


def test_starts_have_one_rate(neuroviz):
    found = said(
        neuroviz, "--task and --loss mse --lr 3 --epochs 20 --starts 3 --bias 1 --weights 0,0"
    )
    assert found["axes"] == {"start_w1": [-10, 0, 10], "start_w2": [-10, 0, 10]}
    settings = Settings("and", loss="mse", learning_rate=3.0, weights=(10.0, -10.0), bias=1.0)
    trainer = Trainer(settings)
    trainer.advance(20)
    neuron = next(n for n in found["neurons"] if (n["start_w1"], n["start_w2"]) == (10, -10))
    assert neuron["loss"] == pytest.approx(trainer.history.newest.loss, rel=1e-9)


def test_the_settings_are_those_of_a_run(neuroviz):
    """With the inputs by formula, which no task has."""
    words = ["--task", "xor", "--feature", "x1*x2", "--epochs", "3", "--json"]
    found, run = (json.loads(neuroviz(name, *words).out) for name in ("sweep", "train"))
    assert {**found["settings"], "edit": []} == run["settings"]
    assert found["settings"]["features"] == ["x1*x2"]


def test_seeds_draw_the_starts(neuroviz, tmp_path):
    """Seeds are whole numbers in both files, and no single one stands among the settings."""
    path = tmp_path / "seeds.csv"
    found = said(neuroviz, f"--task xor --hidden 2 --lr 1 --epochs 20 --seeds 4 --csv {path}")
    assert columns_of(path)["seed"] == ["0", "1", "2", "3"]
    assert all(type(neuron["seed"]) is int for neuron in found["neurons"])
    assert "seed" not in found["settings"]
    assert found["axes"] == {"seed": [0, 1, 2, 3]}
    trainer = Trainer(Settings("xor", hidden=2, learning_rate=1.0, seed=3))
    trainer.advance(20)
    assert found["neurons"][3]["loss"] == pytest.approx(trainer.history.newest.loss, rel=1e-9)


@pytest.mark.parametrize(
    "words",
    [IDENTITY, "--optimizer momentum --momentum-points 3 --epochs 9", "--starts 3", "--seeds 5"],
)
def test_plots(words, neuroviz, tmp_path):
    path = tmp_path / "plot.png"
    result = neuroviz("sweep", *words.split(), "--plot", path)
    assert (result.code, result.err) == (0, f"Written: {path}.\n")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_when_every_neuron_diverges_the_code_is_1(neuroviz):
    found = said(neuroviz, "--task double --lr-min 1 --lr-max 10 --points 3", code=1)
    assert (found["stopped"], found["best"], found["diverged"]) == ("diverged", None, 3)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--edit 5:lr=1", "leave --edit out"),
        ("--until-loss 0.1", "leave --until-loss out"),
        ("--lr 5", "--lr is one rate"),
        ("--starts 3 --lr-min 1", "--lr-min does not go with --starts"),
        ("--starts 3 --momentum-points 5", "--momentum-points does not go with --starts"),
        ("--start-range 3", "--start-range is for a map of starts"),
        ("--seeds 3 --lr-min 1", "--lr-min does not go with --seeds"),
        ("--seeds 3 --starts 3", "--starts does not go with --seeds"),
        ("--seeds 3 --seed 1", "--seed does not go with --seeds"),
        ("--seeds 3 --start-range 10", "--start-range does not go with --seeds"),
        ("--seeds 1", "--seeds must be a whole number from 2 to 1,048,576, not 1"),
        ("--seeds 3 --init zeros", "The start is not drawn"),
        ("--optimizer momentum --momentum 0.5 --momentum-max 0.9", "--momentum is one momentum"),
        ("--optimizer adam --momentum-max 0.9", "Adam has no momentum to sweep"),
        ("--lr-min 2 --lr-max 1", "must be below the highest"),
        ("--lr-min 0", "--lr-min must be a number from 1e-12"),
        ("--lr-max 1e13", "--lr-max must be a number from 1e-12 to 1e12, not"),
        (
            "--optimizer momentum --momentum-max 2",
            "--momentum-max must be a number from 0 to below",
        ),
        ("--points 1", "--points must be a whole number from 2 to 1,048,576, not 1"),
        ("--points 1e9", "--points must be a whole number from 2 to 1,048,576, not 1000000000"),
        ("--points 1e6 --task spam", "do not fit into memory"),
        ("--starts 1", "--starts must be a whole number from 2 to 1,048,576, not 1"),
        ("--starts 1e9", "--starts must be a whole number from 2 to 1,048,576, not 1000000000"),
        ("--starts 1e5", "do not fit into memory"),
        ("--starts 3 --start-range -1", "must be a number above 0"),
        ("--starts 3 --start-range 1e308", "up to 10³⁰⁰, not 10³⁰⁸"),
        ("--plot loss.txt", "give the name an ending"),
        ("--csv no/such/folder/x.csv", "folder does not exist"),
        ("--csv rates.PNG", ".PNG is for pictures; end the name with .csv"),
        ("--task nothing", "There is no task"),
    ],
)
def test_what_cannot_be_is_one_sentence(words, sentence, neuroviz):
    result = neuroviz("sweep", *words.split())
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert sentence in result.err


def test_a_file_that_cannot_be_written_costs_nothing_else(neuroviz, tmp_path, monkeypatch):
    """The report and the other file are still there, with code 2."""

    def full(columns):
        from neuroviz.files.writer import FileError

        raise FileError("Cannot write 'x.csv': the disk is full.")

    monkeypatch.setattr("neuroviz.cli.sweep.table_bytes", full)
    plot = tmp_path / "plot.svg"
    words = f"--epochs 5 --points 3 --csv {tmp_path / 'x.csv'} --plot {plot} --json"
    result = neuroviz("sweep", *words.split())
    assert result.code == 2
    assert (
        result.err
        == f"Written: {tmp_path / 'plot.svg'}.\nneuroviz: Cannot write 'x.csv': the disk is full.\n"
    )
    assert json.loads(result.out)["epochs"] == 5
    assert plot.exists()


def test_ctrl_c_keeps_what_is_there(neuroviz, monkeypatch):
    """All neurons at the same step, with code 130."""
    advance = Population.advance

    def interrupted(*steps):
        signal.raise_signal(signal.SIGINT)
        advance(*steps)

    monkeypatch.setattr(Population, "advance", interrupted)
    found = said(neuroviz, "--epochs 100000 --lr-min 0.1 --lr-max 1 --points 3", code=130)
    assert found["stopped"] == "interrupted"
    assert 0 < found["epochs"] < 100_000
    trainer = Trainer(Settings("and", learning_rate=0.1))
    trainer.advance(int(found["epochs"]))
    assert found["neurons"][0]["loss"] == pytest.approx(trainer.history.newest.loss, rel=1e-9)


def test_ctrl_c_before_the_first_step_writes_nothing(neuroviz, tmp_path, monkeypatch):
    """A sweep that is ended while torch is being loaded leaves the results of an earlier one."""

    class Pressed(Sweep):
        def __init__(self, grid):
            signal.raise_signal(signal.SIGINT)
            super().__init__(grid)

    files = tmp_path / "rates.csv", tmp_path / "rates.svg"
    words = ["--epochs", "5", "--points", "3", "--json", "--csv", files[0], "--plot", files[1]]
    assert neuroviz("sweep", *words).code == 0
    before = [path.read_bytes() for path in files]
    monkeypatch.setattr("neuroviz.api.sweep.Sweep", Pressed)
    result = neuroviz("sweep", *words)
    assert (result.code, json.loads(result.out)["epochs"], result.err) == (130, 0, "")
    assert [path.read_bytes() for path in files] == before
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.skipif(os.name != "posix", reason="signals of Unix")
def test_a_reader_that_does_not_read_holds_nothing_up(signals_heard):
    """What is written to a full pipe can be broken off: by then the files are whole."""
    words = "-m neuroviz sweep --epochs 1 --points 5000 --json"
    line = [sys.executable, *words.split()]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout.read(1) == b"{"
            process.terminate()
            assert process.wait(timeout=30) == 128 + signal.SIGTERM
        finally:
            process.kill()
        assert process.stderr.read() == b""
