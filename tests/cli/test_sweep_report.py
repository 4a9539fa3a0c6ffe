import json
import re

import numpy as np
import pytest

from neuroviz.api.sweep import SweepOutcome
from neuroviz.cli.sweep import as_json, summary
from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep.grid import (
    momentum_axis,
    rate_axis,
    rate_grid,
    ruler_at_start,
    seed_grid,
    start_grid,
)
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.pictures.sweep.basins import basins
from neuroviz.pictures.sweep.figure import at_rest


def outcome_of(grid, losses, diverged_at=None, interrupted=False, steps=30):
    """Give an outcome made by hand; every start has a loss of 100."""
    count, width = len(losses), grid.settings.dataset.width + 1
    diverged_at = np.zeros(count, dtype=np.int64) if diverged_at is None else np.array(diverged_at)
    parameters = np.arange(float(count * width)).reshape(count, width)
    result = SweepResult(
        grid, steps, np.full(count, 100.0), np.array(losses), parameters, diverged_at
    )
    return SweepOutcome(result, ruler_at_start(grid.settings), 1.5, interrupted)


def rates(losses, *more, **choices):
    settings = Settings(choices.pop("task", "line"), **choices.pop("settings", {}))
    return outcome_of(
        rate_grid(settings, rate_axis(1e-4, 1, len(losses))), losses, *more, **choices
    )


def lines_of(text, title):
    """Give the words behind a title that begins a line, with the lines below that go on."""
    (words,) = re.findall(rf"^{title}(.*(?:\n +[^\s\d].*)*)", text, re.MULTILINE)
    assert max(map(len, words.splitlines())) <= 100
    return " ".join(words.split())


def test_a_row_for_each_rate():
    text = summary(rates([50.0, 1.25, 200.0, 1e300, 3.0], [0, 0, 0, 1234, 0]))
    table = [line.split(maxsplit=2) for line in text.splitlines()[-5:]]
    assert table == [
        ["0.0001", "50", "finite"],
        ["0.001", "1.25", "finite"],
        ["0.01", "200", "finite, above its start"],
        ["0.1", "1e300", "diverged at step 1,234"],
        ["1", "3", "finite"],
    ]
    assert lines_of(text, "best") == "loss 1.25 at learning rate 0.001"
    assert lines_of(text, "neurons") == "5, of which 1 diverged"
    assert lines_of(text, "length") == "30 epochs in 1.50 s"


def test_the_heading_names_what_was_trained():
    text = summary(
        rates([1.0, 2.0], settings={"optimizer": "momentum", "schedule": "cosine", "batch_size": 2})
    )
    assert lines_of(text, "task") == "Line: y = 10x + 5"
    assert lines_of(text, "neuron ") == "Identity, Mean squared error"
    assert (
        lines_of(text, "training")
        == "SGD with momentum, cosine, momentum 0.9, period 1000, batches of 2"
    )
    assert lines_of(text, "length") == "10 epochs in 1.50 s"


def test_the_marks_with_what_they_mean():
    """Of AND with identity and MSE: 0.313859, 0.571429 and 0.627719.

    Local ones are said to be so.
    """
    exact = summary(
        rates([1.0, 2.0], task="and", settings={"activation": "identity", "loss": "mse"})
    )
    assert (
        lines_of(exact, "marks")
        == "smooth up to 0.3138, fastest in the worst case 0.5714, diverges above 0.6277"
    )
    others = {"activation": "identity", "loss": "mse", "batch_size": 2, "schedule": "cosine"}
    conditional = lines_of(summary(rates([1.0, 2.0], task="and", settings=others)), "marks")
    assert conditional.endswith("full batches at constant rates diverge above 0.6277")
    local = lines_of(summary(rates([1.0, 2.0], task="and")), "marks")
    assert local.startswith("at the start: smooth up to")
    assert "overshoots above" in local
    assert "no marks for Adam" in lines_of(
        summary(rates([1.0, 2.0], settings={"optimizer": "adam"})), "marks"
    )


