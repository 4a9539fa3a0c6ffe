import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.best_rate import best_rate
from neuroviz.core.curvature.hessian import curvature_at, hessian_at, stable_limit
from neuroviz.core.curvature.quadratic import optimum, predicted_losses
from neuroviz.core.curvature.rate_ruler import ruler_of


def quadratic(task: str, optimizer: str = "sgd", **choices: object) -> Settings:
    return Settings(
        task, activation="identity", loss="mse", batch_size="full", init="zeros", optimizer=optimizer, **choices
    )


def loss_at(settings: Settings, rate: float, epochs: int) -> float:
    start = np.zeros(settings.dataset.width + 1)
    losses = predicted_losses(settings.replace(learning_rate=rate), start, np.array([epochs]))
    assert losses is not None
    return float(losses[0])


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
@pytest.mark.parametrize("task", ["and", "double", "line", "sum", "weather"])
@pytest.mark.parametrize("epochs", [1, 7, 300, 10_000])
def test_no_rate_has_a_smaller_predicted_loss(task: str, optimizer: str, epochs: int) -> None:
    """Of 250 rates up to the limit, at even distances, none is better after so many epochs."""
    settings = quadratic(task, optimizer)
    limit = stable_limit(settings, settings.hyperparameters.get("momentum", 0.0))
    best = best_rate(settings, np.zeros(settings.dataset.width + 1), epochs)
    assert best is not None
    assert limit is not None
    assert 0 < best <= limit
    others = [loss_at(settings, share * limit, epochs) for share in np.linspace(0.004, 1, 250)]
    scale = loss_at(settings, 1.0, 0)
    assert loss_at(settings, best, epochs) <= min(others) * (1 + 1e-12) + 1e-28 * scale


def test_after_one_epoch_it_is_the_line_search() -> None:
    """For one step of gradient descent the best rate is gᵀg/gᵀHg (Cauchy 1847)."""
    settings, theta = quadratic("line"), np.array([1.0, 2.0])
    best = optimum(settings, theta)
    assert best is not None
    hessian = hessian_at(settings, theta)
    grad = hessian @ (theta - np.array([*best.weights, best.bias]))
    expected = grad @ grad / (grad @ hessian @ grad)
    assert best_rate(settings, theta, 1) == pytest.approx(expected, rel=1e-6)


def test_sum_shows_why_the_worst_case_is_not_the_case() -> None:
    """From zero, 500 epochs at 2/(λmin + λmax) leave 9.5e3, at 0.3/λmax 7.5e-4; the best rate leaves less."""
    settings = quadratic("sum")
    ruler = ruler_of(settings, curvature_at(settings, np.zeros(4)))
    assert ruler.best is not None
    assert ruler.safe is not None
    assert loss_at(settings, ruler.best, 500) == pytest.approx(9.5e3, rel=0.01)
    assert loss_at(settings, 0.3 * ruler.safe, 500) == pytest.approx(7.5e-4, rel=0.01)
    found = best_rate(settings, np.zeros(4), 500)
    assert found is not None
    assert loss_at(settings, found, 500) < 7.5e-4


@pytest.mark.parametrize(
    ("settings", "epochs"),
    [
        (Settings("and"), 100),
        (quadratic("line", schedule="cosine"), 100),
        (quadratic("line"), 0),
        (Settings("spam", activation="identity", loss="mse"), 100),
    ],
    ids=["not quadratic", "a schedule", "no epoch", "mini-batches"],
)
def test_elsewhere_it_is_the_fastest_in_the_worst_case(settings: Settings, epochs: int) -> None:
    """Where nothing is predicted, the mark is taken."""
    theta = np.zeros(settings.dataset.width + 1)
    expected = ruler_of(settings, curvature_at(settings, theta)).best
    assert expected is not None
    assert best_rate(settings, theta, epochs) == expected


def test_at_the_optimum_any_rate_is_as_good() -> None:
    """There the mark is taken; without marks there is no rate."""
    settings = quadratic("double")
    assert best_rate(settings, np.array([2.0, 0.0]), 50) == pytest.approx(2 / (34 / 3), rel=1e-9)
    assert best_rate(Settings("and", loss="mae", activation="identity"), np.zeros(3), 50) is None
