"""Runs that are looked ahead at, against the runs themselves."""

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit, editable, in_order, moved_data
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.training.look_ahead import LookAhead
from neuroviz.core.training.stepper import Stepper
from neuroviz.core.training.trainer import Trainer
from tests.batteries import digests
from tests.for_each import for_each

STEPS = 300
"""More than a block has, which are 256."""


def holds(settings, edits, seed):
    """Yield what a person may hold: what it is, the run that would follow, and its row."""
    generator = np.random.default_rng((2031, seed))
    yield "start", settings, edits, None
    values = generator.uniform(-2, 2, settings.parameters.count).tolist()
    yield from _changed("ball", settings, edits, weights=tuple(values[:-1]), bias=values[-1])
    rate = settings.learning_rate
    for factor in (0.5, 1.25):
        yield from _changed("rate", settings, edits, learning_rate=rate * factor)
    for name in editable(settings):
        if name != "learning_rate":
            yield from _changed(name, settings, edits, **{name: getattr(settings, name) * 0.9})
    if settings.coding is not None or settings.dataset.width < 20:
        there = settings.coded_inputs[0] + generator.uniform(-0.5, 0.5, settings.dataset.width)
        yield from _changed("sample", settings, edits, data=moved_data(settings, 0, there))
    middle = Trainer(settings, edits)
    middle.advance(int(generator.integers(1, 90)))
    newest = middle.history.newest
    here = Edit(newest.step, "learning_rate", rate / 3)
    before = tuple(edit for edit in edits if edit.step < newest.step)
    yield "row", settings, (*before, here), newest


def _changed(name, settings, edits, **changes):
    try:
        yield name, settings.replace(**changes), edits, None
    except SettingsError:
        return  # it cannot be held there


def difference(ahead, hold):
    """Return in what a look ahead differs from the run itself; None for nothing."""
    _, settings, edits, start = hold
    settings = settings.replace(until_loss=None)  # its own test has that
    until = (start.step if start else 0) + STEPS
    try:
        run = Trainer(settings, edits)
    except SettingsError as refusal:
        try:
            ahead.begin(settings, edits, start, until)
        except SettingsError as again:
            return None if str(again) == str(refusal) else f"refused otherwise: {again}"
        return "not refused"
    run.advance(until)
    rows = run.history.rows()
    ahead.begin(settings, edits, start, until)
    seen = ahead.advance_for(0.0)
    while not seen.ends:
        seen = ahead.advance_for(0.001)
    if (int(seen.steps[-1]), seen.stopped) != (run.step, run.stopped):
        return f"it ends at step {seen.steps[-1]}, {seen.stopped}: not {run.step}, {run.stopped}"
    for step, loss, parameters in zip(seen.steps, seen.losses, seen.parameters, strict=True):
        row = run.history.newest if step == run.step else rows.kept_before(int(step))
        truth = np.append(row.parameters, np.nan if row.loss is None else row.loss)
        if row.step != step or truth.tobytes() != np.append(parameters, loss).tobytes():
            return f"step {step}"
    return None


def differences(seed, ahead):
    """Return how many holds of an experiment were compared, and in what they differ."""
    try:
        settings = Settings(**digests.choices(seed))
        Trainer(settings)
    except SettingsError:
        return 0, []
    try:
        edits = in_order(settings, digests.edits(settings, seed))
    except SettingsError:
        edits = ()
    found = [(hold, difference(ahead, hold)) for hold in holds(settings, edits, seed)]
    return len(found), [f"{seed}, {hold[0]}: {what}" for hold, what in found if what]


def test_every_bit_is_the_runs_whatever_is_held():
    """A few random experiments, one after another with the same tensors.

    By autograd and by hand, with batches and without, wide data too.
    """
    ahead, seeds = LookAhead(), (4, 10, 16, 19)
    compared, wrong = zip(*(differences(seed, ahead) for seed in seeds), strict=True)
    assert sum(compared) > 25
    assert not any(wrong), wrong


