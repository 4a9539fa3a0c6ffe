import math

import numpy as np
import pytest

from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import curvature_at, stable_limit
from neuroviz.core.curvature.rate_ruler import ruler_of
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.training.trainer import Trainer
from tests.for_each import for_each

LINEAR = {"activation": "identity", "loss": "mse"}
LOW, HIGH = (7 - math.sqrt(33)) / 4, (7 + math.sqrt(33)) / 4


def ruler(settings, theta=None):
    """Give the marks at zero, or elsewhere."""
    return ruler_of(
        settings,
        curvature_at(settings, np.zeros(settings.dataset.width + 1) if theta is None else theta),
    )


def name_at(marks, rate):
    regime = marks.regime(rate)
    return regime and regime.name


# --- the marks ------------------------------------------------------------------------------------


def test_the_marks_of_and():
    """1/λmax, 2/(λmin + λmax) and 2/λmax with λ = (7 ± √33)/4, whole: no reason, no note."""
    marks = ruler(Settings(**LINEAR))
    assert marks.safe == pytest.approx(1 / HIGH, abs=1e-12)
    assert marks.best == pytest.approx(4 / 7, abs=1e-12)
    assert marks.limit == pytest.approx(2 / HIGH, abs=1e-12)
    assert (marks.quadratic, marks.reason, marks.notes) == (True, None, ())
    assert marks.formulas == ("1/λmax", "2/(λmin + λmax)", "2/λmax")


def test_flat_directions_do_not_count():
    """On sum λmin is the least curvature above 0, and a note says that two are 0."""
    marks = ruler(Settings("sum"))
    values = np.linalg.eigvalsh(marks_hessian())
    assert marks.best == pytest.approx(2 / (values[2] + values[3]), rel=1e-9)
    assert "2 of 4 curvatures are exactly 0: nothing moves" in marks.notes[0]


def test_a_flat_direction_off_a_quadratic_loss_may_have_a_slope():
    """Huber's straight arms bend nowhere and pull all the same.

    Of them it is not said that nothing moves.
    """
    data = Dataset(np.array([[0.0], [5.0]]), np.array([0.0, 9.0]), classes=False)
    settings = Settings("line", data=data, loss="huber", weights=(0.0,), bias=0.0)
    notes = ruler(settings).notes
    assert "1 of 2 curvatures are exactly 0: the loss does not bend there" in notes[1]
    assert Trainer(settings).history.newest.grad[0] == -2.5


def marks_hessian():
    settings = Settings("sum")
    rows = np.column_stack((settings.coded_inputs, np.ones(5)))
    return 2 / 5 * rows.T @ rows


@for_each("optimizer", OPTIMIZERS)
@for_each("task", ["and", "sum"])
def test_each_optimizer_has_its_own_marks_or_a_reason(optimizer, task):
    """Where theory has marks it is the exact limit of the states.

    Elsewhere all are absent, with the reason.
    """
    settings = Settings(task, **LINEAR, optimizer=optimizer)
    marks = ruler(settings)
    limit = stable_limit(settings, settings.hyperparameters.get("momentum", 0.0))
    assert marks.limit == limit
    assert (limit is None) == (OPTIMIZERS[optimizer].quadratic is None)
    if limit is None:
        assert (marks.safe, marks.best, marks.regime(0.1)) == (None, None, None)
        assert OPTIMIZERS[optimizer].label in str(marks.reason)
    else:
        assert marks.safe < marks.best < limit


def test_momentum_has_no_local_marks():
    """On a loss that is not quadratic its velocity comes from other curvatures.

    The reason says so.
    """
    marks = ruler(Settings("and", optimizer="momentum"))
    assert (marks.safe, marks.best, marks.limit) == (None, None, None)
    assert "on a quadratic loss only" in str(marks.reason)


def test_cross_entropy_is_local_and_grows_for_ever():
    """From zero λ is an eighth of the quadratic one.

    The notes say local, and that there is no finite optimum.
    """
    marks = ruler(Settings("and"))
    assert marks.safe == pytest.approx(8 / HIGH, abs=1e-11)
    assert marks.best == pytest.approx(16 / (LOW + HIGH), abs=1e-11)
    assert not marks.quadratic
    assert marks.notes[0].startswith("Local")
    assert "There are no best weights" in marks.notes[1]
    assert not any("finite" in note for note in ruler(Settings("xor")).notes)


