"""What is said of hidden neurons, held against the run that goes on."""

import math
import re

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at
from neuroviz.core.curvature.rate_ruler import flattens, ruler_of
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.diagnosis import prospects, remedies
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import diagnose
from neuroviz.core.landscape.loss_grid import loss_at
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import advanced
from tests.for_each import for_each

XOR = {"task": "xor", "hidden": 2}


def said_of(trainer):
    """Return what is known of a run, and what is said."""
    evidence = evidence_of(trainer)
    return evidence, diagnose(evidence)


def later(trainer, since):
    """Return the parameters (n, P) of a run from a step on."""
    rows = trainer.history.rows()
    count = trainer.settings.parameters.count
    return np.column_stack([rows.parameter(index) for index in range(count)])[since:]


@pytest.mark.parametrize(
    "choices",
    [
        {"init": "zeros"},
        {"init": "zeros", "hidden": 3, "hidden_activation": "sigmoid"},
        {"breaks": ("equal_start",)},
        {"breaks": ("equal_start",), "optimizer": "adam", "learning_rate": 0.1},
        {"breaks": ("equal_start",), "batch_size": 1, "shuffle": True, "learning_rate": 0.1},
    ],
)
def test_twins_go_on_as_one(choices):
    """And never get more than one neuron could: no line parts XOR."""
    trainer = advanced(100, **{**XOR, **choices})
    evidence, said = said_of(trainer)
    units, to_a_bit = prospects.twins(evidence)
    assert (said.state, to_a_bit) == ("twins", True)
    assert len(units) == trainer.settings.hidden
    assert said.proposed.changes
    trainer.advance(500)
    for unit in units:
        own = trainer.settings.parameters.of_unit(unit)
        first = trainer.settings.parameters.of_unit(0)
        np.testing.assert_array_equal(later(trainer, 100)[:, own], later(trainer, 100)[:, first])
    assert evidence_of(trainer).wrong


def test_rounding_makes_no_strangers_of_twins():
    """What five sums in a row leave in the last bit is said; two that are alike are none."""
    trainer = advanced(
        150, task="sine", hidden=5, breaks=("equal_start",), optimizer="sgd", precision="float32"
    )
    evidence, said = said_of(trainer)
    assert len(prospects.twins(evidence)[0]) == 5
    assert ("but for rounding" in said.sentence) != prospects.twins(evidence)[1]
    assert prospects.twins(evidence_of(advanced(150, **XOR))) == ((), False)


@pytest.mark.parametrize(("optimizer", "rate"), [("sgd", 1.0), ("momentum", 0.1), ("adam", 0.01)])
def test_a_dead_hidden_neuron_stays_so_and_the_others_go_on(optimizer, rate):
    """No sample ever reaches it again."""
    choices = {"hidden": 3, "hidden_activation": "relu", "optimizer": optimizer}
    trainer = advanced(2000, task="xor", learning_rate=rate, **choices)
    evidence, said = said_of(trainer)
    (unit,) = prospects.dead_units(evidence)
    assert (said.state, said.headline) == ("dead", "Dead: 1 of 3 hidden neurons")
    assert said.proposed.changes == {"hidden_activation": "leaky_relu"}
    assert said.remedy.startswith("Try another seed, or leaky ReLU")
    trainer.advance(300)
    after = later(trainer, 2000)
    settings = trainer.settings
    z = after[:, settings.parameters.of_unit(unit)] @ settings.design.T
    assert (z <= 0).all()
    others = [settings.parameters.of_unit(each) for each in range(3) if each != unit]
    assert all(np.ptp(after[:, own], axis=0).any() for own in others)


def test_a_dead_hidden_neuron_is_no_state_where_the_others_get_all_right():
    """x₁ + x₂ and what is above 1 of it make XOR; no sample reaches the third."""
    weights = (*(1, 1), *(1, 1), *(-1, -1), 0, -1, -1, 6, -12, 0.5)
    choices = {"hidden": 3, "hidden_activation": "relu", "weights": weights, "bias": -3}
    evidence, said = said_of(advanced(60, task="xor", learning_rate=0.01, **choices))
    assert evidence.wrong == 0
    assert prospects.dead_units(evidence) == (2,)
    assert said.state != "dead"


