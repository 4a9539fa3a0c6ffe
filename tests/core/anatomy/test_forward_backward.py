import math

import numpy as np

from neuroviz.core.anatomy.forward_backward import passed
from neuroviz.core.choices.settings import Settings


def test_float32_cannot_tell_the_factors_from_z_17_on():
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
