"""The window of sweeps, by mouse and keyboard."""

import json

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from neuroviz.cli import main
from neuroviz.core.choices.settings import Settings
from tests.ui.person import KEY
from tests.ui.sweep.conftest import loss_of_trainer

TWO_MINIMA = Settings(
    "and", loss="mse", learning_rate=5.0, weights=(0.0, 0.0), bias=-0.25, epochs=3000
)


def test_a_click_takes_a_rate_whose_loss_is_the_trainers(open_sweep):
    """The rate asked for brings a run of its own to the loss that is read.

    Wherever the curve is clicked.
    """
    person = open_sweep()
    person.run()
    for share in (0.2, 0.3, 0.5):
        (left, right), (bottom, top) = person.window.view.plot.box.viewRange()
        person.click(left + share * (right - left), (bottom + top) / 2)
    assert len(person.asked) == 3
    rates = [asked["learning_rate"] for asked in person.asked]
    for rate in rates:
        (neuron,) = np.flatnonzero(person.result.grid.axes[0].values == rate)
        expected = loss_of_trainer(person.session.settings.replace(learning_rate=rate), 200)
        assert person.result.losses[neuron] == pytest.approx(expected, rel=1e-9)
    read = float(person.read.rpartition("loss ")[2])
    assert read == pytest.approx(
        loss_of_trainer(person.session.settings.replace(learning_rate=rates[-1]), 200),
        rel=1e-3,
    )


def test_the_defaults_are_the_command_lines(open_sweep, capsys):
    """Rates, momenta and the reach of the starts are those of `neuroviz sweep`."""
    commands = {
        "rates": [],
        "momenta": ["--momentum-max", "0.95"],
        "starts": ["--starts", "40"],
        "seeds": ["--seeds", "100"],
    }
    person = open_sweep(Settings("line", optimizer="momentum", epochs=2))
    for over, options in commands.items():
        assert (
            main(
                [
                    "sweep",
                    "--task",
                    "line",
                    "--optimizer",
                    "momentum",
                    "--epochs",
                    "2",
                    "--json",
                    *options,
                ]
            )
            == 0
        )
        axes = json.loads(capsys.readouterr().out)["axes"]
        person.choose(over)
        person.run()
        shown = {axis.name: axis.values.tolist() for axis in person.result.grid.axes}
        assert shown.keys() == axes.keys()
        assert all(shown[name] == pytest.approx(axes[name]) for name in axes)


def test_a_cell_of_the_momentum_map_takes_both(open_sweep):
    """Rate and momentum of a clicked cell leave together.

    A run with them has the cell's loss.
    """
    person = open_sweep(Settings("line", optimizer="momentum", epochs=100))
    person.choose("momenta")
    person.fill(momenta=5, rates=8)
    person.run()
    rates, momenta = (axis.values for axis in person.result.grid.axes)
    person.click(np.log10(rates[4]), momenta[3])
    assert person.asked == [{"learning_rate": rates[4], "momentum": momenta[3]}]
    expected = loss_of_trainer(person.session.settings.replace(**person.asked[0]), 100)
    assert person.result.losses[3 * 8 + 4] == pytest.approx(expected, rel=1e-9)


def test_a_cell_of_the_map_of_starts_takes_the_start(open_sweep):
    """A start near each of two minima leads a run of its own into the loss of its letter."""
    person = open_sweep(TWO_MINIMA)
    person.choose("starts")
    person.fill(starts=12)
    person.run()
    for x, letter in ((6.0, "A"), (-6.0, "B")):
        person.click(x, x)
        *weights, bias = person.asked[-1]
        assert weights == pytest.approx([x, x], abs=0.95)
        assert bias == -0.25
        assert person.read.endswith(f"minimum {letter}")
        loss = loss_of_trainer(TWO_MINIMA.replace(weights=tuple(weights), bias=bias), 3000)
        assert loss == pytest.approx(float(person.read.split("loss ")[1].split()[0]), rel=1e-3)
    minima = person.window.findChild(QLabel, "sweep_under").text()
    assert "A: loss" in minima
    assert "B: loss" in minima


