import json
import os
import signal
import sys

import numpy as np
import pytest

from neuroviz.api import run
from neuroviz.core.signals import ENDING
from tests.cli.terminal import columns_of, interrupted
from tests.for_each import for_each

TRAIN = [sys.executable, "-m", "neuroviz", "train"]


def test_json_is_alone_on_stdout(neuroviz):
    """--json leaves one object on standard output and nothing on standard error."""
    result = neuroviz("train", "--task", "and", "--epochs", "30", "--json")
    assert (result.code, result.err, result.out.count("\n")) == (0, "", 1)
    assert json.loads(result.out)["epochs"] == 30


def test_a_share_or_threshold_below_1_is_not_said_to_be_1(neuroviz):
    words = (
        "train --task and --epochs 1 --optimizer momentum --momentum 0.99998 --threshold 0.99997"
    )
    told = neuroviz(*words.split())
    assert "momentum 0.99998" in told.out
    assert "ŷ > 0.99997" in told.out


def test_an_accuracy_below_1_is_not_said_to_be_1(neuroviz, tmp_path):
    table = tmp_path / "many.csv"
    table.write_text("x,y\n2,no\n" + "1,no\n2,yes\n" * 20_000)
    words = "--epochs 1 --lr 1e-9 --weights 2 --bias -3"
    told = neuroviz("train", "--data", str(table), *words.split())
    assert "0.999975 (40,000 of 40,001 right" in told.out


def test_readable_summary(neuroviz):
    """Without --json there is a summary for people."""
    result = neuroviz("train", "--task", "double", "--predict", "10", "--predict", "-1")
    assert (result.code, result.err) == (0, "")
    assert "20.0" in result.out
    assert result.out.splitlines()[-1].split() == ["-1", "-2.0000"]


@for_each(
    ("threshold", "said"),
    [("5", "no output is above"), ("-0.1", "every output is above"), ("0.9", None)],
)
def test_a_threshold_that_no_output_can_cross_is_told(neuroviz, threshold, said):
    """Else the count of right samples is as good, or as bad, as a guess, and nothing says why."""
    out = neuroviz("train", "--task", "and", "--epochs", "5", "--threshold", threshold).out
    (line,) = [line for line in out.splitlines() if line.startswith("accuracy")]
    assert said in line if said else "is above" not in line


def test_nothing_is_said_of_the_window(neuroviz, tmp_path):
    """Where that has a button or a menu, there are options."""
    table = tmp_path / "far.csv"
    table.write_text("x,y\n" + "".join(f"{1000 + x},{x % 3}\n" for x in range(20)))
    for words, said in (
        (["--epochs", "0"], "Use --epochs 1 or more."),
        (["--data", str(table), "--lr", "0.1", "--epochs", "3"], "(--scale standardise)"),
    ):
        out = " ".join(neuroviz("train", *words).out.split())
        assert said in out
        assert not [word for word in ("Press", "Reset", "Data >") if word in out]


def test_an_edit_is_counted_and_a_late_one_told(neuroviz):
    """It cannot change what has ended; at the last step but one it can."""
    result = neuroviz("train", "--epochs", "10", "--edit", "9:lr=0.5")
    assert ("1 edit\n" in result.out, result.err) == (True, "")
    for command in ("train", "script"):
        result = neuroviz(command, "--epochs", "10", "--edit", "10:lr=0.5")
        assert "--edit 10:learning_rate=0.5 changes nothing: the run ends at step 10." in result.err


@pytest.mark.parametrize(
    ("options", "zeros"),
    [
        (["--task", "xor"], ["w1", "w2", "b"]),
        (["--task", "line", "--lr", "0.05", "--epochs", "10000"], ["loss"]),
    ],
)
def test_what_is_only_rounding_reads_0(neuroviz, options, zeros):
    """For people; programs have every digit."""
    lines = neuroviz("train", *options).out.splitlines()
    said = json.loads(neuroviz("train", *options, "--json").out)
    for name, value in zip(
        zeros, said["weights"] + [said["bias"]] if len(zeros) > 1 else [said["loss"]], strict=True
    ):
        assert 0 < abs(value) < 1e-12
        assert [name, "0"] in [line.split() for line in lines]