def test_not_convex():
    """No best mark where a curvature is negative, no mark at all where none is positive.

    The reason says so.
    """
    some = ruler(Settings("and", loss="mse"), np.array([2.0, 0.5, 0.0]))
    assert some.best is None
    assert some.limit == 2 * some.safe
    assert str(some.reason).startswith("Not convex here: ")
    all_negative = ruler(Settings("and", loss="mse"), np.full(3, 4.0))
    assert (all_negative.safe, all_negative.best, all_negative.limit) == (None, None, None)
    assert str(all_negative.reason).startswith("Not convex here: ")


@pytest.mark.parametrize(
    "settings",
    [
        Settings("and", activation="identity", loss="mae"),
        Settings("and", activation="identity", loss="hinge"),
        Settings("and", loss="cross_entropy"),
        Settings("and_by_hand"),
    ],
    ids=lambda settings: f"{settings.activation} {settings.loss}",
)
def test_no_curvature_no_marks(settings):
    """Straight pieces and flat losses have none, and the reason says so."""
    marks = ruler(settings)
    assert (marks.safe, marks.best, marks.limit, marks.formulas) == (None, None, None, ())
    assert str(marks.reason).startswith("No curvature is positive here")
    assert marks.regime(0.1) is None


def test_batches_and_schedules_are_noted():
    """Mini-batches: for noise-free gradients; a schedule: for the rate of a single step."""
    notes = ruler(Settings("line", batch_size=2, schedule="cosine")).notes
    assert [note.split(":")[0] for note in notes] == [
        "For noise-free gradients",
        "For the rate of a single step",
    ]


# --- in words -------------------------------------------------------------------------------------


def test_regimes_of_a_quadratic_loss():
    """Smooth up to 1/λmax, zig-zags up to 2/λmax, diverges above; each sentence has its number."""
    marks = ruler(Settings(**LINEAR))
    for rate, name in (
        (0.01, "smooth"),
        (0.313, "smooth"),
        (0.32, "zig-zags"),
        (0.627, "zig-zags"),
    ):
        assert name_at(marks, rate) == name
    above = marks.regime(0.63)
    assert (above.name, "0.6277" in above.sentence) == ("diverges", True)


@pytest.mark.parametrize(("inverse", "creeps"), [(1001, True), (999, False)])
@pytest.mark.parametrize("batch_size", ["full", 2])
def test_it_creeps_over_1000_epochs(inverse, creeps, batch_size):
    """Where (1 − ηλmin) to the power of the steps in 1,000 epochs is above 1/e.

    Not where it is below.
    """
    settings = Settings(**LINEAR, batch_size=batch_size)
    rate = -math.expm1(-1 / (inverse * settings.steps_per_epoch)) / LOW
    regime = ruler(settings).regime(rate)
    assert regime.name == ("smooth and creeps" if creeps else "smooth")
    assert ("1,001 epochs" in regime.sentence) == creeps


def test_near_the_limit_the_steepest_direction_creeps():
    """At 0.9999 of the limit the fast direction is the slow one; at the limit it never shrinks."""
    marks = ruler(Settings(**LINEAR))
    assert name_at(marks, 0.9999 * marks.limit) == "zig-zags and creeps"
    at_limit = ruler(Settings(**LINEAR, inputs="pm1")).regime(1.0)
    assert "does not shrink" in at_limit.sentence


@pytest.mark.parametrize(
    ("task", "rate", "name"), [("line", 0.001, "smooth and creeps"), ("double", 0.01, "smooth")]
)
def test_the_tasks_at_their_own_rates(task, rate, name):
    """line creeps at 0.001, double does not at 0.01."""
    assert name_at(ruler(Settings(task)), rate) == name


def test_elsewhere_it_overshoots_here():
    """AND at lr 50 is far above its local limit of 5, and learns: no word of diverging."""
    regime = ruler(Settings("and")).regime(50)
    assert regime.name == "overshoots here"
    assert "the limit here and now" in regime.sentence
    assert "later steps may differ" in regime.sentence
    assert "diverge" not in regime.sentence
    below = ruler(Settings("and")).regime(1.0)
    assert "as long as the curvature stays as it is here" in below.sentence


