"""The words of a run that is broken on purpose: never a reason that is not the reason."""

import inspect
import re

import numpy as np
import pytest
from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.scale_hint import stable_rate
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.diagnosis import remedies, sentences
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import diagnose
from neuroviz.core.training.trainer import Trainer

LINEAR = {"activation": "identity", "loss": "mse"}


def said(steps, *breaks, **choices):
    """Return what is said of a run after so many steps."""
    trainer = Trainer(Settings(**{"task": "and", "breaks": breaks, **choices}))
    trainer.advance(steps)
    return diagnose(evidence_of(trainer))


TRAFFIC = [
    [12.5, 3500],
    [15, 8200],
    [17.2, 12400],
    [19.8, 15800],
    [22.4, 21300],
    [25.1, 28700],
    [31.3, 40000],
]


@pytest.mark.parametrize(
    ("data", "choices"),
    [
        (Dataset(TRAFFIC, [0, 0, 0, 0, 1, 1, 1], classes=True), {}),
        (Dataset(TRAFFIC, [0, 0, 2, 0, 1, 1, 1], classes=True), {}),
        (Dataset(TRAFFIC, [1, 2, 2.5, 4, 5, 5.5, 7], classes=False), LINEAR),
    ],
)
def test_what_inputs_of_very_different_size_allow_is_what_is_proposed(data, choices):
    """A teacher's table at the rate of the start.

    The bound of theory, at which a run falls, and not a tenth.
    """
    bad = said(200, data=data, learning_rate=0.1, **choices)
    assert bad.state in ("cycling", "rising", "diverging", "overflow")
    assert bad.remedy.startswith(
        "Start anew with standardised inputs (Data > Table), or with a learning rate up to "
    )
    rate = float(bad.remedy.split("up to ")[1].split(",")[0])
    assert 0.9 * stable_rate(data) < rate <= stable_rate(data)
    trainer = Trainer(Settings("and", data=data, learning_rate=rate, **choices))
    trainer.advance(50)
    losses = trainer.history.rows().loss.compressed()
    assert len(losses) > 40
    assert (np.diff(losses) <= 1e-12 * losses[0]).all()
    scaled = said(200, data=data.scaled("standardise"), learning_rate=0.1, **choices)
    assert "standardise" not in scaled.remedy
    assert bad.proposed.other.changes == {"learning_rate": rate}


@pytest.mark.parametrize("rate", [0.1, 1.0, 1000.0])
@pytest.mark.parametrize("choices", [{}, LINEAR])
def test_standardised_inputs_are_a_press_away_with_a_rate_that_serves_them(choices, rate):
    """The run that the button begins falls, and does not ask for them again."""
    targets = [1, 2, 2.5, 4, 5, 5.5, 7] if choices else [0, 0, 0, 0, 1, 1, 1]
    data = Dataset(TRAFFIC, targets, classes=not choices)
    begun = Settings("and", data=data, learning_rate=rate, **choices)
    trainer = Trainer(begun)
    trainer.advance(200)
    proposed = diagnose(evidence_of(trainer)).proposed
    kept = proposed.changes.get("learning_rate", rate)
    assert proposed.label == "Standardise the inputs" + f", rate {kept:.2g}" * (kept != rate)
    mended = Trainer(begun.replace(**proposed.changes))
    mended.advance(300)
    losses = mended.history.rows().loss.compressed()
    assert (np.diff(losses) <= 1e-12 * losses[0]).all()
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize("targets", [[0, 0, 0, 0, 1, 1, 1], [0, 0, 2, 0, 1, 1, 1]])
def test_a_run_that_one_large_input_makes_slow_gets_them_standardised(targets):
    """With a rate for that, larger than the tiny one; a button begins it, and it falls."""
    data = Dataset(TRAFFIC, targets, classes=True)
    begun = Settings(data=data, learning_rate=1.5 * stable_rate(data))
    trainer = Trainer(begun)
    trainer.advance(1000)
    diagnosis = diagnose(evidence_of(trainer))
    assert diagnosis.state == "slow"
    mended = begun.replace(**diagnosis.proposed.changes)
    assert diagnosis.proposed.label == f"Standardise the inputs, rate {mended.learning_rate:.2g}"
    run = Trainer(mended)
    run.advance(100)
    losses = run.history.rows().loss.compressed()
    assert losses[-1] < trainer.history.rows().loss.compressed()[-1] / 2


