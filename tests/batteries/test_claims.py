"""A sample of the battery of the claims, and that it finds what is false."""

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import diagnose
from neuroviz.core.training.trainer import Trainer
from tests.batteries import claims, claims_recall
from tests.batteries.claims_readings import Course, broken_promises


@pytest.mark.parametrize(
    ("numbers", "hidden", "several"),
    [
        (range(3000, 3015), False, ""),
        (range(3015, 3030), False, ""),
        (range(3030, 3045), True, ""),
        (range(3045, 3060), False, "classes"),
        (range(3060, 3075), False, "targets"),
    ],
)
def test_a_sample_of_situations_has_no_false_sentence(numbers, hidden, several):
    """What state line and ruler say holds when the run goes on.

    With hidden neurons, and with an output for each of several classes or targets, too. They do not
    contradict each other. What leads astray is only counted, by the whole battery: here it is
    sought where there are hidden neurons, so that it is seen to work. Searches that take seconds
    are left to the battery, but for one below.
    """
    for number in set(numbers) - {3001, 3018, 3028, 3057}:
        verdict = claims.judged(number, hidden, several=several, astray=hidden)
        assert not verdict.false, verdict
        assert not verdict.contradictory, verdict


def test_a_search_whose_rate_will_change_is_not_said_to_stand_for_ever():
    """Another rate finds a step of the last digit: a situation of a longer battery."""
    settings, edits, steps = claims.situation(500_209)
    trainer = Trainer(settings, edits)
    trainer.advance(steps)
    assert diagnose(evidence_of(trainer)).state == "level"


def test_an_output_that_a_sum_of_gradients_pushes_may_stay_silent_too():
    """Only the output that nothing moves is said to be dead: a situation of a longer battery."""
    verdict = claims.judged(99_026, several="targets", astray=False)
    assert "the output of y1: its z is 0 or less" in verdict.words
    assert not verdict.false


def test_a_sample_of_known_runs_is_called_what_they_are():
    """Every tenth of the 300."""
    share, text = claims_recall.table(10)
    assert share >= 0.97, text


def course(steps, more, **choices):
    """Return what a run did, and more of it."""
    settings = Settings(**choices)
    trainer = Trainer(settings)
    trainer.advance(steps + more)
    rows = trainer.history.rows()
    columns = rows.columns()
    width = settings.dataset.width + 1
    parameters = np.column_stack([rows.parameter(index) for index in range(width)])
    grads = np.column_stack([rows.grad(index) for index in range(width)])
    rates = np.asarray(columns["learning_rate"])
    return Course(
        settings,
        steps,
        np.asarray(columns["loss"]),
        parameters,
        grads,
        rates,
        trainer.stopped is not None,
    )


FALSE = (
    "The loss fell from 0.9 to 0.8 in the last 5 epochs.",
    "The loss rose from 0.1 to 0.2 since epoch 3.",
    (
        "The loss went up and down between 0.1 and 0.2 in the last 5 epochs. "
        "It fell no lower in the later half."
    ),
    "The loss has been 0.3 in the last 5 epochs, to within a billionth.",
    "The loss fell by only 0.1 % in the last 5 epochs.",
    "The gradient turned round in 11 of the last 11 steps: each of these overshot the valley.",
    "The loss will grow until it overflows.",
    "The loss grows without end: every step goes up the gradient of a convex loss.",
    (
        "z is 0 or less for every sample, where ReLU's output and gradient are exactly 0. "
        "Nothing can bring it back."
    ),
    (
        "No line separates these two classes. So one neuron cannot get every sample right: "
        "the loss is 0.3, with 2 samples wrong."
    ),
    "No step changes a digit of the weights any more.",
    "The gradient is practically 0; the loss is 0.3.",
    (
        "Where the neuron errs, "
        "z lies where Sigmoid is flat. Its slope there is below a twentieth of its maximum."
    ),
    "It keeps falling.",
)


@pytest.mark.parametrize("words", FALSE)
def test_the_judge_finds_what_is_false(words):
    """Of AND that learns at rate 1 none of these is so.

    The last is a sentence that it does not know.
    """
    assert list(broken_promises(course(20, 220, learning_rate=1.0), words))


def test_the_judge_lets_pass_what_is_true():
    """Numbers as they were, to their last digit."""
    learning = course(20, 220, learning_rate=1.0)
    first, last = (f"{learning.losses[epoch]:.4g}" for epoch in (15, 20))
    words = f"The loss fell from {first} to {last} in the last 5 epochs."
    assert not list(broken_promises(learning, words))
    peaked = course(17, 220, learning_rate=51.3)
    peak = int(peaked.losses[:17].argmax())
    words = "It fell in the last 17 epochs. On the way it had a peak of {:.4g} at epoch {}."
    assert not list(broken_promises(peaked, words.format(peaked.losses[peak], peak)))
    assert list(broken_promises(peaked, words.format(peaked.losses[peak], peak + 1)))
    endless = (
        "There are no best weights: larger ones with the same boundary always have a lower loss."
    )
    assert not list(broken_promises(learning, endless))
    assert list(broken_promises(course(20, 20, task="xor"), endless))