@pytest.mark.parametrize(
    ("choices", "steps", "dead"),
    [
        ({}, 1, (1,)),
        ({"l2": 0.01}, 50, (1,)),
        ({"optimizer": "adam", "learning_rate": 0.1}, 1, (1,)),
        ({"activation": "leaky_relu"}, 50, ()),
        ({"weights": (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0)}, 50, ()),
        ({"optimizer": "momentum"}, 50, (0, 1, 2)),
    ],
)
def test_a_dead_output_stays_so_and_the_others_go_on(choices, steps, dead):
    """It is told whose it is, at once: the loss of the others may fall for long."""
    start = {"weights": (1.0, 1.0, -1.0, -1.0, 1.0, 1.0, 0.0, -1.0), "bias": 1.0}
    given = {"activation": "relu", "loss": "mse", **start, **choices}
    trainer = advanced(steps, task="gates", **given)
    evidence, said = said_of(trainer)
    assert prospects.dead_outputs(evidence) == dead
    if len(dead) == 1:
        assert (said.state, said.headline) == ("dead", "Dead: 1 of 3 outputs")
        assert said.sentence.startswith("No sample reaches the output of OR: its z is 0 or less")
        assert said.remedy == "Start from other weights, or use leaky ReLU."
        assert said.proposed.changes == {"activation": "leaky_relu"}
    assert (said.state == "dead") == bool(dead)
    trainer.advance(500)
    settings, after = trainer.settings, later(trainer, steps)
    for index in range(3):
        z = after[:, settings.parameters.of_output(index)] @ settings.design.T
        assert (z <= 0).all() or index not in dead
    assert evidence.prediction.slope.any(axis=0).sum() == 3 - len(dead)


def test_where_none_is_reached_the_output_is_one_number():
    """The mean of the targets, in the end; and they have to be dead for that."""
    trainer = advanced(1000, task="line", hidden=2, hidden_activation="relu", learning_rate=0.01)
    evidence, said = said_of(trainer)
    assert said.headline == "Dead: 2 of 2 hidden neurons"
    assert said.sentence.startswith("No sample reaches h₁ or h₂: their z")
    assert "the output is the same for every sample" in said.sentence
    assert np.ptp(evidence.prediction.output) == 0
    assert np.isclose(evidence.loss, np.var(trainer.settings.coded_targets))
    assert not prospects.dead_units(evidence_of(advanced(0, **XOR, hidden_activation="relu")))
    typed = {"weights": (*(-1.0,) * 12, *(0.1, 0.2, 0.3, 0.4)), "bias": 0.0}
    said = said_of(advanced(20, task="xor", hidden=4, hidden_activation="relu", **typed))[1]
    assert said.sentence.startswith("No sample reaches any of the 4 hidden neurons: their z")
    assert said.remedy.startswith("Start from other weights, or use leaky ReLU")


@pytest.mark.parametrize(
    ("choices", "steps", "count"),
    [
        ({"task": "xor", "hidden": 2, "hidden_activation": "sigmoid"}, 1000, 9),
        ({"task": "line", "hidden": 2, "learning_rate": 0.01}, 1000, 7),
        ({**XOR, "breaks": ("no_bias",), "learning_rate": 0.1}, 300, 6),
    ],
)
def test_at_a_saddle_each_direction_that_bends_down_leads_down(choices, steps, count):
    """By a small step one way or the other; biases that are left out do not count."""
    trainer = advanced(steps, **choices)
    evidence, said = said_of(trainer)
    curvature = curvature_at(evidence.settings, evidence.newest.parameters)
    assert said.headline == f"Saddle: {curvature.negatives} of {count} curvatures below 0"
    assert f"{curvature.negatives} of {count} curvatures" in said.sentence
    here = evidence.newest.parameters
    lowest = curvature.directions[:, 0]
    ends = (loss_at(evidence.settings, here + way * lowest) for way in (-0.01, 0.01))
    assert min(ends) < loss_at(evidence.settings, here)
    ruler = ruler_of(evidence.settings, curvature, here)
    assert f"{curvature.negatives} of {count} curvatures are negative" in (ruler.reason or "")
    assert not any("exactly" in note or "rounding" in note for note in ruler.notes)


def test_classes_that_lines_cannot_separate_need_neurons_before_them():
    """With an output for each class the loss is the least possible, and rows are wrong."""
    trainer = advanced(1000, task="xor", outputs=2)
    said = said_of(trainer)[1]
    assert said.headline.startswith("Converged")
    assert said.proposed.label == "Put three neurons before them"
    after = Trainer(trainer.settings.replace(**said.proposed.changes))
    after.advance(1000)
    assert said_of(after)[1].headline == "Every sample is right"


