"""Who could race."""

import numpy as np
import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.going import MOST
from neuroviz.session.race_runs import entered, runners
from neuroviz.session.session import Session
from tests.for_each import for_each
from tests.session.fresh import ready


@for_each("field", ["optimizers", "rates"])
@for_each("task", ["and", "line", "sum"])
def test_every_run_can_start(field, task):
    """The session takes them as they are, whatever the task."""
    made = ready(Settings(task))
    race_runs = runners(made.frame(), field)[:MOST]
    assert len(race_runs) >= 2
    assert len({race_run.name for race_run in race_runs}) == len(race_runs)
    made.race([(race_run.name, race_run.settings) for race_run in race_runs])


def test_what_is_not_raced_is_the_experiments():
    """Batches, schedule and data of the experiment stay.

    So does the momentum where an optimizer has one.
    """
    own = Settings(
        "and",
        optimizer="momentum",
        momentum=0.5,
        batch_size=2,
        schedule="cosine",
        learning_rate=0.3,
    )
    made = ready(own)
    for race_run in runners(made.frame(), "optimizers"):
        other = race_run.settings
        assert (other.batch_size, other.schedule, other.learning_rate) == (2, "cosine", 0.3)
        assert other.hyperparameters.get("momentum", 0.5) == 0.5
    names = [race_run.name for race_run in runners(made.frame(), "optimizers")]
    assert names[:3] == ["SGD", "Momentum", "Nesterov momentum"]
    assert [race_run.settings.optimizer for race_run in runners(made.frame(), "optimizers")] == [
        name for name, row in OPTIMIZERS.items() if not row.search
    ]  # they need full batches


def test_rates_at_the_end_of_the_range():
    """What would be out of it is left out."""
    rates = [
        e.settings.learning_rate
        for e in runners(ready(Settings("and", learning_rate=1e12)).frame(), "rates")
    ]
    assert max(rates) == 1e12
    assert rates[:3] == [1e11, 3e11, 1e12]


def test_marks_are_those_of_the_start():
    """A race begins there, wherever the run is by now.

    Σ σ′(z)·x·xᵀ/N at the typed weights gives the marks.
    """
    made = ready(Settings("and", weights=(0.5, -1.0), bias=0.25))
    made.advance(50)
    design = made.settings.design
    output = 1 / (1 + np.exp(-design @ [0.5, -1.0, 0.25]))
    low, *_, high = np.linalg.eigvalsh(
        (design * (output * (1 - output))[:, None]).T @ design / len(design)
    )
    shown = runners(made.frame(), "rates")
    marks = {each.name.rpartition(" ")[0]: each.settings.learning_rate for each in shown}
    assert marks["Best in theory"] == pytest.approx(2 / (low + high), rel=1e-9)
    assert marks["Limit"] == pytest.approx(2 / high, rel=1e-9)


def test_before_torch_there_are_no_marks():
    """The present rate and its multiples are known all the same."""
    assert len(runners(Session(Settings("line")).frame(), "rates")) == 4


def test_the_start_is_taken_over():
    """Seed or typed weights of the one, everything else of the other.

    The parameters are the same to the bit.
    """
    for start in (Settings("and", seed=5), Settings("and", weights=(1.0, -2.0), bias=0.5)):
        other = entered(
            Settings("and", optimizer="adam", seed=9, weights=(7.0, 7.0), bias=7.0), start
        )
        both = [Trainer(s).history.rows().newest.parameters.tolist() for s in (start, other)]
        assert both[0] == both[1]
        assert other.optimizer == "adam"


def test_other_data_have_no_such_start():
    """The sentence says why."""
    with pytest.raises(SettingsError, match="other data"):
        entered(Settings("line"), Settings("and"))
    with pytest.raises(SettingsError, match="other neurons"):
        entered(Settings("and", hidden=2), Settings("and"))


def test_all_runs_of_the_list_could_race():
    """Also where a race cannot have them all at once."""
    made = ready(Settings("and"))
    for seed in range(MOST + 2):
        made.apply(made.settings.replace(seed=seed + 100))
        made.pin()
    names = [race_run.name for race_run in runners(made.frame(), "runs")]
    assert names == [run.name for run in made.frame().runs]
    assert len(names) == MOST + 2