def test_history(neuroviz, tmp_path):
    """The CSV has the columns of the contract, and a row per step.

    The JSON's numbers are in it to the last bit.
    """
    path = tmp_path / "run.csv"
    result = neuroviz("train", "--task", "and", "--epochs", "30", "--history", path, "--json")
    table, said = columns_of(path), json.loads(result.out)
    assert (
        ",".join(table) == "step,epoch,loss,batch_loss,learning_rate,w1,w2,b,grad_w1,grad_w2,grad_b"
    )
    assert table["step"] == table["epoch"] == [str(step) for step in range(31)]
    assert [float(table[name][-1]) for name in ("w1", "w2", "b")] == [
        *said["weights"],
        said["bias"],
    ]
    assert float(table["loss"][-1]) == said["loss"]
    assert float(table["w1"][1]) == float(table["w1"][0]) - 50 * float(table["grad_w1"][0])


def test_history_of_batches(neuroviz, tmp_path):
    """Inside an epoch the cell of the loss over all samples is empty; at its end it is not."""
    path = tmp_path / "run.csv"
    neuroviz("train", "--task", "and_one_by_one", "--epochs", "2", "--history", path)
    table = columns_of(path)
    assert [bool(cell) for cell in table["loss"]] == [True, *([False] * 3 + [True]) * 2]
    assert table["epoch"] == list("000011112")


def test_edit_shows_in_the_history(neuroviz, tmp_path):
    """The learning rate of each step is the edited one from the edit's step on."""
    path = tmp_path / "run.csv"
    neuroviz("train", "--epochs", "4", "--edit", "2:lr=0,5", "--edit", "0:lr=3", "--history", path)
    assert columns_of(path)["learning_rate"] == ["3.0", "3.0", "0.5", "0.5", "0.5"]


