"""The script with tensors only: a cover of all pairs of choices, to the last bit."""

from types import SimpleNamespace

import pytest

from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.script.script import script
from tests.batteries import scripts
from tests.for_each import for_each


def settings_of(row):
    """Return the settings of a row, with no more epochs than its edits need.

    A step that searches takes as long as fifty others.
    """
    settings = scripts.settings_of(row)
    least = 5 if settings.schedule == "constant" else 9  # a period of 7 ends before
    most = max(least, -(-16 // settings.steps_per_epoch))
    if settings.optimizer_entry.search:
        most = 5
    return settings.replace(epochs=min(settings.epochs, most))


@for_each("row", scripts.known_cover)
def test_the_losses_are_the_runs_to_the_last_bit(row):
    """Every two choices meet: the printed losses are the run's own bits."""
    settings = settings_of(row)
    assert scripts.difference(settings, scripts.edits_of(settings, row)) is None


def test_the_cover_meets_every_choice():
    """Each value of each factor stands in a row, and most rows are trained."""
    rows = scripts.known_cover()
    for name, values in scripts.FACTORS.items():
        assert {row[name] for row in rows} == set(values)
    assert sum(settings_of(row).epochs > 0 for row in rows) > 0.8 * len(rows)


def longer(settings, edits, every):
    """Return the script with a learning rate a millionth greater."""
    return SimpleNamespace(
        text=script(settings, edits, every=every).text.replace("lr = 0.3\n", "lr = 0.3000003\n")
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_wrong_line_is_found(optimizer, monkeypatch):
    """With a step a millionth longer the losses differ."""
    settings = Settings("and", optimizer=optimizer, learning_rate=0.3, epochs=20)
    assert scripts.difference(settings, ()) is None
    monkeypatch.setattr(scripts, "script", longer)
    assert "trained" in (scripts.difference(settings, ()) or "")


@pytest.mark.parametrize(
    "choices", [{"init": "uniform"}, {"weights": (1.0, -0.0), "bias": 2.0}, {"init": "zeros"}]
)
def test_zero_gradients_are_cleared_before_backward(choices):
    """In the loop, whatever the start."""
    texts = [line.text.strip().split("  ")[0] for line in script(Settings("and", **choices)).lines]
    assert texts.index("theta.grad = None") + 1 == texts.index("loss.backward()")
