"""The rows held out.

Loss and accuracy at every row of a history, beside the run and no part of it.
"""

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.data.generators import Recipe
from neuroviz.core.model.model import predict
from neuroviz.core.slices import finished
from neuroviz.core.training.held_out import held_out_at, held_out_curve, history_columns
from neuroviz.core.training.trainer import Trainer

CLASSES = Recipe("moons", 0.2, 60).dataset().scaled("standardise").holding_out(0.25, 1)
NUMBERS = Recipe("parabola", 0.2, 40).dataset().holding_out(0.3)


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("data", [CLASSES, NUMBERS])
def test_the_curve_has_at_its_rows_what_the_neuron_says(data, precision):
    """Row by row the mean loss, and the share right, of the rows that were kept aside."""
    settings = Settings(data=data, precision=precision, learning_rate=0.3)
    trainer = Trainer(settings)
    trainer.advance(30)
    rows = trainer.history.rows()
    curve = held_out_curve(settings, rows)
    steps = (curve.epochs * settings.steps_per_epoch).round().astype(int).tolist()
    assert steps == list(range(31))
    back = settings.held_out
    those = Dataset(settings.coded_inputs_of(back), back.targets, back.classes)
    trained_on_them = Settings(data=those, precision=precision)
    for i, step in enumerate(steps):
        said = predict(trained_on_them, rows.kept_before(step).parameters)
        np.testing.assert_allclose(
            curve.losses[i], said.losses.mean(), rtol=1e-6 if precision == "float32" else 1e-14
        )
        found = held_out_at(settings, rows.kept_before(step).parameters[None])
        if back.classes:
            assert found[1][0] == ((said.output > 0.5) == (back.targets == 1)).mean()
        assert (found[1] is None) == (not back.classes)


def test_nothing_held_out_gives_no_curve():
    """And no numbers."""
    settings = Settings("and")
    trainer = Trainer(settings)
    assert held_out_curve(settings, trainer.history.rows()) is None
    assert held_out_at(settings, np.zeros((1, 3))) is None


def test_a_long_run_has_a_curve_of_few_points_from_its_start_to_its_end():
    """At most 400, evenly over the steps; of many rows held out still 16."""
    settings = Settings(data=CLASSES)
    trainer = Trainer(settings)
    trainer.advance(5_000)
    curve = held_out_curve(settings, trainer.history.rows())
    last = 5_000 / settings.steps_per_epoch
    assert (curve.epochs[0], curve.epochs[-1]) == (0, last)
    assert 300 < len(curve.epochs) <= 400
    assert (np.diff(curve.epochs) > 0).all()
    large = Settings(data=Recipe("blobs", 0.5, 100_000).dataset().holding_out(0.9))
    trainer = Trainer(large)
    trainer.advance(40)
    curve = held_out_curve(large, trainer.history.rows())
    assert 14 <= len(curve.epochs) <= 16


def test_the_columns_of_the_history_have_every_row():
    """In the CSV too.

    Without rows held out there are no such columns, and nothing of the run is another.
    """
    settings = Settings(data=CLASSES)
    trainer = Trainer(settings)
    trainer.advance(50)
    rows = trainer.history.rows()
    columns = finished(history_columns(settings, rows))
    curve = held_out_curve(settings, rows)
    np.testing.assert_allclose(columns["held_out_loss"], curve.losses, rtol=1e-14)
    parameters = np.column_stack([rows.parameter(i) for i in range(3)])
    _, accuracies = held_out_at(settings, parameters)
    assert columns["held_out_accuracy"].tolist() == accuracies.tolist()
    alone = Trainer(Settings(data=CLASSES.training))
    alone.advance(50)
    plain = finished(history_columns(alone.settings, alone.history.rows()))
    assert set(columns) - set(plain) == {"held_out_loss", "held_out_accuracy"}
    assert all(columns[name].tobytes() == plain[name].tobytes() for name in plain)


def test_a_diverged_loss_is_a_gap_and_no_warning():
    """Where the numbers blow up nothing is drawn."""
    settings = Settings(data=NUMBERS)
    found = held_out_at(settings, np.array([[1e308, 1e308], [0.0, 0.0]]))
    assert np.isnan(found[0]).tolist() == [True, False]
