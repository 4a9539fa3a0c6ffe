import math

import numpy as np
import pytest

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.anatomy.forward_backward import COLUMNS, Rate, passed
from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.model import predict
from neuroviz.core.training.trainer import Trainer


def test_every_column_has_a_number_for_every_sample() -> None:
    """What the neuron says is what predict says, to the last bit; the rest is there."""
    settings, theta = Settings("line"), np.array([0.3, -1.2])
    columns = passed(settings, theta)
    said = predict(settings, theta)

    assert all(columns[name].shape == (6,) for name in (*COLUMNS, "untold"))
    assert columns["extended"].tolist() == settings.design.tolist()
    np.testing.assert_allclose(columns["pre_activation"], said.pre_activation, rtol=1e-15)
    assert said.losses is not None
    np.testing.assert_allclose(columns["loss"], said.losses, rtol=1e-14)
    assert not columns["untold"].any()


def test_float32_cannot_tell_the_factors_from_z_17_on() -> None:
    """There ŷ is 1 to the last bit, not so in float64.

    The naive form has its factors, one of them 0.
    """
    theta = np.array([0.0, 0.0, 18.0])
    assert passed(Settings(precision="float32"), theta)["untold"].all()
    assert not passed(Settings(), theta)["untold"].any()
    naive = passed(Settings(precision="float32", breaks=("naive_bce",)), theta)
    assert not naive["untold"].any()
    assert (naive["output_by_pre_activation"] == 0).all()
    assert (naive["loss_by_pre_activation"] == 0).all()
    assert math.isfinite(naive["loss_by_output"].max())


def test_they_cannot_be_changed() -> None:
    """What a view is given is frozen."""
    settings = Settings()
    trainer = Trainer(settings)
    values = Anatomy(settings, trainer.history.newest, trainer.hyperparameters()).of(0)
    with pytest.raises(AttributeError):
        values.loss = 1.0  # type: ignore[misc]  # that is the test
    assert Rate(0.5, 0.5, 0.25) == Rate(0.5, 0.5, 0.25)
