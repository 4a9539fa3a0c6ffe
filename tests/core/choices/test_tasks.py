import numpy as np
import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import GROUPS, TASKS
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.model import output_of, predict
from neuroviz.core.training.trainer import Trainer
from tests.core.their_tasks import DATA
from tests.for_each import for_each


def after(steps, **choices):
    """Return a run after so many steps."""
    trainer = Trainer(Settings(**choices))
    assert trainer.advance(steps) == steps
    return trainer


def outputs(trainer):
    """Return what the neuron says to its samples."""
    newest = trainer.history.newest
    return predict(trainer.settings, newest.parameters).output.tolist()


@for_each("name", DATA)
def test_the_data_are_the_notebook_s(name):
    """Inputs, targets and their kind are those of EXPERIMENTS, in its order."""
    inputs, targets, classes = DATA[name]
    data = TASKS[name].data()
    assert data.inputs.tolist() == inputs
    assert data.targets.tolist() == targets
    assert data.classes == classes
    assert TASKS[name].gate == classes


def test_spam_is_two_classes_with_shifted_means_from_a_fixed_seed():
    """200 mails of 100 inputs, as many of each class.

    Their means lie half a standard deviation apart.
    """
    data = TASKS["spam"].data()
    assert (data.samples, data.width, data.classes) == (200, 100, True)
    assert data.targets.sum() == 100
    assert (data.inputs == TASKS["spam"].data().inputs).all()
    shift = data.inputs[data.targets == 1].mean(axis=0) - data.inputs[data.targets == 0].mean(
        axis=0
    )
    assert np.abs(shift).mean() == pytest.approx(0.5, abs=0.03)
    assert data.inputs.std() == pytest.approx(1.0, abs=0.05)
    assert len(set(data.targets[:20])) == 2
    assert not TASKS["spam"].gate


def test_a_ring_is_a_hundred_points_round_the_middle_and_a_hundred_about_them():
    """No line parts them, and a circle does."""
    data = TASKS["ring"].data()
    distance = np.hypot(*data.inputs.T)
    assert (data.inputs.shape, data.classes, TASKS["ring"].gate) == ((200, 2), True, False)
    assert distance[data.targets == 1].max() < 0.9 < distance[data.targets == 0].min()
    assert (data.targets == 1).sum() == 100


def test_every_group_has_tasks_and_every_task_says_in_a_line_of_its_own_what_it_is_for():
    """No group is empty, no task stands outside them, and no two say the same."""
    assert {task.group for task in TASKS.values()} == set(GROUPS)
    purposes = [task.purpose for task in TASKS.values()]
    assert len(set(purposes)) == len(purposes)
    assert all(0 < len(purpose) < 50 for purpose in purposes)


@for_each("name", TASKS)
def test_a_task_s_settings_are_valid_and_its_data_are_kept(name):
    """Every task's own defaults make settings, and its arrays cannot be written to."""
    settings = Settings(name)
    assert settings.dataset.inputs.shape == (settings.dataset.samples, settings.dataset.width)
    for array in (settings.dataset.inputs, settings.dataset.targets):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@for_each(
    ("inputs", "targets", "classes", "sentence"),
    [
        (
            [[1.0], [2.0]],
            [1.0],
            False,
            "Data need inputs (N, D) and targets (N,) or (N, 2 to 5), not (2, 1) and (1,).",
        ),
        (
            [1.0, 2.0],
            [1.0, 2.0],
            False,
            "Data need inputs (N, D) and targets (N,) or (N, 2 to 5), not (2,) and (2,).",
        ),
        (
            [[1.0]],
            [[1.0]],
            False,
            "Data need inputs (N, D) and targets (N,) or (N, 2 to 5), not (1, 1) and (1, 1).",
        ),
        (
            np.zeros((0, 2)),
            np.zeros(0),
            False,
            "Data need inputs (N, D) and targets (N,) or (N, 2 to 5), not (0, 2) and (0,).",
        ),
        (
            np.zeros((2, 0)),
            np.zeros(2),
            False,
            "Data need inputs (N, D) and targets (N,) or (N, 2 to 5), not (2, 0) and (2,).",
        ),
        ([[np.nan]], [1.0], False, "Data must be numbers up to 10¹⁰⁰ in size; one is no number."),
        ([[1e101]], [1.0], False, "Data must be numbers up to 10¹⁰⁰ in size; one is 10¹⁰¹."),
        ([[1.0]], [np.inf], False, "Data must be numbers up to 10¹⁰⁰ in size; one is ∞."),
        ([[1.0], [2.0]], [1.0, -1.0], True, "Classes must be given as 0 and 1."),
    ],
)
def test_data_that_cannot_work_are_refused(inputs, targets, classes, sentence):
    """Shapes, values and classes are checked when a data set is made."""
    with pytest.raises(SettingsError) as refusal:
        Dataset(inputs, targets, classes)
    assert str(refusal.value) == sentence
    assert refusal.value.field == "data"


