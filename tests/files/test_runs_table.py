import csv
import io
import struct

import numpy as np
import pytest
from msgspec.structs import replace

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.generators import parse_recipe
from neuroviz.core.slices import finished
from neuroviz.core.sweep.grid import rate_axis, rate_grid
from neuroviz.core.sweep.sweep import Sweep
from neuroviz.core.training.held_out import history_columns
from neuroviz.core.training.trainer import Trainer
from neuroviz.files.table import runs_work, sweep_columns
from tests.files.test_table import csv_text


def listed(name, steps, slot=0, **choices):
    """Give a run as a list of runs has it."""
    trainer = Trainer(Settings(**choices))
    trainer.advance(steps)
    return name, slot, trainer.settings, trainer.history.rows()


def runs_text(runs):
    """Give the table of runs as text."""
    return b"".join(finished(runs_work(runs))).decode()


def read_back(text):
    """Read CSV text as another program would: a list of dicts."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def bits(number):
    return struct.pack("<d", number)


@pytest.fixture(scope="module")
def runs():
    """Two inputs, one input, batches."""
    return [
        listed("AND", 5, task="and", learning_rate=0.3),
        listed("a, \"line\"", 3, 1, task="line"),
        listed("batches", 4, None, task="and", batch_size=2, optimizer="adam"),
    ]  # fmt: skip


def test_rows_held_out_are_in_it_as_in_the_history_of_their_run(runs):
    """Loss and accuracy; the cells of runs without such rows are empty."""
    data = replace(parse_recipe("blobs:count=20,seed=1").dataset(), held_out=(1, 5, 9))
    apart = listed("apart", 3, data=data, learning_rate=0.5)
    table = read_back(runs_text([*runs, apart]))
    wanted = finished(history_columns(*apart[2:]))
    for column in ("held_out_loss", "held_out_accuracy"):
        own = [float(row[column]) for row in table if row["run"] == "apart"]
        assert own == wanted[column].tolist()
        assert {row[column] for row in table if row["run"] != "apart"} == {""}
    assert "held_out_loss" not in runs_text(runs)


def test_every_number_reads_back_to_the_same_bits(runs):
    """The rows of each run stand under its name, in order, with the bits of its own history."""
    table = read_back(runs_text(runs))
    for name, _, _, rows in runs:
        own = [row for row in table if row["run"] == name]
        assert [int(row["step"]) for row in own] == rows.steps.tolist()
        for column, values in rows.columns().items():
            for row, value in zip(own, values.tolist(), strict=True):
                assert (
                    row[column] == "" if value is None else bits(float(row[column])) == bits(value)
                )
    assert [row["run"] for row in table] == ["AND"] * 6 + ['a, "line"'] * 4 + ["batches"] * 5


def test_header(runs):
    """Parameters and gradients are those of the run that has most, and what others have beside.

    Bias last, wherever it stands.
    """
    hidden = listed("hidden", 2, task="xor", hidden=1)
    both = read_back(runs_text([runs[0], hidden]))
    named = dict(zip(("w11", "w12", "b1", "v1", "c"), hidden[3].newest.parameters, strict=True))
    assert {name: float(both[-1][name]) for name in named} == named
    assert (both[-1]["w1"], both[0]["c"], both[0]["w1"] == "") == ("", "", False)
    names = [
        "step",
        "epoch",
        "loss",
        "batch_loss",
        "learning_rate",
        "w1",
        "w2",
        "b",
        "grad_w1",
        "grad_w2",
        "grad_b",
    ]
    for some in (runs, runs[::-1]):
        assert runs_text(some).partition("\n")[0] == ",".join(("run", *names))


def test_what_a_run_does_not_have_is_empty(runs):
    """One input has no w2, and inside an epoch there is no loss over all samples.

    b and its gradient are there.
    """
    table = read_back(runs_text(runs))
    line = [row for row in table if row["run"] == 'a, "line"']
    assert {(row["w2"], row["grad_w2"]) for row in line} == {("", "")}
    assert all(row["b"] and row["grad_b"] and row["w1"] for row in line)
    losses = [row["loss"] for row in table if row["run"] == "batches"]
    assert [bool(loss) for loss in losses] == [True, False, True, False, True]


def test_names_are_told_apart(runs):
    """Two runs of one name would be one run to whoever reads the file."""
    named = [(name, *run[1:]) for name, run in zip(("A", "A (2)", "A"), runs, strict=True)]
    assert list(dict.fromkeys(row["run"] for row in read_back(runs_text(named)))) == [
        "A",
        "A (2)",
        "A (3)",
    ]


def test_a_name_may_hold_line_ends(runs):
    """A name that somebody pasted stays one cell."""
    (row, *_) = read_back(runs_text([("two\nlines", *runs[0][1:])]))
    assert (row["run"], row["step"]) == ("two\nlines", "0")


def test_one_run_is_its_history(runs):
    """A single run has the lines of its own CSV with the name before them."""
    header, *lines = runs_text(runs[:1]).splitlines()
    own_header, *own_lines = csv_text(runs[0][3].columns()).splitlines()
    assert header == f"run,{own_header}"
    assert lines == [f"AND,{line}" for line in own_lines]


def test_no_run():
    """The sentence says what to do."""
    with pytest.raises(ValueError, match="pin one first"):
        runs_text([])


def test_a_row_for_each_neuron():
    """What is no number is empty: the loss where it overflowed, the step where nothing diverged."""
    result = finished(
        Sweep(rate_grid(Settings("line", epochs=500), rate_axis(1e-3, 100, 6))).work()
    )
    columns = sweep_columns(result)
    finite = np.isfinite(result.losses)

    assert list(columns) == ["learning_rate", "loss", "diverged_at", "w1", "b"]
    assert result.diverged.any()
    assert not result.diverged.all()
    assert np.array_equal(np.ma.getmaskarray(columns["loss"]), ~finite)
    assert np.ma.compressed(columns["loss"]).tolist() == result.losses[finite].tolist()
    assert np.array_equal(np.ma.getmaskarray(columns["diverged_at"]), ~result.diverged)
    assert np.array_equal(columns["b"], result.parameters[:, 1])
