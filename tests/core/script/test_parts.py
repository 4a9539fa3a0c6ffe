"""Numbers, data and the loop of a script."""

import math

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.script.parts import Line, data_lines, indented, literal, number_lines
from neuroviz.core.training.batches import epoch_order
from tests.batteries import scripts
from tests.for_each import for_each


def run(lines, **names):
    space = {"torch": torch, "math": math, **names}
    exec("import csv\n" + "\n".join(line.whole or line.text for line in lines), space)
    return space


@for_each("value", [0.0, -0.0, 1.0, -3.0, 0.1, 1e300, 5e-324, 1e15, 2.0**53 + 2, -1e-7])
def test_a_literal_reads_back_to_the_same_bits(value):
    """Also the sign of 0."""
    assert np.float64(eval(literal(value))).tobytes() == np.float64(value).tobytes()


def test_indented_lines_keep_phase_and_whole():
    assert indented((Line("a", "loss", "b"), Line(""))) == (Line("    a", "loss", "b"), Line(""))


def test_many_numbers_are_folded():
    """What is read is one short line, what runs has them all."""
    values = list(np.random.default_rng(0).standard_normal(50))
    (line,) = number_lines("x = torch.tensor(", values, ", dtype=torch.float64)")
    assert len(line.text) < 80
    assert run((line,))["x"].tolist() == values


@for_each("precision", ["float64", "float32"])
@for_each(
    "choices",
    [{}, {"breaks": ("x1_times_100",)}, {"inputs": "pm1", "coding": "pm1", "loss": "mse"}],
)
def test_the_data_are_those_of_the_neuron(choices, precision):
    """Codings and the first input times 100 included, in the precision of the run."""
    settings = Settings("and", precision=precision, **choices)
    space, dtype = run(data_lines(settings, None)), getattr(torch, precision)
    assert torch.equal(space["x"], torch.tensor(settings.coded_inputs.copy(), dtype=dtype))
    assert torch.equal(space["target"], torch.tensor(settings.coded_targets.copy(), dtype=dtype))


def test_a_product_is_rounded_once_in_float32():
    """As in the run: 100 times the number in float64, then to float32."""
    values = np.random.default_rng(1).standard_normal((30, 2))
    settings = Settings(
        "line",
        data=Dataset(values, values[:, 0], False),
        precision="float32",
        breaks=("x1_times_100",),
    )
    wanted = torch.tensor(settings.coded_inputs.copy(), dtype=torch.float32)
    assert torch.equal(run(data_lines(settings, None))["x"], wanted)


@pytest.mark.parametrize("scaling", ["standardise", "unit"])
def test_another_row_can_be_scaled_as_those_in_the_script_were(scaling):
    """Without the two numbers of each input nobody could ask the neuron about a flat of theirs."""
    values = np.random.default_rng(3).uniform(1, 90_000, (12, 3))
    data = Dataset(values, values[:, 1], False).scaled(scaling).keeping_aside([4])
    space = run(data_lines(Settings(data=data), None))
    kept = np.delete(values, 4, axis=0)
    assert ((kept - space["shift"]) / space["scale"]).tolist() == space["x"].tolist()
    assert "shift" not in run(data_lines(Settings(data=data.scaled("none")), None))


def test_large_data_are_read_from_their_file(tmp_path):
    """A header, the inputs, and last the target."""
    values = np.random.default_rng(2).standard_normal((5, 3))
    settings = Settings("line", data=Dataset(values, values.sum(axis=1), False))
    path = tmp_path / "own.csv"
    rows = [
        ",".join(map(repr, [*row, y]))
        for row, y in zip(values.tolist(), values.sum(axis=1).tolist(), strict=True)
    ]
    path.write_text("\n".join(["x1,x2,x3,y", *rows]) + "\n")
    space = run(data_lines(settings, str(path)))
    assert space["x"].tolist() == values.tolist()
    assert space["target"].tolist() == settings.dataset.targets.tolist()


def test_data_beyond_what_can_be_written_out_name_a_file():
    """100,000 numbers at the most stand in a script."""
    values = np.zeros((60_000, 1))
    settings = Settings("line", data=Dataset(values, values[:, 0], False))
    assert any("open('data.csv'" in line.text for line in data_lines(settings, None))


@pytest.mark.parametrize("seed", [0, 1, 12345, 2**31 - 1])
def test_the_order_of_an_epoch_is_the_runs(seed):
    """The written seed of an epoch makes torch's own generator give the run's order."""
    from neuroviz.core.script.parts import _order

    lines = _order(Settings("spam", seed=seed))
    for epoch in (0, 1, 999):
        wanted = epoch_order(torch.Generator(), seed, epoch, 200)
        assert torch.equal(run(lines, epoch=epoch)["order"], wanted)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_code_of_a_schedule_is_its_factor(schedule):
    """To the last bit, with whole and with broken numbers."""
    row = SCHEDULES[schedule]
    for numbers in ({"gamma": 0.37, "period": 7.0}, {"gamma": 0.5, "period": 100.0}):
        written = {name: eval(literal(value)) for name, value in numbers.items()}
        for epoch in range(120):
            shown = eval(row.torch_code, {"math": math, "epoch": epoch, **written})
            assert shown == row.factor(epoch, numbers)


def test_the_factor_of_a_schedule_is_one_factor(monkeypatch):
    """A quotient takes brackets, or the rate would be multiplied before it is divided."""
    row = replace(
        SCHEDULES["cosine"],
        factor=lambda epoch, h: 1 / math.sqrt(1 + epoch / h["period"]),
        torch_code="1 / math.sqrt(1 + epoch / period)",
    )
    monkeypatch.setattr(Settings, "schedule_entry", property(lambda self: row))
    settings = Settings("and", schedule="cosine", period=7, learning_rate=3.3, epochs=30)
    assert scripts.difference(settings, ()) is None