def test_no_rate_is_proposed_that_cannot_be_set():
    """Inputs in millions ask for a smaller one than there is: to scale them is all that is left."""
    data = Dataset(
        [[1, 1e6], [2, 2e6], [3, 1.5e6], [4, 9e5], [5, 3e6]], [3, 5, 7, 9, 11], classes=False
    )
    with pytest.raises(SettingsError):
        Settings("and", data=data, learning_rate=stable_rate(data), **LINEAR)
    bad = said(200, data=data, learning_rate=0.1, **LINEAR)
    assert bad.state == "overflow"
    assert bad.remedy == (
        "Start anew with standardised inputs (Data > Table): "
        "as they are, no learning rate from 1e-12 up is safe."
    )
    assert set(bad.proposed.changes) == {"data"}
    assert bad.proposed.other is None


def test_a_rate_that_is_named_can_be_set():
    """Below the least there is nothing to name, and above the largest that one is the fastest."""
    steep = Dataset([[1, 1e6], [2, 2e6], [3, 1.5e6]], [3, 5, 7], classes=False)
    momentum = {"optimizer": "momentum", "learning_rate": 0.1, **LINEAR}
    bad = said(60, data=steep, **momentum)
    assert bad.state == "overflow"
    assert bad.remedy == (
        "No learning rate from 1e-12 up is small enough here: scale the inputs (Data > Table)."
    )
    assert not bad.proposed.changes
    less = Dataset(steep.inputs * (1, 0.75), [3, 5, 7], classes=False)
    rate = said(60, data=less, **momentum).proposed.changes["learning_rate"]
    assert rate == 1e-12
    kept = Trainer(Settings("and", data=less, **(momentum | {"learning_rate": rate})))
    kept.advance(60)
    assert diagnose(evidence_of(kept)).state not in ("diverging", "overflow")
    flat = Dataset([[1e-8], [2e-8], [3e-8]], [3, 5, 7], classes=False)
    slow = said(60, "no_bias", data=flat, learning_rate=1e11, **LINEAR)
    assert slow.proposed.changes == {"learning_rate": 1e12}
    # A button writes its rate as the ruler above it does.
    thousands = remedies.with_rate("Start anew with a rate of 1000.", "1000")
    assert thousands.label == "Start anew with rate 1,000"


def test_no_minimum_is_passed_where_there_is_none():
    """AND is parted by a line: larger weights always have a lower loss."""
    swings = said(20, learning_rate=5.0, optimizer="adam")
    assert swings.state == "swinging"
    assert "past the bottom of the valley" in swings.sentence


def test_a_loss_that_has_fallen_all_in_all_rose_since_its_lowest():
    pace = {"optimizer": "momentum", "momentum": 0.9, "learning_rate": 0.04}
    trainer = Trainer(Settings(task="line", **pace))
    trainer.advance(4)
    first, lowest, _, _, last = trainer.history.rows().columns()["loss"]
    assert lowest < last < first
    swings = diagnose(evidence_of(trainer))
    assert swings.why == f"The loss rose from {lowest:.1f} to {last:.1f} since epoch 1."


def test_bce_as_commonly_written_has_no_saddle_where_rounding_makes_it_flat():
    flat = {"task": "xor_two", "precision": "float32", "learning_rate": 50.0, "hidden": 3}
    trainer = Trainer(Settings(**flat, breaks=("naive_bce",)))
    trainer.advance(200)
    there = trainer.history.newest
    assert not there.grad.any()
    steps = np.random.default_rng(1).normal(0, 1e-3, (50, len(there.parameters)))
    nearby = []
    for point in (there.parameters + steps).tolist():
        start = trainer.settings.replace(weights=tuple(point[:-1]), bias=point[-1])
        nearby.append(Trainer(start).history.newest.loss)
    assert set(nearby) == {there.loss}
    assert diagnose(evidence_of(trainer)).state == "saturated"


@pytest.mark.parametrize("optimizer", ["adagrad", "rmsprop", "adam", "adamw"])
def test_an_epsilon_of_0_is_named_where_it_stops_a_run(optimizer):
    level = {"task": "xor", "init": "zeros", "optimizer": optimizer}
    stopped = said(5, **level, eps=0.0)
    assert stopped.state == "overflow"
    assert stopped.why == "ε is 0, and where squared gradients are 0, so is the divisor."
    assert said(5, **level, **stopped.proposed.changes).state != "overflow"
    # With a gradient everywhere it is not to blame.
    steep = said(400, task="line", optimizer=optimizer, eps=0.0, learning_rate=1e12, **LINEAR)
    assert "ε" not in steep.sentence


