import pytest
import torch

from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from tests.core.their_functions import FACTORS
from tests.for_each import for_each

PERIOD = 20
# task, epochs of the task, and what the default period is then
DEFAULT_PERIODS = [
    ("step_decay", "and", 1_000),
    ("exponential", "and", 10_000),
    ("cosine", "and", 10_000),
    ("warmup", "and", 1_000),
    ("step_decay", "line", 100),
    ("exponential", "spam", 1_000),
    ("cosine", "double", 10_000),
    ("warmup", "weather", 100),
]

every_schedule = pytest.mark.parametrize("name", SCHEDULES)


@every_schedule
def test_the_factor_is_torch_s_with_the_formula(name):
    """Over three periods the learning rate is LambdaLR's with the written formula.

    Beyond the period too.
    """
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.4)
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda epoch: FACTORS[name](epoch, PERIOD, 0.7)
    )
    for epoch in range(3 * PERIOD):
        factor = SCHEDULES[name].factor(epoch, {"period": float(PERIOD), "gamma": 0.7})
        assert 0.4 * factor == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-14, abs=1e-17)
        optimizer.step()
        scheduler.step()


@every_schedule
def test_the_factor_never_leaves_0_to_1(name):
    """No schedule raises the rate above what was chosen, or turns it round.

    For a period of 1 too.
    """
    for period in (1.0, 7.0, 1e9):
        for epoch in (0, 1, 6, 7, 8, 100, 10**9, 10**12):
            assert 0 <= SCHEDULES[name].factor(epoch, {"period": period, "gamma": 0.5}) <= 1


@pytest.mark.parametrize("name", ["step_decay", "exponential"])
@pytest.mark.parametrize(("gamma", "final"), [(1.0, 1.0), (0.999, 0.0)])
def test_a_gamma_of_1_leaves_the_rate_as_it_is(name, gamma, final):
    """Whatever is multiplied with 1 again and again stays.

    Below 1 it comes to nothing in the end.
    """
    own = {"period": 7.0, "gamma": gamma}
    now = SCHEDULES[name].factor(70, own)
    assert now == pytest.approx(gamma**10, rel=1e-12)
    assert SCHEDULES[name].range_from(70, own) == (final, now)


@for_each(("name", "task", "period"), DEFAULT_PERIODS)
def test_the_default_period_follows_from_the_task(name, task, period):
    """T is a tenth of the task's epochs or all of them, however long this run is to be."""
    assert Settings(task, schedule=name).period == period
    assert Settings(task, schedule=name, epochs=33).period == period
    by_hand = Settings("and_by_hand", activation="sigmoid", schedule="cosine", epochs=33)
    assert by_hand.period == 10_000


@pytest.mark.parametrize(("name", "gamma"), [("step_decay", 0.5), ("exponential", 0.01)])
def test_the_default_gamma(name, gamma):
    """Step decay halves, exponential leaves a hundredth."""
    assert Settings(schedule=name).gamma == gamma


@every_schedule
def test_a_schedule_on_a_task_without_epochs_has_a_period(name):
    """By hand there are 0 epochs; the period is still a whole number of at least 1."""
    for settings in (Settings("and_by_hand", schedule=name), Settings(schedule=name, epochs=0)):
        assert settings.hyperparameters.get("period", 1.0) >= 1
