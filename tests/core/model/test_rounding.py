"""What rounding leaves is 0, and on the threshold, to the eye."""

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.minimum import minimum
from neuroviz.core.model.model import right
from neuroviz.core.model.rounding import is_rounding, loss_said, plain_loss, without_rounding
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.data.figure import data_figure
from neuroviz.pictures.marks import Arrow, Curve
from neuroviz.pictures.neuron.numbers import numbers_of
from tests.core.anatomies import anatomy_at


def xor_at_its_floor(precision="float64"):
    """Return XOR where every output is a half: the weights are what rounding has left of them."""
    trainer = Trainer(Settings("xor", learning_rate=1.0, precision=precision))
    trainer.advance(3_000)
    return trainer


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_a_run_at_a_half_is_not_right_or_wrong_by_rounding(precision):
    """Whatever the last bits say, the outputs are on the threshold.

    Class 1 has to be above it.
    """
    trainer = xor_at_its_floor(precision)
    parameters = trainer.history.newest.parameters
    assert 0 < np.abs(parameters).max() < 1e-6
    assert is_rounding(trainer.settings, parameters).tolist() == (parameters != 0).tolist()
    assert not without_rounding(trainer.settings, parameters).any()
    for noise in (-1e-16, 0.0, 1e-16, 3e-13):
        verdict = right(trainer.settings, np.full(4, 0.5 + noise))
        assert verdict.tolist() == [True, False, False, True]


def test_rounding_is_0_whether_an_output_stands_alone_or_beside_others():
    """What the opened neuron shows as 0 is 0 wherever all outputs are shown."""
    settings = Settings("five")
    trainer = Trainer(settings)
    trainer.advance(1_000)
    parameters = trainer.history.newest.parameters
    noise = (np.abs(parameters) < 1e-12).reshape(-1)
    assert noise[-5:].all()  # the biases
    assert noise[:15].any()
    assert (without_rounding(settings, parameters) == 0).tolist() == noise.tolist()


def test_what_is_more_than_rounding_stays():
    """A small weight of a large input moves z, and one of a small input is seen as it is."""
    settings = Settings("weather")
    assert settings.coded_inputs[:, 1].max() > 1_000
    parameters = np.array([1e-10, 5e-13, 1.0, 2.0])[: settings.dataset.width + 1]
    assert not is_rounding(settings, parameters)[:2].any()
    assert without_rounding(settings, parameters) is parameters
    assert right(Settings("and"), np.array([0.5 + 1e-9, 0.5, 0.5, 0.5])) is not None
    assert right(Settings("and"), np.array([0.5 + 1e-9, 0.5, 0.5, 0.5])).all()


def test_rounding_is_not_drawn():
    """No boundary and no direction of w in the data.

    In the neuron a 0 that says what it is, and so at the minimum.
    """
    trainer = xor_at_its_floor()
    figure = data_figure(trainer.settings, trainer.history.newest.parameters)
    assert not [mark for mark in figure.marks if isinstance(mark, Arrow | Curve)]
    assert figure.subtitle == "w = (0, 0), b = 0"
    anatomy = anatomy_at(trainer.settings, 3_000)
    numbers = numbers_of(anatomy, None, 1, (0, 1), 2)
    noisy = [index for index in range(3) if anatomy.row.parameters[index] != 0]
    assert noisy
    for index in noisy:
        assert (numbers["weight", index].text, numbers["weight", index].value) == ("0", 0.0)
        assert numbers["weight", index].note.endswith("which is only rounding")
    assert numbers["weight", 0].note != numbers["input", 0].note == ""
    lowest = minimum(trainer.settings, trainer.history.newest.parameters)
    assert lowest.parameters.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_a_loss_that_is_only_rounding_reads_0(optimizer, precision):
    """Of six points on a line what is left in the end is the last digits of the targets.

    Half way it is not.
    """
    trainer = Trainer(
        Settings("line", learning_rate=0.03, optimizer=optimizer, precision=precision)
    )
    trainer.advance(40)
    half_way = float(trainer.history.recent_losses[1][-1])
    assert float(plain_loss(trainer.settings, half_way)) == pytest.approx(half_way, rel=1e-3)
    trainer.advance(6_000)
    settings = trainer.settings
    in_the_end = float(trainer.history.recent_losses[1][-1])
    assert 0 <= in_the_end < (8 * np.finfo(precision).eps * 65) ** 2
    assert loss_said(settings, in_the_end) == "0"
    numbers = numbers_of(anatomy_at(settings, 6_040), None, 2, (0,), 1)
    assert {
        numbers[kind, None].text for kind in ("loss", "loss_by_output", "loss_by_pre_activation")
    } == {"0"}
    assert [numbers["grad", index].text for index in range(2)] == ["0", "0"]


def test_a_loss_from_z_is_never_rounding():
    """Cross-entropy tells how sure a neuron is to any digit.

    An error of 1e-9 is no rounding either.
    """
    assert loss_said(Settings("and"), 1e-40) == "10⁻⁴⁰"
    assert loss_said(Settings("line"), 1e-18) == "10⁻¹⁸"
    assert loss_said(Settings("line", loss="mae"), 1e-9) == "10⁻⁹"
    assert loss_said(Settings("line", loss="mae"), 1e-14) == "0"
    assert loss_said(Settings("line"), None) == "—"