@pytest.mark.parametrize("optimizer", [row.name for row in OPTIMIZERS.values() if row.quadratic])
def test_what_is_said_comes_true(optimizer):
    """Below the smooth mark the residual of one sample never changes its sign.

    Between the marks it does.
    """
    data = Dataset(np.array([[2.0]]), np.array([3.0]), classes=False)
    settings = Settings("double", data=data, optimizer=optimizer, weights=(0.0,), bias=0.0)
    marks = ruler(settings)
    for rate, overshoots in ((0.95 * marks.safe, False), ((marks.safe + marks.limit) / 2, True)):
        trainer = Trainer(settings.replace(learning_rate=rate))
        trainer.advance(200)
        rows = trainer.history.rows()
        residuals = 3.0 - 2 * rows.parameter(0) - rows.parameter(1)
        assert (residuals.min() < -1e-9) == overshoots


@pytest.mark.parametrize("name", ["ascent", "no_zero_grad"])
def test_it_promises_nothing_to_what_does_not_descend(name):
    """No marks, no regime, and the reason in words."""
    settings = Settings("and", **LINEAR, breaks=(name,))
    ruler = ruler_of(settings, curvature_at(settings, np.zeros(3)))
    assert (ruler.safe, ruler.best, ruler.limit, ruler.regime(0.1)) == (None, None, None, None)
    assert "on purpose" in (ruler.reason or "")


def test_the_note_about_a_finite_optimum_knows_of_bias_and_weight_decay():
    """Without one, a line through the origin parts OR's classes and not AND's.

    AdamW's decay holds the weights, and a step is right with weights of any size.
    """
    for task, endless in (("or", True), ("and", False), ("or_by_hand", False)):
        breaks = () if task == "or_by_hand" else ("no_bias",)
        settings = Settings(task, breaks=breaks)
        notes = " ".join(ruler_of(settings, curvature_at(settings, np.zeros(3))).notes)
        assert ("There are no best weights" in notes) == endless
    decayed = Settings("and", optimizer="adamw", weight_decay=0.1)
    assert not any("finite" in note for note in ruler(decayed).notes)


def test_a_local_ruler_says_where_it_means_nothing():
    """AND at rate 50 is far out after two steps: a step at 1/λmax leads anywhere.

    After three it does not bend.
    """
    trainer = Trainer(Settings("and", learning_rate=50.0))
    trainer.advance(2)
    far = trainer.history.newest.parameters
    curvature = curvature_at(trainer.settings, far)
    marks = ruler_of(trainer.settings, curvature, far)
    assert (marks.safe, marks.best, marks.limit, marks.regime(50.0)) == (None, None, None, None)
    assert "No mark means anything here" in str(marks.reason)
    assert ruler_of(trainer.settings, curvature).best is not None
    trainer.advance()
    flat = trainer.history.newest.parameters
    assert curvature_at(trainer.settings, flat).greatest < 1e-12
    assert "The loss is flat here" in str(
        ruler_of(trainer.settings, curvature_at(trainer.settings, flat)).reason
    )
    start = np.zeros(3)
    assert ruler_of(trainer.settings, curvature_at(trainer.settings, start), start).best is not None


def test_with_momentum_no_single_step_is_promised():
    """Above the limit the error grows in the long run.

    Below it swings that die away, from a start at rest.
    """
    marks = ruler(Settings(**LINEAR, optimizer="momentum"))
    assert marks.safe is not None
    for rate, words in (
        (2 * marks.limit, "in the long run"),
        (0.9 * marks.limit, "die away"),
        (marks.safe, "at rest"),
    ):
        regime = marks.regime(rate)
        assert words in regime.sentence


def test_a_rate_at_which_the_batches_diverge_is_no_best_one():
    """AND one by one with momentum.

    The best rate of full batches is named no more where a run at it grows.
    """
    settings = Settings("and", **LINEAR, optimizer="momentum", batch_size=1, shuffle=False)
    full = ruler(settings.replace(batch_size="full")).best
    assert full is not None
    trainer = Trainer(settings.replace(learning_rate=full))
    trainer.advance(400)
    assert trainer.history.newest.loss > 1e6
    marks = ruler(settings)
    assert marks.best is None
    assert "diverges with these" in str(marks.reason)
    assert name_at(marks, full) == "diverges"
    assert name_at(marks, 0.01) != "diverges"
