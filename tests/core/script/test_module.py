"""The script with nn.Module: step by step from the same state."""

import pytest
from msgspec.structs import replace

from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from tests.batteries import scripts
from tests.core.script.test_tensors import settings_of
from tests.for_each import for_each


@for_each("row", scripts.known_cover)
def test_each_step_is_the_runs(row):
    """Every two choices meet.

    Put on the run's track before each step, it ends where the run does.
    """
    settings = settings_of(row)
    worst = scripts.off_by(settings, scripts.edits_of(settings, row))
    assert worst <= scripts.NEAR[settings.precision]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_wrong_step_is_found(optimizer, monkeypatch):
    """A learning rate a thousandth larger is more than the 1e-9 of the norm that is allowed."""
    settings = Settings("and", optimizer=optimizer, learning_rate=0.3, epochs=20)
    code = settings.optimizer_entry.torch_code.replace("{learning_rate}", "{learning_rate} * 1.001")
    other = replace(settings.optimizer_entry, torch_code=code)
    monkeypatch.setattr(Settings, "optimizer_entry", property(lambda self: other))
    assert scripts.off_by(settings, ()) > scripts.NEAR["float64"]