def test_a_plateau_is_where_half_of_the_rows_are_undecided():
    """XOR's at ½·ln 2, for another 5,000 epochs; another seed comes lower."""
    trainer = advanced(3000, **XOR, seed=1)
    said = said_of(trainer)[1]
    assert said.headline == "Plateau: 2 of 4 samples undecided"
    assert "½·ln 2 = 0.3466" in said.sentence
    trainer.advance(5000)
    assert trainer.history.newest.loss == pytest.approx(math.log(2) / 2, abs=2e-4)
    losses = np.sort(evidence_of(trainer).prediction.losses)
    assert losses[2:] == pytest.approx(math.log(2), rel=0.05)
    assert said.proposed.changes == {"seed": 2}
    assert said.proposed.words.startswith("Start")
    of_all = said_of(advanced(100, **XOR, l1=0.01))[1]
    assert of_all.headline == "Plateau: 4 of 4 samples undecided"
    assert of_all.sentence.startswith("All 4 samples have an output of about ½")
    assert "rest" not in of_all.sentence


def test_the_plateau_where_no_row_is_decided_is_left_by_running_on():
    """So it is not only another start that is proposed."""
    trainer = advanced(40, **XOR, seed=23)
    said = said_of(trainer)[1]
    assert said.headline == "Plateau: 4 of 4 samples undecided"
    assert said.proposed.words.startswith("Let it run, or start from other weights")
    trainer.advance(260)
    assert said_of(trainer)[1].headline == "Every sample is right"


def test_rows_that_cost_more_than_the_undecided_ones_are_not_next_to_nothing():
    """Two of 35 rows hardly count in the mean, but at z = 0.2 each costs 0.8; at −6, 0.0025."""
    data = Dataset([[0.0]] * 33 + [[1.0]] * 2, [0, 1, 0] * 11 + [0, 0], classes=True)
    counted = [
        prospects.undecided(evidence_of(Trainer(Settings(data=data, weights=(z,), bias=0.0))))
        for z in (0.2, -6.0)
    ]
    assert counted == [0, 33]


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (
            {"hidden": 3, "hidden_activation": "identity"},
            r"no line separates these two classes\. Together they draw one line, .* is 0\.693",
        ),
        ({"hidden": 1, "hidden_activation": "tanh"}, r"A single hidden neuron draws one line"),
        ({"hidden": 1, "hidden_activation": "relu"}, r"A single hidden neuron draws one line"),
    ],
)
def test_what_draws_one_line_is_said_to_draw_one(choices, words):
    """It never gets all rows right; with what is proposed it can.

    Its loss can be lower than that of one neuron, ln 2, though: with the identity it never is.
    """
    trainer = advanced(300, **{**XOR, **choices, "seed": 2})
    _, said = said_of(trainer)
    assert said.state == "impossible"
    identity = choices["hidden_activation"] == "identity"
    assert said.headline.endswith("adds nothing" if identity else "for one hidden neuron")
    lower = trainer.history.newest.loss < math.log(2) - 0.1
    assert lower == (choices["hidden_activation"] == "tanh")
    assert re.search(words, said.sentence)
    assert dict(said.proposed.changes) == {"hidden": 2, "hidden_activation": "tanh"}
    trainer.advance(500)
    assert evidence_of(trainer).wrong
    mended = Trainer(trainer.settings.replace(**said.proposed.changes))
    mended.advance(300)
    assert evidence_of(mended).wrong == 0


@pytest.mark.parametrize("activation", ["gelu", "silu"])
def test_one_that_falls_and_rises_is_not_said_to_draw_one_line(activation):
    """A single such neuron parts what lies between two lines."""
    trainer = advanced(300, task="xor", hidden=1, hidden_activation=activation)
    assert said_of(trainer)[1].state != "impossible"


@pytest.mark.parametrize(("task", "count", "label"), [("xor", 2, "two"), ("ring", 3, "three")])
def test_neurons_before_one_are_another_way_where_no_line_parts(task, count, label):
    """And they get every sample right; the perceptron's rule is for one neuron alone."""
    _, said = said_of(advanced(200, task=task))
    other = said.proposed.other
    assert other.label == f"Put {label} neurons before it"
    assert f"Or put {label} neurons before it" in said.remedy
    trainer = Trainer(Settings(task).replace(**other.changes))
    trainer.advance(1000)
    assert trainer.settings.hidden == count
    assert evidence_of(trainer).wrong == 0
    _, said = said_of(advanced(80, task="xor", loss="perceptron"))
    assert said.proposed.other is None