def test_interrupted():
    outcome = rates([1.0, 2.0], interrupted=True, steps=1)
    assert outcome.stopped == "interrupted"
    assert lines_of(summary(outcome), "length") == "1 epoch in 1.50 s, interrupted"
    part = outcome_of(
        rate_grid(Settings("line", batch_size=2), rate_axis(0.1, 1, 2)), [1.0, 2.0], steps=5
    )
    assert lines_of(summary(part), "length") == "1.667 epochs in 1.50 s"


def test_none_is_best_when_all_diverged():
    outcome = rates([1.0, 2.0], [3, 4])
    assert outcome.stopped == "diverged"
    assert lines_of(summary(outcome), "best") == "none: all neurons diverged"
    assert json.loads(as_json(outcome))["best"] is None
    starts = seed_grid(Settings("line", init="normal"), 2)
    assert summary(outcome_of(starts, [1.0, 2.0], [3, 4])).endswith("all neurons diverged")
    apart = outcome_of(seed_grid(Settings("line", init="normal"), 3), [2.0, 3.0, 2.0])
    best = lines_of(summary(apart), "best")
    assert best == "loss 2 at seed 0; 1 more is level with it"
    assert at_rest(apart.result, stopped=False).endswith("; 1 more is level with it")


def test_a_row_for_each_momentum():
    settings = Settings("line", optimizer="momentum")
    grid = rate_grid(settings, rate_axis(0.01, 1, 3), momentum_axis(settings, 0.0, 0.5, 3))
    losses = [3.0, 2.0, 1.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
    text = summary(outcome_of(grid, losses, [0, 0, 9, 0, 0, 0, 1, 1, 1]))
    assert [line.split() for line in text.splitlines()[-3:]] == [
        ["0", "0.1", "2", "1"],
        ["0.25", "0.01", "4", "0"],
        ["0.5", "—", "—", "3"],
    ]
    assert lines_of(text, "best") == "loss 2 at learning rate 0.1, momentum 0"
    assert "marks" not in text  # they are other ones for each momentum
    assert "momentum 0.9" not in text


def test_the_losses_that_starts_lead_to_are_those_of_the_figure():
    """With its letters and its shares; the rest is counted, but for what diverged."""
    grid = start_grid(Settings("and", loss="mse"), 1.0, 4)
    losses = [0.25] * 4 + [1e-4, 1.2e-4, 1.4e-4] + (2.0 ** np.arange(9)).tolist()
    outcome = outcome_of(grid, losses, [0] * 15 + [7])
    text = summary(outcome)
    *named, others = [line.split() for line in text.split("\n\n")[1].splitlines()[1:]]
    figure = [(basin.letter, f"{basin.share:.1%}") for basin in basins(outcome.result)]
    assert [(row[0], row[-1]) for row in named] == figure
    assert named[0] == ["A", "0.0001", "to", "0.00014", "3", "18.8%"]
    assert named[1] == ["B", "0.25", "4", "25.0%"]
    left = 15 - sum(int(row[-2]) for row in named)
    assert others == ["others", str(left), f"{left / 16:.1%}"]
    assert "lr 50" in lines_of(text, "training")


def test_json():
    found = json.loads(as_json(rates([1.0, np.inf], [0, 5])))
    assert found["neurons"][1] == {
        "learning_rate": 1.0,
        "loss": None,
        "diverged_at": 5,
        "w1": 2.0,
        "b": 3.0,
    }
    assert found["best"] == found["neurons"][0]
    assert (found["diverged"], found["seconds"], found["stopped"]) == (1, 1.5, "done")
    assert found["settings"]["task"] == "line"
    assert found["rates"]["limit"] == pytest.approx(0.0625618, rel=1e-5)


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        (Settings("and"), "neurons"),
        (Settings("gates"), "layers"),
        (Settings("blobs3"), "layers"),
        (Settings("xor", hidden=2), "networks"),
    ],
)
def test_what_is_counted_is_said(settings, kind):
    text = summary(outcome_of(seed_grid(settings, 2), [1.0, 2.0]))
    assert lines_of(text, kind) == "2, of which 0 diverged"
    none = outcome_of(seed_grid(settings, 2), [1.0, 2.0], [3, 4])
    assert lines_of(summary(none), "best") == f"none: all {kind} diverged"
    assert at_rest(none.result, stopped=False) == f"all {kind} diverged: use a lower rate"