def test_same_command_same_file(neuroviz, tmp_path):
    """The same command writes the same bytes."""
    paths = [tmp_path / name for name in ("a.csv", "b.csv")]
    for path in paths:
        neuroviz("train", "--task", "spam", "--epochs", "2", "--history", path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert len(paths[0].read_bytes()) > 1000


def test_plot(neuroviz, tmp_path):
    """Each loss plot asked for is a file of the kind that its ending says."""
    svg, pdf = tmp_path / "loss.svg", tmp_path / "loss.PDF"
    assert neuroviz("train", "--epochs", "20", "--plot", svg, "--plot", pdf, "--log").code == 0
    assert svg.read_bytes().startswith(b"<?xml")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert {*tmp_path.iterdir()} == {svg, pdf}


@pytest.mark.parametrize("epochs", [40, 10_000])
def test_diverged(epochs, neuroviz, tmp_path):
    """A run that diverges ends with code 1 and the reason, its files written."""
    files = tmp_path / "run.csv", tmp_path / "loss.svg"
    line = (
        f"train --task double --lr 0.2 --epochs {epochs} --json --history {files[0]} "
        f"--plot {files[1]}"
    )
    result = neuroviz(*line.split())
    said = json.loads(result.out)
    assert (result.code, said["stopped"]) == (1, "diverged")
    assert "0.1802" in said["reason"] or "overshoots" in said["reason"]
    assert all(path.stat().st_size > 100 for path in files)
    assert said["steps"] == int(columns_of(files[0])["step"][-1])


def test_disk_full_after_the_run(neuroviz, tmp_path, monkeypatch):
    """If a file cannot be written in the end, the summary and the other file are still there.

    With code 2.
    """

    def full(columns):
        from neuroviz.files.writer import FileError

        raise FileError("Cannot write 'run.csv': the disk is full.")

    monkeypatch.setattr("neuroviz.cli.train.table_bytes", full)
    plot = tmp_path / "loss.svg"
    result = neuroviz(
        "train", "--epochs", "5", "--history", tmp_path / "run.csv", "--plot", plot, "--json"
    )
    assert result.code == 2
    assert result.err == (
        f"Written: {tmp_path / 'loss.svg'}.\nneuroviz: Cannot write 'run.csv': the disk is full.\n"
    )
    assert json.loads(result.out)["epochs"] == 5
    assert plot.exists()


def test_predict_is_coded_as_the_neuron_gets_it(neuroviz):
    """--predict takes inputs as they are after coding: −1,1 with --inputs pm1 is the row (0, 1)."""
    line = "train --task and --inputs pm1 --predict -1,1 --predict 1;1 --epochs 50 --json"
    said = json.loads(neuroviz(*line.split()).out)
    assert said["predicted"] == [said["predictions"][2], said["predictions"][0]]


def test_outputs_are_one_for_each_class(neuroviz):
    """Two classes take two only where asked; what cannot be is refused in one sentence."""
    said = json.loads(
        neuroviz(*["train", "--task", "and", "--outputs", "2", "--epochs", "5", "--json"]).out
    )
    assert np.array(said["predictions"]).shape == (4, 2)
    refused = neuroviz(*["train", "--task", "blobs3", "--outputs", "2"])
    assert refused.code == 2
    assert refused.err == (
        "neuroviz: --outputs must be 3 for blobs3, an output for each class, not 2.\n"
    )


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_before_the_first_step_writes_nothing(
    number, neuroviz, tmp_path, monkeypatch, signals_heard
):
    """A run that is ended while torch is being loaded leaves the results of an earlier one."""

    class Sent(run.Trainer):
        def __init__(self, *arguments):
            signal.raise_signal(number)
            super().__init__(*arguments)

    files = tmp_path / "run.csv", tmp_path / "loss.svg"
    words = ["--epochs", "50", "--json", "--history", files[0], "--plot", files[1]]
    assert neuroviz("train", *words).code == 0
    before = [path.read_bytes() for path in files]
    monkeypatch.setattr(run, "Trainer", Sent)
    result = neuroviz("train", *words)
    said = json.loads(result.out)
    assert (result.code, said["stopped"], said["steps"], result.err) == (
        128 + number,
        "interrupted",
        0,
        "",
    )
    assert [path.read_bytes() for path in files] == before
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.skipif(os.name != "posix", reason="a terminal to watch is Unix's")
def test_ctrl_c_on_a_real_process(tmp_path):
    """Ctrl-C, pressed twice, ends the run with code 130, no traceback, and both files whole."""
    files = tmp_path / "run.csv", tmp_path / "loss.png"
    line = f"--task line --epochs 10000000 --json --history {files[0]} --plot {files[1]}".split()
    code, out, err = interrupted([*TRAIN, *line], signal.SIGINT)
    said = json.loads(out)
    assert (code, said["stopped"]) == (130, "interrupted")
    assert "Traceback" not in err
    table = columns_of(files[0])
    assert int(table["step"][-1]) == said["steps"]
    assert float(table["w1"][-1]) == said["weights"][0]
    assert files[1].read_bytes().endswith(b"IEND\xaeB`\x82")
    assert len(list(tmp_path.iterdir())) == 2


def test_the_limit_of_the_rate_is_a_column_on_request(neuroviz, tmp_path):
    """Refused in a sentence without a file, and where there is none."""
    file = tmp_path / "run.csv"
    wanted = ("train", "--task", "line", "--epochs", "2", "--limit")

    assert neuroviz(*wanted, "--history", file).code == 0
    limits = [float(limit) for limit in columns_of(file)["limit"]]
    assert limits == pytest.approx([0.06256] * 3, rel=1e-3)
    # The loss is made of straight pieces, so every rate is below its limit: there is no number.
    assert neuroviz(*wanted, "--loss", "mae", "--history", file).code == 0
    assert columns_of(file)["limit"] == [""] * 3
    for more, said in ((), "give --csv"), (("--history", file, "--optimizer", "adam"), "Adam"):
        refused = neuroviz(*wanted, *more)
        assert refused.code == 2
        assert said in refused.err
