"""What figures say of their experiment, and that every figure that is taken away says it."""

import pytest

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.slices import finished
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.caption import captioned, edits_in_words, experiment
from neuroviz.pictures.marks import Figure
from neuroviz.session.figures import VIEWS, FigureOptions, figure_work, frame_of

EVERYTHING = Settings(
    "and", optimizer="momentum", momentum=0.8, learning_rate=0.5, schedule="step_decay",
    period=50.0, gamma=0.25,
    batch_size=2, shuffle=True, precision="float32", breaks=("no_bias", "naive_bce"),
)  # fmt: skip


def test_all_that_makes_an_experiment_another_one_is_said():
    """Schedule, batches, precision, what is broken on purpose, and what was changed, too."""
    figure = Figure("Neuron", "", "", (), subtitle="step 3")
    assert captioned(figure, EVERYTHING, [Edit(7, "learning_rate", 0.01)]).subtitle == (
        "AND gate · 4 samples · Sigmoid · BCE of the rounded ŷ · SGD with momentum, "
        "learning rate 0.5, momentum 0.8"
        " · step decay schedule, period 50, gamma 0.25 · batches of 2, shuffled · float32"
        " · on purpose: no bias, BCE as commonly written · from step 7 learning rate 0.01 · step 3"
    )


def test_what_is_as_always_is_not_said():
    """Nor is the loss twice, where it is the title."""
    plain = captioned(
        Figure("Binary cross-entropy, mean", "", "", ()), Settings("and", learning_rate=50.0)
    )
    assert plain.subtitle == "AND gate · 4 samples · Sigmoid · SGD, learning rate 50"


def test_a_share_below_1_is_not_said_to_be_1():
    """No momentum is 1, and no β."""
    adam = Settings("and", optimizer="adam", beta1=0.99996, beta2=0.99999, learning_rate=0.99998)
    said = " ".join(experiment(adam))
    for number in ("beta 1 0.99996", "beta 2 0.99999", "rate 0.99998"):
        assert number in said
    assert edits_in_words([Edit(3, "momentum", 0.99997)]) == ["from step 3 momentum 0.99997"]


def test_of_many_edits_the_first_are_said():
    """A slider that was dragged makes one for every step."""
    said = edits_in_words([Edit(step, "learning_rate", 0.1) for step in range(1, 10)])
    assert said[0] == "from step 1 learning rate 0.1"
    assert said[4:] == ["and 5 more changes"]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_that_is_taken_away_says_it(view):
    """Schedule, batches, breaks and edits, of a run that has come past one of two edits."""
    trainer = Trainer(EVERYTHING, edits=[Edit(7, "learning_rate", 0.01), Edit(90, "momentum", 0.1)])
    trainer.advance(20)
    figure = finished(figure_work(view, frame_of(trainer), FigureOptions()))
    for words in (
        "step decay",
        "batches of 2",
        "no bias",
        "learning rate 0.5",
        "from step 7 learning rate 0.01",
    ):
        assert words in (figure.subtitle or ""), words
    assert "step 90" not in (figure.subtitle or "")


@pytest.mark.parametrize(
    ("task", "once"), [("blobs3", "3 outputs"), ("sine", "8 hidden"), ("xor_two", "2 hidden")]
)
def test_no_size_of_a_network_is_said_twice(task, once):
    frame = frame_of(Trainer(Settings(task)))
    for view in VIEWS:
        subtitle = finished(figure_work(view, frame, FigureOptions())).subtitle
        assert subtitle.count(once) == 1, view