def test_seeds_say_how_many_starts_end_where(open_sweep):
    """XOR by two hidden neurons: most seeds solve it, and a click takes one that does not."""
    settings = Settings("xor", hidden=2, learning_rate=1.0, epochs=1_500)
    person = open_sweep(settings)
    person.choose("seeds")
    person.fill(seeds=12)
    person.run()
    losses = [loss_of_trainer(settings.replace(seed=seed), 1_500) for seed in range(12)]
    assert person.result.losses == pytest.approx(losses, rel=1e-6)
    solved = sum(loss < 0.01 for loss in losses)
    assert 0 < solved < 12
    label = person.window.findChild(QLabel, "sweep_under")
    first, second = label.text().splitlines()
    assert first.endswith(f"{100 * solved / 12:.1f} % of the starts")
    assert second.startswith("B: loss 0.34")
    stuck = next(seed for seed, loss in enumerate(losses) if loss > 0.3)
    person.click(stuck, np.log10(losses[stuck]))
    assert person.asked == [{"seed": stuck}]
    assert person.read.startswith(f"seed {stuck}  loss 0.34")
    assert not person.old
    person.apply(learning_rate=0.5)
    assert person.old


def test_the_keyboard_reads_and_takes(open_sweep):
    """The first arrow reads the best rate, the next its neighbour, and Enter takes it."""
    person = open_sweep()
    person.run()
    best = person.result.best
    person.key(KEY.Key_Left)
    person.key(KEY.Key_Left)
    person.key(KEY.Key_Return)
    assert person.asked == [{"learning_rate": person.result.grid.axes[0].values[best - 1]}]


def test_a_result_of_earlier_settings_is_marked_and_stays(open_sweep):
    """Another rate is no other sweep of rates.

    Another start is, and going back takes the mark away.
    """
    person = open_sweep()
    person.run()
    shown = person.result
    person.apply(learning_rate=0.02)
    assert not person.old
    person.apply(seed=5)
    assert person.old
    assert person.result is shown
    person.apply(seed=0 if shown.grid.settings.seed == 0 else shown.grid.settings.seed)
    assert not person.old
    person.apply(optimizer="adam")
    assert person.old
    person.run()
    assert not person.old
    assert person.result.grid.settings.optimizer == "adam"
    # A race puts the experiment aside, and the sweep stays that of the experiment.
    other = person.session.settings.replace(optimizer="momentum")
    person.session.race([("one", other), ("other", other.replace(momentum=0.5))], beside=True)
    person.window.show_frame(person.session.frame())
    assert not person.old


def test_stop_shows_what_there_is(open_sweep):
    """A stopped sweep has all neurons at one step, short of the last."""
    person = open_sweep()
    person.fill(epochs=1_000_000)
    person.press_run()
    assert person.window.form.button.text() == "S&top"
    person.qtbot.waitUntil(lambda: person.window.form.progress.value() > 0)
    person.run()  # the same button
    result = person.result
    assert 0 < result.steps < 1_000_000
    assert "stopped early" in person.read
    expected = loss_of_trainer(
        person.session.settings.replace(learning_rate=result.grid.axes[0].values[3]), result.steps
    )
    assert result.losses[3] == pytest.approx(expected, rel=1e-9)
    assert person.window.form.button.text() == "&Run sweep"


def test_closing_in_the_midst_leaves_nothing_running(open_sweep):
    """The job ends with the window, and the window can be opened and used again."""
    person = open_sweep()
    person.fill(epochs=1_000_000)
    person.press_run()
    person.window.close()
    assert not person.window.job.running
    person.window.open_beside()
    person.window.activateWindow()
    person.qtbot.waitUntil(person.window.isActiveWindow)
    person.fill(epochs=50)
    person.run()
    assert person.result.epochs == 50


def test_what_cannot_be_is_said_at_the_field(open_sweep):
    """Ends that do not ascend, momentum for SGD, and an activation without gradient."""
    person = open_sweep()
    person.fill(low=1.0, high=0.5)
    person.press_run()
    error = person.window.findChild(QLabel, "sweep_low_error")
    assert error.isVisible()
    assert "must be below the highest" in error.text()
    person.choose("momenta")
    said = person.window.findChild(QLabel, "sweep_over_error")
    assert "SGD has no momentum" in said.text()
    assert not error.isVisible()  # of fields that this sweep does not have
    assert not person.window.form.button.isEnabled()
    assert "Run" not in person.read
    person.choose("rates")
    assert not said.isVisible()
    person.apply(task="and_by_hand")
    assert "flat but for one jump, so it cannot be trained" in said.text()
    assert not person.window.form.button.isEnabled()