def test_of_more_than_ten_inputs_no_neurons_are_put_before_one():
    """Nor where there are as many as can be, which is ten."""
    generator = np.random.default_rng(3)
    inputs = generator.choice((-1.0, 1.0), size=(120, 11))
    targets = (inputs[:, 0] != inputs[:, 1]).astype(float)
    for width, label in ((10, "Put three neurons before it"), (11, "")):
        data = Dataset(inputs[:, :width], targets, classes=True)
        trainer = Trainer(Settings(data=data, learning_rate=1.0))
        trainer.advance(100)
        _, said = said_of(trainer)
        assert (said.state, said.proposed.label) == ("impossible", label)


@for_each("outputs", [1, 2])
def test_rows_that_nothing_tells_apart_need_another_input(outputs):
    """Every row of XOR has another with the other class, which a network would get wrong, too."""
    gate = Settings("xor").dataset
    targets = np.concatenate((gate.targets, 1 - gate.targets))
    data = Dataset(np.tile(gate.inputs, (2, 1)), targets, classes=True)
    trainer = Trainer(Settings(data=data, outputs=outputs, learning_rate=1.0))
    trainer.advance(1_000)
    _, said = said_of(trainer)
    assert said.remedy.startswith("Give it another input: some samples have the same inputs")
    assert not said.proposed.label


def test_theory_of_one_neuron_is_not_said_of_several():
    """No rate that is fastest, none at which no step raises the loss, none that blows up never."""
    settings = Settings(**XOR, seed=1)
    remedy = remedies.larger_rate(evidence_of(advanced(3000, **XOR, seed=1)))
    assert "fastest" not in (remedy if isinstance(remedy, str) else remedy.words)
    evidence = evidence_of(advanced(20, **XOR, learning_rate=50.0))
    assert prospects.falling_rate(evidence) is None
    assert not flattens(settings)
    blown = advanced(60, **XOR, hidden_activation="leaky_relu", learning_rate=1e9)
    assert said_of(blown)[1].state == "overflow"


def test_marks_are_of_here_and_say_where_the_loss_is_not_convex():
    """With the number of curvatures below 0, and no fastest rate."""
    evidence = evidence_of(advanced(10, **XOR))
    theta = evidence.newest.parameters
    curvature = curvature_at(evidence.settings, theta)
    marks = ruler_of(evidence.settings, curvature, theta)
    assert marks.reason == (
        f"Not convex here: {curvature.negatives} of 9 curvatures are negative, "
        "so no rate is the fastest in the worst case."
    )
    assert not marks.quadratic
    assert marks.best is None
    assert marks.notes[0].startswith("Local:")
    regime = marks.regime(100.0)
    assert regime.name == "overshoots here"


@pytest.mark.parametrize("rate", [0.3, 0.5, 1.0])
def test_a_loss_that_bounces_in_one_band_is_not_called_rising(rate):
    """Whichever of its swings is the highest: in 2,000 epochs it comes no higher by a tenth."""
    trainer = advanced(64, task="five", hidden=1, learning_rate=rate)
    said = set()
    for _ in range(60):
        trainer.advance(4)
        said.add(said_of(trainer)[1].state)
    seen = trainer.history.rows().loss[64:].max()
    assert "rising" not in said
    assert "cycling" in said
    trainer.advance(2_000)
    assert trainer.history.rows().loss[64:].max() < 1.1 * seen


def test_where_hidden_neurons_do_what_one_cannot_that_comes_first():
    """Once every sample is right, and only where no line does it; the fall of the loss follows."""
    news = "No line separates these two classes; the hidden neurons bend it."
    trainer = advanced(3_000, **XOR, hidden_activation="tanh")
    _, said = said_of(trainer)
    assert (said.headline, said.why) == ("Every sample is right", news)
    assert said.more.startswith("The loss fell from ")
    # Before, and for what one neuron can do, it is the loss.
    for choices, epochs in (({"task": "xor"}, 20), ({"task": "and"}, 3_000)):
        _, said = said_of(advanced(epochs, **choices, hidden=2, hidden_activation="tanh"))
        assert news not in said.sentence


def test_a_loss_that_is_only_rounding_is_the_least_possible():
    """It was called level, and a falling schedule was to make it lower."""
    choices = {"activation": "identity", "loss": "mse", "optimizer": "adagrad", "batch_size": 2}
    hidden = {"hidden": 6, "hidden_activation": "sigmoid", "precision": "float32", "seed": 594}
    trainer = Trainer(
        Settings("xor_two", learning_rate=0.243, shuffle=False, threshold=0.5, **choices, **hidden)
    )
    trainer.advance(2_000)
    assert 0 < trainer.history.newest.loss < 1e-12
    _, said = said_of(trainer)
    assert said.state == "converged"
    assert said.sentence.startswith("The loss is practically 0: below ")