def whole(ahead):
    seen = ahead.advance_for(0.0)
    while not seen.ends:
        seen = ahead.advance_for(0.001)
    return seen


def test_it_is_kept_where_it_is_drawn():
    """The first steps, then epochs that lie even in the logarithm, and where it ends."""
    ahead = LookAhead()
    ahead.begin(Settings("and", learning_rate=1.0), (), None, 10_000)
    seen = whole(ahead)
    assert seen.steps[:64].tolist() == list(range(64))
    assert (seen.steps[-1], seen.ends, seen.stopped) == (10_000, True, None)
    apart = np.diff(np.log1p(seen.epochs[64:-1]))
    assert apart.max() < 2 / 64
    assert len(seen.steps) < 64 + 64 * np.log(10_000 / 60) + 3


def test_it_ends_where_the_loss_is_low_enough_as_the_run_does():
    settings = Settings("and", learning_rate=1.0, until_loss=0.1)
    run = Trainer(settings)
    run.advance(10_000, 0.1)
    ahead = LookAhead()
    ahead.begin(settings, (), None, 10_000)
    seen = whole(ahead)
    assert (int(seen.steps[-1]), seen.losses[-1]) == (run.step, run.history.newest.loss)


def test_from_inside_an_epoch_the_loss_before_it_counts():
    """It came down earlier, so it does not end at the first loss that it knows."""
    settings = Settings("and_one_by_one", until_loss=0.5)
    run = Trainer(settings)
    run.advance(402)
    assert run.history.newest.loss is None
    ahead = LookAhead()
    ahead.begin(settings, (), run.history.newest, 800, run.history.recent_losses[1][-1])
    assert run.history.recent_losses[1][-1] < 0.5
    assert whole(ahead).steps[-1] == 402
    ahead.begin(settings.replace(until_loss=None), (), run.history.newest, 800)
    assert whole(ahead).steps[-1] == 800


@for_each(
    ("changes", "serves"),
    [
        ({"weights": (1.0, 2.0), "bias": 0.5}, True),
        ({"learning_rate": 3.0, "epochs": 7}, True),
        ({"task": "or"}, True),
        ({"seed": 4}, True),
        ({"optimizer": "adam"}, False),
        ({"batch_size": 2}, False),
        ({"task": "line", "activation": "identity", "loss": "mse"}, False),
        ({"breaks": ("no_bias",)}, False),
    ],
)
def test_tensors_serve_a_run_of_the_same_shape_and_calls(changes, serves):
    settings = Settings("and", batch_size=4)
    other = Settings(**{"task": "and", "batch_size": 4, **changes})
    assert Stepper(settings).take_over(other) is serves


@for_each(("samples", "serves"), [(5, True), (6, False)])
def test_tensors_serve_other_data_of_the_same_size_only(samples, serves):
    five, other = (
        Settings(data=Dataset(np.eye(count, 2), np.arange(count) % 2, classes=True))
        for count in (5, samples)
    )
    assert Stepper(five).take_over(other) is serves


def test_other_data_of_the_same_size_have_their_own_targets():
    run = Trainer(Settings("or"))
    run.advance(40)
    ahead = LookAhead()
    for task in ("and", "or"):
        ahead.begin(Settings(task, epochs=40), (), None, 40)
    assert whole(ahead).losses[-1] == run.history.newest.loss


def test_another_seed_has_its_own_order_of_samples():
    """Also where the first one has not taken a step with the tensors that serve both."""
    first, second = (
        Settings("xor", batch_size=1, shuffle=True, seed=seed, weights=(0.5, -0.5), bias=0.1)
        for seed in (0, 5)
    )
    run = Trainer(second)
    run.advance(8)
    ahead = LookAhead()
    ahead.begin(first, (), None, 8)
    ahead.begin(second, (), None, 8)
    seen = whole(ahead)
    assert seen.parameters[-1].tolist() == run.history.newest.parameters.tolist()
