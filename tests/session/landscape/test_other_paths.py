import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import loss_at
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.landscape.follower import OtherRunPaths, same_landscape
from tests.for_each import for_each
from tests.session.fresh import ready

AND = Settings("and")


def racing(*race_runs, steps=30):
    session = ready(race_runs[0])
    session.race([(f"run {i}", settings) for i, settings in enumerate(race_runs)])
    session.advance(steps)
    return session


@for_each(
    ("changes", "same"),
    [
        ({"optimizer": "adam", "learning_rate": 3.0, "seed": 5, "batch_size": 1}, True),
        ({"breaks": ("ascent",)}, True),
        ({"precision": "float32"}, True),
        ({"task": "or"}, False),
        ({"activation": "tanh", "loss": "mse"}, False),
        ({"loss": "mse"}, False),
        ({"breaks": ("no_bias",)}, False),
        ({"breaks": ("x1_times_100",)}, False),
    ],
)
def test_a_landscape_is_the_same_if_the_loss_is_everywhere(changes, same):
    """As the losses at three points say."""
    other = AND.replace(**changes)
    points = np.random.default_rng(1).normal(size=(3, 3))
    equal = [
        loss_at(AND, point) == pytest.approx(loss_at(other, point), rel=1e-5) for point in points
    ]
    assert all(equal) == same
    assert same_landscape(AND, other) == same


def test_other_neurons_have_another_landscape():
    assert not same_landscape(AND, Settings("line"))
    several = AND.replace(hidden=3)
    assert same_landscape(several, several.replace(learning_rate=0.5))
    others = ({"hidden": 4}, {"hidden_activation": "relu"}, {"hidden": 0})
    assert not any(same_landscape(several, several.replace(**other)) for other in others)


def test_the_others_are_those_on_this_landscape_and_the_rest_is_counted():
    session = racing(AND, AND.replace(optimizer="adam"), AND.replace(loss="mse"))
    others = OtherRunPaths()
    other_runs = others.follow(session.frame())
    assert [run.name for run in other_runs.runs] == ["run 1"]
    assert (other_runs.left_out, other_runs.name, other_runs.slot) == (1, "run 0", 0)


def test_a_path_is_that_of_a_run_of_its_own_also_at_an_earlier_step():
    adam = AND.replace(optimizer="adam")
    session = racing(AND, adam)
    alone = Trainer(adam)
    for step in (10, 30):
        alone.advance(step - alone.step)
        session.look_at(step)
        (run,) = OtherRunPaths().follow(session.frame()).runs
        assert run.path[-1].tolist() == alone.history.newest.parameters.tolist()
        assert len(run.path) == step + 1


def test_a_hidden_one_has_no_path():
    session = racing(AND, AND.replace(optimizer="adam"))
    session.show_run(session.frame().runs[1].number, visible=False)
    others = OtherRunPaths()
    assert others.follow(session.frame()).runs == ()


def test_what_has_not_changed_is_not_made_again():
    session = racing(AND, AND.replace(optimizer="adam"))
    others = OtherRunPaths()
    first = others.follow(session.frame()).runs[0]
    assert others.follow(session.frame()).runs[0] is first
    session.advance(1)
    assert others.follow(session.frame()).runs[0] is not first


def test_alone_there_are_no_other_runs():
    session = ready(AND)
    others = OtherRunPaths()
    assert others.follow(session.frame()).runs == ()
