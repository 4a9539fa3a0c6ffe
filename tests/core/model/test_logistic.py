"""The start that comes with the program is torch's, and so is what is computed without it."""

import numpy as np
import pytest
from msgspec.structs import asdict

from neuroviz.core.anatomy import forward_backward
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.diagnosis.evidence import evidence_of, known_start
from neuroviz.core.model import boundary, model
from neuroviz.core.model.model import FIRST_START
from neuroviz.core.training.trainer import Trainer

WIDE = np.array([[-30.0, 900.0], [3.0, -2.0], [0.25, 0.5]])
OF_WIDE = Settings(data=Dataset(WIDE, [0.0, 1.0, 1.0], classes=True))


def test_the_start_that_comes_with_the_program_is_torchs():
    """Its parameters to the bit, loss and gradient to the last digits."""
    settings = Settings.opened()
    known = known_start(settings)
    trainer = Trainer(settings)
    row, theirs = known[0].newest, trainer.history.newest
    assert row.parameters.tolist() == theirs.parameters.tolist()
    assert row.grad == pytest.approx(theirs.grad, rel=1e-12)
    assert row.loss == pytest.approx(theirs.loss, rel=1e-12)
    assert row.state.shape == theirs.state.shape
    assert (row.step, row.learning_rate) == (0, theirs.learning_rate)
    assert known[1].hyperparameters == evidence_of(trainer).hyperparameters


def test_no_other_start_is_known():
    """Another rate, seed or task waits for torch."""
    for other in (Settings.opened("or"), Settings.opened(seed=7), Settings.opened(epochs=7)):
        assert known_start(other) is None


@pytest.mark.parametrize(
    "found",
    [
        lambda settings, start: forward_backward.passed(settings, start),
        lambda settings, start: asdict(model.predict(OF_WIDE, start)),
        lambda settings, start: {"output": boundary.output_at(settings, start, WIDE)},
        lambda settings, start: {
            "curve": model.activation_curve(settings.activation_entry, 900 * WIDE)
        },
    ],
    ids=["pass", "prediction", "map", "curve"],
)
def test_without_torch_the_same_is_computed(
    monkeypatch,
    found,
):
    """Of the first experiment: what is drawn of its start."""
    start = np.array(FIRST_START)
    theirs = found(Settings.opened(), start)
    for room in (model, boundary):
        monkeypatch.setattr(room, "torch_is_in", lambda: False)
    monkeypatch.setattr(model, "torch", None)
    ours = found(Settings.opened(), start)
    assert ours.keys() == theirs.keys()
    for name, column in theirs.items():
        np.testing.assert_allclose(ours[name], column, rtol=1e-12, atol=1e-300, err_msg=name)


def test_a_neuron_without_bias_says_the_same_before_torch_is_there(
    monkeypatch,
):
    """Its output is the sigmoid of w·x alone, whatever b is."""
    monkeypatch.setattr(model, "torch_is_in", lambda: False)
    start = np.array(FIRST_START) + 1.0
    found = model.output_of(Settings.opened(breaks=("no_bias",)), start, WIDE)
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-(WIDE @ start[:2]))), rtol=1e-12)
