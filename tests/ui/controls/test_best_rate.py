"""What "Set best" sets is the best there is."""

from __future__ import annotations

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.session import Session
from neuroviz.ui.controls.best_rate import best_words, rate_to_set


def begun(settings: Settings, steps: int = 0) -> Session:
    """Return a session with torch, after so many steps."""
    session = Session(settings)
    session.prepare()
    session.advance(steps)
    return session


def words(session: Session) -> str:
    """Return what the button says that it sets."""
    ruler = session.frame().ruler
    assert ruler is not None
    return best_words(session.frame(), ruler)


def trained(settings: Settings, rate: float) -> float:
    """Return the loss at the end of a run at this rate."""
    trainer = Trainer(settings.replace(learning_rate=rate))
    trainer.advance(settings.epochs)
    loss = trainer.history.rows().newest.loss
    assert loss is not None
    return loss


@pytest.mark.parametrize("epochs", [3, 20])
def test_no_other_rate_ends_lower(epochs: int) -> None:
    """On a quadratic loss training at rates all over the stable range never ends below the rate that is set."""
    settings = Settings("line", epochs=epochs)
    rate = rate_to_set(begun(settings).frame())
    assert rate is not None
    best = trained(settings, rate)
    assert all(trained(settings, float(other)) >= best * (1 - 1e-9) for other in np.linspace(1e-3, 0.0625, 60))
    assert f"at epoch {epochs}." in words(begun(settings))


def test_in_mid_run_it_is_the_best_from_there() -> None:
    """After ten of thirty epochs it is the best rate for the twenty that are left."""
    session = begun(Settings("line", epochs=30, learning_rate=0.01), 10)
    start = session.frame().parameters
    assert start is not None
    fresh = session.settings.replace(weights=(float(start[0]),), bias=float(start[1]), epochs=20)
    assert rate_to_set(session.frame()) == pytest.approx(rate_to_set(begun(fresh).frame()), rel=1e-9)
    assert "going on from here" in words(session)


@pytest.mark.parametrize(
    ("settings", "steps"),
    [
        (Settings("line", epochs=5, learning_rate=0.01), 5),
        (Settings("line", schedule="cosine"), 0),
        (Settings("line", optimizer="momentum"), 3),
        (Settings("line", batch_size=2), 0),
        (Settings("and"), 7),
    ],
)
def test_elsewhere_it_is_the_fastest_in_the_worst_case(settings: Settings, steps: int) -> None:
    """After the last epoch, under a schedule, in mid-run with a velocity, on batches and off quadratic losses."""
    session = begun(settings, steps)
    ruler = session.frame().ruler
    assert ruler is not None
    assert rate_to_set(session.frame()) == ruler.best
    assert "fastest in the worst case" in words(session)
    assert ("at these weights" in words(session)) == (settings.task == "and")


@pytest.mark.parametrize(
    "settings",
    [
        Settings("and", optimizer="adam"),
        Settings("line", loss="mae"),
        Settings("xor", loss="mse", weights=(4.0, 4.0), bias=4.0),
    ],
)
def test_where_there_is_none_it_says_why(settings: Settings) -> None:
    """No rate is made up, and the words are the ruler's reason."""
    session = begun(settings)
    ruler = session.frame().ruler
    assert ruler is not None
    assert ruler.reason
    assert rate_to_set(session.frame()) is None
    assert ruler.reason in words(session)


def test_before_torch_there_is_none() -> None:
    """Without parameters nothing is set."""
    assert rate_to_set(Session(Settings("line")).frame()) is None
