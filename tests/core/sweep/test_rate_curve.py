"""The curve of the ruler says what runs come to."""

import numpy as np
import pytest
from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.slices import finished
from neuroviz.core.sweep import rate_curve
from neuroviz.core.sweep.grid import ruler_at_start
from neuroviz.core.sweep.rate_curve import curve_work
from neuroviz.core.training.trainer import Trainer

LINE = Settings("line", epochs=200)
LIMIT = 2 / np.linalg.eigvalsh(2 * np.array([[91 / 6, 3.5], [3.5, 1]]))[1]
RANDOM = np.random.default_rng(3)
OWN = Dataset(RANDOM.normal(5, 3, (40, 2)), RANDOM.normal(0, 2, 40), classes=False)


def curve(settings):
    return finished(curve_work(settings))


@pytest.mark.parametrize(
    "settings",
    [
        LINE,
        Settings("and", epochs=300),
        Settings("and", epochs=100, optimizer="adam"),
        Settings("and", epochs=100, l2=0.05),
        Settings("sum", epochs=100, optimizer="momentum"),
        Settings("xor", epochs=100, activation="tanh", loss="mse"),
        Settings("line", epochs=20, batch_size=2, shuffle=True),
        Settings("line", epochs=50, schedule="cosine"),
        Settings(data=OWN, epochs=100),
        Settings("spam", epochs=3, batch_size=50),
    ],
    ids=str,
)
def test_every_rate_ends_where_the_trainer_does(settings):
    """To the four digits that are shown; what blows up there leaves the numbers, or must."""
    found = curve(settings)
    assert found.result.epochs == settings.epochs
    for at in np.linspace(0, len(found.rates) - 1, 9).astype(int).tolist():
        run = settings.replace(learning_rate=float(found.rates[at]))
        trainer = Trainer(run)
        trainer.advance(settings.epochs * settings.steps_per_epoch)
        if found.blows_up[at]:
            row = trainer.history.newest
            assert trainer.stopped is not None or row.loss > trainer.first_loss
        else:
            loss = float(found.result.losses[at])
            assert loss_said(run, loss) == loss_said(run, trainer.history.newest.loss)


def test_the_cliff_of_the_line_is_the_limit_of_theory():
    """Between two neighbouring stops of the slider, and told by its own number."""
    found = curve(LINE)
    low, high = found.cliff
    assert low < LIMIT < high < 1.03 * low
    assert found.limit(ruler_at_start(LINE)) == pytest.approx(LIMIT, rel=1e-9)
    assert found.limit(None) == high
    assert found.otherwise(ruler_at_start(LINE)) == ""


@pytest.mark.parametrize("task", ["and", "spam"])
def test_where_the_loss_flattens_out_there_is_no_cliff(task):
    """Up to the end of the slider."""
    settings = Settings(task, epochs=20)
    found = curve(settings)
    assert found.cliff is None
    assert found.limit(ruler_at_start(settings)) is None


def test_the_height_is_that_of_the_loss():
    """The least at the bottom, the start and what is above it at the top, logarithmic between."""
    found = curve(LINE)
    first, losses = float(found.result.first_losses[0]), found.result.losses
    assert found.height(found.best[0]) == 0
    assert found.height(1e3) == 1
    share = np.log(losses[0] / losses.min()) / np.log(first / losses.min())
    assert found.height(1e-9) == pytest.approx(share)
    assert found.height(float(found.rates[50])) == found.heights[50]
    alone = curve(Settings(data=Dataset([[0.0]], [0.0], classes=False)))  # ends at 1e-308 and less
    assert np.isfinite(alone.heights).all()


def test_rates_that_are_level_are_all_the_best():
    """With a penalty runs settle at one place, at rounding's distance."""
    found = curve(Settings("and", epochs=1000, l2=0.1))
    low, high = found.best
    assert low < 1 < high
    assert list(found.sentences())[1] == f"Best: {low:g} to {high:g}."


@pytest.mark.parametrize(
    ("task", "best"), [("line", 1.0), ("sum", 1.0), ("xor", 1.0), ("and", 9.1)]
)
def test_newton_has_its_own_rate_unless_another_is_better(task, best):
    """Many end at the minimum but for rounding; where the loss falls for ever, larger ones lead."""
    found = curve(Settings(task, optimizer="newton", epochs=20))
    assert found.best_rate == pytest.approx(best, rel=0.01)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (Settings("and", epochs=300, l2=0.1), "The curvature holds here, not later."),
        (Settings("line", epochs=100, activation="relu"), "The curvature holds here, not later."),
        (LINE.replace(schedule="step_decay"), "The limit is that of constant rates."),
        (LINE.replace(optimizer="adam"), ""),
    ],
    ids=str,
)
def test_where_theory_has_another_limit_it_says_why(settings, sentence):
    """Local curvature, or another rate in every epoch."""
    assert curve(settings).otherwise(ruler_at_start(settings)) == sentence


def test_what_takes_too_long_goes_less_far_and_says_so(monkeypatch):
    """A million epochs of 200 rows."""
    monkeypatch.setattr(rate_curve, "_MOST", 2**22)
    found = curve(Settings("spam", epochs=10**6, batch_size="full"))
    done = int(found.result.epochs)
    assert 100 < done < 10**6
    assert len(found.rates) == 51
    assert f"epoch {done:,} (1,000,000 would take too long)" in next(found.sentences())


@pytest.mark.parametrize("settings", [Settings("and_by_hand"), Settings("and", epochs=0)], ids=str)
def test_what_is_not_trained_has_none(settings):
    with pytest.raises(SettingsError, match="nothing is trained"):
        curve(settings)


def test_where_one_epoch_takes_too_long_there_is_none():
    """300,000 steps of an epoch, each at 40 rates."""
    rows = RANDOM.normal(size=(300_000, 1))
    data = Dataset(rows, rows[:, 0], classes=False)
    with pytest.raises(SettingsError, match="takes too long"):
        curve(Settings(data=data, batch_size=1))


@pytest.mark.parametrize("moved", [(0.872, 0.144), (0.802, 0.388), (0.782, 0.162)], ids=str)
def test_the_best_rate_is_one_with_which_the_run_itself_ends_there(
    moved,
):
    """Also where larger rates swing for ever, and the sweep's last bits make one end low."""
    and_gate = Settings("and", epochs=1000)
    inputs = and_gate.dataset.inputs.copy()
    inputs[0] = moved
    settings = and_gate.replace(data=replace(and_gate.dataset, inputs=inputs))
    found = curve(settings)
    trainer = Trainer(settings.replace(learning_rate=found.best_rate))
    trainer.advance(1000)
    assert trainer.history.newest.loss == pytest.approx(found.proved[1], rel=1e-12)
    assert trainer.history.newest.loss < 1.5 * found.loss(found.best_rate)