def test_a_data_set_is_a_copy():
    """What the caller does with its arrays later changes nothing."""
    inputs, targets = np.ones((2, 1)), np.ones(2)
    data = Dataset(inputs, targets, classes=False)
    inputs[:], targets[:] = 7, 7
    assert data.inputs.tolist() == [[1], [1]]
    assert data.targets.tolist() == [1, 1]


@for_each("seed", range(4))
def test_and_over_starts_ends_where_experiments_says(seed):
    """From any start the loss is at most 3.5e-4 at epoch 1000 and 3.9e-5 at 9000.

    All rows are right.
    """
    trainer = after(1000, seed=seed)
    assert 1e-6 < trainer.history.newest.loss <= 3.5e-4
    trainer.advance(8000)
    assert 1e-7 < trainer.history.newest.loss <= 3.9e-5
    assert [f"{output:.3f}" for output in outputs(trainer)] == ["1.000", "0.000", "0.000", "0.000"]


@for_each("task", ["or", "nand", "nor", "and_one_by_one"])
@for_each("seed", range(2))
def test_the_other_gates_are_learned(task, seed):
    """After 4,000 steps every output is within 0.06 of its target."""
    trainer = after(4000, task=task, seed=seed)
    np.testing.assert_allclose(outputs(trainer), trainer.settings.dataset.targets, atol=0.06)


@for_each("seed", range(2))
def test_xor_ends_at_ln_2(seed):
    """The loss ends at 0.693147, every output is 0.5 and every parameter 0."""
    newest = after(10_000, task="xor", seed=seed).history.newest
    assert newest.loss == pytest.approx(0.6931471805599453, rel=1e-12)
    np.testing.assert_allclose(newest.parameters, 0, atol=1e-7)


@pytest.mark.parametrize(
    ("task", "said"), [("and_by_hand", [1, 0, 0, 0]), ("or_by_hand", [1, 1, 1, 0])]
)
def test_gates_by_hand_are_right_in_all_rows(task, said):
    """Weights 1, 1 and the bias of the notebook give the gate, with gradient 0."""
    trainer = Trainer(Settings(task))
    assert outputs(trainer) == said
    assert trainer.history.newest.grad.tolist() == [0, 0, 0]


@for_each("seed", range(2))
def test_double_learns_to_double(seed):
    """Weight 2, bias 0, and the prediction for 10 is 20.0."""
    trainer = after(10_000, task="double", seed=seed)
    newest = trainer.history.newest
    np.testing.assert_allclose(newest.parameters, [2, 0], atol=1e-8)
    assert f"{output_of(trainer.settings, newest.parameters, np.array([[10.0]]))[0]:.1f}" == "20.0"


def test_line_drops_at_once_and_then_creeps():
    """From thousands to a few in 100 epochs; the last 800 take less than half of what is left."""
    losses = after(1000, task="line").history.rows().loss
    assert losses[0] > 1000
    assert losses[100] < 5
    assert losses[1000] > losses[200] / 2


def test_sum_is_stable_at_tiny_rates_only_and_two_directions_stand_still():
    """At 1e-4 the loss falls, at 1e-3 it grows; the parameters move in two of four directions."""
    trainer = after(1000, task="sum")
    rows = trainer.history.rows()
    assert rows.loss[-1] < 0.01 * rows.loss[0]
    design = np.column_stack((trainer.settings.dataset.inputs, np.ones(5)))
    still = np.linalg.svd(design)[2][2:]
    moved = rows.newest.parameters - [rows.parameter(i)[0] for i in range(4)]
    np.testing.assert_allclose(still @ moved, 0, atol=1e-12)
    assert np.linalg.norm(moved) > 0.1
    assert after(20, task="sum", learning_rate=1e-3).history.newest.loss > 1e6


def test_weather_is_dead_from_a_start_below_zero():
    """Z < 0, the output 0 and every gradient exactly 0, for ever."""
    trainer = after(100, task="weather")
    rows = trainer.history.rows()
    assert rows.newest.parameters @ [65, 1013, 10, 1] < 0
    assert outputs(trainer) == [0.0]
    assert not any(rows.grad(i).any() for i in range(4))
    assert set(rows.loss) == {65.0**2}


def test_spam_is_learned():
    """After 100 epochs at least 95 mails in a hundred are told apart."""
    trainer = after(1000, task="spam")
    right = (np.array(outputs(trainer)) > 0.5) == (trainer.settings.dataset.targets == 1)
    assert right.mean() >= 0.95