def test_up_the_gradient():
    """A loss that grows is the switch's doing, not the learning rate's.

    So are its overflow and its remedy.
    """
    grows = said(60, "ascent", learning_rate=1.0)
    assert grows.state in ("diverging", "learning")
    assert "up the gradient" in grows.sentence
    # Each step adds to cross-entropy no more than the one before; it multiplies a squared error.
    assert grows.headline == "Diverging: it grows without end"
    squared = said(20, "ascent", **LINEAR, learning_rate=1.0)
    assert squared.headline == "Diverging: it will overflow"
    over = said(5000, "ascent", **LINEAR, learning_rate=1.0)
    assert over.state == "overflow"
    assert "up the gradient" in over.sentence
    assert over.remedy == "Switch it off: Gradient ascent."


def test_sums_of_gradients():
    """The sum swings past the minimum again and again.

    No gradient of a moment makes that converged.
    """
    states = {
        said(steps, "no_zero_grad", **LINEAR, learning_rate=0.1).state for steps in range(1, 200, 7)
    }
    assert not states & {"converged", "flat", "dead", "zig-zag"}
    for steps in (200, 333, 400):
        swings = said(steps, "no_zero_grad", **LINEAR, learning_rate=0.1)
        assert swings.state == "cycling"
        assert "sum of the gradients" in swings.sentence
        assert swings.remedy == "Switch it off: Forgotten zero_grad."


def test_without_a_bias():
    """No line through the origin parts AND; the bias is the remedy, but not for XOR."""
    stuck = said(4000, "no_bias", learning_rate=5.0)
    assert stuck.state == "impossible"
    assert "through the origin" in stuck.sentence
    assert "bias back" in stuck.remedy
    assert "Add the input x₁·x₂" in said(6000, "no_bias", task="xor").remedy


def test_frozen_by_rounding():
    """NAND in float32 is saturated with a gradient of 0; the remedy is the form from z."""
    frozen = said(60, "naive_bce", task="nand", learning_rate=50.0, precision="float32")
    assert frozen.state == "saturated"
    assert "Switch it off" in frozen.remedy


@pytest.mark.parametrize("task", ["and", "line"])
def test_the_diagnosis_marks_what_is_on(task):
    """It carries the line of the switches, empty for a sound run."""
    assert said(3, task=task).on_purpose == ""
    assert said(3, "ascent", task=task).on_purpose.startswith("On purpose: Gradient ascent. ")


def test_all_that_is_public_says_something():
    """What a claim says is a function of the evidence, and ends as a sentence does."""
    trainer = Trainer(Settings("and"))
    trainer.advance(20)
    evidence = evidence_of(trainer)
    given = inspect.getmembers(
        sentences, lambda each: getattr(each, "__module__", "") == sentences.__name__
    )
    others = ("breaks_line", "diverging_sentence", "twins_sentence", "dead_units_sentence")
    others += ("dead_outputs_sentence",)  # of several
    said = [give for name, give in given if name.endswith("_sentence") and name not in others]
    assert len(said) > 20
    for each in (give(evidence) for give in said):
        why, more = (each, ".") if isinstance(each, str) else each
        assert why.endswith(".")
        assert not more or more.endswith(".")


def test_two_losses_of_a_sentence_end_alike():
    """As many decimals in both, and true of both; far apart, each has its own four digits."""
    assert sentences._from_to(11.66439, 11.66402) == "from 11.6644 to 11.6640"
    assert sentences._from_to(0.38521, 0.38502) == "from 0.3852 to 0.3850"
    assert sentences._from_to(1204.0, 0.03124) == "from 1,204 to 0.03124"
    assert sentences._from_to(1.0, 0.0) == "from 1 to 0"


def test_a_loss_fades_out_where_it_falls_less_and_less():
    """Not where it falls by as much in each third, or rises in the last, however little it is."""
    trainer = Trainer(Settings("line", learning_rate=0.001))
    trainer.advance(63)
    evidence = evidence_of(trainer)
    epochs = np.arange(64)
    for losses, fades in (
        (2.0 + 1e-5 * 0.9**epochs, True),
        (2.0 - 1e-7 * epochs, False),
        (2.0 + 1e-9 * (epochs - 45.0) ** 2, False),
        (2.0 + 0.9**epochs, False),
    ):
        assert sentences.fades_out(replace(evidence, recent_losses=losses)) == fades


def test_rows_that_are_wrong_are_counted_with_thousands_apart():
    """Of XOR's four points, a thousand times over, thousands are."""
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    inputs = np.repeat(corners, 1000, axis=0)
    data = Dataset(inputs, (inputs.sum(axis=1) == 1).astype(float), classes=True)
    sentence = said(400, task="own", data=data, learning_rate=1.0).sentence
    assert re.search(r"with [1-4],000 samples wrong", sentence), sentence
