import numpy as np
import pytest
import torch

from neuroviz.core.curvature import quadratic_hessian, stable_limit
from neuroviz.core.settings import Settings
from neuroviz.core.trainer import Trainer

LINEAR = {"activation": "identity", "loss": "mse"}


@pytest.mark.parametrize("task", ["and", "xor", "or"])
def test_the_curvatures_of_a_gate_are_known(task: str) -> None:
    """λ = 0.313859, 0.5, 3.186141 over the four 0/1 inputs whatever the targets; 2, 2, 2 over ±1."""
    hessian = quadratic_hessian(Settings(task, **LINEAR))
    assert np.linalg.eigvalsh(hessian) == pytest.approx([0.313859, 0.5, 3.186141], abs=5e-7)
    coded = quadratic_hessian(Settings(task, inputs="pm1", **LINEAR))
    assert np.linalg.eigvalsh(coded) == pytest.approx([2, 2, 2], rel=1e-14)


@pytest.mark.parametrize("task", ["and", "double", "line", "sum", "spam"])
def test_the_hessian_is_autograd_s(task: str) -> None:
    """The closed form is the second derivative of the mean squared error."""
    settings = Settings(task, **LINEAR)
    inputs, targets = torch.tensor(settings.coded_inputs), torch.tensor(settings.coded_targets)

    def loss(theta: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.mse_loss(inputs @ theta[:-1] + theta[-1], targets)

    theta = torch.ones(settings.dataset.width + 1, dtype=torch.float64)
    expected = torch.autograd.functional.hessian(loss, theta)
    np.testing.assert_allclose(quadratic_hessian(settings), expected, rtol=1e-11, atol=1e-12)


def test_sum_is_ill_conditioned_with_two_flat_directions() -> None:
    """Condition number 2877 over the directions that have curvature; two have none."""
    curvatures = np.linalg.eigvalsh(quadratic_hessian(Settings("sum")))
    assert np.abs(curvatures[:2]).max() < 1e-9
    assert curvatures[3] / curvatures[2] == pytest.approx(2877, abs=0.5)


def test_the_limit_of_and() -> None:
    """0.627719 with 0/1 inputs; with momentum μ it is 1 + μ times as much."""
    assert stable_limit(Settings(**LINEAR)) == pytest.approx(0.627719, abs=5e-7)
    with_momentum = Settings(**LINEAR, optimizer="momentum")
    assert stable_limit(with_momentum, 0.9) == pytest.approx(1.9 * 0.6277187, rel=1e-6)


@pytest.mark.parametrize("momentum", [0.3, 0.9])
@pytest.mark.parametrize(("factor", "grows"), [(0.97, False), (1.03, True)])
def test_the_limit_with_momentum_is_where_runs_part(momentum: float, factor: float, grows: bool) -> None:
    """Just below (2 + 2μ)/λmax a run comes to rest, just above it grows."""
    rate = factor * (2 + 2 * momentum) / 3.1861406616345072
    trainer = Trainer(Settings(**LINEAR, optimizer="momentum", momentum=momentum, learning_rate=rate))
    trainer.advance(4000)
    loss = trainer.history.newest.loss
    assert loss is not None
    assert (loss > 1e6) == grows
    assert grows or loss == pytest.approx(0.0625, rel=1e-6)


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"loss": "mse"},
        {"activation": "identity", "loss": "huber"},
        {**LINEAR, "optimizer": "adam"},
        {**LINEAR, "optimizer": "nesterov"},
        {**LINEAR, "batch_size": 2},
    ],
    ids=str,
)
def test_elsewhere_there_is_no_exact_limit(choices: dict[str, object]) -> None:
    """Other losses, activations, optimizers and batches have none."""
    assert stable_limit(Settings(**choices)) is None  # type: ignore[arg-type]
